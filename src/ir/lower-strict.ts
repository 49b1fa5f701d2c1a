/**
 * What strict modules watch besides memory, where C leaves it undefined and no other file does: signed overflow, where the
 * build does not define it (C11 6.5p5); misaligned access, likewise (6.3.2.3p7); a _Bool that is neither 0 nor 1
 * (6.2.6.1p5); an index that leaves the array that it is written on (6.5.6p8), as gcc's -fsanitize=bounds does: an array
 * that ends its record may be longer than it says. An enum may hold any value of its integer type in C, so loads of enums
 * are not watched.
 */
import type { Expr, LValue } from '../c/typed.js';
import type { CType, RecordType } from '../c/types.js';
import { binary, cast, i32, i64, int, width } from './build.js';
import { acts, cheap } from './effects.js';
import type { Expr as IrExpr, IntValueType } from './ir.js';
import { lowerExpr } from './lower-expression.js';
import { scalar, theScalar, type Lowering, type Value } from './lowering.js';
import { callRuntime } from './lower-runtime.js';
import { alignOf, sizeOf } from './type-shape.js';
import type { Span } from '../c/ast.js';

const wraps = (f: Lowering): boolean =>
  !f.strict || (f.options.rules?.signedOverflow ?? 'wraps') === 'wraps';

/** May be computed where C would not: what could stop the run may not. */
export function early(f: Lowering, e: Expr): boolean {
  return wraps(f) && cheap(e);
}

/** `a op b` of a signed type of 32 or 64 bits. */
export function watchedArith(
  f: Lowering,
  op: '+' | '-' | '*',
  left: IrExpr,
  right: IrExpr,
  type: IntValueType,
  span: Span,
): IrExpr | null {
  if (wraps(f)) return null;
  const a = f.b.keep(left);
  const b = f.b.keep(right);
  const result = f.b.keep(binary(NAMES[op], type, a, b));
  f.b.emit({
    kind: 'trap-if',
    test: overflows(f, op, a, b, result, type),
    trap: 'signed-overflow',
    argument: null,
    site: f.site(span),
  });
  return result;
}

const NAMES = { '+': 'add', '-': 'sub', '*': 'mul' } as const;

function overflows(
  f: Lowering,
  op: '+' | '-' | '*',
  a: IrExpr,
  b: IrExpr,
  result: IrExpr,
  type: IntValueType,
): IrExpr {
  const zero = int(type, 0);
  const xor = (x: IrExpr, y: IrExpr): IrExpr => binary('xor', type, x, y);
  switch (op) {
    case '+':
      return binary('lt_s', type, binary('and', type, xor(a, result), xor(b, result)), zero);
    case '-':
      return binary('lt_s', type, binary('and', type, xor(a, b), xor(a, result)), zero);
    case '*': {
      if (type === 'i32') {
        const wide = (x: IrExpr): IrExpr => cast('i64.extend_s', 'i64', x);
        return binary('ne', 'i64', binary('mul', 'i64', wide(a), wide(b)), wide(result));
      }
      // the high half of the signed product is all sign
      const sign = (x: IrExpr): IrExpr => binary('shr_s', 'i64', x, i64(63));
      const high = binary(
        'sub',
        'i64',
        binary(
          'sub',
          'i64',
          callRuntime(f, 'mul_high', [a, b], 'i64'),
          binary('and', 'i64', sign(a), b),
        ),
        binary('and', 'i64', sign(b), a),
      );
      return binary('ne', 'i64', high, sign(result));
    }
  }
}

export function watchNegation(f: Lowering, value: IrExpr, type: IntValueType, span: Span): void {
  if (wraps(f)) return;
  f.b.emit({
    kind: 'trap-if',
    test: binary('eq', type, value, int(type, -(1n << BigInt(width(type) - 1)))),
    trap: 'signed-overflow',
    argument: null,
    site: f.site(span),
  });
}

/** A pointer that is about to be followed. */
export function watchAlignment(f: Lowering, pointer: IrExpr, type: CType, span: Span): IrExpr {
  if (!f.strict || (f.options.rules?.misaligned ?? 'allowed') === 'allowed') return pointer;
  const align = sizeOf(type) === 0 ? 1 : alignOf(type);
  if (align === 1) return pointer;
  const kept = f.b.keep(pointer);
  const low = binary('and', 'i64', kept, i64(align - 1));
  f.b.emit({
    kind: 'trap-if',
    test: binary('ne', 'i64', low, i64(0)),
    trap: 'misaligned',
    argument: kept,
    site: f.site(span),
  });
  return kept;
}

/** What was loaded from memory as a _Bool. */
export function watchedBool(f: Lowering, value: IrExpr, span: Span): Value {
  if (!f.strict) return scalar(value);
  const kept = f.b.keep(value);
  f.b.emit({
    kind: 'trap-if',
    test: binary('gt_u', 'i32', kept, i32(1)),
    trap: 'invalid-value',
    argument: cast('i64.extend_u', 'i64', kept),
    site: f.site(span),
  });
  return scalar(kept);
}

type Sum = Extract<Expr, { kind: 'pointer-add' }>;

/**
 * An element of an array whose length is known, by an index that is written on the array itself. `whole`: it is accessed,
 * not merely pointed to. null: nothing to watch.
 */
export function watchedElement(f: Lowering, e: Expr, whole: boolean): IrExpr | null {
  if (!f.strict || e.kind !== 'pointer-add' || typeof e.scale !== 'number') return null;
  // `(&a[0])[i]` is arithmetic on a pointer, which may leave a row: the array does not begin the expression.
  if (e.span.first !== e.pointer.span.first) return null;
  const scale = e.scale;
  const isRow = rowOf(e) !== null;
  const row = isRow ? watchedElement(f, e.pointer, whole) : null;
  const length = e.index.kind === 'int' ? null : lengthOf(e);
  if (length === null && row === null) return null;
  let pointer = row ?? theScalar(lowerExpr(f, e.pointer));
  if (length === null) {
    const offset = binary('mul', 'i64', theScalar(lowerExpr(f, e.index)), i64(scale));
    return binary('add', 'i64', pointer, offset);
  }
  if (acts(e.index)) pointer = f.b.keep(pointer);
  const index = f.b.keep(theScalar(lowerExpr(f, e.index)));
  watchIndex(f, e, index, whole ? length - 1 : length);
  return binary('add', 'i64', pointer, binary('mul', 'i64', index, i64(scale)));
}

/** Of the array that the index is written on. null: not known, or it may be longer than it says. */
function lengthOf(e: Sum): number | null {
  const array = e.pointer.kind === 'address' ? e.pointer.of.type : rowOf(e);
  if (array?.kind !== 'array' || typeof array.length !== 'number' || array.length === 0)
    return null;
  return e.pointer.kind === 'address' && endsRecord(e.pointer.of) ? null : array.length;
}

/** `a[i]` of `a[i][j]`, an array that is an element of one; null where the index is written on anything else. */
function rowOf({ pointer, scale }: Sum): CType | null {
  if (pointer.kind !== 'pointer-add') return null;
  const outer = pointer.pointer.kind === 'address' ? pointer.pointer.of.type : rowOf(pointer);
  const row = outer?.kind === 'array' ? outer.of : null;
  if (row?.kind !== 'array' || typeof row.length !== 'number') return null;
  return sizeOf(row) === row.length * Number(scale) ? row : null;
}

function watchIndex(f: Lowering, e: Sum, index: IrExpr, highest: number): void {
  f.b.emit({
    kind: 'trap-if',
    test: binary('gt_u', 'i64', index, i64(highest)),
    trap: 'index-out-of-range',
    argument: index,
    site: f.site(e.index.span),
  });
}

/** The last member of its record, which may stand for more. */
function endsRecord(lv: LValue): boolean {
  if (lv.kind !== 'field') return false;
  const end = lv.offset + sizeOf(lv.type);
  const { type } = lv.base;
  return type.kind === 'record' && lastStart(type.record) < end;
}

/** Offset of the member that begins last, of anonymous members looked into: what is behind it is padding. */
function lastStart(record: RecordType): number {
  const starts = (record.layout?.fields ?? []).map(({ name, type, offset }) =>
    name === null && type.kind === 'record' ? offset + lastStart(type.record) : offset,
  );
  return Math.max(0, ...starts);
}
