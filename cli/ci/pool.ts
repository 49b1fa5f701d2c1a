/** Worker processes, as many as wanted: each takes the next input when it is done. One that dies or hangs is replaced. */
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
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
  readonly cancelled: () => boolean;
}

const MEMORY_MEGABYTES = 3072;
/** One input after another is read in a worker; its heap is given back now and then. */
const JOBS_PER_WORKER = 500;

export async function runJobs(
  jobs: readonly CiJob[],
  pool: PoolOptions,
  done: (job: CiJob, end: JobEnd) => void,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    let worker: ChildProcess | null = null;
    let taken = 0;
    for (let job = jobs[next++]; job !== undefined && !pool.cancelled(); job = jobs[next++]) {
      worker ??= start(pool.options);
      const end: JobEnd = await runJob(worker, job, pool.seconds);
      done(job, end);
      if (end.kind === 'result' && ++taken < JOBS_PER_WORKER) continue;
      worker.kill('SIGKILL');
      worker = null;
      taken = 0;
    }
    worker?.kill('SIGKILL');
  };
  await Promise.all(Array.from({ length: Math.min(pool.workers, jobs.length) }, lane));
}

function start(options: CheckArguments): ChildProcess {
  const path = fileURLToPath(new URL('./worker.js', import.meta.url));
  const worker = fork(path, [], {
    execArgv: [`--max-old-space-size=${MEMORY_MEGABYTES}`, '--max-semi-space-size=32'],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  worker.send({ kind: 'options', options });
  return worker;
}

function runJob(worker: ChildProcess, job: CiJob, seconds: number): Promise<JobEnd> {
  return new Promise((resolve) => {
    let said = '';
    const hear = (text: Buffer): void => {
      said = (said + text.toString('utf8')).slice(0, 4096);
    };
    const settle = (end: JobEnd): void => {
      clearTimeout(timer);
      worker.removeAllListeners();
      worker.stderr?.removeListener('data', hear);
      resolve(end);
    };
    const timer = setTimeout(() => settle({ kind: 'hung', seconds }), seconds * 1000);
    worker.stderr?.on('data', hear);
    worker.once('message', ({ result }: FromCiWorker) => settle({ kind: 'result', result }));
    worker.once('error', (error) => settle({ kind: 'crashed', how: error.message }));
    worker.once('exit', (code, signal) => {
      const line = said.split('\n').find((text) => /error/i.test(text)) ?? '';
      const how = signal === null ? `exit status ${code ?? '?'}` : `signal ${signal}`;
      settle({ kind: 'crashed', how: line === '' ? how : `${how}: ${line.trim()}` });
    });
    worker.send({ kind: 'job', job });
  });
}
