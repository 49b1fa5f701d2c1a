/** The walkers that remove SPTEs: whole roots, leaves in a range, and one page table. Described in tdp_mmu.c. */
import { visit } from './iterator.js';
import type { Range, TdpIterator } from './iterator.js';
import type { Machine } from './machine.js';
import type { PageTable } from './page-table.js';
import { invalidateAllRoots, putRoot, rootsWithReferences } from './roots.js';
import type { RootState } from './run-state.js';
import { setAtIterator, setAtomically, setSpte } from './set-spte.js';
import { isLast, isPresent } from './spte.js';
import { maybeYield } from './yielding.js';

/** __tdp_mmu_zap_root: every present SPTE at the level or below, in one pass over all gfns. */
export function zapRootAtLevel(
  machine: Machine,
  root: RootState,
  shared: boolean,
  level: number,
): void {
  machine.scope('__tdp_mmu_zap_root', () => {
    for (const iterator of visit(machine, root, level, { start: 0, end: machine.endOfGfns })) {
      while (!zapHere(machine, iterator, shared, level));
    }
  });
}

/** False: try again. */
function zapHere(machine: Machine, iterator: TdpIterator, shared: boolean, level: number): boolean {
  if (maybeYield(machine, iterator, false)) return true;
  if (!iterator.isPresent || iterator.level > level) return true;
  if (shared) return setAtomically(machine, iterator, machine.masks.nonpresent);
  setAtIterator(machine, iterator, machine.masks.nonpresent);
  return true;
}

/** tdp_mmu_zap_root: from fine to coarse, so that no single SPTE takes long. */
export function zapRoot(machine: Machine, root: RootState, shared: boolean): void {
  machine.scope('tdp_mmu_zap_root', () => {
    machine.warnIf(root.references === 0, 'tdp_mmu_zap_root', 'nobody holds the root');
    machine.inReadSection(() => {
      for (const level of [1, 2, 3, root.table.level]) {
        zapRootAtLevel(machine, root, shared, level);
      }
    });
  });
}

/** kvm_tdp_mmu_zap_sp: one page table, by the SPTE that points to it. */
export function zapTable(machine: Machine, table: PageTable): boolean {
  const { parent } = table.role;
  const where = 'kvm_tdp_mmu_zap_sp';
  if (parent === null) {
    machine.warn(where, 'a root cannot be zapped so');
    return false;
  }
  const old = machine.read(parent.table, parent.index);
  if (machine.warnIf(!isPresent(old), where, 'the table is not linked')) return false;
  const slot = { ...parent, gfn: table.gfn };
  setSpte(machine, slot, old, machine.masks.nonpresent);
  return true;
}

/** tdp_mmu_zap_leafs: says whether a flush is owed, the caller's own included. */
export function zapLeavesOfRoot(
  machine: Machine,
  root: RootState,
  range: Range,
  canYield: boolean,
  flush: boolean,
): boolean {
  let owed = flush;
  const end = range.end < machine.endOfGfns ? range.end : machine.endOfGfns;
  return machine.scope('tdp_mmu_zap_leafs', () =>
    machine.inReadSection(() => {
      for (const iterator of visit(machine, root, 1, { start: range.start, end })) {
        if (canYield && maybeYield(machine, iterator, owed)) {
          owed = false;
        } else if (iterator.isLeaf) {
          setAtIterator(machine, iterator, machine.masks.nonpresent);
          // vCPUs flush when they leave an invalid root for another.
          if (!root.invalid) owed = true;
        }
      }
      return owed;
    }),
  );
}

/** kvm_tdp_mmu_zap_leafs: in all valid roots of both address spaces. */
export function zapLeaves(machine: Machine, range: Range, flush: boolean): boolean {
  let owed = flush;
  for (const root of rootsWithReferences(machine, null, true)) {
    owed = zapLeavesOfRoot(machine, root, range, true, owed);
  }
  return owed;
}

/** kvm_tdp_mmu_unmap_gfn_range: also in invalid roots, since the memory goes away. */
export function unmapRange(
  machine: Machine,
  addressSpace: number,
  range: Range,
  mayBlock: boolean,
  flush: boolean,
): boolean {
  let owed = flush;
  for (const root of rootsWithReferences(machine, addressSpace, false)) {
    owed = zapLeavesOfRoot(machine, root, range, mayBlock, owed);
  }
  return owed;
}

/** kvm_tdp_mmu_zap_all: the VM ends; no vCPU will run again, so no flush. */
export function zapAll(machine: Machine): void {
  for (const root of rootsWithReferences(machine, null, false)) zapRoot(machine, root, false);
}

/** kvm_tdp_mmu_zap_invalidated_roots: and puts the reference that the TDP MMU held while they were valid. */
export function zapInvalidatedRoots(machine: Machine): void {
  for (const root of rootsWithReferences(machine, null, false)) {
    if (!root.scheduledToZap) continue;
    root.scheduledToZap = false;
    machine.vmBugIf(!root.invalid);
    zapRoot(machine, root, true);
    putRoot(machine, root);
  }
}

/** kvm_mmu_uninit_tdp_mmu: with the vCPUs gone, nothing may be left. */
export function tearDown(machine: Machine): void {
  invalidateAllRoots(machine);
  zapInvalidatedRoots(machine);
  const warn = (fired: boolean, condition: string): boolean =>
    machine.warnIf(fired, 'kvm_mmu_uninit_tdp_mmu', condition);
  warn(machine.roots.some(hasTables), 'atomic64_read(&kvm->arch.tdp_mmu_pages)');
  warn(machine.roots.length > 0, '!list_empty(&kvm->arch.tdp_mmu_roots)');
  machine.runGracePeriod();
}

function hasTables({ table }: RootState): boolean {
  for (let index = 0; index < 512; index++) {
    const spte = table.read(index);
    if (isPresent(spte) && !isLast(spte, table.level)) return true;
  }
  return false;
}
