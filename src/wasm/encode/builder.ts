/** Makes WebAssembly code, under the names that the text format gives the instructions. */
import type { ValueType } from '../../ir/ir.js';
import type { Code, ResultType } from './code.js';
import {
  access,
  FLOAT_BINARY,
  FLOAT_COMPARISONS,
  FLOAT_UNARY,
  INT_BINARY,
  INT_TESTS,
  INT_UNARY,
  operator,
} from './operators.js';

type Unary<Name extends string> = Readonly<Record<Name, (value: Code) => Code>>;
type Binary<Name extends string> = Readonly<Record<Name, (left: Code, right: Code) => Code>>;
type Load<Name extends string> = Readonly<
  Record<Name, (offset: number, align: number, base: Code) => Code>
>;
type Store<Name extends string> = Readonly<
  Record<Name, (offset: number, align: number, base: Code, value: Code) => Code>
>;

const INT_ORDERS = [
  'eq',
  'ne',
  'lt_s',
  'lt_u',
  'gt_s',
  'gt_u',
  'le_s',
  'le_u',
  'ge_s',
  'ge_u',
] as const;
const INT_LOADS = ['load', 'load8_s', 'load8_u', 'load16_s', 'load16_u'] as const;
const INT_STORES = ['store', 'store8', 'store16'] as const;

/** Align in bytes, as a power of two. */
const logOf = (align: number): number => (align === 8 ? 3 : align === 4 ? 2 : align === 2 ? 1 : 0);

function unary<const Name extends string>(type: ValueType, names: readonly Name[]): Unary<Name> {
  return record(names, (name) => {
    const { code, result } = operator(`${type}.${name}`);
    return (value: Code): Code => ({ kind: 'plain', type: result, code, args: [value] });
  });
}

function binary<const Name extends string>(type: ValueType, names: readonly Name[]): Binary<Name> {
  return record(names, (name) => {
    const { code, result } = operator(`${type}.${name}`);
    return (left: Code, right: Code): Code => ({
      kind: 'plain',
      type: result,
      code,
      args: [left, right],
    });
  });
}

function loads<const Name extends string>(type: ValueType, names: readonly Name[]): Load<Name> {
  return record(names, (name) => {
    const { code, result } = access(`${type}.${name}`);
    return (offset: number, align: number, base: Code): Code => ({
      kind: 'access',
      type: result,
      code,
      offset,
      align: logOf(align),
      args: [base],
    });
  });
}

function stores<const Name extends string>(type: ValueType, names: readonly Name[]): Store<Name> {
  return record(names, (name) => {
    const { code } = access(`${type}.${name}`);
    return (offset: number, align: number, base: Code, value: Code): Code => ({
      kind: 'access',
      type: null,
      code,
      offset,
      align: logOf(align),
      args: [base, value],
    });
  });
}

function record<Name extends string, T>(
  names: readonly Name[],
  make: (name: Name) => T,
): Readonly<Record<Name, T>> {
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<Name, T>;
}

/** One conversion, by its whole name in the text format. */
function convert(name: string): (value: Code) => Code {
  const { code, result } = operator(name);
  return (value) => ({ kind: 'plain', type: result, code, args: [value] });
}

/** Conversions from each of two types. */
const saturating = (type: 'i32' | 'i64', sign: 's' | 'u') => ({
  f32: convert(`${type}.trunc_sat_f32_${sign}`),
  f64: convert(`${type}.trunc_sat_f64_${sign}`),
});
const converting = (type: 'f32' | 'f64', sign: 's' | 'u') => ({
  i32: convert(`${type}.convert_i32_${sign}`),
  i64: convert(`${type}.convert_i64_${sign}`),
});

const i32 = {
  const: (value: number): Code => ({ kind: 'const', type: 'i32', value: value | 0 }),
  ...unary('i32', [...INT_TESTS, ...INT_UNARY, 'extend8_s', 'extend16_s']),
  ...binary('i32', [...INT_ORDERS, ...INT_BINARY]),
  ...loads('i32', INT_LOADS),
  ...stores('i32', INT_STORES),
  wrap: convert('i32.wrap_i64'),
  reinterpret: convert('i32.reinterpret_f32'),
  trunc_s_sat: saturating('i32', 's'),
  trunc_u_sat: saturating('i32', 'u'),
};

const i64 = {
  const: (value: bigint): Code => ({ kind: 'const', type: 'i64', value }),
  ...unary('i64', [...INT_TESTS, ...INT_UNARY, 'extend8_s', 'extend16_s', 'extend32_s']),
  ...binary('i64', [...INT_ORDERS, ...INT_BINARY]),
  ...loads('i64', [...INT_LOADS, 'load32_s', 'load32_u']),
  ...stores('i64', [...INT_STORES, 'store32']),
  extend_s: convert('i64.extend_i32_s'),
  extend_u: convert('i64.extend_i32_u'),
  reinterpret: convert('i64.reinterpret_f64'),
  trunc_s_sat: saturating('i64', 's'),
  trunc_u_sat: saturating('i64', 'u'),
};

const f32 = {
  const: (value: number): Code => ({ kind: 'const', type: 'f32', value }),
  ...unary('f32', FLOAT_UNARY),
  ...binary('f32', [...FLOAT_COMPARISONS, ...FLOAT_BINARY]),
  ...loads('f32', ['load']),
  ...stores('f32', ['store']),
  demote: convert('f32.demote_f64'),
  reinterpret: convert('f32.reinterpret_i32'),
  convert_s: converting('f32', 's'),
  convert_u: converting('f32', 'u'),
};

const f64 = {
  const: (value: number): Code => ({ kind: 'const', type: 'f64', value }),
  ...unary('f64', FLOAT_UNARY),
  ...binary('f64', [...FLOAT_COMPARISONS, ...FLOAT_BINARY]),
  ...loads('f64', ['load']),
  ...stores('f64', ['store']),
  promote: convert('f64.promote_f32'),
  reinterpret: convert('f64.reinterpret_i64'),
  convert_s: converting('f64', 's'),
  convert_u: converting('f64', 'u'),
};

const { code: UNREACHABLE } = operator('unreachable');
const { code: DROP } = operator('drop');
const unreachable: Code = { kind: 'plain', type: null, code: UNREACHABLE, args: [] };

export const builder = {
  i32,
  i64,
  f32,
  f64,
  local: {
    get: (local: number, type: ValueType): Code => ({ kind: 'get', type, local }),
    set: (local: number, value: Code): Code => ({ kind: 'set', type: null, local, value }),
    tee: (local: number, value: Code, type: ValueType): Code => ({
      kind: 'tee',
      type,
      local,
      value,
    }),
  },
  memory: {
    copy: (to: Code, from: Code, size: Code): Code => ({
      kind: 'memory-copy',
      type: null,
      args: [to, from, size],
    }),
    fill: (to: Code, byte: Code, size: Code): Code => ({
      kind: 'memory-fill',
      type: null,
      args: [to, byte, size],
    }),
  },
  block: (label: string | null, body: readonly Code[], type: ResultType = null): Code => ({
    kind: 'block',
    type,
    label,
    body,
  }),
  loop: (label: string, body: Code): Code => ({ kind: 'loop', type: null, label, body: [body] }),
  if: (test: Code, then: Code, otherwise: Code | null = null, type: ResultType = null): Code => ({
    kind: 'if',
    type,
    test,
    then,
    otherwise,
  }),
  br: (label: string, test: Code | null = null): Code => ({
    kind: 'branch',
    type: null,
    label,
    test,
  }),
  switch: (labels: readonly string[], otherwise: string, index: Code): Code => ({
    kind: 'switch',
    type: null,
    labels,
    otherwise,
    index,
  }),
  return: (value: Code | null = null): Code => ({ kind: 'return', type: null, value }),
  call: (symbol: string, args: readonly Code[], type: ResultType): Code => ({
    kind: 'call',
    type,
    symbol,
    args,
  }),
  call_indirect: (
    index: Code,
    args: readonly Code[],
    params: readonly ValueType[],
    type: ResultType,
  ): Code => ({ kind: 'call-indirect', type, index, params, args }),
  select: (test: Code, then: Code, otherwise: Code): Code => ({
    kind: 'select',
    type: then.type,
    test,
    then,
    otherwise,
  }),
  drop: (value: Code): Code => ({ kind: 'plain', type: null, code: DROP, args: [value] }),
  unreachable: (): Code => unreachable,
};

export type Builder = typeof builder;
