/** Integer constants as gcc folds them, which is more than C11 6.6 asks for. */
import type { Expr as Syntax } from '../ast.js';
import type { Expr } from '../typed.js';
import type { IntType } from '../types.js';
import { isInteger, representation } from './basic-types.js';
import type { Context } from './entities.js';
import { checkValue } from './expression.js';

export interface ConstantInteger {
  readonly value: bigint;
  readonly type: IntType;
}

/** An integer constant as gcc folds it, which is more than C11 6.6 asks for. */
export function constantInteger(context: Context, syntax: Syntax): ConstantInteger {
  const { expr } = checkValue(context, syntax);
  const type = representation(expr.type);
  if (expr.kind === 'int' && type !== null && isInteger(expr.type))
    return { value: expr.value, type };
  return context.unit.reject(syntax.span, 'expression is not an integer constant');
}

export function constantValue(context: Context, syntax: Syntax): bigint {
  return constantInteger(context, syntax).value;
}

/** The length of an array: a number, or what computes it (C11 6.7.6.2p5). */
export function arrayLength(context: Context, syntax: Syntax): bigint | Expr {
  const { expr } = checkValue(context, syntax);
  if (!isInteger(expr.type)) context.unit.reject(syntax.span, 'size of array has non-integer type');
  return expr.kind === 'int' ? expr.value : expr;
}
