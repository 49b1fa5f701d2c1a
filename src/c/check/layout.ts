/**
 * Sizes, alignments and the layout of records as gcc lays them out on x86-64 (SysV ABI 3.1.2, and for bit-fields gcc's
 * "PCC" rule: a bit-field never crosses a boundary of its declared type unless packed). Checked against gcc in tests.
 * Known gap: attribute scalar_storage_order (diagnosed before it gets here).
 */
import type { BitPlacement, CType, RecordField, RecordLayout } from '../types.js';
import { isVariableSize } from './basic-types.js';

/** Bytes, or null where the type is incomplete or of variable length. */
export function sizeOf(type: CType): number | null {
  switch (type.kind) {
    case 'void': // GNU: arithmetic on void * counts bytes
    case 'bool':
    case 'function': // GNU: sizeof a function is 1
      return 1;
    case 'int':
      return type.bits / 8;
    case 'float':
      return type.bits === 80 ? 16 : type.bits / 8;
    case 'complex':
      return type.bits === 80 ? 32 : type.bits / 4;
    case 'enum':
      return type.base.bits / 8;
    case 'pointer':
      return 8;
    case 'va-list':
      return 24;
    case 'array': {
      if (type.length === null || type.length === 'variable') return null;
      const element = sizeOf(type.of);
      return element === null ? null : element * type.length;
    }
    case 'record':
      return type.record.layout?.size ?? null;
  }
}

export function alignOf(type: CType): number {
  if (type.align !== undefined) return type.align;
  switch (type.kind) {
    case 'void':
    case 'bool':
    case 'function':
      return 1;
    case 'int':
      return type.bits / 8;
    case 'float':
      return type.bits === 80 ? 16 : type.bits / 8;
    case 'complex':
      return type.bits === 80 ? 16 : type.bits / 8;
    case 'enum':
      return type.base.bits / 8;
    case 'pointer':
    case 'va-list':
      return 8;
    case 'array':
      return alignOf(type.of);
    case 'record':
      return type.record.layout?.align ?? 1;
  }
}

/** A type whose size is known now (C11 6.2.5p1); a VLA is complete, its size a value. */
export function isComplete(type: CType): boolean {
  if (type.kind === 'void' || type.kind === 'function') return false;
  if (type.kind === 'array') {
    return type.length !== null && (isVariableSize(type) || isComplete(type.of));
  }
  return sizeOf(type) !== null;
}

/** A member as declared, its type resolved. */
export interface LayoutMember {
  readonly name: string | null;
  readonly type: CType;
  /** Declared width, or null for an ordinary member. */
  readonly bits: number | null;
  readonly packed: boolean;
  /** `aligned` on the member itself (0: none). */
  readonly aligned: number;
  /** Names of all its attributes. */
  readonly attributes: readonly string[];
}

export interface LayoutOptions {
  readonly union: boolean;
  readonly packed: boolean;
  /** `aligned` on the record (0: none). */
  readonly aligned: number;
  /** `#pragma pack(n)` in force (0: none): no member is aligned more, and bit-fields cross any boundary. */
  readonly pack: number;
}

function roundUp(value: number, to: number): number {
  return Math.ceil(value / to) * to;
}

interface Placed {
  readonly member: LayoutMember;
  /** Bits from the record's start. */
  readonly position: number;
  /** Bytes it was aligned to (0: a bit-field). */
  readonly align: number;
}

export function layOut(members: readonly LayoutMember[], options: LayoutOptions): RecordLayout {
  let align = 1;
  let end = 0; // bits
  let position = 0; // bits
  const placed: Placed[] = [];
  const capped = (wanted: number): number =>
    options.pack === 0 ? wanted : Math.min(wanted, options.pack);
  for (const member of members) {
    if (options.union) position = 0;
    const packed = options.packed || member.packed;
    if (member.bits === null) {
      const natural = packed ? 1 : alignOf(member.type);
      const wanted = capped(Math.max(natural, member.aligned));
      align = Math.max(align, wanted);
      position = roundUp(position, wanted * 8);
      placed.push({ member, position, align: wanted });
      position += (sizeOf(member.type) ?? 0) * 8; // a flexible array has no size
    } else {
      const unit = (sizeOf(member.type) ?? 0) * 8;
      const typeAlign = alignOf(member.type) * 8;
      if (member.bits === 0) {
        // `: 0` closes the unit of its declared type, packed or not, whatever #pragma pack says; it does not align the record (SysV ABI).
        position = roundUp(position, Math.max(typeAlign, member.aligned * 8));
      } else {
        if (member.aligned > 0) position = roundUp(position, capped(member.aligned) * 8);
        if (!packed && options.pack === 0 && crosses(position, member.bits, unit, typeAlign)) {
          position = roundUp(position, typeAlign);
        }
        if (member.name !== null) {
          // Under #pragma pack gcc does not ask whether a bit-field is packed.
          const typed = packed && options.pack === 0 ? 1 : alignOf(member.type);
          align = Math.max(align, capped(Math.max(typed, member.aligned)));
        }
        placed.push({ member, position, align: 0 });
        position += member.bits;
      }
    }
    end = Math.max(end, position);
  }
  align = Math.max(align, options.aligned);
  const size = roundUp(Math.ceil(end / 8), align);
  return { size, align, fields: fieldsOf(placed, size, options.union) };
}

/** Would the bit-field span more units of its type than the type itself does? */
function crosses(position: number, width: number, unit: number, typeAlign: number): boolean {
  const from = Math.floor(position / typeAlign);
  const to = Math.floor((position + width + typeAlign - 1) / typeAlign);
  return to - from > unit / typeAlign;
}

function fieldsOf(placed: readonly Placed[], size: number, union: boolean): readonly RecordField[] {
  return placed.flatMap(({ member, position, align }, i): readonly RecordField[] => {
    const width = member.bits;
    const offset = Math.floor(position / 8);
    const { name, type, attributes } = member;
    const named = attributes.length === 0 ? {} : { attributes };
    if (width === null) {
      const aligned = align === alignOf(type) ? {} : { align };
      return [{ name, type, offset, bits: null, ...aligned, ...named }];
    }
    if (name === null) return []; // padding
    const [runStart, runEnd] = union ? [0, size] : runAround(placed, i, size);
    return [
      {
        name,
        type,
        offset,
        bits: placement(position, width, sizeOf(type) ?? 1, runStart, runEnd),
        ...named,
      },
    ];
  });
}

/** Bytes of the run of neighbouring bit-fields: a store to one of them may rewrite these and no others (C11 3.14). */
function runAround(
  placed: readonly Placed[],
  index: number,
  size: number,
): readonly [number, number] {
  let start = 0;
  for (let i = index; i >= 0; i--) {
    const before = placed[i];
    if (before === undefined || before.member.bits !== null) continue;
    start = before.position / 8 + (sizeOf(before.member.type) ?? 0);
    break;
  }
  let end = size;
  for (let i = index; i < placed.length; i++) {
    const after = placed[i];
    if (after === undefined || after.member.bits !== null) continue;
    end = after.position / 8;
    break;
  }
  return [start, end];
}

function placement(
  position: number,
  width: number,
  declared: number,
  runStart: number,
  runEnd: number,
): BitPlacement {
  const first = Math.floor(position / 8);
  const bytes = Math.floor((position + width - 1) / 8) - first + 1;
  // Neighbours in one unit: a wide load behind a narrow store has to wait until that has reached the cache.
  const own = Math.floor(first / declared) * declared;
  if (
    declared <= 8 &&
    own >= runStart &&
    own + declared <= runEnd &&
    first + bytes <= own + declared
  )
    return { offset: position, width, unitOffset: own, unitBytes: declared };
  let unitOffset = first;
  let unitBytes = bytes;
  if (![1, 2, 4, 8].includes(bytes) && bytes < 8) {
    const wide = bytes === 3 ? 4 : 8;
    const aligned = Math.floor(first / wide) * wide;
    const candidates = [aligned, first, first + bytes - wide];
    const fits = candidates.find(
      (at) => at >= runStart && at + wide <= runEnd && at <= first && at + wide >= first + bytes,
    );
    if (fits !== undefined) {
      unitOffset = fits;
      unitBytes = wide;
    }
  }
  return { offset: position, width, unitOffset, unitBytes };
}
