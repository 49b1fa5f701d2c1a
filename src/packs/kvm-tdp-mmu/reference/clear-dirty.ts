/** Dirty logging: clears what makes a leaf count as written, the D bit or W, in a slot or by a mask of gfns. See tdp_mmu.c. */
import { WRITABLE } from '../spte-masks.js';
import { visit, visitLeaves } from './iterator.js';
import type { Range, TdpIterator } from './iterator.js';
import type { Machine, Slot } from './machine.js';
import { rootsLocked, rootsWithReferences } from './roots.js';
import type { RootState } from './run-state.js';
import { clearBits, setAtomically, slotOf } from './set-spte.js';
import { rangeOfSlot } from './write-protect.js';
import { maybeYield } from './yielding.js';

/** W where hardware has no D bits, or where a nested guest's writes would be logged under the wrong address. */
function dirtyBit(machine: Machine, root: RootState, writeProtect: boolean): bigint {
  const nestedPml = machine.configuration.pml && root.table.role.guestMode;
  const noDirtyBits = machine.masks.accessed === 0n;
  return writeProtect || nestedPml || noDirtyBits ? WRITABLE : machine.masks.dirty;
}

type Step = 'done' | 'changed' | 'again';

/** clear_dirty_gfn_range: polls only at leaves. */
export function clearInRoot(machine: Machine, root: RootState, range: Range): boolean {
  const bit = dirtyBit(machine, root, false);
  return machine.scope('clear_dirty_gfn_range', () =>
    machine.inReadSection(() => {
      let changed = false;
      for (const iterator of visit(machine, root, 1, range)) {
        let step: Step;
        do step = clearHere(machine, iterator, bit);
        while (step === 'again');
        if (step === 'changed') changed = true;
      }
      return changed;
    }),
  );
}

function clearHere(machine: Machine, iterator: TdpIterator, bit: bigint): Step {
  if (!iterator.isLeaf) return 'done';
  if (maybeYield(machine, iterator, false)) return 'done';
  if ((iterator.spte & bit) === 0n) return 'done';
  return setAtomically(machine, iterator, iterator.spte & ~bit) ? 'changed' : 'again';
}

/** kvm_tdp_mmu_clear_dirty_slot */
export function clearDirtySlot(machine: Machine, slot: Slot): boolean {
  let changed = false;
  for (const root of rootsWithReferences(machine, slot.addressSpace, true)) {
    if (clearInRoot(machine, root, rangeOfSlot(slot))) changed = true;
  }
  return changed;
}

const BITS_PER_LONG = 64;

/** clear_dirty_pt_masked: 4K leaves at gfn + n for each bit n of the mask; each page cleared is reported dirty. */
export function clearMaskedInRoot(
  machine: Machine,
  root: RootState,
  gfn: number,
  mask: bigint,
  writeProtect: boolean,
): void {
  const bit = dirtyBit(machine, root, writeProtect);
  const range = { start: gfn + lowestBit(mask), end: gfn + BITS_PER_LONG };
  let left = mask;
  machine.scope('clear_dirty_pt_masked', () => {
    machine.inReadSection(() => {
      for (const iterator of visitLeaves(machine, root, range)) {
        if (left === 0n) break;
        if (iterator.level > 1) continue;
        const wanted = 1n << BigInt(iterator.gfn - gfn);
        if ((left & wanted) === 0n) continue;
        left &= ~wanted;
        if ((iterator.spte & bit) === 0n) continue;
        iterator.spte = clearBits(machine, slotOf(iterator), iterator.spte, bit);
        machine.reportDirty(machine.rules.pfn(iterator.spte));
      }
    });
  });
}

/** Index of the lowest set bit; of nothing, what the processor's BSF leaves is anyone's guess: callers pass no empty mask. */
function lowestBit(mask: bigint): number {
  let index = 0;
  while (index < BITS_PER_LONG && ((mask >> BigInt(index)) & 1n) === 0n) index++;
  return index;
}

/** kvm_tdp_mmu_clear_dirty_pt_masked */
export function clearDirtyMasked(
  machine: Machine,
  addressSpace: number,
  gfn: number,
  mask: bigint,
  writeProtect: boolean,
): void {
  for (const root of rootsLocked(machine, addressSpace, true)) {
    clearMaskedInRoot(machine, root, gfn, mask, writeProtect);
  }
}
