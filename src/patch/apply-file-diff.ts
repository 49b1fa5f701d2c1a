/** One file of a patch, applied: its blobs, its hunks, and why it does not apply. */
import type { Diagnostic } from '../base/diagnostic.js';
import { diagnostic } from '../base/diagnostic.js';
import type { Tree } from '../tree/tree.js';
import type { AppliedFile, ApplyStatus } from './application.js';
import { hunkFailures } from './apply-failure.js';
import type { HunkOutcome, Image } from './apply-file.js';
import { applyHunks } from './apply-file.js';
import { blobId, namesBlob } from './blob-id.js';
import type { FileDiff } from './file-diff.js';
import { sourcePath } from './file-diff.js';
import type { Effort } from './locate-hunk.js';
import type { TabRepair } from './repair-tabs.js';
import { repairTabs } from './repair-tabs.js';
import type { Touched, WorkingFile } from './working-files.js';
import { fileOfImage, imageOfFile, workingFile } from './working-files.js';

export interface ApplyOptions {
  /** null: as `git apply`. A number: as `patch -F NUMBER`, which may leave out so many lines of context. */
  readonly fuzz: number | null;
}

export interface PatchOptions extends ApplyOptions {
  readonly repairTabs: boolean;
  readonly effort: Effort;
}

export interface FileOutcome {
  readonly file: AppliedFile;
  /** null: deleted. */
  readonly result: WorkingFile | null;
  readonly diagnostics: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
}

export function applyFileDiff(
  tree: Tree,
  before: Touched,
  touched: Touched,
  leaving: ReadonlySet<string>,
  diff: FileDiff,
  options: PatchOptions,
): FileOutcome {
  const kind = diff.change.kind;
  const from = sourcePath(diff);
  // Renames and copies do not depend on the order of the files within a patch: they start from the state before it.
  const sourceState = kind === 'rename' || kind === 'copy' ? before : touched;
  const source = from === null ? null : workingFile(tree, sourceState, from);
  const baseBlob = source === null ? null : blobId(source.content);
  let repair: TabRepair | null = null;
  const give = (
    diagnostics: readonly Diagnostic[],
    hunks: readonly HunkOutcome[],
    result: WorkingFile | null,
  ): FileOutcome => {
    const succeeded = diagnostics.length === 0;
    const resultBlob = succeeded && result !== null ? blobId(result.content) : null;
    const status = succeeded ? statusOf(diff, baseBlob, hunks) : 'failed';
    const file: AppliedFile = {
      path: diff.path,
      oldPath: kind === 'modify-or-create' && source === null ? null : from,
      change: kind,
      status,
      baseBlob,
      resultBlob,
      expectedBaseBlob: expectedBlob(diff.oldBlob, baseBlob),
      expectedResultBlob: expectedBlob(diff.newBlob, resultBlob),
      hunks,
    };
    const said = succeeded && repair !== null ? [repairWarning(diff, file, repair)] : [];
    return { file, result, diagnostics, warnings: [...said, ...resultWarnings(diff, file)] };
  };
  const refuse = (code: 'bad-input' | 'missing' | 'unsupported', message: string, help?: string) =>
    give([diagnostic(code, message, diff.at, [], help)], [], null);

  if (diff.binary) {
    return refuse('unsupported', `${diff.path} changes as a binary file, which is not applied`);
  }
  if (from !== null && source === null && kind !== 'modify-or-create') {
    return refuse(
      'missing',
      `the patch changes ${from}, which is not in the tree`,
      'use the tree that the patch was made for',
    );
  }
  const creates = kind === 'create' || kind === 'copy' || (kind === 'rename' && from !== diff.path);
  if (creates && workingFile(tree, touched, diff.path) !== null && !leaving.has(diff.path)) {
    return refuse(
      'bad-input',
      `the patch creates ${diff.path}, which is in the tree already`,
      'the patch may be applied to this tree already',
    );
  }

  const start: Image = source === null ? [] : imageOfFile(source);
  let patched = applyHunks(start, diff, options.fuzz, options.effort);
  if (options.repairTabs && patched.hunks.some((hunk) => hunk.status === 'failed')) {
    repair = repairTabs(diff, start);
    if (repair !== null) patched = applyHunks(start, repair.diff, options.fuzz, options.effort);
  }
  const failures = hunkFailures(diff, patched.hunks, start, from ?? diff.path, baseBlob);
  if (failures.length > 0) {
    const blanks = !options.repairTabs && repairTabs(diff, start) !== null;
    const help =
      'tabs have become blanks in this diff; ask for it again, as an attachment if need be';
    const told = blanks ? failures.map((failure) => ({ ...failure, help })) : failures;
    return give(told, patched.hunks, null);
  }
  if (kind === 'delete') {
    if (patched.image.length > 0) {
      return give(
        [
          diagnostic(
            'bad-input',
            `the patch deletes ${diff.path}, but ${patched.image.length} lines would remain of it`,
            diff.at,
          ),
        ],
        patched.hunks,
        null,
      );
    }
    return give([], patched.hunks, null);
  }
  const result =
    source !== null && diff.hunks.length === 0
      ? source
      : fileOfImage(patched.image, source?.basePath ?? null, source?.baseLines ?? 0);
  return give([], patched.hunks, result);
}

function statusOf(
  diff: FileDiff,
  baseBlob: string | null,
  hunks: readonly HunkOutcome[],
): ApplyStatus {
  if (hunks.some((hunk) => hunk.status === 'failed')) return 'failed';
  if (hunks.some((hunk) => hunk.status === 'fuzz')) return 'fuzz';
  if (hunks.some((hunk) => hunk.status === 'offset')) return 'offset';
  // A new file has no base to name, and one that is only renamed or changes its mode is not named either.
  if (diff.change.kind === 'create' || hunks.length === 0) return 'exact';
  return namesBlob(diff.oldBlob, baseBlob) === true ? 'exact' : 'clean';
}

function expectedBlob(named: string | null, id: string | null): string | null {
  return id !== null && namesBlob(named, id) === true ? id : named;
}

function repairWarning(diff: FileDiff, file: AppliedFile, repair: TabRepair): Diagnostic {
  const verified = namesBlob(diff.newBlob, file.resultBlob) === true;
  return diagnostic(
    'bad-input',
    `tabs had become blanks in the diff of ${diff.path}; they were put back in ${repair.lines} lines`,
    diff.at,
    [
      {
        message: verified
          ? 'the result is the blob that the diff names'
          : 'the old lines are those of the tree; the indentation of the new ones is a reconstruction',
        at: null,
      },
    ],
  );
}

/** The base was the promised one, and the result is not: somebody or something changed the diff itself. */
function resultWarnings(diff: FileDiff, file: AppliedFile): Diagnostic[] {
  if (namesBlob(diff.oldBlob, file.baseBlob) !== true) return [];
  if (namesBlob(diff.newBlob, file.resultBlob) !== false) return [];
  return [
    diagnostic(
      'bad-input',
      `the diff promises blob ${diff.newBlob ?? ''} for ${file.path} and makes ${file.resultBlob ?? ''}`,
      diff.at,
      [],
      'the diff was changed after it was made, by hand or on its way',
    ),
  ];
}
