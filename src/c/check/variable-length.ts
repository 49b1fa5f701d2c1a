/**
 * Variable-length arrays (C11 6.7.6.2): each such type gets a hidden object that holds its size in bytes, computed where
 * the type is written. The assignments wait in the function's state until the expression or declaration takes them up.
 */
import type { Span } from '../ast.js';
import type { Expr, LValue, Local } from '../typed.js';
import type { CType } from '../types.js';
import { ULONG, VOID } from './basic-types.js';
import { makeArith, makeConvert, sizeConstant } from './build.js';
import type { Context, Operand } from './entities.js';
import { sizeOf } from './layout.js';
import { newTemporary, rvalue, value } from './operands.js';

/** What `ArrayType.extent` holds. */
class Extent {
  constructor(readonly bytes: Local) {}
}

export function variableLength(context: Context, of: CType, length: Expr, span: Span): CType {
  const { fn, unit } = context;
  if (fn === null) {
    // In a prototype that is no definition an array parameter only loses its length.
    if (context.scope !== null) return { kind: 'array', of, length: 'variable' };
    return unit.reject(span, 'variably modified type at file scope');
  }
  const local = newTemporary(context, ULONG, span);
  local.addressTaken = false;
  const element = sizeOf(of);
  const step = element === null ? sizeExpr(context, of, span) : sizeConstant(element, span);
  const count = makeConvert(length, ULONG, false, span);
  const bytes = makeArith('*', count, step, ULONG, span);
  const to: LValue = { kind: 'local', local, type: ULONG, span };
  if (!context.unevaluated)
    fn.pendingSizes.push({ kind: 'assign', to, value: bytes, type: ULONG, span });
  return { kind: 'array', of, length: 'variable', extent: new Extent(local) };
}

/** Bytes of a type whose size is a value of the run. */
export function sizeExpr(context: Context, type: CType, span: Span): Expr {
  const fixed = sizeOf(type);
  if (fixed !== null) return sizeConstant(fixed, span);
  if (type.kind !== 'array') return context.unit.reject(span, 'the size of this type is not known');
  if (type.extent instanceof Extent) {
    const from: LValue = { kind: 'local', local: type.extent.bytes, type: ULONG, span };
    return { kind: 'load', from, type: ULONG, span };
  }
  if (typeof type.length !== 'number')
    return context.unit.reject(span, "'[*]' not allowed in other than function prototype scope");
  const element = sizeExpr(context, type.of, span);
  return makeArith('*', sizeConstant(type.length, span), element, ULONG, span);
}

/** The size computations that wait, if any; the caller puts them where they belong. */
export function takeSizes(context: Context): readonly Expr[] {
  const { fn } = context;
  if (fn === null || fn.pendingSizes.length === 0) return [];
  return fn.pendingSizes.splice(0);
}

/** Checks an expression that mentions types; sizes that those need are computed just before it. */
export function flushSizes(context: Context, span: Span, check: () => Operand): Operand {
  const { fn } = context;
  if (fn === null) return check();
  const outer = fn.pendingSizes.splice(0);
  const operand = check();
  const sizes = takeSizes(context);
  if (!context.unevaluated) fn.pendingSizes.push(...outer);
  if (sizes.length === 0) return operand;
  const result = rvalue(context, operand, span);
  let expr = result.expr;
  for (const size of [...sizes].reverse()) {
    expr = {
      kind: 'comma',
      left: makeConvert(size, VOID, false, span),
      right: expr,
      type: expr.type,
      span,
    };
  }
  return value(expr);
}
