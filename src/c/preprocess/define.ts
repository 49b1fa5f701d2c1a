/** #define: parameter lists and replacement lists (C11 6.10.3), with GNU's named variadic parameter. */
import type { SourceFile } from '../token.js';
import type { Lexer } from './lexer.js';
import type { Macro } from './macro.js';
import type { Name, Names } from './names.js';
import type { PpToken, SpelledToken } from './pp-token.js';
import { endToken, Mark } from './pp-token.js';
import type { Problems } from './problems.js';

interface ReplacementList {
  readonly body: readonly PpToken[];
  readonly slots: readonly number[];
  readonly hasVaOpt: boolean;
}

/** Where a replacement list stands that nobody has needed yet. */
interface Unread {
  readonly lexer: Lexer;
  readonly pos: number;
  readonly line: number;
  readonly lineStart: number;
}

class DefinedMacro implements Macro {
  constructor(
    private readonly nameToken: PpToken,
    readonly functionLike: boolean,
    readonly parameterNames: readonly Name[],
    readonly variadic: boolean,
    private replacement: ReplacementList | Unread,
    private readonly problems: Problems,
  ) {}

  get name(): string {
    return this.nameToken.text;
  }

  get file(): SourceFile {
    return this.nameToken.file;
  }

  get line(): number {
    return this.nameToken.line;
  }

  get column(): number {
    return this.nameToken.column;
  }

  get parameters(): readonly string[] {
    return this.parameterNames.map((each) => each.text);
  }

  get body(): readonly PpToken[] {
    return this.list().body;
  }

  get slots(): readonly number[] {
    return this.list().slots;
  }

  get hasVaOpt(): boolean {
    return this.list().hasVaOpt;
  }

  get spelling(): string {
    let text = '';
    for (const [i, token] of this.body.entries()) {
      if (i > 0 && token.space) text += ' ';
      if ((token.bits & Mark.stringify) !== 0) text += '#';
      text += token.text;
      if ((token.bits & Mark.pasteLeft) !== 0) text += ' ##';
    }
    return text;
  }

  private list(): ReplacementList {
    const { replacement } = this;
    if ('body' in replacement) return replacement;
    const { lexer } = replacement;
    const reader = new BodyReader(
      this.functionLike,
      this.parameterNames,
      this.variadic,
      this.problems,
    );
    const list = lexer.elsewhere(replacement, () => readReplacement(lexer, reader, this.nameToken));
    this.replacement = list;
    return list;
  }
}

/** Reads the macro that `nameToken` names; the lexer stands behind that name and, at the end, at the line's end. */
export function readDefinition(
  lexer: Lexer,
  nameToken: PpToken,
  names: Names,
  problems: Problems,
): Macro {
  let functionLike = false;
  let parameters: readonly Name[] = [];
  let variadic = false;
  if (lexer.standsAt('(')) {
    lexer.next();
    functionLike = true;
    ({ parameters, variadic } = readParameters(lexer, nameToken, names, problems));
  }
  // Most macros are never used: a list in which no constraint can be violated is read when it is.
  if (!variadic) {
    const { pos, line, lineStart } = lexer;
    if (lexer.skipPlainLine())
      return new DefinedMacro(
        nameToken,
        functionLike,
        parameters,
        variadic,
        { lexer, pos, line, lineStart },
        problems,
      );
  }
  const reader = new BodyReader(functionLike, parameters, variadic, problems);
  const list = readReplacement(lexer, reader, nameToken);
  return new DefinedMacro(nameToken, functionLike, parameters, variadic, list, problems);
}

/** The rest of the lexer's line as a replacement list. */
function readReplacement(lexer: Lexer, reader: BodyReader, nameToken: PpToken): ReplacementList {
  const body: SpelledToken[] = [];
  for (let token = lexer.next(); token !== endToken; token = lexer.next()) reader.add(token, body);
  reader.finish(nameToken);
  const first = body[0];
  if (first !== undefined) first.bits &= ~Mark.space;
  return { body, slots: reader.slots, hasVaOpt: reader.hasVaOpt };
}

function readParameters(
  lexer: Lexer,
  nameToken: PpToken,
  names: Names,
  problems: Problems,
): { parameters: readonly Name[]; variadic: boolean } {
  const parameters: Name[] = [];
  const at = (token: PpToken): PpToken => (token === endToken ? nameToken : token);
  let token = lexer.next();
  if (token.text === ')' && token.kind === 'punctuator') return { parameters, variadic: false };
  for (;;) {
    if (token.kind === 'punctuator' && token.text === '...') {
      parameters.push(names.of('__VA_ARGS__'));
      expectClose(lexer.next());
      return { parameters, variadic: true };
    }
    if (token.name === null)
      problems.fail(
        'bad-input',
        token === endToken
          ? 'expected parameter name before end of line in macro parameter list'
          : `expected parameter name, found "${token.text}"`,
        at(token),
      );
    if (token.name.text === '__VA_ARGS__')
      problems.fail('bad-input', '__VA_ARGS__ cannot be used as a parameter name', token);
    if (parameters.includes(token.name))
      problems.fail('bad-input', `duplicate macro parameter "${token.text}"`, token);
    parameters.push(token.name);
    token = lexer.next();
    if (token.kind === 'punctuator' && token.text === '...') {
      expectClose(lexer.next());
      return { parameters, variadic: true };
    }
    if (token.kind === 'punctuator' && token.text === ')') return { parameters, variadic: false };
    if (!(token.kind === 'punctuator' && token.text === ','))
      problems.fail(
        'bad-input',
        token === endToken
          ? "expected ')' before end of line in macro parameter list"
          : `expected ',' or ')', found "${token.text}"`,
        at(token),
      );
    token = lexer.next();
  }
  function expectClose(close: PpToken): void {
    if (!(close.kind === 'punctuator' && close.text === ')'))
      problems.fail('bad-input', 'expected \')\' after "..."', at(close));
  }
}

/** Folds `#` and `##` of a replacement list into marks of their operands, and checks their constraints. */
class BodyReader {
  hasVaOpt = false;
  readonly slots: number[] = [];
  /** `##` stood last; its left operand is marked already. */
  private pasting = false;
  private pasteToken: SpelledToken | null = null;
  /** `#` stood last (in a function-like macro). */
  private hash: SpelledToken | null = null;
  /** Within `__VA_OPT__`: 1 before its `(`, then 2 and more for the parentheses. */
  private optionalDepth = 0;
  private optionalEmpty = false;
  private optionalToken: PpToken | null = null;

  constructor(
    private readonly functionLike: boolean,
    private readonly parameters: readonly Name[],
    private readonly variadic: boolean,
    private readonly problems: Problems,
  ) {}

  add(token: SpelledToken, body: SpelledToken[]): void {
    const punctuator = token.kind === 'punctuator' ? token.text : '';
    if (punctuator === '##' || punctuator === '%:%:') {
      this.failStrayHash();
      const left = body[body.length - 1];
      if (left === undefined || (this.optionalDepth === 2 && this.optionalEmpty))
        this.problems.fail('bad-input', pasteAtEnd(this.optionalDepth), token);
      left.bits |= Mark.pasteLeft;
      this.pasting = true;
      this.pasteToken = token;
      return;
    }
    const isOptional = this.trackOptional(token, punctuator);
    this.pasting = false;
    if (this.functionLike && (punctuator === '#' || punctuator === '%:')) {
      this.failStrayHash();
      this.hash = token;
      return;
    }
    const slot = token.name === null ? -1 : this.parameters.indexOf(token.name);
    if (this.parameters.length > 0) this.slots.push(slot);
    if (this.hash !== null) {
      if (slot < 0 && !isOptional) this.failStrayHash();
      token.bits |= Mark.stringify;
      token.bits = (token.bits & ~Mark.space) | (this.hash.bits & Mark.space);
      this.hash = null;
    }
    if (token.name !== null && token.name.poisoned)
      this.problems.fail('bad-input', `attempt to use poisoned "${token.text}"`, token);
    if (token.name !== null && slot < 0 && token.text === '__VA_ARGS__')
      this.problems.warnAt(
        '__VA_ARGS__ can only appear in the expansion of a C99 variadic macro',
        token.file,
        token.line,
        token.column,
      );
    body.push(token);
  }

  finish(nameToken: PpToken): void {
    this.failStrayHash();
    if (this.pasting) this.problems.fail('bad-input', pasteAtEnd(0), this.pasteToken ?? nameToken);
    if (this.optionalDepth > 0)
      this.problems.fail('bad-input', 'unterminated __VA_OPT__', this.optionalToken ?? nameToken);
  }

  /** Follows `__VA_OPT__ ( … )`; true for the `__VA_OPT__` itself. */
  private trackOptional(token: SpelledToken, punctuator: string): boolean {
    if (this.variadic && token.name !== null && token.text === '__VA_OPT__') {
      if (this.optionalDepth > 0)
        this.problems.fail('bad-input', '__VA_OPT__ may not appear in a __VA_OPT__', token);
      token.bits |= Mark.vaOpt;
      this.hasVaOpt = true;
      this.optionalDepth = 1;
      this.optionalToken = token;
      return true;
    }
    if (this.optionalDepth === 1) {
      if (punctuator !== '(')
        this.problems.fail(
          'bad-input',
          '__VA_OPT__ must be followed by an open parenthesis',
          token,
        );
      this.optionalDepth = 2;
      this.optionalEmpty = true;
      return false;
    }
    if (this.optionalDepth >= 2) {
      if (punctuator === '(') this.optionalDepth++;
      else if (punctuator === ')' && --this.optionalDepth === 1) {
        if (this.pasting) this.problems.fail('bad-input', pasteAtEnd(2), token);
        this.optionalDepth = 0;
      }
      this.optionalEmpty = false;
    }
    return false;
  }

  private failStrayHash(): void {
    if (this.hash !== null)
      this.problems.fail('bad-input', "'#' is not followed by a macro parameter", this.hash);
  }
}

function pasteAtEnd(optionalDepth: number): string {
  return optionalDepth >= 2
    ? "'##' cannot appear at either end of __VA_OPT__"
    : "'##' cannot appear at either end of a macro expansion";
}

/** Marks that count when definitions are compared, and the kind. */
const COMPARED = Mark.space | Mark.pasteLeft | Mark.stringify | Mark.vaOpt | 7;

/** Are two definitions the same in the sense of C11 6.10.3p2? */
export function sameDefinition(left: Macro, right: Macro): boolean {
  if (
    left.functionLike !== right.functionLike ||
    left.variadic !== right.variadic ||
    left.parameterNames.length !== right.parameterNames.length ||
    left.body.length !== right.body.length ||
    left.parameterNames.some((each, i) => each !== right.parameterNames[i])
  )
    return false;
  return left.body.every((token, i) => {
    const other = right.body[i];
    return (
      other !== undefined &&
      token.text === other.text &&
      (token.bits & COMPARED) === (other.bits & COMPARED)
    );
  });
}
