/** Assignment and increment (C11 6.5.16, 6.5.2.4, 6.5.3.1). The left side is evaluated once: its old value is `once`. */
import type { AssignOp, BinaryOp, Expr as Syntax, Span } from '../ast.js';
import type { LValue } from '../typed.js';
import type { CType } from '../types.js';
import { INT, isConst, isPointer, isScalar, isVoid } from './basic-types.js';
import { unqualified } from '../unqualified.js';
import { binary } from './binary.js';
import { intConstant, makeConvert } from './build.js';
import type { Context, Operand, ValueOperand } from './entities.js';
import { checkExpr, checkValue } from './expression.js';
import { assignConvert, value } from './operands.js';
import { requireComplete } from './records.js';
import { spelled } from '../spell-type.js';
import { rejectVectors } from './vectors.js';

/** Does the record hold a const member, however deep? Then it cannot be assigned (C11 6.3.2.1p1). */
function hasConstMember(type: CType): boolean {
  let inner = type;
  while (inner.kind === 'array') inner = inner.of;
  if (inner.kind !== 'record') return false;
  return (inner.record.layout?.fields ?? []).some((f) => isConst(f.type) || hasConstMember(f.type));
}

function describe(lvalue: LValue): string {
  switch (lvalue.kind) {
    case 'local':
      return `variable '${lvalue.local.name}'`;
    case 'global':
      return `variable '${lvalue.global.name}'`;
    case 'field':
    case 'bitfield':
      return `member '${lvalue.field.name ?? ''}'`;
    case 'deref':
    case 'compound-literal':
    case 'temporary':
    case 'string':
      return 'location';
  }
}

function modifiable(
  context: Context,
  operand: Operand,
  span: Span,
  what: 'assignment' | 'increment' | 'decrement',
): LValue {
  const { unit } = context;
  if (operand.kind !== 'lvalue' || operand.lvalue.kind === 'temporary') {
    const operandOf = what === 'assignment' ? 'left operand of assignment' : `${what} operand`;
    return unit.reject(span, `lvalue required as ${operandOf}`);
  }
  const { lvalue } = operand;
  if (lvalue.type.kind === 'array' || lvalue.type.kind === 'va-list') {
    return unit.reject(span, `assignment to expression with array type '${spelled(lvalue.type)}'`);
  }
  if (isConst(lvalue.type) || hasConstMember(lvalue.type)) {
    unit.reject(span, `${what} of read-only ${describe(lvalue)}`);
  }
  if (isVoid(lvalue.type)) unit.reject(span, `invalid use of void expression`);
  requireComplete(context, lvalue.type, span);
  return lvalue;
}

export function checkAssign(
  context: Context,
  op: AssignOp,
  left: Syntax,
  right: Syntax,
  span: Span,
): ValueOperand {
  const to = modifiable(context, checkExpr(context, left), span, 'assignment');
  const operand = checkValue(context, right);
  const type = unqualified(to.type);
  if (op === '=') {
    const stored = assignConvert(context, operand, to.type, right.span, {
      assigning: 'when assigning to',
    });
    return stays(value({ kind: 'assign', to, value: stored, type, span }), to);
  }
  const operator = op.slice(0, -1) as Exclude<BinaryOp, '&&' | '||'>;
  return compound(context, to, operator, operand, false, span);
}

function compound(
  context: Context,
  to: LValue,
  op: Exclude<BinaryOp, '&&' | '||'>,
  operand: ValueOperand,
  postfix: boolean,
  span: Span,
): ValueOperand {
  const { unit } = context;
  const type = unqualified(to.type);
  rejectVectors(context, span, type);
  if (!isScalar(type))
    unit.reject(
      span,
      `invalid operands to binary ${op} (have '${spelled(to.type)}' and '${spelled(operand.expr.type)}')`,
    );
  const once: ValueOperand = {
    ...value({ kind: 'once', type, span: to.span }),
    bitWidth: to.kind === 'bitfield' ? to.bitWidth : null,
  };
  if (isPointer(operand.expr.type) && !isPointer(type)) {
    unit.reject(
      span,
      `invalid operands to binary ${op} (have '${spelled(type)}' and '${spelled(operand.expr.type)}')`,
    );
  }
  const result = binary(context, op, once, operand, span);
  const stored = makeConvert(result.expr, type, false, span);
  return stays(value({ kind: 'compound-assign', to, value: stored, postfix, type, span }), to);
}

/** The value of an assignment to a bit-field has the bit-field's type. */
function stays(result: ValueOperand, to: LValue): ValueOperand {
  return to.kind === 'bitfield' ? { ...result, bitWidth: to.bitWidth } : result;
}

export function checkIncrement(
  context: Context,
  syntax: Syntax,
  op: '++' | '--',
  postfix: boolean,
  span: Span,
): ValueOperand {
  const what = op === '++' ? 'increment' : 'decrement';
  const to = modifiable(context, checkExpr(context, syntax), span, what);
  if (to.type.kind === 'complex') context.unit.unsupported(span, 'complex');
  if (!isScalar(to.type))
    context.unit.reject(span, `wrong type argument to ${what}: '${spelled(to.type)}'`);
  const one = value(intConstant(1n, INT, span));
  return compound(context, to, op === '++' ? '+' : '-', one, postfix, span);
}
