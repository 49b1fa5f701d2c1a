/** What this thread and a worker say to each other. */
import type { ProgramImage } from '../src/exec/machine.js';
import type { CampaignOptions, Chunk, ChunkResult } from '../src/gen/campaign.js';

export interface WorkerVersion {
  readonly id: string;
  readonly image: ProgramImage;
  readonly buffers: readonly { readonly global: string; readonly bytes: number }[];
  readonly entries: readonly string[];
}

export type ToWorker =
  | { readonly kind: 'load'; readonly pack: string; readonly versions: readonly WorkerVersion[] }
  | { readonly kind: 'chunk'; readonly chunk: Chunk; readonly options: CampaignOptions };

export interface FromWorker {
  readonly result: ChunkResult;
}
