/**
 * Functions at whose entry and exit the runner calls pc_enter(id) and pc_leave(id). The innermost one names the place of an
 * event in a schedule; two of them steer the models as well. A function that a version does not define has no place.
 */

/** tdp_mmu_iter_cond_resched: a reschedule point. It is no place of its own, its polls belong to the walker around it. */
export const COND_RESCHED_SCOPE = 1;
/** handle_removed_pt: its SPTE reads are counted apart. */
export const REMOVED_PT_SCOPE = 2;

const PLACES = [
  '__tdp_mmu_zap_root',
  'tdp_mmu_zap_leafs',
  'wrprot_gfn_range',
  'tdp_mmu_split_huge_pages_root',
  'clear_dirty_gfn_range',
  'clear_dirty_pt_masked',
  'zap_collapsible_spte_range',
  'write_protect_gfn',
  'kvm_tdp_mmu_handle_gfn',
  'age_gfn_range',
  'test_age_gfn',
  'kvm_tdp_mmu_map',
  'kvm_tdp_mmu_get_walk',
  'kvm_tdp_mmu_fast_pf_get_last_sptep',
  'kvm_tdp_mmu_zap_sp',
  'kvm_tdp_mmu_alloc_root',
  'kvm_tdp_mmu_put_root',
  'tdp_mmu_split_huge_page',
];

export const SCOPES: ReadonlyMap<string, number> = new Map([
  ['tdp_mmu_iter_cond_resched', COND_RESCHED_SCOPE],
  ['handle_removed_pt', REMOVED_PT_SCOPE],
  ...PLACES.map((name, index): [string, number] => [name, REMOVED_PT_SCOPE + 1 + index]),
]);

/** Scopes that a schedule may name. */
export const PLACE_SCOPES: ReadonlySet<string> = new Set(['handle_removed_pt', ...PLACES]);

const NAMES = new Map([...SCOPES].map(([name, id]): [number, string] => [id, name]));

/** '' where no scope was running. */
export function scopeName(id: number): string {
  return NAMES.get(id) ?? '';
}
