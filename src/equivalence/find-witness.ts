/**
 * From the first case on which two versions differed to the smallest one, replayed before it is believed. `differs` is never said
 * without it.
 */
import { compareSides, LEAST_FUEL, PATIENCE, REFERENCE } from '../gen/campaign.js';
import { explore, type Explored } from '../gen/explore.js';
import type { Dimension, Mismatch, Pack, RunMachine, ScheduleScope } from '../pack-api/pack.js';
import { shrinkGreedily } from '../shrink/greedy.js';
import { compareAmongOthers } from './among-others.js';

/** Of all schedules of one case, for a witness. */
const EXPLORE_FUEL = 50_000_000n;
/** A case among others counts as so many plain ones. */
const EXPLORED_RUNS = 8;

/** One of the two versions. */
export interface Side<Case, Trace> {
  readonly id: string;
  /** Runs a case; with `fuel`, a run that uses it up counts as endless for now. */
  trace(input: Case, fuel?: bigint): Trace | null;
  /** Fuel that a run uses, at most what it is given. */
  spent(input: Case, fuel: bigint): bigint;
  /** The same with what is endless found out; used for what is reported. */
  verify(input: Case): Trace | null;
  /** Everything that the case can come to among others; null: it does not end, or nobody can act on this side. */
  explore(input: Case, dimension: Dimension): Explored<Case> | null;
}

/** `inspecting` null: this side has always ended so far, and a run out of fuel decides nothing. `scope` null: nobody else acts. */
export function sideOf<Case, Trace>(
  pack: Pack<Case, Trace>,
  id: string,
  machine: RunMachine | null,
  inspecting: RunMachine | null,
  scope: ScheduleScope | null = null,
): Side<Case, Trace> {
  if (id === REFERENCE || machine === null) {
    const refer = (input: Case): Trace | null => {
      const raw = pack.refer(input);
      return raw && pack.decode(raw, input);
    };
    return { id, verify: refer, trace: refer, spent: () => 0n, explore: () => null };
  }
  let last: { readonly key: string; readonly found: Explored<Case> | null } | null = null;
  return {
    id,
    trace(input, fuel) {
      const raw = pack.execute(machine, input, fuel);
      const stopped = raw.ending.kind === 'out-of-fuel' && inspecting !== null;
      const ending = stopped ? ({ kind: 'endless', cycle: [] } as const) : raw.ending;
      return pack.decode({ ...raw, ending }, input);
    },
    spent(input, fuel) {
      pack.execute(machine, input, fuel);
      return machine.spent();
    },
    verify(input) {
      const raw = pack.execute(machine, input);
      if (raw.ending.kind !== 'out-of-fuel' || inspecting === null) return pack.decode(raw, input);
      return pack.decode(pack.execute(inspecting, input), input);
    },
    explore(input, dimension) {
      if (scope === null) return null;
      // Shrinking changes the schedule more often than the scenario.
      const key = `${dimension} ${pack.print(input).scenario}`;
      if (last?.key !== key) {
        const found = explore(pack, machine, input, dimension, { scope, budget: EXPLORE_FUEL });
        last = { key, found };
      }
      return last.found;
    },
  };
}

export interface Seen<Trace> {
  readonly mismatch: Mismatch;
  readonly before: Trace;
  readonly after: Trace;
}

export interface Campaign {
  readonly entry: string;
  readonly dimension: Dimension;
}

/** Runs both sides for good: what is endless is found out, and what others make of it is held against all that they could. */
export function compareOn<Case, Trace>(
  pack: Pack<Case, Trace>,
  input: Case,
  campaign: Campaign,
  against: Side<Case, Trace>,
  candidate: Side<Case, Trace>,
): Seen<Trace> | null {
  const { entry, dimension } = campaign;
  if (pack.exploration?.covers(input) === true)
    return compareAmongOthers(pack, input, campaign, against, candidate, 'verify');
  const before = against.verify(input);
  const after = candidate.verify(input);
  if (before === null || after === null) return null;
  const names = { against: against.id, candidate: candidate.id };
  const mismatch = compareSides(pack, { before, after, ...names }, dimension, entry);
  return mismatch === null ? null : { mismatch, before, after };
}

export interface FoundWitness<Case, Trace> extends Seen<Trace> {
  readonly input: Case;
  /** Of the campaign that found it, or a smaller one if its means are not needed. */
  readonly dimension: Dimension;
}

export function findWitness<Case, Trace>(
  pack: Pack<Case, Trace>,
  first: Case,
  wanted: Dimension,
  campaign: Campaign,
  against: Side<Case, Trace>,
  candidate: Side<Case, Trace>,
  { maxRuns, impatient }: { readonly maxRuns: number; readonly impatient: boolean },
): FoundWitness<Case, Trace> | null {
  const { entry, dimension } = campaign;
  const amongOthers = pack.exploration?.covers(first) === true;
  const sides = (before: Trace, after: Trace) => ({
    before,
    after,
    against: against.id,
    candidate: candidate.id,
  });
  const kind = amongOthers
    ? compareAmongOthers(pack, first, campaign, against, candidate, 'trace')?.mismatch.kind
    : null;
  const differs = (input: Case): boolean => {
    if (amongOthers) {
      // Alone it is another dimension's, and another kind of difference is another one.
      if (pack.exploration?.covers(input) !== true) return false;
      const seen = compareAmongOthers(pack, input, campaign, against, candidate, 'trace');
      return seen?.mismatch.kind === kind && kind !== undefined;
    }
    // The side that ends says how much fuel is fair.
    const fuel = impatient
      ? least(against.spent(input, LEAST_FUEL), candidate.spent(input, LEAST_FUEL)) * PATIENCE +
        LEAST_FUEL
      : undefined;
    const before = against.trace(input, fuel);
    const after = candidate.trace(input, fuel);
    if (before === null || after === null) return false;
    const found = compareSides(pack, sides(before, after), dimension, entry);
    return found?.dimension === wanted;
  };
  const tries = amongOthers ? Math.ceil(maxRuns / EXPLORED_RUNS) : maxRuns;
  const { smallest } = shrinkGreedily(first, (input) => pack.shrink(input), differs, tries);
  for (const input of [smallest, first]) {
    const seen = compareOn(pack, input, campaign, against, candidate);
    if (seen?.mismatch.dimension !== wanted) continue;
    const sequential = wanted !== 'safety' && pack.isSequential(input);
    return { input, ...seen, dimension: sequential ? 'sequential' : wanted };
  }
  return null;
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
