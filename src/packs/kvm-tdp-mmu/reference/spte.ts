/**
 * What an SPTE's bits mean to KVM, and the values KVM makes: predicates for EPT and NPT alike, driven by the masks.
 * Described in arch/x86/kvm/mmu/spte.h and spte.c.
 */
import {
  AD_TYPE,
  AD_TYPE_DISABLED,
  MMU_PRESENT,
  PAGE_SIZE_BIT,
  TRACKED_BITS,
  TRACKED_SHIFT,
  WRITABLE,
} from '../spte-masks.js';
import type { SpteMasks } from '../spte-masks.js';
import { isMmioValue } from '../spte-value.js';

const has = (value: bigint, mask: bigint): boolean => (value & mask) !== 0n;

/** In the low half of an SPTE. */
export const PRESENT_HALF = Number(MMU_PRESENT);
export const HUGE_HALF = Number(PAGE_SIZE_BIT);

/** Shadow-present: KVM's own bit; MMIO and frozen SPTEs do not have it. */
export const isPresent = (spte: bigint): boolean => has(spte, MMU_PRESENT);
export const isHuge = (spte: bigint): boolean => has(spte, PAGE_SIZE_BIT);
/** Asked of present SPTEs: does it map memory rather than a table? */
export const isLast = (spte: bigint, level: number): boolean => level === 1 || isHuge(spte);
export const isPresentLeaf = (spte: bigint, level: number): boolean =>
  isPresent(spte) && isLast(spte, level);
export const isWritable = (spte: bigint): boolean => has(spte, WRITABLE);

export class SpteRules {
  constructor(readonly masks: SpteMasks) {}

  isFrozen(spte: bigint): boolean {
    return spte === this.masks.frozen;
  }

  isMmio(spte: bigint): boolean {
    return isMmioValue(spte, this.masks);
  }

  pfn(spte: bigint): bigint {
    return (spte & this.masks.baseAddress) >> 12n;
  }

  isMmuWritable(spte: bigint): boolean {
    return has(spte, this.masks.mmuWritable);
  }

  /** Hardware sets its Accessed and Dirty bits (also where dirtying is caught by write protection). */
  hasAdBits(spte: bigint): boolean {
    return (spte & AD_TYPE) !== AD_TYPE_DISABLED;
  }

  private accessedMask(spte: bigint): bigint {
    return this.hasAdBits(spte) ? this.masks.accessed : 0n;
  }

  private dirtyMask(spte: bigint): bigint {
    return this.hasAdBits(spte) ? this.masks.dirty : 0n;
  }

  /** Without A bits: all access was taken away, so that the next one faults and is seen. */
  isAccessTracked(spte: bigint): boolean {
    return !this.hasAdBits(spte) && (spte & this.masks.accessTrack) === 0n;
  }

  isAccessed(spte: bigint): boolean {
    const mask = this.accessedMask(spte);
    return mask === 0n ? !this.isAccessTracked(spte) : has(spte, mask);
  }

  /** Without D bits a writable SPTE has to count as dirty. */
  isDirty(spte: bigint): boolean {
    const mask = this.dirtyMask(spte);
    return has(spte, mask === 0n ? WRITABLE : mask);
  }

  /** Can another CPU change it without mmu_lock: fast page faults make it writable or accessible, hardware sets A and D. */
  isVolatile(spte: bigint): boolean {
    if (this.isMmuWritable(spte) && !isWritable(spte)) return true;
    if (this.isAccessTracked(spte)) return true;
    if (!this.hasAdBits(spte)) return false;
    const accessedMayAppear = !has(spte, this.masks.accessed);
    const dirtyMayAppear = isWritable(spte) && !has(spte, this.masks.dirty);
    return accessedMayAppear || dirtyMayAppear;
  }

  /** Broken invariant of a present leaf, in words, or null: hardware-W needs mmu-w, mmu-w needs host-w. */
  writableInvariantBroken(spte: bigint): string | null {
    if (this.isMmuWritable(spte)) {
      return has(spte, this.masks.hostWritable) ? null : 'MMU-writable but not host-writable';
    }
    return isWritable(spte) ? 'writable but not MMU-writable' : null;
  }

  /** The value that makes the next access visible: A cleared, or R and X saved and all access taken. */
  tracked(spte: bigint): bigint {
    if (this.hasAdBits(spte)) return spte & ~this.masks.accessed;
    if (this.isAccessTracked(spte)) return spte;
    return (spte | ((spte & TRACKED_BITS) << TRACKED_SHIFT)) & ~this.masks.accessTrack;
  }

  private untracked(spte: bigint): bigint {
    const savedPlace = TRACKED_BITS << TRACKED_SHIFT;
    const saved = (spte & savedPlace) >> TRACKED_SHIFT;
    return (spte & ~this.masks.accessTrack & ~savedPlace) | saved;
  }

  executable(spte: bigint): bigint {
    const wasTracked = this.isAccessTracked(spte);
    const open = wasTracked ? this.untracked(spte) : spte;
    const value = (open & ~this.masks.nx) | this.masks.x;
    return wasTracked ? this.tracked(value) : value;
  }

  /** The first part of a huge page, for the table that replaces it. `level`: that of the new SPTE. */
  partOfHuge(huge: bigint, level: number, allowExecution: boolean): bigint {
    if (level > 1) return huge;
    const small = huge & ~PAGE_SIZE_BIT;
    return allowExecution ? this.executable(small) : small;
  }
}
