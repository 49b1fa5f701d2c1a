/** A diff as data: files, hunks, lines, each with its place in the mail. Words as in git-diff(1). */
import type { Place } from '../base/diagnostic.js';

export interface HunkLine {
  readonly kind: 'context' | 'removed' | 'added';
  /** Bytes as Latin-1; the newline is part of it, unless the diff says that there is none. */
  readonly text: string;
  /** Line of the mail on which it stands. */
  readonly line: number;
}

export interface Hunk {
  /** The `@@` line. */
  readonly at: Place;
  readonly oldStart: number;
  readonly oldCount: number;
  readonly newStart: number;
  readonly newCount: number;
  /** What follows the second `@@`: the function, as git guesses it. */
  readonly section: string;
  readonly lines: readonly HunkLine[];
  /** Lines of context before the first and after the last change. */
  readonly leading: number;
  readonly trailing: number;
}

export type FileChange =
  | { readonly kind: 'modify' }
  | { readonly kind: 'create' }
  | { readonly kind: 'delete' }
  | { readonly kind: 'rename'; readonly from: string; readonly similarity: number | null }
  | { readonly kind: 'copy'; readonly from: string; readonly similarity: number | null }
  /** A diff without git headers whose hunk adds to nothing: it creates the file where there is none. */
  | { readonly kind: 'modify-or-create' };

export interface FileDiff {
  /** The first line of its header. */
  readonly at: Place;
  /** Of the file after the change; of the file that goes, for a deletion. */
  readonly path: string;
  readonly change: FileChange;
  /** Octal, as written: `100644`. */
  readonly oldMode: string | null;
  readonly newMode: string | null;
  /** From the `index` line, mostly abbreviated; null where there is none. */
  readonly oldBlob: string | null;
  readonly newBlob: string | null;
  readonly binary: boolean;
  readonly hunks: readonly Hunk[];
}

/** The path whose content the hunks start from; null for a file that is created. */
export function sourcePath(diff: FileDiff): string | null {
  switch (diff.change.kind) {
    case 'create':
      return null;
    case 'rename':
    case 'copy':
      return diff.change.from;
    case 'modify':
    case 'delete':
    case 'modify-or-create':
      return diff.path;
  }
}
