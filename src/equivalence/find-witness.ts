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
/** Of all explorations for one witness: what is smallest by then is shown. */
const SHRINK_FUEL = 40_000_000n;

/** One run; its trace is decoded when somebody asks. */
export interface RunOf<Trace> {
  readonly trace: () => Trace;
  /** Fuel that it took, at most what it was given. */
  readonly spent: bigint;
  readonly ended: boolean;
}

/** One of the two versions. */
export interface Side<Case, Trace> {
  readonly id: string;
  /** Runs a case; with `fuel`, a run that uses it up counts as endless for now. null: there is no such run. */
  run(input: Case, fuel?: bigint): RunOf<Trace> | null;
  /** The same with what is endless found out; used for what is reported. */
  verify(input: Case): Trace | null;
  /** Everything that the case can come to among others; null: it does not end, or nobody can act on this side. */
  explore(input: Case, dimension: Dimension): Explored<Case> | null;
  /** Fuel that all explorations of this side have used. */
  explored(): bigint;
}

/**
 * `inspecting`: asked once for its machine, when a run has used up its fuel; null: this side has always ended so far, and a run out of
 * fuel decides nothing. `scope` null: nobody else acts.
 */
export function sideOf<Case, Trace>(
  pack: Pack<Case, Trace>,
  id: string,
  machine: RunMachine | null,
  inspecting: (() => RunMachine | null) | null,
  scope: ScheduleScope | null = null,
): Side<Case, Trace> {
  if (id === REFERENCE || machine === null) {
    const refer = (input: Case): Trace | null => {
      const raw = pack.refer(input);
      return raw && pack.decode(raw, input);
    };
    const run = (input: Case): RunOf<Trace> | null => {
      const trace = refer(input);
      return trace && { trace: () => trace, spent: 0n, ended: true };
    };
    return { id, verify: refer, run, explore: () => null, explored: () => 0n };
  }
  let inspector: RunMachine | null | undefined;
  let explored = 0n;
  let last: { readonly key: string; readonly found: Explored<Case> | null } | null = null;
  return {
    id,
    run(input, fuel) {
      const { words, ending: ended } = pack.execute(machine, input, fuel);
      const stopped = ended.kind === 'out-of-fuel' && inspecting !== null;
      const ending = stopped ? ({ kind: 'endless', cycle: [] } as const) : ended;
      const raw = { words: words.slice(), ending };
      let trace: Trace | null = null;
      return {
        trace: () => (trace ??= pack.decode(raw, input)),
        spent: machine.spent(),
        ended: ended.kind !== 'out-of-fuel',
      };
    },
    verify(input) {
      const raw = pack.execute(machine, input);
      if (raw.ending.kind !== 'out-of-fuel' || inspecting === null) return pack.decode(raw, input);
      inspector ??= inspecting();
      return pack.decode(inspector === null ? raw : pack.execute(inspector, input), input);
    },
    explore(input, dimension) {
      if (scope === null) return null;
      // Shrinking changes the schedule more often than the scenario.
      const { scenario, schedule } = pack.print(pack.exploration?.base(input) ?? input);
      const key = `${dimension} ${scenario}\0${schedule}`;
      if (last?.key !== key) {
        const found = explore(pack, machine, input, dimension, { scope, budget: EXPLORE_FUEL });
        last = { key, found };
        explored += found?.spent ?? EXPLORE_FUEL;
      }
      return last.found;
    },
    explored: () => explored,
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

export interface Search<Case> {
  /** Runs of a case that shrinking may take. */
  readonly maxRuns: number;
  /** One side took so much longer that it may be endless. */
  readonly impatient: boolean;
  /** Small cases that may show the same; the first that does is shrunk in place of the one that was found. */
  readonly starts: readonly Case[];
}

export function findWitness<Case, Trace>(
  pack: Pack<Case, Trace>,
  first: Case,
  wanted: Dimension,
  campaign: Campaign,
  against: Side<Case, Trace>,
  candidate: Side<Case, Trace>,
  { maxRuns, impatient, starts }: Search<Case>,
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
    ? compareAmongOthers(pack, first, campaign, against, candidate, 'run')?.mismatch.kind
    : null;
  const endlessSide = (input: Case): 'before' | 'after' | null => {
    const runs = patientRuns(input, against, candidate);
    return runs && endless(runs);
  };
  const byEnding = impatient && !amongOthers;
  const firstEndless = byEnding ? endlessSide(first) : null;
  if (byEnding && firstEndless === null) return null;
  const differs = (input: Case): boolean => {
    if (amongOthers) {
      // Alone it is another dimension's, and another kind of difference is another one.
      if (pack.exploration?.covers(input) !== true) return false;
      if (against.explored() + candidate.explored() > SHRINK_FUEL) return false;
      const seen = compareAmongOthers(pack, input, campaign, against, candidate, 'run');
      return seen?.mismatch.kind === kind && kind !== undefined;
    }
    if (byEnding) return endlessSide(input) === firstEndless;
    const runs = runBoth(input, against, candidate);
    if (runs === null) return false;
    const { before, after } = runs;
    const found = compareSides(pack, sides(before.trace(), after.trace()), dimension, entry);
    return found?.dimension === wanted;
  };
  const start = starts.find((input) => differs(input)) ?? first;
  const tries = amongOthers ? Math.ceil(maxRuns / EXPLORED_RUNS) : maxRuns;
  const { smallest } = shrinkGreedily(start, (input) => pack.shrink(input), differs, tries);
  for (const input of [smallest, first]) {
    const seen = compareOn(pack, input, campaign, against, candidate);
    if (seen?.mismatch.dimension !== wanted) continue;
    const sequential = wanted !== 'safety' && pack.isSequential(input);
    return { input, ...seen, dimension: sequential ? 'sequential' : wanted };
  }
  return null;
}

interface BothRuns<Trace> {
  readonly before: RunOf<Trace>;
  readonly after: RunOf<Trace>;
}

function runBoth<Case, Trace>(
  input: Case,
  against: Side<Case, Trace>,
  candidate: Side<Case, Trace>,
  fuel?: bigint,
): BothRuns<Trace> | null {
  const before = against.run(input, fuel);
  const after = candidate.run(input, fuel);
  return before && after && { before, after };
}

/** The side that has not ended while the other has. */
function endless({ before, after }: BothRuns<unknown>): 'before' | 'after' | null {
  if (before.ended === after.ended) return null;
  return before.ended ? 'after' : 'before';
}

/** The side that ends says how much fuel is fair. */
function patientRuns<Case, Trace>(
  input: Case,
  against: Side<Case, Trace>,
  candidate: Side<Case, Trace>,
): BothRuns<Trace> | null {
  const runs = runBoth(input, against, candidate, LEAST_FUEL);
  if (runs === null || (runs.before.ended && runs.after.ended)) return runs;
  const fuel = least(runs.before.spent, runs.after.spent) * PATIENCE + LEAST_FUEL;
  const again = (run: RunOf<Trace>, side: Side<Case, Trace>) =>
    run.ended ? run : side.run(input, fuel);
  const before = again(runs.before, against);
  const after = again(runs.after, candidate);
  return before && after && { before, after };
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
