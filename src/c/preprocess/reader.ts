/** The stack of files being read, as one stream of source tokens; directives are carried out on the way. */
import type { Note } from '../../base/diagnostic.js';
import { placeOf } from '../source-file.js';
import type { Buffer } from './buffer.js';
import { GuardState } from './buffer.js';
import type { Expander, Source } from './expander.js';
import { endToken, Mark, type PpToken } from './pp-token.js';

export interface DirectiveRunner {
  /** Carries out the directive that `hash` begins; the lexer stands behind it and is left behind the line. */
  run(hash: PpToken, buffer: Buffer): void;
  /** The file has come to its end. */
  leave(buffer: Buffer): void;
  /** Reading goes on behind it. */
  left(buffer: Buffer): void;
}

export class SourceReader implements Source {
  buffer: Buffer | null = null;
  private pending: PpToken | null = null;
  private runner: DirectiveRunner | null = null;

  connect(runner: DirectiveRunner): void {
    this.runner = runner;
  }

  open(buffer: Buffer): void {
    this.buffer = buffer;
  }

  lex(expander: Expander): PpToken {
    for (;;) {
      const buffer = this.buffer;
      if (buffer === null) return endToken;
      let token: PpToken;
      if (this.pending !== null) {
        token = this.pending;
        this.pending = null;
      } else token = buffer.lexer.next();
      if (
        token.name !== null &&
        token.name.poisoned &&
        !(expander.inDirective && expander.preventExpansion > 0)
      )
        expander.problems.fail('bad-input', `attempt to use poisoned "${token.text}"`, token);
      if (expander.inDirective) return token;
      if (token === endToken) {
        // The arguments of a macro cannot run on behind the end of a file.
        if (expander.parsingArguments !== 0) return token;
        this.runner?.leave(buffer);
        this.buffer = buffer.below;
        this.runner?.left(buffer);
        continue;
      }
      if (
        (token.bits & Mark.lineStart) !== 0 &&
        token.kind === 'punctuator' &&
        (token.text === '#' || token.text === '%:') &&
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

  putBack(token: PpToken): void {
    this.pending = token;
  }

  /** "included from …", the nearest first. */
  includeNotes(limit = 12): readonly Note[] {
    const notes: Note[] = [];
    for (let at = this.buffer; at !== null && notes.length < limit; at = at.below)
      if (at.includedAt !== null && at.includedAt.file.path !== '<command line>')
        notes.push({ message: 'included from here', at: placeOf(at.includedAt) });
    return notes;
  }
}
