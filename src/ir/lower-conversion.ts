/**
 * Conversions between scalar types (C11 6.3). A value narrower than 32 bits is held in an i32, always sign- or
 * zero-extended from its own width. Float to integer out of range is undefined in C; here it does what gcc's x86-64
 * instructions do where that is cheap (unsigned targets go through the signed 64-bit one) and saturates elsewhere.
 */
import type { CType } from '../c/types.js';
import { binary, cast, float, floatBinary, i32, i64, select, unary } from './build.js';
import type { Expr, FloatValueType, ValueType } from './ir.js';
import { truthOf } from './lower-expression.js';
import { callRuntime } from './lower-runtime.js';
import { NOTHING, scalar, theScalar, type Lowering, type Value } from './lowering.js';
import { integerOf, shapeOf } from './type-shape.js';

interface Integer {
  readonly bits: number;
  readonly signed: boolean;
}

export function convert(f: Lowering, value: Value, from: CType, to: CType): Value {
  if (to.kind === 'void') return NOTHING;
  if (value.kind === 'record' || value.kind === 'none') return value;
  if (to.kind === 'bool') return scalar(truthOf(value));
  const target = integerOf(to);
  const source = integerOf(from);
  if (target !== null) {
    if (source !== null) {
      const made = integerToInteger(f, value, source, target);
      const isNew = f.strict && to.kind === 'pointer' && from.kind !== 'pointer';
      return isNew && made.kind === 'scalar' ? scalar(unary('as_pointer', 'i64', made.expr)) : made;
    }
    return floatToInteger(f, theScalar(value), target);
  }
  const shape = shapeOf(to);
  if (shape.kind !== 'scalar' || (shape.type !== 'f32' && shape.type !== 'f64')) return value;
  if (source !== null) return scalar(integerToFloat(f, value, source, shape.type));
  return scalar(floatToFloat(theScalar(value), shape.type));
}

/** Brings an i32 into the range of a type narrower than that. */
export function normalise(value: Expr, to: Integer): Expr {
  if (to.bits >= 32) return value;
  if (value.kind === 'int') {
    const bits = to.bits;
    return i32(to.signed ? BigInt.asIntN(bits, value.value) : BigInt.asUintN(bits, value.value));
  }
  if (!to.signed) return binary('and', 'i32', value, i32(to.bits === 8 ? 0xff : 0xffff));
  return unary(to.bits === 8 ? 'extend8_s' : 'extend16_s', 'i32', value);
}

function integerToInteger(f: Lowering, value: Value, from: Integer, to: Integer): Value {
  if (to.bits === 128) {
    if (value.kind === 'wide') return value;
    const low = extend(theScalar(value), from.signed);
    if (!from.signed) return { kind: 'wide', low, high: i64(0) };
    const kept = f.b.keep(low);
    return { kind: 'wide', low: kept, high: binary('shr_s', 'i64', kept, i64(63)) };
  }
  const expr = value.kind === 'wide' ? value.low : theScalar(value);
  if (to.bits === 64) return scalar(extend(expr, from.signed));
  const narrow = expr.type === 'i64' ? cast('i32.wrap', 'i32', expr) : expr;
  const fits =
    from.bits < to.bits
      ? !from.signed || to.signed
      : from.bits === to.bits && from.signed === to.signed;
  return scalar(fits ? narrow : normalise(narrow, to));
}

export function extend(value: Expr, signed: boolean): Expr {
  return value.type === 'i32'
    ? cast(signed ? 'i64.extend_s' : 'i64.extend_u', 'i64', value)
    : value;
}

function floatToInteger(f: Lowering, value: Expr, to: Integer): Value {
  if (to.bits === 128) {
    const wide = floatToFloat(value, 'f64');
    const low = callRuntime(f, to.signed ? 'f64_to_i128' : 'f64_to_u128', [wide], 'i64');
    const high = callRuntime(f, 'high', [], 'i64');
    return { kind: 'wide', low, high };
  }
  if (to.bits === 64 && !to.signed) {
    const kept = f.b.keep(value);
    const type: FloatValueType = kept.type === 'f32' ? 'f32' : 'f64';
    const small = floatBinary('lt', type, kept, float(type, 2 ** 63));
    return scalar(select(small, cast('trunc_s', 'i64', kept), cast('trunc_u', 'i64', kept)));
  }
  if (to.bits === 64) return scalar(cast('trunc_s', 'i64', value));
  if (to.bits === 32 && to.signed) return scalar(cast('trunc_s', 'i32', value));
  return scalar(normalise(cast('i32.wrap', 'i32', cast('trunc_s', 'i64', value)), to));
}

function integerToFloat(f: Lowering, value: Value, from: Integer, to: FloatValueType): Expr {
  if (value.kind === 'wide') {
    const name = `${from.signed ? 'i' : 'u'}128_to_${to}`;
    return callRuntime(f, name, [value.low, value.high], to);
  }
  return cast(from.signed || from.bits < 32 ? 'convert_s' : 'convert_u', to, theScalar(value));
}

function floatToFloat(value: Expr, to: FloatValueType): Expr {
  if (value.type === to) return value;
  return cast(to === 'f32' ? 'f32.demote' : 'f64.promote', to, value);
}

/** How a value of wasm type `from` becomes `to` when a call and a definition disagree about a parameter. */
export function adapt(value: Expr, to: ValueType): Expr {
  const from = value.type;
  if (from === to) return value;
  if (from === 'i32' && to === 'i64') return cast('i64.extend_s', 'i64', value);
  if (from === 'i64' && to === 'i32') return cast('i32.wrap', 'i32', value);
  if (from === 'f32' && to === 'f64') return cast('f64.promote', 'f64', value);
  if (from === 'f64' && to === 'f32') return cast('f32.demote', 'f32', value);
  return to === 'i32' ? i32(0) : to === 'i64' ? i64(0) : float(to, 0);
}
