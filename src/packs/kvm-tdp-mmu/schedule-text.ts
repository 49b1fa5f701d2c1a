/**
 * Schedules as text, a rule a line, the first that fits a place decides:
 *
 *     when poll in tdp_mmu_zap_leafs at gfns 0x0..0x1ff level 1: reschedule
 *     when alloc: fail
 *     when unlocked in tdp_mmu_zap_leafs: step fault-in at r0[3] to leaf pfn 0x123 RWX A D mmu-w host-w
 *
 * Printing and parsing are inverse to each other; `#` begins a comment.
 */
import type { Diagnostic } from '../../base/diagnostic.js';
import { ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import type { Action, Place, Schedule, ScheduleRule } from './schedule.js';
import { parseNumber } from './spte-text.js';
import { gfnRangeText, LinedText, parseGfnRange } from './text-lines.js';
import type { Line, Word } from './text-lines.js';

const EVENTS = ['poll', 'read', 'write', 'xchg', 'cmpxchg', 'alloc', 'unlocked'] as const;

export function printSchedule(schedule: Schedule): string {
  return schedule.rules.map((rule) => printRule(rule) + '\n').join('');
}

export function printRule({ place, action }: ScheduleRule): string {
  const words = ['when', place.event];
  if (place.function !== '*') words.push('in', place.function);
  if (place.gfn !== null || place.level !== null) words.push('at');
  if (place.gfn !== null) words.push('gfns', gfnRangeText(place.gfn));
  if (place.level !== null) words.push('level', String(place.level));
  return `${words.join(' ')}: ${actionText(action)}`;
}

function actionText(action: Action): string {
  switch (action.kind) {
    case 'reschedule':
    case 'fail':
      return action.kind;
    case 'step':
      return `step ${action.rule} at ${action.at} to ${action.to}`;
  }
}

export function parseSchedule(text: string, path: string): Result<Schedule, Diagnostic> {
  const lined = new LinedText(text, path);
  const rules: ScheduleRule[] = [];
  for (const line of lined.lines) {
    const rule = parseRule(lined, line);
    if (!rule.ok) return rule;
    rules.push(rule.value);
  }
  return ok({ rules });
}

function parseRule(text: LinedText, line: Line): Result<ScheduleRule, Diagnostic> {
  const colon = line.words.findIndex((word) => word.text.endsWith(':'));
  const last = line.words[colon];
  if (last === undefined) {
    return text.error(line, undefined, "expected ':' between the place and what happens there");
  }
  const head = [
    ...line.words.slice(0, colon),
    { text: last.text.slice(0, -1), column: last.column },
  ].filter((word) => word.text !== '');
  const place = parsePlace(text, line, head);
  if (!place.ok) return place;
  const action = parseAction(text, line, line.words.slice(colon + 1));
  return action.ok ? ok({ place: place.value, action: action.value }) : action;
}

function parsePlace(
  text: LinedText,
  line: Line,
  words: readonly Word[],
): Result<Place, Diagnostic> {
  const [when, eventWord, ...rest] = words;
  if (when?.text !== 'when') return text.error(line, when, "expected 'when'");
  const event = EVENTS.find((e) => e === eventWord?.text);
  if (event === undefined) {
    return text.error(line, eventWord, `expected one of ${EVENTS.join(', ')}`);
  }
  let scope = '*';
  let gfn: Place['gfn'] = null;
  let level: number | null = null;
  for (let at = 0; at < rest.length;) {
    const [key, value] = [rest[at], rest[at + 1]];
    switch (key?.text) {
      case 'in':
        if (value === undefined) return text.error(line, value, 'in which function?');
        scope = value.text;
        at += 2;
        break;
      case 'at':
        at++;
        break;
      case 'gfns':
        gfn = parseGfnRange(value?.text ?? '');
        if (gfn === null) return text.error(line, value, 'expected a range: 0x0..0x1ff');
        at += 2;
        break;
      case 'level': {
        const number = parseNumber(value?.text ?? '');
        if (number === null || number < 1n || number > 5n) {
          return text.error(line, value, 'expected a level, 1 to 5');
        }
        level = Number(number);
        at += 2;
        break;
      }
      default:
        return text.error(line, key, "expected 'in', 'at', 'gfns' or 'level'");
    }
  }
  return ok({ function: scope, event, gfn, level });
}

function parseAction(
  text: LinedText,
  line: Line,
  words: readonly Word[],
): Result<Action, Diagnostic> {
  const [kind, rule, at, path, to, ...value] = words;
  switch (kind?.text) {
    case 'reschedule':
    case 'fail':
      if (rule !== undefined) return text.error(line, rule, 'nothing may follow');
      return ok({ kind: kind.text });
    case 'step':
      if (rule === undefined) return text.error(line, rule, 'by which rule?');
      if (at?.text !== 'at' || path === undefined) {
        return text.error(line, at, "expected 'at' and an SPTE: at r0[3]");
      }
      if (to?.text !== 'to' || value.length === 0) {
        return text.error(line, to, "expected 'to' and a value");
      }
      return ok({
        kind: 'step',
        rule: rule.text,
        at: path.text,
        to: value.map((word) => word.text).join(' '),
      });
    default:
      return text.error(line, kind, "expected 'reschedule', 'fail' or 'step'");
  }
}
