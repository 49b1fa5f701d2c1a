/** Page tables that a huge page could replace are removed, so that the next fault maps the huge page. See tdp_mmu.c. */
import type { MemorySlot } from '../scenario.js';
import { visit } from './iterator.js';
import type { TdpIterator } from './iterator.js';
import type { Machine } from './machine.js';
import { rootsWithReferences } from './roots.js';
import type { RootState } from './run-state.js';
import { zapAtomically } from './set-spte.js';
import { isLast, isPresent } from './spte.js';
import { rangeOfSlot } from './write-protect.js';
import { maybeYield } from './yielding.js';

const LARGEST_LEAF_LEVEL = 3;

/** zap_collapsible_spte_range at one SPTE; false: try again. */
function collapseHere(machine: Machine, iterator: TdpIterator, slot: MemorySlot): boolean {
  if (maybeYield(machine, iterator, false)) return true;
  const { level, gfn, spte } = iterator;
  if (level > LARGEST_LEAF_LEVEL || !isPresent(spte) || isLast(spte, level)) return true;
  const { start, end } = rangeOfSlot(slot);
  if (gfn < start || gfn >= end) return true;
  if (machine.largestMapping(slot, gfn) < level) return true;
  return zapAtomically(machine, iterator);
}

/** kvm_tdp_mmu_zap_collapsible_sptes */
export function zapCollapsible(machine: Machine, slot: MemorySlot): void {
  for (const root of rootsWithReferences(machine, slot.addressSpace, true)) {
    collapseInRoot(machine, root, slot);
  }
}

export function collapseInRoot(machine: Machine, root: RootState, slot: MemorySlot): void {
  machine.scope('zap_collapsible_spte_range', () => {
    machine.inReadSection(() => {
      for (const iterator of visit(machine, root, 2, rangeOfSlot(slot))) {
        while (!collapseHere(machine, iterator, slot));
      }
    });
  });
}
