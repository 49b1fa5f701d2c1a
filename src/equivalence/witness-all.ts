/** A witness for every pair, entry point and dimension on which campaigns saw a difference. */
import { diagnostic } from '../base/diagnostic.js';
import type { CheckRequest } from '../check-thread.js';
import { ORIGINAL, REFERENCE, type FoundMismatch } from '../gen/campaign.js';
import type { EntrySummary } from '../gen/merge.js';
import type { RunMachine } from '../pack-api/pack.js';
import { printDiff } from '../patch/print-diff.js';
import type { WitnessReport } from '../report/report.js';
import type { AppliedCandidate } from '../version/apply-all.js';
import type { Problem } from '../version/prepare.js';
import { describeConfiguration } from '../version/describe-configuration.js';
import { printWitness, type WitnessVersion } from '../witness/witness.js';
import { findWitness, tracerOf } from './find-witness.js';
import type { WitnessOf } from './assemble.js';

/** Executed cases that shrinking one witness may take. */
const MAX_SHRINK_RUNS = 4000;

export interface Witnessed {
  readonly reports: readonly WitnessReport[];
  readonly texts: ReadonlyMap<string, string>;
  readonly witnessOf: WitnessOf;
  readonly problems: readonly Problem[];
}

export function witnessAll(
  request: CheckRequest,
  machines: ReadonlyMap<string, RunMachine>,
  summaries: readonly EntrySummary[],
  applied: readonly AppliedCandidate[],
): Witnessed {
  const { pack, seed } = request;
  const reports: WitnessReport[] = [];
  const texts = new Map<string, string>();
  const ids = new Map<string, { id: string; what: string }>();
  const problems: Problem[] = [];
  for (const { entry, dimension, mismatches } of summaries) {
    for (const found of mismatches) {
      const key = keyOf(entry, found);
      if (ids.has(key)) continue;
      const witness = findWitness(
        pack,
        found,
        { seed, entry, dimension },
        tracerOf(pack, found.against, machines.get(found.against) ?? null),
        tracerOf(pack, found.candidate, machines.get(found.candidate) ?? null),
        MAX_SHRINK_RUNS,
      );
      if (witness === null) {
        problems.push({ candidate: found.candidate, diagnostic: notReplayed(entry, found) });
        continue;
      }
      const own = { ...found, dimension: witness.dimension };
      // Seen without a schedule before: the smaller dimension has reported it.
      if (ids.has(keyOf(entry, own))) continue;
      const id = `w${reports.length + 1}`;
      const { scenario, schedule } = pack.print(witness.input);
      ids.set(keyOf(entry, own), { id, what: witness.mismatch.what });
      reports.push({
        id,
        candidate: found.candidate,
        against: found.against,
        entryPoint: entry,
        dimension: witness.dimension,
        scenario,
        schedule,
        mismatch: witness.mismatch.what,
        drawing: pack.draw(witness.input, witness.before, witness.after, [
          found.against,
          found.candidate,
        ]),
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
          candidate: sideOf(found.candidate, applied),
          against: sideOf(found.against, applied),
          entry,
          dimension: witness.dimension,
          seed,
          mismatch: witness.mismatch.what,
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

function keyOf(
  entry: string,
  found: Pick<FoundMismatch, 'candidate' | 'against' | 'dimension'>,
): string {
  return `${found.candidate}\0${found.against}\0${entry}\0${found.dimension}`;
}

function sideOf(id: string, applied: readonly AppliedCandidate[]): WitnessVersion {
  if (id === ORIGINAL || id === REFERENCE) return { id, diffs: [] };
  const stack = applied.find((each) => each.candidate.id === id)?.stack ?? [];
  return {
    id,
    diffs: stack.flatMap((each) => each.patches.map((patch) => printDiff(patch.files))),
  };
}

function baseBlobs(applied: readonly AppliedCandidate[]): Map<string, string> {
  const blobs = new Map<string, string>();
  for (const { application } of applied) {
    for (const { path, baseBlob } of application.files)
      if (baseBlob !== null) blobs.set(path, baseBlob);
  }
  return new Map([...blobs].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function notReplayed(entry: string, found: FoundMismatch) {
  return diagnostic(
    'bad-input',
    `a difference in ${entry} (scenario ${found.index}) did not come back when it was run again: a fault of patchcheck`,
    null,
    [{ message: found.what, at: null }],
    'please report it, with the mail and the seed',
  );
}
