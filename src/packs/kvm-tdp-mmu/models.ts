/**
 * Everything that is modelled rather than executed. Functions and variables of c/include/pc/harness under the name that the
 * kernel calls them by, with what their models do; overriding headers under the path that they are read by, with the names that
 * they replace.
 */
const locks = 'held by whom in which mode; misuse is a finding (harness/locks.c)';
const rcu = 'callbacks run when the thread is quiescent (harness/rcu.c)';
const memory = 'in order of allocation, never the same twice (harness/memory.c)';
const schedule = "the schedule's answer (harness/schedule.c)";
const service = 'reported, nothing else happens (harness/kvm.c)';
const mmu = 'what mmu.c does (harness/kvm.c)';
const mapping = 'the largest level as the slot gives it, without host mappings (harness/kvm.c)';

const FUNCTIONS: readonly (readonly [string, string])[] = [
  ['_printk', 'no effect (harness/kvm.c)'],
  ['_raw_spin_lock', locks],
  ['_raw_spin_unlock', locks],
  ['_raw_read_lock', locks],
  ['_raw_read_unlock', locks],
  ['_raw_write_lock', locks],
  ['_raw_write_unlock', locks],
  ['call_rcu', rcu],
  ['rcu_barrier', rcu],
  ['synchronize_rcu', rcu],
  ['__cond_resched_rwlock_read', schedule],
  ['__cond_resched_rwlock_write', schedule],
  ['kmem_cache_alloc', memory],
  ['kmem_cache_alloc_noprof', memory],
  ['kmem_cache_free', memory],
  ['get_zeroed_page', memory],
  ['get_zeroed_page_noprof', memory],
  ['__get_free_pages', memory],
  ['get_free_pages_noprof', memory],
  ['free_pages', memory],
  ['kvm_mmu_memory_cache_alloc', memory],
  ['refcount_warn_saturate', 'reported as a WARN (harness/kvm.c)'],
  ['kvm_flush_remote_tlbs', service],
  ['kvm_flush_remote_tlbs_range', service],
  ['kvm_flush_remote_tlbs_with_address', service],
  ['kvm_make_all_cpus_request', service],
  ['kvm_set_pfn_dirty', service],
  ['kvm_set_pfn_accessed', service],
  ['mark_page_dirty_in_slot', service],
  [
    'mmu_try_to_unsync_pages',
    'the gfn of a fault is write-tracked where the call says so (harness/kvm.c)',
  ],
  ['__SCT__kvm_x86_get_mt_mask', 'write-back, guest PAT ignored (harness/kvm.c)'],
  ['e820__mapped_raw_any', 'every pfn is RAM (harness/kvm.c)'],
  ['pat_enabled', 'yes (harness/kvm.c)'],
  ['pat_pfn_immune_to_uc_mtrr', 'no (harness/kvm.c)'],
  ['kvm_mmu_max_mapping_level', mapping],
  ['kvm_mmu_hugepage_adjust', mapping],
  ['disallowed_hugepage_adjust', mapping],
  ['track_possible_nx_huge_page', mmu],
  ['untrack_possible_nx_huge_page', mmu],
  ['account_huge_nx_page', mmu],
  ['unaccount_huge_nx_page', mmu],
];

const HEADERS: readonly (readonly [string, string])[] = [
  ['asm/atomic.h', 'atomic_t and atomic64_t operations'],
  ['asm/barrier.h', 'memory barriers, array_index_nospec'],
  ['asm/bitops.h', 'bit operations'],
  ['asm/bug.h', 'WARN and BUG, with their ONCE forms'],
  ['asm/cmpxchg.h', 'xchg, cmpxchg, try_cmpxchg'],
  ['asm/cpufeature.h', 'static_cpu_has'],
  ['asm/preempt.h', 'preempt_count'],
  ['asm/processor.h', 'cpuid_eax'],
  ['asm/rwonce.h', 'READ_ONCE, WRITE_ONCE'],
  ['asm/vdso/processor.h', 'cpu_relax'],
  ['linux/kconfig.h', 'tracepoints, jump labels, lockdep (compiled out)'],
  ['linux/lockdep.h', 'lockdep_assert_held and its kin'],
  ['linux/rcupdate.h', 'rcu_read_lock, rcu_read_unlock, rcu_dereference'],
  ['linux/sched.h', 'need_resched, rwlock_needbreak'],
  ['linux/vmstat.h', 'mod_lruvec_page_state'],
];

/** They do less than the functions that they stand for: nothing that reaches one is proved. */
export const APPROXIMATE: ReadonlySet<string> = new Set(
  FUNCTIONS.filter(([, what]) => what === mapping).map(([name]) => name),
);

/** Where an overriding header is read from, as its places show it. */
export function overridePath(included: string): string {
  return `patchcheck/${included}`;
}

export const MODELLED: ReadonlyMap<string, string> = new Map([
  ...FUNCTIONS,
  ...HEADERS.map(([name, what]): [string, string] => [overridePath(name), what]),
]);
