/** The statements directly inside a statement: parts of it, and those in statement expressions of its expressions. */
import type { Expr, InitStep, LValue, Stmt } from '../c/typed.js';

export function statementsWithin(s: Stmt): readonly Stmt[] {
  const found: Stmt[] = [];
  switch (s.kind) {
    case 'block':
      found.push(...s.items);
      break;
    case 'expression':
      inExpr(s.expr, found);
      break;
    case 'declare':
      if (s.init !== null) inInit(s.init, found);
      break;
    case 'declare-vla':
      inExpr(s.size, found);
      break;
    case 'if':
      inExpr(s.test, found);
      found.push(s.then);
      if (s.otherwise !== null) found.push(s.otherwise);
      break;
    case 'while':
    case 'do':
      inExpr(s.test, found);
      found.push(s.body);
      break;
    case 'for':
      if (s.init !== null) found.push(s.init);
      if (s.test !== null) inExpr(s.test, found);
      if (s.step !== null) inExpr(s.step, found);
      found.push(s.body);
      break;
    case 'switch':
      inExpr(s.value, found);
      found.push(s.body);
      break;
    case 'case':
    case 'default':
    case 'label':
      found.push(s.body);
      break;
    case 'computed-goto':
      inExpr(s.target, found);
      break;
    case 'return':
      if (s.value !== null) inExpr(s.value, found);
      break;
    case 'goto':
    case 'break':
    case 'continue':
    case 'empty':
    case 'barrier':
      break;
  }
  return found;
}

function inInit(steps: readonly InitStep[], found: Stmt[]): void {
  for (const step of steps) {
    inLValue(step.to, found);
    if (step.kind === 'store') inExpr(step.value, found);
  }
}

function inLValue(lv: LValue, found: Stmt[]): void {
  switch (lv.kind) {
    case 'local':
    case 'global':
    case 'string':
      return;
    case 'deref':
      inExpr(lv.pointer, found);
      return;
    case 'field':
    case 'bitfield':
      inLValue(lv.base, found);
      return;
    case 'compound-literal':
      inInit(lv.init, found);
      return;
    case 'temporary':
      inExpr(lv.value, found);
      return;
  }
}

function inExpr(e: Expr, found: Stmt[]): void {
  switch (e.kind) {
    case 'statement':
      if (e.body.kind === 'block') found.push(...e.body.items);
      else found.push(e.body);
      if (e.result !== null) inExpr(e.result, found);
      return;
    case 'load':
      inLValue(e.from, found);
      return;
    case 'address':
      inLValue(e.of, found);
      return;
    default:
      for (const part of operands(e)) inExpr(part, found);
      if (e.kind === 'assign' || e.kind === 'compound-assign') inLValue(e.to, found);
  }
}

/** The expressions directly below, lvalues and statement expressions aside. */
export function operands(e: Expr): readonly Expr[] {
  switch (e.kind) {
    case 'int':
    case 'float':
    case 'function-address':
    case 'label-address':
    case 'once':
    case 'load':
    case 'address':
    case 'statement':
      return [];
    case 'convert':
    case 'negate':
    case 'complement':
    case 'not':
      return [e.operand];
    case 'arith':
    case 'compare':
    case 'and':
    case 'or':
    case 'comma':
    case 'pointer-difference':
      return [e.left, e.right];
    case 'pointer-add':
      return typeof e.scale === 'number' ? [e.pointer, e.index] : [e.pointer, e.index, e.scale];
    case 'conditional':
      return [e.test, e.then, e.otherwise];
    case 'elvis':
      return [e.test, e.value, e.otherwise];
    case 'assign':
    case 'compound-assign':
      return [e.value];
    case 'call':
      return e.callee.kind === 'indirect' ? [e.callee.pointer, ...e.args] : e.args;
    case 'builtin':
      return e.args;
    case 'va-start':
    case 'va-end':
    case 'va-arg':
      return [e.list];
    case 'va-copy':
      return [e.to, e.from];
  }
}
