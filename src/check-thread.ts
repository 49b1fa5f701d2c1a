/**
 * The pipeline, top to bottom: a mail thread becomes a report.
 *
 *   mbox → messages → thread → candidates → each applied to the tree → versions opened and compared as text
 *   → compiled → campaigns on all of them side by side → mismatches → witnesses → verdicts
 *   → the same for each patch of a series against the state before it → report
 *
 * A function from values to values; what reads files, starts workers or looks at a clock is handed in.
 */
import type { Diagnostic } from './base/diagnostic.js';
import { ok, type Result } from './base/result.js';
import { checkSteps } from './check-steps.js';
import { acceptKnown, type AcceptRule } from './equivalence/accept-known.js';
import { allPairs, assembleChecks } from './equivalence/assemble.js';
import { proveChecks, type ProofSizes } from './equivalence/prove.js';
import { judgeReferences } from './equivalence/judge-references.js';
import { exitCode, topVerdict, type ExitRules } from './equivalence/verdict.js';
import type { CampaignSizes } from './gen/plan-campaign.js';
import { mergeChunks } from './gen/merge.js';
import type { Candidate } from './mail/candidate.js';
import type { MailInput } from './mail/mail-input.js';
import { placeCandidates } from './mail/place-candidates.js';
import { chosenCandidates, readThread, type ReadingOptions } from './mail/read-thread.js';
import type { ReadText, ScheduleScope } from './pack-api/pack.js';
import { quoteHunks } from './quote-hunks.js';
import type { QuotedHunk } from './report/formats/checked-input.js';
import { SCHEMA_VERSION, type Report } from './report/report.js';
import { reportCandidate, reportCosts, reportWorkloads } from './report/collect.js';
import { costsOverSizes } from './report/costs-over-sizes.js';
import { together } from './equivalence/telling-cases.js';
import { reportWorstCases, reportWorstCosts } from './equivalence/worst-costs.js';
import type { Tree } from './tree/tree.js';
import { campaignOf } from './version/campaign-of.js';
import { baseHints, type BaseHint } from './version/base-hints.js';
import { applyAll } from './version/apply-all.js';
import type { KernelConfiguration } from './c/preprocess/kernel-config/kernel-options.js';
import { describeConfiguration } from './version/describe-configuration.js';
import type { OpenVersion } from './version/build-version.js';
import { prepareVersions } from './version/prepare.js';
import { steerToUnreached } from './equivalence/steer-to-unreached.js';
import { withSmallerCases } from './equivalence/smaller-costs.js';
import { witnessAll } from './equivalence/witness-all.js';
import type { AnyPack, Engine } from './engine.js';

export interface CheckRequest {
  readonly mails: readonly MailInput[];
  readonly reading: ReadingOptions;
  readonly tree: Tree;
  readonly configuration: KernelConfiguration;
  /** Looks for the state that the mails were written for; null: takes the tree as it is. */
  readonly findBase: ((hints: readonly BaseHint[]) => Result<FoundBase | null, Diagnostic>) | null;
  /** The original, where it is open already: of this tree and configuration. */
  readonly base: OpenVersion | null;
  readonly pack: AnyPack;
  readonly assets: ReadText;
  readonly tool: { readonly name: 'patchcheck'; readonly version: string };
  readonly seed: string;
  readonly sizes: CampaignSizes;
  /** How far searches for a proof go; null: none is made. */
  readonly proof: ProofSizes | null;
  /** Of schedules under which a side is searched before the other one is said to differ. */
  readonly scope: Omit<ScheduleScope, 'entries'>;
  /** Costs over sizes of memory also of those that take long. */
  readonly largeMemories: boolean;
  /** Ids of candidates to take, empty: all. */
  readonly candidates: readonly string[];
  /** Functions to check the entry points of, empty: all. */
  readonly functions: readonly string[];
  readonly rules: ExitRules;
  /** Differences that are meant or known. */
  readonly accept: readonly AcceptRule[];
  /** How a witness is replayed, given its id. */
  readonly replay: (witness: string) => string;
}

interface BasedRequest extends CheckRequest {
  readonly treeNotes: readonly string[];
}

/** What a search for the mails' base came to: another tree to take, or none, and what there is to say. */
export interface FoundBase {
  readonly tree: {
    readonly tree: Tree;
    readonly configuration: KernelConfiguration;
    /** As in the request. */
    readonly base: OpenVersion | null;
  } | null;
  readonly notes: readonly string[];
}

export interface CheckOutcome {
  readonly report: Report;
  /** Text of each witness, by id. */
  readonly witnesses: ReadonlyMap<string, string>;
  /** Hunks of what differs, for whoever quotes them. */
  readonly hunks: readonly QuotedHunk[];
}

export async function checkThread(request: CheckRequest, engine: Engine): Promise<CheckOutcome> {
  try {
    return await check(request, engine);
  } finally {
    await engine.stop();
  }
}

async function check(asked: CheckRequest, engine: Engine): Promise<CheckOutcome> {
  const { pack, seed, reading } = asked;
  const read = readThread(asked.mails, null, reading);
  if (read.candidates.length === 0) return refused(asked, read.diagnostics);
  const taken = chosenCandidates(read.candidates, asked.candidates, reading.revision);
  if (!taken.ok) return refused(asked, [taken.error]);
  const ids = taken.value.map(({ id }) => id);

  const based = onTheirBase(asked, read.candidates, ids);
  if (!based.ok) return refused(asked, [based.error]);
  const request = based.value;

  const placed = placeCandidates(request.tree, read.candidates, reading);
  const chosen = placed.filter(({ id }) => ids.includes(id));
  const applied = applyAll(request.tree, placed, chosen, reading);
  engine.progress('reading the C');
  const prepared = prepareVersions(request, applied, engine);
  if (!prepared.ok)
    return refused(
      request,
      prepared.error,
      applied.map((each) => reportCandidate(each)),
    );

  const { versions, changes, problems } = prepared.value;
  engine.progress('starting the machines');
  const runner = engine.start(pack, versions, { threads: request.sizes.interleaved > 0 });
  const { entries, campaign, options } = campaignOf(request, versions);
  engine.progress('running');
  const results = await runner.executor.run(
    campaign.chunks,
    options,
    (done, total) => engine.progress(`running ${done} of ${total} parts`),
    () => engine.cancelled(),
  );
  const finished = results.filter((result) => result !== null);
  const steered = await steerToUnreached(
    request,
    versions,
    entries,
    runner,
    mergeChunks(finished),
    options,
    engine,
  );
  const summaries = mergeChunks([...finished, ...steered.results]);
  const unstable = summaries.flatMap((summary) => summary.unstable);
  if (unstable.length > 0) return refused(request, [notDeterministic(unstable)]);

  engine.progress('looking for the smallest cases');
  const witnessed = witnessAll(request, versions, runner, summaries, applied);
  engine.progress('judging');
  const pairs = allPairs(versions.slice(1).map((version) => version.id));
  const judged = assembleChecks(
    versions,
    pairs,
    campaign.dimensions,
    summaries,
    entries.map((entry) => entry.name),
    witnessed.witnessOf,
  );
  const references = judgeReferences(judged, request);
  if (references.fault !== null) return refused(request, [references.fault]);
  const assembled = references.checks;
  const stands = (witness: string): boolean => !references.withdrawn.has(witness);
  const proofs =
    request.proof === null
      ? { checks: assembled, costs: [] }
      : await proveChecks(request, versions, changes, assembled, request.proof, engine);
  const checks = [
    ...changes.flatMap((change) => change.decided),
    ...prepared.value.undecided,
    ...proofs.checks,
  ];
  const notChecked = changes.flatMap((change) => change.notChecked);
  const whole = { versions, checks, witnesses: witnessed.reports.length };
  const steps = await checkSteps(request, applied, whole, engine);
  const allChecks = [...checks, ...steps.checks];
  const cut = finished.length < results.length || steps.cut;
  const partial = cut ? engine.whyCancelled() : null;
  const known = acceptKnown(allChecks, request.accept);
  const allProblems = [
    ...read.diagnostics.map((diagnostic) => ({ candidate: '', diagnostic })),
    ...problems,
    ...witnessed.problems,
    ...steps.problems,
    ...known.unmet.map((diagnostic) => ({ candidate: '', diagnostic })),
  ];
  return {
    report: {
      schemaVersion: SCHEMA_VERSION,
      tool: request.tool,
      seed,
      exitCode: exitCode(
        notChecked.length > 0 ? [...known.news, LEFT_OUT] : known.news,
        allProblems.length,
        partial !== null,
        request.rules,
      ),
      verdict: topVerdict(allChecks.map((check) => check.verdict)),
      partial,
      tree: describeTree(request),
      candidates: applied.map((candidate) =>
        reportCandidate(candidate, changes, pack, steps.steps),
      ),
      checks: allChecks,
      accepted: known.accepted,
      costs: reportCosts(summaries, seed),
      workloads: reportWorkloads(pack, versions, runner.machines),
      sizedCosts: costsOverSizes(request, versions, runner, () => engine.cancelled()),
      unreached: steered.unreached,
      worstCosts: [...reportWorstCosts(pack, versions, summaries), ...proofs.costs],
      worstCases: together(
        withSmallerCases(pack, runner.machines, reportWorstCases(pack, versions, summaries)),
      ),
      witnesses: [...witnessed.reports.filter(({ id }) => stands(id)), ...steps.witnesses],
      modelled: prepared.value.modelled,
      notChecked,
      remarks: [
        ...read.remarks.map((diagnostic) => ({ candidate: '', diagnostic })),
        ...prepared.value.remarks,
        ...(references.remark === null ? [] : [{ candidate: '', diagnostic: references.remark }]),
      ],
      problems: allProblems,
    },
    witnesses: new Map([...[...witnessed.texts].filter(([id]) => stands(id)), ...steps.texts]),
    hunks: quoteHunks(request.tree, applied, steps.steps, known.news),
  };
}

/** What stands in the report's `notChecked` weighs as much as a check that was not made. */
const LEFT_OUT = { verdict: 'not-checked', dimension: 'sequential' } as const;

/** The request, on the tree that the mails were written for where that is another one. */
function onTheirBase(
  request: CheckRequest,
  candidates: readonly Candidate[],
  taken: readonly string[],
): Result<BasedRequest, Diagnostic> {
  if (request.findBase === null) return ok({ ...request, treeNotes: [] });
  const found = request.findBase(baseHints(candidates, taken));
  if (!found.ok) return found;
  const other = found.value?.tree ?? null;
  const based = other === null ? request : { ...request, ...other };
  return ok({ ...based, treeNotes: found.value?.notes ?? [] });
}

/** Nothing could be checked: a report that says why, exit 2. */
export function refused(
  request: CheckRequest | BasedRequest,
  diagnostics: readonly Diagnostic[],
  candidates: Report['candidates'] = [],
): CheckOutcome {
  return {
    report: {
      schemaVersion: SCHEMA_VERSION,
      tool: request.tool,
      seed: request.seed,
      exitCode: 2,
      verdict: 'inconclusive',
      partial: null,
      tree: describeTree(request),
      candidates,
      checks: [],
      accepted: [],
      costs: [],
      workloads: [],
      sizedCosts: [],
      unreached: [],
      worstCosts: [],
      worstCases: [],
      witnesses: [],
      modelled: [],
      notChecked: [],
      remarks: [],
      problems: diagnostics.map((diagnostic) => ({ candidate: '', diagnostic })),
    },
    witnesses: new Map(),
    hunks: [],
  };
}

function describeTree(request: CheckRequest | BasedRequest): Report['tree'] {
  const { tree, configuration } = request;
  return {
    kind: tree.kind,
    path: tree.label,
    revision: tree.revision,
    configuration: describeConfiguration(configuration),
    notes: 'treeNotes' in request ? request.treeNotes : [],
  };
}

function notDeterministic(
  unstable: readonly { readonly version: string; readonly index: number }[],
): Diagnostic {
  const first = unstable[0];
  return {
    code: 'bad-input',
    message: `${first?.version ?? 'a version'} did not do the same twice in scenario ${first?.index ?? 0}: a fault of patchcheck`,
    at: null,
    notes: [],
    help: 'please report it, with the mail and the seed',
  };
}
