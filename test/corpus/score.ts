/** How well the verdicts came out: what was found, missed, seen in another dimension, or said wrongly. */
import { isExpected, type Tried } from './try-patches.js';

export interface Score {
  readonly refactorings: number;
  readonly faults: number;
  readonly falseAlarms: readonly string[];
  readonly missed: readonly string[];
  /** Found, but in another dimension than was written down. */
  readonly elsewhere: readonly string[];
  readonly problems: readonly string[];
}

export function scoreOf(tried: readonly Tried[]): Score {
  const faults = tried.filter(({ patch }) => patch.verdict.kind === 'differs');
  const refactorings = tried.filter(({ patch }) => patch.verdict.kind === 'no-difference');
  const names = (these: readonly Tried[]): string[] => these.map(({ patch }) => patch.name);
  return {
    refactorings: refactorings.length,
    faults: faults.length,
    falseAlarms: names(refactorings.filter(({ shown }) => shown.length > 0)),
    missed: names(faults.filter(({ shown }) => shown.length === 0)),
    elsewhere: names(faults.filter((each) => each.shown.length > 0 && !asWritten(each))),
    problems: tried.flatMap(({ patch, problem }) =>
      problem === null ? [] : [`${patch.name}: ${problem}`],
    ),
  };
}

function asWritten({ patch: { verdict }, shown }: Tried): boolean {
  return verdict.kind === 'differs' && shown.some((each) => isExpected(verdict.dimension, each));
}

/** One line of the list: `!` where it did not come out as written down. */
export function lineOf(each: Tried): string {
  const { patch, shown, problem } = each;
  const verdict =
    patch.verdict.kind === 'differs' ? `differs ${patch.verdict.dimension}` : 'no-difference';
  const none = `no difference in ${String(each.scenarios)} scenarios`;
  const where = shown.map(
    ({ dimension, entry, campaign, index, what }) =>
      `${dimension} (${entry}, ${campaign} ${String(index)}): ${what}`,
  );
  const outcome = problem ?? (shown.length === 0 ? none : where.join('; '));
  return `${isRight(each) ? ' ' : '!'} ${patch.name.padEnd(38)} ${verdict.padEnd(18)} ${outcome}\n`;
}

export function summary(what: string, score: Score, scenarios: number): string {
  const { refactorings, faults, falseAlarms, missed, elsewhere } = score;
  const found = faults - missed.length;
  return (
    `${what}: ${String(refactorings - falseAlarms.length)} of ${String(refactorings)} refactorings without a difference, ` +
    `${String(found)} of ${String(faults)} faults found, ${String(found - elsewhere.length)} of them in the dimension written down; ` +
    `${String(scenarios)} scenarios for each entry point\n`
  );
}

function isRight(each: Tried): boolean {
  if (each.problem !== null) return false;
  return each.patch.verdict.kind === 'differs' ? asWritten(each) : each.shown.length === 0;
}
