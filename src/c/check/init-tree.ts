/** The tree that an initialiser is read into: which part of the object gets which value. */
import type { Span } from '../ast.js';
import type { Expr } from '../typed.js';
import type { CType, RecordField } from '../types.js';
import { memberType } from './operands.js';

export type InitNode =
  | { readonly kind: 'value'; readonly expr: Expr; readonly type: CType; readonly span: Span }
  | {
      readonly kind: 'string';
      readonly bytes: Uint8Array;
      readonly type: CType;
      readonly span: Span;
    }
  | Aggregate;

/** Part `first` to `last`: elements of an array, or index into the layout's fields. */
export interface InitPart {
  readonly first: number;
  readonly last: number;
  readonly node: InitNode;
  /** Something before it in the list already initialised a piece of it. */
  readonly overrides: boolean;
}

export interface Aggregate {
  readonly kind: 'aggregate';
  readonly type: CType;
  readonly parts: InitPart[];
  /** The highest index that any part has, -1 at first: what lies beyond it overlaps nothing. */
  highest: number;
  readonly span: Span;
}

export function emptyAggregate(type: CType, span: Span): Aggregate {
  return { kind: 'aggregate', type, parts: [], highest: -1, span };
}

/** The array type with the length that its initialiser gives it (C11 6.7.9p22). */
export function completedBy(type: CType, node: InitNode): CType {
  if (type.kind !== 'array' || type.length !== null) return type;
  return { ...type, length: lengthOf(node) };
}

export function lengthOf(node: InitNode): number {
  if (node.kind === 'aggregate')
    return node.parts.reduce((most, part) => Math.max(most, part.last + 1), 0);
  if (node.kind === 'string') {
    const width =
      node.type.kind === 'array' && node.type.of.kind === 'int' ? node.type.of.bits / 8 : 1;
    return node.bytes.length / width;
  }
  return node.expr.type.kind === 'array' && typeof node.expr.type.length === 'number'
    ? node.expr.type.length
    : 0;
}

export function partType(node: Aggregate, index: number): CType {
  const { type } = node;
  if (type.kind === 'array') return type.of;
  const field = fieldAt(type, index);
  return field === null ? type : memberType(field.type, type);
}

export function fieldAt(type: CType, index: number): RecordField | null {
  return type.kind === 'record' ? (type.record.layout?.fields[index] ?? null) : null;
}

export function setPart(node: Aggregate, first: number, last: number, part: InitNode): void {
  const { parts } = node;
  if (node.type.kind === 'record' && node.type.record.union) {
    const overrides = parts.length > 0;
    parts.length = 0;
    parts.push({ first, last, node: part, overrides });
    node.highest = last;
    return;
  }
  if (first > node.highest) {
    parts.push({ first, last, node: part, overrides: false });
    node.highest = last;
    return;
  }
  const overrides = parts.some((p) => p.first <= last && p.last >= first);
  let kept = 0;
  for (const p of parts) {
    if (p.first < first || p.last > last) parts[kept++] = p;
  }
  parts.length = kept;
  parts.push({ first, last, node: part, overrides });
  node.highest = Math.max(node.highest, last);
}

/** The aggregate that stands at the index, to be filled further; made where there is none. */
export function childAt(node: Aggregate, first: number, last: number, span: Span): Aggregate {
  const covering =
    first > node.highest
      ? undefined
      : node.parts.findLast((p) => p.first <= first && p.last >= last);
  if (covering?.node.kind === 'aggregate') {
    if (covering.first === first && covering.last === last) return covering.node;
    const copy = cloneAggregate(covering.node);
    node.parts.push({ first, last, node: copy, overrides: true });
    return copy;
  }
  const child = emptyAggregate(partType(node, first), span);
  setPart(node, first, last, child);
  return child;
}

export function cloneAggregate(node: Aggregate): Aggregate {
  const parts = node.parts.map((p) =>
    p.node.kind === 'aggregate' ? { ...p, node: cloneAggregate(p.node) } : p,
  );
  return { ...node, parts };
}

export function isAggregate(type: CType): boolean {
  return type.kind === 'array' || type.kind === 'record';
}
