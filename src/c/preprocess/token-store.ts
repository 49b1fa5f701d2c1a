/**
 * All tokens of the units that share a memo. Millions of them live at once, and as objects they made the garbage collector's time
 * most of the preprocessor's: so a token is the index of its four cells in one array of integers (its bits, the number of its
 * spelling, its place, the expansion that put it there), and becomes a `Token` when somebody asks. Nothing is ever taken out.
 */
import type { SourceFile, Token, TokenKind } from '../token.js';
import { Places } from './file-text.js';
import type { Macro } from './macro.js';
import { Names } from './names.js';
import {
  CELLS,
  FIRST_TOKEN,
  KIND,
  Kind,
  Mark,
  NO_NAME,
  NO_VIA,
  END,
  PAD_BARE,
  PAD_NEXT,
  PAD_WHITE,
  PLACE,
  SPELLING,
  VIA,
} from './pp-token.js';
import { StoredExpansion, StoredToken } from './stored-token.js';

/** What an expansion needs to know of its macro. */
export interface Expandable {
  readonly name: string;
  readonly file: SourceFile;
  readonly line: number;
}

const kinds: readonly TokenKind[] = [
  'identifier',
  'number',
  'character',
  'string',
  'punctuator',
  'other',
];

export class TokenStore {
  cells: Int32Array = new Int32Array(1 << 12);
  readonly names = new Names();
  readonly places = new Places();
  private free = FIRST_TOKEN;
  /** Two for each expansion: its macro's number, and the token that was expanded. */
  private expansions: Int32Array = new Int32Array(1 << 8);
  private expansionsEnd = 2;
  /** What is expanded and is no macro, by number below zero. */
  private readonly builtins: Expandable[] = [];
  private readonly made = new Map<number, StoredExpansion>();

  constructor() {
    this.cells[END] = Kind.other | Mark.end;
    this.cells[PAD_WHITE] = Kind.other | Mark.padding | Mark.space;
    this.cells[PAD_BARE] = Kind.other | Mark.padding;
    this.cells[PAD_NEXT] = Kind.other | Mark.padding;
    const nothing = this.names.of('');
    for (let at = END; at < FIRST_TOKEN; at += CELLS) this.cells[at + SPELLING] = nothing;
  }

  /* ---------- making ---------- */

  add(bits: number, spelling: number, place: number, via: number): number {
    const at = this.free;
    let { cells } = this;
    if (at === cells.length) cells = this.grow();
    cells[at] = bits;
    cells[at + SPELLING] = spelling;
    cells[at + PLACE] = place;
    cells[at + VIA] = via;
    this.free = at + CELLS;
    return at;
  }

  private grow(): Int32Array {
    const { cells } = this;
    const more = new Int32Array(cells.length * (cells.length < 1 << 22 ? 8 : 2));
    more.set(cells);
    this.cells = more;
    return more;
  }

  /** The token as an expansion puts it in place. */
  placed(token: number, via: number): number {
    const { cells } = this;
    return this.add(
      cells[token] as number,
      cells[token + SPELLING] as number,
      cells[token + PLACE] as number,
      via,
    );
  }

  /** The token with these bits instead of its own. */
  withBits(token: number, bits: number): number {
    const { cells } = this;
    return this.add(
      bits,
      cells[token + SPELLING] as number,
      cells[token + PLACE] as number,
      cells[token + VIA] as number,
    );
  }

  /** A token that was not written but made (pasted, stringified, built in): it has the place of another. */
  derived(bits: number, spelling: number, at: number, via: number): number {
    return this.add(bits, spelling, this.cells[at + PLACE] as number, via);
  }

  /** Changes the marks of a token that nobody else has yet. */
  mark(token: number, bits: number): void {
    this.cells[token] = bits;
  }

  /* ---------- reading ---------- */

  bits(token: number): number {
    return this.cells[token] as number;
  }

  kind(token: number): TokenKind {
    return kinds[(this.cells[token] as number) & KIND] ?? 'other';
  }

  spelling(token: number): number {
    return this.cells[token + SPELLING] as number;
  }

  text(token: number): string {
    return this.names.texts[this.cells[token + SPELLING] as number] as string;
  }

  place(token: number): number {
    return this.cells[token + PLACE] as number;
  }

  via(token: number): number {
    return this.cells[token + VIA] as number;
  }

  isPunctuator(token: number): boolean {
    return ((this.cells[token] as number) & KIND) === Kind.punctuator;
  }

  /** The name that it spells, -1 for any other token. */
  name(token: number): number {
    const { cells } = this;
    const bits = cells[token] as number;
    if ((bits & NO_NAME) !== Kind.identifier) return -1;
    const spelling = cells[token + SPELLING] as number;
    return (bits & Mark.alias) === 0 ? spelling : this.names.aliased(spelling);
  }

  spaced(token: number): boolean {
    return ((this.cells[token] as number) & Mark.space) !== 0;
  }

  padFrom(token: number): number {
    return ((this.cells[token] as number) & Mark.space) !== 0 ? PAD_WHITE : PAD_BARE;
  }

  /** Does white space stand before `token`, given the folded padding in front of it? */
  spaceAfterPadding(padding: number, token: number): boolean {
    return padding === PAD_NEXT ? this.spaced(token) : padding === PAD_WHITE;
  }

  token(token: number): Token {
    return new StoredToken(this, token, this.spaced(token));
  }

  lineOf(token: number): number {
    const place = this.place(token);
    const text = this.places.at(place);
    return text.lineAt(place - text.base);
  }

  fileOf(token: number): SourceFile {
    return this.places.at(this.place(token)).file;
  }

  /* ---------- expansions ---------- */

  /** Gives a macro its number. */
  addMacro(macro: Macro): number {
    return this.names.macros.push(macro) - 1;
  }

  addBuiltin(expandable: Expandable): number {
    return -this.builtins.push(expandable);
  }

  expansion(definition: number, use: number): number {
    let { expansions } = this;
    if (this.expansionsEnd === expansions.length) {
      this.expansions = new Int32Array(expansions.length * 4);
      this.expansions.set(expansions);
      expansions = this.expansions;
    }
    expansions[this.expansionsEnd] = definition;
    expansions[this.expansionsEnd + 1] = use;
    this.expansionsEnd += 2;
    return (this.expansionsEnd >> 1) - 1;
  }

  /** The token that was expanded. */
  useOf(via: number): number {
    return this.expansions[via * 2 + 1] as number;
  }

  /** The same object each time. */
  expansionOf(via: number): StoredExpansion | null {
    if (via === NO_VIA) return null;
    let expansion = this.made.get(via);
    if (expansion === undefined) {
      const number = this.expansions[via * 2] as number;
      const definition = number > 0 ? this.names.macros[number] : this.builtins[-number - 1];
      if (definition === undefined || definition === null)
        throw new Error(`expansion ${via} of nothing`);
      expansion = new StoredExpansion(this, definition, this.useOf(via));
      this.made.set(via, expansion);
    }
    return expansion;
  }

  /** The token that the developer wrote: itself, or the name of the outermost macro whose expansion made it. */
  written(token: number): number {
    let at = token;
    for (let via = this.via(at); via !== NO_VIA; via = this.via(at)) at = this.useOf(via);
    return at;
  }
}
