/** One expression that initialises an array or record as a whole: strings, compound literals, values of the type. */
import type { Expr as Syntax, Span } from '../ast.js';
import type { CType } from '../types.js';
import { isCharacter } from './basic-types.js';
import { unqualified } from '../unqualified.js';
import type { Context, Operand } from './entities.js';
import { stringLiteral } from './literals.js';
import { rvalue } from './operands.js';
import { resolveType } from './resolve-type.js';
import { compatibleUnqualified } from './type-relations.js';
import { type InitNode } from './init-tree.js';
import { initTree } from './initialiser.js';

/** An array from a string literal, an array or record from a compound literal or a value of its type; else null. */
export function wholeObject(
  context: Context,
  type: CType,
  syntax: Syntax,
  operand: () => Operand,
): InitNode | null {
  if (type.kind === 'array') {
    if (syntax.kind === 'string') return fromString(context, type, syntax);
    // GNU: an array may be initialised by a compound literal of its type.
    if (syntax.kind === 'compound-literal') return fromLiteral(context, type, syntax);
    if (syntax.kind === 'name' && syntax.name.startsWith('__'))
      return fromFunctionName(type, operand, syntax.span);
    return null;
  }
  if (type.kind !== 'record') return null;
  if (syntax.kind === 'compound-literal') {
    const literal = fromLiteral(context, type, syntax);
    if (literal !== null) return literal;
  }
  const given = operand();
  const from =
    given.kind === 'lvalue' ? given.lvalue.type : given.kind === 'value' ? given.expr.type : null;
  if (from?.kind !== 'record' || from.record !== type.record) return null;
  const { expr } = rvalue(context, given, syntax.span);
  return { kind: 'value', expr, type: unqualified(type), span: syntax.span };
}

/** `char name[] = __func__;` is accepted by gcc. */
function fromFunctionName(
  type: CType & { kind: 'array' },
  operand: () => Operand,
  span: Span,
): InitNode | null {
  if (!isCharacter(type.of)) return null;
  const given = operand();
  if (given.kind !== 'lvalue' || given.lvalue.kind !== 'string') return null;
  const bytes = given.lvalue.global.init?.bytes;
  return bytes === undefined ? null : { kind: 'string', bytes, type, span };
}

export function fromString(
  context: Context,
  type: CType & { kind: 'array' },
  syntax: Syntax & { kind: 'string' },
): InitNode | null {
  const { unit } = context;
  const literal = stringLiteral(syntax.parts, unit);
  if (typeof literal === 'string') return unit.reject(syntax.span, literal);
  const element = unqualified(type.of);
  if (element.kind !== 'int') return null;
  const fits =
    element.bits === 8
      ? literal.element.bits === 8
      : literal.element.bits === element.bits && !isCharacter(literal.element);
  if (!fits) return null;
  const width = element.bits / 8;
  const room = typeof type.length === 'number' ? type.length * width : literal.bytes.length;
  const bytes = literal.bytes.subarray(0, Math.min(room, literal.bytes.length));
  return { kind: 'string', bytes, type, span: syntax.span };
}

function fromLiteral(
  context: Context,
  type: CType,
  syntax: Syntax & { kind: 'compound-literal' },
): InitNode | null {
  const literalType = resolveType(context, syntax.type);
  if (!compatibleUnqualified(unqualified(literalType), unqualified(type))) return null;
  const node = initTree(context, literalType, syntax.init);
  return node;
}
