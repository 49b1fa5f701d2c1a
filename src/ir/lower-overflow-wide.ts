/**
 * Checked sums, differences and products where an operand or the result is __int128. The exact value is held in three
 * words, 192 bits in two's complement; a product is made of magnitudes, and one that needs more than 128 bits overflows.
 */
import { binary, cast, i64, select, truth } from './build.js';
import type { Expr } from './ir.js';
import type { Lowering } from './lowering.js';
import { mulHigh, negateWide, type Wide } from './wide.js';

interface Exact {
  readonly low: Expr;
  readonly high: Expr;
  /** Sign words beyond 128 bits. */
  readonly top: Expr;
}

const add = (a: Expr, b: Expr): Expr => binary('add', 'i64', a, b);
const sub = (a: Expr, b: Expr): Expr => binary('sub', 'i64', a, b);
const or = (a: Expr, b: Expr): Expr => binary('or', 'i64', a, b);
const bit = (test: Expr): Expr => cast('i64.extend_u', 'i64', test);

/** A 128-bit value of a signed or unsigned type, exactly. */
export function exactly(f: Lowering, value: Wide, signed: boolean): Exact {
  const high = f.b.keep(value.high);
  return {
    low: f.b.keep(value.low),
    high,
    top: signed ? binary('shr_s', 'i64', high, i64(63)) : i64(0),
  };
}

export function exactSum(f: Lowering, a: Exact, b: Exact): Exact {
  const low = f.b.keep(add(a.low, b.low));
  const half = f.b.keep(add(a.high, b.high));
  const high = f.b.keep(add(half, bit(binary('lt_u', 'i64', low, a.low))));
  const carry = add(
    bit(binary('lt_u', 'i64', half, a.high)),
    bit(binary('lt_u', 'i64', high, half)),
  );
  return { low, high, top: f.b.keep(add(add(a.top, b.top), carry)) };
}

export function exactDifference(f: Lowering, a: Exact, b: Exact): Exact {
  const low = f.b.keep(sub(a.low, b.low));
  const half = f.b.keep(sub(a.high, b.high));
  const borrow = f.b.keep(bit(binary('lt_u', 'i64', a.low, b.low)));
  const high = f.b.keep(sub(half, borrow));
  const taken = add(
    bit(binary('lt_u', 'i64', a.high, b.high)),
    bit(binary('lt_u', 'i64', half, borrow)),
  );
  return { low, high, top: f.b.keep(sub(sub(a.top, b.top), taken)) };
}

function magnitude(f: Lowering, value: Exact): { readonly negative: Expr; readonly size: Wide } {
  const negative = f.b.keep(binary('lt_s', 'i64', value.top, i64(0)));
  const negated = negateWide(f, { kind: 'wide', low: value.low, high: value.high });
  return {
    negative,
    size: {
      kind: 'wide',
      low: f.b.keep(select(negative, negated.low, value.low)),
      high: f.b.keep(select(negative, negated.high, value.high)),
    },
  };
}

/** The product, and a value that is not zero where it needs more than 128 bits. */
export function exactProduct(
  f: Lowering,
  a: Exact,
  b: Exact,
): { readonly product: Exact; readonly beyond: Expr } {
  const x = magnitude(f, a);
  const y = magnitude(f, b);
  const low = f.b.keep(binary('mul', 'i64', x.size.low, y.size.low));
  const first = f.b.keep(mulHigh(f, x.size.low, y.size.low));
  const second = f.b.keep(binary('mul', 'i64', x.size.high, y.size.low));
  const third = f.b.keep(binary('mul', 'i64', x.size.low, y.size.high));
  const partial = f.b.keep(add(first, second));
  const high = f.b.keep(add(partial, third));
  const beyond = [
    bit(binary('and', 'i32', truth(x.size.high), truth(y.size.high))),
    mulHigh(f, x.size.high, y.size.low),
    mulHigh(f, x.size.low, y.size.high),
    bit(binary('lt_u', 'i64', partial, first)),
    bit(binary('lt_u', 'i64', high, partial)),
  ].reduce(or);
  const negative = f.b.keep(
    binary('and', 'i32', binary('ne', 'i32', x.negative, y.negative), truth(or(low, high))),
  );
  const negated = negateWide(f, { kind: 'wide', low, high });
  return {
    product: {
      low: f.b.keep(select(negative, negated.low, low)),
      high: f.b.keep(select(negative, negated.high, high)),
      top: f.b.keep(sub(i64(0), bit(negative))),
    },
    beyond,
  };
}

/** Not zero where the two differ. */
export function difference(a: Exact, b: Exact): Expr {
  const xor = (x: Expr, y: Expr): Expr => binary('xor', 'i64', x, y);
  return or(or(xor(a.low, b.low), xor(a.high, b.high)), xor(a.top, b.top));
}
