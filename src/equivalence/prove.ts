/**
 * Proof within a bound: every case of the pack's proof scopes on every version, to the end. What is `proved` was run, all of it; whatever
 * stands in the way (a sample, an approximate model, a constant in the changed code that the scope cannot show) is said instead.
 * A difference seen here is on a version that nobody has: it refuses the proof, and says so, and is no finding by itself.
 */
import type { CheckRequest } from '../check-thread.js';
import type { AnyPack, Engine } from '../engine.js';
import { ORIGINAL, type Chunk } from '../gen/campaign.js';
import { chunksOf } from '../gen/executor.js';
import { mergeChunks, type EntrySummary } from '../gen/merge.js';
import type { ProofScope } from '../pack-api/pack.js';
import type { CheckReport, WorstCostReport } from '../report/report.js';
import { reportCostBound } from './worst-costs.js';
import type { CandidateChanges, PreparedVersion } from '../version/prepare.js';
import { prepareScope } from '../version/prepare-scope.js';

export interface ProofSizes {
  /** Cases of one entry point in one scope that a search is begun for; more than these: not attempted. */
  readonly mostCases: number;
  /** Cases of all entry points together in one scope; more than these: not attempted. */
  readonly mostTogether: number;
  /** Only the first scope of each dimension: every other one means to build the versions once more. */
  readonly firstOnly: boolean;
  /** Somebody asked for a proof, and hears what stands in its way. */
  readonly asked: boolean;
}

/** Numbers a worker takes at a time. */
const CHUNK = 4000;
/** What a case that is explored costs, in cases that are run once. */
const RUNS_OF_EXPLORED = 250;
/** The same where somebody asked for a proof, who has the time. */
const RUNS_OF_STEPS = 80;
/** More than any case takes. */
const UNBOUNDED = 1n << 60n;
/** Single steps of others on tables of a few entries: far less. */
const MOST_STEPS = 4096;

interface Attempt {
  readonly scope: ProofScope<unknown>;
  readonly entry: string;
  readonly summary: EntrySummary | null;
}

export interface Proofs {
  readonly checks: readonly CheckReport[];
  /** What calls cost at most in the scopes that were searched to their end. */
  readonly costs: readonly WorstCostReport[];
}

/** Checks against the original, with `proved` where that was shown, and with the reason where a proof was refused. */
export async function proveChecks(
  request: CheckRequest,
  versions: readonly PreparedVersion[],
  changes: readonly CandidateChanges[],
  checks: readonly CheckReport[],
  sizes: ProofSizes,
  engine: Engine,
): Promise<Proofs> {
  const { pack } = request;
  const open = checks.filter((check) => canBeProved(check));
  const refusals = new Map(
    open.map((check) => [check, refusal(request, versions, changes, check)]),
  );
  const entries = new Set(
    open.filter((check) => refusals.get(check) === null).map((check) => check.entryPoint),
  );
  const attempts: Attempt[] = [];
  for (const scope of scopesOf(pack, sizes)) {
    const wanted = [...entries].filter((entry) => {
      const size = scope.size(entry);
      const asked = open.some((each) => each.entryPoint === entry && fits(each, scope));
      const most = scope.exploring ? sizes.mostCases / RUNS_OF_STEPS : sizes.mostCases;
      return asked && size > 0 && size <= most;
    });
    const together = wanted.reduce((sum, entry) => sum + scope.size(entry) * runsOf(scope), 0);
    if (wanted.length === 0 || together > sizes.mostTogether || engine.cancelled()) continue;
    attempts.push(...(await search(request, versions, scope, wanted, engine)));
  }
  const judgedChecks = checks.map((check) => {
    const refused = refusals.get(check);
    if (refused === undefined) return check;
    if (refused === null) return judged(check, attempts, sizes);
    return sizes.asked ? { ...check, reason: `not proved: ${refused}` } : check;
  });
  const costs = attempts.flatMap(({ scope, entry, summary }) =>
    reportCostBound(entry, scope.bound, summary?.worst ?? null, versions),
  );
  return { checks: judgedChecks, costs };
}

function scopesOf({ proofScopes }: AnyPack, { firstOnly }: ProofSizes): AnyPack['proofScopes'] {
  return proofScopes.filter(
    ({ dimension }, at) =>
      !firstOnly || proofScopes.findIndex((each) => each.dimension === dimension) === at,
  );
}

function runsOf({ exploring }: ProofScope<unknown>): number {
  return exploring ? RUNS_OF_EXPLORED : 1;
}

function canBeProved({ verdict, against, dimension }: CheckReport): boolean {
  return (
    verdict === 'no-difference' &&
    against === ORIGINAL &&
    (dimension === 'sequential' || dimension === 'yield' || dimension === 'concurrent')
  );
}

function fits(check: CheckReport, scope: ProofScope<unknown>): boolean {
  return check.dimension === scope.dimension;
}

/** Why no search of small scopes could prove this; null: it may. */
function refusal(
  { pack }: CheckRequest,
  versions: readonly PreparedVersion[],
  changes: readonly CandidateChanges[],
  { candidate, entryPoint }: CheckReport,
): string | null {
  const version = versions.find(({ id }) => id === candidate);
  const own = changes.find((each) => each.candidate === candidate);
  if (version === undefined || own === undefined) return 'it was not run';
  const reach = version.reach.get(entryPoint) ?? new Set<string>();
  const model = [...reach].filter((name) => pack.approximate.has(name)).sort()[0];
  if (model !== undefined) return `it reaches ${model}, whose model is approximate`;
  const largest = Math.max(...pack.proofScopes.map((scope) => scope.largestConstant));
  const constant = version.largestConstant;
  if (constant > largest)
    return `the changed code names ${constant}, more than a scaled table holds`;
  return null;
}

async function search(
  request: CheckRequest,
  versions: readonly PreparedVersion[],
  scope: ProofScope<unknown>,
  entries: readonly string[],
  engine: Engine,
): Promise<Attempt[]> {
  const { pack, seed } = request;
  engine.progress(`building the versions for ${scope.name}`);
  const prepared = prepareScope(request, versions, scope);
  if (!prepared.ok) return [];
  const runner = engine.start(pack, prepared.value);
  const chunks: Chunk[] = entries.flatMap((entry) =>
    chunksOf(entry, scope.dimension, scope.size(entry), CHUNK / runsOf(scope)).map((chunk) => ({
      ...chunk,
      scope: scope.name,
      ...(scope.exploring ? { exploring: { budget: UNBOUNDED } } : {}),
    })),
  );
  const results = await runner.executor.run(
    chunks,
    { seed, referenceCases: 0, repeatCases: 0, scope: { most: MOST_STEPS, pairs: false } },
    (done, total) => engine.progress(`proving: ${scope.name}, ${done} of ${total} parts`),
    () => engine.cancelled(),
  );
  const cut = new Set(chunks.filter((_, at) => results[at] === null).map(({ entry }) => entry));
  const summaries = mergeChunks(results.filter((result) => result !== null));
  return entries.map((entry) => ({
    scope,
    entry,
    summary: cut.has(entry) ? null : (summaries.find((each) => each.entry === entry) ?? null),
  }));
}

/** A check becomes a proof where at least one scope of its dimension was searched to its end, and none saw anything else. */
function judged(
  check: CheckReport,
  attempts: readonly Attempt[],
  { asked }: ProofSizes,
): CheckReport {
  const own = attempts.filter(
    ({ scope, entry, summary }) =>
      entry === check.entryPoint && fits(check, scope) && summary !== null,
  );
  if (own.length === 0) return check;
  let cases = 0;
  let schedules = 0;
  const samePair = (each: { candidate: string; against: string }): boolean =>
    each.candidate === check.candidate && each.against === check.against;
  for (const { scope, summary } of own) {
    const pair = summary?.pairs.find(samePair);
    const seen = summary?.mismatches.find(samePair);
    if (seen !== undefined) {
      const reason = `not proved: on scaled tables (${scope.name}, number ${seen.index}) ${seen.what}`;
      return { ...check, verdict: asked ? 'inconclusive' : check.verdict, reason };
    }
    if (pair === undefined || pair.undecided > 0)
      return { ...check, reason: `not proved: a run in ${scope.name} did not end` };
    cases += pair.compared;
    schedules += pair.schedules;
  }
  // nobody may act: the smaller dimensions have said it
  if (check.dimension === 'concurrent' && schedules === 0) return check;
  const bound = own.map(({ scope }) => scope.bound).join('. Also: ');
  return {
    ...check,
    verdict: 'proved',
    scenarios: check.scenarios + cases,
    schedules: check.schedules + schedules,
    bound,
    reason: null,
  };
}
