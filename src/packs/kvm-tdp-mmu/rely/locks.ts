/**
 * Who may run at the same time as whom. mmu_lock: readers with readers. slots_lock: its owners one after the other, whatever
 * they hold of mmu_lock (memslot updates, dirty-log ioctls, zap-all-fast).
 */
import { entryPoint } from '../entry-points.js';
import { pagesAt } from '../geometry.js';
import type { Call } from '../scenario.js';
import { HELD } from '../words.js';

export type LockMode = 'none' | 'read' | 'write';

/** The mode in which a call takes mmu_lock. */
export function lockOf(call: Call): LockMode {
  const lock = entryPoint(call.entry)?.lock;
  switch (lock) {
    case 'read':
    case 'own':
      return 'read';
    case 'by-argument':
      return call.args['shared'] === 1n ? 'read' : 'write';
    case 'write':
      return 'write';
    case 'none':
    case undefined:
      return 'none';
  }
}

/** The same as the harness wants it: PC_HELD_ or 0. */
export function lockModeOf(call: Call): number {
  switch (lockOf(call)) {
    case 'none':
      return 0;
    case 'read':
      return HELD.READ;
    case 'write':
      return HELD.WRITE;
  }
}

/**
 * Callers hold kvm->slots_lock: kvm_mmu_zap_all_fast() asserts it, kvm_mmu_slot_apply_flags() runs inside of
 * kvm_set_memory_region(), dirty logs are read and cleared under it.
 */
const UNDER_SLOTS_LOCK: ReadonlySet<string> = new Set([
  '__tdp_mmu_zap_root',
  'tdp_mmu_zap_root',
  'kvm_tdp_mmu_zap_invalidated_roots',
  'kvm_tdp_mmu_invalidate_all_roots',
  'wrprot_gfn_range',
  'kvm_tdp_mmu_wrprot_slot',
  'tdp_mmu_split_huge_pages_root',
  'kvm_tdp_mmu_try_split_huge_pages',
  'clear_dirty_gfn_range',
  'kvm_tdp_mmu_clear_dirty_slot',
  'clear_dirty_pt_masked',
  'kvm_tdp_mmu_clear_dirty_pt_masked',
  'zap_collapsible_spte_range',
  'kvm_tdp_mmu_zap_collapsible_sptes',
]);

export function needsSlotsLock(entry: string): boolean {
  return UNDER_SLOTS_LOCK.has(entry);
}

/** Nobody runs guest code any more: the VM is being torn down (kvm_flush_shadow_all(), kvm_mmu_uninit_vm()). */
export function endsTheVm(entry: string): boolean {
  return entry === 'kvm_tdp_mmu_zap_all' || entry === 'kvm_mmu_uninit_tdp_mmu';
}

/**
 * gfns of an MMU-notifier invalidation or kvm_zap_gfn_range() in progress: page faults on them retry until it is over
 * (is_page_fault_stale(), mmu_invalidate_retry_gfn()).
 */
export function invalidating(call: Call): { readonly start: bigint; readonly end: bigint } | null {
  switch (call.entry) {
    case 'kvm_tdp_mmu_unmap_gfn_range':
    case 'kvm_tdp_mmu_zap_leafs':
    case 'tdp_mmu_zap_leafs':
      return { start: call.args['start'] ?? 0n, end: call.args['end'] ?? 0n };
    default:
      return null;
  }
}

/** May the other call run between two moments of this one? `held`: what this one holds of mmu_lock at that moment. */
export function mayRunWithin(outer: Call, held: LockMode, inner: Call): boolean {
  const wanted = lockOf(inner);
  if (held === 'write' && wanted !== 'none') return false;
  if (held === 'read' && wanted === 'write') return false;
  return mayRunBeside(outer, inner);
}

/** May both be on their way at the same time, mmu_lock apart? */
export function mayRunBeside(outer: Call, inner: Call): boolean {
  if (needsSlotsLock(outer.entry) && needsSlotsLock(inner.entry)) return false;
  if (endsTheVm(outer.entry) || endsTheVm(inner.entry)) return false;
  for (const [invalidation, fault] of [
    [outer, inner],
    [inner, outer],
  ] as const) {
    const range = invalidating(invalidation);
    if (range === null || fault.entry !== 'kvm_tdp_mmu_map') continue;
    const { gfn = 0n, maxLevel = 1n } = fault.args;
    const pages = pagesAt(Number(maxLevel));
    const first = gfn - (gfn % pages);
    if (first < range.end && range.start < first + pages) return false;
  }
  return true;
}
