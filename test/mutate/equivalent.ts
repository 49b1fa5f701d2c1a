/**
 * Mutants that mean the same as the original, or the same as far as anything can observe: by rule, each with the reason. They leave
 * the denominator of the score only when a run of 100,000 scenarios shows no difference either. A rule whose reason does not hold is
 * worse than a survivor: it hides a fault that the checks miss.
 */
export interface Equivalent {
  /** Left out: in any of them. */
  readonly function?: string | RegExp;
  /** As the survivors' list prints it. Left out: whatever is done there. */
  readonly shown?: string | RegExp;
  /** One of the statements around it begins so. */
  readonly within?: RegExp;
  readonly reason: string;
}

export interface Described {
  readonly function: string;
  readonly shown: string;
  readonly within: readonly string[];
}

export function reasonOf(mutant: Described, rules = EQUIVALENT): string | null {
  const found = rules.find(
    (rule) =>
      matches(rule.function, mutant.function) &&
      matches(rule.shown, mutant.shown) &&
      (rule.within === undefined || mutant.within.some((each) => rule.within?.test(each))),
  );
  return found?.reason ?? null;
}

function matches(wanted: string | RegExp | undefined, text: string): boolean {
  if (wanted === undefined) return true;
  return typeof wanted === 'string' ? wanted === text : wanted.test(text);
}

const ASSERTION =
  /^(if \(|else )*(WARN|WARN_ON|WARN_ONCE|WARN_ON_ONCE|KVM_BUG_ON|KVM_MMU_WARN_ON|BUG|BUG_ON|lockdep_assert\w*|kvm_lockdep_assert\w*|check_spte_writable_invariants)\(/;
const MESSAGE =
  'goes to the text of a message; that the WARN or BUG beside it fires is what is looked at';
const EXCHANGE =
  'more SPTEs are changed by an exchange where a plain write would do: the outcome is that of the write, and bits that others set are kept';

export const EQUIVALENT: readonly Equivalent[] = [
  // What nobody looks at -------------------------------------------------------------------------------------------------------
  {
    within: /^trace_\w+\(/,
    reason: 'goes to a tracepoint alone, and those are compiled to nothing here',
  },
  {
    function: 'age_gfn_range',
    shown: 'aged = iter->old_spte & ~shadow_accessed_mask; → ;',
    reason: 'goes to a tracepoint alone, and those are compiled to nothing here',
  },
  {
    function: 'tdp_iter_start',
    shown: 'iter->as_id = kvm_mmu_page_as_id(root); → ;',
    reason: 'iter->as_id goes on to tracepoints and messages alone',
  },
  { within: /^pr_err\(/, reason: MESSAGE },
  {
    within: /^cpu_relax\(\);/,
    reason: 'a hint to the CPU: the loop around it reads the entry again with or without',
  },

  // Assertions -----------------------------------------------------------------------------------------------------------------
  {
    within: ASSERTION,
    reason:
      'part of an assertion of what holds in every state that KVM itself can come to: without it, or with a weaker one, code that keeps ' +
      'the invariants does the same (one that fires where it should not is found)',
  },
  {
    function: 'check_spte_writable_invariants',
    shown: / → ;$/,
    reason: 'an assertion of what holds in every state that KVM itself can come to',
  },
  {
    function: 'kvm_lockdep_assert_mmu_lock_held',
    shown: / → ;$/,
    reason: 'an assertion about the caller, and each of the callers holds the lock',
  },
  {
    function: 'handle_changed_spte',
    within: /^if \((was_leaf && is_leaf && pfn_changed|is_leaf)\)/,
    reason:
      'all that depends on it is BUG() or a check that WARNs: of what holds in every state that KVM itself can come to',
  },
  {
    function: 'kvm_tdp_mmu_invalidate_all_roots',
    within: /^if \(IS_ENABLED\(CONFIG_PROVE_LOCKING\)/,
    reason: 'decides only whether to assert that the lock is held, which each caller does hold',
  },
  {
    function: /^(get_rsvd_bits|__is_rsvd_bits_set|__is_bad_mt_xwr|is_rsvd_spte)$/,
    reason:
      'asked by the WARN at the end of make_spte() and by the handler of MMIO faults outside of these files: no SPTE that make_spte() ' +
      'makes has such bits',
  },
  {
    function: 'make_spte',
    within: /^if \(WARN_ON/,
    reason: 'an assertion of what holds in every state that KVM itself can come to',
  },

  // Exchanges and plain writes -------------------------------------------------------------------------------------------------
  { function: 'spte_has_volatile_bits', reason: EXCHANGE },
  { function: 'kvm_tdp_mmu_spte_need_atomic_write', reason: EXCHANGE },
  {
    function: 'kvm_tdp_mmu_write_spte',
    within: /^if \(kvm_tdp_mmu_spte_need_atomic/,
    reason: EXCHANGE,
  },
  {
    function: 'tdp_mmu_clear_spte_bits',
    within: /^if \(!kvm_tdp_mmu_spte_need_atomic/,
    reason: EXCHANGE,
  },

  // Levels ---------------------------------------------------------------------------------------------------------------------
  {
    function: /^(spte_to_child_pt|try_step_down|handle_changed_spte|zap_collapsible_spte_range)$/,
    shown: /^(iter[.-]>?)?level → \((iter[.-]>?)?level \+ 1\)$/,
    reason:
      'asks whether an SPTE of this level is a leaf, which depends on the level for 4K alone: here it is the SPTE of a table, or above 4K',
  },
  {
    function: 'kvm_flush_remote_tlbs_gfn',
    shown: 'level → (level - 1)',
    within: /gfn_round_for_level|first/,
    reason: 'the gfn of an SPTE is rounded to its level already',
  },
  {
    function: 'handle_removed_pt',
    shown: 'level → (level + 1)',
    within: /^for \(/,
    reason:
      'this gfn goes on to the assertion that it is aligned (it still is) and to messages; tables below have their own',
  },
  {
    function: 'zap_collapsible_spte_range',
    within: /^if \(iter\.level > KVM_MAX_HUGEPAGE_LEVEL/,
    shown: /KVM_MAX_HUGEPAGE_LEVEL|^iter\.level → \(iter\.level - 1\)$/,
    reason:
      'no mapping is possible above KVM_MAX_HUGEPAGE_LEVEL: the last question of the loop keeps such a table as well',
  },
  {
    function: 'zap_collapsible_spte_range',
    shown: /^PG_LEVEL_NUM → /,
    reason: 'an upper bound that is lowered to KVM_MAX_HUGEPAGE_LEVEL at once',
  },
  {
    function: 'zap_collapsible_spte_range',
    within: /^if \(!\(start <= iter\.gfn && iter\.gfn < end\)\)/,
    shown: /^(start <= iter\.gfn && iter\.gfn < end → start <= iter\.gfn|< → <=)$/,
    reason: 'the loop ends at end by itself',
  },

  // What an earlier or a later line says too -----------------------------------------------------------------------------------
  {
    function: 'handle_changed_spte',
    within: /^if \(new_spte == old_spte\) return;/,
    reason: 'where nothing changed, nothing that follows does anything but assert',
  },
  {
    function: 'handle_changed_spte',
    within: /^if \(!\(was_present \|\| is_present\)\)/,
    reason:
      'all that follows asks for an old or a new SPTE that is present, so nothing of it is done',
  },
  {
    function: 'handle_changed_spte',
    shown:
      /^!is_present \|\| !is_(dirty|accessed)_spte\(new_spte\) → !is_(dirty|accessed)_spte\(new_spte\)$/,
    reason:
      'an SPTE that is not present has no Dirty bit, and pfn 0 where the old one had a page: what is asked next is true',
  },
  {
    function: 'handle_changed_spte',
    within: /^if \(was_present && !was_leaf && /,
    shown: /→ was_present && !was_leaf$/,
    reason: 'nobody replaces the link to a table by a link to the same table',
  },
  {
    function: 'handle_removed_pt',
    shown: 'FROZEN_SPTE → SHADOW_NONPRESENT_VALUE',
    within: /^handle_changed_spte\(/,
    reason: 'both are not present, and more is not asked: the entry itself was frozen before',
  },
  {
    function: 'tdp_mmu_unlink_sp',
    shown: 'sp->nx_huge_page_disallowed → 1',
    reason: 'untrack_possible_nx_huge_page() passes over what is not in its list',
  },
  {
    function: 'kvm_tdp_mmu_alloc_root',
    within: /^if \(wanted\.word == root->role\.word\) goto unlock_mmu;/,
    reason:
      'the loop is a shortcut: the one under tdp_mmu_pages_lock finds the same root, and takes the same reference',
  },
  {
    function: 'kvm_tdp_mmu_alloc_root',
    within: /^mmu->root\.pgd = 0;/,
    reason: 'root.pgd is not looked at for direct MMUs (is_root_usable())',
  },
  {
    function: 'make_spte',
    shown: /^spte &= ~\(PT_WRITABLE_MASK \| shadow_mmu_writable_mask\); → ;$/,
    reason: 'neither bit has been set on the way there',
  },
  {
    function: 'make_spte',
    shown: '!prefetch → 1',
    reason:
      'mark_spte_for_access_track(), which is called for what is fetched ahead, takes the Accessed bit away',
  },
  {
    function: 'kvm_mmu_set_ept_masks',
    within: /^if \(!has_exec_only\)/,
    reason:
      'every SPTE of the TDP MMU gets R by shadow_user_mask as well, and access tracking takes R away by a mask of its own',
  },
  {
    function: 'make_huge_page_split_spte',
    shown: /→ is_nx_huge_page_enabled\(kvm\)$/,
    reason: 'the role of every TDP MMU root has all rights',
  },
  {
    function: 'mark_spte_for_access_track',
    within: /^if \(is_access_track_spte\(spte\)\) return spte;/,
    reason:
      'no caller has one that is marked: ageing passes over what was not accessed, and others mark what they just made',
  },
  {
    function: /^spte_shadow_(accessed|dirty)_mask$/,
    within: /^if \(!spte_ad_enabled\(spte\)\) return 0;/,
    shown: / → ;$/,
    reason:
      'SPTEs of the TDP MMU have A and D bits disabled exactly where the host has none, and then the mask is 0',
  },
  {
    function: 'spte_shadow_accessed_mask',
    shown: '0 → (0 + 1)',
    reason:
      'bit 0 is R: set in what is made, and what access tracking takes away, so that both questions have one answer',
  },
  {
    function: 'is_tdp_mmu_page',
    shown: /^IS_ENABLED\(CONFIG_X86_64\) && /,
    reason: 'this is a build for x86-64',
  },
  {
    function: 'kvm_tdp_mmu_map',
    shown: /→ iter\.level <= fault->req_level$/,
    reason:
      'what is asked next, table->nx_huge_page_disallowed, was set from fault->huge_page_disallowed',
  },
  {
    function: 'kvm_tdp_mmu_get_walk',
    shown: /^1 → \(1 [+-] 1\)$/,
    within: /^int lowest = -1;/,
    reason: 'every walk of a root that is loaded comes by an entry of it',
  },

  // Set-up, once for a host ----------------------------------------------------------------------------------------------------
  {
    function: 'kvm_get_host_maxphyaddr',
    within: /^if \(unlikely\(boot_cpu_data\.extended_cpuid_level < leaf\)\)/,
    shown: / → ;$/,
    reason: 'every CPU with EPT or NPT has the leaf',
  },
  {
    function: 'kvm_mmu_reset_all_pte_masks',
    shown:
      /^shadow_(nonpresent_or_rsvd|x|acc_track|memtype|me)_(mask|value) = 0; → ;$|^shadow_nonpresent_or_rsvd_mask = 0; → ;$/,
    reason:
      'zero when the module is loaded; later on a host with EPT overwrites it (kvm_mmu_set_ept_masks(), kvm_mmu_set_me_spte_mask()), and ' +
      'with NPT nobody sets it to anything else',
  },
  {
    function: 'kvm_mmu_reset_all_pte_masks',
    within: /^shadow_x_mask = 0;/,
    shown: '0 → (0 + 1)',
    reason:
      'EPT overwrites it, and with NPT bit 0 is P, which every SPTE has that the mask goes into',
  },
  {
    function: 'kvm_mmu_reset_all_pte_masks',
    within: /^shadow_acc_track_mask = 0;/,
    reason: 'EPT overwrites it, and with NPT there are A bits, so that nobody asks for it',
  },

  // What no compiler of the kernel takes ---------------------------------------------------------------------------------------
  {
    shown: /^(vcpu, gfn → gfn, vcpu|slot, gfn → gfn, slot)$/,
    reason:
      'a pointer for an integer is a violation of constraints (C11 6.5.16.1), which the kernel is not built with',
  },
];
