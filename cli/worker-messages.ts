/** What this thread and a worker say to each other. */
import type { ProgramImage } from '../src/exec/machine.js';
import type { ThreadPlan } from '../src/pack-api/pack.js';
import type { CampaignOptions, Chunk, ChunkResult } from '../src/gen/campaign.js';

/** A build whose runs can be left. */
export interface ThreadBuild {
  readonly image: ProgramImage;
  readonly plan: ThreadPlan;
}

export interface WorkerVersion {
  readonly id: string;
  readonly image: ProgramImage;
  readonly threads: ThreadBuild | null;
  readonly buffers: readonly { readonly global: string; readonly bytes: number }[];
  readonly entries: readonly string[];
  /** Of these, those through which it may do anything else than the original. */
  readonly changed: readonly string[];
}

/** A campaign that is likely to come: whose cases a worker may make while it has nothing to run. */
export interface ForeseenCampaign {
  readonly kind: 'foresee';
  readonly pack: string;
  /** Those that are for this worker to make, in the order that it will take them in. */
  readonly chunks: readonly Chunk[];
  readonly options: CampaignOptions;
}

/** Chunks to take from until none is left. */
export interface CampaignJob {
  readonly kind: 'campaign';
  readonly chunks: readonly Chunk[];
  readonly options: CampaignOptions;
  /** Numbers of the chunks, in the order that this worker tries to take them in. */
  readonly order: readonly number[];
  /** Shared memory: a word for each chunk, 1 once somebody has taken it. */
  readonly taken: Int32Array;
}

export type ToWorker =
  | {
      readonly kind: 'load';
      readonly pack: string;
      readonly versions: readonly WorkerVersion[];
      readonly strict: readonly WorkerVersion[];
    }
  | ForeseenCampaign
  | CampaignJob;

export type FromWorker =
  | { readonly kind: 'chunk'; readonly at: number; readonly result: ChunkResult }
  /** No chunk is left. */
  | { readonly kind: 'campaign' };
