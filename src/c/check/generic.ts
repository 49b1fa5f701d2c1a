/** `_Generic` (C11 6.5.1.1): the controlling expression undergoes lvalue conversion (DR 481); only the chosen value is checked. */
import type { Expr as Syntax } from '../ast.js';
import { unqualified } from '../unqualified.js';
import type { Context, Operand } from './entities.js';
import { checkExpr, checkValue, unevaluated } from './expression.js';
import { resolveType } from './resolve-type.js';
import { compatible } from './type-relations.js';
import { spelled } from '../spell-type.js';

export function checkGeneric(
  context: Context,
  syntax: Syntax & { readonly kind: 'generic' },
): Operand {
  const { unit } = context;
  const control = checkValue(unevaluated(context), syntax.control);
  const type = unqualified(control.expr.type);
  let chosen: Syntax | null = null;
  let fallback: Syntax | null = null;
  for (const association of syntax.cases) {
    if (association.type === null) {
      if (fallback !== null)
        unit.reject(association.value.span, "duplicate 'default' case in '_Generic'");
      fallback = association.value;
    } else if (compatible(resolveType(context, association.type), type)) {
      if (chosen !== null)
        unit.reject(association.type.span, "'_Generic' selector matches multiple associations");
      chosen = association.value;
    }
  }
  const picked = chosen ?? fallback;
  if (picked === null) {
    return unit.reject(
      syntax.control.span,
      `'_Generic' selector of type '${spelled(type)}' is not compatible with any association`,
    );
  }
  return checkExpr(context, picked);
}
