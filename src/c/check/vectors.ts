/**
 * Vector types (GCC manual, "Using Vector Instructions through Built-in Functions"): known by size and alignment alone, so
 * that a struct which holds one can be laid out and copied. Whatever looks into a vector is unsupported.
 */
import type { Span } from '../ast.js';
import type { CType, RecordLayout, RecordType } from '../types.js';
import type { Context } from './entities.js';
import { sizeOf } from './layout.js';
import { spelled } from '../spell-type.js';

class Vector implements RecordType {
  readonly union = false;
  readonly layout: RecordLayout;
  constructor(
    readonly tag: string,
    size: number,
  ) {
    this.layout = { size, align: size, fields: [] };
  }
}

export function vectorOf(context: Context, element: CType, size: number, span: Span): CType {
  const { unit } = context;
  const width = sizeOf(element) ?? 0;
  if (width === 0 || size % width !== 0 || !Number.isInteger(Math.log2(size))) {
    unit.reject(span, 'vector size not an integral multiple of component size');
  }
  const name = `${spelled(element)} vector of ${size} bytes`;
  const known = unit.vectors.get(name) ?? { kind: 'record', record: new Vector(name, size) };
  unit.vectors.set(name, known);
  return known;
}

export function isVector(type: CType): boolean {
  return type.kind === 'record' && type.record instanceof Vector;
}

/** Call where something other than a copy is about to be done with values of these types. */
export function rejectVectors(context: Context, span: Span, ...types: readonly CType[]): void {
  if (types.some(isVector)) context.unit.unsupported(span, 'vector');
}
