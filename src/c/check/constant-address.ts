/**
 * Constant expressions of static initialisers (C11 6.6p7–9): numbers, or the address of an object or function plus a number.
 */
import type { Expr, FunctionRef, Global, LValue } from '../typed.js';
import type { CType } from '../types.js';
import { isConst, isVolatile, representation, wrapped } from './basic-types.js';
import type { Context, GlobalState } from './entities.js';
import { sizeOf } from './layout.js';
import { stringBytes } from './string-bytes.js';

export type StaticValue =
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'address'; readonly target: Global | FunctionRef; readonly addend: bigint };

export function staticValue(context: Context, expr: Expr): StaticValue | null {
  switch (expr.kind) {
    case 'int':
      return { kind: 'int', value: expr.value };
    case 'float':
      return { kind: 'float', value: expr.value };
    case 'function-address':
      return { kind: 'address', target: expr.function, addend: 0n };
    case 'address':
      return addressOf(context, expr.of);
    case 'convert':
      return converted(staticValue(context, expr.operand), expr.operand.type, expr.type);
    case 'pointer-add': {
      if (expr.index.kind !== 'int' || typeof expr.scale !== 'number') return null;
      return plus(staticValue(context, expr.pointer), expr.index.value * BigInt(expr.scale));
    }
    case 'arith':
      return arithmetic(context, expr);
    case 'comma':
      return null;
    case 'load':
      return loaded(context, expr.from, expr.type);
    case 'conditional': {
      const test = staticValue(context, expr.test);
      if (test === null) return null;
      const truth =
        test.kind === 'address' || (test.kind === 'int' ? test.value !== 0n : test.value !== 0);
      return staticValue(context, truth ? expr.then : expr.otherwise);
    }
    case 'pointer-difference':
    case 'compare':
    case 'not':
    case 'negate':
    case 'complement':
    case 'and':
    case 'or':
    case 'elvis':
    case 'once':
    case 'assign':
    case 'compound-assign':
    case 'call':
    case 'builtin':
    case 'va-start':
    case 'va-end':
    case 'va-copy':
    case 'va-arg':
    case 'statement':
    case 'label-address':
      return null;
  }
}

function plus(value: StaticValue | null, by: bigint): StaticValue | null {
  if (value === null || value.kind === 'float') return null;
  if (value.kind === 'address') return { ...value, addend: BigInt.asIntN(64, value.addend + by) };
  return { kind: 'int', value: BigInt.asUintN(64, value.value + by) };
}

function addressOf(context: Context, lvalue: LValue): StaticValue | null {
  switch (lvalue.kind) {
    case 'global':
    case 'string':
      return { kind: 'address', target: lvalue.global, addend: 0n };
    case 'field':
      return plus(addressOf(context, lvalue.base), BigInt(lvalue.offset));
    case 'deref':
      return staticValue(context, lvalue.pointer);
    case 'local':
    case 'bitfield':
    case 'compound-literal':
    case 'temporary':
      return null;
  }
}

function converted(value: StaticValue | null, from: CType, to: CType): StaticValue | null {
  if (value === null) return null;
  if (value.kind === 'address') return sizeOf(to) === 8 && to.kind !== 'float' ? value : null;
  if (value.kind === 'float') {
    return to.kind === 'float'
      ? { kind: 'float', value: to.bits === 32 ? Math.fround(value.value) : value.value }
      : null;
  }
  const base = representation(to);
  if (to.kind === 'pointer') return { kind: 'int', value: BigInt.asUintN(64, value.value) };
  if (to.kind === 'bool') return { kind: 'int', value: value.value === 0n ? 0n : 1n };
  if (to.kind === 'float' && from.kind !== 'pointer')
    return { kind: 'float', value: Number(value.value) };
  return base === null ? null : { kind: 'int', value: wrapped(base, value.value) };
}

/** Sums with an address that was cast to an integer (`(long)&x + 4`). */
function arithmetic(context: Context, expr: Expr & { readonly kind: 'arith' }): StaticValue | null {
  if (sizeOf(expr.type) !== 8) return null;
  const left = staticValue(context, expr.left);
  const right = staticValue(context, expr.right);
  if (left?.kind === 'address' && right?.kind === 'int') {
    if (expr.op === '+') return plus(left, right.value);
    if (expr.op === '-') return plus(left, -right.value);
  }
  if (left?.kind === 'int' && right?.kind === 'address' && expr.op === '+')
    return plus(right, left.value);
  if (
    left?.kind === 'address' &&
    right?.kind === 'address' &&
    expr.op === '-' &&
    left.target === right.target
  ) {
    return { kind: 'int', value: left.addend - right.addend };
  }
  return null;
}

/** gcc takes the value of a const object, and a character of a string literal. */
function loaded(context: Context, from: LValue, type: CType): StaticValue | null {
  const size = sizeOf(type);
  const base = representation(type);
  if (size === null || base === null) return null;
  let bytes: Uint8Array | null = null;
  if (from.kind === 'deref') {
    bytes = stringBytes(from.pointer);
  } else if (from.kind === 'global' && isConst(from.type) && !isVolatile(from.type)) {
    const global = from.global as GlobalState;
    context.unit.finish(global);
    if (global.init === null || global.init.relocations.length > 0) return null;
    bytes = global.init.bytes;
  }
  if (bytes === null || bytes.length < size) return null;
  let value = 0n;
  for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] ?? 0);
  return { kind: 'int', value: wrapped(base, value) };
}
