/** Operands and nodes of builtin calls. */
import type { Expr as Syntax, Span } from '../ast.js';
import type { Expr } from '../typed.js';
import type { CType } from '../types.js';
import { INT, VOID } from './basic-types.js';
import { hasEffects, intConstant, makeConvert } from './build.js';
import type { Context, ValueOperand } from './entities.js';
import { checkValue } from './expression.js';
import { value } from './operands.js';

export type CallSyntax = Syntax & { readonly kind: 'call' };

export function argument(context: Context, syntax: CallSyntax, i: number): Syntax {
  return (
    syntax.args[i] ?? context.unit.reject(syntax.span, 'too few arguments to builtin function')
  );
}

export function argumentValue(context: Context, syntax: CallSyntax, i: number): ValueOperand {
  return checkValue(context, argument(context, syntax, i));
}

export function builtinNode(
  name: string,
  args: readonly Expr[],
  type: CType,
  span: Span,
): ValueOperand {
  return value({ kind: 'builtin', name, args, type, span });
}

/** Evaluates the operands for what they do, and yields nothing. */
export function nothing(context: Context, syntax: CallSyntax): ValueOperand {
  const { span } = syntax;
  let expr: Expr = makeConvert(intConstant(0n, INT, span), VOID, false, span);
  for (const arg of [...syntax.args].reverse()) {
    const operand = checkValue(context, arg).expr;
    if (!hasEffects(operand)) continue;
    expr = {
      kind: 'comma',
      left: makeConvert(operand, VOID, false, arg.span),
      right: expr,
      type: VOID,
      span,
    };
  }
  return value(expr);
}
