/**
 * A candidate applied to a tree, patch by patch, each to the state that the one before has left. As with `git apply`, a
 * patch applies whole or not at all; the outcome of every hunk is told in either case.
 */
import type { Diagnostic } from '../base/diagnostic.js';
import type { Tree } from '../tree/tree.js';
import type { Applicable, Application, AppliedFile, AppliedPatch } from './application.js';
import { worstStatus } from './application.js';
import type { ApplyOptions, PatchOptions } from './apply-file-diff.js';
import { applyFileDiff } from './apply-file-diff.js';
import type { FileDiff } from './file-diff.js';
import { sourcePath } from './file-diff.js';
import { MAX_EFFORT } from './locate-hunk.js';
import type { Touched } from './working-files.js';
import { changesOf, overlayOf } from './working-files.js';

export function applyCandidate(
  tree: Tree,
  candidate: Applicable,
  options: ApplyOptions = { fuzz: null },
): Application {
  const steps: AppliedPatch[] = [];
  const warnings: Diagnostic[] = [];
  const failed = (diagnostics: readonly Diagnostic[]): Application => ({
    kind: 'failed',
    status: 'failed',
    files: mergeFiles(steps),
    steps,
    diagnostics,
    warnings,
  });
  if (candidate.problems.length > 0) return failed(candidate.problems);

  let touched: Touched = new Map();
  const effort = { left: MAX_EFFORT };
  for (const patch of candidate.patches) {
    const state = overlayOf(tree, touched);
    const own = { ...options, repairTabs: patch.repairTabs ?? false, effort };
    const step = applyPatch(tree, touched, patch.files, own);
    warnings.push(...step.warnings);
    const status = worstStatus(step.files.map((file) => file.status));
    if (step.diagnostics.length > 0) {
      steps.push({ status: 'failed', files: step.files, tree: null, changed: [] });
      return failed(step.diagnostics);
    }
    touched = step.touched;
    const first = steps.length === 0;
    const alone = first ? touched : applyPatch(state, new Map(), patch.files, own).touched;
    steps.push({
      status,
      files: step.files,
      tree: overlayOf(tree, touched),
      changed: changesOf(state, alone),
    });
  }
  const status = worstStatus(steps.map((step) => step.status));
  if (status === 'failed') return failed([]);
  return {
    kind: 'applied',
    status,
    tree: overlayOf(tree, touched),
    files: mergeFiles(steps),
    changed: changesOf(tree, touched),
    steps,
    warnings,
  };
}

interface PatchOutcome {
  readonly touched: Touched;
  readonly files: readonly AppliedFile[];
  readonly diagnostics: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
}

function applyPatch(
  tree: Tree,
  before: Touched,
  diffs: readonly FileDiff[],
  options: PatchOptions,
): PatchOutcome {
  const touched = new Map(before);
  const files: AppliedFile[] = [];
  const diagnostics: Diagnostic[] = [];
  const warnings: Diagnostic[] = [];
  // A rename may go to a name that another part of the same patch takes away, in whatever order they stand.
  const leaving = new Set<string>();
  for (const diff of diffs) {
    if (diff.change.kind === 'delete') leaving.add(diff.path);
    if (diff.change.kind === 'rename') leaving.add(diff.change.from);
  }
  for (const diff of diffs) {
    const outcome = applyFileDiff(tree, before, touched, leaving, diff, options);
    files.push(outcome.file);
    diagnostics.push(...outcome.diagnostics);
    warnings.push(...outcome.warnings);
    if (outcome.diagnostics.length > 0) continue;
    const from = sourcePath(diff);
    // What another part of the patch has put in its place in the meantime stays.
    const replaced = from !== null && touched.get(from) !== before.get(from);
    if (diff.change.kind === 'rename' && from !== null && from !== diff.path && !replaced)
      touched.set(from, null);
    touched.set(diff.path, outcome.result);
  }
  return { touched, files, diagnostics, warnings };
}

/** One entry a path: the base of its first patch, the result of its last. */
function mergeFiles(steps: readonly AppliedPatch[]): AppliedFile[] {
  const merged = new Map<string, AppliedFile>();
  for (const file of steps.flatMap((step) => step.files)) {
    const earlier =
      merged.get(file.path) ?? (file.oldPath === null ? undefined : merged.get(file.oldPath));
    if (earlier === undefined) {
      merged.set(file.path, file);
      continue;
    }
    if (file.change === 'rename') merged.delete(earlier.path);
    merged.set(file.path, {
      ...file,
      oldPath: earlier.oldPath,
      change: earlier.change === 'create' ? 'create' : file.change,
      status: worstStatus([earlier.status, file.status]),
      baseBlob: earlier.baseBlob,
      expectedBaseBlob: earlier.expectedBaseBlob,
      hunks: [...earlier.hunks, ...file.hunks],
    });
  }
  return [...merged.values()];
}
