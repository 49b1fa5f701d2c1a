/** Casts (C11 6.5.4), and gcc's to record and union types. */
import type { Expr as Syntax, Span, TypeSyntax } from '../ast.js';
import type { CType } from '../types.js';
import { isArithmetic, isInteger, isPointer, isRecord, isScalar, isVoid } from './basic-types.js';
import { unqualified } from '../unqualified.js';
import { makeConvert } from './build.js';
import { checkCompoundLiteral } from './compound-literal.js';
import type { Context, Operand, ValueOperand } from './entities.js';
import { rvalue, value } from './operands.js';
import { resolveType } from './resolve-type.js';
import { compatible } from './type-relations.js';
import { spelled } from '../spell-type.js';
import { flushSizes } from './variable-length.js';
import { rejectVectors } from './vectors.js';
import { checkValue } from './expression.js';

export function checkCast(
  context: Context,
  typeSyntax: TypeSyntax,
  syntax: Syntax,
  span: Span,
): Operand {
  return flushSizes(context, span, () =>
    castTo(context, resolveType(context, typeSyntax), syntax, span),
  );
}

function castTo(context: Context, type: CType, syntax: Syntax, span: Span): Operand {
  const { unit } = context;
  if (isRecord(type)) return castToRecord(context, type, syntax, span);
  const operand = checkValue(context, syntax);
  const from = operand.expr.type;
  if (isVoid(type)) return value(makeConvert(operand.expr, type, true, span));
  if (type.kind === 'complex' || from.kind === 'complex') unit.unsupported(span, 'complex');
  rejectVectors(context, span, from);
  if (!isScalar(type))
    unit.reject(span, `conversion to non-scalar type '${spelled(type)}' requested`);
  if (isVoid(from)) unit.reject(span, 'void value not ignored as it ought to be');
  if (!isScalar(from)) unit.reject(span, `'${spelled(from)}' used where a scalar is required`);
  if ((type.kind === 'float' && isPointer(from)) || (from.kind === 'float' && isPointer(type))) {
    unit.reject(span, `cannot convert '${spelled(from)}' to '${spelled(type)}'`);
  }
  return castValue(operand, type, syntax, span);
}

function castValue(operand: ValueOperand, type: CType, syntax: Syntax, span: Span): ValueOperand {
  const from = operand.expr.type;
  const expr = makeConvert(operand.expr, type, true, span);
  // C11 6.6p6: casts of arithmetic types to integer types, where a floating constant is the immediate operand.
  const fromFloat = from.kind === 'float' && syntax.kind === 'number' && expr.kind === 'int';
  const constancy =
    isInteger(type) && isArithmetic(from) ? (fromFloat ? 'constant' : operand.constancy) : 'none';
  const nullPointer =
    (type.kind === 'pointer' &&
      type.to.kind === 'void' &&
      type.to.const === undefined &&
      type.to.volatile === undefined &&
      operand.nullPointer &&
      isInteger(from)) ||
    (constancy === 'constant' && expr.kind === 'int' && expr.value === 0n);
  return { kind: 'value', expr, constancy, nullPointer, bitWidth: null };
}

/** gcc: a cast to the same record type is the value itself; to a union type, a union that holds the value. */
function castToRecord(
  context: Context,
  type: CType & { kind: 'record' },
  syntax: Syntax,
  span: Span,
): Operand {
  const operand = checkValue(context, syntax);
  const from = operand.expr.type;
  if (from.kind === 'record' && from.record === type.record) return operand;
  const field = type.record.layout?.fields.find((f) =>
    compatible(unqualified(f.type), unqualified(from)),
  );
  rejectVectors(context, span, type);
  if (!type.record.union || field === undefined) {
    return context.unit.reject(span, `conversion to non-scalar type '${spelled(type)}' requested`);
  }
  const { span: at } = syntax;
  const item = {
    designators: [{ kind: 'field' as const, name: field.name ?? '', span: at }],
    value: { kind: 'expr' as const, expr: syntax, span: at },
  };
  return rvalue(
    context,
    checkCompoundLiteral(context, type, { kind: 'list', items: [item], span }, span),
    span,
  );
}
