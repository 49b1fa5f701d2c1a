/** How C types look to the machine: sizes (LP64, SysV x86-64) and the WebAssembly type that holds a value. */
import type { CType, FunctionType, IntType } from '../c/types.js';
import type { Signature, ValueType } from './ir.js';

export const VA_LIST_BYTES = 24;

/** Bytes of an object; GNU C gives functions and void one. A VLA has none that is known. */
export function sizeOf(type: CType): number {
  switch (type.kind) {
    case 'void':
    case 'function':
    case 'bool':
      return 1;
    case 'int':
      return type.bits / 8;
    case 'enum':
      return type.base.bits / 8;
    case 'float':
      return type.bits === 80 ? 16 : type.bits / 8;
    case 'complex':
      return 2 * (type.bits === 80 ? 16 : type.bits / 8);
    case 'pointer':
      return 8;
    case 'array':
      return typeof type.length === 'number' ? type.length * sizeOf(type.of) : 0;
    case 'record':
      return type.record.layout?.size ?? 0;
    case 'va-list':
      return VA_LIST_BYTES;
  }
}

export function alignOf(type: CType): number {
  switch (type.kind) {
    case 'array':
      return alignOf(type.of);
    case 'record':
      return type.record.layout?.align ?? 1;
    case 'va-list':
      return 8;
    case 'complex':
      return sizeOf(type) / 2;
    default:
      return sizeOf(type);
  }
}

/** What a value of this type is, while it is computed with. */
export type Shape =
  | { readonly kind: 'scalar'; readonly type: ValueType }
  /** __int128: two i64. */
  | { readonly kind: 'wide' }
  /** In memory. */
  | { readonly kind: 'record'; readonly size: number }
  | { readonly kind: 'none' };

const SCALARS: Readonly<Record<ValueType, Shape>> = {
  i32: { kind: 'scalar', type: 'i32' },
  i64: { kind: 'scalar', type: 'i64' },
  f32: { kind: 'scalar', type: 'f32' },
  f64: { kind: 'scalar', type: 'f64' },
};

export function shapeOf(type: CType): Shape {
  switch (type.kind) {
    case 'void':
      return { kind: 'none' };
    case 'bool':
      return SCALARS.i32;
    case 'int':
      return type.bits === 128 ? { kind: 'wide' } : SCALARS[type.bits === 64 ? 'i64' : 'i32'];
    case 'enum':
      return shapeOf(type.base);
    case 'float':
      return SCALARS[type.bits === 32 ? 'f32' : 'f64'];
    case 'pointer':
    case 'function':
    case 'array':
      return SCALARS.i64;
    case 'record':
    case 'va-list':
    case 'complex':
      return { kind: 'record', size: sizeOf(type) };
  }
}

/** The integer type that a scalar of integer, enum, _Bool or pointer type is computed in; null for others. */
export function integerOf(
  type: CType,
): { readonly bits: IntType['bits']; readonly signed: boolean } | null {
  switch (type.kind) {
    case 'bool':
      return { bits: 8, signed: false };
    case 'int':
      return type;
    case 'enum':
      return type.base;
    case 'pointer':
    case 'function':
    case 'array':
      return { bits: 64, signed: false };
    case 'void':
    case 'float':
    case 'record':
    case 'va-list':
    case 'complex':
      return null;
  }
}

/** How values of a type travel into a function: records by a pointer to a copy, __int128 as two halves. */
export function parameterTypes(type: CType): readonly ValueType[] {
  const shape = shapeOf(type);
  switch (shape.kind) {
    case 'scalar':
      return [shape.type];
    case 'wide':
      return ['i64', 'i64'];
    case 'record':
      return ['i64'];
    case 'none':
      return [];
  }
}

/** Records and __int128 are returned through a pointer to the caller's memory, passed first. */
export function returnsInMemory(type: CType): boolean {
  const shape = shapeOf(type).kind;
  return shape === 'record' || shape === 'wide';
}

export function signatureOf(type: FunctionType, params: readonly CType[]): Signature {
  const shape = shapeOf(type.returns);
  const inMemory = returnsInMemory(type.returns);
  return {
    params: [
      ...(inMemory ? (['i64'] as const) : []),
      ...params.flatMap(parameterTypes),
      ...(type.variadic ? (['i64'] as const) : []),
    ],
    result: shape.kind === 'scalar' ? shape.type : null,
  };
}
