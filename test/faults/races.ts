/**
 * Faults of the embedded model tree that show only when another CPU acts in between, and edits of the same places that change
 * nothing. `find` stands exactly once in the file.
 */
import type { Fault } from './faults.js';

export interface Race {
  readonly name: string;
  readonly file: Fault['file'];
  readonly find: string;
  readonly replace: string;
  /** Entry points that it is looked for through. */
  readonly entries: readonly string[];
  /** Small cases for each entry point, where it takes more than usual. */
  readonly explored?: number;
}

const COMPARE = 'return try_cmpxchg64(where, &iter->old_spte, new_spte) ? 0 : -EBUSY;';
const WRPROT = 'if (tdp_mmu_set_spte_atomic(kvm, &iter, iter.old_spte & ~PT_WRITABLE_MASK))';
const CLEAR = 'if (tdp_mmu_set_spte_atomic(kvm, &iter, iter.old_spte & ~dbit))';
const BITS = 'return (u64)atomic64_fetch_and(~mask, (atomic64_t *)rcu_dereference(sptep));';
const FREEZE =
  'while (is_frozen_spte(old_spte = kvm_tdp_mmu_write_spte_atomic(entry, FROZEN_SPTE)))';

export const RACES: readonly Race[] = [
  {
    name: 'a shared change does not look whether the SPTE is still the same',
    file: 'tdp_mmu.c',
    find: COMPARE,
    replace: 'xchg(where, new_spte);\n\treturn 0;',
    entries: ['wrprot_gfn_range'],
  },
  {
    name: 'a shared change is a plain write',
    file: 'tdp_mmu.c',
    find: COMPARE,
    replace: 'WRITE_ONCE(*where, new_spte);\n\treturn 0;',
    entries: ['clear_dirty_gfn_range'],
  },
  {
    name: 'the iterator keeps the old value after a change that failed',
    file: 'tdp_mmu.c',
    find: COMPARE,
    replace: 'return cmpxchg64(where, iter->old_spte, new_spte) == iter->old_spte ? 0 : -EBUSY;',
    entries: ['wrprot_gfn_range'],
  },
  {
    name: 'a change that failed counts as done',
    file: 'tdp_mmu.c',
    find: COMPARE,
    replace: 'try_cmpxchg64(where, &iter->old_spte, new_spte);\n\treturn 0;',
    entries: ['clear_dirty_gfn_range'],
  },
  {
    name: 'write protection is not tried again',
    file: 'tdp_mmu.c',
    find: `${WRPROT}\n\t\t\tgoto retry;`,
    replace: `${WRPROT}\n\t\t\tcontinue;`,
    entries: ['wrprot_gfn_range'],
  },
  {
    name: 'clearing dirty bits is not tried again',
    file: 'tdp_mmu.c',
    find: `${CLEAR}\n\t\t\t\tgoto retry;`,
    replace: `${CLEAR}\n\t\t\t\tcontinue;`,
    entries: ['clear_dirty_gfn_range'],
  },
  {
    name: 'bits are cleared in the value that was read before',
    file: 'tdp_iter.h',
    find: BITS,
    replace: 'return xchg(rcu_dereference(sptep), old_spte & ~mask);',
    entries: ['kvm_tdp_mmu_age_gfn_range'],
  },
  {
    name: 'a zapped SPTE is reported as it was read, not as it was replaced',
    file: 'tdp_mmu.c',
    find: 'handle_changed_spte(kvm, as_id, gfn, replaced, new_spte, level, false);',
    replace: 'handle_changed_spte(kvm, as_id, gfn, old_spte, new_spte, level, false);',
    entries: ['kvm_tdp_mmu_zap_leafs'],
  },
  {
    name: 'an SPTE of a removed table is reported as it was read',
    file: 'tdp_mmu.c',
    find: 'old_spte = kvm_tdp_mmu_write_spte(entry, old_spte, FROZEN_SPTE, level);',
    replace: 'kvm_tdp_mmu_write_spte(entry, old_spte, FROZEN_SPTE, level);',
    entries: ['kvm_tdp_mmu_zap_sp'],
  },
  {
    name: 'collapsing does not freeze the SPTE before the flush',
    file: 'tdp_mmu.c',
    find: 'err = __tdp_mmu_set_spte_atomic(iter, FROZEN_SPTE);',
    replace: 'err = __tdp_mmu_set_spte_atomic(iter, SHADOW_NONPRESENT_VALUE);',
    entries: ['zap_collapsible_spte_range'],
  },
  {
    name: 'a page fault goes on at a frozen SPTE',
    file: 'tdp_mmu.c',
    find: 'if (is_frozen_spte(iter.old_spte))\n\t\t\tgoto out;',
    replace: 'if (false)\n\t\t\tgoto out;',
    entries: ['zap_collapsible_spte_range', 'kvm_tdp_mmu_map'],
  },
  {
    name: 'entries of a removed table are not frozen',
    file: 'tdp_mmu.c',
    find: FREEZE,
    replace:
      'while (is_frozen_spte(old_spte = kvm_tdp_mmu_write_spte_atomic(entry, SHADOW_NONPRESENT_VALUE)))',
    entries: ['kvm_tdp_mmu_map'],
  },
  {
    name: 'a table is removed as if nobody else were about',
    file: 'tdp_mmu.c',
    find: '\t\thandle_changed_spte(kvm, iter->as_id, iter->gfn, iter->old_spte,\n\t\t\t\t    new_spte, iter->level, true);',
    replace:
      '\t\thandle_changed_spte(kvm, iter->as_id, iter->gfn, iter->old_spte,\n\t\t\t\t    new_spte, iter->level, false);',
    entries: ['kvm_tdp_mmu_map'],
    explored: 200,
  },
  {
    name: 'a page fault that came too late says that it was first',
    file: 'tdp_mmu.c',
    find: 'if (tdp_mmu_set_spte_atomic(vcpu->kvm, iter, new_spte))\n\t\t\treturn RET_PF_RETRY;',
    replace: 'if (tdp_mmu_set_spte_atomic(vcpu->kvm, iter, new_spte))\n\t\t\treturn RET_PF_FIXED;',
    entries: ['kvm_tdp_mmu_map'],
    explored: 60,
  },
];

/** Edits that change nothing, though accesses are others. */
export const HARMLESS: readonly Race[] = [
  {
    name: 'compare and exchange by hand',
    file: 'tdp_mmu.c',
    find: COMPARE,
    replace:
      'new_spte = cmpxchg64(where, iter->old_spte, new_spte);\n\tif (new_spte == iter->old_spte)\n\t\treturn 0;\n\titer->old_spte = new_spte;\n\treturn -EBUSY;',
    entries: ['wrprot_gfn_range', 'kvm_tdp_mmu_map', 'zap_collapsible_spte_range'],
  },
  {
    name: 'bits are cleared by compare and exchange',
    file: 'tdp_iter.h',
    find: BITS,
    replace:
      'while (!try_cmpxchg64((u64 *)rcu_dereference(sptep), &old_spte, old_spte & ~mask))\n\t\t;\n\treturn old_spte;',
    entries: ['kvm_tdp_mmu_age_gfn_range', 'clear_dirty_pt_masked'],
  },
  {
    name: 'a table is emptied by compare and exchange',
    file: 'tdp_mmu.c',
    find: FREEZE,
    replace:
      'old_spte = kvm_tdp_mmu_read_spte(entry);\n\t\t\twhile (is_frozen_spte(old_spte) || !try_cmpxchg64((u64 *)rcu_dereference(entry), &old_spte, FROZEN_SPTE))',
    entries: ['kvm_tdp_mmu_map', 'zap_collapsible_spte_range'],
  },
  {
    name: 'a page fault looks once more before it writes',
    file: 'tdp_mmu.c',
    find: 'if (tdp_mmu_set_spte_atomic(vcpu->kvm, iter, new_spte))\n\t\t\treturn RET_PF_RETRY;',
    replace:
      'if (kvm_tdp_mmu_read_spte(iter->sptep) != iter->old_spte ||\n\t\t    tdp_mmu_set_spte_atomic(vcpu->kvm, iter, new_spte))\n\t\t\treturn RET_PF_RETRY;',
    entries: ['kvm_tdp_mmu_map'],
  },
  {
    name: 'every overwritten SPTE is exchanged',
    file: 'tdp_iter.h',
    find: 'if (kvm_tdp_mmu_spte_need_atomic_write(old_spte, level))\n\t\tbefore',
    replace: 'if (true)\n\t\tbefore',
    entries: ['kvm_tdp_mmu_zap_leafs', 'kvm_tdp_mmu_zap_sp', 'write_protect_gfn'],
  },
  {
    name: 'write protection reads the SPTE itself before it begins',
    file: 'tdp_mmu.c',
    find: `\t\t${WRPROT}`,
    replace: `\t\titer.old_spte = kvm_tdp_mmu_read_spte(iter.sptep);\n\t\tif (!is_shadow_present_pte(iter.old_spte) || !is_last_spte(iter.old_spte, iter.level))\n\t\t\tcontinue;\n\t\t${WRPROT}`,
    entries: ['wrprot_gfn_range'],
  },
];
