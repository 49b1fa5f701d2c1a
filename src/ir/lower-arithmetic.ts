/**
 * Arithmetic and comparison. Signed overflow wraps (the kernel is built with -fno-strict-overflow); a shift count outside
 * of the width, division by zero and INT_MIN / -1 stop the run (C11 6.5.5, 6.5.7).
 */
import type { Expr } from '../c/typed.js';
import type { Span } from '../c/ast.js';
import type { CType } from '../c/types.js';
import { binary, cast, floatBinary, floatUnary, i64, int, isTruth, width } from './build.js';
import type { Expr as IrExpr, FloatCompare, IntBinary, IntValueType } from './ir.js';
import { scalar, theScalar, type Lowering, type Value } from './lowering.js';
import { watchedArith, watchNegation } from './lower-strict.js';
import { integerOf } from './type-shape.js';
import { compareWide, complementWide, negateWide, wideArith } from './wide.js';

type Arith = Extract<Expr, { kind: 'arith' }>;

export function lowerArith(f: Lowering, e: Arith, left: Value, right: Value): Value {
  const integer = integerOf(e.type);
  if (left.kind === 'wide') {
    return wideArith(f, e.op, left, right, integer?.signed ?? false, e.span);
  }
  const a = theScalar(left);
  if (a.type === 'f32' || a.type === 'f64') return scalar(floatArith(e, a, theScalar(right)));
  const b = right.kind === 'wide' ? shiftCount(f, right) : theScalar(right);
  return scalar(integerArith(f, e.op, a, b, a.type, integer?.signed ?? false, e.span));
}

/** A 128-bit count for a narrower shift: its low half, or something too large. */
function shiftCount(f: Lowering, count: Extract<Value, { kind: 'wide' }>): IrExpr {
  const high = f.b.keep(count.high);
  const tooLarge = cast('i64.extend_s', 'i64', binary('ne', 'i64', high, i64(0)));
  return binary('or', 'i64', count.low, binary('sub', 'i64', i64(0), tooLarge));
}

function floatArith(e: Arith, a: IrExpr, b: IrExpr): IrExpr {
  const type = a.type === 'f32' ? 'f32' : 'f64';
  switch (e.op) {
    case '+':
      return floatBinary('add', type, a, b);
    case '-':
      return floatBinary('sub', type, a, b);
    case '*':
      return floatBinary('mul', type, a, b);
    case '/':
      return floatBinary('div', type, a, b);
    default:
      throw new Error(`${e.op} of floating operands, which the checker refuses`);
  }
}

const PLAIN = { '+': 'add', '-': 'sub', '*': 'mul' } as const;

export function integerArith(
  f: Lowering,
  op: Arith['op'],
  a: IrExpr,
  b: IrExpr,
  type: IntValueType,
  signed: boolean,
  span: Span,
): IrExpr {
  switch (op) {
    case '+':
    case '-':
    case '*': {
      const watched = signed ? watchedArith(f, op, a, b, type, span) : null;
      return watched ?? binary(PLAIN[op], type, a, b);
    }
    case '&':
      return binary('and', type, a, b);
    case '|':
      return binary('or', type, a, b);
    case '^':
      return binary('xor', type, a, b);
    case '<<':
      return binary('shl', type, a, checkedCount(f, b, type, span));
    case '>>':
      return binary(signed ? 'shr_s' : 'shr_u', type, a, checkedCount(f, b, type, span));
    case '/':
    case '%':
      return divide(f, op, a, b, type, signed, span);
  }
}

/** The count as the shifted type, known to be smaller than its width. */
export function checkedCount(
  f: Lowering,
  count: IrExpr,
  type: IntValueType,
  span: Span,
  bits: number = width(type),
): IrExpr {
  const of: IntValueType = count.type === 'i64' ? 'i64' : 'i32';
  let safe = count;
  if (count.kind !== 'int' || count.value < 0n || count.value >= BigInt(bits)) {
    if (!alwaysBelow(count, BigInt(bits))) {
      safe = f.b.keep(count);
      f.b.emit({
        kind: 'trap-if',
        test: binary('ge_u', of, safe, int(of, bits)),
        trap: 'bad-shift',
        argument: of === 'i32' ? cast('i64.extend_s', 'i64', safe) : safe,
        site: f.site(span),
      });
    }
  }
  if (of === type) return safe;
  return of === 'i32' ? cast('i64.extend_u', 'i64', safe) : cast('i32.wrap', 'i32', safe);
}

/** `x & 31` needs no check as a shift count. */
function alwaysBelow(e: IrExpr, bound: bigint): boolean {
  switch (e.kind) {
    case 'int':
      return e.value >= 0n && e.value < bound;
    case 'int-binary':
      if (e.op === 'and') {
        return (
          (e.right.kind === 'int' && alwaysBelow(e.right, bound)) ||
          (e.left.kind === 'int' && alwaysBelow(e.left, bound))
        );
      }
      return isTruth(e);
    case 'cast':
      return (e.op === 'i64.extend_u' || e.op === 'i64.extend_s') && alwaysBelow(e.value, bound);
    default:
      return false;
  }
}

function divide(
  f: Lowering,
  op: '/' | '%',
  a: IrExpr,
  b: IrExpr,
  type: IntValueType,
  signed: boolean,
  span: Span,
): IrExpr {
  const constant = b.kind === 'int' ? b.value : null;
  let left = a;
  let right = b;
  if (constant === null || constant === 0n) {
    right = f.b.keep(b);
    f.b.emit({
      kind: 'trap-if',
      test: binary('eq', type, right, int(type, 0)),
      trap: 'division-by-zero',
      argument: null,
      site: f.site(span),
    });
  }
  if (signed && (constant === null || constant === -1n)) {
    left = f.b.keep(a);
    const lowest = int(type, -(1n << BigInt(width(type) - 1)));
    f.b.emit({
      kind: 'trap-if',
      test: binary(
        'and',
        'i32',
        binary('eq', type, right, int(type, -1)),
        binary('eq', type, left, lowest),
      ),
      trap: 'division-overflow',
      argument: null,
      site: f.site(span),
    });
  }
  const operation: IntBinary =
    op === '/' ? (signed ? 'div_s' : 'div_u') : signed ? 'rem_s' : 'rem_u';
  return binary(operation, type, left, right);
}

export function negate(f: Lowering, value: Value, type: CType, span: Span): Value {
  if (value.kind === 'wide') return negateWide(f, value);
  const e = theScalar(value);
  if (e.type === 'f32' || e.type === 'f64') return scalar(floatUnary('neg', e.type, e));
  const kept = f.strict ? f.b.keep(e) : e;
  if (integerOf(type)?.signed === true) watchNegation(f, kept, e.type, span);
  return scalar(binary('sub', e.type, int(e.type, 0), kept));
}

export function complement(value: Value): Value {
  if (value.kind === 'wide') return complementWide(value);
  const e = theScalar(value);
  if (e.type === 'f32' || e.type === 'f64') throw new Error('~ of a floating value');
  return scalar(binary('xor', e.type, e, int(e.type, -1)));
}

const FLOAT_COMPARES: Readonly<Record<string, FloatCompare>> = {
  '==': 'eq',
  '!=': 'ne',
  '<': 'lt',
  '<=': 'le',
  '>': 'gt',
  '>=': 'ge',
};

export function lowerCompare(
  f: Lowering,
  e: Extract<Expr, { kind: 'compare' }>,
  left: Value,
  right: Value,
): IrExpr {
  const signed = integerOf(e.left.type)?.signed ?? false;
  if (left.kind === 'wide' && right.kind === 'wide') {
    return compareWide(f, e.op, left, right, signed);
  }
  const a = theScalar(left);
  const b = theScalar(right);
  if (a.type === 'f32' || a.type === 'f64') {
    return floatBinary(FLOAT_COMPARES[e.op] ?? 'eq', a.type, a, b);
  }
  return binary(intCompare(e.op, signed), a.type, a, b);
}

export function intCompare(
  op: Extract<Expr, { kind: 'compare' }>['op'],
  signed: boolean,
): IntBinary {
  switch (op) {
    case '==':
      return 'eq';
    case '!=':
      return 'ne';
    case '<':
      return signed ? 'lt_s' : 'lt_u';
    case '<=':
      return signed ? 'le_s' : 'le_u';
    case '>':
      return signed ? 'gt_s' : 'gt_u';
    case '>=':
      return signed ? 'ge_s' : 'ge_u';
  }
}
