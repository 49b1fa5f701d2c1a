/** The engine that the edge hands to the pipeline: workers for campaigns, machines of this thread for the rest. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Diagnostic } from '../src/base/diagnostic.js';
import type { Result } from '../src/base/result.js';
import type { KernelConfiguration } from '../src/c/preprocess/kernel-config/kernel-options.js';
import type { AnyPack, CompileJobOf, CompiledVersion, Engine, Runner } from '../src/engine.js';
import { Machine, programImage } from '../src/exec/machine.js';
import { inspectingMachine } from '../src/exec/run-machine.js';
import type { RunMachine } from '../src/pack-api/pack.js';
import { compileForCampaigns, compileVersion } from '../src/version/build-version.js';
import {
  runChunk,
  type Chunk,
  type ChunkResult,
  type RunnableVersion,
} from '../src/gen/campaign.js';
import type { CampaignOptions } from '../src/gen/campaign.js';
import type { Executor } from '../src/gen/executor.js';
import type { PreparedVersion } from '../src/version/prepare.js';
import { openVersion } from './open-machine.js';
import { treeSpec } from './tree-spec.js';
import type { CompileJob, FromWorker, ToWorker, WorkerVersion } from './worker-messages.js';

export interface EngineOptions {
  readonly progress: (text: string) => void;
  readonly cancelled: () => boolean;
  readonly whyCancelled?: () => string;
  /** 1 runs everything in this thread. */
  readonly workers: number | null;
}

export function engine(options: EngineOptions): Engine {
  // This thread works too, so one worker less than cores.
  const wanted = options.workers ?? Math.min(availableParallelism(), 16);
  const workers = Array.from(
    { length: Math.max(0, wanted - 1) },
    () =>
      new Worker(new URL('./worker.js', import.meta.url), {
        resourceLimits: { maxYoungGenerationSizeMb: 96 },
      }),
  );
  return {
    progress: options.progress,
    cancelled: options.cancelled,
    whyCancelled: options.whyCancelled ?? (() => 'stopped before all runs were made'),
    compileAll: (pack, configuration, jobs) => compileAll(workers, pack, configuration, jobs),
    async stop() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
    start(pack, versions): Promise<Runner> {
      const images = versions.map(workerVersion);
      const runnable = images.map(openVersion);
      const machines = new Map(runnable.map((version) => [version.id, version.machine]));
      // all versions, or none: a pair needs both sides
      const strictImages = versions.every((version) => version.strict !== null)
        ? versions.flatMap(strictVersion)
        : [];
      const strict = strictImages.map(openVersion);
      for (const worker of workers)
        send(worker, { kind: 'load', pack: pack.name, versions: images, strict: strictImages });
      return Promise.resolve({
        executor: shared(pack, runnable, strict, workers),
        machines,
        strict: new Map(strict.map((version) => [version.id, version.machine])),
        inspect,
      });
    },
  };
}

async function inspect({ open }: PreparedVersion): Promise<RunMachine | null> {
  const program = await compileVersion(open, { kind: 'inspectable', coverLines: new Set() });
  if (!program.ok) return null;
  const { buffers, observers } = open.plan;
  return inspectingMachine(new Machine(programImage(program.value)), buffers, observers);
}

export function workerVersion(version: PreparedVersion): WorkerVersion {
  return {
    id: version.id,
    image: version.program,
    buffers: version.open.plan.buffers,
    entries: [...version.open.entries],
    changed: [...version.changed],
  };
}

function strictVersion(version: PreparedVersion): WorkerVersion[] {
  return version.strict === null ? [] : [{ ...workerVersion(version), image: version.strict }];
}

/** Jobs go round by turns, this thread first; a tree that only this thread can read is compiled here. */
async function compileAll(
  workers: readonly Worker[],
  pack: AnyPack,
  configuration: KernelConfiguration,
  jobs: readonly CompileJobOf[],
): Promise<readonly Result<CompiledVersion, readonly Diagnostic[]>[]> {
  const queues = workers.map((): Promise<unknown> => Promise.resolve());
  const elsewhere = new Map<number, Promise<Result<CompiledVersion, readonly Diagnostic[]>>>();
  jobs.forEach(({ version, coverLines, strict }, at) => {
    const turn = at % (workers.length + 1);
    const worker = workers[turn - 1];
    const tree = treeSpec(version.tree);
    if (worker === undefined || tree === null) return;
    const job = {
      kind: 'compile',
      pack: pack.name,
      id: version.id,
      tree,
      configuration,
      coverLines,
      strict,
    } as const;
    const done = (queues[turn - 1] ?? Promise.resolve()).then(() => compileIn(worker, job));
    queues[turn - 1] = done;
    elsewhere.set(at, done);
  });
  const results: Result<CompiledVersion, readonly Diagnostic[]>[] = [];
  for (const [at, { version, coverLines, strict }] of jobs.entries()) {
    if (elsewhere.has(at)) continue;
    // Workers get their first jobs before this thread is busy.
    await new Promise((resume) => setImmediate(resume));
    results[at] = await compileForCampaigns(version, coverLines, strict);
  }
  for (const [at, done] of elsewhere) results[at] = await done;
  return results;
}

function compileIn(
  worker: Worker,
  job: CompileJob,
): Promise<Result<CompiledVersion, readonly Diagnostic[]>> {
  return new Promise((resolve, reject) => {
    worker.once('message', (message: FromWorker) => {
      worker.removeListener('error', reject);
      if (message.kind === 'compile') resolve(message.result);
      else reject(new Error('a worker answered something else'));
    });
    worker.once('error', reject);
    send(worker, job);
  });
}

function send(worker: Worker, message: ToWorker): void {
  worker.postMessage(message);
}

/** Chunks are handed out one by one, to whoever is free; results are kept by the chunk's number. */
function shared(
  pack: AnyPack,
  versions: readonly RunnableVersion[],
  strict: readonly RunnableVersion[],
  workers: readonly Worker[],
): Executor {
  return {
    async run(chunks, options, progress, cancelled) {
      const results: (ChunkResult | null)[] = chunks.map(() => null);
      let next = 0;
      let done = 0;
      const take = (): { chunk: Chunk; at: number } | null => {
        if (cancelled()) return null;
        const at = next;
        const chunk = chunks[at];
        if (chunk === undefined) return null;
        next++;
        return { chunk, at };
      };
      const finish = (at: number, result: ChunkResult): void => {
        results[at] = result;
        progress(++done, chunks.length);
      };
      const own = async (): Promise<void> => {
        for (let work = take(); work !== null; work = take()) {
          const taking = work.chunk.strict ? strict : versions;
          finish(work.at, runChunk(pack, taking, work.chunk, options));
          await new Promise((resume) => setImmediate(resume));
        }
      };
      await Promise.all([own(), ...workers.map((worker) => drive(worker, options, take, finish))]);
      return results;
    },
  };
}

function drive(
  worker: Worker,
  options: CampaignOptions,
  take: () => { chunk: Chunk; at: number } | null,
  finish: (at: number, result: ChunkResult) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let current = -1;
    const give = (): void => {
      const work = take();
      if (work === null) {
        // Only these: without Node's own listeners the worker would never be heard again.
        worker.off('message', answered);
        worker.off('error', reject);
        resolve();
        return;
      }
      current = work.at;
      send(worker, { kind: 'chunk', chunk: work.chunk, options });
    };
    const answered = (message: FromWorker): void => {
      if (message.kind !== 'chunk') return;
      finish(current, message.result);
      give();
    };
    worker.on('message', answered);
    worker.on('error', reject);
    give();
  });
}
