/** Enumerations and the integer types gcc chooses for them (C11 6.7.2.2). */
import type { Enumerator, Span, TypeSyntax } from '../ast.js';
import type { CType, EnumType, IntName, IntType } from '../types.js';
import { hasAttribute } from './attributes.js';
import { inRange, INT, INT_TYPES, LONG, UINT, ULONG, withSign } from './basic-types.js';
import type { Context } from './entities.js';
import { constantInteger } from './constants.js';
import { lookupTag } from './names.js';

type EnumSyntax = TypeSyntax & { readonly kind: 'enum' };

/** Identity of an enum that is mentioned and defined nowhere: it may be pointed to. */
export class UndefinedEnum {
  constructor(readonly span: Span) {}
}

export interface EnumInfo {
  readonly type: EnumType;
  readonly enumerators: Map<string, { readonly value: bigint; readonly type: CType }>;
  done: boolean;
}

export function enumTypeOf(context: Context, syntax: EnumSyntax): CType {
  if (syntax.enumerators !== null) return enumOf(context, syntax).type;
  if (syntax.tag === null)
    return context.unit.reject(syntax.span, 'an enum without a tag and without enumerators');
  const tag = lookupTag(context, 'enum', syntax.tag, syntax.span);
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
    refuseSecond(context, enumerator);
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

function refuseSecond({ unit, scope }: Context, { name, span }: Enumerator): void {
  const earlier = scope?.ordinary.get(name);
  if (earlier === undefined) return;
  unit.reject(
    span,
    earlier.kind === 'enumerator'
      ? `redeclaration of enumerator '${name}'`
      : `'${name}' redeclared as different kind of symbol`,
  );
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
