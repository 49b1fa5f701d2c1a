/** #if, #ifdef, #elif, #else, #endif (C11 6.10.1), and the groups that they skip. */
import { placeInFile } from '../source-file.js';
import type { Assertions } from './assertions.js';
import type { Buffer, OpenConditional } from './buffer.js';
import { GuardState } from './buffer.js';
import { ConditionReader } from './condition.js';
import type { Expander } from './expander.js';
import type { Limits } from './limits.js';
import { readMacroName } from './macro-name.js';
import type { Name, Names } from './names.js';
import type { PpToken } from './pp-token.js';
import type { Problems } from './problems.js';
import type { SkippedGroups } from './skipped-groups.js';
import { directiveText } from './skipped-groups.js';

/**
 * `offset` is that of the text behind the directive's `#`; `opensGuard` says that nothing stands before it in its file, which
 * an include guard may hold then.
 */
export class Conditionals {
  constructor(
    private readonly names: Names,
    private readonly expander: Expander,
    private readonly assertions: Assertions,
    private readonly skipped: SkippedGroups,
    private readonly problems: Problems,
    private readonly limits: Limits,
  ) {}

  /** #if */
  conditional(offset: number, directive: PpToken, buffer: Buffer, opensGuard: boolean): void {
    const guard = opensGuard ? this.guardOf(directiveText(buffer.lexer.text, offset)) : null;
    const value = this.evaluate(directive);
    this.push(directive, buffer, offset, value, value ? guard : null);
  }

  /** #ifdef, #ifndef */
  ifdef(offset: number, directive: PpToken, buffer: Buffer, opensGuard: boolean): void {
    const name = readMacroName(directive, buffer.lexer, this.problems);
    this.names.look(name);
    const negated = directive.text === 'ifndef';
    this.push(
      directive,
      buffer,
      offset,
      name.active !== negated,
      opensGuard && negated ? name : null,
    );
  }

  private evaluate(directive: PpToken): boolean {
    return new ConditionReader(
      this.expander,
      directive,
      this.assertions,
      this.limits.conditionNesting,
    ).read();
  }

  /** `#if !defined X` at the top of a file is an include guard too. */
  private guardOf(text: string): Name | null {
    const match = /^#if ?!\s*defined\s*(?:\(\s*(\w+)\s*\)|(\w+))\s*$/.exec(text);
    const spelling = match?.[1] ?? match?.[2];
    return spelling === undefined ? null : this.names.of(spelling);
  }

  private push(
    opening: PpToken,
    buffer: Buffer,
    offset: number,
    value: boolean,
    guard: Name | null,
  ): void {
    buffer.conditionals.push({
      opening,
      taken: value,
      elseSeen: false,
      guard,
      conditions: [{ line: opening.line, offset }],
    });
    if (guard !== null && value) buffer.guardState = GuardState.Inside;
    if (!value) this.skip(buffer);
  }

  /** #elif, #else met in a group that was taken: the rest is skipped. */
  nextGroup(offset: number, directive: PpToken, buffer: Buffer): void {
    const open = this.openConditional(directive, buffer);
    this.noteGroup(open, offset, directive, buffer);
    this.skip(buffer);
  }

  private openConditional(directive: PpToken, buffer: Buffer): OpenConditional {
    const open = buffer.conditionals[buffer.conditionals.length - 1];
    if (open === undefined)
      this.problems.fail('bad-input', `#${directive.text} without #if`, directive);
    return open;
  }

  private noteGroup(
    open: OpenConditional,
    offset: number,
    directive: PpToken,
    buffer: Buffer,
  ): void {
    if (open.elseSeen)
      this.problems.fail('bad-input', `#${directive.text} after #else`, directive, [
        {
          message: 'the conditional began here',
          at: placeInFile(open.opening.file, open.opening.line, open.opening.column),
        },
      ]);
    if (directive.text === 'else') open.elseSeen = true;
    if (open.guard !== null) {
      open.guard = null;
      if (buffer.guardState === GuardState.Inside && buffer.conditionals.length === 1)
        buffer.guardState = GuardState.None;
    }
    open.conditions.push({ line: directive.line, offset });
  }

  endif(directive: PpToken, buffer: Buffer): void {
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
    let from = lexer.line + 1;
    let nested = 0;
    while (lexer.skipGroup()) {
      lexer.inDirective = true;
      const hashLine = lexer.line;
      const offset = lexer.pos;
      const directive = lexer.next();
      const text = directive.kind === 'identifier' ? directive.text : '';
      if (text === 'if' || text === 'ifdef' || text === 'ifndef') nested++;
      else if (text === 'endif') {
        if (nested-- === 0) {
          this.skipped.add(buffer, from, hashLine - 1, open);
          this.endif(directive, buffer);
          return;
        }
      } else if (
        nested === 0 &&
        (text === 'elif' || text === 'else' || text === 'elifdef' || text === 'elifndef')
      ) {
        this.skipped.add(buffer, from, hashLine - 1, open);
        if (this.takes(open, directive, offset, buffer)) return;
        lexer.skipLine();
        from = lexer.line + 1;
        continue;
      }
      lexer.skipLine();
    }
    this.skipped.add(buffer, from, lexer.line, open);
  }

  /** Is the group that #elif or #else begins the one to take? */
  private takes(
    open: OpenConditional,
    directive: PpToken,
    offset: number,
    buffer: Buffer,
  ): boolean {
    const taken = open.taken;
    this.noteGroup(open, offset, directive, buffer);
    if (taken) return false;
    switch (directive.text) {
      case 'else':
        open.taken = true;
        break;
      case 'elif':
        open.taken = this.evaluate(directive);
        break;
      default: {
        const name = readMacroName(directive, buffer.lexer, this.problems);
        this.names.look(name);
        open.taken = name.active === (directive.text === 'elifdef');
      }
    }
    return open.taken;
  }

  /** The file has come to its end: nothing may be open. */
  leave(buffer: Buffer): void {
    const open = buffer.conditionals[buffer.conditionals.length - 1];
    if (open !== undefined)
      this.problems.fail('bad-input', `unterminated #${open.opening.text}`, open.opening);
    if (buffer.guardState === GuardState.After) buffer.loaded.guard = buffer.guardName;
  }
}
