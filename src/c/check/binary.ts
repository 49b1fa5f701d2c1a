/** Binary operators without side effects (C11 6.5.5 to 6.5.14), with what gcc adds for void and function pointers. */
import type { BinaryOp, Expr as Syntax, Span } from '../ast.js';
import type { ArithOp, Expr } from '../typed.js';
import type { CType } from '../types.js';
import {
  INT,
  inRange,
  LONG,
  ULONG,
  isInteger,
  isPointer,
  isVariableSize,
  isVoid,
  promoted,
} from './basic-types.js';
import {
  hasEffects,
  intConstant,
  knownTruth,
  makeArith,
  makeCompare,
  makeConvert,
  makeNegate,
  makePointerAdd,
  truth,
} from './build.js';
import { whereDead } from './dead-code.js';
import type { Constancy, Context, ValueOperand } from './entities.js';
import { checkValue } from './expression.js';
import { sizeOf } from './layout.js';
import { promote, requireScalar, usual, value } from './operands.js';
import { requireComplete } from './records.js';
import { spelled } from '../spell-type.js';
import { sizeExpr } from './variable-length.js';
import { rejectVectors } from './vectors.js';

export function checkBinary(
  context: Context,
  op: Exclude<BinaryOp, '&&' | '||'>,
  left: Syntax,
  right: Syntax,
  span: Span,
): ValueOperand {
  return binary(context, op, checkValue(context, left), checkValue(context, right), span);
}

/** The two operands are values already; compound assignment comes here too. */
export function binary(
  context: Context,
  op: Exclude<BinaryOp, '&&' | '||'>,
  left: ValueOperand,
  right: ValueOperand,
  span: Span,
): ValueOperand {
  const [a, b] = [left.expr.type, right.expr.type];
  if (a.kind === 'complex' || b.kind === 'complex') context.unit.unsupported(span, 'complex');
  switch (op) {
    case '+':
      if (isPointer(a) && isInteger(b))
        return value(pointerPlus(context, left.expr, right, '+', span));
      if (isInteger(a) && isPointer(b))
        return value(pointerPlus(context, right.expr, left, '+', span));
      return arithmetic(context, op, left, right, span);
    case '-':
      if (isPointer(a) && isInteger(b))
        return value(pointerPlus(context, left.expr, right, '-', span));
      if (isPointer(a) && isPointer(b))
        return value(difference(context, left.expr, right.expr, span));
      return arithmetic(context, op, left, right, span);
    case '*':
    case '/':
      return arithmetic(context, op, left, right, span);
    case '%':
    case '&':
    case '|':
    case '^':
      if (!isInteger(a) || !isInteger(b)) return invalid(context, op, a, b, span);
      return arithmetic(context, op, left, right, span);
    case '<<':
    case '>>':
      return shift(context, op, left, right, span);
    case '<':
    case '<=':
    case '>':
    case '>=':
    case '==':
    case '!=':
      return comparison(context, op, left, right, span);
  }
}

function invalid(context: Context, op: string, a: CType, b: CType, span: Span): never {
  rejectVectors(context, span, a, b);
  if (isVoid(a) || isVoid(b)) context.unit.reject(span, 'void value not ignored as it ought to be');
  return context.unit.reject(
    span,
    `invalid operands to binary ${op} (have '${spelled(a)}' and '${spelled(b)}')`,
  );
}

/** Of an operation on two operands whose folded result is `result`. */
export function bothConstant(left: ValueOperand, right: ValueOperand, result: Expr): Constancy {
  if (left.constancy === 'none' || right.constancy === 'none') return 'none';
  return left.constancy === 'constant' && right.constancy === 'constant' && result.kind === 'int'
    ? 'constant'
    : 'operands';
}

function arithmetic(
  context: Context,
  op: ArithOp,
  left: ValueOperand,
  right: ValueOperand,
  span: Span,
): ValueOperand {
  const operands = usual(left, right);
  if (operands === null) return invalid(context, op, left.expr.type, right.expr.type, span);
  const [a, b, type] = operands;
  const expr = makeArith(op, a, b, type, span);
  const constancy = bothConstant(left, right, expr);
  return value(
    expr,
    constancy === 'constant' && overflows(op, a, b, type) ? 'operands' : constancy,
  );
}

/** gcc folds what overflows, wrapped, but does not take it for an integer constant expression. */
function overflows(op: ArithOp, a: Expr, b: Expr, type: CType): boolean {
  if (a.kind !== 'int' || b.kind !== 'int' || type.kind !== 'int' || !type.signed) return false;
  if (op === '+') return !inRange(type, a.value + b.value);
  if (op === '-') return !inRange(type, a.value - b.value);
  return op === '*' && !inRange(type, a.value * b.value);
}

function shift(
  context: Context,
  op: '<<' | '>>',
  left: ValueOperand,
  right: ValueOperand,
  span: Span,
): ValueOperand {
  if (!isInteger(left.expr.type) || !isInteger(right.expr.type)) {
    return invalid(context, op, left.expr.type, right.expr.type, span);
  }
  const a = promote(left).expr;
  const b = promote(right).expr;
  const expr = makeArith(op, a, b, a.type, span);
  return value(expr, bothConstant(left, right, expr));
}

/* ---------- pointers ---------- */

/** Bytes that a pointer to the type steps by: 1 for void and functions, as gcc has it. */
export function stepOf(context: Context, to: CType, span: Span): number | Expr {
  if (to.kind === 'void' || to.kind === 'function') return 1;
  requireComplete(
    context,
    to,
    span,
    `invalid use of incomplete type '${spelled(to)}' in pointer arithmetic`,
  );
  return isVariableSize(to) ? sizeExpr(context, to, span) : (sizeOf(to) ?? 0);
}

export function pointerPlus(
  context: Context,
  pointer: Expr,
  index: ValueOperand,
  op: '+' | '-',
  span: Span,
): Expr {
  if (pointer.type.kind !== 'pointer') throw new Error('no pointer');
  const scale = stepOf(context, pointer.type.to, span);
  const wide = promoted(index.expr.type, index.bitWidth);
  const type = wide?.signed === false ? ULONG : LONG;
  const offset = makeConvert(promote(index).expr, type, false, index.expr.span);
  return makePointerAdd(pointer, op === '-' ? makeNegate(offset, type, span) : offset, scale, span);
}

function difference(context: Context, left: Expr, right: Expr, span: Span): Expr {
  if (left.type.kind !== 'pointer' || right.type.kind !== 'pointer') throw new Error('no pointer');
  const scale = stepOf(context, left.type.to, span);
  if (typeof scale !== 'number') {
    const bytes: Expr = { kind: 'pointer-difference', left, right, scale: 1, type: LONG, span };
    return makeArith('/', bytes, makeConvert(scale, LONG, false, span), LONG, span);
  }
  if (scale === 0)
    return makeArith('/', intConstant(0n, LONG, span), intConstant(0n, LONG, span), LONG, span);
  if (left.kind === 'int' && right.kind === 'int') {
    return intConstant(BigInt.asIntN(64, left.value - right.value) / BigInt(scale), LONG, span);
  }
  const constant = constantDifference(left, right, scale, span);
  return constant ?? { kind: 'pointer-difference', left, right, scale, type: LONG, span };
}

/** Two addresses in the same object: `&a[3] - &a[1]` is a constant to gcc. */
function constantDifference(left: Expr, right: Expr, scale: number, span: Span): Expr | null {
  const a = addressInObject(left);
  const b = addressInObject(right);
  if (a === null || b === null || a.object !== b.object) return null;
  return intConstant((a.offset - b.offset) / BigInt(scale), LONG, span);
}

export function addressInObject(
  expr: Expr,
): { readonly object: unknown; readonly offset: bigint } | null {
  if (expr.kind === 'pointer-add') {
    const base = addressInObject(expr.pointer);
    if (base === null || expr.index.kind !== 'int' || typeof expr.scale !== 'number') return null;
    return { object: base.object, offset: base.offset + expr.index.value * BigInt(expr.scale) };
  }
  if (expr.kind === 'convert' && isPointer(expr.type) && isPointer(expr.operand.type))
    return addressInObject(expr.operand);
  if (expr.kind !== 'address') return null;
  let offset = 0n;
  let place = expr.of;
  while (place.kind === 'field') {
    offset += BigInt(place.offset);
    place = place.base;
  }
  if (place.kind === 'global' || place.kind === 'string') return { object: place.global, offset };
  if (place.kind === 'local') return { object: place.local, offset };
  if (place.kind !== 'deref') return null;
  const base = addressInObject(place.pointer);
  return base === null ? null : { object: base.object, offset: base.offset + offset };
}

function comparison(
  context: Context,
  op: '<' | '<=' | '>' | '>=' | '==' | '!=',
  left: ValueOperand,
  right: ValueOperand,
  span: Span,
): ValueOperand {
  const operands = usual(left, right);
  if (operands !== null) {
    const expr = makeCompare(op, operands[0], operands[1], span);
    const integers = isInteger(left.expr.type) && isInteger(right.expr.type);
    return value(expr, integers ? bothConstant(left, right, expr) : 'none');
  }
  const [a, b] = [left.expr.type, right.expr.type];
  const pointer = isPointer(a) ? a : b;
  const comparable = (isPointer(a) || isInteger(a)) && (isPointer(b) || isInteger(b));
  if (!comparable) return invalid(context, op, a, b, span);
  // Pointers of different types, or a pointer and an integer: gcc warns and compares addresses.
  const l = isPointer(a) ? left.expr : makeConvert(promote(left).expr, pointer, false, span);
  const r = isPointer(b) ? right.expr : makeConvert(promote(right).expr, pointer, false, span);
  const x = addressInObject(l);
  const y = addressInObject(r);
  if (x !== null && y !== null && x.object === y.object) {
    const constant = (n: bigint): Expr => intConstant(n, LONG, span);
    return value(makeCompare(op, constant(x.offset), constant(y.offset), span));
  }
  return value(makeCompare(op, l, r, span));
}

/* ---------- && and || ---------- */

export function checkLogical(
  context: Context,
  op: '&&' | '||',
  left: Syntax,
  right: Syntax,
  span: Span,
): ValueOperand {
  const a = requireScalar(context, checkValue(context, left), left.span, '');
  const known = knownTruth(a.expr);
  const decides = op === '||'; // the value of the left operand that ends it
  const b = whereDead(context, known === decides, () =>
    requireScalar(context, checkValue(context, right), right.span, ''),
  );
  if (b === null) return value(truth(decides, span));
  const constancy = logicalConstancy(a, b, known === decides);
  if (known === decides && !hasEffects(a.expr)) return value(truth(decides, span), constancy);
  if (known !== null && !hasEffects(a.expr)) {
    const second = knownTruth(b.expr);
    if (second !== null && !hasEffects(b.expr)) return value(truth(second, span), constancy);
  }
  const kind = op === '&&' ? ('and' as const) : ('or' as const);
  return value({ kind, left: a.expr, right: b.expr, type: INT, span });
}

/** As gcc's parser decides: the operand that is not evaluated need only look like a constant (`0 && 1/0`). */
function logicalConstancy(a: ValueOperand, b: ValueOperand, shortCut: boolean): Constancy {
  if (!isInteger(a.expr.type) || !isInteger(b.expr.type)) return 'none';
  if (a.constancy === 'none' || b.constancy === 'none') return 'none';
  return a.constancy === 'constant' && (shortCut || b.constancy === 'constant')
    ? 'constant'
    : 'operands';
}
