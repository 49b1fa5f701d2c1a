/** Which of the dearest cases a reader sees first: for each candidate one, where it costs most more than the original, or most less. */
import type { ShownCost, WorstCaseReport } from '../report/report.js';

/** One of the things that a case shows. */
export interface WorstCase extends Omit<WorstCaseReport, 'shows'>, ShownCost {}

export function together(cases: readonly WorstCase[]): WorstCaseReport[] {
  const reports = new Map<string, { readonly about: WorstCase; readonly shows: ShownCost[] }>();
  for (const each of cases) {
    const { entryPoint, scenario, metric, candidate, over, values, tellsOf } = each;
    const key = `${entryPoint}\0${scenario}`;
    const known = reports.get(key) ?? { about: each, shows: [] };
    known.shows.push({ metric, candidate, over, values, tellsOf });
    reports.set(key, known);
  }
  return [...reports.values()].map(({ about: { entryPoint, size, scenario }, shows }) => ({
    entryPoint,
    size,
    scenario,
    shows,
  }));
}

/** The candidates in their order; one that costs the same everywhere has none. */
export function tellingCases(
  cases: readonly WorstCase[],
  original: string,
): ReadonlyMap<string, WorstCase> {
  const chosen = new Map<string, WorstCase>();
  const candidates = new Set(
    cases.flatMap(({ values }) => values.map(({ candidate }) => candidate)),
  );
  candidates.delete(original);
  for (const candidate of candidates) {
    const factor = (each: WorstCase): number =>
      (costOf(each, candidate) + 1) / (costOf(each, original) + 1);
    const own = cases.filter(({ values }) => values.some((each) => each.candidate === candidate));
    const risen = own.filter((each) => each.candidate === candidate && factor(each) > 1);
    const fallen = own.filter((each) => each.candidate === original && factor(each) < 1);
    const best = first(risen, (each) => factor(each)) ?? first(fallen, (each) => 1 / factor(each));
    if (best !== null) chosen.set(candidate, best);
  }
  return chosen;
}

export function costOf({ values }: Pick<WorstCase, 'values'>, candidate: string): number {
  return values.find((each) => each.candidate === candidate)?.value ?? 0;
}

/** The heaviest; of equal ones the first. */
function first(cases: readonly WorstCase[], weight: (each: WorstCase) => number): WorstCase | null {
  let best: WorstCase | null = null;
  for (const each of cases) if (best === null || weight(each) > weight(best)) best = each;
  return best;
}
