/**
 * A series, patch by patch: each is held against the state that the one before leaves, for a series must be right at every step.
 * States are opened one on top of the other; a patch that changes nothing that is built costs nothing, and says why it was not run.
 */
import type { CheckRequest } from '../check-thread.js';
import type { Engine } from '../engine.js';
import { ORIGINAL } from '../gen/campaign.js';
import type { CheckReport } from '../report/report.js';
import type { AppliedPatch } from '../patch/application.js';
import type { Tree } from '../tree/tree.js';
import type { AppliedCandidate } from './apply-all.js';
import { openVersion, type OpenVersion } from './build-version.js';
import { compileForCampaign } from './compile-for-campaign.js';
import { describeChanges, type Changes } from './describe-changes.js';
import {
  decide,
  prepareVersion,
  reachedEntries,
  pathsOf,
  unchecked,
  type PreparedVersion,
  type Problem,
} from './prepare.js';

/** One patch of a series of several. */
export interface SeriesStep {
  /** `name#2/7`. */
  readonly id: string;
  readonly against: string;
  /** The candidate that it is a part of. */
  readonly candidate: string;
  /** From 0. */
  readonly index: number;
  readonly step: AppliedPatch;
  readonly changes: Changes | null;
}

/** Two states to run against each other, the older first, with the cover sites of this step alone. */
export interface StepPair {
  readonly step: SeriesStep;
  readonly before: PreparedVersion;
  readonly after: PreparedVersion;
}

export interface PreparedSteps {
  readonly steps: readonly SeriesStep[];
  readonly pairs: readonly StepPair[];
  /** What is known without running anything. */
  readonly checks: readonly CheckReport[];
  readonly problems: readonly Problem[];
}

export function stepId(candidate: string, number: number, total: number): string {
  return `${candidate}#${number}/${total}`;
}

interface State {
  readonly id: string;
  readonly open: OpenVersion;
  /** Compiled already, with the lines of what it was compiled for. */
  prepared: PreparedVersion | null;
}

/** Steps to run, with what the older and the newer state have to be compiled for. */
interface Planned {
  readonly step: SeriesStep;
  readonly changes: Changes;
  readonly before: State;
  readonly after: State;
}

export function prepareSteps(
  request: CheckRequest,
  applied: readonly AppliedCandidate[],
  versions: readonly PreparedVersion[],
  engine: Engine,
): PreparedSteps {
  const steps: SeriesStep[] = [];
  const checks: CheckReport[] = [];
  const problems: Problem[] = [];
  const planned: Planned[] = [];
  let base: OpenVersion | null = null;
  for (const each of applied) {
    if (each.application.kind === 'failed' || each.candidate.patches.length < 2) continue;
    base ??= openBase(request, versions);
    if (base === null) break;
    planSeries(request, each, base, versions, { steps, checks, problems, planned });
  }
  const pairs = compileSteps(request, planned, engine, { checks, problems });
  return { steps, pairs, checks, problems };
}

function openBase(
  { pack, tree, configuration, assets, base: open }: CheckRequest,
  versions: readonly PreparedVersion[],
): OpenVersion | null {
  if (open !== null) return open;
  const base =
    versions.find(({ id }) => id === ORIGINAL)?.source() ??
    openVersion(pack, ORIGINAL, tree, configuration, assets);
  return base.ok ? base.value : null;
}

interface Found {
  readonly steps: SeriesStep[];
  readonly checks: CheckReport[];
  readonly problems: Problem[];
  readonly planned: Planned[];
}

function planSeries(
  request: CheckRequest,
  { candidate, application }: AppliedCandidate,
  base: OpenVersion,
  versions: readonly PreparedVersion[],
  found: Found,
): void {
  const { pack, configuration, assets } = request;
  const total = candidate.patches.length;
  // What the candidate sits on top of is applied first.
  const below = application.steps.slice(0, -total);
  const own = application.steps.slice(-total);
  const open = (id: string, tree: Tree, earlier: OpenVersion, changed: AppliedPatch['changed']) =>
    openVersion(pack, id, tree, configuration, assets, {
      version: earlier,
      changed: pathsOf(changed),
    });

  const first = candidate.onTopOf ?? ORIGINAL;
  let earlier = base;
  const belowTree = below.at(-1)?.tree ?? null;
  if (belowTree !== null) {
    const opened = open(
      first,
      belowTree,
      base,
      below.flatMap((step) => step.changed),
    );
    if (opened.ok) earlier = opened.value;
  }
  let state: State | null = {
    id: first,
    open: earlier,
    prepared: versions.find(({ id }) => id === first) ?? null,
  };
  let against = first;
  for (const [index, step] of own.entries()) {
    const id = stepId(candidate.id, index + 1, total);
    const whole = { id, against, candidate: candidate.id, index, step };
    against = id;
    if (step.tree === null) continue;
    const opened = open(id, step.tree, state?.open ?? earlier, step.changed);
    if (!opened.ok) {
      found.problems.push({ candidate: id, diagnostic: opened.error });
      found.checks.push({ ...unchecked(id, 'its C is not understood'), against: whole.against });
      found.steps.push({ ...whole, changes: null });
      state = null;
      continue;
    }
    if (state === null) {
      const reason = 'the C of the state before it is not understood';
      found.checks.push({ ...unchecked(id, reason), against: whole.against });
      found.steps.push({ ...whole, changes: null });
      state = { id, open: opened.value, prepared: null };
      continue;
    }
    const changes = describeChanges(pack, assets, state.open, opened.value, step.changed);
    const own: SeriesStep = { ...whole, changes };
    found.steps.push(own);
    for (const check of decide(id, changes)) found.checks.push({ ...check, against: own.against });
    // The text of the state before still stands for this one where nothing that is read has changed.
    const same = opened.value.units.every((unit) => state?.open.units.includes(unit) === true);
    if (same && changes.functions.length === 0) continue;
    const after: State = { id, open: opened.value, prepared: null };
    if (changes.functions.length > 0)
      found.planned.push({ step: own, changes, before: state, after });
    state = after;
  }
  // Nothing that is read has changed since: the last state is the candidate as a whole.
  if (state !== null) state.prepared ??= versions.find(({ id }) => id === candidate.id) ?? null;
}

/** Each state is compiled once, for the lines that came in with it and those that the next step takes away. */
function compileSteps(
  request: CheckRequest,
  planned: readonly Planned[],
  engine: Engine,
  found: Pick<Found, 'checks' | 'problems'>,
): StepPair[] {
  const lines = new Map<State, Set<string>>();
  const note = (state: State, more: ReadonlySet<string>): void => {
    const known = lines.get(state) ?? new Set<string>();
    for (const line of more) known.add(line);
    lines.set(state, known);
  };
  for (const { before, after, changes } of planned) {
    note(before, changes.removed);
    note(after, changes.added);
  }
  const jobs = [...lines].filter(([state]) => state.prepared === null);
  if (jobs.length > 0) engine.progress('compiling the steps of the series');
  const strict = request.sizes.strict > 0;
  const compiled = new Map(
    jobs.map(([state, coverLines]) => [
      state,
      compileForCampaign(state.open, { coverLines, strict }),
    ]),
  );
  return planned.flatMap(({ step, changes, before, after }): StepPair[] => {
    const sides = [before, after].map((state) => {
      const lines = state === before ? changes.removed : changes.added;
      const own = state === before ? null : changes;
      const known = state.prepared;
      const from = known === null ? null : { fast: known.program, strict: known.strict };
      const program = compiled.get(state);
      if (from === null && program?.ok !== true) {
        for (const diagnostic of program?.error ?? [])
          found.problems.push({ candidate: step.id, diagnostic });
        return null;
      }
      const built = from ?? (program?.ok === true ? program.value : null);
      if (built === null) return null;
      const reached = reachedEntries(request, before.open, state.open, own);
      const version = prepareVersion(state.open, own, reached, built);
      const sites = version.sites.map((site) => ({
        ...site,
        lines: site.lines.filter((line) => lines.has(line)),
      }));
      return { ...version, id: state.prepared?.id ?? state.id, sites };
    });
    const [older, newer] = sides;
    if (!older || !newer) {
      found.checks.push({
        ...unchecked(step.id, 'its C is not understood'),
        against: step.against,
      });
      return [];
    }
    return [{ step, before: older, after: newer }];
  });
}
