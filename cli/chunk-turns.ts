/**
 * Who takes which chunk. The main thread goes through them from the first to the last, workers from the other end: each through those
 * that it may have made ready, then through whatever is left. A word of shared memory for each chunk says that it is taken, so
 * that nobody waits for anybody.
 */
import type { Chunk } from '../src/gen/campaign.js';
import type { CampaignJob } from './worker-messages.js';

/** Numbers of `count` chunks as one of several workers tries to take them. */
export function orderOfWorker(count: number, worker: number, workers: number): number[] {
  const all = Array.from({ length: count }, (_, at) => count - 1 - at);
  const own = (_: number, at: number): boolean => at % workers === worker;
  return [...all.filter(own), ...all.filter((number, at) => !own(number, at))];
}

/** Of these, what that worker is first to try. */
export function shareOfWorker(count: number, worker: number, workers: number): number[] {
  const own = Math.ceil((count - worker) / workers);
  return orderOfWorker(count, worker, workers).slice(0, Math.max(0, own));
}

/** What nobody else has taken, taken one by one, with its number. */
export function* chunksToTake({
  chunks,
  order,
  taken,
}: Pick<CampaignJob, 'chunks' | 'order' | 'taken'>): Generator<[number, Chunk]> {
  for (const at of order) {
    const chunk = chunks[at];
    if (chunk === undefined || Atomics.exchange(taken, at, 1) !== 0) continue;
    yield [at, chunk];
  }
}
