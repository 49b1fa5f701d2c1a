/**
 * The bits that make up an SPTE under one configuration: what KVM keeps in its shadow_*_mask variables after
 * kvm_mmu_set_ept_masks() or, for NPT, kvm_mmu_reset_all_pte_masks() and kvm_mmu_set_me_spte_mask().
 * Facts from arch/x86/kvm/mmu/spte.{c,h} and asm/vmx.h of Linux 6.12.
 *
 * Known gap: the L1TF mitigation (a mask of reserved address bits in non-present SPTEs) is taken to be off.
 */
import type { Configuration } from './scenario.js';

const bit = (n: number): bigint => 1n << BigInt(n);
const bits = (high: number, low: number): bigint =>
  ((1n << BigInt(high - low + 1)) - 1n) << BigInt(low);

export const U64 = (1n << 64n) - 1n;

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
}

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
    baseAddress: bits(51, 12) & ~configuration.meMask,
    meMask: configuration.meMask,
  };
  switch (configuration.format) {
    case 'ept':
      return {
        ...common,
        present: nonpresent, // execute-only translations are supported, so no R bit in it
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
        mmioValue: bits(2, 1), // writable and executable, not readable: a misconfiguration
        mmioMask: bits(2, 0) | nonpresent,
        mmioAccess: 0n,
      };
    case 'npt': {
      // A reserved address bit makes the access fault; with 52 bits none is reserved, and MMIO is not cached.
      const mmio = configuration.maxPhysAddr < 52 ? bit(51) | bit(0) : 0n;
      return {
        ...common,
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
        mmioValue: mmio,
        mmioMask: mmio,
        mmioAccess: bits(2, 1),
      };
    }
  }
}

export function mmioGenerationBits(generation: number): bigint {
  const g = BigInt(generation);
  return ((g << 3n) & MMIO_GENERATION_LOW) | ((g << 44n) & MMIO_GENERATION_HIGH);
}

export function mmioGenerationOf(value: bigint): number {
  return Number(((value & MMIO_GENERATION_LOW) >> 3n) | ((value & MMIO_GENERATION_HIGH) >> 44n));
}
