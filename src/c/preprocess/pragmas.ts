/**
 * #pragma and _Pragma (C11 6.10.6, 6.10.9). They are taken out of the token stream and listed with the place they had in
 * it; those that the preprocessor itself obeys (once, push_macro, pop_macro, GCC error) are carried out.
 */
import type { SourceFile } from '../token.js';
import type { Token } from '../token.js';
import type { Buffer } from './buffer.js';
import type { Expander } from './expander.js';
import { Lexer } from './lexer.js';
import { END, Kind, Mark } from './pp-token.js';
import { OPEN, CLOSE, LESS } from './spellings.js';
import type { TokenStore } from './token-store.js';

export interface Pragma {
  /** It stands before the token with this index. */
  readonly index: number;
  readonly file: SourceFile;
  readonly line: number;
  readonly column: number;
  /** What follows `#pragma`, with single spaces. */
  readonly text: string;
  readonly tokens: readonly Token[];
}

/** A pragma whose place and tokens are made when somebody asks. */
export class StoredPragma implements Pragma {
  readonly #store: TokenStore;
  readonly #at: number;
  readonly #tokens: readonly number[];

  constructor(
    store: TokenStore,
    at: number,
    readonly text: string,
    tokens: readonly number[],
    readonly index = 0,
  ) {
    this.#store = store;
    this.#at = at;
    this.#tokens = tokens;
  }

  get file(): SourceFile {
    return this.#store.fileOf(this.#at);
  }

  get line(): number {
    return this.#store.lineOf(this.#at);
  }

  get column(): number {
    return this.#store.token(this.#at).column;
  }

  get tokens(): readonly Token[] {
    return this.#tokens.map((token) => this.#store.token(token));
  }

  standingBefore(index: number): StoredPragma {
    return new StoredPragma(this.#store, this.#at, this.text, this.#tokens, index);
  }
}

export class Pragmas {
  readonly list: StoredPragma[] = [];
  /** Macros have been put aside, or names forbidden. */
  stateful = false;
  /** By the token that stands for each. */
  private readonly pending = new Map<number, StoredPragma>();
  /** By name, the meanings that were put aside. */
  private readonly pushed = new Map<number, number[]>();

  /** `outputLength` tells how many tokens have been given out. */
  constructor(
    private readonly store: TokenStore,
    private readonly outputLength: () => number,
  ) {}

  /** A #pragma line; the lexer stands behind `pragma`. */
  directive(name: number, buffer: Buffer, expander: Expander): void {
    const tokens: number[] = [];
    for (let token = buffer.lexer.next(); token !== END; token = buffer.lexer.next())
      tokens.push(token);
    this.obey(tokens, name, buffer, expander);
    this.list.push(this.made(tokens, name).standingBefore(this.outputLength()));
  }

  /** `_Pragma ( "…" )`; the token that stands for it until it is given out. */
  operator(use: number, buffer: Buffer | null, expander: Expander): number {
    const { store } = this;
    const open = expander.getSolid();
    const literal = expander.getSolid();
    const close = expander.getSolid();
    if (
      store.spelling(open) !== OPEN ||
      store.kind(literal) !== 'string' ||
      store.spelling(close) !== CLOSE
    )
      expander.problems.fail('bad-input', '_Pragma takes a parenthesized string literal', use);
    const tokens = this.destringized(literal, expander);
    if (buffer !== null) this.obey(tokens, use, buffer, expander);
    const bits = Kind.other | Mark.pragma | (store.bits(use) & Mark.space);
    const mark = store.derived(bits, store.names.of(''), use, store.via(use));
    this.pending.set(mark, this.made(tokens, use));
    return mark;
  }

  /** A token of `operator` has come out. */
  giveOut(token: number): void {
    const pragma = this.pending.get(token);
    if (pragma !== undefined) this.list.push(pragma.standingBefore(this.outputLength()));
  }

  private made(tokens: readonly number[], at: number): StoredPragma {
    const { store } = this;
    let text = '';
    for (const token of tokens)
      text += (text !== '' && store.spaced(token) ? ' ' : '') + store.text(token);
    return new StoredPragma(store, at, text, tokens);
  }

  private destringized(literal: number, expander: Expander): number[] {
    const { store } = this;
    const spelling = store.text(literal);
    const body = spelling
      .slice(spelling.indexOf('"') + 1, -1)
      .replace(/\\(["\\])/g, '$1')
      .replace(/\n/g, ' ');
    const lexer = Lexer.ofPiece(body, store.place(literal), store, expander.problems);
    const tokens: number[] = [];
    for (let token = lexer.next(); token !== END; token = lexer.next()) {
      const marks = store.bits(token) & (Mark.space | Mark.alias);
      const bits = Kind[store.kind(token)] | marks;
      tokens.push(store.derived(bits, store.spelling(token), literal, store.via(literal)));
    }
    return tokens;
  }

  private obey(tokens: readonly number[], at: number, buffer: Buffer, expander: Expander): void {
    const { store } = this;
    const [first, second, third] = tokens;
    if (first === undefined) return;
    const { names } = store;
    const word = store.text(first);
    const operand = third === undefined ? '' : store.text(third);
    if (word === 'once' && buffer.includedAt !== null) buffer.loaded.once = true;
    if (word === 'push_macro' || word === 'pop_macro') {
      this.stateful = true;
      const spelling = /^"(.*)"$/.exec(operand)?.[1];
      if (second === undefined || store.spelling(second) !== OPEN || spelling === undefined) return;
      const name = names.of(spelling);
      const saved: number[] = this.pushed.get(name) ?? [];
      this.pushed.set(name, saved);
      if (word === 'push_macro') saved.push(names.meaning(name));
      else {
        const before = saved.pop();
        if (before === undefined) return;
        names.change(name, before);
      }
    }
    if (word !== 'GCC' || second === undefined) return;
    const what = store.text(second);
    if (what === 'poison') {
      this.stateful = true;
      for (const token of tokens.slice(2)) {
        const name = store.name(token);
        if (name >= 0) names.poison(name);
      }
    }
    if (what === 'error')
      expander.problems.fail('bad-input', `#pragma GCC error ${operand}`.trimEnd(), at);
    // Whether the file is newer is for a build to ask.
    if (what === 'dependency' && !this.namesFile(third))
      expander.problems.fail(
        'bad-input',
        '#pragma dependency expects "FILENAME" or <FILENAME>',
        at,
      );
  }

  private namesFile(token: number | undefined): boolean {
    if (token === undefined) return false;
    return this.store.kind(token) === 'string' || this.store.spelling(token) === LESS;
  }
}
