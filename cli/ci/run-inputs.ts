/** Inputs → results: from the cache where nothing has changed, else by the worker processes. */
import { readFileSync } from 'node:fs';
import { diagnostic, type Diagnostic } from '../../src/base/diagnostic.js';
import { refused } from '../../src/check-thread.js';
import type { BaselineRule } from '../../src/equivalence/accept-known.js';
import type { CheckedInput } from '../../src/report/formats/checked-input.js';
import { rulesFor } from '../accept-rules.js';
import type { CheckArguments } from '../check-options.js';
import { checkRequest } from '../run-check.js';
import type { ChosenTree } from '../trees.js';
import { readMailInputs } from '../mail-inputs.js';
import type { CiInput } from './find-inputs.js';
import { runJobs, type JobEnd } from './pool.js';
import { aboutRun, cacheKey, NO_CACHE, resultCache } from './result-cache.js';
import type { CiJob, CiResult } from './worker-job.js';

export interface RunInputs {
  readonly args: CheckArguments;
  readonly chosen: ChosenTree;
  /** Differences that do not count, by input. */
  readonly known: readonly BaselineRule[];
  readonly cache: boolean;
  readonly workers: number;
  readonly interrupt: AbortSignal;
  readonly done: (input: CheckedInput, witnesses: CiResult['witnesses'], count: number) => void;
}

/** Without an end set by the user; an input that takes longer is not worth the others' time. */
const PATIENCE_SECONDS = 1800;

export async function runInputs(inputs: readonly CiInput[], run: RunInputs): Promise<void> {
  const { args, chosen } = run;
  const cache = run.cache ? resultCache(chosen.tree) : NO_CACHE;
  const about = run.cache ? aboutRun(args, chosen.tree, chosen.configuration) : '';
  const keys = new Map<CiJob, string>();
  const left: CiJob[] = [];
  let finished = 0;
  const give = (
    job: CiJob,
    { report, hunks, witnesses }: Omit<CiResult, 'baseReads' | 'reads'>,
  ): void => run.done({ name: job.name, report, hunks }, witnesses, ++finished);
  for (const { name, paths } of inputs) {
    const job: CiJob = { name, paths, accept: rulesFor(name, run.known) };
    const content = run.cache ? contentOf(paths) : null;
    const key = content === null ? null : cacheKey(job, content, about);
    const known = key === null ? null : cache.find(key);
    if (known !== null) {
      give(job, known);
      continue;
    }
    if (key !== null) keys.set(job, key);
    left.push(job);
  }
  const soft = args['max-seconds'];
  const seconds = soft === undefined ? PATIENCE_SECONDS : soft * 1.2 + 60;
  const pool = { workers: run.workers, options: args, seconds, interrupt: run.interrupt };
  await runJobs(left, pool, (job, end) => {
    const key = keys.get(job);
    // What a clock or a crash cut short is tried again the next time.
    if (end.kind === 'result' && key !== undefined && end.result.report.partial === null)
      cache.store(key, end.result);
    give(job, end.kind === 'result' ? end.result : failed(args, chosen, end));
  });
}

function failed(
  args: CheckArguments,
  chosen: ChosenTree,
  end: Exclude<JobEnd, { kind: 'result' }>,
): Omit<CiResult, 'baseReads' | 'reads'> {
  const { report } = refused(checkRequest(args, [], chosen, []), [whyFailed(end)]);
  return { report, hunks: [], witnesses: [] };
}

function whyFailed(end: Exclude<JobEnd, { kind: 'result' }>): Diagnostic {
  const help = 'please report it, with the mail and the seed';
  return end.kind === 'hung'
    ? diagnostic(
        'limit',
        `the check did not end within ${Math.round(end.seconds)} s`,
        null,
        [],
        help,
      )
    : diagnostic(
        'bad-input',
        `the check crashed (${end.how}): a fault of patchcheck`,
        null,
        [],
        help,
      );
}

/** null where it cannot be read: the worker will say why. */
function contentOf(paths: readonly string[]): Uint8Array[] | null {
  try {
    const [path] = paths;
    if (paths.length > 1 || path === undefined) return paths.map((each) => readFileSync(each));
    const read = readMailInputs(paths);
    if (!read.ok) return null;
    return read.value.flatMap((input) =>
      (input.kind === 'file' ? [input.file] : input.files).flatMap((file) => [
        new TextEncoder().encode(file.path),
        file.bytes,
      ]),
    );
  } catch {
    return null;
  }
}
