/** Folds `#` and `##` of a replacement list into marks of their operands, and checks their constraints (C11 6.10.3). */
import { Mark } from './pp-token.js';
import type { Problems } from './problems.js';
import {
  CLOSE,
  HASH,
  HASH_DIGRAPH,
  OPEN,
  PASTE,
  PASTE_DIGRAPH,
  VA_ARGS,
  VA_OPT,
} from './spellings.js';
import type { TokenStore } from './token-store.js';

export class BodyReader {
  hasVaOpt = false;
  readonly slots: number[] = [];
  /** `##` stood last; its left operand is marked already. */
  private pasting = false;
  private pasteToken: number | null = null;
  /** `#` stood last (in a function-like macro). */
  private hash: number | null = null;
  /** Within `__VA_OPT__`: 1 before its `(`, then 2 and more for the parentheses. */
  private optionalDepth = 0;
  private optionalEmpty = false;
  private optionalToken: number | null = null;

  constructor(
    private readonly store: TokenStore,
    private readonly functionLike: boolean,
    private readonly parameters: readonly number[],
    private readonly variadic: boolean,
    private readonly problems: Problems,
  ) {}

  add(token: number, body: number[]): void {
    const { store } = this;
    const spelling = store.spelling(token);
    if (spelling === PASTE || spelling === PASTE_DIGRAPH) {
      this.failStrayHash();
      const left = body[body.length - 1];
      if (left === undefined || (this.optionalDepth === 2 && this.optionalEmpty))
        this.problems.fail('bad-input', pasteAtEnd(this.optionalDepth), token);
      this.mark(left, Mark.pasteLeft);
      this.pasting = true;
      this.pasteToken = token;
      return;
    }
    const isOptional = this.trackOptional(token, spelling);
    this.pasting = false;
    if (this.functionLike && (spelling === HASH || spelling === HASH_DIGRAPH)) {
      this.failStrayHash();
      this.hash = token;
      return;
    }
    const name = store.name(token);
    const slot = name < 0 ? -1 : this.parameters.indexOf(name);
    if (this.parameters.length > 0) this.slots.push(slot);
    if (this.hash !== null) {
      if (slot < 0 && !isOptional) this.failStrayHash();
      const space = store.bits(this.hash) & Mark.space;
      store.mark(token, (store.bits(token) & ~Mark.space) | Mark.stringify | space);
      this.hash = null;
    }
    if (name >= 0 && store.names.isPoisoned(name))
      this.problems.fail('bad-input', `attempt to use poisoned "${store.text(token)}"`, token);
    if (name === VA_ARGS && slot < 0)
      this.problems.warn(
        '__VA_ARGS__ can only appear in the expansion of a C99 variadic macro',
        token,
      );
    body.push(token);
  }

  finish(nameToken: number): void {
    this.failStrayHash();
    if (this.pasting) this.problems.fail('bad-input', pasteAtEnd(0), this.pasteToken ?? nameToken);
    if (this.optionalDepth > 0)
      this.problems.fail('bad-input', 'unterminated __VA_OPT__', this.optionalToken ?? nameToken);
  }

  private mark(token: number, mark: number): void {
    this.store.mark(token, this.store.bits(token) | mark);
  }

  /** Follows `__VA_OPT__ ( … )`; true for the `__VA_OPT__` itself. */
  private trackOptional(token: number, spelling: number): boolean {
    if (this.variadic && spelling === VA_OPT) {
      if (this.optionalDepth > 0)
        this.problems.fail('bad-input', '__VA_OPT__ may not appear in a __VA_OPT__', token);
      this.mark(token, Mark.vaOpt);
      this.hasVaOpt = true;
      this.optionalDepth = 1;
      this.optionalToken = token;
      return true;
    }
    if (this.optionalDepth === 1) {
      if (spelling !== OPEN)
        this.problems.fail(
          'bad-input',
          '__VA_OPT__ must be followed by an open parenthesis',
          token,
        );
      this.optionalDepth = 2;
      this.optionalEmpty = true;
      return false;
    }
    if (this.optionalDepth >= 2) {
      if (spelling === OPEN) this.optionalDepth++;
      else if (spelling === CLOSE && --this.optionalDepth === 1) {
        if (this.pasting) this.problems.fail('bad-input', pasteAtEnd(2), token);
        this.optionalDepth = 0;
      }
      this.optionalEmpty = false;
    }
    return false;
  }

  private failStrayHash(): void {
    if (this.hash !== null)
      this.problems.fail('bad-input', "'#' is not followed by a macro parameter", this.hash);
  }
}

function pasteAtEnd(optionalDepth: number): string {
  return optionalDepth >= 2
    ? "'##' cannot appear at either end of __VA_OPT__"
    : "'##' cannot appear at either end of a macro expansion";
}
