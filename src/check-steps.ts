/**
 * A series checked at every step: each patch against the state before it, with a share of the scenarios that the whole gets, so
 * that a long series costs about as much again as its sum does. What a step shows stands beside what the whole shows.
 */
import type { CheckRequest } from './check-thread.js';
import type { Engine } from './engine.js';
import { assembleChecks } from './equivalence/assemble.js';
import { witnessAll } from './equivalence/witness-all.js';
import { ORIGINAL } from './gen/campaign.js';
import { mergeChunks } from './gen/merge.js';
import { planCampaign, type CampaignSizes } from './gen/plan-campaign.js';
import type { CheckReport, WitnessReport } from './report/report.js';
import type { AppliedCandidate } from './version/apply-all.js';
import type { PreparedVersion, Problem } from './version/prepare.js';
import { prepareSteps, type SeriesStep, type StepPair } from './version/prepare-steps.js';

export interface CheckedSteps {
  readonly steps: readonly SeriesStep[];
  readonly checks: readonly CheckReport[];
  readonly witnesses: readonly WitnessReport[];
  readonly texts: ReadonlyMap<string, string>;
  readonly problems: readonly Problem[];
  /** Not all runs were made. */
  readonly cut: boolean;
}

/** What is known of the candidates as wholes. */
export interface Whole {
  readonly versions: readonly PreparedVersion[];
  readonly checks: readonly CheckReport[];
  readonly witnesses: number;
}

/** However long the series is, each of its steps gets some. */
const LEAST_SCENARIOS = 50;

export async function checkSteps(
  request: CheckRequest,
  applied: readonly AppliedCandidate[],
  whole: Whole,
  engine: Engine,
): Promise<CheckedSteps> {
  const prepared = prepareSteps(request, applied, whole.versions, engine);
  const known = applied.concat(prepared.steps.flatMap((step) => asApplied(step, applied)));
  const checks = [...prepared.checks];
  const problems = [...prepared.problems];
  const witnesses: WitnessReport[] = [];
  const texts = new Map<string, string>();
  let cut = false;
  const share = { ...request, sizes: shareOf(request.sizes, prepared.pairs.length) };
  for (const [at, pair] of prepared.pairs.entries()) {
    if (isWhole(pair)) {
      checks.push(...asStep(pair.step, wholeChecks(pair, whole)));
      continue;
    }
    engine.progress(`step ${at + 1} of ${prepared.pairs.length}`);
    const found = await checkPair(share, pair, known, engine, whole.witnesses + witnesses.length);
    checks.push(...asStep(pair.step, found.checks));
    witnesses.push(...found.witnesses);
    for (const [id, text] of found.texts) texts.set(id, text);
    problems.push(...found.problems);
    cut ||= found.cut;
  }
  const order = new Map(prepared.steps.map((step, at) => [step.id, at]));
  checks.sort((a, b) => (order.get(a.candidate) ?? 0) - (order.get(b.candidate) ?? 0));
  return { steps: prepared.steps, checks, witnesses, texts, problems, cut };
}

function shareOf(sizes: CampaignSizes, pairs: number): CampaignSizes {
  const part = (count: number): number =>
    Math.min(count, Math.max(LEAST_SCENARIOS, Math.ceil(count / Math.max(1, pairs))));
  const share = { scenarios: part(sizes.scenarios), yields: part(sizes.yields) };
  return { ...sizes, ...share, references: 0, searched: 0, steered: 0 };
}

/** The only step that changes anything: it was run already, as the candidate. */
function isWhole({ step, before, after }: StepPair): boolean {
  return before.id === ORIGINAL && after.id === step.candidate;
}

function wholeChecks({ step }: StepPair, whole: Whole): CheckReport[] {
  return whole.checks.filter(
    ({ candidate, against }) => candidate === step.candidate && against === ORIGINAL,
  );
}

function asStep({ id, against }: SeriesStep, checks: readonly CheckReport[]): CheckReport[] {
  return checks.map((check) => ({ ...check, candidate: id, against }));
}

async function checkPair(
  request: CheckRequest,
  { before, after }: StepPair,
  applied: readonly AppliedCandidate[],
  engine: Engine,
  witnessesBefore: number,
): Promise<Omit<CheckedSteps, 'steps'>> {
  const { pack, seed, sizes } = request;
  const versions = [before, after];
  const runner = engine.start(pack, versions);
  const entries = pack.entryPoints.filter((entry) => after.touched.has(entry.name));
  const campaign = planCampaign(entries, sizes);
  const results = await runner.executor.run(
    campaign.chunks,
    { seed, referenceCases: 0, repeatCases: 0 },
    () => undefined,
    () => engine.cancelled(),
  );
  const finished = results.filter((result) => result !== null);
  const pair = { candidate: after.id, against: before.id };
  const summaries = mergeChunks(finished);
  const numbered = (id: string): string => `w${witnessesBefore + Number(id.slice(1))}`;
  const own = { ...request, replay: (id: string) => request.replay(numbered(id)) };
  const witnessed = witnessAll(own, versions, runner, summaries, applied);
  const checks = assembleChecks(
    versions,
    [pair],
    campaign.dimensions,
    summaries,
    entries.map((entry) => entry.name),
    witnessed.witnessOf,
  );
  return {
    checks: checks.map((check) => ({
      ...check,
      witness: check.witness === null ? null : numbered(check.witness),
    })),
    witnesses: witnessed.reports.map((report) => ({ ...report, id: numbered(report.id) })),
    texts: new Map([...witnessed.texts].map(([id, text]) => [numbered(id), text])),
    problems: witnessed.problems,
    cut: finished.length < results.length,
  };
}

/** A state in the middle of a series as a candidate of its own, for what a witness has to carry. */
function asApplied(step: SeriesStep, applied: readonly AppliedCandidate[]): AppliedCandidate[] {
  const found = applied.find(({ candidate }) => candidate.id === step.candidate);
  const { tree, status } = step.step;
  if (found === undefined || tree === null || status === 'failed') return [];
  const patches = found.candidate.patches.slice(0, step.index + 1);
  const candidate = { ...found.candidate, id: step.id, patches };
  const stack = found.stack.map((each) => (each === found.candidate ? candidate : each));
  const { application } = found;
  if (application.kind === 'failed') return [];
  return [{ candidate, application: { ...application, tree, status }, stack }];
}
