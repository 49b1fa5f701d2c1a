/** A token of a store as others see it, made when it is asked for. */
import type { Expansion, SourceFile, Token, TokenKind } from '../token.js';
import type { Expandable, TokenStore } from './token-store.js';

export class StoredToken implements Token {
  readonly #store: TokenStore;
  readonly #at: number;

  constructor(
    store: TokenStore,
    at: number,
    readonly space: boolean,
  ) {
    this.#store = store;
    this.#at = at;
  }

  get kind(): TokenKind {
    return this.#store.kind(this.#at);
  }

  get text(): string {
    return this.#store.text(this.#at);
  }

  get file(): SourceFile {
    return this.#store.fileOf(this.#at);
  }

  get line(): number {
    return this.#store.lineOf(this.#at);
  }

  get column(): number {
    const place = this.#store.place(this.#at);
    const text = this.#store.places.at(place);
    return text.columnAt(place - text.base);
  }

  get via(): Expansion | null {
    return this.#store.expansionOf(this.#store.via(this.#at));
  }
}

export class StoredExpansion implements Expansion {
  readonly #store: TokenStore;
  readonly #definition: Expandable;
  readonly #use: number;

  constructor(store: TokenStore, definition: Expandable, use: number) {
    this.#store = store;
    this.#definition = definition;
    this.#use = use;
  }

  get macro(): string {
    return this.#definition.name;
  }

  get file(): SourceFile {
    return this.#definition.file;
  }

  get line(): number {
    return this.#definition.line;
  }

  get use(): Token {
    return this.#store.token(this.#use);
  }
}
