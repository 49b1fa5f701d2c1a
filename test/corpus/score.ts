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

export function report(
  what: string,
  tried: readonly Tried[],
  score: Score,
  scenarios: number,
): string {
  const lines = tried.map((each) => {
    const { patch, shown } = each;
    const verdict =
      patch.verdict.kind === 'differs' ? `differs ${patch.verdict.dimension}` : 'no-difference';
    const outcome =
      each.problem ??
      (shown.length === 0
        ? `no difference in ${String(each.scenarios)} scenarios`
        : shown
            .map((s) => `${s.dimension} (${s.entry} ${s.campaign} #${String(s.index)}): ${s.what}`)
            .join('; '));
    return `${isRight(each) ? '  ' : '! '}${patch.name.padEnd(42)} ${verdict.padEnd(19)} ${outcome}`;
  });
  const unfound = score.missed.length + score.elsewhere.length;
  return [
    ...lines,
    `${what}: ${String(score.refactorings - score.falseAlarms.length)} of ${String(score.refactorings)} refactorings without a difference, ` +
      `${String(score.faults - score.missed.length)} of ${String(score.faults)} faults found, ` +
      `${String(score.faults - unfound)} in the dimension written down; ${String(scenarios)} scenarios for each entry point`,
    '',
  ].join('\n');
}

function isRight(each: Tried): boolean {
  if (each.problem !== null) return false;
  return each.patch.verdict.kind === 'differs' ? asWritten(each) : each.shown.length === 0;
}
