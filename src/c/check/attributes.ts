/**
 * Attributes as the checker asks for them. Names come without leading and trailing underscores.
 * Attributes that only steer optimisation or warnings are passed over by name, not by accident: what changes layout or
 * meaning and is not known here ends in `unsupported` where it is met (`vector_size`, `scalar_storage_order`).
 */
import type { Attribute } from '../ast.js';
import { alignOf } from './layout.js';
import type { Context } from './entities.js';
import { constantValue } from './constants.js';
import { resolveType } from './resolve-type.js';

export function findAttribute(attributes: readonly Attribute[], name: string): Attribute | null {
  return attributes.find((attribute) => attribute.name === name) ?? null;
}

export function hasAttribute(attributes: readonly Attribute[], name: string): boolean {
  return attributes.some((attribute) => attribute.name === name);
}

/** The text of a string argument: `section("x")`, `error("…")`. */
export function stringArgument(attributes: readonly Attribute[], name: string): string | null {
  const argument = findAttribute(attributes, name)?.args[0];
  if (argument?.kind !== 'string') return null;
  return argument.parts.map((part) => part.replace(/^[^"]*"|"$/g, '')).join('');
}

export function nameArgument(attributes: readonly Attribute[], name: string): string | null {
  const argument = findAttribute(attributes, name)?.args[0];
  return argument?.kind === 'name' ? argument.name : null;
}

const BIGGEST_ALIGNMENT = 16;
const MAX_ALIGNMENT = 1n << 28n;

/** The strictest `aligned` or `_Alignas` in bytes, 0 where there is none. */
export function alignmentOf(context: Context, attributes: readonly Attribute[]): number {
  let align = 0;
  for (const attribute of attributes) {
    if (attribute.name !== 'aligned' && attribute.name !== '_Alignas') continue;
    const [argument] = attribute.args;
    if (attribute.type !== null) {
      align = Math.max(align, alignOf(resolveType(context, attribute.type)));
    } else if (argument === undefined) {
      align = Math.max(align, BIGGEST_ALIGNMENT);
    } else {
      const value = constantValue(context, argument);
      if (value < 0n || value > MAX_ALIGNMENT || (value & (value - 1n)) !== 0n) {
        context.unit.reject(attribute.span, 'requested alignment is not a positive power of 2');
      }
      align = Math.max(align, Number(value));
    }
  }
  return align;
}
