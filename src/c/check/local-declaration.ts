/** Declarations inside functions (C11 6.7): automatic and static objects, typedefs, `extern`, tags. */
import type { Attribute, Declaration, Declarator, Span } from '../ast.js';
import type { LValue, Stmt } from '../typed.js';
import type { CType } from '../types.js';
import { alignmentOf, findAttribute, hasAttribute, nameArgument } from './attributes.js';
import { isVariableSize, qualified, ULONG, VOID } from './basic-types.js';
import { unqualified } from '../unqualified.js';
import { makeConvert } from './build.js';
import { addCleanup } from './cleanup.js';
import type { Context, Entity, MutableLocal } from './entities.js';
import { checkValue } from './expression.js';
import { completedBy } from './init-tree.js';
import { initTree } from './initialiser.js';
import { alignOf } from './layout.js';
import { localInit } from './local-init.js';
import { lookup } from './names.js';
import { newLocal } from './operands.js';
import { declareTag, requireComplete } from './records.js';
import { declaredType, resolveType } from './resolve-type.js';
import { checkStaticInit } from './static-init.js';
import { compatible } from './type-relations.js';
import { sizeExpr, takeSizes } from './variable-length.js';

export function checkDeclaration(context: Context, declaration: Declaration): Stmt[] {
  const { unit } = context;
  if (declaration.declarators.length === 0) {
    declareTag(context, declaration.specifier);
    if (declaration.specifier.kind !== 'auto') resolveType(context, declaration.specifier);
    return sizes(context, declaration.span);
  }
  const statements: Stmt[] = [];
  for (const declarator of declaration.declarators) {
    unit.enter(declarator.span);
    statements.push(...declare(context, declaration, declarator));
    unit.leave();
  }
  return statements;
}

/** The sizes of variable-length types that were just written, computed here. */
function sizes(context: Context, span: Span): Stmt[] {
  return takeSizes(context).map((expr) => ({
    kind: 'expression',
    expr: makeConvert(expr, VOID, false, span),
    span,
  }));
}

function declare(context: Context, declaration: Declaration, declarator: Declarator): Stmt[] {
  const { unit, scope } = context;
  const { name, span } = declarator;
  const attributes = [...declaration.specifier.attributes, ...declarator.attributes];
  if (declarator.type.kind === 'auto') return autoType(context, declarator, attributes);
  const type = declaredType(context, declarator.type, attributes);
  const before = sizes(context, span);
  const align = Math.max(
    alignmentOf(context, attributesOf(declaration, declarator)),
    alignOf(type),
  );
  if (declaration.storage === 'typedef') {
    const aligned = alignmentOf(context, attributesOf(declaration, declarator));
    const named = aligned === 0 ? type : { ...type, align: aligned };
    enterName(context, name, { kind: 'typedef', type: named }, span);
    return before;
  }
  if (type.kind === 'function' || declaration.storage === 'extern') {
    const visible = lookup(context, name, span.first);
    const entity = unit.declareExtern(name, type, attributes, span);
    // C11 6.2.2p7: behind an object without linkage it would be external, and is internal.
    if (
      visible?.kind === 'local' &&
      entity.kind === 'global' &&
      entity.global.linkage === 'internal'
    )
      unit.reject(span, `variable previously declared 'static' redeclared 'extern': '${name}'`);
    scope?.ordinary.set(name, entity);
    return before;
  }
  if (declaration.threadLocal && declaration.storage !== 'static')
    unit.reject(span, `function-scope '${name}' implicitly auto and declared '__thread'`);
  if (declaration.storage === 'static') {
    staticObject(context, declarator, type, align);
    return before;
  }
  if (type.kind === 'void') unit.reject(span, `variable or field '${name}' declared void`);
  return [...before, ...automatic(context, declarator, type, align, attributes)];
}

/** Attributes of the specifier belong to the tag where the specifier defines one. */
function attributesOf(declaration: Declaration, declarator: Declarator): readonly Attribute[] {
  const tagged = declaration.specifier.kind === 'record' || declaration.specifier.kind === 'enum';
  return tagged
    ? declarator.attributes
    : [...declaration.specifier.attributes, ...declarator.attributes];
}

function enterName(context: Context, name: string, entity: Entity, span: Span): void {
  const earlier = context.scope?.ordinary.get(name);
  if (earlier !== undefined) {
    const same =
      earlier.kind === 'typedef' &&
      entity.kind === 'typedef' &&
      compatible(earlier.type, entity.type);
    if (!same) context.unit.reject(span, `redeclaration of '${name}'`);
  }
  context.scope?.ordinary.set(name, entity);
}

function staticObject(context: Context, declarator: Declarator, type: CType, align: number): void {
  const { unit, fn } = context;
  const { name, init, span } = declarator;
  const global = unit.newGlobal(`${fn?.name ?? ''}.${name}`, name, type, span);
  global.align = align;
  enterName(context, name, { kind: 'global', global }, span);
  if (init !== null) checkStaticInit({ ...context, staticInit: true }, global, init);
  requireComplete(context, global.type, span);
  global.align = Math.max(align, alignOf(global.type));
}

function addLocal(context: Context, local: MutableLocal): void {
  enterName(context, local.name, { kind: 'local', local }, local.span);
  if (context.unevaluated) return;
  context.scope?.locals.push(local);
  context.fn?.locals.push(local);
}

function automatic(
  context: Context,
  declarator: Declarator,
  type: CType,
  align: number,
  attributes: readonly Attribute[],
): Stmt[] {
  const { unit } = context;
  const { name, span, init } = declarator;
  const local = newLocal(name, type, span, false);
  local.align = align;
  if (attributes.length > 0) local.attributes = attributes.map((attribute) => attribute.name);
  addLocal(context, local);
  const statements: Stmt[] = [];
  if (isVariableSize(type)) {
    if (init !== null) unit.reject(span, 'variable-sized object may not be initialized');
    local.addressTaken = true;
    statements.push({
      kind: 'declare-vla',
      local,
      size: makeConvert(sizeExpr(context, type, span), ULONG, false, span),
      span,
    });
  } else if (init === null) {
    requireComplete(context, type, span, `storage size of '${name}' isn't known`);
    statements.push({ kind: 'declare', local, init: null, span });
  } else {
    const node = initTree(context, type, init);
    local.type = completedBy(type, node);
    requireComplete(context, local.type, span, `storage size of '${name}' isn't known`);
    local.align = Math.max(align, alignOf(local.type));
    const object: LValue = { kind: 'local', local, type: local.type, span };
    const steps = localInit(context, object, node);
    const [step] = steps;
    const constant = step?.kind === 'store' && step.value.kind === 'int';
    local.fixed = constant && type.const === true && type.volatile !== true;
    statements.push(...sizes(context, span), { kind: 'declare', local, init: steps, span });
  }
  attachCleanup(context, local, attributes, span);
  return statements;
}

function attachCleanup(
  context: Context,
  local: MutableLocal,
  attributes: readonly Attribute[],
  span: Span,
): void {
  if (!hasAttribute(attributes, 'cleanup')) return;
  const name = nameArgument(attributes, 'cleanup');
  const at = findAttribute(attributes, 'cleanup')?.span ?? span;
  if (name === null) return context.unit.reject(at, "'cleanup' argument not an identifier");
  addCleanup(context, name, local, span);
}

/** `__auto_type x = e;` has the type of e's value; x is not in scope within e. */
function autoType(
  context: Context,
  declarator: Declarator,
  attributes: readonly Attribute[],
): Stmt[] {
  const { unit } = context;
  const { init, span, name, type: written } = declarator;
  if (init?.kind !== 'expr')
    return unit.reject(span, "'__auto_type' requires an initialized data declaration");
  const operand = checkValue(context, init.expr);
  const bare = unqualified(operand.expr.type);
  if (bare.kind === 'void') unit.reject(span, `variable or field '${name}' declared void`);
  const type = qualified(bare, written.qualifiers.const, written.qualifiers.volatile);
  const local = newLocal(name, type, span, false);
  local.align = Math.max(local.align, alignmentOf(context, attributes));
  addLocal(context, local);
  const to: LValue = { kind: 'local', local, type, span };
  attachCleanup(context, local, attributes, span);
  return [{ kind: 'declare', local, init: [{ kind: 'store', to, value: operand.expr }], span }];
}
