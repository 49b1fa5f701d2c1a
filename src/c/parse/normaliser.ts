/**
 * Walks the tokens of one top-level declaration, once, left to right, and prints the text that tree-sitter can read without
 * guessing. Only what C's grammar needs a symbol table for is decided here: which identifiers name types (C11 6.7.8), hence
 * what is a declaration, a cast, a compound literal. Structure is left to tree-sitter; what it says is checked against the
 * precedence of C when the tree is built.
 *
 * The walk has no exceptions: the first failure is kept, the position jumps to the end, and every loop ends there.
 */
import type { Diagnostic, DiagnosticCode } from '../../base/diagnostic.js';
import type { TokenList } from '../token-list.js';
import { unsupportedMessage, type UnsupportedConstruct } from '../unsupported.js';
import { isReserved, specifierWords } from './keywords.js';
import type { Fragment } from './notes.js';
import { Notes } from './notes.js';
import { NormalText } from './normal-text.js';
import type { PragmaLayout } from './pragma-layout.js';
import { Scopes } from './scopes.js';
import { diagnosticAt } from './source-place.js';

/** Deeper nesting of brackets and statements than this is refused. */
const MAX_DEPTH = 400;

export class Normaliser {
  readonly out = new NormalText();
  readonly notes = new Notes();
  readonly scopes: Scopes;
  failure: Diagnostic | null = null;
  private depth = 0;

  constructor(
    readonly tokens: TokenList,
    /** For every bracket the index of its partner. */
    readonly partner: Int32Array,
    fileTypes: ReadonlySet<string>,
    /** The next token. */
    public at: number,
    /** One past the last token. */
    private readonly end: number,
    readonly pragmas: PragmaLayout,
  ) {
    this.scopes = new Scopes(fileTypes);
  }

  /** Spelling of the next token, or of one further on; '' at the end. */
  peek(ahead = 0): string {
    const i = this.at + ahead;
    return i < this.end ? this.tokens.textAt(i) : '';
  }

  textAt(i: number): string {
    return i < this.end ? this.tokens.textAt(i) : '';
  }

  is(text: string): boolean {
    return this.peek() === text;
  }

  isIdentifier(i = this.at): boolean {
    return i < this.end && this.tokens.isIdentifier(i);
  }

  /** An identifier that is no reserved word. */
  isName(i = this.at): boolean {
    return this.isIdentifier(i) && !isReserved(this.textAt(i));
  }

  isString(): boolean {
    return this.at < this.end && this.tokens.kindAt(this.at) === 'string';
  }

  fail(message: string, code: DiagnosticCode = 'bad-input', i = this.at): void {
    if (this.failure === null) {
      const token = this.tokens.at(Math.min(i, this.end - 1));
      this.failure = diagnosticAt(code, message, token);
    }
    this.at = this.end;
  }

  unsupported(construct: UnsupportedConstruct, detail = ''): void {
    this.fail(unsupportedMessage(construct, detail), 'unsupported');
  }

  /** "before" is what gcc says too. */
  expected(what: string): void {
    const next = this.peek();
    // Where gcc takes attributes in brackets nothing else can begin with a bracket.
    if (next === '[' && this.peek(1) === '[') {
      this.unsupported('bracket-attribute');
      return;
    }
    this.fail(
      next === ''
        ? `expected ${what} at the end of the declaration`
        : `expected ${what} before '${next}'`,
    );
  }

  /** Copies the next token, which must be this one. */
  take(text: string): void {
    if (!this.is(text)) {
      this.expected(`'${text}'`);
      return;
    }
    this.out.emit(text, this.at);
    this.at++;
  }

  /** Passes over the next token, which must be this one, without printing it. */
  skip(text: string): void {
    if (this.is(text)) this.at++;
    else this.expected(`'${text}'`);
  }

  /** Prints the next token as something else. */
  replace(text: string): void {
    this.out.emit(text, this.at);
    this.at++;
  }

  /** One level of nesting deeper; false (and a failure) at the bound. */
  enter(): boolean {
    if (this.depth >= MAX_DEPTH) {
      this.fail(`nested more than ${MAX_DEPTH} levels deep`, 'limit');
      return false;
    }
    this.depth++;
    return true;
  }

  leave(): void {
    this.depth--;
  }

  /** Prints what `walk` reads as a fragment of its own. */
  fragment(open: string, walk: () => void, close: string): Fragment {
    const id = this.out.openFragment();
    const first = this.at;
    for (const text of open.split(' ')) this.out.emit(text, first);
    walk();
    const last = Math.max(first, this.at - 1);
    for (const text of close.split(' ')) this.out.emit(text, last);
    this.out.closeFragment();
    return id;
  }

  /** One past the `)` that closes the group beginning at `(`. */
  pastGroup(i: number): number {
    const close = this.partner[i] ?? -1;
    return close < i || close >= this.end ? this.end : close + 1;
  }

  /** One past `__attribute__((…))` or `_Alignas(…)` at i. */
  pastAttribute(i: number): number {
    return this.textAt(i + 1) === '(' ? this.pastGroup(i + 1) : this.end;
  }

  /** Whether the token begins declaration specifiers or a type name (C11 6.7, 6.7.7). */
  startsType(i = this.at): boolean {
    for (;;) {
      if (!this.isIdentifier(i)) return false;
      const text = this.textAt(i);
      const word = specifierWords.get(text);
      if (word === undefined) return this.scopes.isType(text);
      if (word.is === 'extension') i++;
      else if (word.is === 'attribute') i = this.pastAttribute(i);
      else return true;
    }
  }
}
