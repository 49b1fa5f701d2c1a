/** Lockless lookups: all SPTEs on the way to a gfn, or the last one. Described in tdp_mmu.c. */
import { visit } from './iterator.js';
import type { Machine } from './machine.js';
import type { RootState } from './run-state.js';

/** kvm_tdp_mmu_get_walk: the lowest level reached, or -1, and the SPTE of each level. */
export function walkTo(machine: Machine, root: RootState, gfn: number): number {
  return machine.scope('kvm_tdp_mmu_get_walk', () => {
    let lowest = -1;
    const found: [number, bigint][] = [];
    for (const iterator of visit(machine, root, 1, { start: gfn, end: gfn + 1 })) {
      lowest = iterator.level;
      found.push([lowest, iterator.spte]);
    }
    for (const [level, spte] of found) {
      machine.log.giveSpte(level, spte);
    }
    return lowest;
  });
}

/** kvm_tdp_mmu_fast_pf_get_last_sptep: the last SPTE's value, and where it stands; null where the walk found none. */
export function lastOnWay(machine: Machine, root: RootState, gfn: number): bigint | null {
  return machine.scope('kvm_tdp_mmu_fast_pf_get_last_sptep', () => {
    let last: { spte: bigint; table: number; index: number } | null = null;
    for (const iterator of visit(machine, root, 1, { start: gfn, end: gfn + 1 })) {
      last = { spte: iterator.spte, table: iterator.table.ordinal, index: iterator.index };
    }
    if (last !== null) machine.log.givePlace(last.table, last.index);
    return last === null ? null : last.spte;
  });
}
