/**
 * An SPTE as fields, and the 64-bit value that KVM would make of them (make_spte, make_nonleaf_spte, make_mmio_spte).
 * Decoding keeps every bit: what the fields do not explain is handed back as `odd`, and is xor-ed in again when encoding.
 */
import type { Configuration, Entry, LeafEntry, Root } from './scenario.js';
import { isDevice } from './geometry.js';
import {
  AD_TYPE,
  AD_TYPE_DISABLED,
  AD_TYPE_ENABLED,
  AD_TYPE_WRITE_PROTECT_ONLY,
  ADDRESS,
  L1TF_SHIFT,
  mmioGenerationBits,
  mmioGenerationOf,
  MMU_PRESENT,
  PAGE_SIZE_BIT,
  TRACKED_BITS,
  TRACKED_SHIFT,
  U64,
  WRITABLE,
} from './spte-masks.js';
import type { SpteMasks } from './spte-masks.js';

export type AdType = 'enabled' | 'disabled' | 'write-protect-only';

export interface LeafFields extends LeafEntry {
  readonly adType: AdType;
}

export type SpteFields =
  | { readonly kind: 'nonpresent' }
  | { readonly kind: 'frozen' }
  | { readonly kind: 'leaf'; readonly leaf: LeafFields; readonly odd: bigint }
  | { readonly kind: 'table'; readonly pfn: bigint; readonly odd: bigint }
  | {
      readonly kind: 'mmio';
      readonly generation: number;
      readonly gfn: bigint;
      readonly writable: boolean;
      readonly odd: bigint;
    }
  | { readonly kind: 'raw'; readonly value: bigint };

const AD_TYPE_BITS: Readonly<Record<AdType, bigint>> = {
  enabled: AD_TYPE_ENABLED,
  disabled: AD_TYPE_DISABLED,
  'write-protect-only': AD_TYPE_WRITE_PROTECT_ONLY,
};

/** How leaf SPTEs below a root track accesses: kvm_mmu_page_ad_need_write_protect() and role.ad_disabled. */
export function adTypeOf(configuration: Configuration, root: Pick<Root, 'guestMode'>): AdType {
  if (configuration.format === 'ept' && !configuration.adBits) return 'disabled';
  return configuration.pml && root.guestMode ? 'write-protect-only' : 'enabled';
}

/** The type that SPTEs of an ordinary root have; only another one is worth printing. */
export function usualAdType(masks: SpteMasks): AdType {
  return masks.accessed === 0n ? 'disabled' : 'enabled';
}

export function encodeLeaf(leaf: LeafFields, level: number, masks: SpteMasks): bigint {
  let value =
    MMU_PRESENT | AD_TYPE_BITS[leaf.adType] | masks.present | masks.user | (leaf.pfn << 12n);
  if (!isDevice(leaf.pfn)) value |= masks.memtypeOfRam | masks.meValue;
  value |= leaf.executable ? masks.x : masks.nx;
  if (level > 1) value |= PAGE_SIZE_BIT;
  if (leaf.writable) value |= WRITABLE;
  if (leaf.mmuWritable) value |= masks.mmuWritable;
  if (leaf.hostWritable) value |= masks.hostWritable;
  if (leaf.accessed) value |= masks.accessed;
  if (leaf.dirty) value |= masks.dirty;
  if (leaf.accessTracked) {
    value |= (value & TRACKED_BITS) << TRACKED_SHIFT;
    value &= ~masks.accessTrack;
  }
  return value;
}

export function encodeTable(pfn: bigint, masks: SpteMasks): bigint {
  const tracking = masks.accessed === 0n ? AD_TYPE_DISABLED : masks.accessed;
  return (
    MMU_PRESENT |
    (pfn << 12n) |
    masks.present |
    WRITABLE |
    masks.user |
    masks.x |
    masks.meValue |
    tracking
  );
}

export function encodeMmio(
  mmio: { readonly generation: number; readonly gfn: bigint; readonly writable: boolean },
  masks: SpteMasks,
): bigint {
  const access = mmio.writable ? masks.mmioAccess : masks.mmioAccess & ~WRITABLE;
  const address = mmio.gfn << 12n;
  const moved = (address & masks.l1tf) << L1TF_SHIFT;
  const value = mmioGenerationBits(mmio.generation) | masks.mmioValue | access;
  return value | address | masks.l1tf | moved;
}

/** The value of a scenario's entry; `pfnOf` says where the harness put a table. */
export function encodeEntry(
  entry: Entry,
  at: { readonly level: number; readonly gfn: bigint; readonly adType: AdType },
  masks: SpteMasks,
  pfnOf: (entry: Extract<Entry, { kind: 'table' }>) => bigint,
): bigint {
  switch (entry.kind) {
    case 'leaf':
      return encodeLeaf({ ...entry, adType: at.adType }, at.level, masks);
    case 'mmio':
      return encodeMmio({ ...entry, gfn: at.gfn }, masks);
    case 'table':
      return encodeTable(pfnOf(entry), masks);
    case 'frozen':
      return masks.frozen;
  }
}

export function isMmioValue(value: bigint, masks: SpteMasks): boolean {
  return masks.mmioValue !== 0n && (value & masks.mmioMask) === masks.mmioValue;
}

export function decodeSpte(value: bigint, level: number, masks: SpteMasks): SpteFields {
  if (value === masks.nonpresent) return { kind: 'nonpresent' };
  if (value === masks.frozen) return { kind: 'frozen' };
  const pfn = (value & masks.baseAddress) >> 12n;
  if ((value & MMU_PRESENT) === 0n) {
    if (!isMmioValue(value, masks)) return { kind: 'raw', value };
    const inPlace = (value & ~masks.l1tf) | ((value >> L1TF_SHIFT) & masks.l1tf);
    const moved = masks.l1tf << L1TF_SHIFT;
    const address = inPlace & ADDRESS & ~masks.mmioValue & ~moved;
    const mmio = {
      generation: mmioGenerationOf(value),
      gfn: address >> 12n,
      writable: (value & masks.mmioAccess & WRITABLE) !== 0n || masks.mmioAccess === 0n,
    };
    return { kind: 'mmio', ...mmio, odd: (encodeMmio(mmio, masks) ^ value) & U64 };
  }
  if (level > 1 && (value & PAGE_SIZE_BIT) === 0n) {
    return { kind: 'table', pfn, odd: (encodeTable(pfn, masks) ^ value) & U64 };
  }
  const adType = adTypeOfValue(value);
  const accessTracked =
    masks.accessTrack !== 0n && adType === 'disabled' && (value & masks.accessTrack) === 0n;
  const permissions = accessTracked ? value >> TRACKED_SHIFT : value;
  const leaf: LeafFields = {
    kind: 'leaf',
    pfn,
    writable: (value & WRITABLE) !== 0n,
    mmuWritable: (value & masks.mmuWritable) !== 0n,
    hostWritable: (value & masks.hostWritable) !== 0n,
    executable: masks.nx === 0n ? (permissions & masks.x) !== 0n : (value & masks.nx) === 0n,
    accessed: (value & masks.accessed) !== 0n,
    dirty: (value & masks.dirty) !== 0n,
    accessTracked,
    adType,
  };
  return { kind: 'leaf', leaf, odd: (encodeLeaf(leaf, level, masks) ^ value) & U64 };
}

function adTypeOfValue(value: bigint): AdType {
  switch (value & AD_TYPE) {
    case AD_TYPE_DISABLED:
      return 'disabled';
    case AD_TYPE_WRITE_PROTECT_ONLY:
      return 'write-protect-only';
    default:
      return 'enabled'; // both bits at once exist nowhere; they come out as odd bits
  }
}
