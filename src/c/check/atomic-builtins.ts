/**
 * `__sync_…` and `__atomic_…` (gcc 6.55, 6.56): the generic forms are rewritten into the `_n` forms, fences vanish, because one
 * thread runs at a time between the points at which the machine may switch.
 */
import type { Span } from '../ast.js';
import type { Expr, LValue } from '../typed.js';
import type { CType } from '../types.js';
import { BOOL, INT, VOID, isInteger, isPointer } from './basic-types.js';
import { unqualified } from '../unqualified.js';
import { intConstant, makeConvert } from './build.js';
import { argument, builtinNode, nothing, type CallSyntax } from './builtin-arguments.js';
import type { Context, Operand } from './entities.js';
import { checkValue } from './expression.js';
import { sizeOf } from './layout.js';
import { assignConvert, value } from './operands.js';
import { spelled } from '../spell-type.js';

const ASSIGNING = { assigning: 'when passing to' };

interface Target {
  readonly pointer: Expr;
  readonly type: CType;
}

export function checkAtomic(context: Context, spelling: string, syntax: CallSyntax): Operand {
  const name = spelling.slice(2).replace(/^(sync_.*)_(1|2|4|8|16)$/, '$1');
  if (
    name === 'atomic_thread_fence' ||
    name === 'atomic_signal_fence' ||
    name === 'sync_synchronize'
  ) {
    return nothing(context, syntax);
  }
  if (name === 'atomic_always_lock_free' || name === 'atomic_is_lock_free') {
    return value(intConstant(1n, BOOL, syntax.span));
  }
  return (
    (name.startsWith('sync_') ? sync(context, name, syntax) : atomic(context, name, syntax)) ??
    context.unit.unsupported(syntax.callee.span, 'builtin', spelling)
  );
}

function target(context: Context, syntax: CallSyntax, i: number): Target {
  const { expr } = checkValue(context, argument(context, syntax, i));
  if (!isPointer(expr.type))
    return context.unit.reject(syntax.span, `a pointer is needed, not '${spelled(expr.type)}'`);
  const type = unqualified(expr.type.to);
  const size = sizeOf(type);
  const fits = (isInteger(type) || isPointer(type)) && size !== null && size <= 16;
  return fits
    ? { pointer: expr, type }
    : context.unit.reject(
        syntax.span,
        `incompatible type '${spelled(type)}' for an atomic builtin`,
      );
}

function operand(context: Context, syntax: CallSyntax, i: number, type: CType): Expr {
  const given = argument(context, syntax, i);
  return assignConvert(context, checkValue(context, given), type, given.span, ASSIGNING);
}

/** What the pointer argument `i` points to, read. */
function pointee(context: Context, syntax: CallSyntax, i: number, type: CType): Expr {
  const { pointer } = target(context, syntax, i);
  const from: LValue = { kind: 'deref', pointer, type, span: syntax.span };
  return { kind: 'load', from, type, span: syntax.span };
}

function order(context: Context, syntax: CallSyntax, i: number): Expr {
  return operand(context, syntax, i, INT);
}

function sync(context: Context, name: string, syntax: CallSyntax): Operand | null {
  const { span } = syntax;
  const to = target(context, syntax, 0);
  if (
    /^sync_(fetch_and_(add|sub|or|and|xor|nand)|(add|sub|or|and|xor|nand)_and_fetch|lock_test_and_set)$/.test(
      name,
    )
  ) {
    return builtinNode(name, [to.pointer, operand(context, syntax, 1, to.type)], to.type, span);
  }
  if (name === 'sync_lock_release') return builtinNode(name, [to.pointer], VOID, span);
  if (name === 'sync_bool_compare_and_swap' || name === 'sync_val_compare_and_swap') {
    const type = name === 'sync_bool_compare_and_swap' ? BOOL : to.type;
    return builtinNode(
      name,
      [to.pointer, operand(context, syntax, 1, to.type), operand(context, syntax, 2, to.type)],
      type,
      span,
    );
  }
  return null;
}

function atomic(context: Context, name: string, syntax: CallSyntax): Operand | null {
  const { span } = syntax;
  if (name === 'atomic_test_and_set' || name === 'atomic_clear') {
    const { expr } = checkValue(context, argument(context, syntax, 0));
    return builtinNode(
      name,
      [expr, order(context, syntax, 1)],
      name === 'atomic_clear' ? VOID : BOOL,
      span,
    );
  }
  const to = target(context, syntax, 0);
  const { type } = to;
  if (
    /^atomic_(fetch_(add|sub|or|and|xor|nand)|(add|sub|or|and|xor|nand)_fetch|exchange_n)$/.test(
      name,
    )
  ) {
    return builtinNode(
      name,
      [to.pointer, operand(context, syntax, 1, type), order(context, syntax, 2)],
      type,
      span,
    );
  }
  switch (name) {
    case 'atomic_load_n':
      return builtinNode(name, [to.pointer, order(context, syntax, 1)], type, span);
    case 'atomic_load': {
      const loaded = builtinNode(
        'atomic_load_n',
        [to.pointer, order(context, syntax, 2)],
        type,
        span,
      ).expr;
      return value(storeThrough(context, syntax, 1, loaded, span));
    }
    case 'atomic_store_n':
      return builtinNode(
        name,
        [to.pointer, operand(context, syntax, 1, type), order(context, syntax, 2)],
        VOID,
        span,
      );
    case 'atomic_store':
      return builtinNode(
        'atomic_store_n',
        [to.pointer, pointee(context, syntax, 1, type), order(context, syntax, 2)],
        VOID,
        span,
      );
    case 'atomic_exchange': {
      const args = [to.pointer, pointee(context, syntax, 1, type), order(context, syntax, 3)];
      const old = builtinNode('atomic_exchange_n', args, type, span).expr;
      return value(storeThrough(context, syntax, 2, old, span));
    }
    case 'atomic_compare_exchange_n':
    case 'atomic_compare_exchange': {
      const expected = target(context, syntax, 1).pointer;
      const desired = name.endsWith('_n')
        ? operand(context, syntax, 2, type)
        : pointee(context, syntax, 2, type);
      const orders = [order(context, syntax, 4), order(context, syntax, 5)];
      const weak = operand(context, syntax, 3, BOOL);
      return builtinNode(
        'atomic_compare_exchange_n',
        [to.pointer, expected, desired, weak, ...orders],
        BOOL,
        span,
      );
    }
    default:
      return null;
  }
}

function storeThrough(
  context: Context,
  syntax: CallSyntax,
  i: number,
  stored: Expr,
  span: Span,
): Expr {
  const { pointer, type } = target(context, syntax, i);
  const to: LValue = { kind: 'deref', pointer, type, span };
  const assign: Expr = {
    kind: 'assign',
    to,
    value: makeConvert(stored, type, false, span),
    type,
    span,
  };
  return makeConvert(assign, VOID, false, span);
}
