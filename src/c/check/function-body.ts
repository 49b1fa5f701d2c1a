/** Function definitions (C11 6.9.1), old style included. */
import type { FunctionDefinition, Param } from '../ast.js';
import {
  FunctionTokens,
  type FunctionRef,
  type LValue,
  type Local,
  type Stmt,
  type TypedFunction,
} from '../typed.js';
import type { CType } from '../types.js';
import { alignmentOf, hasAttribute } from './attributes.js';
import { VOID } from './basic-types.js';
import { unqualified } from '../unqualified.js';
import { intConstant, makeConvert } from './build.js';
import { endOfScope, resolveGotos } from './cleanup.js';
import { Scope, type Context, type FunctionState, type MutableLocal } from './entities.js';
import { newLocal } from './operands.js';
import { requireComplete } from './records.js';
import { parameterType, resolveType } from './resolve-type.js';
import { checkItems } from './statements.js';
import { compatible, defaultPromoted } from './type-relations.js';
import { takeSizes } from './variable-length.js';

export function checkFunction(
  file: Context,
  definition: FunctionDefinition,
  ref: FunctionRef,
): TypedFunction {
  const { unit } = file;
  const { type, span } = definition;
  if (type.kind !== 'function') return unit.reject(span, `'${definition.name}' is no function`);
  const returns = resolveType(file, type.returns);
  if (returns.kind !== 'void')
    requireComplete(file, returns, type.span, 'return type is an incomplete type');
  const fn: FunctionState = {
    name: definition.name,
    returns: unqualified(returns),
    locals: [],
    labels: new Map(),
    gotos: [],
    pendingSizes: [],
    entryStores: [],
    breakables: [],
    labelCount: 0,
    temporaryCount: 0,
  };
  const scope = new Scope(null);
  const context: Context = { ...file, scope, fn };
  const params: Local[] = [];
  const entry: Stmt[] = [];
  for (const param of parametersOf(type.params)) {
    const incoming = declareParameter(context, fn, param, type.oldStyle, entry);
    params.push(incoming);
  }
  for (const size of takeSizes(context)) {
    entry.push({
      kind: 'expression',
      expr: makeConvert(size, VOID, false, type.span),
      span: type.span,
    });
  }
  const body = checkItems(context, definition.body.items);
  const items = [...entry, ...fn.entryStores, ...body];
  items.push(...endOfScope(scope));
  if (definition.name === 'main' && fn.returns.kind === 'int') {
    // C11 5.1.2.2.3
    const { last } = definition.body.span;
    const end = { first: last, last };
    items.push({ kind: 'return', value: intConstant(0n, fn.returns, end), span: end });
  }
  resolveGotos(context, fn);
  const attributes = [...definition.attributes, ...type.returns.attributes];
  return {
    ref,
    params,
    locals: fn.locals,
    body: { kind: 'block', items, locals: scope.locals, span: definition.body.span },
    inline: definition.inline || hasAttribute(attributes, 'always_inline'),
    noreturn: hasAttribute(attributes, 'noreturn') || hasAttribute(attributes, '_Noreturn'),
    attributes: attributes.map((attribute) => attribute.name),
    span,
    tokens: new FunctionTokens(unit.index.tokens),
  };
}

function parametersOf(params: readonly Param[]): readonly Param[] {
  const [only] = params;
  const isVoid =
    params.length === 1 &&
    only?.name === null &&
    only.type.kind === 'basic' &&
    only.type.words === 'void';
  return isVoid ? [] : params;
}

function declareParameter(
  context: Context,
  fn: FunctionState,
  param: Param,
  oldStyle: boolean,
  entry: Stmt[],
): Local {
  const { unit } = context;
  const { span } = param;
  const type = parameterType(context, param);
  const name = param.name ?? '';
  requireComplete(context, type, span, `parameter '${name}' has incomplete type`);
  const local = newLocal(name, type, span, true);
  local.align = Math.max(local.align, alignmentOf(context, param.attributes));
  if (name !== '') {
    if (context.scope?.ordinary.has(name) === true)
      unit.reject(span, `redefinition of parameter '${name}'`);
    context.scope?.ordinary.set(name, { kind: 'local', local });
  }
  fn.locals.push(local);
  const passed = defaultPromoted(type);
  if (!oldStyle || compatible(passed, unqualified(type))) return local;
  return narrowed(context, fn, local, passed, entry);
}

/** An old-style parameter arrives promoted and is converted to what it was declared as (C11 6.9.1p10). */
function narrowed(
  context: Context,
  fn: FunctionState,
  local: MutableLocal,
  passed: CType,
  entry: Stmt[],
): Local {
  const { span } = local;
  const incoming = newLocal(`${local.name}.promoted`, passed, span, true);
  fn.locals.push(incoming);
  local.param = false;
  context.scope?.locals.push(local);
  const from: LValue = { kind: 'local', local: incoming, type: passed, span };
  const to: LValue = { kind: 'local', local, type: local.type, span };
  const value = makeConvert({ kind: 'load', from, type: passed, span }, local.type, false, span);
  entry.push({ kind: 'declare', local, init: [{ kind: 'store', to, value }], span });
  return incoming;
}
