/*
 * What the TDP MMU calls outside of its own files: allocation, scheduling, TLB flushes, reports to memory management, the part
 * of mmu.c that it needs. Each function is listed in models.ts. Simplified against the kernel: a mapping's largest level comes
 * from the slot alone (the host's pages are of one size in all of it); nothing is write-tracked by a shadow MMU; no pfn is MMIO unless it has no slot.
 */

static struct kvm *pc_kvm;
static struct kvm_vcpu *pc_vcpu;
static pc_u64 pc_table_pages;
unsigned long pc_yields; /* a counter: no part of the machine's state */

#ifndef PC_MAX_YIELDS
#define PC_MAX_YIELDS 100000
#endif
#define PC_MAX_SLOTS 16

static struct kvm_memory_slot *pc_slots[PC_MAX_SLOTS];
static unsigned char pc_slot_level[PC_MAX_SLOTS];
static int pc_slot_count;

static struct kvm_memory_slot *pc_slot_with(int as_id, pc_u64 gfn)
{
	int i;

	for (i = 0; i < pc_slot_count; i++)
		if (pc_slots[i]->as_id == as_id && pc_slots[i]->base_gfn <= gfn &&
		    gfn < pc_slots[i]->base_gfn + pc_slots[i]->npages)
			return pc_slots[i];
	return NULL;
}

/* ---- the kernel's and KVM's variables ---- */

struct cpuinfo_x86 boot_cpu_data;
struct kvm_x86_ops kvm_x86_ops;
bool tdp_enabled;
int nx_huge_pages;
struct kmem_cache *mmu_page_header_cache;
#ifdef PC_HAVE_KVM_HOST_VALUES
struct kvm_host_values kvm_host;
#endif
#ifdef CONFIG_SPARSEMEM_EXTREME
struct mem_section **mem_section;
#endif
const struct kernel_param_ops param_ops_bool;

unsigned int pc_cpuid_eax(unsigned int op)
{
	/* Bits 15 to 8: those of linear addresses. */
	return op == 0x80000008 ? 48 << 8 | (unsigned int)pc_in[PC_IN_MAXPHYADDR] : 0;
}

int _printk(const char *fmt, ...)
{
	return 0;
}

/* ---- sleeping ---- */

static void pc_may_sleep(const char *function)
{
	if (pc_rcu_depth)
		pc_rule("may sleep in an RCU read section", function);
	if (pc_held_count)
		pc_rule("may sleep with a lock held", function);
}

/* The caller said that it must not be made to wait (an MMU notifier that may not block). */
static int pc_must_not_yield;

static int pc_yield(const volatile void *lock, int mode, const char *function)
{
	pc_u64 gfn;
	int level = pc_spte_place(pc_at_spte, &gfn);

	if (!pc_lock_held(lock, mode)) {
		pc_rule("yields a lock that it does not hold in this mode", function);
		return 0;
	}
	if (!pc_contended() && !pc_scheduled(PC_PLACE_POLL, pc_at_spte, PC_ACTION_RESCHEDULE))
		return 0;
	if (++pc_yields > PC_MAX_YIELDS)
		pc_trap(PC_TRAP_YIELDS);
	if (pc_must_not_yield)
		pc_rule("drops mmu_lock though its caller must not wait", function);
	pc_release(lock, mode, function);
	pc_asked_at = NULL;
	pc_may_sleep(function);
	pc_event(pc_head(PC_EVENT_YIELD, 0, 1, level, 0), 2, pc_scope(), gfn);
	pc_relaxed = 0;
	pc_rcu_quiescent();
	PC_OTHERS(PC_PLACE_UNLOCKED, pc_at_spte);
	pc_acquire(lock, mode, function);
	return 1;
}

int __cond_resched_rwlock_read(rwlock_t *lock)
{
	return pc_yield(lock, PC_HELD_READ, "cond_resched_rwlock_read");
}

int __cond_resched_rwlock_write(rwlock_t *lock)
{
	return pc_yield(lock, PC_HELD_WRITE, "cond_resched_rwlock_write");
}

/* ---- allocation ---- */

static int pc_allocation_fails(int how, gfp_t gfp, const char *function)
{
	if (gfp & __GFP_DIRECT_RECLAIM) {
		pc_may_sleep(function);
		if (how == 1)
			PC_OTHERS(PC_PLACE_UNLOCKED, pc_at_spte);
	}
	if (!pc_scheduled(PC_PLACE_ALLOC, pc_at_spte, PC_ACTION_FAIL))
		return 0;
	pc_event(pc_head(PC_EVENT_ALLOCATE_FAILED, how, 1, 0, 0), 0, 0, 0);
	return 1;
}

static void *pc_cache_alloc(struct kmem_cache *cache, gfp_t gfp)
{
	if (cache != mmu_page_header_cache)
		pc_rule("allocation from an unknown cache", "kmem_cache_alloc");
	return pc_allocation_fails(1, gfp, "kmem_cache_alloc") ? NULL : pc_new_header();
}

static unsigned long pc_page_alloc(gfp_t gfp, unsigned int order)
{
	if (order)
		pc_rule("allocation of more than one page", "get_free_pages");
	return pc_allocation_fails(0, gfp, "get_free_pages") ? 0 : (unsigned long)pc_new_table(0);
}

#ifdef PC_HAVE_ALLOC_NOPROF
void *kmem_cache_alloc_noprof(struct kmem_cache *cache, gfp_t gfp)
{
	return pc_cache_alloc(cache, gfp);
}

unsigned long get_zeroed_page_noprof(gfp_t gfp)
{
	return pc_page_alloc(gfp, 0);
}

unsigned long get_free_pages_noprof(gfp_t gfp, unsigned int order)
{
	return pc_page_alloc(gfp, order);
}
#else
void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t gfp)
{
	return pc_cache_alloc(cache, gfp);
}

unsigned long get_zeroed_page(gfp_t gfp)
{
	return pc_page_alloc(gfp, 0);
}

unsigned long __get_free_pages(gfp_t gfp, unsigned int order)
{
	return pc_page_alloc(gfp, order);
}
#endif

void kmem_cache_free(struct kmem_cache *cache, void *object)
{
	pc_free_header(object);
}

void free_pages(unsigned long address, unsigned int order)
{
	if (address)
		pc_free_table(address);
}

/*
 * Filled before a page fault takes mmu_lock, with PT64_ROOT_MAX_LEVEL of each: so much neither fails nor sleeps. Page tables come
 * with all SPTEs non-present.
 */
static int pc_cached_headers, pc_cached_tables;

static void pc_fill_caches(void)
{
	pc_cached_headers = pc_cached_tables = PT64_ROOT_MAX_LEVEL;
}

void *kvm_mmu_memory_cache_alloc(struct kvm_mmu_memory_cache *cache)
{
	int *left = cache == &pc_vcpu->arch.mmu_page_header_cache ? &pc_cached_headers : &pc_cached_tables;

	if (*left > 0)
		--*left;
	else
		pc_warn("!mc->nobjs", "kvm_mmu_memory_cache_alloc");
	if (cache == &pc_vcpu->arch.mmu_page_header_cache)
		return pc_new_header();
	if (cache != &pc_vcpu->arch.mmu_shadow_page_cache)
		pc_rule("allocation from an unknown cache", "kvm_mmu_memory_cache_alloc");
	return pc_new_table(SHADOW_NONPRESENT_VALUE);
}

void pc_mod_page_state(int item, int delta)
{
	if (item != NR_SECONDARY_PAGETABLE)
		pc_rule("an unknown page statistic changes", "mod_lruvec_page_state");
	pc_table_pages += (pc_u64)(long long)delta;
	pc_event(pc_head(PC_EVENT_TABLE_PAGES, 0, 1, 0, 0), 1, (pc_u64)(long long)delta, 0);
}

void refcount_warn_saturate(refcount_t *r, enum refcount_saturation_type t)
{
	refcount_set(r, REFCOUNT_SATURATED);
	pc_warn(t == REFCOUNT_ADD_NOT_ZERO_OVF || t == REFCOUNT_ADD_OVF ? "refcount_t: saturated" :
		t == REFCOUNT_ADD_UAF					? "refcount_t: addition on 0" :
		t == REFCOUNT_SUB_UAF					? "refcount_t: underflow" :
									  "refcount_t: decrement hit 0",
		"refcount_warn_saturate");
}

/* ---- KVM ---- */

void kvm_flush_remote_tlbs(struct kvm *kvm)
{
	pc_flushes++;
	pc_event(pc_head(PC_EVENT_FLUSH_ALL, 0, 1, 0, 0), 0, 0, 0);
}

#ifdef PC_HAVE_FLUSH_REMOTE_TLBS_RANGE
void kvm_flush_remote_tlbs_range(struct kvm *kvm, gfn_t gfn, u64 pages)
{
	pc_flushes++;
	pc_event(pc_head(PC_EVENT_FLUSH_RANGE, 0, 1, 0, 0), 2, gfn, pages);
}
#endif
#ifdef PC_HAVE_FLUSH_REMOTE_TLBS_WITH_ADDRESS
void kvm_flush_remote_tlbs_with_address(struct kvm *kvm, u64 gfn, u64 pages)
{
	pc_flushes++;
	pc_event(pc_head(PC_EVENT_FLUSH_RANGE, 0, 1, 0, 0), 2, gfn, pages);
}
#endif

bool kvm_make_all_cpus_request(struct kvm *kvm, unsigned int request)
{
	pc_event(pc_head(PC_EVENT_REQUEST, request == KVM_REQ_VM_DEAD, 1, 0, 0), 1, request, 0);
	return false;
}

static int pc_is_no_page(kvm_pfn_t pfn, const char *function)
{
	if (!is_error_noslot_pfn(pfn))
		return 0;
	pc_warn("is_error_noslot_pfn(pfn)", function);
	return 1;
}

void kvm_set_pfn_dirty(kvm_pfn_t pfn)
{
	if (pc_is_no_page(pfn, "kvm_set_pfn_dirty"))
		return;
	pc_event(pc_head(PC_EVENT_PFN_DIRTY, 0, 1, 0, 0), 1, pfn, 0);
}

void kvm_set_pfn_accessed(kvm_pfn_t pfn)
{
	if (pc_is_no_page(pfn, "kvm_set_pfn_accessed"))
		return;
	pc_event(pc_head(PC_EVENT_PFN_ACCESSED, 0, 1, 0, 0), 1, pfn, 0);
}

void mark_page_dirty_in_slot(struct kvm *kvm, const struct kvm_memory_slot *slot, gfn_t gfn)
{
	if (slot && kvm_slot_dirty_track_enabled(slot))
		pc_event(pc_head(PC_EVENT_DIRTY_LOG, 0, 1, 0, 0), 1, gfn, 0);
}

/* A page that the shadow MMU watches: nobody writes to it without a fault, and no huge page covers it. */
static int pc_write_tracked;
static gfn_t pc_tracked_gfn;

int mmu_try_to_unsync_pages(struct kvm *kvm, const struct kvm_memory_slot *slot, gfn_t gfn,
			    bool can_unsync, bool prefetch)
{
	return pc_write_tracked && gfn == pc_tracked_gfn ? -EPERM : 0;
}

/* Ordinary memory is write-back whatever the guest's MTRRs and PAT say; device memory is not cached. */
u8 STATIC_CALL_TRAMP(kvm_x86_get_mt_mask)(struct kvm_vcpu *vcpu, gfn_t gfn, bool is_mmio)
{
	return is_mmio ? 0 : (6 << VMX_EPT_MT_EPTE_SHIFT) | VMX_EPT_IPAT_BIT;
}

/* A device's: the last GiB below 4G is none of memory, all else is. */
static bool pc_is_device(pc_u64 pfn)
{
	return pfn >= PC_DEVICE_PFN && pfn < PC_DEVICE_PFN_END;
}

bool e820__mapped_raw_any(u64 start, u64 end, enum e820_type type)
{
	return type != E820_TYPE_RAM || !pc_is_device(start >> PAGE_SHIFT) || !pc_is_device(end >> PAGE_SHIFT);
}

bool pat_enabled(void)
{
	return true;
}

bool pat_pfn_immune_to_uc_mtrr(unsigned long pfn)
{
	return false;
}

/*
 * What slot->arch.lpage_info says, as kvm_alloc_memslot_metadata() fills it: no huge page where the slot covers only a part.
 * It has an entry for each huge page that the slot touches, and KVM asks it from the largest level down, whatever the host has:
 * an index beyond is an access out of bounds.
 */
static int pc_disallows_huge_page(const struct kvm_memory_slot *slot, gfn_t gfn, int level)
{
	int shift = KVM_HPAGE_GFN_SHIFT(level);
	gfn_t pages = KVM_PAGES_PER_HPAGE(level), end = slot->base_gfn + slot->npages;
	gfn_t first = slot->base_gfn >> shift, last = (end - 1) >> shift, at = gfn >> shift;

	if (at < first || at > last) {
		pc_rule("asks for slot->arch.lpage_info out of bounds", "lpage_info_slot");
		return 1;
	}
	if (pc_write_tracked && pc_tracked_gfn >> shift == at)
		return 1;
	return (at == first && (slot->base_gfn & (pages - 1))) || (at == last && (end & (pages - 1)));
}

/* The largest level at which the slot allows a page around gfn, up to what the host has (the scenario says it of the slot). */
static int pc_mapping_level(const struct kvm_memory_slot *slot, gfn_t gfn, int most)
{
	int level = most < KVM_MAX_HUGEPAGE_LEVEL ? most : KVM_MAX_HUGEPAGE_LEVEL;

	while (level > PG_LEVEL_4K && pc_disallows_huge_page(slot, gfn, level))
		level--;
	return level < pc_slot_level[slot->id] ? level : pc_slot_level[slot->id];
}

#ifdef PC_HAVE_MAX_MAPPING_LEVEL_4
int kvm_mmu_max_mapping_level(struct kvm *kvm, const struct kvm_memory_slot *slot, gfn_t gfn, int most)
{
	return pc_mapping_level(slot, gfn, most);
}
#endif
#ifdef PC_HAVE_MAX_MAPPING_LEVEL_5
int kvm_mmu_max_mapping_level(struct kvm *kvm, const struct kvm_memory_slot *slot, gfn_t gfn,
			      kvm_pfn_t pfn, int most)
{
	return pc_mapping_level(slot, gfn, most);
}
#endif

void kvm_mmu_hugepage_adjust(struct kvm_vcpu *vcpu, struct kvm_page_fault *fault)
{
	int level;

	fault->huge_page_disallowed = fault->exec && fault->nx_huge_page_workaround_enabled;
	if (fault->max_level == PG_LEVEL_4K || is_error_noslot_pfn(fault->pfn) ||
	    kvm_slot_dirty_track_enabled(fault->slot))
		return;
	level = pc_mapping_level(fault->slot, fault->gfn, fault->max_level);
	fault->req_level = level;
	if (level == PG_LEVEL_4K || fault->huge_page_disallowed)
		return;
	fault->goal_level = level;
	fault->pfn &= ~(kvm_pfn_t)(KVM_PAGES_PER_HPAGE(level) - 1);
}

/* A table that stands for a forbidden executable huge page stays: map one level below. */
void disallowed_hugepage_adjust(struct kvm_page_fault *fault, u64 spte, int level)
{
	struct page *page;

	if (level == PG_LEVEL_4K || fault->goal_level != level)
		return;
	if (!(spte & SPTE_MMU_PRESENT_MASK) || (spte & PT_PAGE_SIZE_MASK))
		return;
	page = pfn_to_page((spte & SPTE_BASE_ADDR_MASK) >> PAGE_SHIFT);
	if (!PC_NX_DISALLOWED((struct kvm_mmu_page *)page_private(page)))
		return;
	fault->goal_level = level - 1;
	fault->pfn += fault->gfn & (KVM_PAGES_PER_HPAGE(level) - KVM_PAGES_PER_HPAGE(level - 1));
}

static void pc_track_nx(struct kvm *kvm, struct kvm_mmu_page *sp)
{
	if (!list_empty(PC_NX_LINK(sp)))
		return;
	kvm->stat.nx_lpage_splits++;
	list_add_tail(PC_NX_LINK(sp), PC_NX_LIST(kvm));
}

static void pc_untrack_nx(struct kvm *kvm, struct kvm_mmu_page *sp)
{
	if (list_empty(PC_NX_LINK(sp)))
		return;
	kvm->stat.nx_lpage_splits--;
	list_del_init(PC_NX_LINK(sp));
}

#ifdef PC_HAVE_TRACK_POSSIBLE_NX_HUGE_PAGE
void track_possible_nx_huge_page(struct kvm *kvm, struct kvm_mmu_page *sp)
{
	pc_track_nx(kvm, sp);
}

void untrack_possible_nx_huge_page(struct kvm *kvm, struct kvm_mmu_page *sp)
{
	pc_untrack_nx(kvm, sp);
}
#endif
#ifdef PC_HAVE_ACCOUNT_HUGE_NX_PAGE
void account_huge_nx_page(struct kvm *kvm, struct kvm_mmu_page *sp)
{
	if (sp->lpage_disallowed)
		return;
	INIT_LIST_HEAD(PC_NX_LINK(sp));
	pc_track_nx(kvm, sp);
	sp->lpage_disallowed = true;
}

void unaccount_huge_nx_page(struct kvm *kvm, struct kvm_mmu_page *sp)
{
	pc_untrack_nx(kvm, sp);
	sp->lpage_disallowed = false;
}
#endif
