/**
 * The basic types of x86-64 (C11 6.2.5, SysV ABI 3.1.2), and the questions that rules ask of a type.
 */
import type {
  ArrayType,
  CType,
  EnumType,
  FunctionType,
  IntName,
  IntType,
  RecordType,
} from '../types.js';

type Bits = IntType['bits'];

function int(name: IntName, bits: Bits, signed: boolean): IntType {
  return { kind: 'int', name, bits, signed };
}

export const INT_TYPES: Readonly<Record<IntName, IntType>> = {
  char: int('char', 8, true),
  'signed char': int('signed char', 8, true),
  'unsigned char': int('unsigned char', 8, false),
  short: int('short', 16, true),
  'unsigned short': int('unsigned short', 16, false),
  int: int('int', 32, true),
  'unsigned int': int('unsigned int', 32, false),
  long: int('long', 64, true),
  'unsigned long': int('unsigned long', 64, false),
  'long long': int('long long', 64, true),
  'unsigned long long': int('unsigned long long', 64, false),
  __int128: int('__int128', 128, true),
  'unsigned __int128': int('unsigned __int128', 128, false),
};

/** Plain `char` where the build says -funsigned-char (the kernel from 6.2 on). */
export const UNSIGNED_CHAR: IntType = int('char', 8, false);

export const INT = INT_TYPES.int;
export const UINT = INT_TYPES['unsigned int'];
export const LONG = INT_TYPES.long;
export const ULONG = INT_TYPES['unsigned long'];
export const VOID: CType = { kind: 'void' };
export const BOOL: CType = { kind: 'bool' };
export const FLOAT: CType = { kind: 'float', bits: 32 };
export const DOUBLE: CType = { kind: 'float', bits: 64 };
export const LONG_DOUBLE: CType = { kind: 'float', bits: 80 };
export const VOID_POINTER: CType = { kind: 'pointer', to: VOID };
export const CONST_VOID_POINTER: CType = { kind: 'pointer', to: { kind: 'void', const: true } };
export const VA_LIST: CType = { kind: 'va-list' };

/** The same integer type of the other signedness. */
export function withSign(type: IntType, signed: boolean): IntType {
  if (type.signed === signed) return type;
  const bare = type.name.replace(/^(un)?signed /, '');
  const names: Readonly<Record<string, readonly [IntName, IntName]>> = {
    char: ['signed char', 'unsigned char'],
    short: ['short', 'unsigned short'],
    int: ['int', 'unsigned int'],
    long: ['long', 'unsigned long'],
    'long long': ['long long', 'unsigned long long'],
    __int128: ['__int128', 'unsigned __int128'],
  };
  const pair = names[bare];
  if (pair === undefined) return type;
  const other = INT_TYPES[signed ? pair[0] : pair[1]];
  return type.width === undefined ? other : { ...other, width: type.width };
}

export function pointerTo(to: CType): CType {
  return { kind: 'pointer', to };
}

export function arrayOf(of: CType, length: ArrayType['length']): CType {
  return { kind: 'array', of, length };
}

export function functionType(
  returns: CType,
  params: readonly CType[],
  variadic = false,
  prototyped = true,
): FunctionType {
  return { kind: 'function', returns, params, variadic, prototyped };
}

export function qualified(type: CType, isConst: boolean, isVolatile: boolean): CType {
  if (!isConst && !isVolatile) return type;
  if (type.kind === 'array') {
    const of = qualified(type.of, isConst, isVolatile);
    return of === type.of ? type : { ...type, of };
  }
  const addConst = isConst && type.const === undefined;
  const addVolatile = isVolatile && type.volatile === undefined;
  if (!addConst && !addVolatile) return type;
  return {
    ...type,
    ...(addConst ? { const: true as const } : {}),
    ...(addVolatile ? { volatile: true as const } : {}),
  };
}

function element(type: CType): CType {
  let inner = type;
  while (inner.kind === 'array') inner = inner.of;
  return inner;
}

export function isConst(type: CType): boolean {
  return element(type).const === true;
}

export function isVolatile(type: CType): boolean {
  return element(type).volatile === true;
}

/** The qualifiers of `from` put on `type` as well. */
export function qualifiedLike(type: CType, from: CType): CType {
  return qualified(type, isConst(from), isVolatile(from));
}

export function isInteger(
  type: CType,
): type is CType & (IntType | EnumType | { readonly kind: 'bool' }) {
  return type.kind === 'int' || type.kind === 'enum' || type.kind === 'bool';
}

export function isArithmetic(type: CType): boolean {
  return isInteger(type) || type.kind === 'float';
}

export function isPointer(type: CType): type is CType & { readonly kind: 'pointer' } {
  return type.kind === 'pointer';
}

export function isScalar(type: CType): boolean {
  return isArithmetic(type) || type.kind === 'pointer';
}

export function isVoid(type: CType): boolean {
  return type.kind === 'void';
}

export function isRecord(
  type: CType,
): type is CType & { readonly kind: 'record'; readonly record: RecordType } {
  return type.kind === 'record';
}

export function isCharacter(type: CType): boolean {
  return type.kind === 'int' && type.bits === 8;
}

/** A VLA, or an array or pointer that leads to one (variably modified, C11 6.7.6p3). */
export function isVariablyModified(type: CType): boolean {
  let inner = type;
  for (;;) {
    if (inner.kind === 'array') {
      if (inner.length === 'variable') return true;
      inner = inner.of;
    } else if (inner.kind === 'pointer') {
      inner = inner.to;
    } else {
      return false;
    }
  }
}

/** Its size is only known when the program runs. */
export function isVariableSize(type: CType): boolean {
  let inner = type;
  while (inner.kind === 'array') {
    if (inner.length === 'variable') return true;
    inner = inner.of;
  }
  return false;
}

/** The integer type that values of an integer type are computed in: an enum's base, `unsigned char` for _Bool. */
export function representation(type: CType): IntType | null {
  switch (type.kind) {
    case 'int':
      return type;
    case 'enum':
      return type.base;
    case 'bool':
      return INT_TYPES['unsigned char'];
    case 'pointer':
      return ULONG;
    case 'void':
    case 'float':
    case 'array':
    case 'function':
    case 'record':
    case 'va-list':
    case 'complex':
      return null;
  }
}

const RANK: Readonly<Record<string, number>> = {
  char: 1,
  short: 2,
  int: 3,
  long: 4,
  'long long': 5,
  __int128: 6,
};

/** Integer conversion rank (C11 6.3.1.1p1). */
export function rank(type: IntType): number {
  return RANK[type.name.replace(/^(un)?signed /, '')] ?? 0;
}

function precision(type: IntType): number {
  return type.width ?? type.bits;
}

/**
 * Integer promotions (C11 6.3.1.1p2). `bitWidth` is the width of the bit-field that the value was read from, if any: one that
 * fits int becomes int; a wider one keeps, in gcc, a type of just its width.
 */
export function promoted(type: CType, bitWidth: number | null = null): IntType | null {
  const base = type.kind === 'bool' ? INT_TYPES['unsigned char'] : representation(type);
  if (base === null || type.kind === 'pointer') return null;
  if (bitWidth !== null) {
    if (bitWidth < 32 || (bitWidth === 32 && base.signed)) return INT;
    if (bitWidth === 32 && base.bits === 32) return UINT;
    return bitWidth < base.bits ? { ...base, width: bitWidth } : base;
  }
  if (type.kind === 'bool') return INT;
  if (base.bits < 32) return INT;
  // An enum counts as its base; `long`-sized ones keep their name.
  return base;
}

/** Usual arithmetic conversions of two promoted integer types (C11 6.3.1.8). */
export function commonInteger(left: IntType, right: IntType): IntType {
  if (left.width !== undefined || right.width !== undefined) return commonWidths(left, right);
  if (left.signed === right.signed) return rank(left) >= rank(right) ? left : right;
  const [unsigned, signed] = left.signed ? [right, left] : [left, right];
  if (rank(unsigned) >= rank(signed)) return unsigned;
  if (signed.bits > unsigned.bits) return signed;
  return withSign(signed, false);
}

/** With bit-field types in play gcc takes the greater precision, unsigned if the operands of that precision are. */
function commonWidths(left: IntType, right: IntType): IntType {
  const [p, q] = [precision(left), precision(right)];
  if (p > q) return left;
  if (q > p) return right;
  const wider = left.width === undefined ? left : right;
  return left.signed && right.signed ? wider : withSign(wider, false);
}

/** The value brought into the range of the type, modulo 2^n (C11 6.3.1.3). */
export function wrapped(type: IntType, value: bigint): bigint {
  return type.signed
    ? BigInt.asIntN(precision(type), value)
    : BigInt.asUintN(precision(type), value);
}

export function inRange(type: IntType, value: bigint): boolean {
  return wrapped(type, value) === value;
}
