/**
 * Schedules as text, a rule a line, the first that fits a place decides:
 *
 *     when poll in tdp_mmu_zap_leafs at gfns 0x0..0x1ff level 1: reschedule
 *     when alloc: fail
 *     when cmpxchg in wrprot_gfn_range at gfns 0x5..0x5 level 1: step dirty
 *     when read at level 2 holding table: step accessed at r0[0][0][0][5]
 *     when unlocked in tdp_mmu_zap_leafs: task kvm_tdp_mmu_write_protect_gfn slot 0 gfn 0x5 minLevel 1
 *     beside kvm_tdp_mmu_map root 0 gfn 0x5 …
 *     when cmpxchg in tdp_mmu_zap_leafs at gfns 0x5..0x5 level 1: leave thread 0 time 2
 *
 * `beside` is what a second kernel thread (thread 1) calls at the same time; a thread runs until it has to wait, ends, or is left for the
 * other. A step or a task comes once, at the first place that fits; what is not legal there is not done. An SPTE is named by the
 * indices that lead to it, `r0[0][0][0][5]`; the one of the place needs no name. `root levels` come from the scenario.
 *
 * Printing and parsing are inverse to each other; `#` begins a comment.
 */
import type { Diagnostic } from '../../base/diagnostic.js';
import { ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import { absentNumber } from './absent-number.js';
import { entryPoint } from './entry-points.js';
import { pagesAt } from './geometry.js';
import { STEPS, stepRule } from './rely/rules.js';
import { HOLDS, PLACE_EVENTS } from './schedule.js';
import type { Action, Place, Schedule, ScheduleRule, SpteAt } from './schedule.js';
import type { Call, Scenario } from './scenario.js';
import { callLine } from './scenario-text.js';
import { parseNumber } from './spte-text.js';
import { gfnRangeText, LinedText, parseGfnRange } from './text-lines.js';
import type { Line, Word } from './text-lines.js';

export function printSchedule(schedule: Schedule): string {
  return scheduleLines(schedule)
    .map((line) => `${line}\n`)
    .join('');
}

export function scheduleLines({ rules, beside }: Schedule): string[] {
  const first = beside === undefined ? [] : [callLine(beside).replace(/^call/, 'beside')];
  return [...first, ...rules.map(printRule)];
}

export function printRule({ place, action }: ScheduleRule): string {
  const words = ['when', place.event];
  if (place.function !== '*') words.push('in', place.function);
  if (place.gfn !== null || place.level !== null) words.push('at');
  if (place.gfn !== null) words.push('gfns', gfnRangeText(place.gfn));
  if (place.level !== null) words.push('level', String(place.level));
  if (place.holds !== undefined) words.push('holding', place.holds);
  return `${words.join(' ')}: ${actionText(action)}`;
}

function actionText(action: Action): string {
  switch (action.kind) {
    case 'reschedule':
    case 'fail':
      return action.kind;
    case 'step':
      return `step ${action.step}${action.at === null ? '' : ` at ${spteAtText(action.at)}`}`;
    case 'task':
      return callLine(action.call).replace(/^call/, 'task');
    case 'leave':
      return `leave thread ${String(action.thread)}${action.time === 0 ? '' : ` time ${String(action.time + 1)}`}`;
  }
}

/** `scenario`: the one that it is for; null: any. */
export function parseSchedule(
  text: string,
  path: string,
  scenario: Scenario | null = null,
): Result<Schedule, Diagnostic> {
  const lined = new LinedText(text, path);
  const rules: ScheduleRule[] = [];
  let beside: Call | undefined;
  for (const line of lined.lines) {
    const [head, entry, ...rest] = line.words;
    if (head?.text === 'beside') {
      if (beside !== undefined) return lined.error(line, head, 'one call stands beside, no more');
      if (scenario !== null && scenario.calls.length !== 1)
        return lined.error(
          line,
          head,
          'a call stands beside one call of the scenario, not several',
        );
      const call = parseCall(lined, line, entry, rest, scenario);
      if (!call.ok) return call;
      beside = call.value;
      continue;
    }
    const rule = parseRule(lined, line, scenario);
    if (!rule.ok) return rule;
    rules.push(rule.value);
  }
  const has = (...kinds: readonly Action['kind'][]): boolean =>
    rules.some(({ action }) => kinds.includes(action.kind));
  if (beside === undefined && has('leave'))
    return lined.missing("a thread is left for another: say for which with a line 'beside CALL'");
  if (beside !== undefined && has('step', 'task'))
    return lined.missing('with a call beside, others take no steps and make no further calls');
  return ok(beside === undefined ? { rules } : { rules, beside });
}

function parseRule(
  text: LinedText,
  line: Line,
  scenario: Scenario | null,
): Result<ScheduleRule, Diagnostic> {
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
  const action = parseAction(text, line, line.words.slice(colon + 1), scenario);
  return action.ok ? ok({ place: place.value, action: action.value }) : action;
}

function parsePlace(
  text: LinedText,
  line: Line,
  words: readonly Word[],
): Result<Place, Diagnostic> {
  const [when, eventWord, ...rest] = words;
  if (when?.text !== 'when') return text.error(line, when, "expected 'when'");
  const event = PLACE_EVENTS.find((e) => e === eventWord?.text);
  if (event === undefined) {
    return text.error(line, eventWord, `expected one of ${PLACE_EVENTS.join(', ')}`);
  }
  let scope = '*';
  let gfn: Place['gfn'] = null;
  let level: number | null = null;
  let holds: Place['holds'];
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
      case 'holding': {
        const held = HOLDS.find((each) => each === value?.text);
        if (held === undefined) return text.error(line, value, `expected ${HOLDS.join(', ')}`);
        holds = held;
        at += 2;
        break;
      }
      default:
        return text.error(line, key, "expected 'in', 'at', 'gfns', 'level' or 'holding'");
    }
  }
  return ok({ function: scope, event, gfn, level, ...(holds === undefined ? {} : { holds }) });
}

function parseAction(
  text: LinedText,
  line: Line,
  words: readonly Word[],
  scenario: Scenario | null,
): Result<Action, Diagnostic> {
  const [kind, what, ...rest] = words;
  switch (kind?.text) {
    case 'reschedule':
    case 'fail':
      if (what !== undefined) return text.error(line, what, 'nothing may follow');
      return ok({ kind: kind.text });
    case 'step':
      return parseStep(text, line, what, rest);
    case 'task': {
      const call = parseCall(text, line, what, rest, scenario);
      return call.ok ? ok({ kind: 'task', call: call.value }) : call;
    }
    case 'leave':
      return parseLeave(text, line, line.words.slice(line.words.indexOf(kind) + 1));
    default:
      return text.error(line, kind, "expected 'reschedule', 'fail', 'step', 'task' or 'leave'");
  }
}

function parseStep(
  text: LinedText,
  line: Line,
  what: Word | undefined,
  [at, path, more]: readonly Word[],
): Result<Action, Diagnostic> {
  const rule = stepRule(what?.text ?? '');
  if (rule === null) return text.error(line, what, `expected a step: ${STEPS.join(', ')}`);
  if (at === undefined) return ok({ kind: 'step', step: rule.name, at: null });
  const target = at.text === 'at' ? parseSpteAt(path?.text ?? '') : null;
  if (target === null)
    return text.error(line, path ?? at, "expected 'at' and an SPTE: at r0[0][3]");
  if (more !== undefined) return text.error(line, more, 'nothing may follow');
  return ok({ kind: 'step', step: rule.name, at: target });
}

function parseLeave(
  text: LinedText,
  line: Line,
  [thread, number, time, count, more]: readonly Word[],
): Result<Action, Diagnostic> {
  const which = number?.text === '0' ? 0 : number?.text === '1' ? 1 : null;
  if (thread?.text !== 'thread' || which === null)
    return text.error(line, number ?? thread, "expected 'thread 0' or 'thread 1'");
  if (time === undefined) return ok({ kind: 'leave', thread: which, time: 0 });
  const times = parseNumber(count?.text ?? '');
  if (time.text !== 'time' || times === null || times < 1n || times > 1_000_000n)
    return text.error(line, count ?? time, "expected 'time' and a number from 1 on");
  if (more !== undefined) return text.error(line, more, 'nothing may follow');
  return ok({ kind: 'leave', thread: which, time: Number(times) - 1 });
}

function parseCall(
  text: LinedText,
  line: Line,
  entry: Word | undefined,
  rest: readonly Word[],
  scenario: Scenario | null,
): Result<Call, Diagnostic> {
  const info = entryPoint(entry?.text ?? '');
  if (info === null) return text.error(line, entry, 'expected an entry point to call');
  const args: Record<string, bigint> = {};
  for (let at = 0; at < rest.length; at += 2) {
    const [name, word] = [rest[at], rest[at + 1]];
    if (!info.arguments.some((argument) => argument.name === name?.text) || name === undefined)
      return text.error(line, name, `${info.name} takes no such argument`);
    const value = parseNumber(word?.text ?? '');
    if (value === null) return text.error(line, word, `'${name.text}' needs a number`);
    args[name.text] = value;
  }
  const missing = info.arguments.find(({ name }) => args[name] === undefined);
  if (missing !== undefined)
    return text.error(line, undefined, `${info.name} needs '${missing.name}' as well`);
  const call = { entry: info.name, args };
  const absent = scenario && absentNumber(call, scenario);
  if (absent !== null) {
    const word = rest.find((each, at) => at % 2 === 0 && each.text === absent.name);
    return text.error(line, word, absent.what);
  }
  return ok(call);
}

/** The most levels that a root has: an SPTE's path names its level only together with that of its root. */
const LEVELS = 4;

/** `r0[0][0][3]`: of a root with four levels; with five, `r0/5[…]`. */
export function spteAtText({ root, level, gfn }: SpteAt, levels = LEVELS): string {
  const top = gfn >= pagesAt(LEVELS + 1) || level > LEVELS ? 5 : levels;
  let text = top === LEVELS ? `r${String(root)}` : `r${String(root)}/${String(top)}`;
  for (let at = top; at >= level; at--) text += `[${String((gfn / pagesAt(at)) % 512n)}]`;
  return text;
}

function parseSpteAt(text: string): SpteAt | null {
  const match = /^r(\d{1,2})(\/5)?((?:\[\d{1,3}\])+)$/.exec(text);
  if (match === null) return null;
  const indices = [...(match[3] ?? '').matchAll(/\d+/g)].map(([index]) => Number(index));
  const top = match[2] === undefined ? LEVELS : 5;
  const level = top - indices.length + 1;
  if (level < 1 || indices.some((index) => index > 511)) return null;
  const gfn = indices.reduce((sum, index, at) => sum + BigInt(index) * pagesAt(top - at), 0n);
  return { root: Number(match[1]), level, gfn };
}
