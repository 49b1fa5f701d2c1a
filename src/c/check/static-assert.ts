/** `_Static_assert` (C11 6.7.10). */
import type { StaticAssert } from '../ast.js';
import type { Context } from './entities.js';
import { checkValue, unevaluated } from './expression.js';

export function checkStaticAssert(context: Context, declaration: StaticAssert): void {
  const { expr } = checkValue(unevaluated(context), declaration.condition);
  if (expr.kind !== 'int')
    context.unit.reject(
      declaration.condition.span,
      'expression in static assertion is not constant',
    );
  if (expr.kind === 'int' && expr.value === 0n) {
    const message = declaration.message === null ? '' : `: ${declaration.message}`;
    context.unit.reject(declaration.span, `static assertion failed${message}`);
  }
}
