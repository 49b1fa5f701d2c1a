/**
 * From the first case on which two versions differed to the smallest one, replayed before it is believed. `differs` is never said
 * without it.
 */
import type { FoundMismatch } from '../gen/campaign.js';
import { REFERENCE } from '../gen/campaign.js';
import type { Dimension, Mismatch, Pack, RunMachine } from '../pack-api/pack.js';
import { shrinkGreedily } from '../shrink/greedy.js';

export interface FoundWitness<Case, Trace> {
  readonly input: Case;
  readonly mismatch: Mismatch;
  readonly before: Trace;
  readonly after: Trace;
  /** Of the campaign that found it, or a smaller one if its means are not needed. */
  readonly dimension: Dimension;
}

/** Gives a version's trace of a case; null where it has none (references do not cover all). */
export type Tracer<Case, Trace> = (input: Case) => Trace | null;

export function tracerOf<Case, Trace>(
  pack: Pack<Case, Trace>,
  id: string,
  machine: RunMachine | null,
): Tracer<Case, Trace> {
  if (id === REFERENCE || machine === null) return (input) => pack.refer(input);
  return (input) => pack.decode(pack.execute(machine, input), input);
}

export function compareOn<Case, Trace>(
  pack: Pack<Case, Trace>,
  input: Case,
  entry: string,
  dimension: Dimension,
  against: Tracer<Case, Trace>,
  candidate: Tracer<Case, Trace>,
): { mismatch: Mismatch; before: Trace; after: Trace } | null {
  const before = against(input);
  const after = candidate(input);
  if (before === null || after === null) return null;
  const mismatch = pack.compare(before, after, dimension, entry);
  return mismatch === null ? null : { mismatch, before, after };
}

export function findWitness<Case, Trace>(
  pack: Pack<Case, Trace>,
  found: FoundMismatch,
  campaign: { readonly seed: string; readonly entry: string; readonly dimension: Dimension },
  against: Tracer<Case, Trace>,
  candidate: Tracer<Case, Trace>,
  maxRuns: number,
): FoundWitness<Case, Trace> | null {
  const { seed, entry, dimension } = campaign;
  const first = pack.generate(seed, entry, dimension, found.index);
  const differs = (input: Case): boolean =>
    compareOn(pack, input, entry, dimension, against, candidate)?.mismatch.dimension ===
    found.dimension;
  if (!differs(first)) return null;
  const { smallest } = shrinkGreedily(first, (input) => pack.shrink(input), differs, maxRuns);
  const replayed = compareOn(pack, smallest, entry, dimension, against, candidate);
  if (replayed === null) return null;
  const own = replayed.mismatch.dimension;
  return {
    input: smallest,
    ...replayed,
    dimension: own !== 'safety' && pack.isSequential(smallest) ? 'sequential' : own,
  };
}
