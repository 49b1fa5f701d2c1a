/**
 * Constructors of IR expressions that fold constants and keep sums of addresses in the form `base + constant`, so that
 * field offsets end up in the access itself. Folding is exact two's complement arithmetic of WebAssembly.
 */
import type {
  Address,
  CastOp,
  Expr,
  FloatBinary,
  FloatUnary,
  FloatValueType,
  IntBinary,
  IntUnary,
  IntValueType,
  LocalId,
  SiteId,
  ValueType,
} from './ir.js';
import { MAX_FOLDED_OFFSET } from './ir.js';

type IntConst = Extract<Expr, { kind: 'int' }>;

export function width(type: IntValueType): 32 | 64 {
  return type === 'i32' ? 32 : 64;
}

export function int(type: IntValueType, value: bigint | number): IntConst {
  return { kind: 'int', type, value: BigInt.asIntN(width(type), BigInt(value)) };
}

export const i32 = (value: bigint | number): IntConst => int('i32', value);
export const i64 = (value: bigint | number): IntConst => int('i64', value);

export function float(type: FloatValueType, value: number): Expr {
  return { kind: 'float', type, value: type === 'f32' ? Math.fround(value) : value };
}

export function local(id: LocalId, type: ValueType): Expr {
  return { kind: 'local', type, id };
}

const COMPARES: ReadonlySet<IntBinary> = new Set<IntBinary>([
  'eq',
  'ne',
  'lt_s',
  'lt_u',
  'le_s',
  'le_u',
  'gt_s',
  'gt_u',
  'ge_s',
  'ge_u',
]);

function foldBinary(op: IntBinary, of: IntValueType, a: bigint, b: bigint): bigint | null {
  const bits = width(of);
  const ua = BigInt.asUintN(bits, a);
  const ub = BigInt.asUintN(bits, b);
  const count = BigInt(Number(ub) & (bits - 1));
  const truth = (value: boolean): bigint => (value ? 1n : 0n);
  switch (op) {
    case 'add':
      return a + b;
    case 'sub':
      return a - b;
    case 'mul':
      return a * b;
    case 'and':
      return a & b;
    case 'or':
      return a | b;
    case 'xor':
      return a ^ b;
    case 'shl':
      return a << count;
    case 'shr_s':
      return a >> count;
    case 'shr_u':
      return ua >> count;
    case 'rotl':
      return (ua << count) | (ua >> (BigInt(bits) - count));
    case 'div_s':
      return b === 0n || (b === -1n && ua === 1n << BigInt(bits - 1)) ? null : a / b;
    case 'rem_s':
      return b === 0n ? null : a % b;
    case 'div_u':
      return b === 0n ? null : ua / ub;
    case 'rem_u':
      return b === 0n ? null : ua % ub;
    case 'eq':
      return truth(a === b);
    case 'ne':
      return truth(a !== b);
    case 'lt_s':
      return truth(a < b);
    case 'lt_u':
      return truth(ua < ub);
    case 'le_s':
      return truth(a <= b);
    case 'le_u':
      return truth(ua <= ub);
    case 'gt_s':
      return truth(a > b);
    case 'gt_u':
      return truth(ua > ub);
    case 'ge_s':
      return truth(a >= b);
    case 'ge_u':
      return truth(ua >= ub);
  }
}

const isInt = (e: Expr, value: bigint): boolean => e.kind === 'int' && e.value === value;

/** `base + constant`, for whatever can carry a constant. */
export function splitConstant(e: Expr): { readonly base: Expr; readonly constant: bigint } {
  if (e.kind === 'int-binary' && e.op === 'add' && e.right.kind === 'int') {
    return { base: e.left, constant: e.right.value };
  }
  if (e.kind === 'int') return { base: int(e.type, 0), constant: e.value };
  return { base: e, constant: 0n };
}

function addConstant(base: Expr, constant: bigint, type: IntValueType): Expr {
  const value = BigInt.asIntN(width(type), constant);
  if (value === 0n) return base;
  if (base.kind === 'int') return int(type, base.value + value);
  if (
    (base.kind === 'slot-address' || base.kind === 'global-address') &&
    value >= -0x7fff_ffffn &&
    value <= 0x7fff_ffffn &&
    Math.abs(base.offset + Number(value)) <= 0x7fff_ffff
  ) {
    return { ...base, offset: base.offset + Number(value) };
  }
  return {
    kind: 'int-binary',
    type,
    of: type,
    op: 'add',
    left: base,
    right: int(type, value),
  };
}

function add(of: IntValueType, left: Expr, right: Expr): Expr {
  const a = splitConstant(left);
  const b = splitConstant(right);
  if (b.constant !== 0n || a.constant !== 0n) {
    const base = isInt(b.base, 0n) ? a.base : isInt(a.base, 0n) ? b.base : add(of, a.base, b.base);
    return addConstant(base, a.constant + b.constant, of);
  }
  if (isInt(right, 0n)) return left;
  if (isInt(left, 0n)) return right;
  return { kind: 'int-binary', type: of, of, op: 'add', left, right };
}

export function binary(op: IntBinary, of: IntValueType, left: Expr, right: Expr): Expr {
  if (left.kind === 'int' && right.kind === 'int') {
    const value = foldBinary(op, of, left.value, right.value);
    if (value !== null) return int(COMPARES.has(op) ? 'i32' : of, value);
  }
  if (op === 'add') return add(of, left, right);
  if (op === 'sub' && right.kind === 'int') return add(of, left, int(of, -right.value));
  if (of === 'i32' && (op === 'or' || op === 'and')) {
    // a truth value joined with a constant one
    const [known, other] = left.kind === 'int' ? [left, right] : [right, left];
    if (known.kind === 'int' && isTruth(known) && isTruth(other)) {
      return (op === 'or') === (known.value === 1n) ? known : other;
    }
  }
  if (right.kind === 'int') {
    const neutral = { mul: 1n, shl: 0n, shr_s: 0n, shr_u: 0n, or: 0n, xor: 0n, and: -1n };
    if (op in neutral && neutral[op as keyof typeof neutral] === right.value) return left;
    const cheaper = byPowerOfTwo(op, of, left, right.value);
    if (cheaper !== null) return cheaper;
    if (op === 'ne' && right.value === 0n && of === 'i32' && isTruth(left)) return left;
  }
  return {
    kind: 'int-binary',
    type: COMPARES.has(op) ? 'i32' : of,
    of,
    op,
    left,
    right,
  };
}

/** Engines make shifts of 32-bit divisions only. */
function byPowerOfTwo(op: IntBinary, of: IntValueType, left: Expr, divisor: bigint): Expr | null {
  const by = BigInt.asUintN(width(of), divisor);
  if (by === 0n || (by & (by - 1n)) !== 0n) return null;
  if (op === 'div_u') return binary('shr_u', of, left, int(of, by.toString(2).length - 1));
  if (op === 'rem_u') return binary('and', of, left, int(of, by - 1n));
  return null;
}

export function unary(op: IntUnary, of: IntValueType, value: Expr): Expr {
  if (value.kind === 'int') {
    switch (op) {
      case 'eqz':
        return i32(value.value === 0n ? 1 : 0);
      case 'as_pointer':
        return value;
      case 'extend8_s':
        return int(of, BigInt.asIntN(8, value.value));
      case 'extend16_s':
        return int(of, BigInt.asIntN(16, value.value));
      case 'extend32_s':
        return int(of, BigInt.asIntN(32, value.value));
      case 'clz':
      case 'ctz':
      case 'popcnt':
        break;
    }
  }
  return { kind: 'int-unary', type: op === 'eqz' ? 'i32' : of, of, op, value };
}

export function cast(op: CastOp, type: ValueType, value: Expr): Expr {
  if (value.kind === 'int') {
    if (op === 'i32.wrap') return i32(value.value);
    if (op === 'i64.extend_s') return i64(value.value);
    if (op === 'i64.extend_u') return i64(BigInt.asUintN(32, value.value));
  }
  return { kind: 'cast', type, op, value };
}

export function floatUnary(op: FloatUnary, type: FloatValueType, value: Expr): Expr {
  return { kind: 'float-unary', type, op, value };
}

const FLOAT_COMPARES: ReadonlySet<FloatBinary> = new Set<FloatBinary>([
  'eq',
  'ne',
  'lt',
  'le',
  'gt',
  'ge',
]);

export function floatBinary(op: FloatBinary, of: FloatValueType, left: Expr, right: Expr): Expr {
  return {
    kind: 'float-binary',
    type: FLOAT_COMPARES.has(op) ? 'i32' : of,
    of,
    op,
    left,
    right,
  };
}

/** Is the value certainly 0 or 1? */
export function isTruth(e: Expr): boolean {
  switch (e.kind) {
    case 'int':
      return e.value === 0n || e.value === 1n;
    case 'int-unary':
      return e.op === 'eqz';
    case 'int-binary':
      if (COMPARES.has(e.op)) return true;
      if (e.op === 'and') return isTruth(e.left) || isTruth(e.right);
      return (e.op === 'or' || e.op === 'xor') && isTruth(e.left) && isTruth(e.right);
    case 'float-binary':
      return FLOAT_COMPARES.has(e.op);
    case 'cast':
      return (
        (e.op === 'i32.wrap' || e.op === 'i64.extend_s' || e.op === 'i64.extend_u') &&
        isTruth(e.value)
      );
    case 'select':
      return isTruth(e.then) && isTruth(e.otherwise);
    default:
      return false;
  }
}

/** Strips widening of a truth value: `(int)(a < b)` as a test is `a < b`. */
function underTest(e: Expr): Expr {
  if (e.kind === 'cast' && (e.op === 'i64.extend_s' || e.op === 'i64.extend_u')) {
    return underTest(e.value);
  }
  if (e.kind === 'cast' && e.op === 'i32.wrap' && isTruth(e.value)) return underTest(e.value);
  return e;
}

export function select(test: Expr, then: Expr, otherwise: Expr): Expr {
  if (test.kind === 'int') return test.value !== 0n ? then : otherwise;
  return { kind: 'select', type: then.type, test, then, otherwise };
}

/** An i32 that is 0 or 1: is the value nonzero? */
export function truth(value: Expr): Expr {
  const e = underTest(value);
  switch (e.type) {
    case 'i32':
    case 'i64':
      if (e.kind === 'int') return i32(e.value === 0n ? 0 : 1);
      if (isTruth(e)) return e.type === 'i64' ? cast('i32.wrap', 'i32', e) : e;
      return binary('ne', e.type, e, int(e.type, 0));
    case 'f32':
    case 'f64':
      return floatBinary('ne', e.type, e, float(e.type, 0));
  }
}

export function not(value: Expr): Expr {
  const e = underTest(value);
  switch (e.type) {
    case 'i32':
    case 'i64':
      return unary('eqz', e.type, e);
    case 'f32':
    case 'f64':
      return floatBinary('eq', e.type, e, float(e.type, 0));
  }
}

/** The place that a C address designates, `extra` bytes further on. */
export function pointerAddress(pointer: Expr, extra: number, site: SiteId): Address {
  const { base, constant } = splitConstant(pointer);
  const offset = constant + BigInt(extra);
  if (base.kind !== 'int' && offset >= 0n && offset < BigInt(MAX_FOLDED_OFFSET)) {
    return { kind: 'pointer', pointer: base, offset: Number(offset), site };
  }
  return { kind: 'pointer', pointer: binary('add', 'i64', pointer, i64(extra)), offset: 0, site };
}

/** The C address of a place. */
export function addressValue(address: Address): Expr {
  switch (address.kind) {
    case 'slot':
      return { kind: 'slot-address', type: 'i64', slot: address.slot, offset: address.offset };
    case 'global':
      return {
        kind: 'global-address',
        type: 'i64',
        symbol: address.symbol,
        offset: address.offset,
      };
    case 'pointer':
      return binary('add', 'i64', address.pointer, i64(address.offset));
    case 'raw':
      throw new Error('a guarded place has no C address');
  }
}

export function offsetAddress(address: Address, by: number): Address {
  if (by === 0) return address;
  switch (address.kind) {
    case 'slot':
    case 'global':
    case 'raw':
      return { ...address, offset: address.offset + by };
    case 'pointer':
      return pointerAddress(addressValue(address), by, address.site);
  }
}
