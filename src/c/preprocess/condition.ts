/**
 * The expression of #if and #elif (C11 6.10.1p4): intmax_t and uintmax_t arithmetic, names that remain are 0. An
 * operand that is not evaluated may hold anything that parses, a division by zero included.
 */
import type { Assertions } from './assertions.js';
import type { Expander } from './expander.js';
import { characterValue } from './character-value.js';
import { END, Kind, KIND, Mark } from './pp-token.js';
import type { TokenStore } from './token-store.js';
import { CLOSE, COLON, COMMA, DEFINED, OPEN, spellingOf } from './spellings.js';

interface Value {
  readonly value: bigint;
  readonly unsigned: boolean;
}

const QUESTION = spellingOf('?');

const ZERO: Value = { value: 0n, unsigned: false };
const ONE: Value = { value: 1n, unsigned: false };
const truth = (on: boolean): Value => (on ? ONE : ZERO);

/** Binding strength of the binary operators; `?:` and `,` are handled apart. */
const precedence: ReadonlyMap<string, number> = new Map([
  ['||', 1],
  ['&&', 2],
  ['|', 3],
  ['^', 4],
  ['&', 5],
  ['==', 6],
  ['!=', 6],
  ['<', 7],
  ['>', 7],
  ['<=', 7],
  ['>=', 7],
  ['<<', 8],
  ['>>', 8],
  ['+', 9],
  ['-', 9],
  ['*', 10],
  ['/', 10],
  ['%', 10],
]);

export class ConditionReader {
  private readonly store: TokenStore;
  private token = END;
  private skipping = 0;
  private depth = 0;

  constructor(
    private readonly expander: Expander,
    private readonly directive: number,
    private readonly assertions: Assertions,
    private readonly nesting: number,
  ) {
    this.store = expander.store;
  }

  /** Evaluates the rest of the directive's line. */
  read(): boolean {
    this.advance();
    if (this.atEnd())
      this.fail(`#${this.store.text(this.directive)} with no expression`, this.directive);
    const value = this.comma();
    if (!this.atEnd()) {
      if (this.is(CLOSE)) this.fail("missing '(' in expression", this.token);
      if (this.is(COLON)) this.fail("':' without preceding '?'", this.token);
      this.fail(
        `missing binary operator before token "${this.store.text(this.token)}"`,
        this.token,
      );
    }
    return value.value !== 0n;
  }

  /** The punctuator that comes next; '' for anything else. */
  private operator(): string {
    const { store, token } = this;
    return (store.bits(token) & KIND) === Kind.punctuator ? store.text(token) : '';
  }

  private advance(): void {
    this.token = this.expander.getSolid();
  }

  private atEnd(): boolean {
    return (this.store.bits(this.token) & Mark.end) !== 0;
  }

  private fail(message: string, at: number): never {
    return this.expander.problems.fail('bad-input', message, at === END ? this.directive : at);
  }

  private is(spelling: number): boolean {
    return this.store.spelling(this.token) === spelling;
  }

  private comma(): Value {
    let value = this.conditional();
    while (this.is(COMMA)) {
      this.advance();
      value = this.conditional();
    }
    return value;
  }

  private conditional(): Value {
    const test = this.binary(1);
    if (!this.is(QUESTION)) return test;
    this.enterNested();
    const taken = test.value !== 0n;
    this.advance();
    const then = this.maybeSkipped(!taken, () => this.comma());
    if (!this.is(COLON)) this.fail("'?' without following ':'", this.token);
    this.advance();
    const otherwise = this.maybeSkipped(taken, () => this.conditional());
    this.depth--;
    const unsigned = then.unsigned || otherwise.unsigned;
    return convert(taken ? then : otherwise, unsigned);
  }

  private maybeSkipped(skip: boolean, read: () => Value): Value {
    if (!skip) return read();
    this.skipping++;
    const value = read();
    this.skipping--;
    return value;
  }

  private binary(least: number): Value {
    let left = this.unary();
    for (;;) {
      const operator = this.operator();
      const strength = precedence.get(operator);
      if (strength === undefined || strength < least) return left;
      const at = this.token;
      this.advance();
      if (operator === '||' || operator === '&&') {
        const decided = (left.value !== 0n) === (operator === '||');
        const right = this.maybeSkipped(decided, () => this.binary(strength + 1));
        left = truth(decided ? operator === '||' : right.value !== 0n);
      } else left = this.apply(operator, at, left, this.binary(strength + 1));
    }
  }

  private apply(operator: string, at: number, left: Value, right: Value): Value {
    switch (operator) {
      case '<<':
        return shift(left, right, 1n);
      case '>>':
        return shift(left, right, -1n);
      default:
    }
    const unsigned = left.unsigned || right.unsigned;
    const a = convert(left, unsigned).value;
    const b = convert(right, unsigned).value;
    switch (operator) {
      case '|':
        return wrap(a | b, unsigned);
      case '^':
        return wrap(a ^ b, unsigned);
      case '&':
        return wrap(a & b, unsigned);
      case '==':
        return truth(a === b);
      case '!=':
        return truth(a !== b);
      case '<':
        return truth(a < b);
      case '>':
        return truth(a > b);
      case '<=':
        return truth(a <= b);
      case '>=':
        return truth(a >= b);
      case '+':
        return wrap(a + b, unsigned);
      case '-':
        return wrap(a - b, unsigned);
      case '*':
        return wrap(a * b, unsigned);
      default:
        if (b === 0n) {
          if (this.skipping === 0) this.fail('division by zero in #if', at);
          return wrap(0n, unsigned);
        }
        return wrap(operator === '/' ? a / b : a % b, unsigned);
    }
  }

  private enterNested(): void {
    if (++this.depth > this.nesting)
      this.expander.problems.fail(
        'limit',
        `an expression of #${this.store.text(this.directive)} nests deeper than ${this.nesting} levels`,
        this.directive,
      );
  }

  private unary(): Value {
    const token = this.token;
    const operator = this.operator();
    if (operator !== '') {
      if (operator === '!' || operator === '~' || operator === '-' || operator === '+') {
        this.enterNested();
        this.advance();
        const operand = this.unary();
        this.depth--;
        if (operator === '!') return truth(operand.value === 0n);
        if (operator === '~') return wrap(~operand.value, operand.unsigned);
        return operator === '-' ? wrap(-operand.value, operand.unsigned) : operand;
      }
      if (operator === '(') {
        this.enterNested();
        this.advance();
        const value = this.comma();
        if (!this.is(CLOSE)) this.fail("missing ')' in expression", this.token);
        this.depth--;
        this.advance();
        return value;
      }
      if (operator === '#') return this.assertion(token);
    }
    if (this.atEnd() || operator !== '') {
      if (this.atEnd())
        this.fail(`expression of #${this.store.text(this.directive)} ends too early`, token);
      this.fail(`operator '${operator}' has no left operand`, token);
    }
    return this.primary(token);
  }

  private primary(token: number): Value {
    const text = this.store.text(token);
    switch (this.store.kind(token)) {
      case 'identifier':
        if (this.store.name(token) === DEFINED) return this.defined();
        this.advance();
        return ZERO;
      case 'number': {
        const value = this.number(token);
        this.advance();
        return value;
      }
      case 'character': {
        const value = characterValue(text);
        if (value === null) this.fail(`invalid character constant ${text}`, token);
        this.advance();
        return wrap(value.value, value.unsigned);
      }
      case 'string':
      case 'other':
      case 'punctuator':
        return this.fail(`token "${text}" is not valid in preprocessor expressions`, token);
    }
  }

  /** `#predicate` or `#predicate(answer)`. */
  private assertion(hash: number): Value {
    const { expander } = this;
    expander.preventExpansion++;
    const found = this.assertions.test(hash, () => expander.getSolid(), expander.problems);
    expander.preventExpansion--;
    this.token = found.next ?? expander.getSolid();
    return truth(found.holds);
  }

  private defined(): Value {
    const expander = this.expander;
    expander.preventExpansion++;
    this.advance();
    const parenthesis = this.is(OPEN);
    if (parenthesis) this.advance();
    const name = this.store.name(this.token);
    if (name < 0) this.fail('operator "defined" requires an identifier', this.token);
    if (parenthesis) {
      this.advance();
      if (!this.is(CLOSE)) this.fail('missing \')\' after "defined"', this.token);
    }
    expander.preventExpansion--;
    this.advance();
    return truth(this.store.names.isActive(name));
  }

  /** An integer constant (C11 6.4.4.1), with GNU's binary ones. */
  private number(token: number): Value {
    const text = this.store.text(token);
    const match =
      /^(0[xX][0-9a-fA-F]+|0[bB][01]+|0[0-7]*|[1-9][0-9]*)([uU]?(?:ll|LL|[lL])?|(?:ll|LL|[lL])[uU])$/.exec(
        text,
      );
    if (match === null) {
      const floating =
        /^(?:[0-9]*\.?[0-9]*(?:[eE][-+]?[0-9]+)?|0[xX][0-9a-fA-F.]*[pP][-+]?[0-9]+)[fFlL]?$/;
      if (floating.test(text)) this.fail('floating constant in preprocessor expression', token);
      this.fail(`invalid integer constant "${text}" in preprocessor expression`, token);
    }
    const digits = match[1] ?? '0';
    const octal = /^0[0-7]+$/.test(digits);
    const value = BigInt(octal ? `0o${digits.slice(1)}` : digits);
    // A constant beyond intmax_t is taken as unsigned, one beyond uintmax_t is cut; gcc warns of both.
    if (value >= 1n << 63n && !/[uU]/.test(match[2] ?? ''))
      this.expander.problems.warn('integer constant is too large for its type', token);
    const unsigned = /[uU]/.test(match[2] ?? '') || value >= 1n << 63n;
    return { value: BigInt.asUintN(64, value), unsigned };
  }
}

function wrap(value: bigint, unsigned: boolean): Value {
  return { value: unsigned ? BigInt.asUintN(64, value) : BigInt.asIntN(64, value), unsigned };
}

function convert(value: Value, unsigned: boolean): Value {
  return value.unsigned === unsigned ? value : wrap(value.value, unsigned);
}

/** A negative count shifts the other way, a large one shifts everything out, as gcc has it. */
function shift(left: Value, right: Value, direction: bigint): Value {
  const count = right.value * direction;
  if (count >= 64n) return wrap(0n, left.unsigned);
  if (count <= -64n) return wrap(left.value < 0n ? -1n : 0n, left.unsigned);
  return wrap(count >= 0n ? left.value << count : left.value >> -count, left.unsigned);
}
