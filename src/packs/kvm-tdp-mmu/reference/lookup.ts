/** Lockless lookups: all SPTEs on the way to a gfn, or the last one. Described in tdp_mmu.c. */
import { visit } from './iterator.js';
import type { Machine } from './machine.js';
import type { RootState } from './run-state.js';

/** kvm_tdp_mmu_get_walk: the lowest level reached, or -1. */
export function walkTo(machine: Machine, root: RootState, gfn: bigint): number {
  let lowest = -1;
  for (const iterator of visit(machine, root, 1, { start: gfn, end: gfn + 1n })) {
    lowest = iterator.level;
  }
  return lowest;
}

/** kvm_tdp_mmu_fast_pf_get_last_sptep: the last SPTE's value; its place only tells whether there is one. */
export function lastOnWay(machine: Machine, root: RootState, gfn: bigint): bigint | null {
  let last: bigint | null = null;
  for (const iterator of visit(machine, root, 1, { start: gfn, end: gfn + 1n })) {
    last = iterator.spte;
  }
  return last;
}
