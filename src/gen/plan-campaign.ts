/** How much is run of what: cases for each entry point and dimension, in chunks. */
import type { Dimension, EntryPoint } from '../pack-api/pack.js';
import type { Chunk } from './campaign.js';
import { chunksOf } from './executor.js';

export interface CampaignSizes {
  /** Cases for each entry point in `sequential`. */
  readonly scenarios: number;
  /** Cases for each entry point that can yield in `yield`. */
  readonly yields: number;
  /** The first cases of each entry point, which also run on strict machines; half as many with reschedules. */
  readonly strict: number;
  /** Cases for each entry point that are run under every schedule of a scope, for each dimension that has one. */
  readonly explored: number;
  /** Of these, so many for each case; where there are more, they are drawn at random. */
  readonly schedules: number;
  /** Pairs of calls at once for each entry point, each in all orders of a scope. */
  readonly interleaved: number;
  /** Executed steps that exploring may take for each version and entry point. */
  readonly budget: number;
  /** Cases of a search for the dearest, for each entry point. */
  readonly searched: number;
  /** Runs of a search for what no case executed, for each version. */
  readonly steered: number;
  /** Cases that also go through the references. */
  readonly references: number;
  /** Cases that every version runs twice. */
  readonly repeats: number;
}

const CHUNK = 100;
/** Explored cases take a hundred runs and more, each. */
const EXPLORED_CHUNK = 4;
const INTERLEAVED_CHUNK = 2;
/** Where every access is a point that is looked at, a step takes so many times as long. */
const THREAD_SHARE = 10;

export interface PlannedCampaign {
  readonly chunks: readonly Chunk[];
  /** Dimensions in which something is said. */
  readonly dimensions: readonly Dimension[];
}

export function planCampaign(
  entries: readonly EntryPoint[],
  sizes: CampaignSizes,
  exploring: readonly Dimension[] = [],
): PlannedCampaign {
  // A run that yields all the time takes long where every access is checked.
  const strictYields = Math.ceil(sizes.strict / 2);
  const chunks = entries.flatMap((entry) => [
    ...chunksOf(entry.name, 'sequential', sizes.scenarios, CHUNK),
    ...(entry.yields ? chunksOf(entry.name, 'yield', sizes.yields, CHUNK) : []),
    ...chunksOf(entry.name, 'sequential', Math.min(sizes.strict, sizes.scenarios), CHUNK, true),
    ...(entry.yields
      ? chunksOf(entry.name, 'yield', Math.min(strictYields, sizes.yields), CHUNK, true)
      : []),
  ]);
  const dimensions: Dimension[] = ['sequential', 'yield'];
  if (exploring.includes('concurrent') && sizes.explored > 0) dimensions.push('concurrent');
  const explored = entries.flatMap((entry) => {
    const own = exploring.filter((dimension) => dimension !== 'yield' || entry.yields);
    const parts = own.length * Math.ceil(sizes.explored / EXPLORED_CHUNK);
    const budget = BigInt(Math.ceil(sizes.budget / Math.max(1, parts)));
    return own.flatMap((dimension) =>
      chunksOf(entry.name, dimension, sizes.explored, EXPLORED_CHUNK).map((chunk) => ({
        ...chunk,
        exploring: { budget },
      })),
    );
  });
  const interleaved = exploring.includes('concurrent')
    ? entries.flatMap((entry) => {
        const parts = Math.ceil(sizes.interleaved / INTERLEAVED_CHUNK);
        const budget = BigInt(Math.ceil(sizes.budget / THREAD_SHARE / Math.max(1, parts)));
        return chunksOf(entry.name, 'concurrent', sizes.interleaved, INTERLEAVED_CHUNK).map(
          (chunk) => ({ ...chunk, exploring: { budget, threads: true } }),
        );
      })
    : [];
  const searching = entries.flatMap(({ name }): Chunk[] =>
    sizes.searched === 0
      ? []
      : [{ entry: name, dimension: 'cost', from: 0, count: sizes.searched, searching: true }],
  );
  return {
    // from both ends come the threads: cases of those at the far one can be made ahead
    chunks: [...interleaved, ...explored, ...searching, ...chunks],
    dimensions: [...dimensions, 'safety'],
  };
}
