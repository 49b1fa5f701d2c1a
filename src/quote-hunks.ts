/** The hunks of what differs, as they stand in the checked tree: for a reply that quotes them. */
import { exactDiff } from './patch/exact-diff.js';
import type { ChangedFile } from './patch/application.js';
import { textToShow } from './patch/byte-text.js';
import type { QuotedHunk } from './report/formats/checked-input.js';
import type { CheckReport } from './report/report.js';
import type { Tree } from './tree/tree.js';
import type { AppliedCandidate } from './version/apply-all.js';
import type { SeriesStep } from './version/prepare-steps.js';

const SIGNS = { context: ' ', removed: '-', added: '+' } as const;
/** Longer ones are read in the mail. */
const MAX_LINES = 400;

export function quoteHunks(
  tree: Tree,
  applied: readonly AppliedCandidate[],
  steps: readonly SeriesStep[],
  checks: readonly CheckReport[],
): QuotedHunk[] {
  const differing = new Set(
    checks.filter(({ verdict }) => verdict === 'differs').map(({ candidate }) => candidate),
  );
  const wholes = applied.flatMap(({ candidate, application }): QuotedHunk[] =>
    application.kind === 'failed' || !differing.has(candidate.id)
      ? []
      : hunksOf(candidate.id, tree, application.tree, application.changed),
  );
  const parts = steps.flatMap(({ id, candidate, index, step }): QuotedHunk[] => {
    if (step.tree === null || !differing.has(id)) return [];
    const before = steps.find((each) => each.candidate === candidate && each.index === index - 1);
    return hunksOf(id, before?.step.tree ?? tree, step.tree, step.changed);
  });
  return [...wholes, ...parts];
}

function hunksOf(
  candidate: string,
  before: Tree,
  after: Tree,
  changed: readonly ChangedFile[],
): QuotedHunk[] {
  return exactDiff(before, after, changed).flatMap(({ path, hunks }) =>
    hunks.map(({ oldStart, oldCount, newStart, newCount, lines }): QuotedHunk => ({
      candidate,
      path,
      start: newStart,
      count: newCount,
      lines: [
        `@@ -${oldStart},${oldCount} +${newStart},${newCount} @@`,
        ...lines
          .slice(0, MAX_LINES)
          .map(({ kind, text }) => SIGNS[kind] + textToShow(text).trimEnd()),
      ],
    })),
  );
}
