/**
 * The bits that make up an SPTE under one configuration: what KVM keeps in its shadow_*_mask variables after
 * kvm_mmu_set_ept_masks() or, for NPT, kvm_mmu_reset_all_pte_masks() and kvm_mmu_set_me_spte_mask().
 * Facts from arch/x86/kvm/mmu/spte.{c,h} and asm/vmx.h of Linux 6.12.
 */
import type { Configuration } from './scenario.js';

const bit = (n: number): bigint => 1n << BigInt(n);
const bits = (high: number, low: number): bigint =>
  ((1n << BigInt(high - low + 1)) - 1n) << BigInt(low);

export const U64 = (1n << 64n) - 1n;

/** Of an SPTE: where addresses lie. */
export const ADDRESS = bits(51, 12);

/** The same in every format. */
export const MMU_PRESENT = bit(11);
export const PAGE_SIZE_BIT = bit(7);
export const WRITABLE = bit(1);
export const AD_TYPE = bits(53, 52);
export const AD_TYPE_ENABLED = 0n;
export const AD_TYPE_DISABLED = bit(52);
export const AD_TYPE_WRITE_PROTECT_ONLY = bit(53);
/** Where access tracking keeps the R and X bits it took away. */
export const TRACKED_SHIFT = 54n;
export const TRACKED_BITS = bit(0) | bit(2);

export const MMIO_GENERATION_BITS = 19;
const MMIO_GENERATION_LOW = bits(10, 3);
const MMIO_GENERATION_HIGH = bits(62, 52);

export interface SpteMasks {
  /** SHADOW_NONPRESENT_VALUE. */
  readonly nonpresent: bigint;
  readonly frozen: bigint;
  readonly baseAddress: bigint;
  readonly present: bigint;
  readonly user: bigint;
  readonly x: bigint;
  readonly nx: bigint;
  readonly accessed: bigint;
  readonly dirty: bigint;
  readonly accessTrack: bigint;
  readonly hostWritable: bigint;
  readonly mmuWritable: bigint;
  readonly meValue: bigint;
  readonly meMask: bigint;
  readonly memtype: bigint;
  /** The memory type bits that leaf SPTEs of ordinary memory carry: write-back, and for EPT the guest's PAT ignored. */
  readonly memtypeOfRam: bigint;
  /** 0n: MMIO SPTEs are not cached, none exists. */
  readonly mmioValue: bigint;
  readonly mmioMask: bigint;
  readonly mmioAccess: bigint;
  /** 1n: MMIO SPTEs are made. */
  readonly mmioCaching: bigint;
  /** Address bits that are set in an SPTE which is neither present nor empty (L1TF); those of a gfn lie further up. 0n: none. */
  readonly l1tf: bigint;
  /** Of a gfn in such an SPTE: address bits that keep their place. */
  readonly l1tfLowGfn: bigint;
}

/** How far address bits are moved that have to be ones (SHADOW_NONPRESENT_OR_RSVD_MASK_LEN). */
export const L1TF_SHIFT = 5n;

const known = new WeakMap<Configuration, SpteMasks>();

export function masksOf(configuration: Configuration): SpteMasks {
  const before = known.get(configuration);
  if (before !== undefined) return before;
  const masks = makeMasks(configuration);
  known.set(configuration, masks);
  return masks;
}

function makeMasks(configuration: Configuration): SpteMasks {
  const nonpresent = configuration.suppressVe ? bit(63) : 0n;
  const common = {
    nonpresent,
    frozen: nonpresent | 0x5a0n,
    meMask: configuration.meMask,
    mmioCaching: 1n,
    ...l1tfMasks(configuration),
  };
  switch (configuration.format) {
    case 'ept':
      return {
        ...common,
        ...(cachesMmio(configuration) ? EPT_MMIO : NO_MMIO),
        baseAddress: bits(51, 12),
        // with execute-only translations an SPTE without R can be present
        present: nonpresent | (configuration.noExecOnly ? bit(0) : 0n),
        user: bit(0), // EPT has no user bit; KVM takes R for it
        x: bit(2),
        nx: 0n,
        accessed: configuration.adBits ? bit(8) : 0n,
        dirty: configuration.adBits ? bit(9) : 0n,
        accessTrack: bits(2, 0),
        hostWritable: bit(57),
        mmuWritable: bit(58),
        meValue: 0n, // memory encryption by key id: the mask is reserved, the value stays 0
        memtype: bits(5, 3) | bit(6),
        memtypeOfRam: (6n << 3n) | bit(6),
        mmioMask: bits(2, 0) | nonpresent,
        mmioAccess: 0n,
      };
    case 'npt': {
      const mmio = nptMmio(configuration);
      return {
        ...common,
        ...(cachesMmio(configuration) ? { mmioValue: mmio } : NO_MMIO),
        baseAddress: bits(51, 12) & ~configuration.meMask,
        present: bit(0),
        user: bit(2),
        x: 0n,
        nx: bit(63),
        accessed: bit(5),
        dirty: bit(6),
        accessTrack: 0n,
        hostWritable: bit(9),
        mmuWritable: bit(10),
        meValue: configuration.meMask,
        memtype: 0n,
        memtypeOfRam: 0n,
        mmioMask: mmio,
        mmioAccess: bits(2, 1),
      };
    }
  }
}

const NO_MMIO = { mmioValue: 0n, mmioCaching: 0n };
/** Writable and executable, not readable: a misconfiguration. */
const EPT_MMIO = { mmioValue: bits(2, 1) };

/** A reserved address bit makes the access fault; where none is reserved, MMIO is not cached. */
function nptMmio({ maxPhysAddr, meMask }: Configuration): bigint {
  // svm_adjust_mmio_mask(): from x86_phys_bits on, where encryption's own bit lies, all others are reserved
  const first = meMask === 0n ? 51 : lowestBit(meMask) + 1;
  const reserved = meMask === 0n ? maxPhysAddr < 52 : first < 52;
  return reserved ? bits(51, first) | bit(0) : 0n;
}

/** kvm_mmu_reset_all_pte_masks(), with what override_cache_bits() of bugs.c makes of the width of these CPUs' caches. */
function l1tfMasks({ maxPhysAddr, meMask, l1tf }: Configuration): {
  readonly l1tf: bigint;
  readonly l1tfLowGfn: bigint;
} {
  const width = meMask === 0n ? maxPhysAddr : lowestBit(meMask);
  if (!l1tf) return { l1tf: 0n, l1tfLowGfn: bits(width - 1, 12) };
  const cache = Math.max(width, 44);
  const low = cache - Number(L1TF_SHIFT);
  return { l1tf: bits(cache - 1, low), l1tfLowGfn: bits(low - 1, 12) };
}

/** `mask` is not 0n. */
export function lowestBit(mask: bigint): number {
  return (mask & -mask).toString(2).length - 1;
}

/** Whether MMIO SPTEs are made: mmioValue is not 0n. Generators ask it of every case, and of no other mask. */
export function cachesMmio(configuration: Configuration): boolean {
  if (configuration.noMmioCaching) return false;
  return configuration.format === 'ept' || nptMmio(configuration) !== 0n;
}

export function mmioGenerationBits(generation: number): bigint {
  const g = BigInt(generation);
  return ((g << 3n) & MMIO_GENERATION_LOW) | ((g << 44n) & MMIO_GENERATION_HIGH);
}

export function mmioGenerationOf(value: bigint): number {
  return Number(((value & MMIO_GENERATION_LOW) >> 3n) | ((value & MMIO_GENERATION_HIGH) >> 44n));
}
