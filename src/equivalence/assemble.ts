/**
 * From what the campaigns counted to checks: one verdict for each pair of versions, entry point and dimension. It claims
 * what was run, no more: how many cases, which changed lines ran, and why nothing can be said where that is so.
 */
import { ORIGINAL, REFERENCE } from '../gen/campaign.js';
import type { EntrySummary } from '../gen/merge.js';
import { addThreads, NO_THREADS, type ThreadCount } from '../gen/thread-count.js';
import { THREAD_BOUND, type Dimension } from '../pack-api/pack.js';
import type { CheckReport } from '../report/report.js';

/** A cover site: the changed lines of a statement, or one outcome of a condition on one. */
interface CheckedSite {
  readonly function: string;
  readonly lines: readonly string[];
  readonly branch: string | null;
}

/** What is known of a version besides its runs. */
export interface CheckedVersion {
  readonly id: string;
  /** Why an entry point cannot be called in it. */
  readonly disabled: ReadonlyMap<string, string>;
  /** In the order of their numbers. */
  readonly sites: readonly CheckedSite[];
  /** Functions that each entry point can reach. */
  readonly reach: ReadonlyMap<string, ReadonlySet<string>>;
  /** Entry points that reach something that the version changed. */
  readonly touched: ReadonlySet<string>;
}

export interface Pair {
  readonly candidate: string;
  readonly against: string;
}

export interface Assembled {
  readonly checks: readonly CheckReport[];
}

/** The witness that stands for a pair, entry point and dimension, if there is one. */
export type WitnessOf = (
  pair: Pair,
  entry: string,
  dimension: Dimension,
) => { readonly id: string; readonly what: string } | null;

export function assembleChecks(
  versions: readonly CheckedVersion[],
  pairs: readonly Pair[],
  dimensions: readonly Dimension[],
  summaries: readonly EntrySummary[],
  entryPoints: readonly string[],
  witnessOf: WitnessOf,
): CheckReport[] {
  const byId = new Map(versions.map((version) => [version.id, version]));
  const checks: CheckReport[] = [];
  for (const pair of pairs) {
    const candidate = byId.get(pair.candidate);
    const against = byId.get(pair.against);
    for (const entry of entryPoints) {
      const isTouched =
        pair.against === REFERENCE ||
        candidate?.touched.has(entry) === true ||
        against?.touched.has(entry) === true;
      if (!isTouched) continue;
      const own = summaries.filter((summary) => summary.entry === entry && !summary.strict);
      const strict = summaries.filter((summary) => summary.entry === entry && summary.strict);
      const reason = candidate?.disabled.get(entry) ?? against?.disabled.get(entry) ?? null;
      for (const dimension of dimensions) {
        const check =
          reason === null
            ? judge(pair, entry, dimension, own, strict, candidate, against, witnessOf)
            : notChecked(pair, entry, dimension, reason);
        if (check) checks.push(check);
      }
    }
  }
  return checks;
}

function judge(
  pair: Pair,
  entry: string,
  dimension: Dimension,
  summaries: readonly EntrySummary[],
  strict: readonly EntrySummary[],
  candidate: CheckedVersion | undefined,
  against: CheckedVersion | undefined,
  witnessOf: WitnessOf,
): CheckReport | null {
  // Safety is watched in the runs of all other dimensions.
  const runs = summaries.filter(
    (summary) => dimension === 'safety' || summary.dimension === dimension,
  );
  const counts = runs.flatMap((summary) =>
    summary.pairs.filter((each) => samePair(each, pair)).map((each) => ({ ...each, summary })),
  );
  if (counts.length === 0) return null;
  const compared = sum(counts.map((each) => each.compared));
  const undecided = sum(counts.map((each) => each.undecided));
  const changed = coverageOf(entry, runs, candidate, against);
  const base = {
    candidate: pair.candidate,
    against: pair.against,
    entryPoint: entry,
    dimension,
    scenarios: compared,
    schedules: sum(counts.map((each) => each.schedules)),
    strictScenarios: dimension === 'safety' ? comparedIn(strict, pair) : 0,
    threads: threadsIn(counts.map((each) => each.threads)),
    bound: null,
    ...changed,
  };
  const witness = witnessOf(pair, entry, dimension);
  // Those that one side does not end belong to what was run.
  if (witness !== null)
    return {
      ...base,
      scenarios: compared + undecided,
      verdict: 'differs',
      witness: witness.id,
      reason: witness.what,
    };
  const inconclusive = (reason: string): CheckReport => ({
    ...base,
    verdict: 'inconclusive',
    witness: null,
    reason,
  });
  // The small cases of others are few, and a smaller dimension has said whether the lines can be executed.
  if (
    dimension === 'concurrent' &&
    changed.linesChanged.length > 0 &&
    changed.linesCovered.length === 0
  )
    return { ...base, verdict: 'not-checked', witness: null, reason: 'no small case executes it' };
  if (compared === 0) return inconclusive('no run could be compared');
  // Runs that a witness shows to be endless are reported by it; they take nothing from what the others say.
  const explained = runs.every(
    (run) =>
      !run.stuck.some((each) => samePair(each, pair)) ||
      witnessOf(pair, entry, run.dimension) !== null,
  );
  if (undecided > 0 && !explained)
    return inconclusive(`${undecided} of ${compared + undecided} runs ran out of fuel`);
  if (changed.linesChanged.length > 0 && changed.linesCovered.length === 0)
    return inconclusive('not one changed line was executed');
  return { ...base, verdict: 'no-difference', witness: null, reason: null };
}

function threadsIn(counts: readonly ThreadCount[]): CheckReport['threads'] {
  const all = counts.reduce(addThreads, NO_THREADS);
  return all.pairs === 0 ? null : { ...all, preemptions: THREAD_BOUND.preemptions };
}

function comparedIn(summaries: readonly EntrySummary[], pair: Pair): number {
  const own = summaries.flatMap((summary) => summary.pairs.filter((each) => samePair(each, pair)));
  return sum(own.map((each) => each.compared));
}

type Coverage = Pick<
  CheckReport,
  'linesChanged' | 'linesCovered' | 'branchesChanged' | 'branchesTaken'
>;

/** Of changed lines that the entry point can reach, in the newer version; where that only took lines away, in the older. */
function coverageOf(
  entry: string,
  runs: readonly EntrySummary[],
  candidate: CheckedVersion | undefined,
  against: CheckedVersion | undefined,
): Coverage {
  for (const version of [candidate, against]) {
    if (!version) continue;
    const reach = version.reach.get(entry);
    const within = version.sites.filter((site) => reach?.has(site.function));
    if (within.every(({ lines }) => lines.length === 0)) continue;
    const ran = runs.flatMap((run) =>
      [...(run.covered.get(version.id) ?? [])].flatMap((site) => version.sites[site] ?? []),
    );
    const lines = new Set(within.flatMap((site) => site.lines));
    const branches = new Set(within.flatMap((site) => site.branch ?? []));
    return {
      linesChanged: sorted(lines),
      linesCovered: sorted(new Set(ran.flatMap((site) => site.lines))).filter((line) =>
        lines.has(line),
      ),
      branchesChanged: sorted(branches),
      branchesTaken: sorted(new Set(ran.flatMap((site) => site.branch ?? []))).filter((branch) =>
        branches.has(branch),
      ),
    };
  }
  return { linesChanged: [], linesCovered: [], branchesChanged: [], branchesTaken: [] };
}

function notChecked(pair: Pair, entry: string, dimension: Dimension, reason: string): CheckReport {
  return {
    ...pair,
    entryPoint: entry,
    dimension,
    verdict: 'not-checked',
    scenarios: 0,
    schedules: 0,
    strictScenarios: 0,
    threads: null,
    bound: null,
    linesChanged: [],
    linesCovered: [],
    branchesChanged: [],
    branchesTaken: [],
    witness: null,
    reason,
  };
}

/** Every candidate against the original, then the candidates against each other, then the original against the references. */
export function allPairs(candidates: readonly string[]): Pair[] {
  const pairs: Pair[] = candidates.map((candidate) => ({ candidate, against: ORIGINAL }));
  candidates.forEach((against, at) => {
    for (const candidate of candidates.slice(at + 1)) pairs.push({ candidate, against });
  });
  pairs.push({ candidate: ORIGINAL, against: REFERENCE });
  return pairs;
}

function samePair(a: Pair, b: Pair): boolean {
  return a.candidate === b.candidate && a.against === b.against;
}

/** `path:line` and what may follow, by path and then by numbers. */
function sorted(places: ReadonlySet<string>): string[] {
  const keyed = [...places].map((text) => {
    const [, path, line, column] = /^(.*?):(\d+)(?::(\d+))?(?: |$)/.exec(text) ?? [];
    return { text, path: path ?? '', line: Number(line), column: Number(column ?? 0) };
  });
  keyed.sort(
    (a, b) =>
      byText(a.path, b.path) || a.line - b.line || a.column - b.column || byText(a.text, b.text),
  );
  return keyed.map(({ text }) => text);
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
