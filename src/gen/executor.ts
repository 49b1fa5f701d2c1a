/**
 * Who runs the chunks: this thread, or as many workers as there are cores. Results come back in the order of the chunks,
 * whoever was first, so that merging does not depend on the machine.
 */
import type { Pack } from '../pack-api/pack.js';
import {
  runChunk,
  type CampaignOptions,
  type Chunk,
  type ChunkResult,
  type RunnableVersion,
} from './campaign.js';

export interface Executor {
  /** `cancelled` is asked between chunks; what has not run by then comes back as null. */
  run(
    chunks: readonly Chunk[],
    options: CampaignOptions,
    progress: (done: number, total: number) => void,
    cancelled: () => boolean,
  ): Promise<readonly (ChunkResult | null)[]>;
}

export function inThisThread<Case, Trace>(
  pack: Pack<Case, Trace>,
  versions: readonly RunnableVersion[],
  strict: readonly RunnableVersion[] = [],
): Executor {
  return {
    async run(chunks, options, progress, cancelled) {
      const results: (ChunkResult | null)[] = [];
      for (const chunk of chunks) {
        results.push(
          cancelled() ? null : runChunk(pack, chunk.strict ? strict : versions, chunk, options),
        );
        progress(results.length, chunks.length);
        // Lets an interrupt be heard between chunks.
        await new Promise((resume) => setImmediate(resume));
      }
      return results;
    },
  };
}

/** Cuts `count` cases of one entry point and dimension into chunks of equal size. */
export function chunksOf(
  entry: string,
  dimension: Chunk['dimension'],
  count: number,
  size: number,
  strict = false,
): Chunk[] {
  const chunks: Chunk[] = [];
  for (let from = 0; from < count; from += size)
    chunks.push({ entry, dimension, from, count: Math.min(size, count - from), strict });
  return chunks;
}
