/** Page tables that a huge page could replace are removed, so that the next fault maps the huge page. See tdp_mmu.c. */
import { visit } from './iterator.js';
import type { TdpIterator } from './iterator.js';
import type { Machine, Slot } from './machine.js';
import { rootsWithReferences } from './roots.js';
import type { RootState } from './run-state.js';
import { zapAtomically } from './set-spte.js';
import { rangeOfSlot } from './write-protect.js';
import { maybeYield } from './yielding.js';

const LARGEST_LEAF_LEVEL = 3;

/** zap_collapsible_spte_range at one SPTE; false: try again. */
function collapseHere(machine: Machine, iterator: TdpIterator, slot: Slot): boolean {
  if (maybeYield(machine, iterator, false)) return true;
  const { level, gfn } = iterator;
  if (level > LARGEST_LEAF_LEVEL || !iterator.isPresent || iterator.isLeaf) return true;
  const { start, end } = rangeOfSlot(slot);
  if (gfn < start || gfn >= end) return true;
  if (machine.largestMapping(slot, gfn) < level) return true;
  return zapAtomically(machine, iterator);
}

/** kvm_tdp_mmu_zap_collapsible_sptes */
export function zapCollapsible(machine: Machine, slot: Slot): void {
  for (const root of rootsWithReferences(machine, slot.addressSpace, true)) {
    collapseInRoot(machine, root, slot);
  }
}

export function collapseInRoot(machine: Machine, root: RootState, slot: Slot): void {
  machine.scope('zap_collapsible_spte_range', () => {
    machine.inReadSection(() => {
      for (const iterator of visit(machine, root, 2, rangeOfSlot(slot))) {
        while (!collapseHere(machine, iterator, slot));
      }
    });
  });
}
