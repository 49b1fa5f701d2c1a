/** Directives (C11 6.10), carried out as the source reader meets them. */
import { placeInFile } from '../source-file.js';
import type { SourceFile } from '../token.js';
import type { Assertions } from './assertions.js';
import type { Buffer, OpenConditional } from './buffer.js';
import { GuardState } from './buffer.js';
import { ConditionReader } from './condition.js';
import { readDefinition, sameDefinition } from './define.js';
import type { Expander } from './expander.js';
import type { FoundHeader, HeaderSearch, LoadedFile } from './header-search.js';
import { directoryOf } from './header-search.js';
import { Lexer } from './lexer.js';
import type { Limits } from './limits.js';
import type { Name, Names } from './names.js';
import type { Pragmas } from './pragmas.js';
import {
  endToken,
  foldPadding,
  Mark,
  padNext,
  type PpToken,
  spaceAfterPadding,
} from './pp-token.js';
import type { Problems } from './problems.js';
import type { DirectiveRunner, SourceReader } from './reader.js';
import type { SkippedGroups } from './skipped-groups.js';
import { directiveText } from './skipped-groups.js';

export class Directives implements DirectiveRunner {
  /** How many files have been entered. */
  includes = 0;
  readonly filesRead: SourceFile[] = [];

  constructor(
    private readonly names: Names,
    private readonly reader: SourceReader,
    private readonly expander: Expander,
    private readonly search: HeaderSearch,
    private readonly skipped: SkippedGroups,
    private readonly pragmas: Pragmas,
    private readonly assertions: Assertions,
    private readonly problems: Problems,
    private readonly limits: Limits,
  ) {}

  run(_hash: PpToken, buffer: Buffer): void {
    const lexer = buffer.lexer;
    this.expander.aside(() => {
      lexer.inDirective = true;
      const offset = lexer.pos;
      this.dispatch(offset, lexer.next(), buffer);
      // #include has opened another file meanwhile; it was left at the end of its own line.
      lexer.skipLine();
    });
  }

  leave(buffer: Buffer): void {
    const open = buffer.conditionals[buffer.conditionals.length - 1];
    if (open !== undefined)
      this.problems.fail('bad-input', `unterminated #${open.opening.text}`, open.opening);
    if (buffer.guardState === GuardState.After) buffer.loaded.guard = buffer.guardName;
  }

  /** Begins to read a file. */
  enter(
    loaded: LoadedFile,
    shownPath: string,
    found: number,
    includedAt: PpToken | null,
    internal = false,
  ): void {
    const below = this.reader.buffer;
    const depth = includedAt === null || below === null ? 0 : below.depth + 1;
    if (depth > this.limits.includeDepth)
      this.problems.fail(
        'limit',
        `#include nested deeper than ${this.limits.includeDepth} levels`,
        includedAt ?? endToken,
      );
    if (++this.includes > this.limits.includes)
      this.problems.fail(
        'limit',
        `more than ${this.limits.includes} files`,
        includedAt ?? endToken,
      );
    if (!internal && loaded.file.text.length > this.limits.fileSize)
      this.problems.failAt(
        'limit',
        `the file is larger than ${this.limits.fileSize} characters`,
        loaded.file,
        1,
        1,
      );
    if (loaded.included++ === 0 && !internal) this.filesRead.push(loaded.file);
    this.reader.open({
      loaded,
      file: loaded.file,
      lexer: new Lexer(loaded.file, this.names, this.problems),
      directory: internal ? '' : directoryOf(shownPath),
      found,
      depth,
      includedAt,
      below,
      conditionals: [],
      guardState: GuardState.Start,
      guardName: null,
      markerPaths: [],
      shownPath,
      lineDelta: 0,
      internal,
    });
  }

  private dispatch(offset: number, name: PpToken, buffer: Buffer): void {
    if (name === endToken) return;
    const directive = name.kind === 'identifier' ? name.text : '';
    const opensGuard = buffer.guardState === GuardState.Start;
    if (buffer.guardState === GuardState.Start || buffer.guardState === GuardState.After)
      buffer.guardState = GuardState.None;
    switch (directive) {
      case 'define':
        return this.define(name, buffer);
      case 'undef':
        return this.undefine(name, buffer);
      case 'include':
      case 'include_next':
      case 'import':
        return this.include(name, buffer);
      case 'if':
        return this.conditional(offset, name, buffer, opensGuard);
      case 'ifdef':
      case 'ifndef':
        return this.ifdef(offset, name, buffer, opensGuard);
      case 'elif':
      case 'elifdef':
      case 'elifndef':
      case 'else':
        return this.nextGroup(offset, name, buffer);
      case 'endif':
        return this.endif(name, buffer);
      case 'line':
        return this.line(name, buffer, false);
      case 'error':
        return this.problems.fail('bad-input', `#error ${this.restOfLine(buffer)}`.trimEnd(), name);
      case 'warning':
        this.problems.warnAt(
          `#warning ${this.restOfLine(buffer)}`.trimEnd(),
          name.file,
          name.line,
          name.column,
        );
        return;
      case 'pragma':
        return this.pragmas.directive(name, buffer, this.expander);
      case 'ident':
      case 'sccs':
        return;
      case 'assert':
      case 'unassert':
        return this.assertions.directive(name, buffer.lexer, this.problems);
      default:
        if (name.kind === 'number') return this.line(name, buffer, true);
        return this.problems.fail(
          'bad-input',
          `invalid preprocessing directive #${name.text}`,
          name,
        );
    }
  }

  /** The rest of a directive's line as text, comments and splices gone. */
  private restOfLine(buffer: Buffer): string {
    let text = '';
    for (let token = buffer.lexer.next(); token !== endToken; token = buffer.lexer.next())
      text += (text !== '' && token.space ? ' ' : '') + token.text;
    return text;
  }

  /* ---------- macros ---------- */

  private macroName(directive: PpToken, buffer: Buffer): Name {
    const token = buffer.lexer.next();
    if (token === endToken)
      this.problems.fail(
        'bad-input',
        `no macro name given in #${directive.text} directive`,
        directive,
      );
    if (token.name === null)
      this.problems.fail('bad-input', 'macro names must be identifiers', token);
    if (token.name.text === 'defined' && directive.text !== 'ifdef' && directive.text !== 'ifndef')
      this.problems.fail('bad-input', '"defined" cannot be used as a macro name', token);
    if (directive.text === 'undef') this.failPoisoned(token.name, token);
    return token.name;
  }

  private failPoisoned(name: Name, token: PpToken): void {
    if (name.poisoned)
      this.problems.fail('bad-input', `attempt to use poisoned "${name.text}"`, token);
  }

  private define(directive: PpToken, buffer: Buffer): void {
    const lexer = buffer.lexer;
    const token = lexer.next();
    const name = token.name;
    if (name === null)
      this.problems.fail(
        'bad-input',
        token === endToken
          ? 'no macro name given in #define directive'
          : 'macro names must be identifiers',
        token === endToken ? directive : token,
      );
    if (name.text === 'defined')
      this.problems.fail('bad-input', '"defined" cannot be used as a macro name', token);
    this.failPoisoned(name, token);
    const macro = readDefinition(lexer, token, this.names, this.problems);
    const before = name.macro;
    if ((before !== null && !sameDefinition(before, macro)) || name.builtin !== null)
      this.problems.warnAt(`"${name.text}" redefined`, token.file, token.line, token.column);
    this.names.change(name, macro, null);
  }

  private undefine(directive: PpToken, buffer: Buffer): void {
    const name = this.macroName(directive, buffer);
    if (name.active) this.names.change(name, null, null);
  }

  /* ---------- conditionals ---------- */

  private conditional(
    offset: number,
    directive: PpToken,
    buffer: Buffer,
    opensGuard: boolean,
  ): void {
    const guard = opensGuard ? this.guardOf(directiveText(buffer.lexer.text, offset)) : null;
    const value = this.evaluate(directive);
    this.push(directive, buffer, offset, value, value ? guard : null);
  }

  private ifdef(offset: number, directive: PpToken, buffer: Buffer, opensGuard: boolean): void {
    const name = this.macroName(directive, buffer);
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
  private nextGroup(offset: number, directive: PpToken, buffer: Buffer): void {
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

  private endif(directive: PpToken, buffer: Buffer): void {
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
        const name = this.macroName(directive, buffer);
        open.taken = name.active === (directive.text === 'elifdef');
      }
    }
    return open.taken;
  }

  /* ---------- files ---------- */

  private include(directive: PpToken, buffer: Buffer): void {
    const header = this.headerOperand(directive, buffer);
    buffer.lexer.skipLine();
    const { name, angled } = header;
    if (name === '')
      this.problems.fail('bad-input', `empty filename in #${directive.text}`, header.at);
    const found = this.find(directive.text === 'include_next', name, angled, buffer);
    if (found === null) this.problems.fail('missing', `${name}: no such header`, header.at);
    const { loaded } = found;
    if (directive.text === 'import') loaded.once = true;
    if (loaded.once && loaded.included > 0) return;
    if (loaded.guard !== null && loaded.guard.active && loaded.included > 0) return;
    this.enter(loaded, found.shownPath, found.directory, header.at);
  }

  private find(next: boolean, name: string, angled: boolean, buffer: Buffer): FoundHeader | null {
    // In the main file #include_next has nothing to go on from and is #include.
    if (next && buffer.includedAt !== null) return this.search.findNext(name, buffer.found);
    return this.search.find(name, angled, buffer.directory);
  }

  /** Would `#include` of this operand find a file? (`__has_include`) */
  hasHeader(next: boolean, name: string, angled: boolean): boolean {
    const buffer = this.reader.buffer;
    return buffer !== null && this.find(next, name, angled, buffer) !== null;
  }

  private headerOperand(
    directive: PpToken,
    buffer: Buffer,
  ): { name: string; angled: boolean; at: PpToken } {
    const written = buffer.lexer.headerName();
    if (written !== null)
      return {
        name: written.text.slice(1, -1),
        angled: written.text.startsWith('<'),
        at: written,
      };
    this.expander.directiveWantsPadding = true;
    const first = this.expander.getSolid();
    let result: { name: string; angled: boolean; at: PpToken } | null = null;
    if (first.kind === 'string' && first.text.startsWith('"'))
      result = { name: first.text.slice(1, -1), angled: false, at: first };
    else if (first.kind === 'punctuator' && first.text === '<')
      result = { name: this.angledName(first, directive), angled: true, at: first };
    this.expander.directiveWantsPadding = false;
    if (result === null)
      this.problems.fail(
        'bad-input',
        `#${directive.text} expects "FILENAME" or <FILENAME>`,
        (first.bits & Mark.end) !== 0 ? directive : first,
      );
    return result;
  }

  /** Spells out the tokens between `<` and `>`. */
  angledName(open: PpToken, directive: PpToken): string {
    let name = '';
    let padding: PpToken = padNext;
    for (;;) {
      const token = this.expander.get();
      if ((token.bits & Mark.padding) !== 0) {
        padding = foldPadding(padding, token);
        continue;
      }
      if ((token.bits & Mark.end) !== 0)
        this.problems.fail(
          'bad-input',
          'missing terminating > character',
          open === endToken ? directive : open,
        );
      if (token.kind === 'punctuator' && token.text === '>') return name;
      if (spaceAfterPadding(padding, token)) name += ' ';
      padding = padNext;
      name += token.text;
    }
  }

  /** #line and `# 1 "file"` (C11 6.10.4). */
  private line(directive: PpToken, buffer: Buffer, marker: boolean): void {
    const first = marker ? directive : this.expander.getSolid();
    if (first.kind !== 'number' || !/^[0-9]+$/.test(first.text))
      this.problems.fail(
        'bad-input',
        `"${first.text}" after #${marker ? '' : 'line'} is not a positive integer`,
        first === endToken ? directive : first,
      );
    const file = this.expander.getSolid();
    if (file.kind === 'string' && file.text.startsWith('"'))
      this.showPath(file.text.slice(1, -1), marker, buffer);
    else if ((file.bits & Mark.end) === 0)
      this.problems.fail('bad-input', `invalid filename ${file.text} after #line`, file);
    // The line that follows this directive gets the number.
    buffer.lineDelta = Number(first.text) - (buffer.lexer.line + 1);
  }

  /** What `__FILE__` is from here on; a marker's flag 1 enters a file, flag 2 goes back to one. */
  private showPath(path: string, marker: boolean, buffer: Buffer): void {
    let left: string | undefined;
    for (let flag = this.expander.getSolid(); marker && flag.kind === 'number';) {
      if (flag.text === '1') buffer.markerPaths.push(buffer.shownPath);
      if (flag.text === '2') left = buffer.markerPaths.pop();
      flag = this.expander.getSolid();
    }
    buffer.shownPath = path === '' && left !== undefined ? left : path;
  }
}
