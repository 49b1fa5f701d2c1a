/** One check as the edge runs it: the arguments made into a request, interrupts heard, progress shown. */
import { join } from 'node:path';
import { checkThread, type CheckOutcome, type CheckRequest } from '../src/check-thread.js';
import type { AcceptRule } from '../src/equivalence/accept-known.js';
import type { MailInput } from '../src/mail/mail-input.js';
import type { ReadingOptions } from '../src/mail/read-thread.js';
import type { CheckArguments, ReadingArguments } from './check-options.js';
import { diskCache } from './disk-cache.js';
import { engine } from './engine.js';
import { assetsOf, defaultPack } from './packs.js';
import { StageClock, timingLines } from './stage-clock.js';
import type { Terminal } from './terminal.js';
import type { ChosenTree } from './trees.js';
import { toolIdentity, toolVersion } from './version-text.js';

/** Larger searches take hours; what is left out is said. */
const MOST_PROOF_CASES = 1_000_000;
/** Without --prove, for each scenario that is asked for: what takes longer than the scenarios is left out. */
const PROOF_CASES_A_SCENARIO = 300;
/** For each entry point: small cases run under schedules of others, how many of these for each, and pairs of calls at once. */
const AMONG_OTHERS = {
  default: { explored: 2, schedules: 30, interleaved: 1, budget: 400_000 },
  deep: { explored: 40, schedules: 4000, interleaved: 8, budget: 100_000_000 },
};
/** Cases of a search for those that cost most, for each entry point and each hundred scenarios. */
const SEARCHED = { default: 3, deep: 200 };
/** Runs of a search for changed code that nothing executed, for each scenario that is asked for. */
const STEERED = { default: 3, deep: 60 };
/** One side's schedules that are searched before the other is said to differ. */
const MOST_SCHEDULES = 16_000;

export function readingOf(args: ReadingArguments): ReadingOptions {
  return {
    mboxrd: args.mboxrd,
    revision: args.revision ?? null,
    fuzz: args.fuzz ?? null,
  };
}

export function checkRequest(
  args: CheckArguments,
  mails: readonly MailInput[],
  chosen: ChosenTree,
  accept: readonly AcceptRule[],
): CheckRequest {
  const pack = defaultPack();
  const witnessDir = args['witness-dir'];
  const others = args.deep ? AMONG_OTHERS.deep : AMONG_OTHERS.default;
  return {
    mails,
    reading: readingOf(args),
    ...chosen,
    findBase: args['find-base'] ? chosen.findBase : null,
    base: null,
    pack,
    assets: assetsOf(pack),
    tool: { name: 'patchcheck', version: toolVersion() },
    seed: args.seed,
    sizes: {
      scenarios: args.scenarios,
      // each of these costs as much as four others
      yields: Math.ceil(args.scenarios / 16),
      references: Math.min(100, args.scenarios),
      repeats: 5,
      strict: args['checked-scenarios'],
      steered: args.scenarios * STEERED[args.deep ? 'deep' : 'default'],
      searched: Math.ceil((args.scenarios * SEARCHED[args.deep ? 'deep' : 'default']) / 100),
      ...others,
      budget: args.budget ?? others.budget,
    },
    largeMemories: args.deep,
    candidates: args.candidate,
    functions: args.function,
    rules: { failOnCost: args['fail-on'] === 'cost', strict: args.strict },
    accept,
    scope: { most: MOST_SCHEDULES, pairs: args.deep },
    proof: proofSizes(args),
    replay: (id) =>
      witnessDir === undefined
        ? `store witnesses with --witness-dir DIR, then: patchcheck replay DIR/${id}.witness`
        : `patchcheck replay ${join(witnessDir, `${id}.witness`)}`,
  };
}

function proofSizes({
  prove,
  scenarios,
}: Pick<CheckArguments, 'prove' | 'scenarios'>): CheckRequest['proof'] {
  const most = { mostCases: MOST_PROOF_CASES, mostTogether: Infinity };
  if (prove) return { ...most, firstOnly: false, asked: true };
  return {
    ...most,
    mostTogether: PROOF_CASES_A_SCENARIO * scenarios,
    firstOnly: true,
    asked: false,
  };
}

export async function runCheck(
  request: CheckRequest,
  screen: Terminal,
  {
    workers,
    cache,
    timings,
    'max-seconds': seconds,
  }: Pick<CheckArguments, 'workers' | 'cache' | 'timings' | 'max-seconds'>,
): Promise<CheckOutcome> {
  let interrupted = false;
  const clock = new StageClock();
  const end = seconds === undefined ? null : Date.now() + seconds * 1000;
  const interrupt = (): void => {
    // The second one ends the process as usual.
    interrupted = true;
    process.removeListener('SIGINT', interrupt);
  };
  process.on('SIGINT', interrupt);
  try {
    return await checkThread(
      request,
      engine({
        progress: (text) => {
          clock.progress(text);
          screen.progress(text);
        },
        cancelled: () => interrupted || (end !== null && Date.now() >= end),
        whyCancelled: () =>
          interrupted
            ? 'interrupted before all runs were made'
            : `stopped after ${seconds ?? 0} s (--max-seconds), before all runs were made`,
        workers: workers ?? null,
        cache: diskCache({ enabled: cache, tool: toolIdentity(), env: process.env }),
      }),
    );
  } finally {
    process.removeListener('SIGINT', interrupt);
    screen.progress('');
    if (timings) {
      const lines = timingLines(clock.finish(), process.resourceUsage().maxRSS);
      screen.err(`${lines.join('\n')}\n`);
    }
  }
}
