/** Taking write access away: from a memory slot for dirty logging, or from one gfn for good. Described in tdp_mmu.c. */
import { WRITABLE } from '../spte-masks.js';
import { visit } from './iterator.js';
import type { Range, TdpIterator } from './iterator.js';
import type { Machine, Slot } from './machine.js';
import { rootsLocked, rootsWithReferences } from './roots.js';
import type { RootState } from './run-state.js';
import { setAtIterator, setAtomically } from './set-spte.js';
import { isWritable } from './spte.js';
import { maybeYield } from './yielding.js';

const LARGEST_LEAF_LEVEL = 3;

export function rangeOfSlot(slot: Slot): Range {
  return { start: slot.baseGfn, end: slot.baseGfn + slot.pages };
}

function checkLevel(machine: Machine, where: string, level: number): void {
  if (level > LARGEST_LEAF_LEVEL) machine.bug(where, 'no leaf is so large');
}

type Step = 'done' | 'changed' | 'again';

/** wrprot_gfn_range: W alone; a write fault may give it back. */
export function protectRange(
  machine: Machine,
  root: RootState,
  range: Range,
  minLevel: number,
): boolean {
  return machine.scope('wrprot_gfn_range', () =>
    machine.inReadSection(() => {
      checkLevel(machine, 'wrprot_gfn_range', minLevel);
      let changed = false;
      for (const iterator of visit(machine, root, minLevel, range)) {
        let step: Step;
        do step = protectHere(machine, iterator);
        while (step === 'again');
        if (step === 'changed') changed = true;
      }
      return changed;
    }),
  );
}

function protectHere(machine: Machine, iterator: TdpIterator): Step {
  if (maybeYield(machine, iterator, false)) return 'done';
  if (!iterator.isLeaf || !isWritable(iterator.spte)) return 'done';
  return setAtomically(machine, iterator, iterator.spte & ~WRITABLE) ? 'changed' : 'again';
}

/** kvm_tdp_mmu_wrprot_slot */
export function protectSlot(machine: Machine, slot: Slot, minLevel: number): boolean {
  let changed = false;
  for (const root of rootsWithReferences(machine, slot.addressSpace, true)) {
    if (protectRange(machine, root, rangeOfSlot(slot), minLevel)) changed = true;
  }
  return changed;
}

/** write_protect_gfn: W and mmu-w, so that no fault gives it back. */
export function protectGfnInRoot(
  machine: Machine,
  root: RootState,
  gfn: number,
  minLevel: number,
): boolean {
  return machine.scope('write_protect_gfn', () => {
    checkLevel(machine, 'write_protect_gfn', minLevel);
    return machine.inReadSection(() => {
      let changed = false;
      for (const iterator of visit(machine, root, minLevel, { start: gfn, end: gfn + 1 })) {
        if (!iterator.isLeaf) continue;
        const value = iterator.spte & ~(WRITABLE | machine.masks.mmuWritable);
        if (value === iterator.spte) break;
        setAtIterator(machine, iterator, value);
        changed = true;
      }
      return changed;
    });
  });
}

/** kvm_tdp_mmu_write_protect_gfn */
export function protectGfn(
  machine: Machine,
  addressSpace: number,
  gfn: number,
  minLevel: number,
): boolean {
  let changed = false;
  for (const root of rootsLocked(machine, addressSpace, true)) {
    if (protectGfnInRoot(machine, root, gfn, minLevel)) changed = true;
  }
  return changed;
}
