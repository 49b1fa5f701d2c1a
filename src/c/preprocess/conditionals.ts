/** #if, #ifdef, #elif, #else, #endif (C11 6.10.1), and the groups that they skip. */
import { placeOf } from '../source-file.js';
import type { Assertions } from './assertions.js';
import type { Buffer, OpenConditional } from './buffer.js';
import { GuardState } from './buffer.js';
import { ELIF, ELIFDEF, ELIFNDEF, ELSE, ENDIF, IF, IFDEF, IFNDEF } from './conditional-names.js';
import { ConditionReader } from './condition.js';
import type { Expander } from './expander.js';
import type { Limits } from './limits.js';
import { readMacroName } from './macro-name.js';
import type { Problems } from './problems.js';
import type { SkippedGroups } from './skipped-groups.js';
import { directiveText } from './skipped-groups.js';
import type { TokenStore } from './token-store.js';

/**
 * `offset` is that of the text behind the directive's `#`; `opensGuard` says that nothing stands before it in its file, which
 * an include guard may hold then.
 */
export class Conditionals {
  constructor(
    private readonly store: TokenStore,
    private readonly expander: Expander,
    private readonly assertions: Assertions,
    private readonly skipped: SkippedGroups,
    private readonly problems: Problems,
    private readonly limits: Limits,
  ) {}

  /** #if */
  conditional(offset: number, directive: number, buffer: Buffer, opensGuard: boolean): void {
    const guard = opensGuard ? this.guardOf(directiveText(buffer.lexer.text, offset)) : null;
    const value = this.evaluate(directive);
    this.push(directive, buffer, offset, value, value ? guard : null);
  }

  /** #ifdef, #ifndef */
  ifdef(offset: number, directive: number, buffer: Buffer, opensGuard: boolean): void {
    const name = readMacroName(this.store, directive, buffer.lexer, this.problems);
    this.store.names.look(name);
    const negated = this.store.spelling(directive) === IFNDEF;
    this.push(
      directive,
      buffer,
      offset,
      this.store.names.isActive(name) !== negated,
      opensGuard && negated ? name : null,
    );
  }

  private evaluate(directive: number): boolean {
    return new ConditionReader(
      this.expander,
      directive,
      this.assertions,
      this.limits.conditionNesting,
    ).read();
  }

  /** `#if !defined X` at the top of a file is an include guard too. */
  private guardOf(text: string): number | null {
    const match = /^#if ?!\s*defined\s*(?:\(\s*(\w+)\s*\)|(\w+))\s*$/.exec(text);
    const spelling = match?.[1] ?? match?.[2];
    return spelling === undefined ? null : this.store.names.of(spelling);
  }

  private push(
    opening: number,
    buffer: Buffer,
    offset: number,
    value: boolean,
    guard: number | null,
  ): void {
    buffer.conditionals.push({
      opening,
      taken: value,
      elseSeen: false,
      guard,
      conditions: [offset],
    });
    if (guard !== null && value) buffer.guardState = GuardState.Inside;
    if (!value) this.skip(buffer);
  }

  /** #elif, #else met in a group that was taken: the rest is skipped. */
  nextGroup(offset: number, directive: number, buffer: Buffer): void {
    const open = this.openConditional(directive, buffer);
    this.noteGroup(open, offset, directive, buffer);
    this.skip(buffer);
  }

  private openConditional(directive: number, buffer: Buffer): OpenConditional {
    const open = buffer.conditionals[buffer.conditionals.length - 1];
    if (open === undefined)
      this.problems.fail('bad-input', `#${this.store.text(directive)} without #if`, directive);
    return open;
  }

  private noteGroup(
    open: OpenConditional,
    offset: number,
    directive: number,
    buffer: Buffer,
  ): void {
    if (open.elseSeen)
      this.problems.fail('bad-input', `#${this.store.text(directive)} after #else`, directive, [
        {
          message: 'the conditional began here',
          at: placeOf(this.store.token(open.opening)),
        },
      ]);
    if (this.store.spelling(directive) === ELSE) open.elseSeen = true;
    if (open.guard !== null) {
      open.guard = null;
      if (buffer.guardState === GuardState.Inside && buffer.conditionals.length === 1)
        buffer.guardState = GuardState.None;
    }
    open.conditions.push(offset);
  }

  endif(directive: number, buffer: Buffer): void {
    const open = this.openConditional(directive, buffer);
    buffer.conditionals.pop();
    if (open.guard !== null && buffer.conditionals.length === 0) {
      buffer.guardState = GuardState.After;
      buffer.guardName = open.guard;
    }
  }

  /** Passes groups that are not taken, up to the one that is or the #endif. */
  private skip(buffer: Buffer): void {
    const lexer = buffer.lexer;
    lexer.skipLine();
    const open = buffer.conditionals[buffer.conditionals.length - 1];
    if (open === undefined) return;
    const behind = (): number => lexer.pos + 1;
    let from = behind();
    let nested = 0;
    while (lexer.skipGroup()) {
      lexer.inDirective = true;
      const offset = lexer.pos;
      const directive = lexer.next();
      const word = this.store.spelling(directive);
      if (word === IF || word === IFDEF || word === IFNDEF) nested++;
      else if (word === ENDIF) {
        if (nested-- === 0) {
          this.skipped.add(buffer, from, offset - 1, open);
          this.endif(directive, buffer);
          return;
        }
      } else if (
        nested === 0 &&
        (word === ELIF || word === ELSE || word === ELIFDEF || word === ELIFNDEF)
      ) {
        this.skipped.add(buffer, from, offset - 1, open);
        if (this.takes(open, directive, offset, buffer)) return;
        lexer.skipLine();
        from = behind();
        continue;
      }
      lexer.skipLine();
    }
    this.skipped.add(buffer, from, lexer.pos, open);
  }

  /** Is the group that #elif or #else begins the one to take? */
  private takes(open: OpenConditional, directive: number, offset: number, buffer: Buffer): boolean {
    const taken = open.taken;
    this.noteGroup(open, offset, directive, buffer);
    if (taken) return false;
    switch (this.store.spelling(directive)) {
      case ELSE:
        open.taken = true;
        break;
      case ELIF:
        open.taken = this.evaluate(directive);
        break;
      default: {
        const name = readMacroName(this.store, directive, buffer.lexer, this.problems);
        this.store.names.look(name);
        const wanted = this.store.spelling(directive) === ELIFDEF;
        open.taken = this.store.names.isActive(name) === wanted;
      }
    }
    return open.taken;
  }

  /** The file has come to its end: nothing may be open. */
  leave(buffer: Buffer): void {
    const open = buffer.conditionals[buffer.conditionals.length - 1];
    if (open !== undefined)
      this.problems.fail(
        'bad-input',
        `unterminated #${this.store.text(open.opening)}`,
        open.opening,
      );
    if (buffer.guardState === GuardState.After) buffer.loaded.guard = buffer.guardName;
  }
}
