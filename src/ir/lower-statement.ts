/** Statements (C11 6.8), with scopes: leaving a block gives back the stack of its variable-length arrays. */
import type { Expr, Local, Stmt } from '../c/typed.js';
import type { Span } from '../c/ast.js';
import { binary, cast, i64 } from './build.js';
import { coverStatement } from './cover.js';
import type { Address, BlockId, Expr as IrExpr } from './ir.js';
import { LABEL_BASE } from './label-base.js';
import { lowerCall } from './lower-call.js';
import { lowerCondition } from './lower-condition.js';
import { lowerEffect, lowerExpr, lowerScalar } from './lower-expression.js';
import { lowerInit, writeMemory } from './lower-place.js';
import { lowerSwitch } from './lower-switch.js';
import { countedBody } from './macro-loop.js';
import { NOTHING, theScalar, type Lowering, type Scope, type Value } from './lowering.js';
import { shapeOf } from './type-shape.js';

export function lowerStatement(f: Lowering, s: Stmt): void {
  if (!f.b.reachable && !canBeEntered(s)) return;
  f.writing(s.span);
  if (s.kind !== 'case' && s.kind !== 'default' && s.kind !== 'label') begin(f, s);
  switch (s.kind) {
    case 'block':
      inScope(f, s.locals, () => s.items.forEach((item) => lowerStatement(f, item)));
      return;
    case 'expression':
      lowerEffect(f, s.expr);
      return;
    case 'declare':
      declare(f, s.local, s.init === null, s.span);
      if (s.init !== null) lowerInit(f, s.init);
      return;
    case 'declare-vla':
      lowerVla(f, s);
      return;
    case 'if':
      lowerIf(f, s);
      return;
    case 'while': {
      const head = f.b.newBlock();
      const body = f.b.newBlock();
      const after = f.b.newBlock();
      f.b.enter(head);
      lowerCondition(f, s.test, body, after);
      f.b.enter(body);
      loopBody(f, after, head, s.body);
      f.b.goto(head);
      f.b.enter(after);
      return;
    }
    case 'do': {
      const body = f.b.newBlock();
      const test = f.b.newBlock();
      const after = f.b.newBlock();
      f.b.enter(body);
      loopBody(f, after, test, s.body);
      f.b.enter(test);
      lowerCondition(f, s.test, body, after);
      f.b.enter(after);
      return;
    }
    case 'for':
      lowerFor(f, s);
      return;
    case 'switch':
      lowerSwitch(f, s);
      return;
    case 'case':
    case 'default': {
      const block = f.cases.get(s);
      if (block === undefined) throw new Error('a case outside of its switch');
      f.b.enter(block);
      enterAll(f);
      begin(f, s);
      lowerStatement(f, s.body);
      return;
    }
    case 'label': {
      const target = f.label(s.name);
      target.scope = f.scope;
      target.grown = new Set(chain(f.scope).filter((scope) => scope.savedStack !== null));
      f.b.enter(target.block);
      enterAll(f);
      begin(f, s);
      lowerStatement(f, s.body);
      return;
    }
    case 'goto':
      // which blocks it leaves is known once the label was met: see finishGotos
      f.gotos.push({ label: s.label, from: f.scope, block: openBlock(f) });
      return;
    case 'computed-goto': {
      const target = f.b.keep(lowerScalar(f, s.target));
      f.computedGotos.push({ target, from: f.scope, block: openBlock(f), span: s.span });
      return;
    }
    case 'break':
      jump(f, f.breaks[f.breaks.length - 1]);
      return;
    case 'continue':
      jump(f, f.continues[f.continues.length - 1]);
      return;
    case 'return':
      lowerReturn(f, s.value);
      return;
    case 'barrier':
    case 'empty':
      return;
  }
}

/** A register has no scope of its own: where it is declared without a value, it has none from here on. */
function declare(f: Lowering, variable: Local, bare: boolean, span: Span): void {
  const storage = f.storageOf(variable);
  if (!f.strict || !bare) return;
  const site = f.site(span);
  if (storage.kind === 'register') f.b.emit({ kind: 'undefine', local: storage.id, site });
  if (storage.kind === 'wide') {
    f.b.emit({ kind: 'undefine', local: storage.low, site });
    f.b.emit({ kind: 'undefine', local: storage.high, site });
  }
}

/** What is noted of every statement each time it begins. */
function begin(f: Lowering, s: Stmt): void {
  coverStatement(f, s);
  const counter = f.countedBodies.get(s);
  if (counter !== undefined) {
    const address: Address = {
      kind: 'global',
      symbol: f.program.namedObject(counter),
      offset: 0,
    };
    const before: IrExpr = { kind: 'load', type: 'i64', bytes: 8, signed: false, address };
    f.b.emit({ kind: 'store', address, bytes: 8, value: binary('add', 'i64', before, i64(1)) });
  }
}

/** A block of its own, to be filled when all labels are known. */
function openBlock(f: Lowering): BlockId {
  const block = f.b.newBlock();
  f.b.goto(block);
  return block;
}

function lowerIf(f: Lowering, s: Extract<Stmt, { kind: 'if' }>): void {
  // What a constant decides against is not reached, unless a jump leads into it: BUILD_BUG_ON and IS_ENABLED live on that.
  if (s.test.kind === 'int') {
    const [taken, dead] = s.test.value !== 0n ? [s.then, s.otherwise] : [s.otherwise, s.then];
    if (taken !== null) lowerStatement(f, taken);
    if (dead === null || !canBeEntered(dead)) return;
    const behind = f.b.newBlock();
    f.b.goto(behind);
    lowerStatement(f, dead);
    f.b.enter(behind);
    return;
  }
  const yes = f.b.newBlock();
  const after = f.b.newBlock();
  const no = s.otherwise === null ? after : f.b.newBlock();
  lowerCondition(f, s.test, yes, no);
  f.b.enter(yes);
  lowerStatement(f, s.then);
  f.b.goto(after);
  if (s.otherwise !== null) {
    f.b.enter(no);
    lowerStatement(f, s.otherwise);
    f.b.goto(after);
  }
  f.b.enter(after);
}

function lowerFor(f: Lowering, s: Extract<Stmt, { kind: 'for' }>): void {
  inScope(f, s.locals, () => {
    const counted = countedBody(f, s);
    if (s.init !== null) lowerStatement(f, s.init);
    const head = f.b.newBlock();
    const body = f.b.newBlock();
    const step = f.b.newBlock();
    const after = f.b.newBlock();
    f.b.enter(head);
    if (s.test !== null) lowerCondition(f, s.test, body, after);
    f.b.enter(body);
    if (counted !== null) f.countedBodies.set(counted.body, counted.counter);
    loopBody(f, after, step, s.body);
    f.b.enter(step);
    if (s.step !== null) lowerEffect(f, s.step);
    f.b.goto(head);
    f.b.enter(after);
  });
}

function loopBody(f: Lowering, breakTo: BlockId, continueTo: BlockId, body: Stmt): void {
  f.breaks.push({ block: breakTo, scope: f.scope });
  f.continues.push({ block: continueTo, scope: f.scope });
  lowerStatement(f, body);
  f.breaks.pop();
  f.continues.pop();
}

/* ---------- scopes ---------- */

export function inScope<T>(f: Lowering, locals: readonly unknown[], inside: () => T): T {
  if (locals.length === 0) return inside();
  const scope: Scope = { parent: f.scope, slots: [], savedStack: null };
  f.scope = scope;
  // the list fills up while declarations are met; entering is emitted with the same list
  f.b.emit({ kind: 'scope', slots: scope.slots, how: 'enter' });
  const result = inside();
  leave(f, scope);
  f.scope = scope.parent ?? f.functionScope;
  return result;
}

function leave(f: Lowering, scope: Scope): void {
  if (scope.savedStack !== null) f.b.emit({ kind: 'restore-stack', from: scope.savedStack });
  f.b.emit({ kind: 'scope', slots: scope.slots, how: 'leave' });
}

/** Control arrives in the middle of the current blocks: all their objects exist. */
function enterAll(f: Lowering): void {
  for (const scope of chain(f.scope)) {
    if (scope.parent !== null) f.b.emit({ kind: 'scope', slots: scope.slots, how: 'arrive' });
  }
}

function chain(scope: Scope): readonly Scope[] {
  const scopes: Scope[] = [];
  for (let at: Scope | null = scope; at !== null; at = at.parent) scopes.push(at);
  return scopes;
}

function leaveUpTo(f: Lowering, to: Scope): void {
  const kept = new Set(chain(to));
  for (const scope of chain(f.scope)) {
    if (!kept.has(scope)) leave(f, scope);
  }
}

function jump(
  f: Lowering,
  target: { readonly block: BlockId; readonly scope: Scope } | undefined,
): void {
  if (target === undefined) throw new Error('a jump to nowhere');
  leaveUpTo(f, target.scope);
  f.b.goto(target.block);
}

function jumpToLabel(f: Lowering, name: string): void {
  const { block, scope, grown } = f.label(name);
  if (scope === null) throw new Error(`no label ${name}`);
  for (const around of chain(scope)) {
    // a jump back to before the declaration of an array ends its life (C11 6.2.4p7)
    if (around.savedStack !== null && !grown.has(around)) {
      f.b.emit({ kind: 'restore-stack', from: around.savedStack });
    }
  }
  jump(f, { block, scope });
}

/** Fills in what jumps do on their way out, now that the scope of every label is known. */
export function finishGotos(f: Lowering): void {
  for (const { label, from, block } of f.gotos) {
    f.b.enter(block);
    f.scope = from;
    jumpToLabel(f, label);
  }
  for (const { target, from, block, span } of f.computedGotos) {
    f.b.enter(block);
    f.scope = from;
    finishComputedGoto(f, target, span);
  }
  f.scope = f.functionScope;
}

function finishComputedGoto(f: Lowering, target: IrExpr, span: Span): void {
  const wild = f.b.newBlock();
  const distance = f.b.keep(binary('sub', 'i64', target, i64(LABEL_BASE)));
  const known = f.b.newBlock();
  const bound = i64(16 * f.labelAddresses.length);
  const odd = binary('and', 'i64', distance, i64(15));
  f.b.branch(
    binary('or', 'i32', binary('ge_u', 'i64', distance, bound), cast('i32.wrap', 'i32', odd)),
    wild,
    known,
  );
  f.b.enter(known);
  const exits = f.labelAddresses.map((name) => ({ name, block: f.b.newBlock() }));
  f.b.end({
    kind: 'table',
    index: cast('i32.wrap', 'i32', binary('shr_u', 'i64', distance, i64(4))),
    targets: exits.map((exit) => exit.block),
    otherwise: wild,
  });
  for (const exit of exits) {
    f.b.enter(exit.block);
    jumpToLabel(f, exit.name);
  }
  f.b.enter(wild);
  f.b.end({ kind: 'trap', trap: 'bad-call', argument: target, site: f.site(span) });
}

/* ---------- declarations ---------- */

function lowerVla(f: Lowering, s: Extract<Stmt, { kind: 'declare-vla' }>): void {
  const size = f.b.keep(lowerScalar(f, s.size));
  if (f.scope.savedStack === null) {
    f.scope.savedStack = f.b.newLocal('i32');
    f.b.emit({ kind: 'save-stack', result: f.scope.savedStack });
  }
  const known = f.storage.get(s.local);
  const pointer = known?.kind === 'elsewhere' ? known.pointer : f.b.newLocal('i64');
  f.storage.set(s.local, { kind: 'elsewhere', pointer });
  f.movesStack = true;
  f.b.emit({
    kind: 'alloca',
    result: pointer,
    size: size.type === 'i32' ? cast('i64.extend_u', 'i64', size) : size,
    align: Math.max(16, s.local.align),
    site: f.site(s.span),
  });
}

/* ---------- leaving the function ---------- */

export function lowerReturn(f: Lowering, value: Expr | null): void {
  let result: Value = NOTHING;
  let passesOn = false;
  if (value !== null) {
    // `return g();` does not use what g may fail to return: whoever uses this function's value does
    passesOn = f.scopeId === null && value.kind === 'call' && value.callee.kind === 'direct';
    result = value.kind === 'call' && passesOn ? lowerCall(f, value, false) : lowerExpr(f, value);
    if (value.type.kind !== 'void' && f.scopeId !== null) result = f.keep(result);
  }
  leaveFunction(f, result, passesOn);
}

export function leaveFunction(f: Lowering, result: Value, passesOn = false): void {
  if (f.fn.noreturn) {
    f.b.end({ kind: 'trap', trap: 'unreachable', argument: null, site: f.site(f.fn.span) });
    return;
  }
  const returns = f.fn.ref.type.returns;
  if (f.resultPointer !== null && result.kind !== 'none') {
    writeMemory(
      f,
      { kind: 'pointer', pointer: f.read(f.resultPointer), offset: 0, site: f.site(f.fn.span) },
      returns,
      result,
    );
  }
  f.callScope('leave');
  const shape = shapeOf(returns);
  if (shape.kind === 'scalar' && result.kind === 'none') {
    // `return;` in a function that has a value
    f.b.end({ kind: 'fall-off' });
    f.mayFallOff = true;
    return;
  }
  const expr = shape.kind === 'scalar' ? theScalar(result) : null;
  f.b.end({ kind: 'return', value: expr, passesOn });
}

/* ---------- ({ … }) ---------- */

export function lowerStatementExpression(
  f: Lowering,
  e: Extract<Expr, { kind: 'statement' }>,
): Value {
  const inside = (): Value => {
    if (e.result === null) return NOTHING;
    if (e.type.kind === 'void') {
      lowerEffect(f, e.result);
      return NOTHING;
    }
    return f.keep(lowerExpr(f, e.result));
  };
  if (e.body.kind !== 'block') {
    lowerStatement(f, e.body);
    return inside();
  }
  const { items, locals } = e.body;
  return inScope(f, locals, () => {
    items.forEach((item) => lowerStatement(f, item));
    return inside();
  });
}

/** A label or case inside: jumps can lead there. */
function canBeEntered(s: Stmt): boolean {
  switch (s.kind) {
    case 'label':
    case 'case':
    case 'default':
      return true;
    case 'block':
      return s.items.some(canBeEntered);
    case 'if':
      return canBeEntered(s.then) || (s.otherwise !== null && canBeEntered(s.otherwise));
    case 'while':
    case 'do':
    case 'for':
    case 'switch':
      return canBeEntered(s.body);
    default:
      return false;
  }
}
