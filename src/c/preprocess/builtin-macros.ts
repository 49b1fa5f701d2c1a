/** Macros whose replacement depends on where they stand (C11 6.10.8.1, gcc's `__COUNTER__`, `__has_include` …). */
import type { SourceFile } from '../token.js';
import { writtenToken } from '../source-file.js';

import type { Builtins, Expander } from './expander.js';
import type { Inclusions } from './inclusions.js';
import { MacroExpansion } from './expansion.js';
import { gccAttribute } from './gcc-attributes.js';
import { isGccBuiltin } from './gcc-builtins.js';
import type { BuiltinName, Names } from './names.js';
import type { Pragmas } from './pragmas.js';
import type { PpToken } from './pp-token.js';
import { Kind, madeToken, Mark } from './pp-token.js';
import type { SourceReader } from './reader.js';

/** Fixed, so that the same input gives the same output; the form is that of C11 6.10.8.1. */
const DATE = '"Jan  1 1970"';
const TIME = '"00:00:00"';
const TIMESTAMP = '"Thu Jan  1 00:00:00 1970"';

const builtinNames: readonly BuiltinName[] = [
  '__LINE__',
  '__FILE__',
  '__BASE_FILE__',
  '__FILE_NAME__',
  '__INCLUDE_LEVEL__',
  '__COUNTER__',
  '__DATE__',
  '__TIME__',
  '__TIMESTAMP__',
  '_Pragma',
  '__has_attribute',
  '__has_cpp_attribute',
  '__has_c_attribute',
  '__has_builtin',
  '__has_include',
  '__has_include_next',
];

export class BuiltinMacros implements Builtins {
  /** What `__COUNTER__` gives next. */
  counter = 0;
  /** How often something asked where it stands in the whole of the unit. */
  placeUses = 0;

  constructor(
    private readonly names: Names,
    private readonly reader: SourceReader,
    private readonly pragmas: Pragmas,
    private readonly mainPath: string,
    private readonly builtInFile: SourceFile,
    private readonly inclusions: () => Inclusions,
  ) {}

  /** Gives the built-in names their meaning. */
  begin(): void {
    for (const each of builtinNames) this.names.change(this.names.of(each), null, each);
  }

  expand(builtin: BuiltinName, use: PpToken, expander: Expander): PpToken | null {
    switch (builtin) {
      case '__LINE__':
        return this.number(use, builtin, this.lineOf(use));
      case '__FILE__':
        return this.string(use, builtin, this.reader.buffer?.shownPath ?? this.mainPath);
      case '__FILE_NAME__': {
        const path = this.reader.buffer?.shownPath ?? this.mainPath;
        return this.string(use, builtin, path.slice(path.lastIndexOf('/') + 1));
      }
      case '__BASE_FILE__':
        this.placeUses++;
        return this.string(use, builtin, this.mainPath);
      case '__INCLUDE_LEVEL__':
        this.placeUses++;
        return this.number(use, builtin, this.reader.buffer?.depth ?? 0);
      case '__COUNTER__':
        return this.number(use, builtin, this.counter++);
      case '__DATE__':
        return this.token(use, builtin, 'string', DATE);
      case '__TIME__':
        return this.token(use, builtin, 'string', TIME);
      case '__TIMESTAMP__':
        return this.token(use, builtin, 'string', TIMESTAMP);
      case '_Pragma':
        if (expander.inDirective) return null;
        return this.pragmas.operator(use, this.reader.buffer, expander);
      case '__has_attribute':
      case '__has_cpp_attribute':
      case '__has_c_attribute':
        return this.token(use, builtin, 'number', this.hasAttribute(use, builtin, expander));
      case '__has_builtin':
        return this.number(use, builtin, this.hasBuiltin(use, builtin, expander));
      case '__has_include':
      case '__has_include_next':
        return this.number(use, builtin, this.hasInclude(use, builtin, expander));
    }
  }

  /** The line of the outermost macro's name, or of the token itself where it is an argument. */
  private lineOf(use: PpToken): number {
    const written = writtenToken(use);
    const buffer = this.reader.buffer;
    const delta = buffer !== null && buffer.file === written.file ? buffer.lineDelta : 0;
    return written.line + delta;
  }

  private token(
    use: PpToken,
    builtin: BuiltinName,
    kind: 'number' | 'string',
    text: string,
  ): PpToken {
    const via = new MacroExpansion({ name: builtin, file: this.builtInFile, line: 1 }, use);
    return madeToken(text, Kind[kind] | (use.bits & Mark.space), use, via);
  }

  private number(use: PpToken, builtin: BuiltinName, value: number): PpToken {
    return this.token(use, builtin, 'number', String(value));
  }

  private string(use: PpToken, builtin: BuiltinName, text: string): PpToken {
    return this.token(use, builtin, 'string', `"${text.replace(/[\\"]/g, '\\$&')}"`);
  }

  private expectOpen(use: PpToken, builtin: BuiltinName, expander: Expander): void {
    const open = expander.getSolid();
    if (open.text !== '(')
      expander.problems.fail('bad-input', `missing '(' after "${builtin}"`, use);
  }

  private expectClose(use: PpToken, builtin: BuiltinName, expander: Expander): void {
    const close = expander.getSolid();
    if (close.text !== ')')
      expander.problems.fail('bad-input', `missing ')' after "${builtin}" operand`, use);
  }

  private hasAttribute(use: PpToken, builtin: BuiltinName, expander: Expander): string {
    this.expectOpen(use, builtin, expander);
    let name = expander.getSolid();
    if (name.name === null)
      expander.problems.fail('bad-input', `attribute identifier required after "("`, use);
    let next = expander.getSolid();
    let scope = '';
    if (next.text === ':') {
      // `gnu :: name`, the C23 way.
      next = expander.getSolid();
      scope = name.text;
      name = expander.getSolid();
      next = expander.getSolid();
    }
    if (next.text !== ')')
      expander.problems.fail('bad-input', `missing ')' after "${builtin}" operand`, use);
    return gccAttribute(scope, name.text, builtin === '__has_c_attribute');
  }

  private hasBuiltin(use: PpToken, builtin: BuiltinName, expander: Expander): number {
    this.expectOpen(use, builtin, expander);
    const name = expander.getSolid();
    if (name.name === null)
      expander.problems.fail('bad-input', `macro "${builtin}" requires an identifier`, use);
    this.expectClose(use, builtin, expander);
    return isGccBuiltin(name.text) ? 1 : 0;
  }

  private hasInclude(use: PpToken, builtin: BuiltinName, expander: Expander): number {
    if (!expander.inDirective)
      expander.problems.fail(
        'bad-input',
        `"${builtin}" used outside of preprocessing directive`,
        use,
      );
    this.expectOpen(use, builtin, expander);
    const written = expander.atBase ? (this.reader.buffer?.lexer.headerName() ?? null) : null;
    let name: string;
    let angled: boolean;
    if (written !== null) {
      name = written.text.slice(1, -1);
      angled = written.text.startsWith('<');
    } else {
      const first = expander.getSolid();
      if (first.kind === 'string' && first.text.startsWith('"')) {
        name = first.text.slice(1, -1);
        angled = false;
      } else if (first.kind === 'punctuator' && first.text === '<') {
        name = this.inclusions().angledName(first, use);
        angled = true;
      } else
        expander.problems.fail(
          'bad-input',
          `operator "${builtin}" requires a header-name`,
          (first.bits & Mark.end) !== 0 ? use : first,
        );
    }
    this.expectClose(use, builtin, expander);
    return this.inclusions().hasHeader(builtin === '__has_include_next', name, angled) ? 1 : 0;
  }
}
