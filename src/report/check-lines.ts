/** The checks, one verdict a line and dimension for each pair of versions, and the changed lines and branches that nobody ran. */
import { blank, wrap, WIDTH, type Line } from './layout.js';
import {
  coverageWords,
  unreachedLines,
  untakenBranches,
  whatItTakes,
  type NeverRun,
} from './coverage-words.js';
import { printable } from './printable.js';
import { isStepCheck } from './step-lines.js';
import { count, VERDICT_WORDS } from './text-words.js';
import type { CheckReport, Report, Verdict } from './report.js';

export function checkLines(report: Report, verbose: boolean): Line[] {
  const isStep = isStepCheck(report);
  const checks = report.checks.filter((check) => !isStep(check));
  if (checks.length === 0) return [];
  const lines: Line[] = [blank(), { role: 'heading', text: 'Checks' }];
  const listed = new Map<number, string>();
  for (const group of groups(checks, verbose)) lines.push(...groupLines(group, listed));
  const unreached = unreachedLines(checks);
  if (unreached.length > 0) {
    lines.push(blank(), { role: 'heading', text: 'Changed lines that no scenario executed' });
    for (const each of unreached) lines.push(...neverRunLines(each, report));
  }
  const untaken = untakenBranches(checks);
  if (untaken.length > 0) {
    lines.push(blank(), {
      role: 'heading',
      text: 'Branches of changed lines that no scenario took',
    });
    for (const each of untaken) lines.push(...neverRunLines(each, report));
  }
  return lines;
}

function neverRunLines(place: NeverRun, { unreached }: Report): Line[] {
  return [
    { role: 'bad', text: `  ${printable(place.text)}` },
    ...whatItTakes(place, unreached).flatMap((text) =>
      wrap('    ', printable(text).split(' '), ' ', WIDTH),
    ),
  ];
}

interface Group {
  readonly verdict: Verdict;
  readonly candidate: string;
  readonly against: string;
  readonly dimension: string;
  readonly reason: string | null;
  readonly bound: string | null;
  readonly checks: CheckReport[];
}

/** One line a verdict and dimension for each pair; entry points with the same story share it. */
function groups(checks: readonly CheckReport[], verbose: boolean): Group[] {
  const found = new Map<string, Group>();
  for (const check of checks) {
    const { candidate, against, dimension, verdict, reason, bound } = check;
    const key = [candidate, against, dimension, verdict, reason, bound];
    if (verbose) key.push(check.entryPoint);
    const text = JSON.stringify(key);
    const group = found.get(text);
    if (group) group.checks.push(check);
    else
      found.set(text, { verdict, candidate, against, dimension, reason, bound, checks: [check] });
  }
  return [...found.values()];
}

function threadLines(checks: readonly CheckReport[]): Line[] {
  const found = checks.flatMap(({ threads }) => threads ?? []);
  const [first] = found;
  if (first === undefined) return [];
  const pairs = count(sum(found.map((each) => each.pairs)), 'pair');
  const orders = count(sum(found.map((each) => each.orders)), 'order');
  const whole = sum(found.map((each) => each.whole)).toLocaleString('en');
  const text = `    ${pairs} of calls at once, in ${orders}; ${whole} of them in all with up to ${String(first.preemptions)} preemptions`;
  return [{ role: 'dim', text }];
}

/** `listed`: by how many they are, the entry points that were listed last. */
function groupLines(group: Group, listed: Map<number, string>): Line[] {
  const role = group.verdict === 'differs' || group.verdict === 'inconclusive' ? 'bad' : 'good';
  const scenarios = sum(group.checks.map((check) => check.scenarios));
  const schedules = sum(group.checks.map((check) => check.schedules));
  const names = group.checks.map((check) => check.entryPoint);
  let text = `  ${group.candidate} against ${group.against}, ${group.dimension}: ${VERDICT_WORDS[group.verdict]}`;
  if (scenarios > 0) {
    // not every one of them shows it
    const run = count(scenarios, 'scenario');
    text += group.verdict === 'differs' ? `, ${run} run` : ` in ${run}`;
    if (schedules > scenarios) text += ` with ${count(schedules, 'schedule')}`;
  }
  const lines: Line[] = [{ role, text }];
  const strict = sum(group.checks.map((check) => check.strictScenarios));
  if (strict > 0)
    lines.push({
      role: 'dim',
      text: `    ${strict.toLocaleString('en')} of them with every access and every bit checked`,
    });
  lines.push(...threadLines(group.checks));
  if (group.bound !== null) lines.push(...wrap('    bound: ', group.bound.split(' '), ' ', WIDTH));
  if (group.reason !== null) lines.push({ role: 'plain', text: `    ${group.reason}` });
  const coverage = coverageWords(group.checks);
  if (coverage !== null) lines.push({ role: 'dim', text: `    ${coverage}` });
  if (names.every((name) => name === '*')) return lines;
  const points = count(names.length, 'entry point');
  const known = listed.get(names.length) === names.join(' ');
  listed.set(names.length, names.join(' '));
  if (known && names.length > 1) lines.push({ role: 'dim', text: `    the same ${points}` });
  else
    lines.push(
      ...wrap(`    ${points}: `, names, ', ', WIDTH).map((line): Line => ({
        ...line,
        role: 'dim',
      })),
    );
  return lines;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}
