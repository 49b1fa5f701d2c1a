/** Members, subscripts and offsetof (C11 6.5.2.1, 6.5.2.3, 7.19). Anonymous structs and unions are seen through. */
import type { Designator, Expr as Syntax, Span } from '../ast.js';
import type { Expr, LValue } from '../typed.js';
import type { CType, RecordField, RecordType } from '../types.js';
import { ULONG, isInteger, isPointer } from './basic-types.js';
import { unqualified } from '../unqualified.js';
import { intConstant, makeArith, makeConvert } from './build.js';
import { pointerPlus } from './binary.js';
import type { Context, Operand } from './entities.js';
import { checkExpr, checkValue } from './expression.js';
import { sizeOf } from './layout.js';
import {
  lvalueOperand,
  memberType,
  newTemporary,
  operandType,
  promote,
  value,
} from './operands.js';
import { requireComplete } from './records.js';
import { resolveType } from './resolve-type.js';
import { spelled } from '../spell-type.js';
import { dereferenced } from './unary.js';
import { flushSizes } from './variable-length.js';
import { rejectVectors } from './vectors.js';

export interface FoundField {
  readonly field: RecordField;
  /** Bytes from the record to the (innermost) record that declares the field. */
  readonly base: number;
  /** Declared type with the qualifiers of the anonymous members on the way. */
  readonly type: CType;
}

/** A member by name, looked for in anonymous members too. */
export function findField(record: RecordType, name: string): FoundField | null {
  for (const field of record.layout?.fields ?? []) {
    if (field.name === name) return { field, base: 0, type: field.type };
    if (field.name === null && field.type.kind === 'record') {
      const inner = findField(field.type.record, name);
      if (inner !== null) {
        return {
          field: inner.field,
          base: field.offset + inner.base,
          type: memberType(inner.type, field.type),
        };
      }
    }
  }
  return null;
}

export function fieldPlace(base: LValue, found: FoundField, span: Span): LValue {
  const type = memberType(found.type, base.type);
  const { field } = found;
  if (field.bits === null) {
    return { kind: 'field', base, offset: found.base + field.offset, field, type, span };
  }
  const { unitOffset, unitBytes, offset, width } = field.bits;
  return {
    kind: 'bitfield',
    base,
    field,
    offset: found.base + unitOffset,
    unit: unitBytes,
    bitOffset: offset - unitOffset * 8,
    bitWidth: width,
    type,
    span,
  };
}

export function checkMember(
  context: Context,
  syntax: Syntax & { readonly kind: 'member' },
): Operand {
  const { unit } = context;
  const { span, name } = syntax;
  const base = syntax.arrow
    ? pointee(context, syntax.base, span)
    : recordPlace(context, syntax.base);
  const { type } = base;
  if (type.kind !== 'record') {
    const sort = syntax.arrow ? `invalid type argument of '->' (have '${spelled(type)} *')` : null;
    return unit.reject(
      span,
      sort ?? `request for member '${name}' in something not a structure or union`,
    );
  }
  requireComplete(
    context,
    type,
    span,
    `invalid use of undefined type '${spelled(unqualified(type))}'`,
  );
  const found = findField(type.record, name);
  if (found === null)
    return unit.reject(
      nameSpan(span),
      `'${spelled(unqualified(type))}' has no member named '${name}'`,
    );
  return lvalueOperand(fieldPlace(base, found, span));
}

/** The member's name is the last token of `a.b`. */
function nameSpan(span: Span): Span {
  return { first: span.last, last: span.last };
}

function pointee(context: Context, syntax: Syntax, span: Span): LValue {
  const { expr } = checkValue(context, syntax);
  if (expr.type.kind !== 'pointer') {
    return context.unit.reject(
      span,
      `invalid type argument of '->' (have '${spelled(expr.type)}')`,
    );
  }
  const operand = dereferenced(expr, syntax.span);
  if (operand.kind !== 'lvalue') return context.unit.reject(span, "invalid type argument of '->'");
  return operand.lvalue;
}

function recordPlace(context: Context, syntax: Syntax): LValue {
  const operand = checkExpr(context, syntax);
  if (operand.kind === 'lvalue') return operand.lvalue;
  const type = operandType(operand);
  if (operand.kind === 'value' && type.kind === 'record') return placeOf(context, operand.expr);
  return context.unit.reject(
    syntax.span,
    'request for a member in something not a structure or union',
  );
}

/** A record value as a place: the object it was loaded from where that is the same thing, else a temporary. */
function placeOf(context: Context, expr: Expr): LValue {
  const { type, span } = expr;
  if (context.fn === null)
    return context.unit.reject(span, 'a member of a value outside of a function');
  return { kind: 'temporary', local: newTemporary(context, type, span), value: expr, type, span };
}

export function checkIndex(context: Context, base: Syntax, index: Syntax, span: Span): Operand {
  const a = checkValue(context, base);
  const b = checkValue(context, index);
  rejectVectors(context, span, a.expr.type, b.expr.type);
  const [pointer, offset] = isPointer(a.expr.type) ? [a, b] : [b, a];
  if (!isPointer(pointer.expr.type))
    return context.unit.reject(span, 'subscripted value is neither array nor pointer nor vector');
  if (!isInteger(offset.expr.type))
    return context.unit.reject(span, 'array subscript is not an integer');
  return dereferenced(pointerPlus(context, pointer.expr, offset, '+', span), span);
}

/* ---------- offsetof ---------- */

export function checkOffsetof(
  context: Context,
  syntax: Syntax & { readonly kind: 'offsetof' },
): Operand {
  return flushSizes(context, syntax.span, () => offsetof(context, syntax));
}

function offsetof(context: Context, syntax: Syntax & { readonly kind: 'offsetof' }): Operand {
  const { span } = syntax;
  let type = resolveType(context, syntax.type);
  let constant = 0n;
  let variable: Expr | null = null;
  for (const step of syntax.path) {
    const next =
      step.kind === 'field'
        ? fieldStep(context, type, step.name, step.span)
        : indexStep(context, type, step);
    type = next.type;
    if (typeof next.offset === 'bigint') constant += next.offset;
    else
      variable =
        variable === null ? next.offset : makeArith('+', variable, next.offset, ULONG, span);
  }
  const fixed = intConstant(constant, ULONG, span);
  if (variable === null) return value(fixed, 'constant');
  return value(makeArith('+', variable, fixed, ULONG, span));
}

interface Step {
  readonly type: CType;
  readonly offset: bigint | Expr;
}

function fieldStep(context: Context, type: CType, name: string, span: Span): Step {
  const { unit } = context;
  if (type.kind !== 'record')
    return unit.reject(span, `request for member '${name}' in something not a structure or union`);
  requireComplete(context, type, span);
  const found = findField(type.record, name);
  if (found === null)
    return unit.reject(span, `'${spelled(unqualified(type))}' has no member named '${name}'`);
  if (found.field.bits !== null)
    unit.reject(span, `attempt to take address of bit-field '${name}'`);
  return { type: found.type, offset: BigInt(found.base + found.field.offset) };
}

function indexStep(
  context: Context,
  type: CType,
  step: Designator & { readonly kind: 'index' },
): Step {
  const { unit } = context;
  if (type.kind !== 'array')
    return unit.reject(step.span, 'subscripted value is neither array nor pointer nor vector');
  requireComplete(context, type.of, step.span);
  const size = BigInt(sizeOf(type.of) ?? 0);
  const index = checkValue(context, step.first);
  if (!isInteger(index.expr.type)) unit.reject(step.span, 'array subscript is not an integer');
  if (index.expr.kind === 'int') return { type: type.of, offset: index.expr.value * size };
  const wide = makeConvert(promote(index).expr, ULONG, false, step.span);
  return {
    type: type.of,
    offset: makeArith('*', wide, intConstant(size, ULONG, step.span), ULONG, step.span),
  };
}
