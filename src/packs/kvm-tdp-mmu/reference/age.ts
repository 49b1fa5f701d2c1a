/** Ageing: did the guest use these pages lately, and forget that it did. Described in tdp_mmu.c (age_gfn_range and around). */
import { visitLeaves } from './iterator.js';
import type { Range, TdpIterator } from './iterator.js';
import type { Machine } from './machine.js';
import { rootsLocked } from './roots.js';
import { clearBits, overwrite, slotOf } from './set-spte.js';
import { isWritable } from './spte.js';

/** kvm_tdp_mmu_handle_gfn: over leaf SPTEs of all roots, never yielding; true when any handler said so. */
function forLeaves(
  machine: Machine,
  addressSpace: number,
  range: Range,
  handler: (iterator: TdpIterator) => boolean,
): boolean {
  return machine.scope('kvm_tdp_mmu_handle_gfn', () => {
    let any = false;
    for (const root of rootsLocked(machine, addressSpace, false)) {
      machine.inReadSection(() => {
        for (const iterator of visitLeaves(machine, root, range)) {
          if (handler(iterator)) any = true;
        }
      });
    }
    return any;
  });
}

/** age_gfn_range */
function ageLeaf(machine: Machine, iterator: TdpIterator): boolean {
  const { rules, masks } = machine;
  if (!rules.isAccessed(iterator.spte)) return false;
  const slot = slotOf(iterator);
  if (rules.hasAdBits(iterator.spte)) {
    iterator.spte = clearBits(machine, slot, iterator.spte, masks.accessed);
    return true;
  }
  // Tracking takes W away, and with it the only sign that the page is dirty.
  if (isWritable(iterator.spte)) machine.reportDirty(rules.pfn(iterator.spte));
  const broken = rules.writableInvariantBroken(iterator.spte);
  if (broken !== null) machine.warn('check_spte_writable_invariants', broken);
  iterator.spte = overwrite(machine, slot, iterator.spte, rules.tracked(iterator.spte));
  return true;
}

export function ageRange(machine: Machine, addressSpace: number, range: Range): boolean {
  return forLeaves(machine, addressSpace, range, (iterator) => ageLeaf(machine, iterator));
}

export function testAgeOfRange(machine: Machine, addressSpace: number, range: Range): boolean {
  return forLeaves(machine, addressSpace, range, (it) => machine.rules.isAccessed(it.spte));
}
