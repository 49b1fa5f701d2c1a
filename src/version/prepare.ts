/**
 * From applied candidates to versions that can run: opened, compared with the base as text, and compiled where something
 * changed that an entry point reaches.
 */
import type { Diagnostic } from '../base/diagnostic.js';
import { constantsOn } from './constants-on.js';
import { err, ok, type Result } from '../base/result.js';
import type { CheckRequest } from '../check-thread.js';
import type { Engine } from '../engine.js';
import type { CheckedVersion } from '../equivalence/assemble.js';
import type { ProgramImage } from '../exec/machine.js';
import { ORIGINAL } from '../gen/campaign.js';
import type { ChangedFile } from '../patch/application.js';
import { Reach } from '../pair/reach.js';
import type { Plan } from '../pack-api/pack.js';
import type { CheckReport } from '../report/report.js';
import type { Tree } from '../tree/tree.js';
import type { AppliedCandidate } from './apply-all.js';
import { openVersion, type OpenVersion } from './build-version.js';
import { campaignOf } from './campaign-of.js';
import { compileForCampaign, type CompiledVersion } from './compile-for-campaign.js';
import { describeChanges, type Changes } from './describe-changes.js';
import type { HiddenChange } from './hidden-changes.js';
import { recall, remember, questionOf } from './recall.js';
import { record } from './remembered-inputs.js';
import { withAdvice } from './source-text.js';

/** Plain data, to be kept from one run to the next. */
export interface PlainVersion extends CheckedVersion {
  readonly program: ProgramImage;
  /** Entry points that reach something that this version changed, whether or not somebody asked for them. */
  readonly changed: ReadonlySet<string>;
  readonly strict: ProgramImage | null;
  readonly buffers: Plan['buffers'];
  readonly observers: Plan['observers'];
  readonly threads: Plan['threads'];
  /** Entry points that can be called. */
  readonly entries: readonly string[];
  /** The largest integer constant that is spelled on the lines that it added. */
  readonly largestConstant: bigint;
}

export interface PreparedVersion extends PlainVersion {
  /** Names this version for as long as nothing that it was made from changes; null where nothing is kept. */
  readonly key: string | null;
  readonly tree: Tree;
  /** Its sources, for who has to compile it otherwise; read again where all this comes from an earlier run. */
  readonly source: () => Result<OpenVersion, Diagnostic>;
}

export interface CandidateChanges extends Changes {
  readonly candidate: string;
  /** What is known without running anything. */
  readonly decided: readonly CheckReport[];
}

export interface Problem {
  readonly candidate: string;
  readonly diagnostic: Diagnostic;
}

export interface PlainPrepared extends Omit<Prepared, 'versions'> {
  readonly versions: readonly PlainVersion[];
}

export interface Prepared {
  /** The original first. */
  readonly versions: readonly PreparedVersion[];
  readonly changes: readonly CandidateChanges[];
  /** Candidates that could not be run at all. */
  readonly undecided: readonly CheckReport[];
  readonly problems: readonly Problem[];
  /** Worth saying, and no obstacle: what was repaired, a result that is not the blob a mail promises. */
  readonly remarks: readonly Problem[];
  readonly modelled: readonly string[];
}

/** What an earlier run has prepared is taken, if all that it read reads the same. */
export function prepareVersions(
  request: CheckRequest,
  applied: readonly AppliedCandidate[],
  engine: Engine,
): Result<Prepared, readonly Diagnostic[]> {
  const { cache } = engine;
  // What a base that was opened before has read, nobody has seen.
  if (request.base !== null) return prepareAnew(request, applied, engine);
  const question = questionOf(request, applied);
  const known = recall(cache, question, request);
  if (known !== null) {
    const source = sourcesOf(request, applied);
    const versions = known.prepared.versions.map((version): PreparedVersion => ({
      ...version,
      key: `${known.key} ${version.id}`,
      tree: treeOf(request, applied, version.id),
      source: () => source(version.id),
    }));
    return ok({ ...known.prepared, versions });
  }
  const { tree, assets, inputs } = record(request.tree, request.assets);
  const prepared = prepareAnew({ ...request, tree, assets }, applied, engine);
  // A problem may show what is no part of the question: why a file of the tree could not be read.
  if (!prepared.ok || prepared.value.problems.length > 0) return prepared;
  const plain = prepared.value.versions.map(
    ({ key: _, tree: __, source: ___, ...version }) => version,
  );
  const key = remember(cache, question, inputs, { ...prepared.value, versions: plain });
  const versions = prepared.value.versions.map((version) => ({
    ...version,
    key: `${key} ${version.id}`,
    tree: treeOf(request, applied, version.id),
  }));
  return ok({ ...prepared.value, versions });
}

function treeOf(request: CheckRequest, applied: readonly AppliedCandidate[], id: string): Tree {
  if (id === ORIGINAL) return request.tree;
  const application = applied.find(({ candidate }) => candidate.id === id)?.application;
  if (application?.kind !== 'applied') throw new Error(`${id} was never applied`);
  return application.tree;
}

/** Opens versions when somebody asks for them, the base once for all. */
function sourcesOf(
  request: CheckRequest,
  applied: readonly AppliedCandidate[],
): (id: string) => Result<OpenVersion, Diagnostic> {
  const { pack, assets, configuration } = request;
  let base: Result<OpenVersion, Diagnostic> | null = null;
  return (id) => {
    base ??= openVersion(pack, ORIGINAL, request.tree, configuration, assets);
    if (id === ORIGINAL || !base.ok) return base;
    const application = applied.find(({ candidate }) => candidate.id === id)?.application;
    if (application?.kind !== 'applied') throw new Error(`${id} was never applied`);
    return openVersion(pack, id, application.tree, configuration, assets, {
      version: base.value,
      changed: pathsOf(application.changed),
    });
  };
}

function prepareAnew(
  request: CheckRequest,
  applied: readonly AppliedCandidate[],
  engine: Engine,
): Result<Prepared, readonly Diagnostic[]> {
  const { pack, assets, configuration } = request;
  const base =
    request.base === null
      ? openVersion(pack, ORIGINAL, request.tree, configuration, assets)
      : ok(request.base);
  if (!base.ok) return err([base.error]);

  const problems: Problem[] = [];
  const undecided: CheckReport[] = [];
  const remarks: Problem[] = [];
  const changes: CandidateChanges[] = [];
  const opened: { version: OpenVersion; changes: CandidateChanges }[] = [];
  for (const { candidate, application } of applied) {
    const report = (diagnostic: Diagnostic): void =>
      void problems.push({ candidate: candidate.id, diagnostic });
    for (const diagnostic of [...candidate.remarks, ...application.warnings])
      remarks.push({ candidate: candidate.id, diagnostic });
    if (application.kind === 'failed') {
      application.diagnostics.forEach(report);
      undecided.push(unchecked(candidate.id, 'it does not apply'));
      continue;
    }
    const version = openVersion(pack, candidate.id, application.tree, configuration, assets, {
      version: base.value,
      changed: pathsOf(application.changed),
    });
    if (!version.ok) {
      report(version.error);
      undecided.push(unchecked(candidate.id, 'its C is not understood'));
      continue;
    }
    const described = describeChanges(pack, assets, base.value, version.value, application.changed);
    const own = { ...described, candidate: candidate.id, decided: decide(candidate.id, described) };
    changes.push(own);
    if (described.functions.length > 0) opened.push({ version: version.value, changes: own });
  }

  const removed = new Set(changes.flatMap((change) => [...change.removed]));
  const versions: PreparedVersion[] = [];
  const openVersions: OpenVersion[] = [];
  if (opened.length > 0) {
    engine.progress('compiling');
    const jobs = [{ version: base.value, changes: null }, ...opened].map((job) => ({
      ...job,
      reached: reachedEntries(request, base.value, job.version, job.changes),
    }));
    const { campaign, options } = campaignOf(
      request,
      jobs.map(({ reached }) => reached),
    );
    engine.foresee(pack, campaign.chunks, options);
    for (const { version, changes: own, reached } of jobs) {
      const program = compileForCampaign(version, {
        coverLines: own === null ? removed : own.added,
        strict: request.sizes.strict > 0,
      });
      if (program.ok) {
        versions.push(prepareVersion(version, own, reached, program.value));
        openVersions.push(version);
        continue;
      }
      if (own === null) return err(program.error.map(withAdvice));
      for (const diagnostic of program.error) problems.push({ candidate: version.id, diagnostic });
      undecided.push(unchecked(version.id, 'its C is not understood'));
    }
  }
  return ok({
    versions,
    changes: changes.map((own) =>
      withUnreached(
        own,
        versions.find(({ id }) => id === own.candidate),
      ),
    ),
    undecided,
    problems,
    remarks,
    modelled: modelledNames(request, versions, openVersions),
  });
}

/** Paths of either side. */
export function pathsOf(changed: readonly ChangedFile[]): Set<string> {
  return new Set(
    changed.flatMap(({ oldPath, newPath }) => [oldPath, newPath].filter((path) => path !== null)),
  );
}

/** Entry points, what they reach, and which of them a version changes. */
export type ReachedEntries = Pick<PlainVersion, 'reach' | 'touched' | 'changed'>;

export function reachedEntries(
  request: CheckRequest,
  base: OpenVersion,
  version: OpenVersion,
  changes: Changes | null,
): ReachedEntries {
  const both = new Reach([...new Set([base.declarations, version.declarations])]);
  const reach = new Map<string, ReadonlySet<string>>();
  const touched = new Set<string>();
  const changed = new Set<string>();
  const changedFunctions = new Set((changes?.functions ?? []).map((each) => each.name));
  const asked = new Set(request.functions);
  for (const entry of request.pack.entryPoints) {
    const reached = both.from(entry.calls);
    reach.set(entry.name, reached);
    const wanted = asked.size === 0 || [...asked].some((name) => reached.has(name));
    if (![...changedFunctions].some((name) => reached.has(name))) continue;
    changed.add(entry.name);
    if (wanted) touched.add(entry.name);
  }
  return { reach, touched, changed };
}

export function prepareVersion(
  version: OpenVersion,
  changes: Changes | null,
  reached: ReachedEntries,
  { fast: program, strict }: CompiledVersion,
): PreparedVersion {
  return {
    id: version.id,
    key: null,
    tree: version.tree,
    source: () => ok(version),
    largestConstant: largestOf(constantsOn(version, changes?.added ?? new Set())),
    program,
    strict,
    buffers: version.plan.buffers,
    observers: version.plan.observers,
    threads: version.plan.threads,
    entries: [...version.entries],
    disabled: new Map(version.disabled.map(({ entry, reason }) => [entry, reason])),
    sites: program.coverSites,
    ...reached,
  };
}

function largestOf(constants: readonly bigint[]): bigint {
  return constants.reduce((largest, each) => (each > largest ? each : largest), 0n);
}

export function unchecked(candidate: string, reason: string): CheckReport {
  return {
    candidate,
    against: ORIGINAL,
    entryPoint: '*',
    dimension: 'sequential',
    verdict: 'inconclusive',
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

/** A change that leaves the preprocessed tokens equal is proved by that; one without C is not checked. */
export function decide(candidate: string, changes: Changes): CheckReport[] {
  const hidden = changes.hidden.map((each) => unchecked(candidate, whyHidden(each)));
  if (changes.functions.length > 0 || hidden.length > 0) return hidden;
  const base = {
    candidate,
    against: ORIGINAL,
    entryPoint: '*',
    dimension: 'sequential',
    scenarios: 0,
    schedules: 0,
    strictScenarios: 0,
    threads: null,
    linesChanged: [],
    linesCovered: [],
    branchesChanged: [],
    branchesTaken: [],
    witness: null,
  } as const;
  if (changes.notChecked.length > 0) {
    const reason = [...new Set(changes.notChecked.map((each) => each.reason))].join('; ');
    return [{ ...base, verdict: 'not-checked', bound: null, reason }];
  }
  return [
    {
      ...base,
      verdict: 'proved',
      bound: `every input: the preprocessed tokens of ${changes.coveredFiles.join(', ')} are equal`,
      reason: null,
    },
  ];
}

function whyHidden({ file, name, by }: HiddenChange): string {
  const what = name === null ? file : `${name} (${file})`;
  return `THE PATCH CHANGES ${what}, WHICH PATCHCHECK REPLACES BY ITS OWN ${by}: THIS CHANGE WAS NOT EXECUTED`;
}

/** Names of the pack's models that the compiled versions really reach. */
function modelledNames(
  request: CheckRequest,
  versions: readonly PreparedVersion[],
  opened: readonly OpenVersion[],
): string[] {
  const names = new Set<string>();
  const { modelled } = request.pack;
  for (const { program } of versions)
    for (const { name } of program.reached) if (modelled.has(name)) names.add(name);
  for (const { units } of opened)
    for (const unit of units)
      for (const file of unit.preprocessed.files) {
        const name = modelled.get(file.path);
        if (name !== undefined) names.add(name);
      }
  return [...names].sort();
}

/** Changed functions that no entry point reaches are named; where there are no others, that is the verdict. */
function withUnreached(
  changes: CandidateChanges,
  version: PreparedVersion | undefined,
): CandidateChanges {
  if (version === undefined) return changes;
  const reached = new Set([...version.reach.values()].flatMap((names) => [...names]));
  const { candidate } = changes;
  const unreached = changes.functions
    .filter(({ name, change }) => change !== 'affected' && !reached.has(name))
    .map(({ name, file }) => ({ candidate, file, function: name, reason: UNREACHED }));
  const nothing = !changes.functions.some(({ name }) => reached.has(name));
  const verdict: CheckReport = {
    ...unchecked(candidate, UNREACHED),
    verdict: 'not-checked',
  };
  return {
    ...changes,
    notChecked: [...changes.notChecked, ...unreached],
    decided: nothing ? [...changes.decided, verdict] : changes.decided,
  };
}

const UNREACHED = 'no entry point of the pack reaches it';
