/** Names and tags looked up from the innermost scope outwards (C11 6.2.1p4, 6.2.3). */
import type { Span } from '../ast.js';
import type { Context, Entity, Tag } from './entities.js';

/** An ordinary identifier in scope (C11 6.2.1p4). */
export function lookup(context: Context, name: string, at: number): Entity | null {
  for (let scope = context.scope; scope !== null; scope = scope.parent) {
    const found = scope.ordinary.get(name);
    if (found !== undefined) return found;
  }
  return context.unit.ordinary(name, at);
}

export function lookupTag(
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
