/**
 * Expressions (C11 6.5): one function per kind of syntax, each giving an operand; constants are folded on the way.
 * Here stand the dispatcher, primary expressions, casts and sizeof; operators, calls and members have files of their own.
 */
import type { Expr as Syntax, Span, TypeSyntax } from '../ast.js';
import type { Expr } from '../typed.js';
import type { CType, IntType } from '../types.js';
import { alignmentOf } from './attributes.js';
import { checkAssign, checkIncrement } from './assignment.js';
import {
  isArithmetic,
  isInteger,
  isPointer,
  isRecord,
  isScalar,
  isVariableSize,
  isVariablyModified,
  isVoid,
  pointerTo,
  representation,
  unqualified,
  VOID_POINTER,
  VOID,
} from './basic-types.js';
import { checkBinary, checkLogical } from './binary.js';
import { hasEffects, intConstant, makeConvert, sizeConstant } from './build.js';
import { checkCall } from './call.js';
import { checkCompoundLiteral } from './compound-literal.js';
import { checkConditional } from './conditional.js';
import type { Context, Operand, ValueOperand } from './entities.js';
import { checkGeneric } from './generic.js';
import { alignOf, sizeOf } from './layout.js';
import { characterLiteral, numberLiteral, stringLiteral } from './literals.js';
import { checkIndex, checkMember, checkOffsetof } from './member.js';
import { lvalueOperand, operandType, rvalue, value } from './operands.js';
import { lookup } from './names.js';
import { requireComplete } from './records.js';
import { resolveType } from './resolve-type.js';
import { checkStatementExpr, labelName } from './statements.js';
import { compatible, IMPLICIT_FUNCTION, spelled } from './type-relations.js';
import { checkUnary } from './unary.js';
import { flushSizes, sizeExpr } from './variable-length.js';
import { rejectVectors } from './vectors.js';

export function checkExpr(context: Context, syntax: Syntax): Operand {
  const { unit } = context;
  unit.enter(syntax.span);
  const operand = dispatch(context, syntax);
  unit.leave();
  return operand;
}

/** The value of the expression, after lvalue conversion and decay. */
export function checkValue(context: Context, syntax: Syntax): ValueOperand {
  return rvalue(context, checkExpr(context, syntax), syntax.span);
}

/** In sizeof, typeof and the like: nothing is executed (C11 6.5.3.4p2). */
export function unevaluated(context: Context): Context {
  return context.unevaluated ? context : { ...context, unevaluated: true };
}

function dispatch(context: Context, syntax: Syntax): Operand {
  const { unit } = context;
  const { span } = syntax;
  switch (syntax.kind) {
    case 'name':
      return checkName(context, syntax.name, span);
    case 'number': {
      const literal = numberLiteral(syntax.text);
      if (literal.kind === 'bad') {
        const code = literal.why.includes('not supported') ? 'unsupported' : 'bad-input';
        return unit.reject(span, literal.why, code);
      }
      if (literal.kind === 'int')
        return value(intConstant(literal.value, literal.type, span), 'constant');
      const { value: number, type } = literal;
      const isLong = type.kind === 'float' && type.bits === 80;
      if (isLong && (!Number.isFinite(number) || (number === 0 && /[1-9]/.test(syntax.text)))) {
        unit.unsupported(span, 'long-double-range', syntax.text);
      }
      return value({ kind: 'float', value: number, type, span });
    }
    case 'character': {
      const literal = characterLiteral(syntax.text, unit);
      if (literal.kind !== 'int')
        return unit.reject(span, literal.kind === 'bad' ? literal.why : 'no character');
      return value(intConstant(literal.value, literal.type, span), 'constant');
    }
    case 'string': {
      const literal = stringLiteral(syntax.parts, unit);
      if (typeof literal === 'string') return unit.reject(span, literal, 'unsupported');
      const global = unit.stringObject(literal.bytes, literal.element, span);
      return lvalueOperand({ kind: 'string', global, type: global.type, span });
    }
    case 'unary':
      return checkUnary(context, syntax);
    case 'postfix':
      return checkIncrement(context, syntax.operand, syntax.op, true, span);
    case 'binary':
      return syntax.op === '&&' || syntax.op === '||'
        ? checkLogical(context, syntax.op, syntax.left, syntax.right, span)
        : checkBinary(context, syntax.op, syntax.left, syntax.right, span);
    case 'assign':
      return checkAssign(context, syntax.op, syntax.left, syntax.right, span);
    case 'conditional':
      return checkConditional(context, syntax);
    case 'comma': {
      const left = checkValue(context, syntax.left);
      const right = checkValue(context, syntax.right);
      const first = makeConvert(left.expr, VOID, false, syntax.left.span);
      const { expr, bitWidth } = right;
      return {
        ...value({ kind: 'comma', left: first, right: expr, type: expr.type, span }),
        bitWidth,
      };
    }
    case 'call':
      return checkCall(context, syntax);
    case 'index':
      return checkIndex(context, syntax.base, syntax.index, span);
    case 'member':
      return checkMember(context, syntax);
    case 'cast':
      return checkCast(context, syntax.type, syntax.operand, span);
    case 'compound-literal':
      return checkCompoundLiteral(context, syntax.type, syntax.init, span);
    case 'sizeof-expr':
      return checkSizeof(context, syntax.operand, span);
    case 'sizeof-type':
      return flushSizes(context, span, () =>
        sizeofType(context, resolveType(context, syntax.type), span),
      );
    case 'alignof-expr':
      return alignofExpr(context, syntax.operand, span);
    case 'alignof-type': {
      const type = resolveType(context, syntax.type);
      requireAligned(context, type, span);
      return value(sizeConstant(alignOf(type), span), 'constant');
    }
    case 'offsetof':
      return checkOffsetof(context, syntax);
    case 'types-compatible': {
      const left = unqualified(resolveType(context, syntax.left));
      const right = unqualified(resolveType(context, syntax.right));
      const same = compatible(left, right);
      return value(
        intConstant(same ? 1n : 0n, { kind: 'int', name: 'int', bits: 32, signed: true }, span),
        'constant',
      );
    }
    case 'va-arg': {
      const list = vaList(context, syntax.list);
      const type = resolveType(context, syntax.type);
      requireComplete(context, type, span);
      return value({ kind: 'va-arg', list, type: unqualified(type), span });
    }
    case 'generic':
      return checkGeneric(context, syntax);
    case 'statement':
      return checkStatementExpr(context, syntax.body, span);
    case 'label-address':
      return value({
        kind: 'label-address',
        label: labelName(context, syntax.label, span),
        type: VOID_POINTER,
        span,
      });
  }
}

/** A pointer to the va_list object, from the object itself or from a parameter that already points to it. */
export function vaList(context: Context, syntax: Syntax): Expr {
  const { expr } = checkValue(context, syntax);
  if (expr.type.kind === 'pointer' && expr.type.to.kind === 'va-list') return expr;
  return context.unit.reject(syntax.span, `expected a va_list, got '${spelled(expr.type)}'`);
}

/* ---------- names ---------- */

const FUNCTION_NAMES = new Set(['__func__', '__FUNCTION__', '__PRETTY_FUNCTION__']);

function checkName(context: Context, name: string, span: Span): Operand {
  const { unit } = context;
  const entity = lookup(context, name, span.first);
  if (entity === null) {
    if (FUNCTION_NAMES.has(name)) return functionName(context, span);
    const where = context.fn === null ? '' : ' (first use in this function)';
    return unit.reject(span, `'${name}' undeclared${where}`);
  }
  switch (entity.kind) {
    case 'typedef':
      return unit.reject(span, `expected expression before '${name}'`);
    case 'enumerator':
      return value(intConstant(entity.value, entity.type, span), 'constant');
    case 'local':
      return lvalueOperand({ kind: 'local', local: entity.local, type: entity.local.type, span });
    case 'global':
      return lvalueOperand({
        kind: 'global',
        global: entity.global,
        type: entity.global.type,
        span,
      });
    case 'function': {
      const { ref } = entity;
      const pointer: Expr = {
        kind: 'function-address',
        function: ref,
        type: pointerTo(ref.type),
        span,
      };
      return { kind: 'function', pointer, type: ref.type };
    }
  }
}

function functionName(context: Context, span: Span): Operand {
  const { unit } = context;
  const bytes = new TextEncoder().encode(`${context.fn?.name ?? ''}\0`);
  const global = unit.stringObject(bytes, unit.char, span);
  const type: CType = { kind: 'array', of: { ...unit.char, const: true }, length: bytes.length };
  return lvalueOperand({ kind: 'string', global, type, span });
}

/** A call of a name that nothing declares (gnu89), or a diagnostic. */
export function implicitFunction(context: Context, name: string, span: Span): Operand {
  const { unit } = context;
  if (!unit.options.implicitFunctions)
    return unit.reject(span, `implicit declaration of function '${name}'`);
  const { ref } = unit.declareImplicit(name, IMPLICIT_FUNCTION);
  const pointer: Expr = {
    kind: 'function-address',
    function: ref,
    type: pointerTo(ref.type),
    span,
  };
  return { kind: 'function', pointer, type: ref.type };
}

/* ---------- casts, sizeof ---------- */

function checkCast(context: Context, typeSyntax: TypeSyntax, syntax: Syntax, span: Span): Operand {
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

function checkSizeof(context: Context, syntax: Syntax, span: Span): Operand {
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

function requireAligned(context: Context, type: CType, span: Span): void {
  let inner = type;
  while (inner.kind === 'array') inner = inner.of;
  if (inner.kind === 'record') requireComplete(context, inner, span);
}

function alignofExpr(context: Context, syntax: Syntax, span: Span): Operand {
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

/* ---------- constants ---------- */

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
