/** Macros whose replacement depends on where they stand (C11 6.10.8.1, gcc's `__COUNTER__`, `__has_include` …). */
import type { SourceFile } from '../token.js';
import type { Builtins, Expander } from './expander.js';
import type { Inclusions } from './inclusions.js';
import { gccAttribute } from './gcc-attributes.js';
import { isGccBuiltin } from './gcc-builtins.js';
import { type BuiltinName, builtinNames } from './names.js';
import type { Pragmas } from './pragmas.js';
import { END, Kind, Mark } from './pp-token.js';
import type { SourceReader } from './reader.js';
import { CLOSE, COLON, LESS, OPEN } from './spellings.js';
import type { TokenStore } from './token-store.js';

/** Fixed, so that the same input gives the same output; the form is that of C11 6.10.8.1. */
const DATE = '"Jan  1 1970"';
const TIME = '"00:00:00"';
const TIMESTAMP = '"Thu Jan  1 00:00:00 1970"';

export class BuiltinMacros implements Builtins {
  /** What `__COUNTER__` gives next. */
  counter = 0;
  /** By which expansions refer to them. */
  private readonly numbers = new Map<BuiltinName, number>();
  /** How often something asked where it stands in the whole of the unit. */
  placeUses = 0;

  constructor(
    private readonly store: TokenStore,
    private readonly reader: SourceReader,
    private readonly pragmas: Pragmas,
    private readonly mainPath: string,
    private readonly builtInFile: SourceFile,
    private readonly inclusions: () => Inclusions,
  ) {}

  /** Gives the built-in names their meaning. */
  begin(): void {
    const { names } = this.store;
    builtinNames.forEach((each, at) => {
      names.change(names.of(each), -at - 1);
    });
  }

  expand(builtin: BuiltinName, use: number, expander: Expander): number | null {
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
  private lineOf(use: number): number {
    const { store } = this;
    const written = store.written(use);
    const buffer = this.reader.buffer;
    const here = buffer !== null && buffer.file === store.fileOf(written);
    return store.lineOf(written) + (here ? buffer.lineDelta : 0);
  }

  private token(
    use: number,
    builtin: BuiltinName,
    kind: 'number' | 'string',
    text: string,
  ): number {
    const { store } = this;
    let number = this.numbers.get(builtin);
    if (number === undefined) {
      number = store.addBuiltin({ name: builtin, file: this.builtInFile, line: 1 });
      this.numbers.set(builtin, number);
    }
    const bits = Kind[kind] | (store.bits(use) & Mark.space);
    return store.derived(bits, store.names.of(text), use, store.expansion(number, use));
  }

  private number(use: number, builtin: BuiltinName, value: number): number {
    return this.token(use, builtin, 'number', String(value));
  }

  private string(use: number, builtin: BuiltinName, text: string): number {
    return this.token(use, builtin, 'string', `"${text.replace(/[\\"]/g, '\\$&')}"`);
  }

  private expectOpen(use: number, builtin: BuiltinName, expander: Expander): void {
    const open = expander.getSolid();
    if (this.store.spelling(open) !== OPEN)
      expander.problems.fail('bad-input', `missing '(' after "${builtin}"`, use);
  }

  private expectClose(use: number, builtin: BuiltinName, expander: Expander): void {
    const close = expander.getSolid();
    if (this.store.spelling(close) !== CLOSE)
      expander.problems.fail('bad-input', `missing ')' after "${builtin}" operand`, use);
  }

  private hasAttribute(use: number, builtin: BuiltinName, expander: Expander): string {
    this.expectOpen(use, builtin, expander);
    const { store } = this;
    let name = expander.getSolid();
    if (store.name(name) < 0)
      expander.problems.fail('bad-input', `attribute identifier required after "("`, use);
    let next = expander.getSolid();
    let scope = '';
    if (store.spelling(next) === COLON) {
      // `gnu :: name`, the C23 way.
      next = expander.getSolid();
      scope = store.text(name);
      name = expander.getSolid();
      next = expander.getSolid();
    }
    if (store.spelling(next) !== CLOSE)
      expander.problems.fail('bad-input', `missing ')' after "${builtin}" operand`, use);
    return gccAttribute(scope, store.text(name), builtin === '__has_c_attribute');
  }

  private hasBuiltin(use: number, builtin: BuiltinName, expander: Expander): number {
    this.expectOpen(use, builtin, expander);
    const name = expander.getSolid();
    if (this.store.name(name) < 0)
      expander.problems.fail('bad-input', `macro "${builtin}" requires an identifier`, use);
    this.expectClose(use, builtin, expander);
    return isGccBuiltin(this.store.text(name)) ? 1 : 0;
  }

  private hasInclude(use: number, builtin: BuiltinName, expander: Expander): number {
    if (!expander.inDirective)
      expander.problems.fail(
        'bad-input',
        `"${builtin}" used outside of preprocessing directive`,
        use,
      );
    this.expectOpen(use, builtin, expander);
    const { store } = this;
    const written = expander.atBase ? (this.reader.buffer?.lexer.headerName() ?? END) : END;
    let name: string;
    let angled: boolean;
    if (written !== END) {
      const text = store.text(written);
      name = text.slice(1, -1);
      angled = text.startsWith('<');
    } else {
      const first = expander.getSolid();
      const text = store.text(first);
      if (store.kind(first) === 'string' && text.startsWith('"')) {
        name = text.slice(1, -1);
        angled = false;
      } else if (store.spelling(first) === LESS) {
        name = this.inclusions().angledName(first, use);
        angled = true;
      } else
        expander.problems.fail(
          'bad-input',
          `operator "${builtin}" requires a header-name`,
          (store.bits(first) & Mark.end) !== 0 ? use : first,
        );
    }
    this.expectClose(use, builtin, expander);
    return this.inclusions().hasHeader(builtin === '__has_include_next', name, angled) ? 1 : 0;
  }
}
