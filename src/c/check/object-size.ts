/**
 * `__builtin_object_size`, as far as the parser sees the object: the bytes from a place to the end of its object, or of the member
 * or array it is in. What is reached through a pointer has no known size, but for members that nothing of unknown length follows
 * (gcc, tree-object-size.c: a last array may stand for a flexible one).
 */
import type { Expr, LValue } from '../typed.js';
import type { CType } from '../types.js';
import { sizeOf } from './layout.js';

/** Bytes from a place on; null: unknown. */
interface Remaining {
  readonly whole: number | null;
  readonly inner: number | null;
}

const UNKNOWN: Remaining = { whole: null, inner: null };

/** `kind` as gcc numbers it: bit 0, the closest object around; bit 1, at least instead of at most. */
export function objectSize(pointer: Expr, kind: number): bigint {
  const { whole, inner } = remaining(pointer);
  const size = (kind & 1) === 0 ? whole : inner;
  if (size !== null) return BigInt(Math.max(0, size));
  return (kind & 2) === 0 ? (1n << 64n) - 1n : 0n;
}

function remaining(pointer: Expr): Remaining {
  switch (pointer.kind) {
    case 'convert':
      return pointer.operand.type.kind === 'pointer' ? remaining(pointer.operand) : UNKNOWN;
    case 'address':
      return ofObject(pointer.of);
    case 'pointer-add': {
      const { index, scale } = pointer;
      if (index.kind !== 'int' || typeof scale !== 'number') return UNKNOWN;
      return behind(remaining(pointer.pointer), Number(index.value) * scale);
    }
    default:
      return UNKNOWN;
  }
}

function ofObject(object: LValue): Remaining {
  switch (object.kind) {
    case 'local':
    case 'global':
    case 'string':
    case 'compound-literal': {
      const size = sizeOf(object.type);
      return { whole: size, inner: size };
    }
    case 'field': {
      const { whole } = behind(ofObject(object.base), object.offset);
      const known = whole !== null || !mayBeLonger(object);
      return { whole, inner: known ? sizeOf(object.type) : null };
    }
    case 'deref':
      return remaining(object.pointer);
    case 'bitfield':
    case 'temporary':
      return UNKNOWN;
  }
}

function behind({ whole, inner }: Remaining, bytes: number): Remaining {
  const left = (size: number | null): number | null =>
    size === null || bytes < 0 ? null : size - bytes;
  return { whole: left(whole), inner: left(inner) };
}

/** An array at the end of what a pointer points to. */
function mayBeLonger(member: LValue): boolean {
  if (member.kind !== 'field' || member.type.kind !== 'array') return false;
  for (let outer: LValue = member; outer.kind === 'field'; outer = outer.base) {
    const record: CType = outer.base.type;
    if (record.kind !== 'record') return true;
    const last = record.record.layout?.fields.at(-1);
    if (!record.record.union && last !== outer.field) return false;
  }
  return true;
}
