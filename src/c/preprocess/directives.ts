/** Directives (C11 6.10), carried out as the source reader meets them. */
import type { Assertions } from './assertions.js';
import type { Buffer } from './buffer.js';
import { GuardState } from './buffer.js';
import type { Conditionals } from './conditionals.js';
import { readDefinition, sameDefinition } from './define.js';
import type { Expander } from './expander.js';
import type { Inclusions } from './inclusions.js';
import { failIfReserved, readMacroName } from './macro-name.js';
import type { Macro } from './macro.js';
import type { Names } from './names.js';
import type { Pragmas } from './pragmas.js';
import { endToken, Mark, type PpToken } from './pp-token.js';
import type { Problems } from './problems.js';
import type { DirectiveRunner } from './reader.js';

export class Directives implements DirectiveRunner {
  constructor(
    private readonly names: Names,
    private readonly expander: Expander,
    private readonly inclusions: Inclusions,
    private readonly conditionals: Conditionals,
    private readonly pragmas: Pragmas,
    private readonly assertions: Assertions,
    private readonly problems: Problems,
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
    this.conditionals.leave(buffer);
  }

  left(buffer: Buffer): void {
    this.inclusions.left(buffer);
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
        return this.inclusions.include(name, buffer);
      case 'if':
        return this.conditionals.conditional(offset, name, buffer, opensGuard);
      case 'ifdef':
      case 'ifndef':
        return this.conditionals.ifdef(offset, name, buffer, opensGuard);
      case 'elif':
      case 'elifdef':
      case 'elifndef':
      case 'else':
        return this.conditionals.nextGroup(offset, name, buffer);
      case 'endif':
        return this.conditionals.endif(name, buffer);
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
    failIfReserved(name, token, this.problems);
    const read = (): Macro => readDefinition(lexer, token, this.names, this.problems);
    const macro = this.sameAgain(token, buffer, read);
    this.names.look(name);
    const before = name.macro;
    if ((before !== null && !sameDefinition(before, macro)) || name.builtin !== null)
      this.problems.warnAt(`"${name.text}" redefined`, token.file, token.line, token.column);
    this.names.change(name, macro, null);
  }

  /** A file that is read again defines the same again, unless names have been forbidden meanwhile. */
  private sameAgain(name: PpToken, { file, internal, lexer }: Buffer, read: () => Macro): Macro {
    if (this.pragmas.stateful) return read();
    if (!internal) return this.names.definedAt(file, lexer.pos, read);
    // A command line differs from the next in few of its lines.
    const line = lexer.text.slice(lexer.pos, lexer.text.indexOf('\n', lexer.pos));
    if (line.includes('\\')) return read();
    return this.names.definedAt(null, `${name.text} ${line}`, read);
  }

  private undefine(directive: PpToken, buffer: Buffer): void {
    const name = readMacroName(directive, buffer.lexer, this.problems);
    this.names.look(name);
    if (name.active) this.names.change(name, null, null);
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
