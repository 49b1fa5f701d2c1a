/** The engine that the edge hands to the pipeline: workers for campaigns, machines of this thread for the rest. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { AnyPack, Engine, Runner } from '../src/engine.js';
import { Machine, programImage } from '../src/exec/machine.js';
import { inspectingMachine, runMachine } from '../src/exec/run-machine.js';
import type { RunMachine } from '../src/pack-api/pack.js';
import { compileVersion } from '../src/version/build-version.js';
import {
  runChunk,
  type Chunk,
  type ChunkResult,
  type RunnableVersion,
} from '../src/gen/campaign.js';
import type { CampaignOptions } from '../src/gen/campaign.js';
import type { Executor } from '../src/gen/executor.js';
import type { PreparedVersion } from '../src/version/prepare.js';
import type { FromWorker, ToWorker, WorkerVersion } from './worker-messages.js';

export interface EngineOptions {
  readonly progress: (text: string) => void;
  readonly cancelled: () => boolean;
  /** 1 runs everything in this thread. */
  readonly workers: number | null;
}

export function engine(options: EngineOptions): Engine {
  return {
    progress: options.progress,
    cancelled: options.cancelled,
    start(pack, versions): Promise<Runner> {
      const images = versions.map(workerVersion);
      const runnable = images.map(openVersion);
      const machines = new Map(runnable.map((version) => [version.id, version.machine]));
      const wanted = options.workers ?? Math.min(availableParallelism(), 16);
      // This thread works too, so one worker less than cores.
      const workers = Array.from({ length: Math.max(0, wanted - 1) }, () =>
        startWorker(pack, images),
      );
      return Promise.resolve({
        executor: shared(pack, runnable, workers),
        machines,
        inspect,
        async stop() {
          await Promise.all(workers.map((worker) => worker.terminate()));
        },
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
    image: programImage(version.program),
    buffers: version.open.plan.buffers,
    entries: [...version.open.entries],
  };
}

export function openVersion(version: WorkerVersion): RunnableVersion {
  const machine = new Machine(version.image);
  return {
    id: version.id,
    machine: runMachine(machine, version.buffers),
    entries: new Set(version.entries),
    takeCoverage() {
      const sites: number[] = [];
      machine.coverage().forEach((ran, site) => {
        if (ran !== 0) sites.push(site);
      });
      machine.clearCoverage();
      return sites;
    },
  };
}

function startWorker(pack: AnyPack, versions: readonly WorkerVersion[]): Worker {
  const worker = new Worker(new URL('./worker.js', import.meta.url));
  send(worker, { kind: 'load', pack: pack.name, versions });
  return worker;
}

function send(worker: Worker, message: ToWorker): void {
  worker.postMessage(message);
}

/** Chunks are handed out one by one, to whoever is free; results are kept by the chunk's number. */
function shared(
  pack: AnyPack,
  versions: readonly RunnableVersion[],
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
          finish(work.at, runChunk(pack, versions, work.chunk, options));
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
        worker.removeAllListeners();
        resolve();
        return;
      }
      current = work.at;
      send(worker, { kind: 'chunk', chunk: work.chunk, options });
    };
    worker.on('message', (message: FromWorker) => {
      finish(current, message.result);
      give();
    });
    worker.on('error', reject);
    give();
  });
}
