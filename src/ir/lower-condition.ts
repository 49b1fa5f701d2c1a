/** Tests as control flow: `&&`, `||` and `!` become branches (C11 6.5.13, 6.5.14). */
import type { Expr } from '../c/typed.js';
import { branchesOn, isWatched } from './cover-branch.js';
import type { BlockId } from './ir.js';
import { lowerEffect, lowerExpr, truthOf } from './lower-expression.js';
import { early } from './lower-strict.js';
import type { Lowering } from './lowering.js';

/** Goes to `yes` where the value is not zero, else to `no`. */
export function lowerCondition(f: Lowering, e: Expr, yes: BlockId, no: BlockId): void {
  switch (e.kind) {
    case 'not':
      lowerCondition(f, e.operand, no, yes);
      return;
    case 'and':
    case 'or': {
      if (early(f, e.right) && !isWatched(f, e.span)) break;
      if (e.left.kind === 'int' && (e.left.value !== 0n) === (e.kind === 'or')) {
        f.b.goto(e.kind === 'or' ? yes : no); // the right side is never reached
        return;
      }
      const right = f.b.newBlock();
      if (e.kind === 'and') lowerCondition(f, e.left, right, no);
      else lowerCondition(f, e.left, yes, right);
      f.b.enter(right);
      lowerCondition(f, e.right, yes, no);
      return;
    }
    case 'comma':
      lowerEffect(f, e.left);
      lowerCondition(f, e.right, yes, no);
      return;
    case 'convert':
      // (int)(a < b), (long)!!x: widening does not change whether it is zero
      if (widens(e)) {
        lowerCondition(f, e.operand, yes, no);
        return;
      }
      break;
    default:
      break;
  }
  const test = truthOf(lowerExpr(f, e));
  branchesOn(f, e.span, test, yes, no);
}

function widens(e: Extract<Expr, { kind: 'convert' }>): boolean {
  const from = e.operand.type;
  if (e.type.kind === 'bool') {
    return from.kind === 'bool' || from.kind === 'int' || from.kind === 'pointer';
  }
  return (
    e.type.kind === 'int' &&
    (from.kind === 'bool' || (from.kind === 'int' && from.bits <= e.type.bits))
  );
}
