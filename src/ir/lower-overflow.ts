/**
 * `__builtin_add_overflow` and its kin: the exact result, stored in the pointee's type, and whether it does not fit.
 * Computed in 128 bits, which hold every sum, difference and product of 64-bit operands of which one is signed;
 * the product of two unsigned ones is judged by its high half.
 */
import type { CType } from '../c/types.js';
import { binary, i64, truth } from './build.js';
import type { Expr as IrExpr } from './ir.js';
import type { Builtin } from './lower-builtin.js';
import { lowerArguments } from './lower-call.js';
import { convert } from './lower-conversion.js';
import {
  difference,
  exactDifference,
  exactly,
  exactProduct,
  exactSum,
} from './lower-overflow-wide.js';
import { pointedAt, writeMemory } from './lower-place.js';
import { scalar, theScalar, type Lowering, type Value } from './lowering.js';
import { integerOf, sizeOf } from './type-shape.js';
import { addWide, compareWide, mulWide, subWide, type Wide } from './wide.js';

const INT128: CType = { kind: 'int', name: '__int128', bits: 128, signed: true };

interface Operand {
  readonly value: Value;
  readonly type: CType;
}

interface Checked {
  readonly result: Value;
  /** An i32, not zero where the exact result does not fit. */
  readonly overflow: IrExpr;
}

export function lowerOverflow(f: Lowering, e: Builtin): Value | null {
  const match = /^(add|sub|mul)_overflow(_p)?$/.exec(e.name);
  const [a, b, third] = e.args;
  if (match === null || a === undefined || b === undefined || third === undefined) return null;
  const target =
    match[2] === undefined && third.type.kind === 'pointer' ? third.type.to : third.type;
  const types = [a.type, b.type, target].map(integerOf);
  if (types.includes(null)) throw new Error(`${e.name} of what the checker refuses`);
  const values = lowerArguments(f, e.args).map((value) => f.keep(value));
  const [first, second, pointer] = values;
  if (first === undefined || second === undefined || pointer === undefined) return null;
  const compute = types.some((type) => type?.bits === 128) ? inThreeWords : inTwoWords;
  const { result, overflow } = compute(
    f,
    match[1] ?? 'add',
    { value: first, type: a.type },
    { value: second, type: b.type },
    target,
  );
  if (match[2] === undefined) {
    const address = pointedAt(f, theScalar(pointer), sizeOf(target), third);
    writeMemory(f, address, target, result);
  }
  return scalar(f.b.keep(overflow));
}

function inTwoWords(f: Lowering, name: string, a: Operand, b: Operand, target: CType): Checked {
  const left = widened(f, a.value, a.type);
  const right = widened(f, b.value, b.type);
  const operation = name === 'add' ? addWide : name === 'sub' ? subWide : mulWide;
  const exact = f.keep(operation(f, left, right));
  if (exact.kind !== 'wide') throw new Error('a 128-bit value was expected');
  const result = f.keep(convert(f, exact, INT128, target));
  let overflow: IrExpr = compareWide(f, '!=', exact, widened(f, result, target), true);
  if (name === 'mul' && !isSigned(a.type) && !isSigned(b.type)) {
    overflow = binary('or', 'i32', overflow, binary('lt_s', 'i64', exact.high, i64(0)));
  }
  return { result, overflow: f.b.keep(overflow) };
}

function inThreeWords(f: Lowering, name: string, a: Operand, b: Operand, target: CType): Checked {
  const left = exactly(f, widened(f, a.value, a.type), isSigned(a.type));
  const right = exactly(f, widened(f, b.value, b.type), isSigned(b.type));
  let beyond: IrExpr = i64(0);
  let exact = left;
  if (name === 'mul') ({ product: exact, beyond } = exactProduct(f, left, right));
  else exact = name === 'add' ? exactSum(f, left, right) : exactDifference(f, left, right);
  const whole: Wide = { kind: 'wide', low: exact.low, high: exact.high };
  const result = f.keep(convert(f, whole, INT128, target));
  const back = exactly(f, widened(f, result, target), isSigned(target));
  const overflow = truth(binary('or', 'i64', beyond, difference(exact, back)));
  return { result, overflow: f.b.keep(overflow) };
}

function isSigned(type: CType): boolean {
  return integerOf(type)?.signed === true;
}

function widened(f: Lowering, value: Value, type: CType): Wide {
  const wide = f.keep(convert(f, value, type, INT128));
  if (wide.kind !== 'wide') throw new Error('a 128-bit value was expected');
  return wide;
}
