/** The tokens of a run as they come out: where each lies in its store, and whether white space stands before it. */
import { Kind, KIND, SPELLING } from './pp-token.js';
import { StoredToken } from './stored-token.js';
import type { Token, TokenKind } from '../token.js';
import { TokenList } from '../token-list.js';
import type { TokenStore } from './token-store.js';

/** A token's index is a multiple of four, so the lowest bit is free for the white space. */
const SPACED = 1;

export class TokenOutput {
  /** How many tokens there are. */
  length = 0;
  private entries = new Int32Array(1 << 10);

  constructor(private readonly store: TokenStore) {}

  add(token: number, spaced: boolean): void {
    if (this.length === this.entries.length) this.grow(this.length * 4);
    this.entries[this.length++] = spaced ? token | SPACED : token;
  }

  private grow(size: number): void {
    const entries = new Int32Array(size);
    entries.set(this.entries);
    this.entries = entries;
  }

  /** Adds some of the tokens of an earlier output. */
  append(from: TokenOutput, first: number, end: number): void {
    const length = this.length + end - first;
    if (length > this.entries.length) this.grow(length * 2);
    this.entries.set(from.entries.subarray(first, end), this.length);
    this.length = length;
  }

  all(): TokenList {
    return new StoredTokens(this.store, this.entries.subarray(0, this.length));
  }
}

export class StoredTokens extends TokenList {
  readonly length: number;
  private numbers: Int32Array | null = null;

  constructor(
    private readonly store: TokenStore,
    private readonly entries: Int32Array,
  ) {
    super();
    this.length = entries.length;
  }

  at(index: number): Token | undefined {
    const entry = this.entries[index];
    if (entry === undefined) return undefined;
    return new StoredToken(this.store, entry & ~SPACED, (entry & SPACED) !== 0);
  }

  textAt(index: number): string {
    const entry = this.entries[index];
    return entry === undefined ? '' : this.store.text(entry & ~SPACED);
  }

  kindAt(index: number): TokenKind | undefined {
    const entry = this.entries[index];
    return entry === undefined ? undefined : this.store.kind(entry & ~SPACED);
  }

  isIdentifier(index: number): boolean {
    const entry = this.entries[index];
    if (entry === undefined) return false;
    return ((this.store.cells[entry & ~SPACED] as number) & KIND) === Kind.identifier;
  }

  get spellings(): Int32Array {
    if (this.numbers !== null) return this.numbers;
    const { entries } = this;
    const { cells } = this.store;
    const numbers = new Int32Array(entries.length);
    for (let i = 0; i < entries.length; i++)
      numbers[i] = cells[((entries[i] as number) & ~SPACED) + SPELLING] as number;
    return (this.numbers = numbers);
  }

  get spellingTexts(): readonly string[] {
    return this.store.names.texts;
  }

  sameAt(index: number, other: TokenList, at: number): boolean {
    return (
      other instanceof StoredTokens &&
      other.store === this.store &&
      other.entries[at] === this.entries[index]
    );
  }
}
