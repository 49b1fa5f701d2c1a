/**
 * The unit under check: caches of what has been resolved so far, and file scope, looked up lazily through the index.
 * All declarations of a file-scope name are merged at once (C11 6.2.7p4), so an array has its length and a struct its
 * members wherever the unit gives them. That a name is used before its first declaration is still seen, by position.
 */
import { diagnostic, type DiagnosticCode, type Note } from '../../base/diagnostic.js';
import type { Attribute, ExternalDeclaration, Span, TypeSyntax } from '../ast.js';
import type { Global } from '../typed.js';
import type { CType, FunctionType, IntType } from '../types.js';
import type { UnitIndex } from '../unit-index.js';
import { hasAttribute, stringArgument } from './attributes.js';
import { INT, INT_TYPES, isConst, UNSIGNED_CHAR } from './basic-types.js';
import { makeFunction, resolveOrdinary } from './file-scope.js';
import type { Context, Entity, FunctionEntity, GlobalState, Tag } from './entities.js';
import { alignOf } from './layout.js';
import { diagnosticAt, Rejection } from './rejection.js';
import { enumOf, type EnumInfo, UndefinedEnum } from './enums.js';
import { defineRecord } from './records.js';
import { checkStaticInit } from './static-init.js';
import { enumsIn, recordsIn } from './syntax-search.js';
import { unsupportedMessage, type UnsupportedConstruct } from '../unsupported.js';

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

export class UnitState {
  readonly char: IntType;
  readonly wchar: IntType;
  readonly file: Context;
  readonly records = new Map<TypeSyntax, CType>();
  readonly enums = new Map<TypeSyntax, EnumInfo>();
  readonly typeofs = new Map<TypeSyntax, CType>();
  /** Of functions: what a typedef's name meant where it was read first. */
  readonly typedefUses = new Map<TypeSyntax, CType>();
  readonly vectors = new Map<string, CType>();
  private readonly entities = new Map<string, Entity | null>();
  private readonly resolving = new Set<string>();
  private readonly tags = new Map<string, Tag>();
  private readonly strings = new Map<string, Global>();
  private readonly symbols = new Map<string, GlobalState>();
  private readonly symbolCounts = new Map<string, number>();
  /** Of objects without a name, by what they are: no two in all versions of the unit have the same symbol. */
  private readonly unnamed: Map<string, number>;
  depth = 0;

  /** `like`: a version of the unit that this one takes functions over from, with what they point to. */
  constructor(
    readonly index: UnitIndex,
    readonly options: CheckOptions,
    private readonly like: UnitState | null = null,
  ) {
    this.unnamed = like?.unnamed ?? new Map<string, number>();
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
    const message = unsupportedMessage(construct, detail);
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
      const entity = resolveOrdinary(this, name, declarations);
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

  /** Known from here on, so that its own initialiser may mention it. */
  register(name: string, global: GlobalState): void {
    this.entities.set(name, { kind: 'global', global });
    this.symbols.set(global.symbol, global);
  }

  /** A function or object that a block declares `extern`; the one at file scope if the unit has it. */
  declareExtern(name: string, type: CType, attributes: readonly Attribute[], span: Span): Entity {
    const known = this.ordinary(name, null) ?? this.entities.get(name) ?? null;
    if (known !== null) return known;
    if (type.kind === 'function') {
      const entity = makeFunction(this, name, type, false, attributes);
      this.entities.set(name, entity);
      return entity;
    }
    const symbol = stringArgument(attributes, 'asm') ?? name;
    const global = this.keepGlobal(symbol, name, type, span);
    global.linkage = 'external';
    global.defined = false;
    global.weak = hasAttribute(attributes, 'weak');
    const entity: Entity = { kind: 'global', global };
    this.entities.set(name, entity);
    return entity;
  }

  declareImplicit(name: string, type: FunctionType): FunctionEntity {
    const entity = makeFunction(this, name, type, false, []);
    this.entities.set(name, entity);
    return entity;
  }

  /** A compound literal at file scope, the array of a string literal. */
  newUnnamed(what: 'literal' | 'str', type: CType, span: Span): GlobalState {
    const count = this.unnamed.get(what) ?? 0;
    this.unnamed.set(what, count + 1);
    return this.keepGlobal(`.${what}.${count}`, '', type, span);
  }

  /** A static object of a function. */
  newGlobal(symbol: string, name: string, type: CType, span: Span): GlobalState {
    const count = this.symbolCounts.get(symbol) ?? 0;
    this.symbolCounts.set(symbol, count + 1);
    return this.keepGlobal(count === 0 ? symbol : `${symbol}.${count + 1}`, name, type, span);
  }

  private keepGlobal(symbol: string, name: string, type: CType, span: Span): GlobalState {
    const global: GlobalState = {
      symbol,
      name,
      type,
      align: alignOf(type),
      linkage: 'internal',
      defined: true,
      weak: false,
      readonly: isConst(type),
      init: null,
      span,
      tokens: this.index.tokens,
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
    const known = this.knownString(key);
    if (known !== null) return known;
    const type: CType = { kind: 'array', of: element, length: bytes.length / (element.bits / 8) };
    const global = this.newUnnamed('str', type, span);
    global.readonly = true;
    global.init = { bytes, relocations: [] };
    this.strings.set(key, global);
    return global;
  }

  private knownString(key: string): Global | null {
    return this.strings.get(key) ?? this.like?.knownString(key) ?? null;
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
            type: {
              kind: 'enum',
              tag: name,
              id: new UndefinedEnum(span),
              base: INT_TYPES['unsigned int'],
            },
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
