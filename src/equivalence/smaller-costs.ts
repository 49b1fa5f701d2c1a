/** The dearest cases that a reader sees first, made smaller as long as they show as much. */
import type { AnyPack } from '../engine.js';
import { ORIGINAL } from '../gen/campaign.js';
import type { RunMachine } from '../pack-api/pack.js';
import { shrinkGreedily } from '../shrink/greedy.js';
import { costOf, tellingCases, type WorstCase } from './telling-cases.js';
import { sizeOf } from './worst-costs.js';

/** Of each case; these are runs of a whole entry point. */
const MOST_RUNS = 300;
/** As they took a search's case to its end, on machines that count it. */
const FUEL = 2_000_000n;

export function withSmallerCases(
  pack: AnyPack,
  machines: ReadonlyMap<string, RunMachine>,
  cases: readonly WorstCase[],
): WorstCase[] {
  const chosen = tellingCases(cases, ORIGINAL);
  const smaller = new Map<WorstCase, WorstCase>();
  for (const [candidate, each] of chosen) {
    const known = smaller.get(each) ?? smallerCase(pack, machines, each, candidate);
    smaller.set(each, { ...known, tellsOf: [...known.tellsOf, candidate] });
  }
  return cases.map((each) => smaller.get(each) ?? each);
}

/** What one version costs more than the other has to stay. */
function smallerCase(
  pack: AnyPack,
  machines: ReadonlyMap<string, RunMachine>,
  found: WorstCase,
  candidate: string,
): WorstCase {
  const parsed = pack.parse(found.scenario, '');
  if (!parsed.ok) return found;
  const change = costOf(found, candidate) - costOf(found, ORIGINAL);
  const shows = (input: unknown): boolean => {
    const values = valuesOf(pack, machines, found, input);
    if (values === null) return false;
    const now = costOf({ values }, candidate) - costOf({ values }, ORIGINAL);
    return change > 0 ? now >= change : now <= change;
  };
  const { smallest } = shrinkGreedily(
    parsed.value,
    (input) => pack.shrink(input),
    shows,
    MOST_RUNS,
  );
  const values = valuesOf(pack, machines, found, smallest);
  const at = pack.costSearch.classOf(smallest);
  if (values === null || at === null) return found;
  return { ...found, values, size: sizeOf(pack, at), scenario: pack.print(smallest).scenario };
}

/** null: a version does not return. */
function valuesOf(
  pack: AnyPack,
  machines: ReadonlyMap<string, RunMachine>,
  { metric, values }: WorstCase,
  input: unknown,
): WorstCase['values'] | null {
  const words = pack.encode(input);
  const now: { candidate: string; value: number }[] = [];
  for (const { candidate } of values) {
    const machine = machines.get(candidate);
    const raw = machine && pack.executeWords(machine, words, FUEL);
    if (raw?.ending.kind !== 'returned') return null;
    const cost = pack.costs(raw).find((each) => each.metric === metric);
    now.push({ candidate, value: cost?.value ?? 0 });
  }
  return now;
}
