/** What this thread and a worker say to each other. */
import type { Diagnostic } from '../src/base/diagnostic.js';
import type { Result } from '../src/base/result.js';
import type { KernelConfiguration } from '../src/c/preprocess/kernel-config/kernel-options.js';
import type { CompiledVersion } from '../src/engine.js';
import type { ProgramImage } from '../src/exec/machine.js';
import type { CampaignOptions, Chunk, ChunkResult } from '../src/gen/campaign.js';
import type { TreeSpec } from './tree-spec.js';

export interface WorkerVersion {
  readonly id: string;
  readonly image: ProgramImage;
  readonly buffers: readonly { readonly global: string; readonly bytes: number }[];
  readonly entries: readonly string[];
  /** Of these, those through which it may do anything else than the original. */
  readonly changed: readonly string[];
}

export interface CompileJob {
  readonly kind: 'compile';
  readonly pack: string;
  readonly id: string;
  readonly tree: TreeSpec;
  readonly configuration: KernelConfiguration;
  readonly coverLines: ReadonlySet<string>;
  readonly strict: boolean;
}

export type ToWorker =
  | CompileJob
  | {
      readonly kind: 'load';
      readonly pack: string;
      readonly versions: readonly WorkerVersion[];
      readonly strict: readonly WorkerVersion[];
    }
  | { readonly kind: 'chunk'; readonly chunk: Chunk; readonly options: CampaignOptions };

export type FromWorker =
  | { readonly kind: 'chunk'; readonly result: ChunkResult }
  | { readonly kind: 'compile'; readonly result: Result<CompiledVersion, readonly Diagnostic[]> };
