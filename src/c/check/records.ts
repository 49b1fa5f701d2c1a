/**
 * Structs and unions (C11 6.7.2.1). They are laid out on first use, so that a pointer to a struct does not need the struct
 * understood. The algorithm of layout is in `layout.ts`.
 */
import type { Attribute, Member, Span, TypeSyntax } from '../ast.js';
import type { CType, RecordLayout, RecordType } from '../types.js';
import { alignmentOf, findAttribute, hasAttribute } from './attributes.js';
import { isInteger, isVariablyModified, representation } from './basic-types.js';
import type { Context } from './entities.js';
import { constantValue } from './constants.js';
import { UndefinedEnum } from './enums.js';
import { isComplete, layOut, type LayoutMember } from './layout.js';
import { lookupTag } from './names.js';
import { Rejection } from './rejection.js';
import { declaredType } from './resolve-type.js';
import { checkStaticAssert } from './static-assert.js';
import { spelled } from '../spell-type.js';
import { LOOKUP_WEIGHT } from './unit-state.js';

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
    const tag = lookupTag(context, kind, syntax.tag, syntax.span);
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
    attributes: attributes.map((attribute) => attribute.name),
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
  if (isComplete(type) && !(type.kind === 'enum' && type.id instanceof UndefinedEnum)) return;
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
