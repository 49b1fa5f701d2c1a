/**
 * What an ordinary identifier at file scope stands for: all its declarations merged (C11 6.2.7p4, 6.9.2), whatever the
 * order in which they come.
 */
import type {
  Attribute,
  Declaration,
  Declarator,
  FunctionDefinition,
  Span,
  TypeSyntax,
} from '../ast.js';
import type { FunctionRef } from '../typed.js';
import type { CType } from '../types.js';
import { alignmentOf, findAttribute, hasAttribute, stringArgument } from './attributes.js';
import { arrayOf, isConst } from './basic-types.js';
import type { Entity, FunctionEntity, GlobalState } from './entities.js';
import { alignOf } from './layout.js';
import { enumOf } from './enums.js';
import { declaredType } from './resolve-type.js';
import { enumsIn } from './syntax-search.js';
import { compatible, compatibleUnqualified, composite } from './type-relations.js';
import { spelled } from '../spell-type.js';

import type { UnitState } from './unit-state.js';

interface OrdinaryDeclaration {
  readonly declaration: Declaration;
  readonly declarator: Declarator;
}

/** `extern typeof(x) x;` (EXPORT_SYMBOL, per-cpu variables) says nothing of the type that another declaration does not. */
function isTypeofItself({ name, type }: Declarator): boolean {
  return type.kind === 'typeof-expr' && type.expr.kind === 'name' && type.expr.name === name;
}

export function resolveOrdinary(
  unit: UnitState,
  name: string,
  declarations: readonly number[],
): Entity | null {
  const declarators: OrdinaryDeclaration[] = [];
  const definitions: FunctionDefinition[] = [];
  for (const number of declarations) {
    for (const external of unit.parse(number)) {
      if (external.kind === 'function-definition') {
        if (external.name === name) definitions.push(external);
        else {
          const found = enumerator(unit, name, [external.type]);
          if (found !== null) return found;
        }
      } else if (external.kind === 'declaration') {
        for (const declarator of external.declarators) {
          if (declarator.name === name) declarators.push({ declaration: external, declarator });
        }
        if (declarators.length === 0 && definitions.length === 0) {
          const types = [external.specifier, ...external.declarators.map((d) => d.type)];
          const found = enumerator(unit, name, types);
          if (found !== null) return found;
        }
      }
    }
  }
  const typedef = declarators.find((d) => d.declaration.storage === 'typedef');
  if (typedef !== undefined) {
    const type = typedefType(unit, typedef);
    requireSameTypedef(unit, name, type, declarators, definitions);
    return { kind: 'typedef', type };
  }
  if (definitions.length > 0) return functionEntity(unit, name, declarators, definitions);
  if (declarators.length === 0) return null;
  return objectOrFunction(unit, name, declarators);
}

/** A typedef may be repeated, with the same type (C11 6.7p3). */
function requireSameTypedef(
  unit: UnitState,
  name: string,
  type: CType,
  declarators: readonly OrdinaryDeclaration[],
  definitions: readonly FunctionDefinition[],
): void {
  const [definition] = definitions;
  const other = declarators.find(({ declaration }) => declaration.storage !== 'typedef');
  const span = definition?.type.span ?? other?.declarator.span;
  if (span !== undefined) unit.reject(span, `'${name}' redeclared as different kind of symbol`);
  for (const each of declarators.slice(1)) {
    const next = typedefType(unit, each);
    if (!compatible(type, next))
      unit.reject(each.declarator.span, `conflicting types for '${name}'; have '${spelled(next)}'`);
  }
}

function typedefType(unit: UnitState, { declaration, declarator }: OrdinaryDeclaration): CType {
  const attributes = [...declaration.specifier.attributes, ...declarator.attributes];
  const type = declaredType(unit.file, declarator.type, attributes);
  // `typedef struct … __attribute__((aligned(64))) *p` aligns the struct, not the pointer.
  const { kind } = declaration.specifier;
  const own = kind === 'record' || kind === 'enum' ? declarator.attributes : attributes;
  const align = alignmentOf(unit.file, own);
  return align === 0 ? type : { ...type, align };
}

function enumerator(unit: UnitState, name: string, types: readonly TypeSyntax[]): Entity | null {
  for (const syntax of types.flatMap((type) => enumsIn(type))) {
    if (syntax.kind !== 'enum') continue;
    if (syntax.enumerators?.some((e) => e.name === name) !== true) continue;
    const found = enumOf(unit.file, syntax).enumerators.get(name);
    if (found !== undefined) return { kind: 'enumerator', ...found };
  }
  return null;
}

function functionEntity(
  unit: UnitState,
  name: string,
  declarators: readonly OrdinaryDeclaration[],
  definitions: readonly FunctionDefinition[],
): FunctionEntity {
  let type: CType | null = null;
  let isStatic = false;
  const attributes: Attribute[] = [];
  const merge = (next: CType, span: Span): void => {
    if (type !== null && !compatibleUnqualified(type, next)) {
      unit.reject(span, `conflicting types for '${name}'; have '${spelled(next)}'`);
    }
    type = type === null ? next : composite(type, next);
  };
  for (const { declaration, declarator } of declarators) {
    isStatic ||= declaration.storage === 'static';
    attributes.push(...declaration.specifier.attributes, ...declarator.attributes);
    if (isTypeofItself(declarator)) continue;
    merge(declaredType(unit.file, declarator.type, []), declarator.span);
  }
  for (const definition of definitions) {
    attributes.push(...definition.attributes);
    if (definition.type.kind === 'function') attributes.push(...definition.type.returns.attributes);
    merge(declaredType(unit.file, definition.type, []), definition.type.span);
    isStatic ||= definition.storage === 'static';
  }
  return makeFunction(unit, name, type, isStatic, attributes);
}

export function makeFunction(
  unit: UnitState,
  name: string,
  type: CType | null,
  isStatic: boolean,
  attributes: readonly Attribute[],
): FunctionEntity {
  if (type?.kind !== 'function') throw new Error(`${name} is no function`);
  const late = findAttribute(attributes, 'ifunc') ?? findAttribute(attributes, 'weakref');
  if (late !== null) unit.unsupported(late.span, 'late-binding', name);
  const diagnosed = stringArgument(attributes, 'error');
  const ref: FunctionRef = {
    kind: 'function',
    name: stringArgument(attributes, 'asm') ?? name,
    linkage: isStatic ? 'internal' : 'external',
    type,
    ...(diagnosed === null ? {} : { error: diagnosed }),
    ...(hasAttribute(attributes, 'weak') ? { weak: true as const } : {}),
  };
  return { kind: 'function', ref, attributes };
}

function objectOrFunction(
  unit: UnitState,
  name: string,
  declarators: readonly OrdinaryDeclaration[],
): Entity | null {
  const first = declarators.find((d) => !isTypeofItself(d.declarator));
  if (first === undefined) return null;
  const firstType = objectType(unit, first);
  if (firstType.kind === 'function') return functionEntity(unit, name, declarators, []);
  const aliased = aliasTarget(unit, declarators);
  if (aliased !== null) return aliased;
  let type: CType = firstType;
  let isStatic = false;
  let defined = false;
  let align = 0;
  let weak = false;
  let defining = first;
  for (const each of declarators) {
    const { declaration, declarator } = each;
    const next = each === first || isTypeofItself(declarator) ? firstType : objectType(unit, each);
    if (!compatibleUnqualified(type, next)) {
      unit.reject(declarator.span, `conflicting types for '${name}'; have '${spelled(next)}'`);
    }
    type = composite(type, next);
    if (declaration.storage === 'register')
      unit.unsupported(declarator.span, 'global-register', name);
    isStatic ||= declaration.storage === 'static';
    if (declaration.storage !== 'extern' || declarator.init !== null) defined = true;
    if (declarator.init !== null) defining = each;
    const attributes = [...declaration.specifier.attributes, ...declarator.attributes];
    weak ||= hasAttribute(attributes, 'weak');
    align = Math.max(align, objectAlignment(unit, each));
  }
  const { init } = defining.declarator;
  const global: GlobalState = {
    symbol: stringArgument(defining.declarator.attributes, 'asm') ?? name,
    name,
    type,
    align,
    linkage: isStatic ? 'internal' : 'external',
    defined,
    weak,
    readonly: isConst(type),
    init: null,
    span: defining.declarator.span,
    tokens: unit.index.tokens,
    pending: init === null ? null : { context: unit.file, init },
    failure: null,
    checking: false,
    attributes: declarators.flatMap(({ declaration, declarator }) =>
      [...declaration.specifier.attributes, ...declarator.attributes].map((a) => a.name),
    ),
  };
  unit.register(name, global);
  if (type.kind === 'array' && type.length === null && init !== null) unit.finish(global);
  // A tentative definition of an array of unknown length has one element (C11 6.9.2p5).
  if (global.type.kind === 'array' && global.type.length === null && defined && init === null) {
    global.type = arrayOf(global.type.of, 1);
  }
  global.align = Math.max(global.align, alignOf(global.type));
  return { kind: 'global', global };
}

/** `extern int b __attribute__((alias("a")));` is another name for a. */
function aliasTarget(unit: UnitState, declarators: readonly OrdinaryDeclaration[]): Entity | null {
  for (const { declarator, declaration } of declarators) {
    const attributes = [...declaration.specifier.attributes, ...declarator.attributes];
    const target = stringArgument(attributes, 'alias');
    const entity = target === null ? null : unit.ordinary(target, null);
    if (entity?.kind === 'global') return entity;
  }
  return null;
}

function objectType(unit: UnitState, { declaration, declarator }: OrdinaryDeclaration): CType {
  return declaredType(unit.file, declarator.type, [
    ...declaration.specifier.attributes,
    ...declarator.attributes,
  ]);
}

function objectAlignment(
  unit: UnitState,
  { declaration, declarator }: OrdinaryDeclaration,
): number {
  const specifier =
    declaration.specifier.kind === 'record' || declaration.specifier.kind === 'enum';
  return Math.max(
    specifier ? 0 : alignmentOf(unit.file, declaration.specifier.attributes),
    alignmentOf(unit.file, declarator.attributes),
  );
}
