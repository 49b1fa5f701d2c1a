/**
 * WebAssembly's plain operators by their names in the text format: what they take and give, and their codes (WebAssembly
 * Core Specification 2.0, 5.4). Each list is in the order of its codes.
 */
import type { ValueType } from '../../ir/ir.js';

export const INT_TESTS = ['eqz'] as const;
export const INT_COMPARISONS = [
  ...['eq', 'ne', 'lt_s', 'lt_u', 'gt_s', 'gt_u', 'le_s', 'le_u', 'ge_s', 'ge_u'],
] as const;
export const INT_UNARY = ['clz', 'ctz', 'popcnt'] as const;
export const INT_BINARY = [
  ...(['add', 'sub', 'mul', 'div_s', 'div_u', 'rem_s', 'rem_u', 'and', 'or', 'xor'] as const),
  ...(['shl', 'shr_s', 'shr_u', 'rotl', 'rotr'] as const),
] as const;
export const FLOAT_COMPARISONS = ['eq', 'ne', 'lt', 'gt', 'le', 'ge'] as const;
export const FLOAT_UNARY = ['abs', 'neg', 'ceil', 'floor', 'trunc', 'nearest', 'sqrt'] as const;
export const FLOAT_BINARY = ['add', 'sub', 'mul', 'div', 'min', 'max', 'copysign'] as const;

export interface Operator {
  /** Codes above 0xff are those behind the prefix 0xfc, plus 0x100. */
  readonly code: number;
  readonly operands: number;
  readonly result: ValueType | null;
}

export interface Access {
  readonly code: number;
  readonly bytes: 1 | 2 | 4 | 8;
  /** null: a store. */
  readonly result: ValueType | null;
}

export const OPERATORS: ReadonlyMap<string, Operator> = operators();
export const ACCESSES: ReadonlyMap<string, Access> = accesses();

/** The operator of a name that is one. */
export function operator(name: string): Operator {
  const found = OPERATORS.get(name);
  if (found === undefined) throw new Error(`WebAssembly has no ${name}`);
  return found;
}

export function access(name: string): Access {
  const found = ACCESSES.get(name);
  if (found === undefined) throw new Error(`WebAssembly has no ${name}`);
  return found;
}

function operators(): Map<string, Operator> {
  const all = new Map<string, Operator>([
    ['unreachable', { code: 0x00, operands: 0, result: null }],
    ['nop', { code: 0x01, operands: 0, result: null }],
    ['drop', { code: 0x1a, operands: 1, result: null }],
  ]);
  const list = (
    first: number,
    prefix: string,
    names: readonly string[],
    operands: number,
    result: ValueType,
  ): void =>
    names.forEach((name, at) =>
      all.set(`${prefix}${name}`, { code: first + at, operands, result }),
    );
  list(0x45, 'i32.', INT_TESTS, 1, 'i32');
  list(0x46, 'i32.', INT_COMPARISONS, 2, 'i32');
  list(0x50, 'i64.', INT_TESTS, 1, 'i32');
  list(0x51, 'i64.', INT_COMPARISONS, 2, 'i32');
  list(0x5b, 'f32.', FLOAT_COMPARISONS, 2, 'i32');
  list(0x61, 'f64.', FLOAT_COMPARISONS, 2, 'i32');
  list(0x67, 'i32.', INT_UNARY, 1, 'i32');
  list(0x6a, 'i32.', INT_BINARY, 2, 'i32');
  list(0x79, 'i64.', INT_UNARY, 1, 'i64');
  list(0x7c, 'i64.', INT_BINARY, 2, 'i64');
  list(0x8b, 'f32.', FLOAT_UNARY, 1, 'f32');
  list(0x92, 'f32.', FLOAT_BINARY, 2, 'f32');
  list(0x99, 'f64.', FLOAT_UNARY, 1, 'f64');
  list(0xa0, 'f64.', FLOAT_BINARY, 2, 'f64');
  list(0xa7, 'i32.', ['wrap_i64'], 1, 'i32');
  list(0xac, 'i64.', ['extend_i32_s', 'extend_i32_u'], 1, 'i64');
  const integers = ['i32_s', 'i32_u', 'i64_s', 'i64_u'].map((from) => `convert_${from}`);
  list(0xb2, 'f32.', [...integers, 'demote_f64'], 1, 'f32');
  list(0xb7, 'f64.', [...integers, 'promote_f32'], 1, 'f64');
  list(0xbc, 'i32.', ['reinterpret_f32'], 1, 'i32');
  list(0xbd, 'i64.', ['reinterpret_f64'], 1, 'i64');
  list(0xbe, 'f32.', ['reinterpret_i32'], 1, 'f32');
  list(0xbf, 'f64.', ['reinterpret_i64'], 1, 'f64');
  list(0xc0, 'i32.', ['extend8_s', 'extend16_s'], 1, 'i32');
  list(0xc2, 'i64.', ['extend8_s', 'extend16_s', 'extend32_s'], 1, 'i64');
  const floats = ['f32_s', 'f32_u', 'f64_s', 'f64_u'].map((from) => `trunc_sat_${from}`);
  list(0x100, 'i32.', floats, 1, 'i32');
  list(0x104, 'i64.', floats, 1, 'i64');
  return all;
}

function accesses(): Map<string, Access> {
  const all = new Map<string, Access>();
  const list = (first: number, rows: readonly (readonly [string, 1 | 2 | 4 | 8])[]): void =>
    rows.forEach(([name, bytes], at) =>
      all.set(name, {
        code: first + at,
        bytes,
        result: name.includes('.load') ? (name.slice(0, 3) as ValueType) : null,
      }),
    );
  list(0x28, [
    ...([
      ['i32.load', 4],
      ['i64.load', 8],
      ['f32.load', 4],
      ['f64.load', 8],
    ] as const),
    ...([
      ['i32.load8_s', 1],
      ['i32.load8_u', 1],
      ['i32.load16_s', 2],
      ['i32.load16_u', 2],
    ] as const),
    ...([
      ['i64.load8_s', 1],
      ['i64.load8_u', 1],
      ['i64.load16_s', 2],
      ['i64.load16_u', 2],
    ] as const),
    ...([
      ['i64.load32_s', 4],
      ['i64.load32_u', 4],
    ] as const),
  ]);
  list(0x36, [
    ...([
      ['i32.store', 4],
      ['i64.store', 8],
      ['f32.store', 4],
      ['f64.store', 8],
    ] as const),
    ...([
      ['i32.store8', 1],
      ['i32.store16', 2],
    ] as const),
    ...([
      ['i64.store8', 1],
      ['i64.store16', 2],
      ['i64.store32', 4],
    ] as const),
  ]);
  return all;
}
