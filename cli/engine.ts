/** The engine that the edge hands to the pipeline: workers for campaigns, machines of this thread for the rest. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { NO_CACHE, type Cache } from '../src/cache.js';
import type { AnyPack, Engine, Runner } from '../src/engine.js';
import { Machine, programImage, type ProgramImage } from '../src/exec/machine.js';
import type { Program } from '../src/exec/program.js';
import { inspectingMachine, runMachine } from '../src/exec/run-machine.js';
import type { RunMachine } from '../src/pack-api/pack.js';
import { compileThreads, compileVersion } from '../src/version/build-version.js';
import { runChunk, type ChunkResult, type RunnableVersion } from '../src/gen/campaign.js';
import type { Executor } from '../src/gen/executor.js';
import type { WatchedVersion } from '../src/gen/steer.js';
import type { PreparedVersion } from '../src/version/prepare.js';
import { chunksToTake, orderOfWorker, shareOfWorker } from './chunk-turns.js';
import { openVersion } from './open-machine.js';
import type {
  CampaignJob,
  FromWorker,
  ThreadBuild,
  ToWorker,
  WorkerVersion,
} from './worker-messages.js';

export interface EngineOptions {
  readonly progress: (text: string) => void;
  readonly cancelled: () => boolean;
  readonly whyCancelled?: () => string;
  /** 1 runs everything in this thread. */
  readonly workers: number | null;
  readonly cache?: Cache;
}

export function engine(options: EngineOptions): Engine {
  const cache = options.cache ?? NO_CACHE;
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
    cache,
    async stop() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
    foresee(pack, chunks, options) {
      workers.forEach((worker, at) => {
        const own = shareOfWorker(chunks.length, at, workers.length);
        const likely = own.flatMap((number) => chunks[number] ?? []);
        send(worker, { kind: 'foresee', pack: pack.name, chunks: likely, options });
      });
    },
    start(pack, versions, options): Runner {
      const builds =
        options?.threads === true ? threadBuilds(versions, cache) : new Map<string, ThreadBuild>();
      const images = versions.map((version) =>
        workerVersion(version, builds.get(version.id) ?? null),
      );
      const runnable = images.map(openVersion);
      const machines = new Map(runnable.map((version) => [version.id, version.machine]));
      const threads = new Map(
        runnable.flatMap(({ id, threads: own }) => (own == null ? [] : [[id, own] as const])),
      );
      // all versions, or none: a pair needs both sides
      const strictImages = versions.every((version) => version.strict !== null)
        ? versions.flatMap(strictVersion)
        : [];
      const strict = strictImages.map(openVersion);
      for (const worker of workers)
        send(worker, { kind: 'load', pack: pack.name, versions: images, strict: strictImages });
      return {
        executor: shared(pack, runnable, strict, workers),
        machines,
        strict: new Map(strict.map((version) => [version.id, version.machine])),
        threads,
        inspect: (version) => inspect(version, cache),
        record: (version) => record(version, cache),
        roomy: (version, heapBytes) => roomy(version, heapBytes, cache),
        watch: (version, lines) => watch(version, lines),
      };
    },
  };
}

function inspect(version: PreparedVersion, cache: Cache): RunMachine | null {
  const image = imageOnDemand(version, 'inspectable', cache);
  if (image === null) return null;
  return inspectingMachine(new Machine(image), version.buffers, version.observers);
}

function record(version: PreparedVersion, cache: Cache): RunMachine | null {
  const image = imageOnDemand(version, 'recording', cache);
  return image === null ? null : runMachine(new Machine(image), version.buffers);
}

function roomy(version: PreparedVersion, heapBytes: number, cache: Cache): RunMachine | null {
  const image = imageOnDemand(version, 'fast', cache, heapBytes);
  return image === null ? null : runMachine(new Machine(image), version.buffers);
}

/** Not kept: which lines are watched depends on the change. */
function watch(version: PreparedVersion, lines: ReadonlySet<string>): WatchedVersion | null {
  const source = version.source();
  if (!source.ok) return null;
  const program = compileVersion(source.value, { kind: 'fast', coverLines: lines });
  if (!program.ok) return null;
  const image = programImage(program.value);
  const opened = openVersion({ ...workerVersion(version), image });
  const { machine } = opened;
  return { machine, takeCoverage: () => opened.takeCoverage(), sites: program.value.coverSites };
}

function imageOnDemand(
  version: PreparedVersion,
  kind: 'inspectable' | 'recording' | 'fast',
  cache: Cache,
  heapBytes?: number,
): ProgramImage | null {
  const size = heapBytes === undefined ? '' : ` ${String(heapBytes)}`;
  const kept = keptImage(version, `${kind}${size}`, cache);
  if (kept.known !== null) return kept.known;
  const source = version.source();
  if (!source.ok) return null;
  const program = compileVersion(source.value, {
    kind,
    coverLines: new Set(),
    ...(heapBytes === undefined ? {} : { heapBytes }),
  });
  return program.ok ? kept.keep(program.value) : null;
}

/** What an earlier run has left of a version's module, and how this one leaves its own. */
function keptImage(
  version: PreparedVersion,
  kind: string,
  cache: Cache,
): { readonly known: ProgramImage | null; readonly keep: (program: Program) => ProgramImage } {
  const key = version.key === null ? null : `${version.key} ${kind}`;
  return {
    known: key === null ? null : (cache.get(key) as ProgramImage | null),
    keep(program) {
      const image = programImage(program);
      if (key !== null) cache.put(key, image);
      return image;
    },
  };
}

/** All versions, or none: a pair needs both sides. */
function threadBuilds(
  versions: readonly PreparedVersion[],
  cache: Cache,
): ReadonlyMap<string, ThreadBuild> {
  const builds = new Map<string, ThreadBuild>();
  for (const version of versions) {
    if (version.threads === null) return new Map();
    const image = threadImage(version, cache);
    if (image === null) return new Map();
    builds.set(version.id, { image, plan: version.threads });
  }
  return builds;
}

function threadImage(version: PreparedVersion, cache: Cache): ProgramImage | null {
  const kept = keptImage(version, 'suspendable', cache);
  if (kept.known !== null) return kept.known;
  const source = version.source();
  if (!source.ok) return null;
  const program = compileThreads(source.value, new Set());
  return program?.ok === true ? kept.keep(program.value) : null;
}

export function workerVersion(
  version: PreparedVersion,
  threads: ThreadBuild | null = null,
): WorkerVersion {
  return {
    id: version.id,
    image: version.program,
    threads,
    buffers: version.buffers,
    entries: version.entries,
    changed: [...version.changed],
  };
}

function strictVersion(version: PreparedVersion): WorkerVersion[] {
  return version.strict === null ? [] : [{ ...workerVersion(version), image: version.strict }];
}

function send(worker: Worker, message: ToWorker): void {
  worker.postMessage(message);
}

/**
 * Whoever is free takes a chunk that nobody has taken, by words of shared memory: nobody waits for this thread, which is busy with chunks
 * of its own. Results are kept by the chunk's number.
 */
function shared(
  pack: AnyPack,
  versions: readonly RunnableVersion[],
  strict: readonly RunnableVersion[],
  workers: readonly Worker[],
): Executor {
  return {
    async run(chunks, options, progress, cancelled) {
      const results: (ChunkResult | null)[] = chunks.map(() => null);
      const bytes = Int32Array.BYTES_PER_ELEMENT * chunks.length;
      const taken = new Int32Array(new SharedArrayBuffer(bytes));
      let done = 0;
      const finish = (at: number, result: ChunkResult): void => {
        results[at] = result;
        progress(++done, chunks.length);
      };
      const others = workers.map((worker, at) => {
        const order = orderOfWorker(chunks.length, at, workers.length);
        return drive(worker, { chunks, options, order, taken }, finish);
      });
      const own = async (): Promise<void> => {
        const order = chunks.map((_, at) => at);
        for (const [at, chunk] of chunksToTake({ chunks, order, taken })) {
          finish(at, runChunk(pack, chunk.strict ? strict : versions, chunk, options));
          await new Promise((resume) => setImmediate(resume));
          // Nothing is left for anybody then.
          if (cancelled()) taken.fill(1);
        }
      };
      if (cancelled()) taken.fill(1);
      await Promise.all([own(), ...others]);
      return results;
    },
  };
}

function drive(
  worker: Worker,
  campaign: Omit<CampaignJob, 'kind'>,
  finish: (at: number, result: ChunkResult) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const answered = (message: FromWorker): void => {
      if (message.kind === 'chunk') finish(message.at, message.result);
      if (message.kind !== 'campaign') return;
      // Only these: without Node's own listeners the worker would never be heard again.
      worker.off('message', answered);
      worker.off('error', reject);
      resolve();
    };
    worker.on('message', answered);
    worker.on('error', reject);
    send(worker, { kind: 'campaign', ...campaign });
  });
}
