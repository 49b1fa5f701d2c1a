/**
 * Variable arguments. A va_list is 24 bytes, as in the SysV ABI, so that records that hold one have their layout; only the
 * first eight are used: the address of the next argument in the caller's area.
 */
import type { Expr } from '../c/typed.js';
import { binary, i64, local } from './build.js';
import type { Address } from './ir.js';
import { roundUp } from './lower-call.js';
import { lowerPair, lowerScalar } from './lower-expression.js';
import { pointedAt, readMemory } from './lower-place.js';
import { theScalar, type Lowering, type Value } from './lowering.js';
import { sizeOf } from './type-shape.js';

function cursor(f: Lowering, list: Expr): Address {
  return pointedAt(f, f.b.keep(lowerScalar(f, list)), 8, list);
}

export function lowerVaStart(f: Lowering, e: Extract<Expr, { kind: 'va-start' | 'va-end' }>): void {
  const address = cursor(f, e.list);
  const first = f.variableArguments === null ? i64(0) : local(f.variableArguments, 'i64');
  f.b.emit({ kind: 'store', address, bytes: 8, value: first });
}

export function lowerVaCopy(f: Lowering, e: Extract<Expr, { kind: 'va-copy' }>): void {
  const [to, from] = lowerPair(f, e.to, e.from);
  const source = pointedAt(f, theScalar(from), 8, e.from);
  const value = f.b.keep({ kind: 'load', type: 'i64', bytes: 8, signed: false, address: source });
  f.b.emit({ kind: 'store', address: pointedAt(f, theScalar(to), 8, e.to), bytes: 8, value });
}

export function lowerVaArg(f: Lowering, e: Extract<Expr, { kind: 'va-arg' }>): Value {
  const address = cursor(f, e.list);
  const at = f.b.keep({ kind: 'load', type: 'i64', bytes: 8, signed: false, address });
  const next = binary('add', 'i64', at, i64(roundUp(sizeOf(e.type), 8)));
  f.b.emit({ kind: 'store', address, bytes: 8, value: next });
  return f.keep(readMemory(f, pointedAt(f, at, sizeOf(e.type), e), e.type));
}
