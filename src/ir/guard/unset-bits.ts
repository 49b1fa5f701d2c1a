/**
 * Which bits of a result have no value, given which bits of the operands have none (after MemorySanitizer: E. Stepanov,
 * K. Serebryany, CGO 2015). Exact for bitwise operators, equality and constant shifts; sums and products spread to the
 * bits above; what is left counts as wholly without a value where any operand bit is. null: all bits have a value.
 */
import { binary, cast, i32, int, not, select, unary, width } from '../build.js';
import type { Expr, IntBinary, IntUnary, IntValueType, ValueType } from '../ir.js';

export type Unset = Expr | null;

/** The integer type that has a bit for each bit of a value. */
export function bitsOf(type: ValueType): IntValueType {
  return type === 'i32' || type === 'f32' ? 'i32' : 'i64';
}

const typeOf = (e: Expr): IntValueType => (e.type === 'i64' ? 'i64' : 'i32');

/** i32, 1 where some bit has no value. */
export function anyUnset(unset: Expr): Expr {
  const type = typeOf(unset);
  return binary('ne', type, unset, int(type, 0));
}

/** All bits of a result of `type`, where any of the operands has a bit without value. */
export function wholly(operands: readonly Unset[], type: ValueType): Unset {
  const any = joinedTests(operands);
  if (any === null) return null;
  const all = binary('sub', 'i32', i32(0), any);
  return bitsOf(type) === 'i32' ? all : cast('i64.extend_s', 'i64', all);
}

function joinedTests(operands: readonly Unset[]): Expr | null {
  let any: Expr | null = null;
  for (const unset of operands) {
    if (unset === null) continue;
    const test = anyUnset(unset);
    any = any === null ? test : binary('or', 'i32', any, test);
  }
  return any;
}

function either(type: IntValueType, a: Unset, b: Unset): Unset {
  if (a === null) return b;
  if (b === null) return a;
  return binary('or', type, a, b);
}

/** The lowest unset bit and all above it. */
function upwards(type: IntValueType, unset: Expr): Expr {
  return binary('or', type, unset, binary('sub', type, int(type, 0), unset));
}

const inverse = (type: IntValueType, e: Expr): Expr => binary('xor', type, e, int(type, -1));

/** Operands are cheap: they may be written several times. */
export function unsetOfUnary(op: IntUnary, of: IntValueType, value: Expr, unset: Unset): Unset {
  if (unset === null) return null;
  switch (op) {
    case 'as_pointer':
      return unset;
    case 'extend8_s':
    case 'extend16_s':
    case 'extend32_s':
      return unary(op, of, unset);
    case 'eqz':
      // a set bit that is 1 decides
      return binary(
        'and',
        'i32',
        anyUnset(unset),
        not(binary('and', of, value, inverse(of, unset))),
      );
    case 'clz':
    case 'ctz':
    case 'popcnt':
      return wholly([unset], of);
  }
}

export function unsetOfBinary(
  op: IntBinary,
  of: IntValueType,
  a: { readonly value: Expr; readonly unset: Unset },
  b: { readonly value: Expr; readonly unset: Unset },
): Unset {
  if (a.unset === null && b.unset === null) return null;
  switch (op) {
    case 'and': {
      const left = a.unset === null ? null : binary('and', of, a.unset, b.value);
      const right = b.unset === null ? null : binary('and', of, b.unset, a.value);
      const both =
        a.unset === null || b.unset === null ? null : binary('and', of, a.unset, b.unset);
      return either(of, either(of, left, right), both);
    }
    case 'or': {
      const left = a.unset === null ? null : binary('and', of, a.unset, inverse(of, b.value));
      const right = b.unset === null ? null : binary('and', of, b.unset, inverse(of, a.value));
      const both =
        a.unset === null || b.unset === null ? null : binary('and', of, a.unset, b.unset);
      return either(of, either(of, left, right), both);
    }
    case 'xor':
      return either(of, a.unset, b.unset);
    case 'add':
    case 'sub':
    case 'mul': {
      const unset = either(of, a.unset, b.unset);
      return unset === null ? null : upwards(of, unset);
    }
    case 'shl':
    case 'shr_s':
    case 'shr_u':
    case 'rotl': {
      const moved = a.unset === null ? null : binary(op, of, a.unset, b.value);
      return either(of, moved, wholly([b.unset], of));
    }
    case 'eq':
    case 'ne': {
      // set bits that differ decide
      const unset = either(of, a.unset, b.unset);
      if (unset === null) return null;
      const known = binary('and', of, binary('xor', of, a.value, b.value), inverse(of, unset));
      return binary('and', 'i32', anyUnset(unset), not(known));
    }
    case 'lt_s':
    case 'lt_u':
    case 'le_s':
    case 'le_u':
    case 'gt_s':
    case 'gt_u':
    case 'ge_s':
    case 'ge_u':
      return joinedTests([a.unset, b.unset]);
    case 'div_s':
    case 'div_u':
    case 'rem_s':
    case 'rem_u':
      return wholly([a.unset, b.unset], of);
  }
}

export function unsetOfSelect(
  type: ValueType,
  test: { readonly value: Expr; readonly unset: Unset },
  then: Unset,
  otherwise: Unset,
): Unset {
  const bits = bitsOf(type);
  const chosen =
    then === null && otherwise === null
      ? null
      : select(test.value, then ?? int(bits, 0), otherwise ?? int(bits, 0));
  return either(bits, chosen, wholly([test.unset], type));
}

export function allUnset(type: ValueType): Expr {
  const bits = bitsOf(type);
  return int(bits, width(bits) === 32 ? -1 : -1n);
}
