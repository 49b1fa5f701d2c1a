/** Chunk results added up, by entry point and dimension of the campaign. */
import type { Dimension } from '../pack-api/pack.js';
import {
  worse,
  type ChunkResult,
  type CostChange,
  type FoundMismatch,
  type StuckCase,
} from './campaign.js';
import { addThreads, NO_THREADS, type ThreadCount } from './thread-count.js';
import { mergeWorst, type WorstCosts } from './worst-costs.js';

export interface PairSummary {
  readonly candidate: string;
  readonly against: string;
  readonly compared: number;
  readonly undecided: number;
  readonly schedules: number;
  readonly threads: ThreadCount;
}

export interface EntrySummary {
  readonly entry: string;
  /** Of the campaign; a mismatch may belong to another one (`safety`). */
  readonly dimension: Dimension;
  /** On strict machines: the same cases once more, for safety alone. */
  readonly strict: boolean;
  readonly pairs: readonly PairSummary[];
  /** The lowest index for each pair and dimension. */
  readonly mismatches: readonly FoundMismatch[];
  /** The lowest index for each pair. */
  readonly stuck: readonly StuckCase[];
  readonly costs: readonly CostChange[];
  readonly worst: WorstCosts | null;
  readonly covered: ReadonlyMap<string, ReadonlySet<number>>;
  readonly unstable: readonly { readonly version: string; readonly index: number }[];
}

/** `results` in the order of their chunks: the first mismatch of a pair is the one with the lowest index. */
export function mergeChunks(results: readonly ChunkResult[]): EntrySummary[] {
  const groups = new Map<string, ChunkResult[]>();
  for (const result of results) {
    const key = `${result.chunk.entry}\0${result.chunk.dimension}\0${result.chunk.strict === true}`;
    const group = groups.get(key);
    if (group) group.push(result);
    else groups.set(key, [result]);
  }
  return [...groups.values()].flatMap((group) => {
    const first = group[0];
    return first ? [mergeGroup(first, group)] : [];
  });
}

function mergeGroup(first: ChunkResult, group: readonly ChunkResult[]): EntrySummary {
  const pairs = new Map<string, PairSummary>();
  const mismatches = new Map<string, FoundMismatch>();
  const stuck = new Map<string, StuckCase>();
  const costs = new Map<string, CostChange>();
  const covered = new Map<string, Set<number>>();
  for (const result of group) {
    for (const pair of result.pairs) {
      const key = `${pair.candidate}\0${pair.against}`;
      const known = pairs.get(key);
      pairs.set(key, {
        ...pair,
        compared: pair.compared + (known?.compared ?? 0),
        undecided: pair.undecided + (known?.undecided ?? 0),
        schedules: pair.schedules + (known?.schedules ?? 0),
        threads: addThreads(pair.threads, known?.threads ?? NO_THREADS),
      });
    }
    for (const found of result.mismatches) {
      const key = `${found.candidate}\0${found.against}\0${found.dimension}`;
      if (!mismatches.has(key)) mismatches.set(key, found);
    }
    for (const found of result.stuck) {
      const key = `${found.candidate}\0${found.against}`;
      if (!stuck.has(key)) stuck.set(key, found);
    }
    for (const change of result.costs) {
      const key = `${change.candidate}\0${change.metric}`;
      const known = costs.get(key);
      if (known === undefined || worse(change, known)) costs.set(key, change);
    }
    for (const { version, sites } of result.covered) {
      const known = covered.get(version) ?? new Set<number>();
      for (const site of sites) known.add(site);
      covered.set(version, known);
    }
  }
  return {
    entry: first.chunk.entry,
    dimension: first.chunk.dimension,
    strict: first.chunk.strict === true,
    pairs: [...pairs.values()],
    mismatches: [...mismatches.values()],
    stuck: [...stuck.values()],
    costs: [...costs.values()],
    worst: mergeWorst(group.flatMap((result) => result.worst ?? [])),
    covered,
    unstable: group.flatMap((result) => result.unstable),
  };
}
