/** Directives (C11 6.10), carried out as the source reader meets them. */
import type { Assertions } from './assertions.js';
import type { Buffer } from './buffer.js';
import { GuardState } from './buffer.js';
import { ELIF, ELIFDEF, ELIFNDEF, ELSE, ENDIF, IF, IFDEF, IFNDEF } from './conditional-names.js';
import type { Conditionals } from './conditionals.js';
import { readDefinition, sameDefinition } from './define.js';
import type { Expander } from './expander.js';
import type { Inclusions } from './inclusions.js';
import { failIfReserved, readMacroName } from './macro-name.js';
import type { Macro } from './macro.js';
import type { Pragmas } from './pragmas.js';
import { END, Mark } from './pp-token.js';
import type { Problems } from './problems.js';
import type { DirectiveRunner } from './reader.js';
import { spellingOf } from './spellings.js';
import type { TokenStore } from './token-store.js';

const DEFINE = spellingOf('define');
const UNDEF = spellingOf('undef');
const INCLUDE = spellingOf('include');
const INCLUDE_NEXT = spellingOf('include_next');
const IMPORT = spellingOf('import');
const LINE = spellingOf('line');
const ERROR = spellingOf('error');
const WARNING = spellingOf('warning');
const PRAGMA = spellingOf('pragma');
const IDENT = spellingOf('ident');
const SCCS = spellingOf('sccs');
const ASSERT = spellingOf('assert');
const UNASSERT = spellingOf('unassert');

export class Directives implements DirectiveRunner {
  constructor(
    private readonly store: TokenStore,
    private readonly expander: Expander,
    private readonly inclusions: Inclusions,
    private readonly conditionals: Conditionals,
    private readonly pragmas: Pragmas,
    private readonly assertions: Assertions,
    private readonly problems: Problems,
  ) {}

  run(_hash: number, buffer: Buffer): void {
    const lexer = buffer.lexer;
    const around = this.expander.beginAside();
    lexer.inDirective = true;
    const offset = lexer.pos;
    this.dispatch(offset, lexer.next(), buffer);
    // #include has opened another file meanwhile; it was left at the end of its own line.
    lexer.skipLine();
    this.expander.endAside(around);
  }

  leave(buffer: Buffer): void {
    this.conditionals.leave(buffer);
  }

  left(buffer: Buffer): void {
    this.inclusions.left(buffer);
  }

  private dispatch(offset: number, name: number, buffer: Buffer): void {
    if (name === END) return;
    const { store } = this;
    const opensGuard = buffer.guardState === GuardState.Start;
    if (buffer.guardState === GuardState.Start || buffer.guardState === GuardState.After)
      buffer.guardState = GuardState.None;
    switch (store.spelling(name)) {
      case DEFINE:
        return this.define(name, buffer);
      case UNDEF:
        return this.undefine(name, buffer);
      case INCLUDE:
      case INCLUDE_NEXT:
      case IMPORT:
        return this.inclusions.include(name, buffer);
      case IF:
        return this.conditionals.conditional(offset, name, buffer, opensGuard);
      case IFDEF:
      case IFNDEF:
        return this.conditionals.ifdef(offset, name, buffer, opensGuard);
      case ELIF:
      case ELIFDEF:
      case ELIFNDEF:
      case ELSE:
        return this.conditionals.nextGroup(offset, name, buffer);
      case ENDIF:
        return this.conditionals.endif(name, buffer);
      case LINE:
        return this.line(name, buffer, false);
      case ERROR:
        return this.problems.fail('bad-input', `#error ${this.restOfLine(buffer)}`.trimEnd(), name);
      case WARNING:
        return this.problems.warn(`#warning ${this.restOfLine(buffer)}`.trimEnd(), name);
      case PRAGMA:
        return this.pragmas.directive(name, buffer, this.expander);
      case IDENT:
      case SCCS:
        return;
      case ASSERT:
      case UNASSERT:
        return this.assertions.directive(name, buffer.lexer, this.problems);
      default:
        if (store.kind(name) === 'number') return this.line(name, buffer, true);
        return this.problems.fail(
          'bad-input',
          `invalid preprocessing directive #${store.text(name)}`,
          name,
        );
    }
  }

  /** The rest of a directive's line as text, comments and splices gone. */
  private restOfLine(buffer: Buffer): string {
    let text = '';
    for (let token = buffer.lexer.next(); token !== END; token = buffer.lexer.next())
      text += (text !== '' && this.store.spaced(token) ? ' ' : '') + this.store.text(token);
    return text;
  }

  /* ---------- macros ---------- */

  private define(directive: number, buffer: Buffer): void {
    const { store } = this;
    const { names } = store;
    const token = buffer.lexer.next();
    const name = store.name(token);
    if (name < 0)
      this.problems.fail(
        'bad-input',
        token === END
          ? 'no macro name given in #define directive'
          : 'macro names must be identifiers',
        token === END ? directive : token,
      );
    failIfReserved(store, name, token, this.problems);
    const macro = this.macroAt(token, buffer);
    names.look(name);
    const before = names.meaning(name);
    if (before !== 0) {
      const known = names.macro(name);
      if (known === null || !sameDefinition(store, known, macro))
        this.problems.warn(`"${store.text(token)}" redefined`, token);
    }
    names.change(name, macro.number);
  }

  /** A file that is read again defines the same again, unless names have been forbidden meanwhile. */
  private macroAt(name: number, { internal, lexer }: Buffer): Macro {
    const { store } = this;
    let key: number | string = store.place(name);
    if (internal) {
      // A command line differs from the next in few of its lines.
      const line = lexer.text.slice(lexer.pos, lexer.text.indexOf('\n', lexer.pos));
      key = line.includes('\\') ? '' : `${store.text(name)} ${line}`;
    }
    const known = this.pragmas.stateful || key === '' ? undefined : store.names.definedAt(key);
    if (known !== undefined) return known;
    const macro = readDefinition(store, lexer, name, this.problems);
    if (!this.pragmas.stateful && key !== '') store.names.defineAt(key, macro);
    return macro;
  }

  private undefine(directive: number, buffer: Buffer): void {
    const { names } = this.store;
    const name = readMacroName(this.store, directive, buffer.lexer, this.problems);
    names.look(name);
    if (names.isActive(name)) names.change(name, 0);
  }

  /** #line and `# 1 "file"` (C11 6.10.4). */
  private line(directive: number, buffer: Buffer, marker: boolean): void {
    const { store } = this;
    const first = marker ? directive : this.expander.getSolid();
    const number = store.text(first);
    if (store.kind(first) !== 'number' || !/^[0-9]+$/.test(number))
      this.problems.fail(
        'bad-input',
        `"${number}" after #${marker ? '' : 'line'} is not a positive integer`,
        first === END ? directive : first,
      );
    const file = this.expander.getSolid();
    const path = store.text(file);
    if (store.kind(file) === 'string' && path.startsWith('"'))
      this.showPath(path.slice(1, -1), marker, buffer);
    else if ((store.bits(file) & Mark.end) === 0)
      this.problems.fail('bad-input', `invalid filename ${path} after #line`, file);
    // The line that follows this directive gets the number.
    const { lexer } = buffer;
    buffer.lineDelta = Number(number) - (lexer.source.lineAt(lexer.pos) + 1);
  }

  /** What `__FILE__` is from here on; a marker's flag 1 enters a file, flag 2 goes back to one. */
  private showPath(path: string, marker: boolean, buffer: Buffer): void {
    const { store } = this;
    let left: string | undefined;
    for (let flag = this.expander.getSolid(); marker && store.kind(flag) === 'number';) {
      if (store.text(flag) === '1') buffer.markerPaths.push(buffer.shownPath);
      if (store.text(flag) === '2') left = buffer.markerPaths.pop();
      flag = this.expander.getSolid();
    }
    buffer.shownPath = path === '' && left !== undefined ? left : path;
  }
}
