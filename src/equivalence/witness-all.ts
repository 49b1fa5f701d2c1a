/** A witness for every pair, entry point and dimension on which campaigns saw a difference. */
import { diagnostic } from '../base/diagnostic.js';
import type { CheckRequest } from '../check-thread.js';
import { ORIGINAL, REFERENCE, type FoundMismatch } from '../gen/campaign.js';
import { commonEntries } from '../gen/explore-chunk.js';
import type { EntrySummary } from '../gen/merge.js';
import type { Dimension, Pack, RunMachine } from '../pack-api/pack.js';
import { exactDiff } from '../patch/exact-diff.js';
import { printDiff } from '../patch/print-diff.js';
import type { WitnessReport } from '../report/report.js';
import type { AppliedCandidate } from '../version/apply-all.js';
import type { PreparedVersion, Problem } from '../version/prepare.js';
import { describeConfiguration } from '../version/describe-configuration.js';
import { printWitness, type WitnessVersion } from '../witness/witness.js';
import type { Runner } from '../engine.js';
import { findWitness, sideOf } from './find-witness.js';
import type { WitnessOf } from './assemble.js';

/** Executed cases that shrinking one witness may take. */
const MAX_SHRINK_RUNS = 2000;
/** Small cases of others that are tried first, of each dimension; one that shows the same is nearly always among the first. */
const MAX_STARTS = 8;
/** Lines of a witness that a report carries. */
const MAX_DRAWING = 200;

export interface Witnessed {
  readonly reports: readonly WitnessReport[];
  readonly texts: ReadonlyMap<string, string>;
  readonly witnessOf: WitnessOf;
  readonly problems: readonly Problem[];
}

export function witnessAll(
  request: CheckRequest,
  versions: readonly PreparedVersion[],
  runner: Runner,
  summaries: readonly EntrySummary[],
  applied: readonly AppliedCandidate[],
): Witnessed {
  const { pack, seed } = request;
  const reports: WitnessReport[] = [];
  const texts = new Map<string, string>();
  const ids = new Map<string, { id: string; what: string }>();
  const problems: Problem[] = [];
  const inspectors = new Map<string, RunMachine | null>();
  const inspectorOf = (version: PreparedVersion): RunMachine | null => {
    let known = inspectors.get(version.id);
    if (known === undefined) inspectors.set(version.id, (known = runner.inspect(version)));
    return known;
  };
  const recorders = new Map<string, RunMachine | null>();
  /** Says most of a trap: where the value that led to it was last written, besides what a strict machine knows. */
  const explainerOf = (id: string): RunMachine | null => {
    const strict = runner.strict.get(id) ?? null;
    const version = versions.find((each) => each.id === id);
    if (strict === null || version === undefined) return strict;
    let known = recorders.get(id);
    if (known === undefined) recorders.set(id, (known = runner.record(version)));
    return known ?? strict;
  };
  const sideFor = (id: string, inspect: boolean, strict: boolean, threaded: boolean) => {
    if (threaded) return sideOf(pack, id, runner.threads.get(id) ?? null, null, scope);
    if (strict) return sideOf(pack, id, runner.strict.get(id) ?? null, null);
    const version = versions.find((each) => each.id === id);
    const inspecting = inspect && version !== undefined ? () => inspectorOf(version) : null;
    return sideOf(pack, id, runner.machines.get(id) ?? null, inspecting, scope);
  };
  const known: { readonly input: unknown; readonly dimension: Dimension }[] = [];
  const perPair = new Map<string, number>();
  const entries = commonEntries(versions.map((version) => ({ entries: new Set(version.entries) })));
  const scope = { ...request.scope, entries };

  const inputOf = (
    index: number,
    entry: string,
    dimension: Dimension,
    text: FoundMismatch['input'],
  ): unknown => {
    if (text === null) return pack.generate(seed, entry, dimension, index);
    const parsed = pack.parse(text.scenario, text.schedule);
    if (!parsed.ok)
      throw new Error(`a case does not come back from its text: ${parsed.error.message}`);
    return parsed.value;
  };

  for (const { entry, dimension, strict, mismatches, stuck } of summaries) {
    const finds = [
      ...mismatches.map((found) => ({ ...found, impatient: false })),
      ...stuck.map((found) => ({ ...found, dimension, impatient: true })),
    ];
    for (const found of finds) {
      if (ids.has(keyOf(entry, found))) continue;
      const { candidate, against, impatient } = found;
      const pairKey = keyOf('', found);
      const before = perPair.get(pairKey) ?? 0;
      perPair.set(pairKey, before + 1);
      const input = inputOf(found.index, entry, dimension, found.input);
      const threaded = isThreaded(pack, input);
      const witness = findWitness(
        pack,
        input,
        found.dimension,
        { entry, dimension },
        sideFor(against, impatient, strict, threaded),
        sideFor(candidate, impatient, strict, threaded),
        {
          maxRuns: before === 0 && !strict ? MAX_SHRINK_RUNS : MAX_SHRINK_RUNS / 8,
          impatient,
          starts: known
            .filter((each) => each.dimension === found.dimension)
            .filter((each) => isThreaded(pack, each.input) === threaded)
            .slice(0, MAX_STARTS)
            .flatMap((each) => pack.transplant(input, each.input) ?? []),
        },
      );
      if (witness === null) {
        // Of a case among others, the campaign tries some schedules: under another one, both sides did it.
        const sampled = pack.exploration?.covers(input) === true;
        if (!impatient && !sampled)
          problems.push({ candidate, diagnostic: notReplayed(entry, found) });
        continue;
      }
      const own = { ...found, dimension: witness.dimension };
      // Seen without a schedule before: the smaller dimension has reported it.
      if (ids.has(keyOf(entry, own))) continue;
      const id = `w${reports.length + 1}`;
      known.push(witness);
      const { scenario, schedule } = pack.print(witness.input);
      const { what } = witness.mismatch;
      ids.set(keyOf(entry, own), { id, what });
      reports.push({
        id,
        candidate,
        against,
        entryPoint: entry,
        dimension: witness.dimension,
        scenario,
        schedule,
        mismatch: what,
        drawing: [
          ...bounded(pack.draw(witness.input, witness.before, witness.after, [against, candidate])),
          ...explanation(pack, () => explainerOf(candidate), witness),
        ],
        replay: request.replay(id),
      });
      texts.set(
        id,
        printWitness({
          tool: `${request.tool.name} ${request.tool.version}`,
          pack: pack.name,
          tree: `${request.tree.kind} ${request.tree.label}`,
          configuration: describeConfiguration(request.configuration),
          blobs: baseBlobs(applied),
          candidate: versionOf(candidate, applied, request.tree),
          against: versionOf(against, applied, request.tree),
          entry,
          dimension: witness.dimension,
          seed,
          strict,
          mismatch: what,
          scenario,
          schedule,
        }),
      );
    }
  }
  const witnessOf: WitnessOf = ({ candidate, against }, entry, dimension) =>
    ids.get(keyOf(entry, { candidate, against, dimension })) ?? null;
  return { reports, texts, witnessOf, problems };
}

/** What a strict machine says of the trap that a matter of safety ends in; null: there is none. */
export function explanation<Case>(
  pack: Pack<Case, unknown>,
  strict: () => RunMachine | null,
  { dimension, input }: { readonly dimension: Dimension; readonly input: Case },
): readonly string[] {
  const machine = dimension === 'safety' ? strict() : null;
  if (machine === null) return [];
  const { ending } = pack.execute(machine, input);
  if (ending.kind !== 'trap' || ending.name === 'model') return [];
  return ['', ...(ending.explained ?? [])];
}

function isThreaded<Case>(pack: Pack<Case, unknown>, input: Case): boolean {
  return pack.exploration?.threaded(input) === true;
}

/** Traces of runs that yield all the time are long; a stored witness shows the whole when it is replayed. */
function bounded(drawing: readonly string[]): readonly string[] {
  if (drawing.length <= MAX_DRAWING) return drawing;
  const left = drawing.length - MAX_DRAWING;
  return [...drawing.slice(0, MAX_DRAWING), `(${left} more lines)`];
}

function keyOf(
  entry: string,
  found: Pick<FoundMismatch, 'candidate' | 'against' | 'dimension'>,
): string {
  return `${found.candidate}\0${found.against}\0${entry}\0${found.dimension}`;
}

function versionOf(
  id: string,
  applied: readonly AppliedCandidate[],
  tree: CheckRequest['tree'],
): WitnessVersion {
  if (id === ORIGINAL || id === REFERENCE) return { id, diffs: [] };
  const found = applied.find((each) => each.candidate.id === id);
  return { id, diffs: found === undefined ? [] : diffsOf(found, tree) };
}

/** As they came, unless it took fuzz or a repair to apply them: then as they were applied. */
function diffsOf({ stack, application }: AppliedCandidate, tree: CheckRequest['tree']): string[] {
  const mended = stack.some((each) => each.patches.some((patch) => patch.repairTabs));
  if (application.kind === 'applied' && (mended || application.status === 'fuzz'))
    return [printDiff(exactDiff(tree, application.tree, application.changed))];
  return stack.flatMap((each) => each.patches.map((patch) => printDiff(patch.files)));
}

function baseBlobs(applied: readonly AppliedCandidate[]): Map<string, string> {
  const blobs = new Map<string, string>();
  for (const { application } of applied) {
    for (const { path, baseBlob } of application.files)
      if (baseBlob !== null) blobs.set(path, baseBlob);
  }
  return new Map([...blobs].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function notReplayed(
  entry: string,
  found: Pick<FoundMismatch, 'index'> & { readonly what?: string },
) {
  return diagnostic(
    'bad-input',
    `a difference in ${entry} (scenario ${found.index}) did not come back when it was run again: a fault of patchcheck`,
    null,
    [{ message: found.what ?? '', at: null }],
    'please report it, with the mail and the seed',
  );
}
