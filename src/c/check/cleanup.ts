/**
 * `__attribute__((cleanup(f)))` (gcc 6.34; the kernel's guards and `__free`): `f(&object)` is called on every way out of the
 * object's scope, last declared first. The calls become ordinary statements here, so that no later stage knows of scopes.
 */
import type { Span } from '../ast.js';
import type { Expr, LValue, Stmt } from '../typed.js';
import { isVoid, pointerTo, VOID } from './basic-types.js';
import { makeConvert } from './build.js';
import type {
  Cleanup,
  Context,
  FunctionState,
  MutableLocal,
  Scope,
  ScopeSnapshot,
} from './entities.js';
import { assignConvert, value } from './operands.js';
import { lookup } from './names.js';

export function addCleanup(context: Context, name: string, local: MutableLocal, span: Span): void {
  const { unit, scope } = context;
  const entity = lookup(context, name, span.first);
  if (entity?.kind !== 'function')
    return unit.reject(span, `'cleanup' argument '${name}' is not a function`);
  const { ref } = entity;
  local.addressTaken = true;
  const object: LValue = { kind: 'local', local, type: local.type, span };
  const address: Expr = { kind: 'address', of: object, type: pointerTo(local.type), span };
  const [param] = ref.type.params;
  const arg =
    param === undefined
      ? address
      : assignConvert(context, value(address), param, span, {
          assigning: `when passing to cleanup function '${name}'`,
        });
  const call: Expr = {
    kind: 'call',
    callee: { kind: 'direct', function: ref },
    functionType: ref.type,
    args: [arg],
    type: ref.type.returns,
    span,
  };
  const expr = isVoid(call.type) ? call : makeConvert(call, VOID, false, span);
  scope?.cleanups.push({ local, call: () => ({ kind: 'expression', expr, span }) });
}

function calls(cleanups: readonly Cleanup[]): Stmt[] {
  return [...cleanups].reverse().map((cleanup) => cleanup.call());
}

/** At the closing brace of the scope. */
export function endOfScope(scope: Scope): Stmt[] {
  return calls(scope.cleanups);
}

/** For a jump that leaves every scope up to `outer`, which stays (null: the function). */
export function leaving(from: Scope | null, outer: Scope | null): Stmt[] {
  const statements: Stmt[] = [];
  for (let scope = from; scope !== null && scope !== outer; scope = scope.parent) {
    statements.push(...calls(scope.cleanups));
  }
  return statements;
}

export function snapshot(context: Context): ScopeSnapshot {
  const scopes: { scope: Scope; cleanups: number }[] = [];
  for (let scope = context.scope; scope !== null; scope = scope.parent) {
    scopes.push({ scope, cleanups: scope.cleanups.length });
  }
  return scopes;
}

/** Gives every goto the cleanups of what it leaves; a label that is not there is an error. */
export function resolveGotos(context: Context, fn: FunctionState): void {
  for (const jump of fn.gotos) {
    const target = fn.labels.get(jump.label);
    if (target === undefined) {
      const name = jump.label.replace(/\.\d+$/, '');
      return context.unit.reject(jump.span, `label '${name}' used but not defined`);
    }
    if (jump.items === null) continue;
    const due = new Map(target.map((t) => [t.scope, t.cleanups]));
    const before: Stmt[] = [];
    for (const { scope, cleanups } of jump.from) {
      // A scope that both are in may still be left in part, by a jump back over a declaration.
      before.push(...calls(scope.cleanups.slice(due.get(scope) ?? 0, cleanups)));
    }
    jump.items.unshift(...before);
  }
}
