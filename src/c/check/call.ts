/** Function calls (C11 6.5.2.2). */
import type { Expr as Syntax, Span } from '../ast.js';
import type { Expr } from '../typed.js';
import type { FunctionType } from '../types.js';
import { isScalar, isVoid, pointerTo } from './basic-types.js';
import { unqualified } from '../unqualified.js';
import { makeConvert } from './build.js';
import { checkBuiltin } from './builtin-calls.js';
import { plainBuiltin } from './builtins.js';
import type { Context, Operand, ValueOperand } from './entities.js';
import { checkExpr, checkValue, implicitFunction } from './expression.js';
import { assignConvert, promote, rvalue, value } from './operands.js';
import { lookup } from './names.js';
import { requireComplete } from './records.js';
import { spelled } from '../spell-type.js';

type CallSyntax = Syntax & { readonly kind: 'call' };

export function checkCall(context: Context, syntax: CallSyntax): Operand {
  const { callee, span } = syntax;
  if (callee.kind === 'name' && lookup(context, callee.name, callee.span.first) === null) {
    const builtin = checkBuiltin(context, callee.name, syntax);
    if (builtin !== null) return builtin;
    return call(
      context,
      undeclared(context, callee.name, callee.span),
      syntax.args,
      callee.name,
      span,
    );
  }
  const name = callee.kind === 'name' ? callee.name : '';
  // A hosted compiler knows these whatever body they are given.
  if (context.unit.options.implicitFunctions && /^l{0,2}abs$/.test(name)) {
    return (
      checkBuiltin(context, `__builtin_${name}`, syntax) ??
      context.unit.unsupported(span, 'builtin', name)
    );
  }
  return call(context, checkExpr(context, callee), syntax.args, name, span);
}

/** gnu89: a library function that gcc knows has gcc's prototype, any other returns int. */
function undeclared(context: Context, name: string, span: Span): Operand {
  const { unit } = context;
  const known = plainBuiltin(name, unit.char);
  if (known === null || !unit.options.implicitFunctions)
    return implicitFunction(context, name, span);
  return functionOperand(context, name, known.type, span);
}

/** A function that only the compiler declared. */
export function functionOperand(
  context: Context,
  name: string,
  type: FunctionType,
  span: Span,
): Operand {
  const entity = context.unit.ordinary(name, null) ?? context.unit.declareImplicit(name, type);
  const ref =
    entity.kind === 'function'
      ? entity.ref
      : context.unit.reject(span, `'${name}' is not a function`);
  const pointer: Expr = {
    kind: 'function-address',
    function: ref,
    type: pointerTo(ref.type),
    span,
  };
  return { kind: 'function', pointer, type: ref.type };
}

export function call(
  context: Context,
  callee: Operand,
  args: readonly Syntax[],
  name: string,
  span: Span,
): ValueOperand {
  const { unit } = context;
  const pointer = rvalue(context, callee, span).expr;
  const type = pointer.type.kind === 'pointer' ? pointer.type.to : null;
  if (type?.kind !== 'function')
    return unit.reject(span, `called object${name === '' ? '' : ` '${name}'`} is not a function`);
  if (!isVoid(type.returns)) requireComplete(context, type.returns, span);
  const values = convertArguments(context, args, type, name, span);
  return value({
    kind: 'call',
    callee:
      pointer.kind === 'function-address'
        ? { kind: 'direct', function: pointer.function }
        : { kind: 'indirect', pointer },
    functionType: type,
    args: values,
    type: unqualified(type.returns),
    span,
  });
}

export function convertArguments(
  context: Context,
  args: readonly Syntax[],
  type: FunctionType,
  name: string,
  span: Span,
): readonly Expr[] {
  const { unit } = context;
  const to = name === '' ? 'function' : `function '${name}'`;
  if (type.prototyped && args.length < type.params.length)
    unit.reject(span, `too few arguments to ${to}`);
  if (type.prototyped && !type.variadic && args.length > type.params.length) {
    unit.reject(span, `too many arguments to ${to}`);
  }
  return args.map((arg, i) => {
    const operand = checkValue(context, arg);
    const param = type.prototyped ? type.params[i] : undefined;
    if (param === undefined) return defaultArgument(context, operand, arg.span);
    const assigning = `for argument ${i + 1} of '${name}', passing to`;
    return assignConvert(context, operand, param, arg.span, { assigning });
  });
}

/** Default argument promotions (C11 6.5.2.2p6). */
export function defaultArgument(context: Context, operand: ValueOperand, span: Span): Expr {
  const { type } = operand.expr;
  if (isVoid(type)) context.unit.reject(span, 'void value not ignored as it ought to be');
  if (type.kind === 'complex') context.unit.unsupported(span, 'complex');
  const promoted = promote(operand).expr;
  if (promoted.type.kind === 'float' && promoted.type.bits === 32) {
    return makeConvert(promoted, { kind: 'float', bits: 64 }, false, span);
  }
  if (!isScalar(type) && type.kind !== 'record')
    context.unit.reject(span, `cannot pass '${spelled(type)}'`);
  return promoted;
}
