/** Unary operators (C11 6.5.3): address, indirection, sign, complement, negation. */
import type { Expr as Syntax } from '../ast.js';
import { checkIncrement } from './assignment.js';
import { INT, isArithmetic, isInteger, pointerTo, VOID } from './basic-types.js';
import {
  intConstant,
  makeAddress,
  makeComplement,
  makeConvert,
  makeNegate,
  makeNot,
} from './build.js';
import type { Context, Operand, ValueOperand } from './entities.js';
import { checkExpr, checkValue } from './expression.js';
import { lvalueOperand, markAddressTaken, promote, requireScalar, value } from './operands.js';
import { spelled } from '../spell-type.js';
import { rejectVectors } from './vectors.js';

type UnarySyntax = Syntax & { readonly kind: 'unary' };

export function checkUnary(context: Context, syntax: UnarySyntax): Operand {
  const { unit } = context;
  const { span } = syntax;
  switch (syntax.op) {
    case '&':
      return addressOf(context, syntax);
    case '*':
      return indirection(context, syntax);
    case '++':
    case '--':
      return checkIncrement(context, syntax.operand, syntax.op, false, span);
    case '+':
    case '-': {
      const operand = arithmeticOperand(context, syntax);
      if (syntax.op === '+') return { ...operand, nullPointer: operand.nullPointer };
      const expr = makeNegate(operand.expr, operand.expr.type, span);
      return value(expr, operand.constancy);
    }
    case '~': {
      const operand = arithmeticOperand(context, syntax);
      if (!isInteger(operand.expr.type)) unit.reject(span, 'wrong type argument to bit-complement');
      return value(makeComplement(operand.expr, operand.expr.type, span), operand.constancy);
    }
    case '!': {
      const operand = requireScalar(context, checkValue(context, syntax.operand), span, '');
      const expr = makeNot(operand.expr, span);
      return value(expr, isInteger(operand.expr.type) ? operand.constancy : 'none');
    }
    case '__real__':
    case '__imag__': {
      const operand = checkValue(context, syntax.operand);
      if (operand.expr.type.kind === 'complex' || !isArithmetic(operand.expr.type))
        unit.unsupported(span, 'complex');
      if (syntax.op === '__real__') return operand;
      const zero = makeConvert(intConstant(0n, INT, span), operand.expr.type, false, span);
      const type = operand.expr.type;
      return value({
        kind: 'comma',
        left: makeConvert(operand.expr, VOID, false, span),
        right: zero,
        type,
        span,
      });
    }
  }
}

function arithmeticOperand(context: Context, syntax: UnarySyntax): ValueOperand {
  const operand = checkValue(context, syntax.operand);
  if (operand.expr.type.kind === 'complex') context.unit.unsupported(syntax.span, 'complex');
  rejectVectors(context, syntax.span, operand.expr.type);
  if (!isArithmetic(operand.expr.type)) {
    context.unit.reject(
      syntax.span,
      `wrong type argument to unary '${syntax.op}': '${spelled(operand.expr.type)}'`,
    );
  }
  return promote(operand);
}

function addressOf(context: Context, syntax: UnarySyntax): Operand {
  const { unit } = context;
  const { span } = syntax;
  const operand = checkExpr(context, syntax.operand);
  switch (operand.kind) {
    case 'function':
      return value({ ...operand.pointer, span });
    case 'value':
      return unit.reject(span, "lvalue required as unary '&' operand");
    case 'lvalue': {
      const { lvalue } = operand;
      if (lvalue.kind === 'bitfield')
        unit.reject(span, `cannot take address of bit-field '${lvalue.field.name ?? ''}'`);
      if (lvalue.kind === 'temporary') unit.reject(span, "lvalue required as unary '&' operand");
      markAddressTaken(context, lvalue);
      return value(makeAddress(lvalue, lvalue.type, span));
    }
  }
}

function indirection(context: Context, syntax: UnarySyntax): Operand {
  const { span } = syntax;
  const { expr } = checkValue(context, syntax.operand);
  const { type } = expr;
  if (type.kind !== 'pointer') {
    return context.unit.reject(
      span,
      `invalid type argument of unary '*' (have '${spelled(type)}')`,
    );
  }
  return dereferenced(expr, span);
}

/** What a pointer value points to. */
export function dereferenced(pointer: ValueOperand['expr'], span: Syntax['span']): Operand {
  const { type } = pointer;
  if (type.kind !== 'pointer') throw new Error('no pointer');
  const to = type.to;
  if (to.kind === 'function')
    return { kind: 'function', pointer: { ...pointer, type: pointerTo(to) }, type: to };
  return lvalueOperand({ kind: 'deref', pointer, type: to, span });
}
