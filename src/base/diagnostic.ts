/**
 * Diagnostics are data; they are rendered at the edge (`report/`), never where they arise.
 * Lines and columns count from 1; a column counts UTF-16 code units of the source line.
 */
export interface Place {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  /** The whole source line without its newline; '' where there is none. */
  readonly sourceLine: string;
  /** How many columns the caret line underlines, at least 1. */
  readonly length: number;
}

export interface Note {
  readonly message: string;
  readonly at: Place | null;
}

export type DiagnosticCode =
  /** Input that is wrong in itself: a mail, a patch, C that violates a constraint. */
  | 'bad-input'
  /** C that is right, and that we do not understand yet. */
  | 'unsupported'
  /** A file, header or revision that is not there. */
  | 'missing'
  /** A bound of ours was reached (file size, include depth, macro expansion …). */
  | 'limit';

export interface Diagnostic {
  readonly code: DiagnosticCode;
  /** What is wrong, one sentence, no full stop. */
  readonly message: string;
  readonly at: Place | null;
  /** Earlier causes: "in expansion of macro …", "included from …", "declared here". */
  readonly notes: readonly Note[];
  /** Lines that belong to `at` and follow it (the lines of a hunk), to be shown below it without a caret. */
  readonly excerpt?: readonly { readonly line: number; readonly text: string }[];
  /** What to do about it, when we know. */
  readonly help?: string;
}

export function diagnostic(
  code: DiagnosticCode,
  message: string,
  at: Place | null = null,
  notes: readonly Note[] = [],
  help?: string,
): Diagnostic {
  return help === undefined ? { code, message, at, notes } : { code, message, at, notes, help };
}
