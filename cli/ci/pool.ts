/**
 * Worker processes, as many as wanted: each takes the next input when it is done. One that dies or hangs is replaced, and costs only
 * the input that it was at; one that dies after it has done others may have died of those, and its input gets a worker of its own.
 */
import { fork, type ChildProcess } from 'node:child_process';
import type { CheckArguments } from '../check-options.js';
import type { CiJob, CiResult, FromCiWorker } from './worker-job.js';

export type JobEnd =
  | { readonly kind: 'result'; readonly result: CiResult }
  /** Our fault, or memory; never that of the other inputs. */
  | { readonly kind: 'crashed'; readonly how: string }
  | { readonly kind: 'hung'; readonly seconds: number };

export interface PoolOptions {
  readonly workers: number;
  readonly options: CheckArguments;
  /** After which a worker that has not answered is ended. */
  readonly seconds: number;
  /** Ends what runs, at once; what is not done then is not told. */
  readonly interrupt: AbortSignal;
  /** What a worker runs. */
  readonly program?: URL;
  /** Of its heap. */
  readonly megabytes?: number;
}

const PROGRAM = new URL('./ci-worker.js', import.meta.url);
const MEGABYTES = 3072;
/** One input after another is read in a worker; its heap is given back now and then. */
const JOBS_PER_WORKER = 500;

export async function runJobs(
  jobs: readonly CiJob[],
  pool: PoolOptions,
  done: (job: CiJob, end: JobEnd) => void,
): Promise<void> {
  const waiting = jobs.values();
  const lanes = Math.min(pool.workers, jobs.length);
  await Promise.all(Array.from({ length: lanes }, () => runLane(waiting, pool, done)));
}

/** One worker after the other, on whatever is next. */
async function runLane(
  waiting: IterableIterator<CiJob>,
  pool: PoolOptions,
  done: (job: CiJob, end: JobEnd) => void,
): Promise<void> {
  let worker: ChildProcess | null = null;
  let taken = 0;
  const stop = (): void => {
    worker?.kill('SIGKILL');
    worker = null;
    taken = 0;
  };
  for (const job of waiting) {
    if (pool.interrupt.aborted) break;
    worker ??= start(pool);
    let end = await runJob(worker, job, pool);
    if (end?.kind === 'crashed' && taken > 0) {
      stop();
      worker = start(pool);
      end = await runJob(worker, job, pool);
    }
    if (end === null) break;
    done(job, end);
    taken++;
    if (end.kind !== 'result' || taken === JOBS_PER_WORKER) stop();
  }
  stop();
}

function start({ options, program, megabytes }: PoolOptions): ChildProcess {
  const worker = fork(program ?? PROGRAM, [], {
    execArgv: [`--max-old-space-size=${megabytes ?? MEGABYTES}`, '--max-semi-space-size=32'],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  worker.send({ kind: 'options', options });
  return worker;
}

/** null: interrupted. */
function runJob(
  worker: ChildProcess,
  job: CiJob,
  { seconds, interrupt }: PoolOptions,
): Promise<JobEnd | null> {
  return new Promise((resolve) => {
    let said = '';
    const hear = (text: Buffer): void => {
      said = (said + text.toString('utf8')).slice(0, 4096);
    };
    const settle = (end: JobEnd | null): void => {
      clearTimeout(timer);
      interrupt.removeEventListener('abort', interrupted);
      worker.removeAllListeners();
      // What a pipe that broke has to say still has to be heard by somebody.
      worker.on('error', () => undefined);
      worker.stderr?.removeListener('data', hear);
      resolve(end);
    };
    const interrupted = (): void => settle(null);
    const timer = setTimeout(() => settle({ kind: 'hung', seconds }), seconds * 1000);
    interrupt.addEventListener('abort', interrupted);
    worker.stderr?.on('data', hear);
    worker.once('message', ({ result }: FromCiWorker) => settle({ kind: 'result', result }));
    worker.once('error', (error) => settle({ kind: 'crashed', how: error.message }));
    worker.once('exit', (code, signal) =>
      settle({ kind: 'crashed', how: how(code, signal, said) }),
    );
    // One that died while nobody was asking never answers.
    if (interrupt.aborted) settle(null);
    else if (worker.exitCode !== null || worker.signalCode !== null)
      settle({ kind: 'crashed', how: how(worker.exitCode, worker.signalCode, said) });
    else worker.send({ kind: 'job', job });
  });
}

function how(code: number | null, signal: NodeJS.Signals | null, said: string): string {
  const lines = said.split('\n');
  const line = lines.find((text) => /^\w*Error\b|FATAL ERROR/.test(text)) ?? '';
  const ended = signal === null ? `exit status ${code ?? '?'}` : `signal ${signal}`;
  return line === '' ? ended : `${ended}: ${line.trim()}`;
}
