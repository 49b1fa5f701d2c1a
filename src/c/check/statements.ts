/** Statements (C11 6.8) and statement expressions. */
import type { BlockStmt, Expr as ExprSyntax, Span, Stmt as Syntax } from '../ast.js';
import type { Expr, LValue, Stmt } from '../typed.js';
import type { CType } from '../types.js';
import { isInteger, isVoid, representation, VOID, wrapped } from './basic-types.js';
import { unqualified } from '../unqualified.js';
import { knownTruth, makeConvert } from './build.js';
import { endOfScope, leaving, snapshot } from './cleanup.js';
import { whereDead } from './dead-code.js';
import {
  Scope,
  type Breakable,
  type Context,
  type Operand,
  type ValueOperand,
} from './entities.js';
import { checkValue } from './expression.js';
import { constantInteger } from './constants.js';
import { checkAsm } from './inline-asm.js';
import { hasLabels } from './labels-within.js';
import { checkDeclaration } from './local-declaration.js';
import { assignConvert, newTemporary, promote, requireScalar, value } from './operands.js';
import { checkStaticAssert } from './static-assert.js';

export function inner(context: Context): Context & { readonly scope: Scope } {
  return { ...context, scope: new Scope(context.scope) };
}

/**
 * A selection or iteration statement, and each statement in it, is a block (C11 6.8.4p3, 6.8.5p5): what it declares is known in it
 * alone. Objects without a name live as long as the block around, as gcc keeps them.
 */
function asBlock(context: Context): Context {
  return { ...context, scope: new Scope(context.scope, [], context.scope?.locals) };
}

function checkWithin(context: Context, syntax: Syntax): Stmt {
  return checkStatement(asBlock(context), syntax);
}

export function checkBlock(context: Context, block: BlockStmt): Stmt {
  const scoped = inner(context);
  const items = checkItems(scoped, block.items);
  items.push(...endOfScope(scoped.scope));
  return { kind: 'block', items, locals: scoped.scope.locals, span: block.span };
}

/** Statements of a block, in a scope that exists already. */
export function checkItems(context: Context, syntax: readonly Syntax[]): Stmt[] {
  declareLocalLabels(context, syntax);
  return syntax.flatMap((item) => checkItem(context, item));
}

function checkItem(context: Context, syntax: Syntax): Stmt[] {
  if (syntax.kind !== 'local-declaration') return [checkStatement(context, syntax)];
  const { declaration } = syntax;
  if (declaration.kind === 'static-assert') {
    checkStaticAssert(context, declaration);
    return [];
  }
  return checkDeclaration(context, declaration);
}

function expressionStatement(context: Context, syntax: ExprSyntax): Stmt {
  const { expr } = checkValue(context, syntax);
  return { kind: 'expression', expr, span: syntax.span };
}

export function checkStatement(context: Context, syntax: Syntax): Stmt {
  const { unit } = context;
  unit.enter(syntax.span);
  const statement = dispatch(context, syntax);
  unit.leave();
  return statement;
}

function dispatch(context: Context, syntax: Syntax): Stmt {
  const { unit } = context;
  const { span } = syntax;
  switch (syntax.kind) {
    case 'block':
      return checkBlock(context, syntax);
    case 'expression':
      return syntax.expr === null
        ? { kind: 'empty', span }
        : { ...expressionStatement(context, syntax.expr), span };
    case 'local-declaration':
      return { kind: 'block', items: checkItem(context, syntax), locals: [], span };
    case 'local-function':
      return unit.unsupported(span, 'nested-function', syntax.definition.name);
    case 'local-labels':
      return { kind: 'empty', span };
    case 'if':
      return checkIf(asBlock(context), syntax);
    case 'while': {
      const scoped = asBlock(context);
      const test = checkTest(scoped, syntax.test);
      return { kind: 'while', test, body: loopBody(scoped, syntax.body), span };
    }
    case 'do': {
      const scoped = asBlock(context);
      const body = loopBody(scoped, syntax.body);
      return { kind: 'do', body, test: checkTest(scoped, syntax.test), span };
    }
    case 'for':
      return checkFor(context, syntax);
    case 'switch':
      return checkSwitch(asBlock(context), syntax);
    case 'case':
      return checkCase(context, syntax);
    case 'default': {
      const within = innermostSwitch(context);
      if (within === null)
        return unit.reject(span, "'default' label not within a switch statement");
      if (within.hasDefault) unit.reject(span, 'multiple default labels in one switch');
      within.hasDefault = true;
      return { kind: 'default', body: checkStatement(context, syntax.body), span };
    }
    case 'label': {
      const name = defineLabel(context, syntax.name, span);
      return { kind: 'label', name, body: checkStatement(context, syntax.body), span };
    }
    case 'goto':
      return checkGoto(context, syntax.label, span);
    case 'computed-goto':
      return { kind: 'computed-goto', target: checkValue(context, syntax.target).expr, span };
    case 'break':
      return checkJump(context, 'break', span);
    case 'continue':
      return checkJump(context, 'continue', span);
    case 'return':
      return checkReturn(context, syntax);
    case 'asm':
      return checkAsm(context, syntax);
  }
}

function checkTest(context: Context, syntax: ExprSyntax): Expr {
  return requireScalar(context, checkValue(context, syntax), syntax.span, '').expr;
}

/* ---------- selection and iteration ---------- */

/** A branch that a constant rules out, and that no label leads into, need not be supported. */
function checkIf(context: Context, syntax: Syntax & { readonly kind: 'if' }): Stmt {
  const { span } = syntax;
  const test = checkTest(context, syntax.test);
  const known = knownTruth(test);
  const arm = (body: Syntax, dead: boolean): Stmt =>
    whereDead(context, dead && !hasLabels(body), () => checkWithin(context, body)) ?? {
      kind: 'empty',
      span: body.span,
    };
  const then = arm(syntax.then, known === false);
  const otherwise = syntax.otherwise === null ? null : arm(syntax.otherwise, known === true);
  return { kind: 'if', test, then, otherwise, span };
}

function within<T>(context: Context, breakable: Breakable, check: () => T): T {
  context.fn?.breakables.push(breakable);
  const result = check();
  context.fn?.breakables.pop();
  return result;
}

function loopOf(scope: Scope | null): Breakable {
  return {
    scope: scope ?? new Scope(null),
    loop: true,
    switchType: null,
    cases: [],
    hasDefault: false,
  };
}

function loopBody(context: Context, syntax: Syntax): Stmt {
  return within(context, loopOf(context.scope), () => checkWithin(context, syntax));
}

function checkFor(context: Context, syntax: Syntax & { readonly kind: 'for' }): Stmt {
  const { span } = syntax;
  const scoped = inner(context);
  const { init: head } = syntax;
  let init: Stmt | null = null;
  if (head !== null && head.kind === 'declaration') {
    const items = checkDeclaration(scoped, head);
    const [only] = items;
    init =
      items.length === 1 && only !== undefined
        ? only
        : { kind: 'block', items, locals: [], span: head.span };
  } else if (head !== null) {
    init = expressionStatement(scoped, head);
  }
  const test = syntax.test === null ? null : checkTest(scoped, syntax.test);
  const step = syntax.step === null ? null : checkValue(scoped, syntax.step).expr;
  const body = loopBody(scoped, syntax.body);
  const { locals } = scoped.scope;
  const after = endOfScope(scoped.scope);
  if (after.length === 0) return { kind: 'for', init, test, step, body, locals, span };
  const loop: Stmt = { kind: 'for', init, test, step, body, locals: [], span };
  return { kind: 'block', items: [loop, ...after], locals, span };
}

function checkSwitch(context: Context, syntax: Syntax & { readonly kind: 'switch' }): Stmt {
  const { span } = syntax;
  const operand = checkValue(context, syntax.value);
  if (!isInteger(operand.expr.type))
    return context.unit.reject(syntax.value.span, 'switch quantity not an integer');
  const { expr } = promote(operand);
  const breakable: Breakable = {
    scope: context.scope ?? new Scope(null),
    loop: false,
    switchType: expr.type,
    cases: [],
    hasDefault: false,
  };
  const body = within(context, breakable, () => checkWithin(context, syntax.body));
  return { kind: 'switch', value: expr, body, span };
}

function innermostSwitch(context: Context): Breakable | null {
  return context.fn?.breakables.findLast((b) => !b.loop) ?? null;
}

function checkCase(context: Context, syntax: Syntax & { readonly kind: 'case' }): Stmt {
  const { unit } = context;
  const { span } = syntax;
  const selection = innermostSwitch(context);
  const type =
    selection?.switchType === undefined || selection.switchType === null
      ? null
      : representation(selection.switchType);
  if (selection === null || type === null)
    return unit.reject(span, 'case label not within a switch statement');
  const first = wrapped(type, constantInteger(context, syntax.first).value);
  const last =
    syntax.last === null ? first : wrapped(type, constantInteger(context, syntax.last).value);
  if (last >= first) {
    if (selection.cases.some((c) => c.first <= last && c.last >= first))
      unit.reject(span, 'duplicate case value');
    selection.cases.push({ first, last });
  }
  const body = checkStatement(context, syntax.body);
  return last < first ? body : { kind: 'case', first, last, body, span };
}

/* ---------- jumps ---------- */

function checkJump(context: Context, kind: 'break' | 'continue', span: Span): Stmt {
  const target = context.fn?.breakables.findLast((b) => kind === 'break' || b.loop);
  if (target === undefined) {
    return context.unit.reject(
      span,
      kind === 'break'
        ? 'break statement not within loop or switch'
        : 'continue statement not within a loop',
    );
  }
  const before = leaving(context.scope, target.scope);
  const jump: Stmt = { kind, span };
  return before.length === 0 ? jump : { kind: 'block', items: [...before, jump], locals: [], span };
}

function declareLocalLabels(context: Context, items: readonly Syntax[]): void {
  for (const item of items) {
    if (item.kind !== 'local-labels' || context.fn === null) continue;
    for (const name of item.names)
      context.scope?.labels.set(name, `${name}.${++context.fn.labelCount}`);
  }
}

function uniqueLabel(context: Context, name: string): string {
  for (let scope = context.scope; scope !== null; scope = scope.parent) {
    const unique = scope.labels.get(name);
    if (unique !== undefined) return unique;
  }
  return name;
}

function defineLabel(context: Context, name: string, span: Span): string {
  const unique = uniqueLabel(context, name);
  if (context.fn === null || context.unevaluated) return unique;
  if (context.fn.labels.has(unique)) context.unit.reject(span, `duplicate label '${name}'`);
  context.fn.labels.set(unique, snapshot(context));
  return unique;
}

/** The name in the typed tree of a label whose address is taken. */
export function labelName(context: Context, name: string, span: Span): string {
  if (context.fn === null)
    return context.unit.reject(span, `label '${name}' referenced outside of any function`);
  const label = uniqueLabel(context, name);
  if (!context.unevaluated) context.fn.gotos.push({ label, from: [], span, items: null });
  return label;
}

function checkGoto(context: Context, name: string, span: Span): Stmt {
  const label = uniqueLabel(context, name);
  const jump: Stmt = { kind: 'goto', label, span };
  if (context.fn === null || context.unevaluated) return jump;
  const items: Stmt[] = [jump];
  context.fn.gotos.push({ label, from: snapshot(context), span, items });
  return { kind: 'block', items, locals: [], span };
}

function checkReturn(context: Context, syntax: Syntax & { readonly kind: 'return' }): Stmt {
  const { unit, fn } = context;
  const { span } = syntax;
  if (fn === null) return unit.reject(span, 'return outside of a function');
  const cleanups = leaving(context.scope, null);
  const leave = (items: Stmt[], value: Expr | null): Stmt => {
    const statement: Stmt = { kind: 'return', value, span };
    const all = [...items, ...cleanups, statement];
    return all.length === 1 ? statement : { kind: 'block', items: all, locals: [], span };
  };
  if (syntax.value === null) {
    if (!isVoid(fn.returns) && !unit.options.implicitFunctions) {
      unit.reject(span, "'return' with no value, in function returning non-void");
    }
    return leave([], null);
  }
  const operand = checkValue(context, syntax.value);
  if (isVoid(fn.returns)) {
    // `return f();` with f void is common; a value is evaluated and dropped (gcc warns).
    const expr = makeConvert(operand.expr, VOID, false, syntax.value.span);
    return leave([{ kind: 'expression', expr, span: syntax.value.span }], null);
  }
  const converted = assignConvert(context, operand, fn.returns, syntax.value.span, {
    assigning: 'when returning',
  });
  if (cleanups.length === 0) return leave([], converted);
  const [store, load] = held(context, converted, span);
  return leave([store], load);
}

/** A value kept in a temporary while cleanups run. */
function held(context: Context, expr: Expr, span: Span): readonly [Stmt, Expr] {
  const type = unqualified(expr.type);
  const local = newTemporary(context, type, span);
  const place: LValue = { kind: 'local', local, type, span };
  const store: Stmt = {
    kind: 'expression',
    expr: { kind: 'assign', to: place, value: expr, type, span },
    span,
  };
  return [store, { kind: 'load', from: place, type, span }];
}

/* ---------- statement expressions ---------- */

/** `({ … })`: the value of the last statement if that is an expression, after conversion to a value; else void. */
export function checkStatementExpr(context: Context, block: BlockStmt, span: Span): Operand {
  const { unit } = context;
  if (context.fn === null)
    return unit.reject(span, 'braced-group within expression allowed only inside a function');
  const scoped = inner(context);
  const last = block.items[block.items.length - 1];
  const tail = last === undefined ? null : resultSyntax(last);
  const items = checkItems(scoped, tail === null ? block.items : block.items.slice(0, -1));
  const operand = tail === null || last === undefined ? null : resultOf(scoped, last, tail, items);
  const result = operand === null ? null : operand.expr;
  const bitWidth = operand === null ? null : operand.bitWidth;
  const cleanups = endOfScope(scoped.scope);
  const type: CType = result === null ? VOID : result.type;
  const { locals } = scoped.scope;
  if (result !== null && !isVoid(type) && cleanups.length > 0) {
    const [store, load] = held(context, result, span);
    items.push(store, ...cleanups);
    const body: Stmt = {
      kind: 'block',
      items: [{ kind: 'block', items, locals, span }],
      locals: [],
      span,
    };
    return { ...value({ kind: 'statement', body, result: load, type, span }), bitWidth };
  }
  if (result !== null && isVoid(type))
    items.push({ kind: 'expression', expr: result, span: result.span });
  items.push(...cleanups);
  if (items.length === 0 && result !== null && locals.length === 0)
    return { ...value({ ...result, span }), bitWidth };
  const body: Stmt = { kind: 'block', items, locals, span };
  const expr: Expr = { kind: 'statement', body, result: isVoid(type) ? null : result, type, span };
  return { ...value(expr), bitWidth };
}

/** The expression that a last statement ends in, through labels. */
function resultSyntax(statement: Syntax): ExprSyntax | null {
  if (statement.kind === 'label') return resultSyntax(statement.body);
  return statement.kind === 'expression' ? statement.expr : null;
}

function resultOf(context: Context, last: Syntax, tail: ExprSyntax, items: Stmt[]): ValueOperand {
  let statement = last;
  while (statement.kind === 'label') {
    const name = defineLabel(context, statement.name, statement.span);
    items.push({
      kind: 'label',
      name,
      body: { kind: 'empty', span: statement.span },
      span: statement.span,
    });
    statement = statement.body;
  }
  return checkValue(context, tail);
}
