/**
 * Two questions about expressions before they are lowered: does evaluating one execute instructions that others must be
 * ordered against (stores, calls)? And is one so cheap and harmless that it may be evaluated without need?
 */
import type { Expr, LValue } from '../c/typed.js';

const known = new WeakMap<object, boolean>();

function remember(node: object, compute: () => boolean): boolean {
  const before = known.get(node);
  if (before !== undefined) return before;
  const value = compute();
  known.set(node, value);
  return value;
}

export function lvalueActs(lv: LValue): boolean {
  switch (lv.kind) {
    case 'local':
    case 'global':
    case 'string':
      return false;
    case 'deref':
      return acts(lv.pointer);
    case 'field':
    case 'bitfield':
      return lvalueActs(lv.base);
    case 'compound-literal':
    case 'temporary':
      return true;
  }
}

/** Evaluating it may store or call. */
export function acts(e: Expr): boolean {
  switch (e.kind) {
    case 'int':
    case 'float':
    case 'function-address':
    case 'label-address':
    case 'once':
      return false;
    case 'load':
      return lvalueActs(e.from);
    case 'address':
      return lvalueActs(e.of);
    case 'convert':
    case 'negate':
    case 'complement':
    case 'not':
      return acts(e.operand);
    case 'arith':
    case 'compare':
    case 'and':
    case 'or':
    case 'comma':
    case 'pointer-difference':
      return remember(e, () => acts(e.left) || acts(e.right));
    case 'pointer-add':
      return remember(
        e,
        () => acts(e.pointer) || acts(e.index) || (typeof e.scale !== 'number' && acts(e.scale)),
      );
    case 'conditional':
      return remember(e, () => acts(e.test) || acts(e.then) || acts(e.otherwise));
    case 'elvis':
      return remember(e, () => acts(e.test) || acts(e.value) || acts(e.otherwise));
    case 'builtin':
    case 'assign':
    case 'compound-assign':
    case 'call':
    case 'va-start':
    case 'va-end':
    case 'va-copy':
    case 'va-arg':
    case 'statement':
      return true;
  }
}

/** It reads `once`, outside of nested uses of it. */
export function readsOnce(e: Expr): boolean {
  switch (e.kind) {
    case 'once':
      return true;
    case 'convert':
    case 'negate':
    case 'complement':
    case 'not':
      return readsOnce(e.operand);
    case 'arith':
    case 'compare':
      return readsOnce(e.left) || readsOnce(e.right);
    case 'pointer-add':
      return readsOnce(e.pointer) || readsOnce(e.index);
    default:
      return false;
  }
}

const MAX_CHEAP = 10;

function cost(e: Expr): number {
  switch (e.kind) {
    case 'int':
    case 'float':
    case 'function-address':
      return 0;
    case 'once':
      return 1;
    case 'load':
      // a variable's own bytes are always there
      return (e.from.kind === 'local' || e.from.kind === 'global') && e.type.kind !== 'record'
        ? 1
        : Infinity;
    case 'convert':
      return e.type.kind === 'void' ? Infinity : 1 + cost(e.operand);
    case 'negate':
    case 'complement':
    case 'not':
      return 1 + cost(e.operand);
    case 'compare':
      return 1 + cost(e.left) + cost(e.right);
    case 'arith': {
      const sum = 1 + cost(e.left) + cost(e.right);
      switch (e.op) {
        case '+':
        case '-':
        case '&':
        case '|':
        case '^':
        case '*':
          return sum;
        case '<<':
        case '>>':
          return e.right.kind === 'int' ? sum : Infinity;
        case '/':
        case '%':
          return Infinity;
      }
      break;
    }
    case 'pointer-add':
      return typeof e.scale === 'number' ? 2 + cost(e.pointer) + cost(e.index) : Infinity;
    case 'and':
    case 'or':
      return 1 + cost(e.left) + cost(e.right);
    default:
      return Infinity;
  }
  return Infinity;
}

/** Pure, cannot trap, a few operations: may be computed even where C would not. */
export function cheap(e: Expr): boolean {
  return cost(e) <= MAX_CHEAP;
}
