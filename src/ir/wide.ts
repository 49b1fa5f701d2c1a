/** __int128 as two 64-bit halves. Division is in the run-time support. */
import type { Expr } from '../c/typed.js';
import type { Span } from '../c/ast.js';
import { binary, cast, i64, not, select } from './build.js';
import type { Expr as IrExpr } from './ir.js';
import { intCompare } from './lower-arithmetic.js';
import { callRuntime } from './lower-runtime.js';
import type { Lowering, Value } from './lowering.js';

export interface Wide {
  readonly kind: 'wide';
  readonly low: IrExpr;
  readonly high: IrExpr;
}

const wide = (low: IrExpr, high: IrExpr): Wide => ({ kind: 'wide', low, high });

function kept(f: Lowering, value: Value): Wide {
  const safe = f.keep(value);
  if (safe.kind !== 'wide') throw new Error('a 128-bit value was expected');
  return safe;
}

const extend = (truth: IrExpr): IrExpr => cast('i64.extend_u', 'i64', truth);

export function addWide(f: Lowering, a: Wide, b: Wide): Wide {
  const x = kept(f, a);
  const y = kept(f, b);
  const low = f.b.keep(binary('add', 'i64', x.low, y.low));
  const carry = extend(binary('lt_u', 'i64', low, x.low));
  return wide(low, binary('add', 'i64', binary('add', 'i64', x.high, y.high), carry));
}

export function subWide(f: Lowering, a: Wide, b: Wide): Wide {
  const x = kept(f, a);
  const y = kept(f, b);
  const borrow = extend(binary('lt_u', 'i64', x.low, y.low));
  return wide(
    binary('sub', 'i64', x.low, y.low),
    binary('sub', 'i64', binary('sub', 'i64', x.high, y.high), borrow),
  );
}

export function negateWide(f: Lowering, value: Wide): Wide {
  return subWide(f, wide(i64(0), i64(0)), value);
}

export function complementWide(value: Wide): Wide {
  return wide(binary('xor', 'i64', value.low, i64(-1)), binary('xor', 'i64', value.high, i64(-1)));
}

/** The full product of two unsigned 64-bit values. */
export function mulHigh(f: Lowering, a: IrExpr, b: IrExpr): IrExpr {
  return callRuntime(f, 'mul_high', [a, b], 'i64');
}

export function mulWide(f: Lowering, a: Wide, b: Wide): Wide {
  const x = kept(f, a);
  const y = kept(f, b);
  const cross = binary(
    'add',
    'i64',
    binary('mul', 'i64', x.low, y.high),
    binary('mul', 'i64', x.high, y.low),
  );
  return wide(
    binary('mul', 'i64', x.low, y.low),
    binary('add', 'i64', mulHigh(f, x.low, y.low), cross),
  );
}

export function compareWide(
  f: Lowering,
  op: Extract<Expr, { kind: 'compare' }>['op'],
  a: Wide,
  b: Wide,
  signed: boolean,
): IrExpr {
  const x = kept(f, a);
  const y = kept(f, b);
  if (op === '==' || op === '!=') {
    const difference = binary(
      'or',
      'i64',
      binary('xor', 'i64', x.low, y.low),
      binary('xor', 'i64', x.high, y.high),
    );
    return binary(op === '==' ? 'eq' : 'ne', 'i64', difference, i64(0));
  }
  return select(
    binary('eq', 'i64', x.high, y.high),
    binary(intCompare(op, false), 'i64', x.low, y.low),
    binary(intCompare(op, signed), 'i64', x.high, y.high),
  );
}

function shift(f: Lowering, op: '<<' | '>>', value: Wide, count: IrExpr, signed: boolean): Wide {
  const v = kept(f, value);
  const n = f.b.keep(count); // i64, below 128
  const large = binary('ge_u', 'i64', n, i64(64)); // Wasm takes counts modulo 64
  const none = binary('eq', 'i64', n, i64(0));
  const back = binary('sub', 'i64', i64(64), n);
  if (op === '<<') {
    const over = select(none, i64(0), binary('shr_u', 'i64', v.low, back));
    const shifted = f.b.keep(binary('shl', 'i64', v.low, n));
    return wide(
      select(large, i64(0), shifted),
      select(large, shifted, binary('or', 'i64', binary('shl', 'i64', v.high, n), over)),
    );
  }
  const over = select(none, i64(0), binary('shl', 'i64', v.high, back));
  const shifted = f.b.keep(binary(signed ? 'shr_s' : 'shr_u', 'i64', v.high, n));
  const fill = signed ? binary('shr_s', 'i64', v.high, i64(63)) : i64(0);
  return wide(
    select(large, shifted, binary('or', 'i64', binary('shr_u', 'i64', v.low, n), over)),
    select(large, fill, shifted),
  );
}

export function wideArith(
  f: Lowering,
  op: Extract<Expr, { kind: 'arith' }>['op'],
  a: Wide,
  right: Value,
  signed: boolean,
  span: Span,
): Wide {
  if (op === '<<' || op === '>>') return shift(f, op, a, wideCount(f, right, span), signed);
  if (right.kind !== 'wide') throw new Error('a 128-bit operand was expected');
  const bitwise = (name: 'and' | 'or' | 'xor'): Wide =>
    wide(binary(name, 'i64', a.low, right.low), binary(name, 'i64', a.high, right.high));
  switch (op) {
    case '+':
      return addWide(f, a, right);
    case '-':
      return subWide(f, a, right);
    case '*':
      return mulWide(f, a, right);
    case '&':
      return bitwise('and');
    case '|':
      return bitwise('or');
    case '^':
      return bitwise('xor');
    case '/':
    case '%':
      return divideWide(f, op, kept(f, a), kept(f, right), signed, span);
  }
}

function wideCount(f: Lowering, right: Value, span: Span): IrExpr {
  let count: IrExpr;
  if (right.kind === 'wide') {
    const high = f.b.keep(right.high);
    const all = cast('i64.extend_s', 'i64', binary('ne', 'i64', high, i64(0)));
    count = binary('or', 'i64', right.low, binary('sub', 'i64', i64(0), all));
  } else if (right.kind === 'scalar') {
    count = right.expr.type === 'i32' ? cast('i64.extend_s', 'i64', right.expr) : right.expr;
  } else throw new Error('a shift count was expected');
  if (count.kind === 'int' && count.value >= 0n && count.value < 128n) return count;
  const safe = f.b.keep(count);
  f.b.emit({
    kind: 'trap-if',
    test: binary('ge_u', 'i64', safe, i64(128)),
    trap: 'bad-shift',
    argument: safe,
    site: f.site(span),
  });
  return safe;
}

function divideWide(
  f: Lowering,
  op: '/' | '%',
  a: Wide,
  b: Wide,
  signed: boolean,
  span: Span,
): Wide {
  f.b.emit({
    kind: 'trap-if',
    test: not(binary('or', 'i64', b.low, b.high)),
    trap: 'division-by-zero',
    argument: null,
    site: f.site(span),
  });
  if (signed) {
    const lowest = binary('and', 'i32', not(a.low), binary('eq', 'i64', a.high, i64(-(1n << 63n))));
    const minusOne = binary('eq', 'i64', binary('and', 'i64', b.low, b.high), i64(-1));
    f.b.emit({
      kind: 'trap-if',
      test: binary('and', 'i32', lowest, minusOne),
      trap: 'division-overflow',
      argument: null,
      site: f.site(span),
    });
  }
  const name = `${signed ? 'i' : 'u'}128_${op === '/' ? 'div' : 'rem'}`;
  const low = callRuntime(f, name, [a.low, a.high, b.low, b.high], 'i64');
  const high = callRuntime(f, 'high', [], 'i64');
  return wide(low, high);
}
