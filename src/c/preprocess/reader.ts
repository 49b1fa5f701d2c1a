/** The stack of files being read, as one stream of source tokens; directives are carried out on the way. */
import type { Note } from '../../base/diagnostic.js';
import { placeOf } from '../source-file.js';
import type { Buffer } from './buffer.js';
import { GuardState } from './buffer.js';
import type { Expander, Source } from './expander.js';
import { END, KIND, Kind, Mark, SPELLING } from './pp-token.js';
import { HASH, HASH_DIGRAPH } from './spellings.js';
import type { TokenStore } from './token-store.js';

export interface DirectiveRunner {
  /** Carries out the directive that `hash` begins; the lexer stands behind it and is left behind the line. */
  run(hash: number, buffer: Buffer): void;
  /** The file has come to its end. */
  leave(buffer: Buffer): void;
  /** Reading goes on behind it. */
  left(buffer: Buffer): void;
}

export class SourceReader implements Source {
  buffer: Buffer | null = null;
  private pending: number | null = null;
  private runner: DirectiveRunner | null = null;

  constructor(private readonly store: TokenStore) {}

  connect(runner: DirectiveRunner): void {
    this.runner = runner;
  }

  open(buffer: Buffer): void {
    this.buffer = buffer;
  }

  lex(expander: Expander): number {
    for (;;) {
      const buffer = this.buffer;
      if (buffer === null) return END;
      let token: number;
      if (this.pending !== null) {
        token = this.pending;
        this.pending = null;
      } else token = buffer.lexer.next();
      if (this.store.names.poisons) this.failIfPoisoned(token, expander);
      if (expander.inDirective) return token;
      if (token === END) {
        // The arguments of a macro cannot run on behind the end of a file.
        if (expander.parsingArguments !== 0) return token;
        this.runner?.leave(buffer);
        this.buffer = buffer.below;
        this.runner?.left(buffer);
        continue;
      }
      const { cells } = this.store;
      const bits = cells[token] as number;
      if (
        (bits & (Mark.lineStart | KIND)) === (Mark.lineStart | Kind.punctuator) &&
        (cells[token + SPELLING] === HASH || cells[token + SPELLING] === HASH_DIGRAPH) &&
        expander.parsingArguments !== 1
      ) {
        this.runner?.run(token, buffer);
        continue;
      }
      if (buffer.guardState === GuardState.Start || buffer.guardState === GuardState.After)
        buffer.guardState = GuardState.None;
      return token;
    }
  }

  private failIfPoisoned(token: number, expander: Expander): void {
    if (expander.inDirective && expander.preventExpansion > 0) return;
    const name = this.store.name(token);
    if (name < 0 || !this.store.names.isPoisoned(name)) return;
    const text = this.store.text(token);
    expander.problems.fail('bad-input', `attempt to use poisoned "${text}"`, token);
  }

  putBack(token: number): void {
    this.pending = token;
  }

  /** "included from …", the nearest first. */
  includeNotes(limit = 12): readonly Note[] {
    const notes: Note[] = [];
    for (let at = this.buffer; at !== null && notes.length < limit; at = at.below)
      if (at.includedAt !== null) {
        const token = this.store.token(at.includedAt);
        if (token.file.path !== '<command line>')
          notes.push({ message: 'included from here', at: placeOf(token) });
      }
    return notes;
  }
}
