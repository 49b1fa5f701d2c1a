/**
 * What an expression denotes, and the conversions that every operand undergoes (C11 6.3.2.1): lvalue conversion, decay of
 * arrays and functions, integer promotion, usual arithmetic conversions, conversion as if by assignment.
 */
import type { Span } from '../ast.js';
import type { Expr, LValue } from '../typed.js';
import type { CType } from '../types.js';
import {
  commonInteger,
  isArithmetic,
  isInteger,
  isPointer,
  isRecord,
  isScalar,
  isVoid,
  promoted,
  qualifiedLike,
} from './basic-types.js';
import { unqualified } from '../unqualified.js';
import { makeAddress, makeConvert, rootOf } from './build.js';
import type { Constancy, Context, MutableLocal, Operand, ValueOperand } from './entities.js';
import { alignOf } from './layout.js';
import { DeclaredRecord, requireComplete } from './records.js';
import { compatible, compatibleUnqualified } from './type-relations.js';
import { spelled } from '../spell-type.js';
import { rejectVectors } from './vectors.js';

export function value(expr: Expr, constancy: Constancy = 'none'): ValueOperand {
  return {
    kind: 'value',
    expr,
    constancy,
    nullPointer: isNullInteger(expr, constancy),
    bitWidth: null,
  };
}

function isNullInteger(expr: Expr, constancy: Constancy): boolean {
  return (
    constancy === 'constant' && expr.kind === 'int' && expr.value === 0n && isInteger(expr.type)
  );
}

export function lvalueOperand(lvalue: LValue): Operand {
  return { kind: 'lvalue', lvalue };
}

/** The type as `sizeof` and `typeof` see it, before any conversion. */
export function operandType(operand: Operand): CType {
  switch (operand.kind) {
    case 'value':
      return operand.expr.type;
    case 'lvalue':
      return operand.lvalue.type;
    case 'function':
      return operand.type;
  }
}

export function markAddressTaken(context: Context, lvalue: LValue): void {
  if (context.unevaluated) return;
  const root = rootOf(lvalue);
  if (root.kind === 'local') (root.local as MutableLocal).addressTaken = true;
}

/** C11 6.3.2.1p2–4. */
export function rvalue(context: Context, operand: Operand, span: Span): ValueOperand {
  switch (operand.kind) {
    case 'value':
      return operand;
    case 'function':
      return value({ ...operand.pointer, span });
    case 'lvalue':
      return loaded(context, operand.lvalue, span);
  }
}

function loaded(context: Context, lvalue: LValue, span: Span): ValueOperand {
  const { type } = lvalue;
  if (type.kind === 'array') {
    markAddressTaken(context, lvalue);
    return value(makeAddress(lvalue, type.of, span));
  }
  if (type.kind === 'va-list') {
    markAddressTaken(context, lvalue);
    return value(makeAddress(lvalue, unqualified(type), span));
  }
  if (isVoid(type))
    return value({
      kind: 'convert',
      operand: addressOnly(lvalue, span),
      explicit: false,
      type: { kind: 'void' },
      span,
    });
  if (type.kind === 'complex') context.unit.unsupported(span, 'complex');
  requireComplete(context, type, span);
  const expr: Expr = { kind: 'load', from: lvalue, type: unqualified(type), span };
  const bitWidth = lvalue.kind === 'bitfield' ? lvalue.bitWidth : null;
  return { ...value(expr), bitWidth };
}

/** `*p` of a `void *`: gcc evaluates p and yields nothing. */
function addressOnly(lvalue: LValue, span: Span): Expr {
  return makeAddress(lvalue, lvalue.type, span);
}

/** Integer promotions (C11 6.3.1.1p2); other types are left alone. */
export function promote(operand: ValueOperand): ValueOperand {
  const type = promoted(operand.expr.type, operand.bitWidth);
  if (type === null || compatible(type, operand.expr.type)) return { ...operand, bitWidth: null };
  const expr = makeConvert(operand.expr, type, false, operand.expr.span);
  return { ...operand, expr, bitWidth: null };
}

/** Usual arithmetic conversions (C11 6.3.1.8): both operands in the common type, or null where one is not arithmetic. */
export function usual(
  left: ValueOperand,
  right: ValueOperand,
): readonly [Expr, Expr, CType] | null {
  const type = commonType(left, right);
  if (type === null) return null;
  return [
    makeConvert(promote(left).expr, type, false, left.expr.span),
    makeConvert(promote(right).expr, type, false, right.expr.span),
    type,
  ];
}

export function commonType(left: ValueOperand, right: ValueOperand): CType | null {
  const [a, b] = [left.expr.type, right.expr.type];
  if (!isArithmetic(a) || !isArithmetic(b)) return null;
  if (a.kind === 'float' || b.kind === 'float') {
    if (a.kind === 'float' && b.kind === 'float') return unqualified(a.bits >= b.bits ? a : b);
    return unqualified(a.kind === 'float' ? a : b);
  }
  const p = promoted(a, left.bitWidth);
  const q = promoted(b, right.bitWidth);
  return p === null || q === null ? null : commonInteger(p, q);
}

export function requireScalar(
  context: Context,
  operand: ValueOperand,
  span: Span,
  what: string,
): ValueOperand {
  const { type } = operand.expr;
  if (isScalar(type)) return operand;
  if (isVoid(type)) context.unit.reject(span, 'void value not ignored as it ought to be');
  return context.unit.reject(
    span,
    `used ${spelled(type)} type value where scalar is required${what}`,
  );
}

/* ---------- conversion as if by assignment ---------- */

export interface Destination {
  /** How gcc words it: "when initializing type", "to parameter 2 of 'f'" … */
  readonly assigning: string;
}

/** C11 6.5.16.1: what gcc only warns of is accepted, unless the kernel's build makes the warning an error. */
export function assignConvert(
  context: Context,
  operand: ValueOperand,
  target: CType,
  span: Span,
  destination: Destination,
): Expr {
  const { unit } = context;
  const type = unqualified(target);
  const { expr } = operand;
  const from = expr.type;
  if (isVoid(from)) unit.reject(span, 'void value not ignored as it ought to be');
  if (type.kind === 'complex' || from.kind === 'complex') unit.unsupported(span, 'complex');
  if (type.kind === 'record' && !(from.kind === 'record' && from.record === type.record)) {
    const wrapped = transparent(context, operand, type, span);
    if (wrapped !== null) return wrapped;
  }
  const isFine =
    (isArithmetic(type) && isArithmetic(from)) ||
    (type.kind === 'bool' && isPointer(from)) ||
    (isPointer(type) && (isPointer(from) || isInteger(from))) ||
    (isInteger(type) && isPointer(from)) ||
    (isRecord(type) && isRecord(from) && type.record === from.record) ||
    (type.kind === 'va-list' && from.kind === 'va-list');
  if (!isFine) {
    rejectVectors(context, span, type, from);
    unit.reject(
      span,
      `incompatible types ${destination.assigning} type '${spelled(target)}' from type '${spelled(from)}'`,
    );
  }
  if (isPointer(type) && isPointer(from))
    pointerAssignment(context, operand, type, span, destination);
  if (isRecord(type)) return expr;
  return makeConvert(expr, type, false, span);
}

function pointerAssignment(
  context: Context,
  operand: ValueOperand,
  type: CType & { readonly kind: 'pointer' },
  span: Span,
  destination: Destination,
): void {
  const from = operand.expr.type;
  if (from.kind !== 'pointer' || !context.unit.options.strictPointers || operand.nullPointer)
    return;
  if (pointeesAgree(type.to, from.to)) return;
  context.unit.reject(
    span,
    `incompatible pointer types ${destination.assigning} type '${spelled(type)}' from type '${spelled(from)}'`,
  );
}

/**
 * Pointees that gcc assigns with no more than a -Wpointer-sign or -Wdiscarded-qualifiers warning: compatible but for
 * qualifiers or signedness, or one of them void.
 */
function pointeesAgree(left: CType, right: CType): boolean {
  if (isVoid(left) || isVoid(right)) return true;
  if (compatibleUnqualified(unqualified(left), unqualified(right))) return true;
  if (left.kind === 'int' && right.kind === 'int') {
    return left.name.replace(/^(un)?signed /, '') === right.name.replace(/^(un)?signed /, '');
  }
  if (left.kind === 'pointer' && right.kind === 'pointer') {
    // Qualifiers further down are -Wincompatible-pointer-types in gcc; signedness is too.
    return compatible(left.to, right.to);
  }
  return false;
}

/** A value for a transparent_union parameter: a union object whose first suiting member is set. */
function transparent(
  context: Context,
  operand: ValueOperand,
  type: CType & { kind: 'record' },
  span: Span,
): Expr | null {
  const { record } = type;
  if (!(record instanceof DeclaredRecord) || !record.transparent || context.fn === null)
    return null;
  const fields = record.layout?.fields ?? [];
  const from = operand.expr.type;
  const suits = (to: CType): boolean =>
    compatibleUnqualified(unqualified(to), from) ||
    (isPointer(to) &&
      (operand.nullPointer || (isPointer(from) && (isVoid(to.to) || isVoid(from.to)))));
  const field = fields.find((f) => suits(f.type));
  if (field === undefined) return null;
  const local = newTemporary(context, type, span);
  const object: LValue = { kind: 'local', local, type, span };
  const member: LValue = {
    kind: 'field',
    base: object,
    offset: field.offset,
    field,
    type: field.type,
    span,
  };
  const init = [
    { kind: 'zero' as const, to: object },
    {
      kind: 'store' as const,
      to: member,
      value: makeConvert(operand.expr, field.type, false, span),
    },
  ];
  return { kind: 'load', from: { kind: 'compound-literal', local, init, type, span }, type, span };
}

/** An object that the source does not name: compound literals, record values that a member is taken from. */
export function newTemporary(context: Context, type: CType, span: Span): MutableLocal {
  const { fn } = context;
  if (fn === null) throw new Error('a temporary outside of a function');
  const local = newLocal(`.t${++fn.temporaryCount}`, type, span, false);
  local.addressTaken = true;
  if (!context.unevaluated) {
    fn.locals.push(local);
    context.scope?.locals.push(local);
  }
  return local;
}

export function newLocal(name: string, type: CType, span: Span, param: boolean): MutableLocal {
  const inMemory =
    type.kind === 'array' ||
    type.kind === 'record' ||
    type.kind === 'va-list' ||
    type.volatile === true;
  return { name, type, align: alignOf(type), param, addressTaken: inMemory, span };
}

/** A member's type carries the qualifiers of the object around it (C11 6.5.2.3p3). */
export function memberType(declared: CType, base: CType): CType {
  return qualifiedLike(declared, base);
}
