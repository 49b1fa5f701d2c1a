/** sizeof, alignof (C11 6.5.3.4) and typeof. */
import type { Expr as Syntax, Span } from '../ast.js';
import type { CType } from '../types.js';
import { alignmentOf } from './attributes.js';
import { isVariableSize, isVariablyModified, VOID } from './basic-types.js';
import { hasEffects, makeConvert, sizeConstant } from './build.js';
import type { Context, Operand, ValueOperand } from './entities.js';
import { alignOf, sizeOf } from './layout.js';
import { operandType, rvalue, value } from './operands.js';
import { lookup } from './names.js';
import { requireComplete } from './records.js';
import { spelled } from '../spell-type.js';
import { flushSizes, sizeExpr } from './variable-length.js';
import { checkExpr, unevaluated } from './expression.js';

export function sizeofType(context: Context, type: CType, span: Span): ValueOperand {
  if (type.kind === 'void' || type.kind === 'function')
    return value(sizeConstant(1, span), 'constant');
  requireComplete(
    context,
    type,
    span,
    `invalid application of 'sizeof' to incomplete type '${spelled(type)}'`,
  );
  const bytes = sizeOf(type);
  if (bytes !== null) return value(sizeConstant(bytes, span), 'constant');
  return value(sizeExpr(context, type, span));
}

export function checkSizeof(context: Context, syntax: Syntax, span: Span): Operand {
  const type = typeOfOperand(context, syntax, 'sizeof');
  if (!isVariableSize(type) || context.unevaluated || syntax.kind === 'name')
    return sizeofType(context, type, span);
  // An operand of variable length is evaluated (C11 6.5.3.4p2).
  return flushSizes(context, span, () => {
    const operand = checkExpr(context, syntax);
    const size = sizeofType(context, operandType(operand), span);
    const { expr } = rvalue(context, operand, span);
    if (!hasEffects(expr)) return size;
    const first = makeConvert(expr, VOID, false, span);
    return value({ kind: 'comma', left: first, right: size.expr, type: size.expr.type, span });
  });
}

function typeOfOperand(context: Context, syntax: Syntax, what: string): CType {
  const operand = checkExpr(unevaluated(context), syntax);
  if (operand.kind === 'lvalue' && operand.lvalue.kind === 'bitfield') {
    context.unit.reject(syntax.span, `'${what}' applied to a bit-field`);
  }
  return operandType(operand);
}

export function requireAligned(context: Context, type: CType, span: Span): void {
  let inner = type;
  while (inner.kind === 'array') inner = inner.of;
  if (inner.kind === 'record') requireComplete(context, inner, span);
}

export function alignofExpr(context: Context, syntax: Syntax, span: Span): Operand {
  const operand = checkExpr(unevaluated(context), syntax);
  return value(sizeConstant(declaredAlign(context, operand, syntax), span), 'constant');
}

/** Of a declared object or function, what it was declared with; else what the type needs. */
function declaredAlign(context: Context, operand: Operand, syntax: Syntax): number {
  if (operand.kind === 'lvalue') {
    const { lvalue } = operand;
    if (lvalue.kind === 'local') return lvalue.local.align;
    if (lvalue.kind === 'global') return lvalue.global.align;
    if (lvalue.kind === 'field' && lvalue.field.align !== undefined) return lvalue.field.align;
  }
  if (operand.kind === 'function' && syntax.kind === 'name') {
    const entity = lookup(context, syntax.name, syntax.span.first);
    if (entity?.kind === 'function') return Math.max(1, alignmentOf(context, entity.attributes));
  }
  const type = operandType(operand);
  requireAligned(context, type, syntax.span);
  return alignOf(type);
}

/** The type of an expression that is not executed: `typeof(e)`. Values have no qualifiers; objects keep theirs. */
export function typeOfExpr(context: Context, syntax: Syntax, what: string): CType {
  const type = typeOfOperand(context, syntax, what);
  if (!isVariablyModified(type) || context.unevaluated || syntax.kind === 'name') return type;
  const operand = checkExpr(context, syntax);
  const { expr } = rvalue(context, operand, syntax.span);
  if (hasEffects(expr)) context.fn?.pendingSizes.push(makeConvert(expr, VOID, false, syntax.span));
  return operandType(operand);
}
