/** One-line edits of the model tree whose new line is executed only in states and calls that random generation hardly ever makes. */
export interface RarePlace {
  readonly name: string;
  readonly find: string;
  /** Has the rare line on a line of its own, which says RARE. */
  readonly replace: string;
  /** Calls of these lead there. */
  readonly entries: readonly string[];
}

const ZAP_LEAF = '\t\ttdp_mmu_iter_set_spte(kvm, &iter, SHADOW_NONPRESENT_VALUE);\n\n\t\t/* No';
const AGED = '\tif (!is_accessed_spte(iter->old_spte))\n\t\treturn false;\n\n\tif (!spte_ad';
const CLEAR_MASKED =
  '\tlockdep_assert_held_write(&kvm->mmu_lock);\n\n\trcu_read_lock();\n\n\ttdp_root_for_each_leaf_pte(iter, root, gfn +';
const SET_WRITTEN = '\tif (iter->old_spte != new_spte) {\n';
const COLLAPSE = '\t\tif (iter.level > possible)\n';
const ZAP_ROOT = '\tfor (level = IS_ENABLED(CONFIG_KVM_PROVE_MMU)';
const SPLIT = '\t\tif (!sp) {\n\t\t\t/*\n\t\t\t * Allocation may sleep';
const SLOT_DIRTY =
  '\tfor_each_valid_tdp_mmu_root_yield_safe(kvm, root, slot->as_id) {\n\t\tif (clear_dirty';

const before = (find: string, condition: string): Pick<RarePlace, 'find' | 'replace'> => ({
  find,
  replace: `\tif (${condition})\n\t\t(void)0; /* RARE */\n${find}`,
});

export const RARE_PLACES: readonly RarePlace[] = [
  {
    name: 'a range of 77 pages',
    ...before(ZAP_LEAF, 'end - start == 77'),
    entries: ['tdp_mmu_zap_leafs', 'kvm_tdp_mmu_zap_leafs', 'kvm_tdp_mmu_unmap_gfn_range'],
  },
  {
    name: 'the last page of a range that ends in the middle of a table',
    ...before(ZAP_LEAF, 'iter.level == PG_LEVEL_4K && iter.gfn + 1 == end && (end & 511) == 300'),
    entries: ['tdp_mmu_zap_leafs', 'kvm_tdp_mmu_zap_leafs'],
  },
  {
    name: 'a 1G page of an invalid root of SMM',
    ...before(
      ZAP_LEAF,
      'iter.level == PG_LEVEL_1G && root->role.invalid && root->role.smm && !can_yield',
    ),
    entries: ['tdp_mmu_zap_leafs', 'kvm_tdp_mmu_unmap_gfn_range'],
  },
  {
    name: 'the third page from the end, not writable',
    ...before(AGED, 'iter->gfn + 3 == range->end && !is_writable_pte(iter->old_spte)'),
    entries: ['kvm_tdp_mmu_age_gfn_range'],
  },
  {
    name: 'a 1G page, accessed and tracked by write protection',
    ...before(
      AGED,
      'iter->level == PG_LEVEL_1G && spte_ad_need_write_protect(iter->old_spte) && is_accessed_spte(iter->old_spte)',
    ),
    entries: ['kvm_tdp_mmu_age_gfn_range'],
  },
  {
    name: 'the mask of two pages, seven apart',
    ...before(CLEAR_MASKED, '(mask >> __ffs(mask)) == 0x81'),
    entries: ['clear_dirty_pt_masked', 'kvm_tdp_mmu_clear_dirty_pt_masked'],
  },
  {
    name: 'a 1G page of a device, prefetched, in the place of a table',
    ...before(
      SET_WRITTEN,
      'iter->level == PG_LEVEL_1G && fault->prefetch && is_shadow_present_pte(iter->old_spte) && fault->pfn < 0x100000',
    ),
    entries: ['kvm_tdp_mmu_map'],
  },
  {
    name: 'an MMIO SPTE of generation 0x4321',
    ...before(
      SET_WRITTEN,
      'new_spte == make_mmio_spte(vcpu, iter->gfn, ACC_ALL) && (kvm_vcpu_memslots(vcpu)->generation & 0xffff) == 0x4321',
    ),
    entries: ['kvm_tdp_mmu_map'],
  },
  {
    name: 'a 1G table where only 2M is possible, in a slot of few pages',
    ...before(
      COLLAPSE,
      'iter.level == PG_LEVEL_1G && possible == PG_LEVEL_2M && slot->npages < 0x40100',
    ),
    entries: ['zap_collapsible_spte_range', 'kvm_tdp_mmu_zap_collapsible_sptes'],
  },
  {
    name: 'a root of five levels, of SMM, of a nested guest, for read',
    ...before(
      ZAP_ROOT,
      'root->role.level == 5 && root->role.smm && root->role.guest_mode && shared',
    ),
    entries: ['tdp_mmu_zap_root'],
  },
  {
    name: 'a 1G page at the very end of a range, split to 2M for read',
    ...before(
      SPLIT,
      'iter.level == PG_LEVEL_1G && target_level == PG_LEVEL_2M && shared && iter.gfn + 0x40000 == end',
    ),
    entries: ['tdp_mmu_split_huge_pages_root', 'kvm_tdp_mmu_try_split_huge_pages'],
  },
  {
    name: 'a slot of 513 pages',
    ...before(SLOT_DIRTY, 'slot->npages == 513'),
    entries: ['kvm_tdp_mmu_clear_dirty_slot'],
  },
];
