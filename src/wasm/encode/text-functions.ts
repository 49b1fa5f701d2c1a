/**
 * Functions written in WebAssembly's text format, folded (every operand inside the parentheses of its instruction): what
 * the run-time support is written in. Only the instructions that `Builder` has; anything else is an error of ours.
 */
import type { ValueType } from '../../ir/ir.js';
import { builder } from './builder.js';
import type { Code, ResultType } from './code.js';
import type { WasmFunction } from './encode-module.js';
import { ACCESSES, OPERATORS } from './operators.js';

type Form = string | readonly Form[];

/** The `(func …)`s of a text. */
export function functionsFromText(text: string): WasmFunction[] {
  const functions = read(text).map(list);
  const results = new Map(functions.map((fn) => [nameOf(fn[1]), resultOf(fn)]));
  return functions.map((fn) => new Reader(fn, results).function());
}

/* ---------- parentheses ---------- */

function read(text: string): Form[] {
  const open: Form[][] = [[]];
  for (const [token] of text.matchAll(/[()]|[^\s()]+/g)) {
    if (token === '(') open.push([]);
    else if (token === ')') {
      const done = open.pop();
      const around = open[open.length - 1];
      if (done === undefined || around === undefined) throw new Error('a ) too many');
      around.push(done);
    } else open[open.length - 1]?.push(token);
  }
  if (open.length !== 1) throw new Error('a ) is missing');
  return open[0] ?? [];
}

function list(form: Form | undefined): readonly Form[] {
  if (form === undefined || typeof form === 'string')
    throw new Error(`(…) wanted, not ${form ?? 'the end'}`);
  return form;
}

function word(form: Form | undefined): string {
  if (typeof form !== 'string') throw new Error('a word is wanted');
  return form;
}

function nameOf(form: Form | undefined): string {
  const name = word(form);
  if (!name.startsWith('$')) throw new Error(`a $name is wanted, not ${name}`);
  return name.slice(1);
}

function typeOf(form: Form | undefined): ValueType {
  switch (form) {
    case 'i32':
    case 'i64':
    case 'f32':
    case 'f64':
      return form;
    default:
      throw new Error('a type is wanted');
  }
}

const isHead = (form: Form, head: string): form is readonly Form[] =>
  typeof form !== 'string' && form[0] === head;

function resultOf(form: readonly Form[]): ResultType {
  const result = form.find((part) => isHead(part, 'result'));
  return result === undefined ? null : typeOf(list(result)[1]);
}

/* ---------- one function ---------- */

class Reader {
  private readonly locals = new Map<string, { readonly at: number; readonly type: ValueType }>();
  private readonly params: ValueType[] = [];
  private readonly added: ValueType[] = [];

  constructor(
    private readonly fn: readonly Form[],
    private readonly results: ReadonlyMap<string, ResultType>,
  ) {}

  function(): WasmFunction {
    const body: Code[] = [];
    for (const part of this.fn.slice(2)) {
      if (isHead(part, 'param')) this.declare(part, this.params);
      else if (isHead(part, 'local')) this.declare(part, this.added);
      else if (!isHead(part, 'result')) body.push(this.code(part));
    }
    return {
      symbol: nameOf(this.fn[1]),
      params: this.params,
      result: resultOf(this.fn),
      locals: this.added,
      body,
    };
  }

  private declare(part: readonly Form[], into: ValueType[]): void {
    const type = typeOf(part[2]);
    this.locals.set(nameOf(part[1]), { at: this.locals.size, type });
    into.push(type);
  }

  private local(form: Form | undefined): { readonly at: number; readonly type: ValueType } {
    const found = this.locals.get(nameOf(form));
    if (found === undefined) throw new Error(`no local ${nameOf(form)}`);
    return found;
  }

  private codes(forms: readonly Form[]): Code[] {
    return forms.map((form) => this.code(form));
  }

  private code(form: Form | undefined): Code {
    const parts = list(form);
    const head = word(parts[0]);
    const rest = parts.slice(1);
    switch (head) {
      case 'i32.const':
        return builder.i32.const(Number(BigInt.asIntN(32, integer(word(rest[0])))));
      case 'i64.const':
        return builder.i64.const(BigInt.asIntN(64, integer(word(rest[0]))));
      case 'f32.const':
        return builder.f32.const(float(word(rest[0])));
      case 'f64.const':
        return builder.f64.const(float(word(rest[0])));
      case 'local.get': {
        const { at, type } = this.local(rest[0]);
        return builder.local.get(at, type);
      }
      case 'local.set':
        return builder.local.set(this.local(rest[0]).at, this.code(rest[1]));
      case 'local.tee': {
        const { at, type } = this.local(rest[0]);
        return builder.local.tee(at, this.code(rest[1]), type);
      }
      case 'block':
        return builder.block(nameOf(rest[0]), this.codes(rest.slice(1)));
      case 'loop':
        return builder.loop(nameOf(rest[0]), builder.block(null, this.codes(rest.slice(1))));
      case 'br':
        return builder.br(nameOf(rest[0]));
      case 'br_if':
        return builder.br(nameOf(rest[0]), this.code(rest[1]));
      case 'if':
        return this.conditional(parts);
      case 'return':
        return builder.return(rest.length === 0 ? null : this.code(rest[0]));
      case 'call': {
        const symbol = nameOf(rest[0]);
        const result = this.results.get(symbol);
        if (result === undefined) throw new Error(`no function ${symbol}`);
        return builder.call(symbol, this.codes(rest.slice(1)), result);
      }
      case 'select':
        return builder.select(this.code(rest[2]), this.code(rest[0]), this.code(rest[1]));
      case 'memory.copy':
        return builder.memory.copy(this.code(rest[0]), this.code(rest[1]), this.code(rest[2]));
      case 'memory.fill':
        return builder.memory.fill(this.code(rest[0]), this.code(rest[1]), this.code(rest[2]));
      default:
        return this.operator(head, rest);
    }
  }

  private operator(head: string, rest: readonly Form[]): Code {
    const access = ACCESSES.get(head);
    if (access !== undefined) {
      const first = rest[0];
      const written = typeof first === 'string' ? /^offset=(\d+)$/.exec(first)?.[1] : undefined;
      const offset = written === undefined ? 0 : Number(written);
      const args = this.codes(written === undefined ? rest : rest.slice(1));
      const align = Math.log2(access.bytes);
      return { kind: 'access', type: access.result, code: access.code, offset, align, args };
    }
    const operator = OPERATORS.get(head);
    if (operator === undefined) throw new Error(`no instruction ${head}`);
    if (rest.length !== operator.operands) throw new Error(`${head} takes ${operator.operands}`);
    return { kind: 'plain', type: operator.result, code: operator.code, args: this.codes(rest) };
  }

  private conditional(parts: readonly Form[]): Code {
    const type = resultOf(parts);
    const [test, then, otherwise] = parts.slice(1).filter((part) => !isHead(part, 'result'));
    const arm = (form: Form | undefined): Code =>
      builder.block(null, this.codes(list(form).slice(1)), type);
    return builder.if(
      this.code(test),
      arm(then),
      otherwise === undefined ? null : arm(otherwise),
      type,
    );
  }
}

function integer(text: string): bigint {
  return text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text);
}

/** Decimal, or hexadecimal with a binary exponent: `0x1p-64`. */
function float(text: string): number {
  const hex = /^(-?)0x([0-9a-f]+)p([+-]?\d+)$/.exec(text);
  if (hex === null) return Number(text);
  return (hex[1] === '-' ? -1 : 1) * parseInt(hex[2] ?? '0', 16) * 2 ** Number(hex[3]);
}
