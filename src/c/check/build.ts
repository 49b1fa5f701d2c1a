/**
 * Typed nodes, folded while they are built: an operation on constants is the constant that gcc would compute (two's
 * complement, the build's -fwrapv). What has no value (division by zero, a shift out of range) stays an operation, so that
 * it traps where and when it runs. Whether the result is an *integer constant expression* is not decided here.
 */
import type { Span } from '../ast.js';
import type { ArithOp, CompareOp, Expr, LValue } from '../typed.js';
import type { CType, IntType } from '../types.js';
import {
  BOOL,
  INT,
  ULONG,
  VOID,
  isVoid,
  pointerTo,
  representation,
  wrapped,
} from './basic-types.js';
import { unqualified } from '../unqualified.js';
import { sizeOf } from './layout.js';
import { compatible } from './type-relations.js';

export function intConstant(value: bigint, type: CType, span: Span): Expr {
  return { kind: 'int', value, type, span };
}

export function truth(value: boolean, span: Span): Expr {
  return intConstant(value ? 1n : 0n, INT, span);
}

/** Is the value known, and is it nonzero? null: not known. */
export function knownTruth(expr: Expr): boolean | null {
  if (expr.kind === 'int') return expr.value !== 0n;
  if (expr.kind === 'float') return expr.value !== 0;
  if (expr.kind === 'function-address') return expr.function.weak === true ? null : true;
  if (expr.kind === 'address') {
    const root = rootOf(expr.of);
    return root.kind === 'global' && root.global.weak ? null : root.kind === 'deref' ? null : true;
  }
  if (expr.kind === 'convert' && expr.type.kind !== 'void' && isWidePointer(expr))
    return knownTruth(expr.operand);
  return null;
}

function isWidePointer(expr: Expr & { kind: 'convert' }): boolean {
  return (
    expr.operand.type.kind === 'pointer' && (sizeOf(expr.type) === 8 || expr.type.kind === 'bool')
  );
}

export function rootOf(lvalue: LValue): LValue {
  let root = lvalue;
  while (root.kind === 'field' || root.kind === 'bitfield') root = root.base;
  return root;
}

/** Keeps the low bits that a type like `u64 : 40` has; a no-op for every other type. */
function narrowed(expr: Expr, type: IntType): Expr {
  if (type.width === undefined) return expr;
  const { span } = expr;
  const full: IntType = { kind: 'int', name: type.name, bits: type.bits, signed: type.signed };
  if (!type.signed) {
    const mask = intConstant((1n << BigInt(type.width)) - 1n, full, span);
    return { kind: 'arith', op: '&', left: expr, right: mask, type, span };
  }
  const by = intConstant(BigInt(type.bits - type.width), INT, span);
  const up: Expr = { kind: 'arith', op: '<<', left: expr, right: by, type: full, span };
  return { kind: 'arith', op: '>>', left: up, right: by, type, span };
}

export function makeConvert(operand: Expr, to: CType, explicit: boolean, span: Span): Expr {
  const type = unqualified(to);
  if (isVoid(type)) return { kind: 'convert', operand, explicit, type: VOID, span };
  if (compatible(operand.type, type))
    return { ...operand, type, span: explicit ? span : operand.span };
  if (operand.kind === 'int') {
    const folded = convertInteger(operand.value, type);
    if (folded !== null)
      return typeof folded === 'bigint'
        ? intConstant(folded, type, span)
        : { ...folded, type, span };
  }
  if (operand.kind === 'float') {
    const folded = convertFloat(operand.value, type, operand.type);
    if (folded !== null) return { ...folded, type, span };
  }
  if (type.kind === 'bool') {
    const known = knownTruth(operand);
    if (known !== null) return intConstant(known ? 1n : 0n, BOOL, span);
  }
  const converted: Expr = { kind: 'convert', operand, explicit, type, span };
  if (type.kind === 'int' && type.width !== undefined && !fitsWidth(operand.type, type))
    return narrowed(converted, type);
  return converted;
}

/** Does every value of the source type fit the narrowed type? */
function fitsWidth(from: CType, to: IntType): boolean {
  const source = representation(from);
  if (source === null || to.width === undefined) return false;
  const bits = source.width ?? source.bits;
  return source.signed === to.signed ? bits <= to.width : !source.signed && bits < to.width;
}

type Folded =
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number };

function convertInteger(value: bigint, type: CType): bigint | Folded | null {
  if (type.kind === 'bool') return value === 0n ? 0n : 1n;
  if (type.kind === 'pointer') return BigInt.asUintN(64, value);
  if (type.kind === 'float') {
    if (type.bits === 32) return { kind: 'float', value: toFloat32(value) };
    return { kind: 'float', value: Number(value) };
  }
  const base = representation(type);
  return base === null ? null : wrapped(base, value);
}

/** Rounded once, not by way of double. */
function toFloat32(value: bigint): number {
  const magnitude = value < 0n ? -value : value;
  const extra = magnitude.toString(2).length - 32;
  if (extra <= 0) return Math.fround(Number(value));
  const shift = BigInt(extra);
  const sticky = (magnitude & ((1n << shift) - 1n)) === 0n ? 0n : 1n;
  const rounded = Math.fround(Number((magnitude >> shift) | sticky)) * 2 ** extra;
  return value < 0n ? -rounded : rounded;
}

function convertFloat(value: number, type: CType, from: CType): Folded | null {
  if (type.kind === 'bool') return { kind: 'int', value: value === 0 ? 0n : 1n };
  if (type.kind === 'float') {
    if (type.bits === 32 && !(from.kind === 'float' && from.bits === 80)) {
      return { kind: 'float', value: Math.fround(value) };
    }
    return { kind: 'float', value: type.bits === 32 ? Math.fround(value) : value };
  }
  const base = representation(type);
  if (base === null || type.kind === 'pointer' || !Number.isFinite(value)) return null;
  const truncated = BigInt(Math.trunc(value));
  // Out of range is undefined (C11 6.3.1.4p1): left to the machine.
  return wrapped(base, truncated) === truncated ? { kind: 'int', value: truncated } : null;
}

export function makeArith(op: ArithOp, left: Expr, right: Expr, type: CType, span: Span): Expr {
  if (left.kind === 'int' && right.kind === 'int') {
    const base = representation(type);
    const value = base === null ? null : arith(op, left.value, right.value, base);
    if (value !== null) return intConstant(value, type, span);
  }
  if (left.kind === 'float' && right.kind === 'float' && type.kind === 'float') {
    const value = floatArith(op, left.value, right.value);
    if (value !== null)
      return { kind: 'float', value: type.bits === 32 ? Math.fround(value) : value, type, span };
  }
  const node: Expr = { kind: 'arith', op, left, right, type, span };
  if (type.kind !== 'int' || type.width === undefined) return node;
  const full: IntType = { kind: 'int', name: type.name, bits: type.bits, signed: type.signed };
  return narrowed({ ...node, type: full }, type);
}

function arith(op: ArithOp, left: bigint, right: bigint, type: IntType): bigint | null {
  const count = BigInt(type.width ?? type.bits);
  switch (op) {
    case '+':
      return wrapped(type, left + right);
    case '-':
      return wrapped(type, left - right);
    case '*':
      return wrapped(type, left * right);
    case '/':
    case '%': {
      if (right === 0n) return null;
      const quotient = left / right;
      if (wrapped(type, quotient) !== quotient) return null; // the least value by -1
      return op === '/' ? quotient : left % right;
    }
    case '<<':
      return right < 0n || right >= count ? null : wrapped(type, left << right);
    case '>>':
      return right < 0n || right >= count ? null : left >> right;
    case '&':
      return wrapped(type, left & right);
    case '|':
      return wrapped(type, left | right);
    case '^':
      return wrapped(type, left ^ right);
  }
}

function floatArith(op: ArithOp, left: number, right: number): number | null {
  switch (op) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
    case '<<':
    case '>>':
    case '&':
    case '|':
    case '^':
      return null;
  }
}

function order(op: CompareOp, left: bigint | number, right: bigint | number): boolean {
  switch (op) {
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
  }
}

export function makeCompare(op: CompareOp, left: Expr, right: Expr, span: Span): Expr {
  if (left.kind === 'int' && right.kind === 'int')
    return truth(order(op, left.value, right.value), span);
  if (left.kind === 'float' && right.kind === 'float')
    return truth(order(op, left.value, right.value), span);
  if (op === '==' || op === '!=') {
    // The address of an object is never null.
    const other = isZero(right) ? left : isZero(left) ? right : null;
    if (other !== null && other.type.kind === 'pointer' && knownTruth(other) === true)
      return truth(op === '!=', span);
  }
  return { kind: 'compare', op, left, right, type: INT, span };
}

function isZero(expr: Expr): boolean {
  return expr.kind === 'int' && expr.value === 0n;
}

export function makeNegate(operand: Expr, type: CType, span: Span): Expr {
  if (operand.kind === 'float') return { ...operand, value: -operand.value, span };
  const base = representation(type);
  if (operand.kind === 'int' && base !== null)
    return intConstant(wrapped(base, -operand.value), type, span);
  const node: Expr = { kind: 'negate', operand, type, span };
  return type.kind === 'int' ? narrowed(node, type) : node;
}

export function makeComplement(operand: Expr, type: CType, span: Span): Expr {
  const base = representation(type);
  if (operand.kind === 'int' && base !== null)
    return intConstant(wrapped(base, ~operand.value), type, span);
  const node: Expr = { kind: 'complement', operand, type, span };
  return type.kind === 'int' ? narrowed(node, type) : node;
}

export function makeNot(operand: Expr, span: Span): Expr {
  const known = knownTruth(operand);
  return known === null ? { kind: 'not', operand, type: INT, span } : truth(!known, span);
}

export function makePointerAdd(pointer: Expr, index: Expr, scale: number | Expr, span: Span): Expr {
  const type = unqualified(pointer.type);
  if (pointer.kind === 'int' && index.kind === 'int' && typeof scale === 'number') {
    return intConstant(BigInt.asUintN(64, pointer.value + index.value * BigInt(scale)), type, span);
  }
  if (index.kind === 'int' && index.value === 0n) return { ...pointer, type, span };
  return { kind: 'pointer-add', pointer, index, scale, type, span };
}

/** `&lvalue` as a pointer to `to`; the address of a member behind a constant address is a constant (offsetof by hand). */
export function makeAddress(lvalue: LValue, to: CType, span: Span): Expr {
  const type = pointerTo(to);
  if (lvalue.kind === 'deref') return { ...lvalue.pointer, type, span };
  let offset = 0;
  let root: LValue = lvalue;
  while (root.kind === 'field') {
    offset += root.offset;
    root = root.base;
  }
  if (root.kind === 'deref' && root.pointer.kind === 'int') {
    return intConstant(BigInt.asUintN(64, root.pointer.value + BigInt(offset)), type, span);
  }
  return { kind: 'address', of: lvalue, type, span };
}

export function sizeConstant(bytes: number, span: Span): Expr {
  return intConstant(BigInt(bytes), ULONG, span);
}

/** Can leaving the expression out change what the program does? */
export function hasEffects(expr: Expr): boolean {
  switch (expr.kind) {
    case 'int':
    case 'float':
    case 'function-address':
    case 'label-address':
    case 'once':
      return false;
    case 'load':
      return expr.from.type.volatile === true || placeHasEffects(expr.from);
    case 'address':
      return placeHasEffects(expr.of);
    case 'convert':
    case 'negate':
    case 'complement':
    case 'not':
      return hasEffects(expr.operand);
    case 'arith':
    case 'compare':
    case 'pointer-difference':
    case 'and':
    case 'or':
    case 'comma':
      return hasEffects(expr.left) || hasEffects(expr.right);
    case 'pointer-add':
      return (
        hasEffects(expr.pointer) ||
        hasEffects(expr.index) ||
        (typeof expr.scale !== 'number' && hasEffects(expr.scale))
      );
    case 'conditional':
      return hasEffects(expr.test) || hasEffects(expr.then) || hasEffects(expr.otherwise);
    case 'elvis':
      return hasEffects(expr.test) || hasEffects(expr.value) || hasEffects(expr.otherwise);
    case 'assign':
    case 'compound-assign':
    case 'call':
    case 'builtin':
    case 'va-start':
    case 'va-end':
    case 'va-copy':
    case 'va-arg':
    case 'statement':
      return true;
  }
}

/** Can computing where the place is change what the program does? */
export function placeHasEffects(lvalue: LValue): boolean {
  switch (lvalue.kind) {
    case 'local':
    case 'global':
    case 'string':
      return false;
    case 'deref':
      return hasEffects(lvalue.pointer);
    case 'field':
    case 'bitfield':
      return placeHasEffects(lvalue.base);
    case 'compound-literal':
    case 'temporary':
      return true;
  }
}
