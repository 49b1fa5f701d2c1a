/**
 * Expressions (C11 6.5): one function per kind of syntax, each giving an operand; constants are folded on the way.
 * Here stand the dispatcher and names; operators, casts, calls and members have files of their own.
 */
import type { Expr as Syntax, Span } from '../ast.js';
import type { Expr } from '../typed.js';
import type { CType } from '../types.js';
import { checkAssign, checkIncrement } from './assignment.js';
import { pointerTo, VOID_POINTER, VOID } from './basic-types.js';
import { unqualified } from '../unqualified.js';
import { checkBinary, checkLogical } from './binary.js';
import { intConstant, makeConvert, sizeConstant } from './build.js';
import { checkCall } from './call.js';
import { checkCompoundLiteral } from './compound-literal.js';
import { checkConditional } from './conditional.js';
import type { Context, Operand, ValueOperand } from './entities.js';
import { checkGeneric } from './generic.js';
import { alignOf } from './layout.js';
import { characterLiteral, isImaginary, numberLiteral, stringLiteral } from './literals.js';
import { checkIndex, checkMember, checkOffsetof } from './member.js';
import { lvalueOperand, rvalue, value } from './operands.js';
import { lookup } from './names.js';
import { requireComplete } from './records.js';
import { resolveType } from './resolve-type.js';
import { checkStatementExpr, labelName } from './statements.js';
import { compatible, IMPLICIT_FUNCTION } from './type-relations.js';
import { spelled } from '../spell-type.js';
import { checkUnary } from './unary.js';
import { flushSizes } from './variable-length.js';
import { checkCast } from './casts.js';
import { alignofExpr, checkSizeof, requireAligned, sizeofType } from './sizes.js';

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
        if (isImaginary(syntax.text)) return unit.unsupported(span, 'complex', syntax.text);
        return unit.reject(span, literal.why);
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
      if (typeof literal === 'string') return unit.reject(span, literal);
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
