/** `__builtin_{add,sub,mul}_overflow`, their typed and their predicate forms (GCC manual 6.56). */
import { BOOL, inRange, INT_TYPES, isInteger, isPointer, pointerTo } from './basic-types.js';
import { unqualified } from '../unqualified.js';
import type { Expr } from '../typed.js';
import type { CType } from '../types.js';
import { intConstant, makeAddress } from './build.js';
import type { Context, Operand } from './entities.js';
import { assignConvert, newTemporary, promote, value } from './operands.js';
import { argumentValue, builtinNode, type CallSyntax } from './builtin-arguments.js';

/** Of constants; null: of what the run decides. */
function overflowsAlways(operation: string, x: Expr, y: Expr, type: CType): boolean | null {
  if (x.kind !== 'int' || y.kind !== 'int') return null;
  const [a, b] = [x.value, y.value];
  const exact = operation === 'add' ? a + b : operation === 'sub' ? a - b : a * b;
  if (type.kind === 'bool') return exact !== 0n && exact !== 1n;
  const whole = type.kind === 'enum' ? type.base : type;
  return whole.kind === 'int' ? !inRange(whole, exact) : null;
}

export function overflowing(context: Context, syntax: CallSyntax, match: RegExpExecArray): Operand {
  const { unit } = context;
  const { span } = syntax;
  const [, sign, operation = '', length, predicate] = match;
  const name = `${operation}_overflow`;
  const a = argumentValue(context, syntax, 0);
  const b = argumentValue(context, syntax, 1);
  if (!isInteger(a.expr.type) || !isInteger(b.expr.type))
    unit.reject(span, `argument in call to '__builtin_${name}' is not an integer`);
  if (sign !== undefined) {
    const names = {
      '': ['int', 'unsigned int'],
      l: ['long', 'unsigned long'],
      ll: ['long long', 'unsigned long long'],
    } as const;
    const type = INT_TYPES[names[(length ?? '') as '' | 'l' | 'll'][sign === 's' ? 0 : 1]];
    const assigning = `when passing to '__builtin_${match[0]}'`;
    const [x, y] = [
      assignConvert(context, a, type, span, { assigning }),
      assignConvert(context, b, type, span, { assigning }),
    ];
    const to = assignConvert(context, argumentValue(context, syntax, 2), pointerTo(type), span, {
      assigning,
    });
    return builtinNode(name, [x, y, to], BOOL, span);
  }
  const third = argumentValue(context, syntax, 2);
  const [x, y] = [promote(a).expr, promote(b).expr];
  if (predicate !== undefined) {
    if (!isInteger(third.expr.type))
      unit.reject(span, `argument 3 in call to '__builtin_${name}_p' is not an integer`);
    const type = unqualified(third.expr.type);
    const constant = overflowsAlways(operation, x, y, type);
    if (constant !== null) return value(intConstant(constant ? 1n : 0n, BOOL, span), 'constant');
    if (context.fn === null) return unit.reject(span, 'initializer element is not constant');
    const local = newTemporary(context, type, span);
    const pointer = makeAddress({ kind: 'local', local, type, span }, type, span);
    return builtinNode(name, [x, y, pointer], BOOL, span);
  }
  const { type } = third.expr;
  if (!isPointer(type) || type.to.kind !== 'int') {
    return unit.reject(
      span,
      `argument 3 in call to function '__builtin_${name}' does not have pointer to integer type`,
    );
  }
  return builtinNode(name, [x, y, third.expr], BOOL, span);
}
