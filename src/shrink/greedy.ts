/**
 * Greedy minimisation: take the first smaller case on which the mismatch remains, and start again from there. Bounded by
 * a number of runs, so that the result does not depend on a clock.
 */
export interface Shrunk<Case> {
  readonly smallest: Case;
  readonly runs: number;
  /** false: the budget ended first; a smaller case may exist. */
  readonly finished: boolean;
}

export function shrinkGreedily<Case>(
  found: Case,
  smaller: (input: Case) => Iterable<Case>,
  stillFails: (input: Case) => boolean,
  maxRuns: number,
): Shrunk<Case> {
  let smallest = found;
  let runs = 0;
  for (;;) {
    let better: Case | null = null;
    for (const candidate of smaller(smallest)) {
      if (runs >= maxRuns) return { smallest, runs, finished: false };
      runs++;
      if (stillFails(candidate)) {
        better = candidate;
        break;
      }
    }
    if (better === null) return { smallest, runs, finished: true };
    smallest = better;
  }
}
