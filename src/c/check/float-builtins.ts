/** Builtins that look at floating values: classes, quiet comparisons, NaN. */
import type { Expr } from '../typed.js';
import { DOUBLE, FLOAT, INT, LONG_DOUBLE, isArithmetic } from './basic-types.js';
import { makeCompare, makeConvert } from './build.js';
import type { Context, Operand } from './entities.js';
import { checkValue, unevaluated } from './expression.js';
import { requireScalar, usual, value } from './operands.js';
import { argument, argumentValue, builtinNode, type CallSyntax } from './builtin-arguments.js';

export function classification(context: Context, name: string, syntax: CallSyntax): Operand {
  const operand = argumentValue(context, syntax, 0);
  if (operand.expr.type.kind !== 'float') {
    return context.unit.reject(
      syntax.span,
      `non-floating-point argument in call to function '__builtin_${name}'`,
    );
  }
  return builtinNode(name, [operand.expr], INT, syntax.span);
}

export function floatRelation(context: Context, relation: string, syntax: CallSyntax): Operand {
  const { span } = syntax;
  const operands = usual(argumentValue(context, syntax, 0), argumentValue(context, syntax, 1));
  if (operands === null || operands[2].kind !== 'float') {
    return context.unit.reject(
      span,
      `non-floating-point arguments in call to function '__builtin_is${relation}'`,
    );
  }
  const [a, b] = operands;
  const quiet = { greater: '>', greaterequal: '>=', less: '<', lessequal: '<=' } as const;
  if (relation in quiet)
    return value(makeCompare(quiet[relation as keyof typeof quiet], a, b, span));
  const unordered: Expr = { kind: 'builtin', name: 'isunordered', args: [a, b], type: INT, span };
  if (relation === 'unordered') return value(unordered);
  return builtinNode('islessgreater', [a, b], INT, span);
}

export function fpclassify(context: Context, syntax: CallSyntax): Operand {
  const classes = [0, 1, 2, 3, 4].map((i) =>
    makeConvert(
      requireScalar(context, argumentValue(context, syntax, i), syntax.span, '').expr,
      INT,
      false,
      syntax.span,
    ),
  );
  const operand = argumentValue(context, syntax, 5).expr;
  if (!isArithmetic(operand.type) || operand.type.kind !== 'float') {
    return context.unit.reject(
      syntax.span,
      "non-floating-point argument in call to function '__builtin_fpclassify'",
    );
  }
  return builtinNode('fpclassify', [...classes, operand], INT, syntax.span);
}
export function notANumber(context: Context, name: string, syntax: CallSyntax): Operand {
  checkValue(unevaluated(context), argument(context, syntax, 0));
  const type = name === 'nanf' ? FLOAT : name === 'nanl' ? LONG_DOUBLE : DOUBLE;
  return value({ kind: 'float', value: NaN, type, span: syntax.span });
}
