/** What came of applying a candidate: the words are those of the report (exact, clean, offset, fuzz, failed). */
import type { Diagnostic } from '../base/diagnostic.js';
import type { OverlayTree } from '../tree/overlay-tree.js';
import type { HunkOutcome } from './apply-file.js';
import type { ChangedLines } from './changed-lines.js';
import type { FileChange, FileDiff } from './file-diff.js';

/**
 * exact: the base blob is the one that the diff names, and every hunk is at its line. clean: every hunk at its line,
 * the base blob unnamed or another. offset, fuzz: some hunk stands elsewhere, or with less context. failed: not applied.
 */
export type ApplyStatus = 'exact' | 'clean' | 'offset' | 'fuzz' | 'failed';

const ORDER: readonly ApplyStatus[] = ['exact', 'clean', 'offset', 'fuzz', 'failed'];

export function worstStatus(statuses: Iterable<ApplyStatus>): ApplyStatus {
  let worst = 0;
  for (const status of statuses) worst = Math.max(worst, ORDER.indexOf(status));
  return ORDER[worst] ?? 'failed';
}

export interface AppliedFile {
  readonly path: string;
  /** Where its content came from; null for a new file. */
  readonly oldPath: string | null;
  readonly change: FileChange['kind'];
  readonly status: ApplyStatus;
  /** 40 digits; null where there is no such file. */
  readonly baseBlob: string | null;
  readonly resultBlob: string | null;
  /** As the `index` line names them: in full when the tree's blob begins so, else the digits of the mail. */
  readonly expectedBaseBlob: string | null;
  readonly expectedResultBlob: string | null;
  readonly hunks: readonly HunkOutcome[];
}

/** The lines that a candidate changed in one file. */
export interface ChangedFile extends ChangedLines {
  /** null: the file is new. */
  readonly oldPath: string | null;
  /** null: the file is gone. */
  readonly newPath: string | null;
}

/** One patch of a series, applied on top of those before it. */
export interface AppliedPatch {
  readonly status: ApplyStatus;
  readonly files: readonly AppliedFile[];
  /** The state after it; null when it failed. */
  readonly tree: OverlayTree | null;
  /** Against the state before it. */
  readonly changed: readonly ChangedFile[];
}

export type Application =
  | {
      readonly kind: 'applied';
      readonly status: Exclude<ApplyStatus, 'failed'>;
      readonly tree: OverlayTree;
      /** By path, the whole candidate taken together. */
      readonly files: readonly AppliedFile[];
      /** Against the base. */
      readonly changed: readonly ChangedFile[];
      readonly steps: readonly AppliedPatch[];
      /** Worth saying, but no obstacle: a result that is not the blob the mail promises. */
      readonly warnings: readonly Diagnostic[];
    }
  | {
      readonly kind: 'failed';
      readonly status: 'failed';
      readonly files: readonly AppliedFile[];
      /** Up to and with the one that failed. */
      readonly steps: readonly AppliedPatch[];
      readonly diagnostics: readonly Diagnostic[];
      readonly warnings: readonly Diagnostic[];
    };

/** What can be applied: a candidate of a mail thread, or any diff. */
export interface Applicable {
  readonly patches: readonly {
    readonly files: readonly FileDiff[];
    /** Tabs that became blanks on the way may be put back; git would refuse such a diff. */
    readonly repairTabs?: boolean;
  }[];
  /** Why it cannot be applied, as far as reading it has shown. */
  readonly problems: readonly Diagnostic[];
}
