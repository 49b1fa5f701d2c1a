/**
 * The token as the preprocessor works on it: what `Token` promises, the interned name, and marks. Marks are bits, as
 * each token is made hundreds of thousands of times.
 */
import type { Expansion, SourceFile, Token, TokenKind } from '../token.js';
import type { Name } from './names.js';

export const Mark = {
  /** First on its line: `#` here begins a directive. */
  lineStart: 1,
  /** Painted: never expanded again (C11 6.10.3.4p2). */
  noExpand: 2,
  /** In a replacement list: `##` follows. */
  pasteLeft: 4,
  /** In a replacement list: the parameter after `#`. */
  stringify: 8,
  /** No token but a trace of white space; see `pad*` below. */
  padding: 16,
  /** End of a file, of a directive's line, or of a macro argument under expansion. */
  end: 32,
  /** A pragma on its way to the output; its operand is in `pragmas` of the expander. */
  pragma: 64,
  /** The `__VA_OPT__` of a replacement list. */
  vaOpt: 128,
} as const;

export class PpToken implements Token {
  constructor(
    public kind: TokenKind,
    public text: string,
    public file: SourceFile,
    public line: number,
    public column: number,
    public via: Expansion | null,
    public space: boolean,
    public name: Name | null,
    public marks: number,
    /** Which parameter of its macro it names, -1 for none; of a pragma, its number. */
    public parameter: number,
  ) {}

  /** The same token put in place by an expansion. */
  expandedBy(via: Expansion): PpToken {
    return new PpToken(
      this.kind,
      this.text,
      this.file,
      this.line,
      this.column,
      via,
      this.space,
      this.name,
      this.marks,
      this.parameter,
    );
  }

  withMarks(marks: number): PpToken {
    return new PpToken(
      this.kind,
      this.text,
      this.file,
      this.line,
      this.column,
      this.via,
      this.space,
      this.name,
      marks,
      this.parameter,
    );
  }

  withSpace(space: boolean): PpToken {
    return new PpToken(
      this.kind,
      this.text,
      this.file,
      this.line,
      this.column,
      this.via,
      space,
      this.name,
      this.marks,
      this.parameter,
    );
  }
}

const nowhere: SourceFile = { path: '<nowhere>', text: '', lineStarts: [0] };

function markToken(marks: number, space: boolean): PpToken {
  return new PpToken('other', '', nowhere, 1, 1, null, space, null, marks, -1);
}

/**
 * White space around expansions matters to `#` and to printing. gcc leaves padding tokens behind that point to the
 * token whose white space counts; only "white", "no white" and "whatever comes next says" can be told apart.
 */
export const padWhite = markToken(Mark.padding, true);
export const padBare = markToken(Mark.padding, false);
export const padNext = markToken(Mark.padding, false);
export const endToken = markToken(Mark.end, false);

export function padFrom(source: PpToken): PpToken {
  return source.space ? padWhite : padBare;
}

/**
 * Folds a run of paddings into the one that counts: the first, unless it says "no white" and a later one leaves the
 * question to the next token.
 */
export function foldPadding(before: PpToken, padding: PpToken): PpToken {
  return before === padNext || (before === padBare && padding === padNext) ? padding : before;
}

/** Does white space stand before `token`, given the folded padding in front of it? */
export function spaceAfterPadding(padding: PpToken, token: PpToken): boolean {
  return padding === padNext ? token.space : padding === padWhite;
}
