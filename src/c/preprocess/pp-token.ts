/**
 * The token as the preprocessor works on it: what `Token` promises, the interned name, and marks. Hundreds of thousands
 * of them live at once, and the garbage collector's time is most of the preprocessor's: so a spelling is one small object, and
 * each appearance of it in an expansion a smaller one that refers to it; small fields share one integer.
 */
import type { Expansion, SourceFile, Token, TokenKind } from '../token.js';
import type { Name } from './names.js';

/** Bits of `PpToken.bits`. */
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
  /** No token but a trace of white space; see `pad*` below. */
  padding: 256,
  /** End of a file, of a directive's line, or of a macro argument under expansion. */
  end: 512,
  /** A pragma on its way to the output. */
  pragma: 1024,
  /** The `__VA_OPT__` of a replacement list. */
  vaOpt: 2048,
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
const KIND = 7;
const kinds: readonly TokenKind[] = [
  'identifier',
  'number',
  'character',
  'string',
  'punctuator',
  'other',
];

/** The column is in the bits from here on. */
const COLUMN_SHIFT = 12;
const COLUMN_MOST = (1 << 18) - 1;
const MARKS = (1 << COLUMN_SHIFT) - 1;

export interface PpToken extends Token {
  readonly bits: number;
  /** The identifier that it spells, null for any other token. */
  readonly name: Name | null;
  readonly spelled: SpelledToken;
}

/** A token as it stands in a file. */
export class SpelledToken implements PpToken {
  /** `bits` are kind and marks. */
  constructor(
    private readonly spelling: string | Name,
    readonly file: SourceFile,
    readonly line: number,
    column: number,
    public bits: number,
  ) {
    this.bits |= (column > COLUMN_MOST ? COLUMN_MOST : column) << COLUMN_SHIFT;
  }

  get kind(): TokenKind {
    return kinds[this.bits & KIND] ?? 'other';
  }

  get text(): string {
    const { spelling } = this;
    return typeof spelling === 'string' ? spelling : spelling.text;
  }

  get name(): Name | null {
    const { spelling } = this;
    return typeof spelling === 'string' ? null : spelling.meaning;
  }

  get column(): number {
    return this.bits >>> COLUMN_SHIFT;
  }

  get via(): Expansion | null {
    return null;
  }

  get space(): boolean {
    return (this.bits & Mark.space) !== 0;
  }

  get spelled(): SpelledToken {
    return this;
  }
}

/** A token that appears again: put in place by an expansion, or with other marks. */
class PlacedToken implements PpToken {
  constructor(
    readonly spelled: SpelledToken,
    readonly via: Expansion | null,
    readonly bits: number,
  ) {}

  get kind(): TokenKind {
    return this.spelled.kind;
  }

  get text(): string {
    return this.spelled.text;
  }

  get name(): Name | null {
    return this.spelled.name;
  }

  get file(): SourceFile {
    return this.spelled.file;
  }

  get line(): number {
    return this.spelled.line;
  }

  get column(): number {
    return this.spelled.column;
  }

  get space(): boolean {
    return (this.bits & Mark.space) !== 0;
  }
}

/** The token as an expansion puts it in place. */
export function placed(token: PpToken, via: Expansion): PpToken {
  return new PlacedToken(token.spelled, via, token.bits);
}

/** The token with these marks instead of its own. */
export function withMarks(token: PpToken, marks: number): PpToken {
  return new PlacedToken(token.spelled, token.via, marks);
}

/** A token that was not written but made (pasted, stringified, built in): it has the place of another. */
export function madeToken(
  spelling: string | Name,
  marks: number,
  at: PpToken,
  via: Expansion | null,
): PpToken {
  const spelled = new SpelledToken(spelling, at.file, at.line, at.column, marks & MARKS);
  return via === null ? spelled : new PlacedToken(spelled, via, spelled.bits);
}

export function isPunctuator(token: PpToken, text: string): boolean {
  return (token.bits & KIND) === Kind.punctuator && token.text === text;
}

const nowhere: SourceFile = { path: '<nowhere>', text: '', lineStarts: [0] };

function markToken(marks: number): SpelledToken {
  return new SpelledToken('', nowhere, 1, 1, Kind.other | marks);
}

/**
 * White space around expansions matters to `#` and to printing. gcc leaves padding tokens behind that point to the
 * token whose white space counts; only "white", "no white" and "whatever comes next says" can be told apart.
 */
export const padWhite = markToken(Mark.padding | Mark.space);
export const padBare = markToken(Mark.padding);
export const padNext = markToken(Mark.padding);
export const endToken = markToken(Mark.end);

export function padFrom(source: PpToken): PpToken {
  return (source.bits & Mark.space) !== 0 ? padWhite : padBare;
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
  return padding === padNext ? (token.bits & Mark.space) !== 0 : padding === padWhite;
}
