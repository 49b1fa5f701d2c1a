/**
 * The conditional operator (C11 6.5.15) and GNU `a ?: b`. The type of `c ? p : q` on pointers is what the kernel's
 * `__is_constexpr` turns on: a null pointer constant takes the other's type, any other `void *` makes `void *`.
 */
import type { Expr as Syntax, Span } from '../ast.js';
import type { Expr } from '../typed.js';
import type { CType } from '../types.js';
import {
  isArithmetic,
  isConst,
  isInteger,
  isPointer,
  isVoid,
  isVolatile,
  pointerTo,
  qualified,
  VOID,
} from './basic-types.js';
import { unqualified } from '../unqualified.js';
import { hasEffects, knownTruth, makeConvert } from './build.js';
import { whereDead } from './dead-code.js';
import type { Constancy, Context, ValueOperand } from './entities.js';
import { checkValue } from './expression.js';
import { commonType, promote, requireScalar, value } from './operands.js';
import { compatible, composite } from './type-relations.js';
import { spelled } from '../spell-type.js';

type ConditionalSyntax = Syntax & { readonly kind: 'conditional' };

export function checkConditional(context: Context, syntax: ConditionalSyntax): ValueOperand {
  const { span } = syntax;
  const test = requireScalar(context, checkValue(context, syntax.test), syntax.test.span, '');
  const known = knownTruth(test.expr);
  const thenSyntax = syntax.then;
  if (thenSyntax === null) return elvis(context, test, syntax.otherwise, span);
  const then = whereDead(context, known === false, () => checkValue(context, thenSyntax));
  const otherwise = whereDead(context, known === true, () => checkValue(context, syntax.otherwise));
  if (then === null || otherwise === null) {
    const live = then ?? otherwise;
    if (live === null) throw new Error('both arms dead');
    return withTest(test.expr, promote(live).expr, 'none', span);
  }
  const type = resultType(context, then, otherwise, span);
  const a = convertArm(then, type);
  const b = convertArm(otherwise, type);
  const constancy = conditionalConstancy(test, then, otherwise, known);
  if (known !== null) return withTest(test.expr, known ? a : b, constancy, span);
  return value({ kind: 'conditional', test: test.expr, then: a, otherwise: b, type, span });
}

/** The test decides; it is kept only for what it does. */
function withTest(test: Expr, chosen: Expr, constancy: Constancy, span: Span): ValueOperand {
  if (!hasEffects(test)) return value({ ...chosen, span }, constancy);
  const first = makeConvert(test, VOID, false, test.span);
  return value({ kind: 'comma', left: first, right: chosen, type: chosen.type, span });
}

function convertArm(arm: ValueOperand, type: CType): Expr {
  if (type.kind === 'record' || compatible(arm.expr.type, type)) return arm.expr;
  const operand = isArithmetic(arm.expr.type) ? promote(arm).expr : arm.expr;
  return makeConvert(operand, type, false, arm.expr.span);
}

function conditionalConstancy(
  test: ValueOperand,
  then: ValueOperand,
  otherwise: ValueOperand,
  known: boolean | null,
): Constancy {
  if (test.constancy === 'none' || then.constancy === 'none' || otherwise.constancy === 'none')
    return 'none';
  if (!isInteger(then.expr.type) || !isInteger(otherwise.expr.type)) return 'none';
  const chosen = known === true ? then : otherwise;
  return test.constancy === 'constant' && chosen.constancy === 'constant' ? 'constant' : 'operands';
}

function resultType(
  context: Context,
  then: ValueOperand,
  otherwise: ValueOperand,
  span: Span,
): CType {
  const [a, b] = [then.expr.type, otherwise.expr.type];
  const arithmetic = commonType(then, otherwise);
  if (arithmetic !== null) return arithmetic;
  if (isVoid(a) || isVoid(b)) return VOID;
  if (a.kind === 'record' && b.kind === 'record' && a.record === b.record) return a;
  if (isPointer(a) && isPointer(b)) return pointerResult(then, otherwise, a, b);
  // A pointer and an integer that is no null pointer constant: gcc warns, the pointer wins.
  if (isPointer(a) && isInteger(b)) return unqualified(a);
  if (isInteger(a) && isPointer(b)) return unqualified(b);
  if (a.kind === 'va-list' && b.kind === 'va-list') return a;
  if (a.kind === 'complex' || b.kind === 'complex') context.unit.unsupported(span, 'complex');
  return context.unit.reject(
    span,
    `type mismatch in conditional expression: '${spelled(a)}' and '${spelled(b)}'`,
  );
}

type Pointer = CType & { readonly kind: 'pointer' };

function pointerResult(then: ValueOperand, otherwise: ValueOperand, a: Pointer, b: Pointer): CType {
  if (compatible(unqualified(a.to), unqualified(b.to))) {
    return merged(composite(unqualified(a.to), unqualified(b.to)), a, b);
  }
  if (then.nullPointer) return unqualified(b);
  if (otherwise.nullPointer) return unqualified(a);
  if (isVoid(a.to) || isVoid(b.to)) return merged(VOID, a, b);
  // gcc warns of a mismatch and makes it void *.
  return merged(VOID, a, b);
}

function merged(to: CType, a: Pointer, b: Pointer): CType {
  return pointerTo(
    qualified(to, isConst(a.to) || isConst(b.to), isVolatile(a.to) || isVolatile(b.to)),
  );
}

function elvis(
  context: Context,
  test: ValueOperand,
  otherwiseSyntax: Syntax,
  span: Span,
): ValueOperand {
  const otherwise = checkValue(context, otherwiseSyntax);
  const type = resultType(context, test, otherwise, span);
  const known = knownTruth(test.expr);
  const constancy = conditionalConstancy(test, test, otherwise, known);
  if (known !== null && !hasEffects(test.expr)) {
    return value({ ...convertArm(known ? test : otherwise, type), span }, constancy);
  }
  const once: ValueOperand = {
    ...test,
    expr: { kind: 'once', type: test.expr.type, span: test.expr.span },
  };
  return value({
    kind: 'elvis',
    test: test.expr,
    value: convertArm(once, type),
    otherwise: convertArm(otherwise, type),
    type,
    span,
  });
}
