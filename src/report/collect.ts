/** Parts of the report that are gathered from stages, with nothing decided here. */
import type { EntrySummary } from '../gen/merge.js';
import type { AnyPack } from '../engine.js';
import type { RunMachine } from '../pack-api/pack.js';
import type { ChangedFunction } from '../pair/changes.js';
import type { AppliedFile } from '../patch/application.js';
import type { AppliedCandidate } from '../version/apply-all.js';
import type { CandidateChanges, PreparedVersion } from '../version/prepare.js';
import type { SeriesStep } from '../version/prepare-steps.js';
import type {
  CandidateReport,
  CostReport,
  FileReport,
  FunctionReport,
  WorkloadReport,
} from './report.js';

export function reportCandidate(
  { candidate, application }: AppliedCandidate,
  changes: readonly CandidateChanges[] = [],
  pack: AnyPack | null = null,
  steps: readonly SeriesStep[] = [],
): CandidateReport {
  const own = changes.find((change) => change.candidate === candidate.id);
  const parts = steps.filter((step) => step.candidate === candidate.id);
  return {
    id: candidate.id,
    subject: candidate.subject,
    author: candidate.author,
    messageId: candidate.messageId ?? '',
    origin: candidate.origin,
    onTopOf: candidate.onTopOf,
    apply: { status: application.status, files: application.files.map(reportFile) },
    functions: (own?.functions ?? []).map((each) => reportFunction(each, pack)),
    steps: parts.map(({ id, against, index, step, changes: known }) => ({
      id,
      against,
      subject: candidate.patches[index]?.subject ?? '',
      messageId: candidate.patches[index]?.messageId ?? '',
      apply: { status: step.status, files: step.files.map(reportFile) },
      functions: (known?.functions ?? []).map((each) => reportFunction(each, pack)),
    })),
  };
}

function reportFile(file: AppliedFile): FileReport {
  return {
    path: file.path,
    baseBlob: file.baseBlob,
    expectedBaseBlob: file.expectedBaseBlob,
    resultBlob: file.resultBlob,
    expectedResultBlob: file.expectedResultBlob,
    hunks: file.hunks.map(({ status, line, offset, fuzz }) => ({
      status,
      line: status === 'failed' ? null : line,
      offset,
      fuzz,
    })),
  };
}

function reportFunction(
  { name, file, line, change }: ChangedFunction,
  pack: AnyPack | null,
): FunctionReport {
  return { name, file, line, change, reference: pack?.references.get(name) ?? null };
}

export function reportCosts(summaries: readonly EntrySummary[], seed: string): CostReport[] {
  return summaries
    .filter((summary) => summary.dimension === 'sequential' && !summary.strict)
    .flatMap(({ entry, costs }) =>
      costs.map(({ candidate, metric, original, value, index }) => ({
        candidate,
        entryPoint: entry,
        metric,
        original,
        value,
        scenario: `${seed}/${entry}/sequential/${index}`,
      })),
    );
}

export function reportWorkloads(
  pack: AnyPack,
  versions: readonly PreparedVersion[],
  machines: ReadonlyMap<string, RunMachine>,
): WorkloadReport[] {
  return pack.workloads.flatMap((workload) =>
    versions.flatMap((version): WorkloadReport[] => {
      const machine = machines.get(version.id);
      if (machine === undefined) return [];
      const raw = pack.execute(machine, workload.case);
      if (raw.ending.kind !== 'returned') return [];
      const rows = pack.rowCosts(raw).map(({ loops, reads, polls, entries }, at) => ({
        root: workload.rows[at]?.root ?? 0,
        level: workload.rows[at]?.level ?? 0,
        loops,
        reads,
        polls,
        entries,
      }));
      const total = { loops: 0, reads: 0, polls: 0, entries: 0 };
      for (const row of rows) {
        total.loops += row.loops;
        total.reads += row.reads;
        total.polls += row.polls;
        total.entries += row.entries;
      }
      return [{ name: workload.name, candidate: version.id, rows, total }];
    }),
  );
}
