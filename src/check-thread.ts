/**
 * The pipeline, top to bottom: a mail thread becomes a report.
 *
 *   mbox → messages → thread → candidates → each applied to the tree → versions opened and compared as text
 *   → compiled → campaigns on all of them side by side → mismatches → witnesses → verdicts → report
 *
 * A function from values to values; what reads files, starts workers or looks at a clock is handed in.
 */
import type { Diagnostic } from './base/diagnostic.js';
import { allPairs, assembleChecks } from './equivalence/assemble.js';
import { exitCode, topVerdict, type ExitRules } from './equivalence/verdict.js';
import { planCampaign, type CampaignSizes } from './gen/plan-campaign.js';
import { mergeChunks } from './gen/merge.js';
import { findCandidates } from './mail/find-candidates.js';
import { readMails } from './mail/mail-input.js';
import { placeCandidates } from './mail/place-candidates.js';
import { buildThread } from './mail/thread.js';
import type { ReadText } from './pack-api/pack.js';
import { SCHEMA_VERSION, type Report } from './report/report.js';
import { reportCandidate, reportCosts, reportWorkloads } from './report/collect.js';
import type { Tree } from './tree/tree.js';
import { applyAll } from './version/apply-all.js';
import type { KernelConfiguration } from './c/preprocess/kernel-config/kernel-options.js';
import { describeConfiguration } from './version/describe-configuration.js';
import { prepareVersions } from './version/prepare.js';
import { witnessAll } from './equivalence/witness-all.js';
import type { AnyPack, Engine } from './engine.js';

export interface CheckRequest {
  readonly input: { readonly path: string; readonly bytes: Uint8Array };
  readonly tree: Tree;
  readonly configuration: KernelConfiguration;
  readonly pack: AnyPack;
  readonly assets: ReadText;
  readonly tool: { readonly name: 'patchcheck'; readonly version: string };
  readonly seed: string;
  readonly sizes: CampaignSizes;
  /** Ids of candidates to take, empty: all. */
  readonly candidates: readonly string[];
  /** Functions to check the entry points of, empty: all. */
  readonly functions: readonly string[];
  readonly rules: ExitRules;
  /** How a witness is replayed, given its id. */
  readonly replay: (witness: string) => string;
}

export interface CheckOutcome {
  readonly report: Report;
  /** Text of each witness, by id. */
  readonly witnesses: ReadonlyMap<string, string>;
}

export async function checkThread(request: CheckRequest, engine: Engine): Promise<CheckOutcome> {
  try {
    return await check(request, engine);
  } finally {
    await engine.stop();
  }
}

async function check(request: CheckRequest, engine: Engine): Promise<CheckOutcome> {
  const { pack, seed } = request;
  const read = readMails([{ kind: 'file', file: request.input }]);
  if (read.messages.length === 0) return refused(request, read.diagnostics);
  const offered = findCandidates(buildThread(read.messages));
  if (offered.candidates.length === 0)
    return refused(request, [...read.diagnostics, ...offered.diagnostics]);

  const placed = placeCandidates(request.tree, offered.candidates);
  const applied = applyAll(request.tree, placed, request.candidates);
  if (!applied.ok) return refused(request, [applied.error]);
  engine.progress('reading the C');
  const prepared = await prepareVersions(request, applied.value, engine);
  if (!prepared.ok)
    return refused(
      request,
      prepared.error,
      applied.value.map((each) => reportCandidate(each)),
    );

  const { versions, changes, problems } = prepared.value;
  const runner = await engine.start(pack, versions);
  const entries = pack.entryPoints.filter((entry) =>
    versions.some((version) => version.touched.has(entry.name)),
  );
  const campaign = planCampaign(entries, request.sizes);
  const results = await runner.executor.run(
    campaign.chunks,
    { seed, referenceCases: request.sizes.references, repeatCases: request.sizes.repeats },
    (done, total) => engine.progress(`running ${done} of ${total} parts`),
    () => engine.cancelled(),
  );
  const finished = results.filter((result) => result !== null);
  const summaries = mergeChunks(finished);
  const unstable = summaries.flatMap((summary) => summary.unstable);
  if (unstable.length > 0) return refused(request, [notDeterministic(unstable)]);

  engine.progress('looking for the smallest cases');
  const witnessed = await witnessAll(request, versions, runner, summaries, applied.value);
  const pairs = allPairs(versions.slice(1).map((version) => version.id));
  const checks = [
    ...changes.flatMap((change) => change.decided),
    ...prepared.value.undecided,
    ...assembleChecks(
      versions,
      pairs,
      campaign.dimensions,
      summaries,
      entries.map((entry) => entry.name),
      witnessed.witnessOf,
    ),
  ];
  const partial = finished.length < results.length ? 'stopped before all runs were made' : null;
  const allProblems = [
    ...[...read.diagnostics, ...offered.diagnostics].map((diagnostic) => ({
      candidate: '',
      diagnostic,
    })),
    ...problems,
    ...witnessed.problems,
  ];
  return {
    report: {
      schemaVersion: SCHEMA_VERSION,
      tool: request.tool,
      seed,
      exitCode: exitCode(checks, allProblems.length, partial !== null, request.rules),
      verdict: topVerdict(checks.map((check) => check.verdict)),
      partial,
      tree: describeTree(request),
      candidates: applied.value.map((candidate) => reportCandidate(candidate, changes, pack)),
      checks,
      costs: reportCosts(summaries, seed),
      workloads: reportWorkloads(pack, versions, runner.machines),
      witnesses: witnessed.reports,
      modelled: prepared.value.modelled,
      notChecked: changes.flatMap((change) => change.notChecked),
      remarks: [
        ...read.remarks.map((diagnostic) => ({ candidate: '', diagnostic })),
        ...prepared.value.remarks,
      ],
      problems: allProblems,
    },
    witnesses: witnessed.texts,
  };
}

/** Nothing could be checked: a report that says why, exit 2. */
function refused(
  request: CheckRequest,
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
      costs: [],
      workloads: [],
      witnesses: [],
      modelled: [],
      notChecked: [],
      remarks: [],
      problems: diagnostics.map((diagnostic) => ({ candidate: '', diagnostic })),
    },
    witnesses: new Map(),
  };
}

function describeTree({ tree, configuration }: CheckRequest): Report['tree'] {
  return {
    kind: tree.kind,
    path: tree.label,
    revision: tree.revision,
    configuration: describeConfiguration(configuration),
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
