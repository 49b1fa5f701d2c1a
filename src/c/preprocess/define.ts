/** #define: parameter lists and replacement lists (C11 6.10.3), with GNU's named variadic parameter. */
import type { SourceFile, Token } from '../token.js';
import { BodyReader } from './body-reader.js';
import type { Lexer } from './lexer.js';
import type { Macro, MacroDefinition, Replacement } from './macro.js';
import { END, Mark } from './pp-token.js';
import type { Problems } from './problems.js';
import { CLOSE, COMMA, ELLIPSIS, VA_ARGS } from './spellings.js';
import type { TokenStore } from './token-store.js';

const NO_PARAMETERS: readonly number[] = [];

class DefinedMacro implements Macro {
  readonly number: number;
  private list: Replacement | null = null;

  constructor(
    private readonly store: TokenStore,
    private readonly nameToken: number,
    readonly functionLike: boolean,
    readonly parameterNames: readonly number[],
    readonly variadic: boolean,
    private readonly lexer: Lexer,
    /** Where in the lexer's text its replacement list begins. */
    private readonly at: number,
    private readonly problems: Problems,
  ) {
    this.number = store.addMacro(this);
  }

  get name(): string {
    return this.store.text(this.nameToken);
  }

  get file(): SourceFile {
    return this.store.fileOf(this.nameToken);
  }

  get line(): number {
    return this.store.lineOf(this.nameToken);
  }

  get place(): number {
    return this.store.place(this.nameToken);
  }

  /** Most macros are never used: a list in which no constraint can be violated is read when it is. */
  get replacement(): Replacement {
    return (this.list ??= this.lexer.elsewhere(this.at, () => this.read()));
  }

  get definition(): MacroDefinition {
    return new ShownMacro(this.store, this);
  }

  /** Reads the list, where the lexer stands. */
  readHere(): void {
    this.list = this.read();
  }

  private read(): Replacement {
    const { store, lexer } = this;
    const reader = new BodyReader(
      store,
      this.functionLike,
      this.parameterNames,
      this.variadic,
      this.problems,
    );
    const body: number[] = [];
    for (let token = lexer.next(); token !== END; token = lexer.next()) reader.add(token, body);
    reader.finish(this.nameToken);
    const first = body[0];
    if (first !== undefined) store.mark(first, store.bits(first) & ~Mark.space);
    return { body, slots: reader.slots, hasVaOpt: reader.hasVaOpt };
  }
}

class ShownMacro implements MacroDefinition {
  readonly #store: TokenStore;
  readonly #macro: Macro;

  constructor(store: TokenStore, macro: Macro) {
    this.#store = store;
    this.#macro = macro;
  }

  get name(): string {
    return this.#macro.name;
  }

  get file(): SourceFile {
    return this.#macro.file;
  }

  get line(): number {
    return this.#macro.line;
  }

  get column(): number {
    const text = this.#store.places.at(this.#macro.place);
    return text.columnAt(this.#macro.place - text.base);
  }

  get functionLike(): boolean {
    return this.#macro.functionLike;
  }

  get variadic(): boolean {
    return this.#macro.variadic;
  }

  get parameters(): readonly string[] {
    const { texts } = this.#store.names;
    return this.#macro.parameterNames.map((each) => texts[each] ?? '');
  }

  get body(): readonly Token[] {
    return this.#macro.replacement.body.map((token) => this.#store.token(token));
  }

  get spelling(): string {
    const store = this.#store;
    let text = '';
    for (const [i, token] of this.#macro.replacement.body.entries()) {
      const bits = store.bits(token);
      if (i > 0 && (bits & Mark.space) !== 0) text += ' ';
      if ((bits & Mark.stringify) !== 0) text += '#';
      text += store.text(token);
      if ((bits & Mark.pasteLeft) !== 0) text += ' ##';
    }
    return text;
  }
}

/** Reads the macro that `nameToken` names; the lexer stands behind that name and, at the end, at the line's end. */
export function readDefinition(
  store: TokenStore,
  lexer: Lexer,
  nameToken: number,
  problems: Problems,
): Macro {
  let functionLike = false;
  let parameters = NO_PARAMETERS;
  let variadic = false;
  if (lexer.standsAt('(')) {
    lexer.next();
    functionLike = true;
    ({ parameters, variadic } = readParameters(store, lexer, nameToken, problems));
  }
  const macro = new DefinedMacro(
    store,
    nameToken,
    functionLike,
    parameters,
    variadic,
    lexer,
    lexer.pos,
    problems,
  );
  if (variadic || !lexer.skipPlainLine()) macro.readHere();
  return macro;
}

function readParameters(
  store: TokenStore,
  lexer: Lexer,
  nameToken: number,
  problems: Problems,
): { parameters: readonly number[]; variadic: boolean } {
  const parameters: number[] = [];
  const at = (token: number): number => (token === END ? nameToken : token);
  let token = lexer.next();
  if (store.spelling(token) === CLOSE) return { parameters, variadic: false };
  for (;;) {
    if (store.spelling(token) === ELLIPSIS) {
      parameters.push(VA_ARGS);
      expectClose(lexer.next());
      return { parameters, variadic: true };
    }
    const name = store.name(token);
    if (name < 0)
      problems.fail(
        'bad-input',
        token === END
          ? 'expected parameter name before end of line in macro parameter list'
          : `expected parameter name, found "${store.text(token)}"`,
        at(token),
      );
    if (name === VA_ARGS)
      problems.fail('bad-input', '__VA_ARGS__ cannot be used as a parameter name', token);
    if (parameters.includes(name))
      problems.fail('bad-input', `duplicate macro parameter "${store.text(token)}"`, token);
    parameters.push(name);
    token = lexer.next();
    const next = store.spelling(token);
    if (next === ELLIPSIS) {
      expectClose(lexer.next());
      return { parameters, variadic: true };
    }
    if (next === CLOSE) return { parameters, variadic: false };
    if (next !== COMMA)
      problems.fail(
        'bad-input',
        token === END
          ? "expected ')' before end of line in macro parameter list"
          : `expected ',' or ')', found "${store.text(token)}"`,
        at(token),
      );
    token = lexer.next();
  }
  function expectClose(close: number): void {
    if (store.spelling(close) !== CLOSE)
      problems.fail('bad-input', 'expected \')\' after "..."', at(close));
  }
}

/** Marks that count when definitions are compared, and the kind. */
const COMPARED = Mark.space | Mark.pasteLeft | Mark.stringify | Mark.vaOpt | 7;

/** Are two definitions the same in the sense of C11 6.10.3p2? */
export function sameDefinition(store: TokenStore, left: Macro, right: Macro): boolean {
  if (left === right) return true;
  if (
    left.functionLike !== right.functionLike ||
    left.variadic !== right.variadic ||
    left.parameterNames.length !== right.parameterNames.length ||
    left.parameterNames.some((each, i) => each !== right.parameterNames[i])
  )
    return false;
  const [one, other] = [left.replacement.body, right.replacement.body];
  return (
    one.length === other.length &&
    one.every((token, i) => {
      const there = other[i] as number;
      return (
        store.spelling(token) === store.spelling(there) &&
        (store.bits(token) & COMPARED) === (store.bits(there) & COMPARED)
      );
    })
  );
}
