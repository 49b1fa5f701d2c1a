/**
 * The unit under check: caches of what has been resolved so far, and file scope, looked up lazily through the index.
 * All declarations of a file-scope name are merged at once (C11 6.2.7p4), so an array has its length and a struct its
 * members wherever the unit gives them. That a name is used before its first declaration is still seen, by position.
 */
import { diagnostic, type DiagnosticCode, type Note } from '../../base/diagnostic.js';
import type {
  Attribute,
  Declaration,
  Declarator,
  ExternalDeclaration,
  FunctionDefinition,
  Span,
  TypeSyntax,
} from '../ast.js';
import type { FunctionRef, Global } from '../typed.js';
import type { CType, FunctionType, IntType } from '../types.js';
import type { UnitIndex } from '../unit-index.js';
import { alignmentOf, findAttribute, hasAttribute, stringArgument } from './attributes.js';
import { arrayOf, INT, INT_TYPES, isConst, UNSIGNED_CHAR } from './basic-types.js';
import type { Context, Entity, FunctionEntity, GlobalState, Tag } from './entities.js';
import { alignOf } from './layout.js';
import { diagnosticAt, Rejection } from './rejection.js';
import { enumOf, type EnumInfo } from './enums.js';
import { defineRecord } from './records.js';
import { declaredType } from './resolve-type.js';
import { checkStaticInit } from './static-init.js';
import { enumsIn, recordsIn } from './syntax-search.js';
import { compatibleUnqualified, composite, spelled } from './type-relations.js';
import { UNSUPPORTED, type UnsupportedConstruct } from './unsupported.js';

export interface CheckOptions {
  /** -funsigned-char: the kernel from 6.2 on. */
  readonly unsignedChar: boolean;
  /** -fshort-wchar: the kernel. */
  readonly shortWchar: boolean;
  /** gnu89: a call declares its function. Elsewhere that is an error (-Werror=implicit-function-declaration). */
  readonly implicitFunctions: boolean;
  /** -Werror=incompatible-pointer-types: the kernel. */
  readonly strictPointers: boolean;
}

export const KERNEL_OPTIONS: CheckOptions = {
  unsignedChar: true,
  shortWchar: true,
  implicitFunctions: false,
  strictPointers: true,
};

/** What gcc -std=gnu89 does with a file that is no kernel source. */
export const HOSTED_OPTIONS: CheckOptions = {
  unsignedChar: false,
  shortWchar: false,
  implicitFunctions: true,
  strictPointers: false,
};

/** Nesting of expressions, statements and types; far above what people write, far below what the stack holds. */
const MAX_DEPTH = 1200;

/** What a declaration that another one leads to counts for: more stack than a level of an expression. */
export const LOOKUP_WEIGHT = 8;

interface OrdinaryDeclaration {
  readonly declaration: Declaration;
  readonly declarator: Declarator;
}

/** `extern typeof(x) x;` (EXPORT_SYMBOL, per-cpu variables) says nothing of the type that another declaration does not. */
function isTypeofItself({ name, type }: Declarator): boolean {
  return type.kind === 'typeof-expr' && type.expr.kind === 'name' && type.expr.name === name;
}

export class UnitState {
  readonly char: IntType;
  readonly wchar: IntType;
  readonly file: Context;
  readonly records = new Map<TypeSyntax, CType>();
  readonly enums = new Map<TypeSyntax, EnumInfo>();
  readonly typeofs = new Map<TypeSyntax, CType>();
  readonly vectors = new Map<string, CType>();
  private readonly entities = new Map<string, Entity | null>();
  private readonly resolving = new Set<string>();
  private readonly tags = new Map<string, Tag>();
  private readonly strings = new Map<string, Global>();
  private readonly symbols = new Map<string, GlobalState>();
  private readonly symbolCounts = new Map<string, number>();
  depth = 0;

  constructor(
    readonly index: UnitIndex,
    readonly options: CheckOptions,
  ) {
    this.char = options.unsignedChar ? UNSIGNED_CHAR : INT_TYPES.char;
    this.wchar = options.shortWchar ? INT_TYPES['unsigned short'] : INT;
    this.file = { unit: this, scope: null, fn: null, unevaluated: false };
  }

  reject(
    span: Span,
    message: string,
    code: DiagnosticCode = 'bad-input',
    notes: readonly Note[] = [],
  ): never {
    throw new Rejection(diagnosticAt(this.index.tokens, span, code, message, notes));
  }

  unsupported(span: Span, construct: UnsupportedConstruct, detail = ''): never {
    const message = UNSUPPORTED[construct] + (detail === '' ? '' : `: ${detail}`);
    throw new Rejection(diagnosticAt(this.index.tokens, span, 'unsupported', message));
  }

  /** Call on the way down, with `leave` on the way up; an abandoned descent is put right by whoever catches. */
  enter(span: Span, weight = 1): void {
    this.depth += weight;
    if (this.depth > MAX_DEPTH) this.reject(span, 'nested too deeply', 'limit');
  }

  leave(weight = 1): void {
    this.depth -= weight;
  }

  parse(declaration: number): readonly ExternalDeclaration[] {
    const result = this.index.parse(declaration);
    if (!result.ok) throw new Rejection(result.error);
    return result.value;
  }

  /** A file-scope name as seen from token `at` (null: from the end of the unit). */
  ordinary(name: string, at: number | null): Entity | null {
    const declarations = this.index.ordinary.get(name);
    if (declarations === undefined) return this.entities.get(name) ?? null;
    if (at !== null) {
      const [first] = declarations;
      const range = first === undefined ? undefined : this.index.declarations[first];
      if (range !== undefined && range.first > at) return null;
    }
    const known = this.entities.get(name);
    if (known !== undefined) return known;
    const partial = this.enumeratorInProgress(name);
    if (partial !== null) return partial;
    if (this.resolving.has(name)) return null;
    this.resolving.add(name);
    const [number = 0] = declarations;
    const { first = 0 } = this.index.declarations[number] ?? {};
    this.enter({ first, last: first }, LOOKUP_WEIGHT);
    try {
      const entity = this.resolve(name, declarations);
      this.entities.set(name, entity);
      this.leave(LOOKUP_WEIGHT);
      return entity;
    } finally {
      this.resolving.delete(name);
    }
  }

  private enumeratorInProgress(name: string): Entity | null {
    for (const info of this.enums.values()) {
      if (info.done) continue;
      const found = info.enumerators.get(name);
      if (found !== undefined) return { kind: 'enumerator', ...found };
    }
    return null;
  }

  private resolve(name: string, declarations: readonly number[]): Entity | null {
    const declarators: OrdinaryDeclaration[] = [];
    const definitions: FunctionDefinition[] = [];
    for (const number of declarations) {
      for (const external of this.parse(number)) {
        if (external.kind === 'function-definition') {
          if (external.name === name) definitions.push(external);
          else {
            const found = this.enumerator(name, [external.type]);
            if (found !== null) return found;
          }
        } else if (external.kind === 'declaration') {
          for (const declarator of external.declarators) {
            if (declarator.name === name) declarators.push({ declaration: external, declarator });
          }
          if (declarators.length === 0 && definitions.length === 0) {
            const types = [external.specifier, ...external.declarators.map((d) => d.type)];
            const found = this.enumerator(name, types);
            if (found !== null) return found;
          }
        }
      }
    }
    const typedef = declarators.find((d) => d.declaration.storage === 'typedef');
    if (typedef !== undefined) return { kind: 'typedef', type: this.typedef(typedef) };
    if (definitions.length > 0) return this.functionEntity(name, declarators, definitions);
    if (declarators.length === 0) return null;
    return this.objectOrFunction(name, declarators);
  }

  private typedef({ declaration, declarator }: OrdinaryDeclaration): CType {
    const attributes = [...declaration.specifier.attributes, ...declarator.attributes];
    const type = declaredType(this.file, declarator.type, attributes);
    const align = alignmentOf(
      this.file,
      declarator.type.kind === 'record' ? declarator.attributes : attributes,
    );
    return align === 0 ? type : { ...type, align };
  }

  private enumerator(name: string, types: readonly TypeSyntax[]): Entity | null {
    for (const syntax of types.flatMap((type) => enumsIn(type))) {
      if (syntax.kind !== 'enum') continue;
      if (syntax.enumerators?.some((e) => e.name === name) !== true) continue;
      const found = enumOf(this.file, syntax).enumerators.get(name);
      if (found !== undefined) return { kind: 'enumerator', ...found };
    }
    return null;
  }

  private functionEntity(
    name: string,
    declarators: readonly OrdinaryDeclaration[],
    definitions: readonly FunctionDefinition[],
  ): FunctionEntity {
    let type: CType | null = null;
    let isStatic = false;
    const attributes: Attribute[] = [];
    const merge = (next: CType, span: Span): void => {
      if (type !== null && !compatibleUnqualified(type, next)) {
        this.reject(span, `conflicting types for '${name}'; have '${spelled(next)}'`);
      }
      type = type === null ? next : composite(type, next);
    };
    for (const { declaration, declarator } of declarators) {
      isStatic ||= declaration.storage === 'static';
      attributes.push(...declaration.specifier.attributes, ...declarator.attributes);
      if (isTypeofItself(declarator)) continue;
      merge(declaredType(this.file, declarator.type, []), declarator.span);
    }
    for (const definition of definitions) {
      attributes.push(...definition.attributes);
      if (definition.type.kind === 'function')
        attributes.push(...definition.type.returns.attributes);
      merge(declaredType(this.file, definition.type, []), definition.type.span);
      isStatic ||= definition.storage === 'static';
    }
    return this.makeFunction(name, type, isStatic, attributes);
  }

  private makeFunction(
    name: string,
    type: CType | null,
    isStatic: boolean,
    attributes: readonly Attribute[],
  ): FunctionEntity {
    if (type?.kind !== 'function') throw new Error(`${name} is no function`);
    const late = findAttribute(attributes, 'ifunc') ?? findAttribute(attributes, 'weakref');
    if (late !== null) this.unsupported(late.span, 'late-binding', name);
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

  private objectOrFunction(
    name: string,
    declarators: readonly OrdinaryDeclaration[],
  ): Entity | null {
    const first = declarators.find((d) => !isTypeofItself(d.declarator));
    if (first === undefined) return null;
    const firstType = this.objectType(first);
    if (firstType.kind === 'function') return this.functionEntity(name, declarators, []);
    const aliased = this.aliasTarget(declarators);
    if (aliased !== null) return aliased;
    let type: CType = firstType;
    let isStatic = false;
    let defined = false;
    let align = 0;
    let weak = false;
    let defining = first;
    for (const each of declarators) {
      const { declaration, declarator } = each;
      const next = each === first || isTypeofItself(declarator) ? firstType : this.objectType(each);
      if (!compatibleUnqualified(type, next)) {
        this.reject(declarator.span, `conflicting types for '${name}'; have '${spelled(next)}'`);
      }
      type = composite(type, next);
      if (declaration.threadLocal) this.unsupported(declarator.span, 'thread-local');
      if (declaration.storage === 'register')
        this.unsupported(declarator.span, 'global-register', name);
      isStatic ||= declaration.storage === 'static';
      if (declaration.storage !== 'extern' || declarator.init !== null) defined = true;
      if (declarator.init !== null) defining = each;
      const attributes = [...declaration.specifier.attributes, ...declarator.attributes];
      weak ||= hasAttribute(attributes, 'weak');
      align = Math.max(align, this.objectAlignment(each));
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
      pending: init === null ? null : { context: this.file, init },
      failure: null,
      checking: false,
      attributes: declarators.flatMap(({ declaration, declarator }) =>
        [...declaration.specifier.attributes, ...declarator.attributes].map((a) => a.name),
      ),
    };
    this.entities.set(name, { kind: 'global', global });
    this.symbols.set(global.symbol, global);
    if (type.kind === 'array' && type.length === null && init !== null) this.finish(global);
    // A tentative definition of an array of unknown length has one element (C11 6.9.2p5).
    if (global.type.kind === 'array' && global.type.length === null && defined && init === null) {
      global.type = arrayOf(global.type.of, 1);
    }
    global.align = Math.max(global.align, alignOf(global.type));
    return { kind: 'global', global };
  }

  /** `extern int b __attribute__((alias("a")));` is another name for a. */
  private aliasTarget(declarators: readonly OrdinaryDeclaration[]): Entity | null {
    for (const { declarator, declaration } of declarators) {
      const attributes = [...declaration.specifier.attributes, ...declarator.attributes];
      const target = stringArgument(attributes, 'alias');
      const entity = target === null ? null : this.ordinary(target, null);
      if (entity?.kind === 'global') return entity;
    }
    return null;
  }

  private objectType({ declaration, declarator }: OrdinaryDeclaration): CType {
    return declaredType(this.file, declarator.type, [
      ...declaration.specifier.attributes,
      ...declarator.attributes,
    ]);
  }

  private objectAlignment({ declaration, declarator }: OrdinaryDeclaration): number {
    const specifier =
      declaration.specifier.kind === 'record' || declaration.specifier.kind === 'enum';
    return Math.max(
      specifier ? 0 : alignmentOf(this.file, declaration.specifier.attributes),
      alignmentOf(this.file, declarator.attributes),
    );
  }

  /** A function or object that a block declares `extern`; the one at file scope if the unit has it. */
  declareExtern(name: string, type: CType, attributes: readonly Attribute[], span: Span): Entity {
    const known = this.ordinary(name, null) ?? this.entities.get(name) ?? null;
    if (known !== null) return known;
    if (type.kind === 'function') {
      const entity = this.makeFunction(name, type, false, attributes);
      this.entities.set(name, entity);
      return entity;
    }
    const global = this.newGlobal(stringArgument(attributes, 'asm') ?? name, name, type, span);
    global.linkage = 'external';
    global.defined = false;
    global.weak = hasAttribute(attributes, 'weak');
    const entity: Entity = { kind: 'global', global };
    this.entities.set(name, entity);
    return entity;
  }

  declareImplicit(name: string, type: FunctionType): FunctionEntity {
    const entity = this.makeFunction(name, type, false, []);
    this.entities.set(name, entity);
    return entity;
  }

  /** A static object without linkage to other units: local statics, compound literals at file scope. */
  newGlobal(symbol: string, name: string, type: CType, span: Span): GlobalState {
    const count = this.symbolCounts.get(symbol) ?? 0;
    this.symbolCounts.set(symbol, count + 1);
    const global: GlobalState = {
      symbol: count === 0 ? symbol : `${symbol}.${count + 1}`,
      name,
      type,
      align: alignOf(type),
      linkage: 'internal',
      defined: true,
      weak: false,
      readonly: isConst(type),
      init: null,
      span,
      pending: null,
      failure: null,
      checking: false,
    };
    this.symbols.set(global.symbol, global);
    return global;
  }

  /** The array of a string literal; equal literals are one object (C11 6.4.5p7 leaves that open). */
  stringObject(bytes: Uint8Array, element: IntType, span: Span): Global {
    const key = `${element.name}:${Array.from(bytes, (b) => String.fromCharCode(b)).join('')}`;
    const known = this.strings.get(key);
    if (known !== undefined) return known;
    const type: CType = { kind: 'array', of: element, length: bytes.length / (element.bits / 8) };
    const global = this.newGlobal(`.str.${this.strings.size}`, '', type, span);
    global.readonly = true;
    global.init = { bytes, relocations: [] };
    this.strings.set(key, global);
    return global;
  }

  bySymbol(symbol: string): GlobalState | null {
    return this.symbols.get(symbol) ?? null;
  }

  /** Checks the initialiser, once. */
  finish(global: GlobalState): void {
    if (global.failure !== null) throw global.failure;
    const { pending } = global;
    if (pending === null || global.checking) return;
    global.checking = true;
    try {
      checkStaticInit(pending.context, global, pending.init);
      global.pending = null;
    } catch (error) {
      if (error instanceof Rejection) global.failure = error;
      throw error;
    } finally {
      global.checking = false;
    }
  }

  /** A tag at file scope; one that is never defined there is an incomplete type of that name. */
  tag(kind: 'struct' | 'union' | 'enum', name: string, span: Span): Tag {
    const key = `${kind} ${name}`;
    const known = this.tags.get(key);
    if (known !== undefined) return known;
    for (const number of this.index.tags.get(key) ?? []) {
      const tag = this.definedTag(kind, name, number);
      if (tag !== null) {
        this.tags.set(key, tag);
        return tag;
      }
    }
    const tag: Tag =
      kind === 'enum'
        ? {
            kind: 'enum',
            type: { kind: 'enum', tag: name, id: { span }, base: INT_TYPES['unsigned int'] },
          }
        : { kind: 'record', record: { union: kind === 'union', tag: name, layout: null } };
    this.tags.set(key, tag);
    return tag;
  }

  private definedTag(kind: 'struct' | 'union' | 'enum', name: string, number: number): Tag | null {
    for (const external of this.parse(number)) {
      const types =
        external.kind === 'declaration'
          ? [external.specifier, ...external.declarators.map((d) => d.type)]
          : external.kind === 'function-definition'
            ? [external.type]
            : [];
      for (const type of types) {
        if (kind === 'enum') {
          const found = enumsIn(type).find((e) => e.tag === name && e.enumerators !== null);
          if (found !== undefined) return { kind: 'enum', type: enumOf(this.file, found).type };
        } else {
          const found = recordsIn(type).find(
            (r) => r.tag === name && r.union === (kind === 'union') && r.members !== null,
          );
          if (found === undefined) continue;
          const resolved = this.records.get(found) ?? defineRecord(this.file, found);
          if (resolved.kind === 'record') return { kind: 'record', record: resolved.record };
        }
      }
    }
    return null;
  }

  missing(what: string): Rejection {
    return new Rejection(diagnostic('missing', what));
  }
}
