/**
 * Preprocessing tokens that know where they come from (C11 6.4, 6.10).
 * A token is spelled in exactly one place (`file`, `line`, `column`); when a macro put it there, `via` says which
 * expansion did, so that a diagnostic, a trap or a covered line points into the file that the developer knows.
 */
export interface SourceFile {
  /** Path in the tree (`arch/x86/kvm/mmu/tdp_iter.c`), or `<built-in>`, `<command line>`. */
  readonly path: string;
  readonly text: string;
  /** Offsets at which lines begin; made on first use. */
  readonly lineStarts: readonly number[];
}

export type TokenKind =
  | 'identifier'
  | 'number' // pp-number
  | 'character' // with its prefix
  | 'string' // with its prefix
  | 'punctuator'
  | 'other'; // a character that is no token of C

/** One expansion of one macro. Arguments keep the `via` of the place where they were written. */
export interface Expansion {
  readonly macro: string;
  /** Where the macro was defined. */
  readonly file: SourceFile;
  readonly line: number;
  /** The name token that was expanded; its own `via` tells of the expansion around it. */
  readonly use: Token;
}

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly file: SourceFile;
  readonly line: number;
  readonly column: number;
  readonly via: Expansion | null;
  /** White space stands before it (matters for `#` and for printing). */
  readonly space: boolean;
}
