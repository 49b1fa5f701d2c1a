/**
 * The dearest cases of an entry point: for each class of cases and each metric the one that costs a version most, and the one in which a
 * candidate costs most more than the original. A few cases to begin with; then, turn by turn, each of the dearest so far is changed a
 * little, and what that costs is held against the dearest of its own class.
 */
import type { CostSummary, Pack } from '../pack-api/pack.js';
import {
  fairFuel,
  ORIGINAL,
  type Chunk,
  type ChunkResult,
  type RunnableVersion,
} from './campaign.js';

/** Of one search. */
export interface WorstCosts {
  /** They ran to their end on every version. */
  readonly cases: number;
  /** Others that did not, on some version. */
  readonly unended: number;
  readonly dearest: readonly DearestCase[];
}

/** The dearest case of its kind. Values are those of this case. */
export interface DearestCase {
  readonly class: number;
  readonly metric: string;
  /** Whose cost is largest in it. */
  readonly version: string;
  /** More than this version's; null: as it is. */
  readonly over: string | null;
  readonly values: readonly { readonly version: string; readonly value: number }[];
  /** null: a case of another class is dearer still, or the case has a number. */
  readonly input: { readonly scenario: string; readonly schedule: string } | null;
  /** In a proof scope. */
  readonly index: number | null;
}

/** One case of so many is a new one, and no change of another. */
const NEW_ONES = 4;

export function searchWorstCosts<Case, Trace>(
  pack: Pack<Case, Trace>,
  versions: readonly RunnableVersion[],
  chunk: Chunk,
  { seed }: { readonly seed: string },
): ChunkResult {
  const { costSearch } = pack;
  const dearest = new Map<string, Dearest<Case>>();
  const candidates = versions.filter(({ id }) => id !== ORIGINAL);
  const original = versions.find(({ id }) => id === ORIGINAL);
  let turn = 0;
  let cases = 0;
  let unended = 0;
  for (let index = 0; index < chunk.count; index++) {
    const input = nextCase(index);
    const at = input === null ? null : costSearch.classOf(input);
    if (input === null || at === null) continue;
    const costs = run(input);
    if (costs === null) {
      unended++;
      continue;
    }
    cases++;
    note(at, input, costs);
  }
  for (const version of versions) version.takeCoverage();
  return {
    chunk,
    pairs: [],
    mismatches: [],
    stuck: [],
    costs: [],
    covered: [],
    unstable: [],
    worst: { cases, unended, dearest: withInputs(pack, [...dearest.values()]) },
  };

  function nextCase(index: number): Case | null {
    // every other time one that is dearest of all, else the larger a class is, the less it would be searched
    const known = [...(index % 2 === 0 ? heaviest([...dearest.values()]) : dearest).values()];
    if (index % NEW_ONES === 0 || known.length === 0)
      return costSearch.begin(seed, chunk.entry, index);
    const from = known[turn++ % known.length];
    const draw = [seed, chunk.entry, 'dearer', index].join('\0');
    return from === undefined ? null : costSearch.change(from.input, chunk.entry, draw);
  }

  /** By version, in their order; null: one of them does not return, so that what it costs says nothing. */
  function run(input: Case): ReadonlyMap<string, readonly CostSummary[]> | null {
    const words = pack.encode(input);
    const costs = new Map<string, readonly CostSummary[]>();
    let spent: bigint | undefined;
    for (const version of versions) {
      const same = original !== undefined && !version.changed.has(chunk.entry);
      const known = same ? costs.get(ORIGINAL) : undefined;
      if (known !== undefined) {
        costs.set(version.id, known);
        continue;
      }
      const fuel = spent === undefined ? undefined : fairFuel(spent, true);
      const raw = pack.executeWords(version.machine, words, fuel);
      if (raw.ending.kind !== 'returned') return null;
      spent ??= version.machine.spent();
      costs.set(version.id, pack.costs(raw));
    }
    return costs;
  }

  function note(at: number, input: Case, costs: ReadonlyMap<string, readonly CostSummary[]>): void {
    const metrics = (costs.get(versions[0]?.id ?? '') ?? []).map(({ metric }) => metric);
    metrics.forEach((metric, which) => {
      const values = versions.map(({ id }) => ({
        version: id,
        value: costs.get(id)?.[which]?.value ?? 0,
      }));
      const valueOf = (id: string): number =>
        values.find(({ version }) => version === id)?.value ?? 0;
      const keep = (version: string, over: string | null, weight: number): void => {
        const key = JSON.stringify([at, metric, version, over]);
        const known = dearest.get(key);
        if (weight <= (known?.weight ?? 0)) return;
        dearest.set(key, { class: at, metric, version, over, values, weight, input });
      };
      for (const { version, value } of values) keep(version, null, value);
      if (original === undefined) return;
      for (const { id } of candidates) keep(id, ORIGINAL, valueOf(id) - valueOf(ORIGINAL));
    });
  }
}

/** Of searches of the same cases, in parts: the dearest of each kind, the first where there are several; null: of none. */
export function mergeWorst(parts: readonly WorstCosts[]): WorstCosts | null {
  if (parts.length === 0) return null;
  const dearest = new Map<string, DearestCase>();
  let cases = 0;
  let unended = 0;
  for (const part of parts) {
    cases += part.cases;
    unended += part.unended;
    for (const each of part.dearest) {
      const key = JSON.stringify([each.class, each.metric, each.version, each.over]);
      const known = dearest.get(key);
      if (known === undefined || weightOf(each) > weightOf(known)) dearest.set(key, each);
    }
  }
  return { cases, unended, dearest: [...dearest.values()] };
}

export function weightOf({ values, version, over }: DearestCase): number {
  const of = (id: string | null): number => values.find((each) => each.version === id)?.value ?? 0;
  return of(version) - of(over);
}

interface Dearest<Case> extends Omit<DearestCase, 'input' | 'index'> {
  readonly weight: number;
  readonly input: Case;
}

/** Cases are told for the dearest of all classes: they are long, and there are hundreds of them. */
function withInputs<Case, Trace>(
  pack: Pack<Case, Trace>,
  found: readonly Dearest<Case>[],
): DearestCase[] {
  const told = new Set(heaviest(found).values());
  return found.map((each) => {
    const { class: at, metric, version, over, values } = each;
    const input = told.has(each) ? pack.print(each.input) : null;
    return { class: at, metric, version, over, values, input, index: null };
  });
}

/** Of all classes. */
function heaviest<Case>(found: readonly Dearest<Case>[]): ReadonlyMap<string, Dearest<Case>> {
  const best = new Map<string, Dearest<Case>>();
  for (const each of found) {
    const key = JSON.stringify([each.metric, each.version, each.over]);
    const known = best.get(key);
    if (known === undefined || each.weight > known.weight) best.set(key, each);
  }
  return best;
}
