/** What the pipeline needs from the edge: machines to run on, workers, progress, and word of an interrupt. */
import type { Cache } from './cache.js';
import type { CampaignOptions, Chunk } from './gen/campaign.js';
import type { Executor } from './gen/executor.js';
import type { WatchedVersion } from './gen/steer.js';
import type { Pack, RunMachine } from './pack-api/pack.js';
import type { PreparedVersion } from './version/prepare.js';

/** The engine never looks inside a pack's cases and traces. */
export type AnyPack = Pack<unknown, unknown>;

export interface Runner {
  readonly executor: Executor;
  /** A machine of this thread for each version, for workloads, shrinking and replay. */
  readonly machines: ReadonlyMap<string, RunMachine>;
  /** The same for strict modules, where they were compiled. */
  readonly strict: ReadonlyMap<string, RunMachine>;
  /** The same for cases of several threads, where they were asked for. */
  readonly threads: ReadonlyMap<string, RunMachine>;
  /** A machine that tells the endless from the long; null where none can be made. Compiled on demand. */
  inspect(version: PreparedVersion): RunMachine | null;
  /** A machine that knows where everything was last written; null where none can be made. Compiled on demand. */
  record(version: PreparedVersion): RunMachine | null;
  /** A machine with a heap of that size; null where none can be made. Compiled on demand. */
  roomy(version: PreparedVersion, heapBytes: number): RunMachine | null;
  /** A machine that knows which of these lines (`path:line`) ran; null where none can be made. Compiled on demand. */
  watch(version: PreparedVersion, lines: ReadonlySet<string>): WatchedVersion | null;
}

export interface StartOptions {
  /** Machines for cases of several threads are wanted too. */
  readonly threads: boolean;
}

export interface Engine {
  /** What earlier runs have left. */
  readonly cache: Cache;
  stop(): Promise<void>;
  /** A campaign that is likely to come: what of it depends on no version may be done while this thread is busy with them. */
  foresee(pack: AnyPack, chunks: readonly Chunk[], options: CampaignOptions): void;
  start(pack: AnyPack, versions: readonly PreparedVersion[], options?: StartOptions): Runner;
  progress(text: string): void;
  cancelled(): boolean;
  /** Why, once it is; for the report of a run that is not whole. */
  whyCancelled(): string;
}
