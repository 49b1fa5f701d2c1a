/**
 * From types as written to types (C11 6.7.2, 6.7.6): specifiers, tags, declarators, attributes that change a type.
 * Records are laid out on first use, so that a pointer to a struct does not need the struct understood.
 * Known gaps: `_Atomic`, `_Complex` and vectors are diagnosed; qualifiers inside a parameter's `[]` are dropped.
 */
import type { Attribute, Member, Param, Span, TypeSyntax } from '../ast.js';
import type { CType, EnumType, IntName, IntType, RecordLayout, RecordType } from '../types.js';
import { alignmentOf, findAttribute, hasAttribute, nameArgument } from './attributes.js';
import {
  BOOL,
  DOUBLE,
  FLOAT,
  INT,
  INT_TYPES,
  LONG,
  LONG_DOUBLE,
  UINT,
  ULONG,
  VA_LIST,
  VOID,
  functionType,
  inRange,
  isInteger,
  isVariablyModified,
  pointerTo,
  qualified,
  representation,
  unqualified,
  withSign,
} from './basic-types.js';
import { Scope, type Context, type Tag } from './entities.js';
import { arrayLength, constantInteger, constantValue, typeOfExpr } from './expression.js';
import { isComplete, layOut, type LayoutMember } from './layout.js';
import { Rejection } from './rejection.js';
import { checkStaticAssert } from './static-assert.js';
import { defaultPromoted, spelled } from './type-relations.js';
import { LOOKUP_WEIGHT } from './unit-state.js';
import { variableLength } from './variable-length.js';

export function resolveType(context: Context, syntax: TypeSyntax): CType {
  const { unit } = context;
  unit.enter(syntax.span);
  if (syntax.qualifiers.atomic) unit.unsupported(syntax.span, 'atomic-qualifier');
  const type = qualified(
    shape(context, syntax),
    syntax.qualifiers.const,
    syntax.qualifiers.volatile,
  );
  unit.leave();
  return type;
}

/** The type of a declarator, with the attributes of the declaration that change it. */
export function declaredType(
  context: Context,
  syntax: TypeSyntax,
  attributes: readonly Attribute[],
): CType {
  return attributed(context, resolveType(context, syntax), attributes);
}

function attributed(context: Context, type: CType, attributes: readonly Attribute[]): CType {
  for (const attribute of attributes) {
    if (attribute.name === 'vector_size') context.unit.unsupported(attribute.span, 'vector');
  }
  const mode = nameArgument(attributes, 'mode');
  const inner = type.kind === 'record' ? type.record : null;
  if (inner instanceof DeclaredRecord && hasAttribute(attributes, 'transparent_union'))
    inner.transparent = true;
  return mode === null
    ? type
    : withMode(context, type, mode, findAttribute(attributes, 'mode')?.span);
}

const INT_MODES: Readonly<Record<string, IntName>> = {
  QI: 'signed char',
  HI: 'short',
  SI: 'int',
  DI: 'long',
  TI: '__int128',
  byte: 'signed char',
  word: 'long',
  pointer: 'long',
  unwind_word: 'long',
  libgcc_cmp_return: 'long',
  libgcc_shift_count: 'int',
};
const FLOAT_MODES: Readonly<Record<string, CType>> = { SF: FLOAT, DF: DOUBLE, XF: LONG_DOUBLE };

/** gcc's attribute mode: a type of the given machine mode, signed as the declared one. */
function withMode(context: Context, type: CType, spelling: string, span: Span | undefined): CType {
  const mode = spelling.replace(/^__|__$/g, '');
  const name = INT_MODES[mode];
  const float = FLOAT_MODES[mode];
  if (name !== undefined) {
    const signed = representation(type)?.signed ?? true;
    if (type.kind === 'pointer' && INT_TYPES[name].bits === 64) return type;
    if (isInteger(type))
      return qualified(
        withSign(INT_TYPES[name], signed),
        type.const === true,
        type.volatile === true,
      );
  }
  if (float !== undefined && type.kind === 'float')
    return qualified(float, type.const === true, type.volatile === true);
  return context.unit.reject(
    span ?? { first: 0, last: 0 },
    `mode '${mode}' does not suit '${spelled(type)}'`,
    'unsupported',
  );
}

function shape(context: Context, syntax: TypeSyntax): CType {
  const { unit } = context;
  switch (syntax.kind) {
    case 'basic':
      return basic(context, syntax.words, syntax.span);
    case 'typedef-name': {
      const entity = lookup(context, syntax.name, syntax.span.first);
      if (entity?.kind === 'typedef') return entity.type;
      return unit.reject(syntax.span, `unknown type name '${syntax.name}'`);
    }
    case 'typeof-expr': {
      const known = unit.typeofs.get(syntax);
      if (known !== undefined) return known;
      const type = typeOfExpr(context, syntax.expr, 'typeof');
      unit.typeofs.set(syntax, type);
      return type;
    }
    case 'typeof-type':
      return resolveType(context, syntax.type);
    case 'auto':
      return unit.reject(syntax.span, "'__auto_type' needs an initialised declaration of one name");
    case 'va-list':
      return VA_LIST;
    case 'record':
      return recordOf(context, syntax);
    case 'enum':
      return enumTypeOf(context, syntax);
    case 'pointer':
      return pointerTo(resolveType(context, syntax.to));
    case 'array':
      return arrayType(context, syntax);
    case 'function':
      return functionOf(context, syntax);
  }
}

/* ---------- basic types ---------- */

function basic(context: Context, words: string, span: Span): CType {
  const { unit } = context;
  const list = words.split(/\s+/).filter((word) => word !== '');
  const count = (word: string): number => list.filter((w) => w === word).length;
  const has = (word: string): boolean => count(word) > 0;
  if (has('_Complex')) return unit.unsupported(span, 'complex');
  if (
    list.some((w) =>
      /^(__float128|__ibm128|_Decimal\d+|_Float(16|128)x?|__bf16|_Float64x)$/.test(w),
    )
  ) {
    return unit.unsupported(span, 'decimal-float', words);
  }
  if (has('void')) return VOID;
  if (has('_Bool')) return BOOL;
  if (has('float') || has('_Float32')) return FLOAT;
  if (has('_Float64') || has('_Float32x')) return DOUBLE;
  if (has('double')) return has('long') ? LONG_DOUBLE : DOUBLE;
  const unsigned = has('unsigned');
  const type = integerOf(unit.char, list, count, unsigned);
  return type ?? unit.reject(span, `'${words}' is no type`);
}

function integerOf(
  char: IntType,
  list: readonly string[],
  count: (word: string) => number,
  unsigned: boolean,
): IntType | null {
  const known = ['unsigned', 'signed', 'char', 'short', 'int', 'long', '__int128'];
  if (list.length === 0 || list.some((word) => !known.includes(word))) return null;
  if (count('char') > 0) {
    if (unsigned) return INT_TYPES['unsigned char'];
    return count('signed') > 0 ? INT_TYPES['signed char'] : char;
  }
  if (count('__int128') > 0) return INT_TYPES[unsigned ? 'unsigned __int128' : '__int128'];
  if (count('short') > 0) return INT_TYPES[unsigned ? 'unsigned short' : 'short'];
  if (count('long') > 1) return INT_TYPES[unsigned ? 'unsigned long long' : 'long long'];
  if (count('long') === 1) return unsigned ? ULONG : LONG;
  return unsigned ? UINT : INT;
}

/* ---------- names ---------- */

/** An ordinary identifier in scope (C11 6.2.1p4). */
export function lookup(
  context: Context,
  name: string,
  at: number,
): ReturnType<Context['unit']['ordinary']> {
  for (let scope = context.scope; scope !== null; scope = scope.parent) {
    const found = scope.ordinary.get(name);
    if (found !== undefined) return found;
  }
  return context.unit.ordinary(name, at);
}

function lookupTag(
  context: Context,
  kind: 'struct' | 'union' | 'enum',
  name: string,
  span: Span,
): Tag {
  for (let scope = context.scope; scope !== null; scope = scope.parent) {
    const found = scope.tags.get(name);
    if (found === undefined) continue;
    const foundKind = found.kind === 'enum' ? 'enum' : found.record.union ? 'union' : 'struct';
    if (foundKind !== kind) context.unit.reject(span, `'${name}' defined as wrong kind of tag`);
    return found;
  }
  return context.unit.tag(kind, name, span);
}

/* ---------- records ---------- */

type RecordSyntax = TypeSyntax & { readonly kind: 'record' };

export class DeclaredRecord implements RecordType {
  transparent = false;
  failure: Rejection | null = null;
  private state: 'incomplete' | 'pending' | 'busy' | 'done' = 'incomplete';
  private computed: RecordLayout | null = null;
  private definition: { readonly context: Context; readonly syntax: RecordSyntax } | null = null;

  constructor(
    readonly union: boolean,
    readonly tag: string | null,
  ) {}

  define(context: Context, syntax: RecordSyntax): void {
    this.definition = { context, syntax };
    this.state = 'pending';
    this.transparent ||= hasAttribute(syntax.attributes, 'transparent_union');
  }

  get defined(): boolean {
    return this.definition !== null;
  }

  get layout(): RecordLayout | null {
    if (this.state !== 'pending' || this.definition === null) return this.computed;
    this.state = 'busy';
    const { unit } = this.definition.context;
    const depth = unit.depth;
    try {
      this.computed = recordLayout(this.definition.context, this.definition.syntax, this.union);
    } catch (error) {
      if (!(error instanceof Rejection)) throw error;
      this.failure = error;
      unit.depth = depth;
    }
    this.state = 'done';
    return this.computed;
  }
}

export function recordOf(context: Context, syntax: RecordSyntax): CType {
  const { unit } = context;
  const known = unit.records.get(syntax);
  if (known !== undefined) return known;
  const kind = syntax.union ? 'union' : 'struct';
  if (syntax.members === null && syntax.tag !== null) {
    const tag = mentioned(context, kind, syntax.tag, syntax.span);
    if (tag.kind !== 'record')
      return unit.reject(syntax.span, `'${syntax.tag}' defined as wrong kind of tag`);
    return { kind: 'record', record: tag.record };
  }
  if (context.scope === null && syntax.tag !== null) {
    const tag = unit.tag(kind, syntax.tag, syntax.span);
    const same = unit.records.get(syntax);
    if (same !== undefined) return same;
    if (tag.kind === 'record' && tag.record.layout !== null) {
      return unit.reject(syntax.span, `redefinition of '${kind} ${syntax.tag}'`);
    }
  }
  return defineRecord(context, syntax);
}

/** `struct x` without members: an outer tag if there is one, else a new incomplete type here (C11 6.7.2.3p8). */
function mentioned(
  context: Context,
  kind: 'struct' | 'union' | 'enum',
  name: string,
  span: Span,
): Tag {
  return lookupTag(context, kind, name, span);
}

/** `struct x;` alone in a block declares a new type there, whatever is outside (C11 6.7.2.3p7). */
export function declareTag(context: Context, syntax: TypeSyntax): void {
  if (context.scope === null || syntax.kind !== 'record' || syntax.tag === null) return;
  if (syntax.members !== null || context.scope.tags.has(syntax.tag)) return;
  const record = new DeclaredRecord(syntax.union, syntax.tag);
  context.scope.tags.set(syntax.tag, { kind: 'record', record });
}

export function defineRecord(context: Context, syntax: RecordSyntax): CType {
  const { unit, scope } = context;
  const declared = syntax.tag === null || scope === null ? undefined : scope.tags.get(syntax.tag);
  const earlier =
    declared?.kind === 'record' && declared.record instanceof DeclaredRecord
      ? declared.record
      : null;
  if (earlier !== null && (earlier.defined || earlier.union !== syntax.union)) {
    unit.reject(syntax.span, `redefinition of '${syntax.tag ?? ''}'`);
  }
  const record = earlier ?? new DeclaredRecord(syntax.union, syntax.tag);
  const type: CType = { kind: 'record', record };
  unit.records.set(syntax, type);
  if (scope !== null && syntax.tag !== null) scope.tags.set(syntax.tag, { kind: 'record', record });
  record.define(context, syntax);
  // Names may be hidden later in the same block, so a local record is laid out where it stands.
  if (scope !== null && record.layout === null && record.failure !== null) throw record.failure;
  return type;
}

function recordLayout(context: Context, syntax: RecordSyntax, union: boolean): RecordLayout {
  const { unit } = context;
  unit.enter(syntax.span, LOOKUP_WEIGHT);
  if (hasAttribute(syntax.attributes, 'scalar_storage_order'))
    unit.unsupported(syntax.span, 'storage-order');
  const members: LayoutMember[] = [];
  const names = new Set<string>();
  const all = syntax.members ?? [];
  all.forEach((member, i) => {
    if (member.kind === 'static-assert') {
      checkStaticAssert(context, member.decl);
      return;
    }
    const laidOut = layoutMember(context, member, i === all.length - 1 || union);
    if (laidOut.name !== null) {
      if (names.has(laidOut.name)) unit.reject(member.span, `duplicate member '${laidOut.name}'`);
      names.add(laidOut.name);
    }
    members.push(laidOut);
  });
  unit.leave(LOOKUP_WEIGHT);
  return layOut(members, {
    union,
    packed: hasAttribute(syntax.attributes, 'packed'),
    aligned: alignmentOf(context, syntax.attributes),
    pack: packing(context, syntax.attributes),
  });
}

/** The parser hands `#pragma pack(n)` on as an attribute of the records it governs. */
function packing(context: Context, attributes: readonly Attribute[]): number {
  const argument = findAttribute(attributes, 'pragma_pack')?.args[0];
  return argument === undefined ? 0 : Number(constantValue(context, argument));
}

function layoutMember(
  context: Context,
  member: Member & { kind: 'field' },
  last: boolean,
): LayoutMember {
  const { unit } = context;
  const tagged = member.type.kind === 'record' || member.type.kind === 'enum';
  const attributes = tagged ? member.attributes : [...member.type.attributes, ...member.attributes];
  const type = declaredType(context, member.type, attributes);
  const name = member.name ?? '';
  if (type.kind === 'function') unit.reject(member.span, `field '${name}' declared as a function`);
  if (isVariablyModified(type)) unit.unsupported(member.span, 'record-variable-length');
  const flexible = type.kind === 'array' && type.length === null;
  if (flexible && !last)
    unit.reject(member.span, `flexible array member '${name}' not at end of struct`);
  if (flexible) requireComplete(context, type.of, member.span);
  else requireComplete(context, type, member.span, `field '${name}' has incomplete type`);
  return {
    name: member.name,
    type,
    bits: member.bits === null ? null : bitWidth(context, type, member.bits, member.name),
    packed: hasAttribute(attributes, 'packed'),
    aligned: alignmentOf(context, attributes),
  };
}

function bitWidth(
  context: Context,
  type: CType,
  width: Parameters<typeof constantValue>[1],
  name: string | null,
): number {
  const { unit } = context;
  const value = constantValue(context, width);
  const base = representation(type);
  if (!isInteger(type) || base === null)
    unit.reject(width.span, `bit-field '${name ?? ''}' has invalid type`);
  const bits = type.kind === 'bool' ? 1 : (base?.bits ?? 0);
  if (value < 0n) unit.reject(width.span, `negative width in bit-field '${name ?? ''}'`);
  if (value > BigInt(bits)) unit.reject(width.span, `width of '${name ?? ''}' exceeds its type`);
  if (value === 0n && name !== null) unit.reject(width.span, `zero width for bit-field '${name}'`);
  return Number(value);
}

/** Rejects a type whose size is not known; a record that was not understood gives its own reason. */
export function requireComplete(context: Context, type: CType, span: Span, message?: string): void {
  if (isComplete(type)) return;
  let inner = type;
  while (inner.kind === 'array') inner = inner.of;
  if (
    inner.kind === 'record' &&
    inner.record instanceof DeclaredRecord &&
    inner.record.failure !== null
  ) {
    throw inner.record.failure;
  }
  context.unit.reject(span, message ?? `invalid use of incomplete type '${spelled(type)}'`);
}

/* ---------- enums ---------- */

type EnumSyntax = TypeSyntax & { readonly kind: 'enum' };

export interface EnumInfo {
  readonly type: EnumType;
  readonly enumerators: Map<string, { readonly value: bigint; readonly type: CType }>;
  done: boolean;
}

function enumTypeOf(context: Context, syntax: EnumSyntax): CType {
  if (syntax.enumerators !== null) return enumOf(context, syntax).type;
  if (syntax.tag === null)
    return context.unit.reject(syntax.span, 'an enum without a tag and without enumerators');
  const tag = mentioned(context, 'enum', syntax.tag, syntax.span);
  return tag.kind === 'enum'
    ? tag.type
    : context.unit.reject(syntax.span, `'${syntax.tag}' defined as wrong kind of tag`);
}

export function enumOf(context: Context, syntax: EnumSyntax): EnumInfo {
  const { unit, scope } = context;
  const known = unit.enums.get(syntax);
  if (known !== undefined) return known;
  const type = { kind: 'enum' as const, tag: syntax.tag, id: syntax, base: UINT };
  const info: EnumInfo = { type, enumerators: new Map(), done: false };
  unit.enums.set(syntax, info);
  let next = 0n;
  let nextType: IntType = INT;
  let negative = false;
  let low = 0n;
  let high = 0n;
  for (const enumerator of syntax.enumerators ?? []) {
    if (enumerator.value !== null) {
      const given = constantInteger(context, enumerator.value);
      next = given.value;
      nextType = inRange(INT, next) ? INT : given.type;
    } else if (!inRange(nextType, next)) {
      nextType = nextType === INT ? UINT : next < 1n << 63n ? LONG : ULONG;
      if (!inRange(nextType, next)) nextType = LONG;
    }
    negative ||= next < 0n;
    if (next < low) low = next;
    if (next > high) high = next;
    const entry = { value: next, type: nextType };
    info.enumerators.set(enumerator.name, entry);
    scope?.ordinary.set(enumerator.name, { kind: 'enumerator', ...entry });
    next += 1n;
  }
  type.base = enumBase(low, high, negative, hasAttribute(syntax.attributes, 'packed'));
  // Those that fit int have type int; the others the enum's own (gcc, finish_enum).
  for (const [name, entry] of info.enumerators) {
    if (inRange(INT, entry.value)) continue;
    const wide = { value: entry.value, type };
    info.enumerators.set(name, wide);
    scope?.ordinary.set(name, { kind: 'enumerator', ...wide });
  }
  info.done = true;
  if (scope !== null && syntax.tag !== null) scope.tags.set(syntax.tag, { kind: 'enum', type });
  return info;
}

function enumBase(low: bigint, high: bigint, negative: boolean, packed: boolean): IntType {
  const sizes: readonly IntName[] = packed
    ? ['unsigned char', 'unsigned short', 'unsigned int', 'unsigned long']
    : ['unsigned int', 'unsigned long'];
  for (const name of sizes) {
    const type = withSign(INT_TYPES[name], negative);
    if (inRange(type, low) && inRange(type, high)) return type;
  }
  return negative ? LONG : ULONG;
}

/* ---------- arrays and functions ---------- */

function arrayType(context: Context, syntax: TypeSyntax & { readonly kind: 'array' }): CType {
  const { unit } = context;
  const of = resolveType(context, syntax.of);
  if (of.kind === 'function') unit.reject(syntax.span, 'declaration of an array of functions');
  if (of.kind === 'void') unit.reject(syntax.span, 'declaration of an array of voids');
  if (of.kind !== 'array' || of.length === null) requireComplete(context, of, syntax.span);
  if (syntax.size === null) return { kind: 'array', of, length: null };
  const size = arrayLength(context, syntax.size);
  if (typeof size !== 'bigint') return variableLength(context, of, size, syntax.span);
  if (size < 0n) unit.reject(syntax.size.span, 'size of array is negative');
  if (size > 1n << 48n) unit.reject(syntax.size.span, 'size of array is too large');
  return { kind: 'array', of, length: Number(size) };
}

function functionOf(context: Context, syntax: TypeSyntax & { readonly kind: 'function' }): CType {
  const { unit } = context;
  const returns = resolveType(context, syntax.returns);
  if (returns.kind === 'array' || returns.kind === 'function') {
    unit.reject(
      syntax.span,
      `function returning ${returns.kind === 'array' ? 'an array' : 'a function'}`,
    );
  }
  const inner: Context = { ...context, scope: new Scope(context.scope), unevaluated: true };
  const params = parameterTypes(inner, syntax.params);
  if (!syntax.oldStyle) return functionType(returns, params, syntax.variadic);
  return functionType(returns, params.map(defaultPromoted), false, false);
}

function parameterTypes(context: Context, params: readonly Param[]): readonly CType[] {
  const [only] = params;
  if (
    params.length === 1 &&
    only !== undefined &&
    only.name === null &&
    isVoidSyntax(context, only.type)
  )
    return [];
  return params.map((param) => {
    const type = parameterType(context, param);
    if (param.name !== null) {
      // A later parameter's type may name it: `int n, int a[n]`.
      const local = {
        name: param.name,
        type,
        align: 1,
        param: true,
        addressTaken: false,
        span: param.span,
      };
      context.scope?.ordinary.set(param.name, { kind: 'local', local });
    }
    return unqualified(type);
  });
}

function isVoidSyntax(context: Context, type: TypeSyntax): boolean {
  if (type.kind === 'basic') return type.words === 'void';
  return type.kind === 'typedef-name' && resolveType(context, type).kind === 'void';
}

/** Adjusted as C11 6.7.6.3p7 and p8 say, own qualifiers kept. */
export function parameterType(context: Context, param: Param): CType {
  const type = declaredType(context, param.type, param.attributes);
  return adjustedParameter(type);
}

export function adjustedParameter(type: CType): CType {
  if (type.kind === 'array') return pointerTo(type.of);
  if (type.kind === 'function') return pointerTo(type);
  if (type.kind === 'va-list') return pointerTo(unqualified(type));
  return type;
}
