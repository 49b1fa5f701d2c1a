/** Bits of a token, and the tokens that every `TokenStore` begins with. */

/** Bits of the first cell of a token (see `TokenStore`). */
export const Mark = {
  /** White space stands before it. */
  space: 8,
  /** First on its line: `#` here begins a directive. */
  lineStart: 16,
  /** Painted: never expanded again (C11 6.10.3.4p2). */
  noExpand: 32,
  /** In a replacement list: `##` follows. */
  pasteLeft: 64,
  /** In a replacement list: the parameter after `#`. */
  stringify: 128,
  /** No token but a trace of white space; see `PAD_*` below. */
  padding: 256,
  /** End of a file, of a directive's line, or of a macro argument under expansion. */
  end: 512,
  /** A pragma on its way to the output. */
  pragma: 1024,
  /** The `__VA_OPT__` of a replacement list. */
  vaOpt: 2048,
  /** Spelled with universal character names: the name that it means is another spelling. */
  alias: 4096,
} as const;

/** The low three bits. */
export const Kind = {
  identifier: 0,
  number: 1,
  character: 2,
  string: 3,
  punctuator: 4,
  other: 5,
} as const;
export const KIND = 7;
/** What no name has: one of another kind, padding, the end. */
export const NO_NAME = KIND | Mark.padding | Mark.end | Mark.pragma;

/** Cells that a token takes: bits, spelling, place, expansion. */
export const CELLS = 4;
export const SPELLING = 1;
export const PLACE = 2;
export const VIA = 3;

export const END = 0;
/**
 * White space around expansions matters to `#` and to printing. gcc leaves padding tokens behind that point to the
 * token whose white space counts; only "white", "no white" and "whatever comes next says" can be told apart.
 */
export const PAD_WHITE = 1 * CELLS;
export const PAD_BARE = 2 * CELLS;
export const PAD_NEXT = 3 * CELLS;
export const FIRST_TOKEN = 4 * CELLS;

/** No expansion. */
export const NO_VIA = 0;

/**
 * Folds a run of paddings into the one that counts: the first, unless it says "no white" and a later one leaves the
 * question to the next token.
 */
export function foldPadding(before: number, padding: number): number {
  return before === PAD_NEXT || (before === PAD_BARE && padding === PAD_NEXT) ? padding : before;
}
