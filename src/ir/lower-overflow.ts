/**
 * `__builtin_add_overflow` and its kin: the exact result, stored in the pointee's type, and whether it does not fit.
 * Computed in 128 bits, which hold every sum, difference and product of 64-bit operands of which one is signed;
 * the product of two unsigned ones is judged by its high half.
 */
import type { CType } from '../c/types.js';
import { binary, i64 } from './build.js';
import type { Expr as IrExpr } from './ir.js';
import type { Builtin } from './lower-builtin.js';
import { lowerArguments } from './lower-call.js';
import { convert } from './lower-conversion.js';
import { pointedAt, writeMemory } from './lower-place.js';
import { scalar, theScalar, type Lowering, type Value } from './lowering.js';
import { integerOf, sizeOf } from './type-shape.js';
import { addWide, compareWide, mulWide, subWide, type Wide } from './wide.js';

const INT128: CType = { kind: 'int', name: '__int128', bits: 128, signed: true };

export function lowerOverflow(f: Lowering, e: Builtin): Value | null {
  const match = /^(add|sub|mul)_overflow(_p)?$/.exec(e.name);
  const [a, b, third] = e.args;
  if (match === null || a === undefined || b === undefined || third === undefined) return null;
  const target =
    match[2] === undefined && third.type.kind === 'pointer' ? third.type.to : third.type;
  const types = [a.type, b.type, target].map(integerOf);
  if (types.some((type) => type === null || type.bits === 128)) {
    f.unsupported(e.span, `__builtin_${e.name} on these types`);
    return f.standIn(e);
  }
  const values = lowerArguments(f, e.args).map((value) => f.keep(value));
  const [first, second, pointer] = values;
  if (first === undefined || second === undefined || pointer === undefined) return null;
  const left = widened(f, first, a.type);
  const right = widened(f, second, b.type);
  const operation = match[1] === 'add' ? addWide : match[1] === 'sub' ? subWide : mulWide;
  const exact = f.keep(operation(f, left, right));
  if (exact.kind !== 'wide') throw new Error('a 128-bit value was expected');
  const result = f.keep(convert(f, exact, INT128, target));
  if (match[2] === undefined) {
    const address = pointedAt(f, theScalar(pointer), sizeOf(target), third);
    writeMemory(f, address, target, result);
  }
  let overflow: IrExpr = compareWide(f, '!=', exact, widened(f, result, target), true);
  if (match[1] === 'mul' && types[0]?.signed === false && types[1]?.signed === false) {
    overflow = binary('or', 'i32', overflow, binary('lt_s', 'i64', exact.high, i64(0)));
  }
  return scalar(f.b.keep(overflow));
}

function widened(f: Lowering, value: Value, type: CType): Wide {
  const wide = f.keep(convert(f, value, type, INT128));
  if (wide.kind !== 'wide') throw new Error('a 128-bit value was expected');
  return wide;
}
