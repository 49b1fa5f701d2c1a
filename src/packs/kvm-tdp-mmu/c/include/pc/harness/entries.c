/*
 * One small function per entry point: takes what KVM's callers hold, calls, gives back what they would see. A shim is compiled
 * where PC_PARAMS_<FUNCTION> (the number of parameters that the tree declares, features.ts) is one that it knows, so
 * a changed signature disables that entry alone. Numbers and arguments are listed in entry-points.ts.
 */

static const pc_u64 *pc_args;
static pc_u64 pc_arg_count;
static int pc_returned; /* 0 nothing, 1 pc_value */
static pc_u64 pc_value;

static pc_u64 pc_arg(unsigned int i)
{
	if (i >= pc_arg_count)
		pc_unbuildable(PC_BAD_ARGUMENT);
	return pc_args[i];
}

static struct kvm_mmu_page *pc_arg_root(unsigned int i)
{
	pc_u64 root = pc_arg(i);

	if (root >= (pc_u64)pc_root_count)
		pc_unbuildable(PC_BAD_ARGUMENT);
	return pc_roots[root];
}

static struct kvm_memory_slot *pc_slot_number(pc_u64 slot)
{
	if (slot >= (pc_u64)pc_slot_count)
		pc_unbuildable(PC_BAD_ARGUMENT);
	return pc_slots[slot];
}

static struct kvm_memory_slot *pc_arg_slot(unsigned int i)
{
	return pc_slot_number(pc_arg(i));
}

static void pc_returns(pc_u64 value)
{
	pc_returned = 1;
	pc_value = value;
}

static void pc_result(int level, pc_u64 value)
{
	pc_event(pc_head(PC_EVENT_RESULT, PC_RESULT_SPTE, 1, level, 0), 1, value, 0);
}

static void pc_mmu_lock(int shared)
{
	if (shared)
		read_lock(&pc_kvm->mmu_lock);
	else
		write_lock(&pc_kvm->mmu_lock);
}

static void pc_mmu_unlock(int shared)
{
	if (shared)
		read_unlock(&pc_kvm->mmu_lock);
	else
		write_unlock(&pc_kvm->mmu_lock);
}

#if PC_PARAMS___TDP_MMU_ZAP_ROOT == 4
static void pc_call_raw_zap_root(void)
{
	struct kvm_mmu_page *root = pc_arg_root(0);
	int shared = pc_arg(1) != 0;

	pc_mmu_lock(shared);
	rcu_read_lock();
	__tdp_mmu_zap_root(pc_kvm, root, shared, (int)pc_arg(2));
	rcu_read_unlock();
	pc_mmu_unlock(shared);
}
#endif

#if PC_PARAMS_TDP_MMU_ZAP_ROOT == 3
static void pc_call_zap_root(void)
{
	struct kvm_mmu_page *root = pc_arg_root(0);
	int shared = pc_arg(1) != 0;

	pc_mmu_lock(shared);
	tdp_mmu_zap_root(pc_kvm, root, shared);
	pc_mmu_unlock(shared);
}
#endif

#if PC_PARAMS_TDP_MMU_ZAP_LEAFS == 6
static void pc_call_root_zap_leafs(void)
{
	struct kvm_mmu_page *root = pc_arg_root(0);

	pc_must_not_yield = pc_arg(3) == 0;
	pc_mmu_lock(0);
	pc_returns(tdp_mmu_zap_leafs(pc_kvm, root, pc_arg(1), pc_arg(2), pc_arg(3) != 0, pc_arg(4) != 0));
	pc_mmu_unlock(0);
}
#endif

#if PC_PARAMS_KVM_TDP_MMU_ZAP_LEAFS == 4
static void pc_call_zap_leafs(void)
{
	pc_mmu_lock(0);
	pc_returns(kvm_tdp_mmu_zap_leafs(pc_kvm, pc_arg(0), pc_arg(1), pc_arg(2) != 0));
	pc_mmu_unlock(0);
}
#elif PC_PARAMS_KVM_TDP_MMU_ZAP_LEAFS == 6
static void pc_call_zap_leafs(void)
{
	bool flush = pc_arg(2) != 0;
	int as_id;

	pc_mmu_lock(0);
	for (as_id = 0; as_id < KVM_MAX_NR_ADDRESS_SPACES; as_id++)
		flush = kvm_tdp_mmu_zap_leafs(pc_kvm, as_id, pc_arg(0), pc_arg(1), true, flush);
	pc_returns(flush);
	pc_mmu_unlock(0);
}
#endif

#if PC_PARAMS_KVM_TDP_MMU_ZAP_SP == 2
/* The table below a root that maps gfn at a level; zapped as the NX recovery worker does. */
static void pc_call_zap_sp(void)
{
	struct kvm_mmu_page *sp = pc_arg_root(0);
	pc_u64 level = pc_arg(1), gfn = pc_arg(2);

	while (sp->role.level > level) {
		int shift = ((int)sp->role.level - 1) * SPTE_LEVEL_BITS;
		long child = pc_child_of(sp->spt[gfn >> shift & PC_LAST_ENTRY], sp->role.level);

		if (child < 0)
			pc_unbuildable(PC_BAD_ARGUMENT);
		sp = pc_sp_of_table(child);
	}
	pc_mmu_lock(0);
	rcu_read_lock();
	pc_returns(kvm_tdp_mmu_zap_sp(pc_kvm, sp));
	if (PC_NX_DISALLOWED(sp))
		pc_warn("sp->nx_huge_page_disallowed", "kvm_recover_nx_huge_pages");
	rcu_read_unlock();
	pc_mmu_unlock(0);
}
#endif

#if PC_PARAMS_KVM_TDP_MMU_ZAP_ALL == 1
static void pc_call_zap_all(void)
{
	pc_mmu_lock(0);
	kvm_tdp_mmu_zap_all(pc_kvm);
	pc_mmu_unlock(0);
}
#endif

#if PC_PARAMS_KVM_TDP_MMU_ZAP_INVALIDATED_ROOTS == 1
static void pc_call_zap_invalidated_roots(void)
{
	kvm_tdp_mmu_zap_invalidated_roots(pc_kvm);
}
#endif

#if PC_PARAMS_KVM_TDP_MMU_INVALIDATE_ALL_ROOTS == 1
static void pc_call_invalidate_all_roots(void)
{
	pc_mmu_lock(0);
	kvm_tdp_mmu_invalidate_all_roots(pc_kvm);
	pc_mmu_unlock(0);
}
#endif

static void pc_arg_range(struct kvm_gfn_range *range)
{
	pc_zero(range, sizeof(*range));
	range->slot = pc_arg_slot(0);
	range->start = pc_arg(1);
	range->end = pc_arg(2);
}

#if PC_PARAMS_KVM_TDP_MMU_UNMAP_GFN_RANGE == 3
static void pc_call_unmap_gfn_range(void)
{
	struct kvm_gfn_range range;

	pc_arg_range(&range);
	range.may_block = pc_arg(3) != 0;
	pc_must_not_yield = !range.may_block;
	pc_mmu_lock(0);
	pc_returns(kvm_tdp_mmu_unmap_gfn_range(pc_kvm, &range, pc_arg(4) != 0));
	pc_mmu_unlock(0);
}
#endif

#if PC_PARAMS_KVM_TDP_MMU_AGE_GFN_RANGE == 2
static void pc_call_age_gfn_range(void)
{
	struct kvm_gfn_range range;

	pc_arg_range(&range);
	pc_mmu_lock(0);
	pc_returns(kvm_tdp_mmu_age_gfn_range(pc_kvm, &range));
	pc_mmu_unlock(0);
}
#endif

#if PC_PARAMS_KVM_TDP_MMU_TEST_AGE_GFN == 2
static void pc_call_test_age_gfn(void)
{
	struct kvm_gfn_range range;

	pc_arg_range(&range);
	pc_mmu_lock(0);
	pc_returns(kvm_tdp_mmu_test_age_gfn(pc_kvm, &range));
	pc_mmu_unlock(0);
}
#endif

#if PC_PARAMS_WRPROT_GFN_RANGE == 5
static void pc_call_wrprot_gfn_range(void)
{
	struct kvm_mmu_page *root = pc_arg_root(0);

	pc_mmu_lock(1);
	pc_returns(wrprot_gfn_range(pc_kvm, root, pc_arg(1), pc_arg(2), (int)pc_arg(3)));
	pc_mmu_unlock(1);
}
#endif

#if PC_PARAMS_KVM_TDP_MMU_WRPROT_SLOT == 3
static void pc_call_wrprot_slot(void)
{
	struct kvm_memory_slot *slot = pc_arg_slot(0);

	pc_mmu_lock(1);
	pc_returns(kvm_tdp_mmu_wrprot_slot(pc_kvm, slot, (int)pc_arg(1)));
	pc_mmu_unlock(1);
}
#endif

#if PC_PARAMS_TDP_MMU_SPLIT_HUGE_PAGES_ROOT == 6
static void pc_call_split_root(void)
{
	struct kvm_mmu_page *root = pc_arg_root(0);
	int shared = pc_arg(4) != 0;

	nx_huge_pages = pc_arg(5) != 0;
	pc_mmu_lock(shared);
	pc_returns((pc_u64)(long long)tdp_mmu_split_huge_pages_root(pc_kvm, root, pc_arg(1), pc_arg(2),
								     (int)pc_arg(3), shared));
	pc_mmu_unlock(shared);
}
#endif

#if PC_PARAMS_KVM_TDP_MMU_TRY_SPLIT_HUGE_PAGES == 6
static void pc_call_try_split(void)
{
	struct kvm_memory_slot *slot = pc_arg_slot(0);
	int shared = pc_arg(4) != 0;

	nx_huge_pages = pc_arg(5) != 0;
	pc_mmu_lock(shared);
	kvm_tdp_mmu_try_split_huge_pages(pc_kvm, slot, pc_arg(1), pc_arg(2), (int)pc_arg(3), shared);
	pc_mmu_unlock(shared);
}
#endif

#if PC_PARAMS_CLEAR_DIRTY_GFN_RANGE == 4
static void pc_call_clear_dirty_gfn_range(void)
{
	struct kvm_mmu_page *root = pc_arg_root(0);

	pc_mmu_lock(1);
	pc_returns(clear_dirty_gfn_range(pc_kvm, root, pc_arg(1), pc_arg(2)));
	pc_mmu_unlock(1);
}
#endif

#if PC_PARAMS_KVM_TDP_MMU_CLEAR_DIRTY_SLOT == 2
static void pc_call_clear_dirty_slot(void)
{
	struct kvm_memory_slot *slot = pc_arg_slot(0);

	pc_mmu_lock(1);
	pc_returns(kvm_tdp_mmu_clear_dirty_slot(pc_kvm, slot));
	pc_mmu_unlock(1);
}
#endif

#if PC_PARAMS_CLEAR_DIRTY_PT_MASKED == 5
static void pc_call_root_clear_dirty_masked(void)
{
	struct kvm_mmu_page *root = pc_arg_root(0);

	pc_mmu_lock(0);
	clear_dirty_pt_masked(pc_kvm, root, pc_arg(1), pc_arg(2), pc_arg(3) != 0);
	pc_mmu_unlock(0);
}
#endif

#if PC_PARAMS_KVM_TDP_MMU_CLEAR_DIRTY_PT_MASKED == 5
static void pc_call_clear_dirty_masked(void)
{
	struct kvm_memory_slot *slot = pc_arg_slot(0);

	pc_mmu_lock(0);
	kvm_tdp_mmu_clear_dirty_pt_masked(pc_kvm, slot, pc_arg(1), pc_arg(2), pc_arg(3) != 0);
	pc_mmu_unlock(0);
}
#endif

#if PC_PARAMS_ZAP_COLLAPSIBLE_SPTE_RANGE == 3
static void pc_call_root_collapse(void)
{
	struct kvm_mmu_page *root = pc_arg_root(0);
	struct kvm_memory_slot *slot = pc_arg_slot(1);

	pc_mmu_lock(1);
	zap_collapsible_spte_range(pc_kvm, root, slot);
	pc_mmu_unlock(1);
}
#endif

#if PC_PARAMS_KVM_TDP_MMU_ZAP_COLLAPSIBLE_SPTES == 2
static void pc_call_collapse(void)
{
	struct kvm_memory_slot *slot = pc_arg_slot(0);

	pc_mmu_lock(1);
	kvm_tdp_mmu_zap_collapsible_sptes(pc_kvm, slot);
	pc_mmu_unlock(1);
}
#endif

#if PC_PARAMS_WRITE_PROTECT_GFN == 4
static void pc_call_root_write_protect_gfn(void)
{
	struct kvm_mmu_page *root = pc_arg_root(0);

	pc_mmu_lock(0);
	pc_returns(write_protect_gfn(pc_kvm, root, pc_arg(1), (int)pc_arg(2)));
	pc_mmu_unlock(0);
}
#endif

#if PC_PARAMS_KVM_TDP_MMU_WRITE_PROTECT_GFN == 4
static void pc_call_write_protect_gfn(void)
{
	struct kvm_memory_slot *slot = pc_arg_slot(0);

	pc_mmu_lock(0);
	pc_returns(kvm_tdp_mmu_write_protect_gfn(pc_kvm, slot, pc_arg(1), (int)pc_arg(2)));
	pc_mmu_unlock(0);
}
#endif

#ifdef PC_HAVE_WALK_LOCKLESS
#define pc_walk_lockless_begin() kvm_tdp_mmu_walk_lockless_begin()
#define pc_walk_lockless_end() kvm_tdp_mmu_walk_lockless_end()
#else
#define pc_walk_lockless_begin() rcu_read_lock()
#define pc_walk_lockless_end() rcu_read_unlock()
#endif

#if PC_PARAMS_KVM_TDP_MMU_GET_WALK == 4
static void pc_call_get_walk(void)
{
	struct kvm_vcpu *vcpu = pc_vcpu_on(pc_arg_root(0));
	u64 sptes[PT64_ROOT_MAX_LEVEL + 1];
	int leaf, level, root_level = -1;

	pc_walk_lockless_begin();
	leaf = kvm_tdp_mmu_get_walk(vcpu, pc_arg(1) << PAGE_SHIFT, sptes, &root_level);
	pc_walk_lockless_end();
	pc_returns((pc_u64)(long long)leaf);
	if (leaf < 1)
		return;
	for (level = root_level; level >= leaf; level--)
		pc_result(level, sptes[level]);
}
#endif

#if PC_PARAMS_KVM_TDP_MMU_FAST_PF_GET_LAST_SPTEP == 3
/* Returns the SPTE's value; where it lies is a result. */
static void pc_call_last_sptep(void)
{
	struct kvm_vcpu *vcpu = pc_vcpu_on(pc_arg_root(0));
	u64 spte = 0, *sptep;

	pc_walk_lockless_begin();
	sptep = kvm_tdp_mmu_fast_pf_get_last_sptep(vcpu, pc_arg(1), &spte);
	pc_walk_lockless_end();
	if (!sptep)
		return;
	pc_returns(spte);
	if (pc_is_spte(sptep))
		pc_event(pc_head(PC_EVENT_RESULT, PC_RESULT_SPTEP, 1, (unsigned long)sptep >> 3 & PC_LAST_ENTRY,
				 pc_table_of(sptep)),
			 1, 0, 0);
}
#endif

#if PC_PARAMS_KVM_TDP_MMU_MAP == 2
/* root, gfn, pfn, write, exec, prefetch, mapWritable, maxLevel, generation, nxHugePages, writeTracked */
static void pc_call_map(void)
{
	struct kvm_mmu_page *root = pc_arg_root(0);
	pc_u64 gfn = pc_arg(1), level = pc_arg(7);
	int as_id = root->role.smm ? 1 : 0;
	struct kvm_memory_slot *slot = pc_slot_with(as_id, gfn);
	struct kvm_vcpu *vcpu = pc_vcpu_on(root);
	struct kvm_page_fault fault = {
		.addr = gfn << PAGE_SHIFT,
		.prefetch = pc_arg(5) != 0,
		.exec = pc_arg(4) != 0,
		.write = pc_arg(3) != 0,
		.is_tdp = true,
		.nx_huge_page_workaround_enabled = pc_arg(9) != 0,
		.max_level = (u8)level,
		.req_level = PG_LEVEL_4K,
		.goal_level = PG_LEVEL_4K,
		.gfn = gfn,
		.slot = slot,
		.pfn = slot ? pc_arg(2) : KVM_PFN_NOSLOT,
		.map_writable = slot && pc_arg(6) != 0,
	};

	if (level < PG_LEVEL_4K || level > KVM_MAX_HUGEPAGE_LEVEL)
		pc_unbuildable(PC_BAD_ARGUMENT);
	if (!slot && !shadow_mmio_value)
		pc_unbuildable(PC_BAD_MMIO);
	nx_huge_pages = pc_arg(9) != 0;
	vcpu->arch.hflags = as_id ? HF_SMM_MASK : 0;
	pc_kvm->__memslots[as_id][0].generation = pc_arg(8);
	if (pc_arg(10)) {
		pc_write_tracked = 1;
		pc_tracked_gfn = gfn;
	}
	pc_mmu_lock(1);
	/* is_page_fault_stale(): the other thread has made the root invalid. */
	if (pc_threads_run && root->role.invalid) {
		pc_returns(RET_PF_RETRY);
		pc_mmu_unlock(1);
		return;
	}
	pc_returns((pc_u64)(long long)kvm_tdp_mmu_map(vcpu, &fault));
	pc_mmu_unlock(1);
}
#endif

#if PC_PARAMS_KVM_TDP_MMU_ALLOC_ROOT == 1
/* level, smm, guestMode: a root of this role is found, or made. */
static void pc_call_alloc_root(void)
{
	struct kvm_vcpu *vcpu = pc_vcpu_on(NULL);
	union kvm_mmu_page_role role = pc_root_role((int)pc_arg(0), pc_arg(1) != 0, pc_arg(2) != 0);
	u64 *root;

	vcpu->arch.mmu->root_role = role;
	vcpu->arch.mmu->root.hpa = INVALID_PAGE;
	pc_returns((pc_u64)(long long)kvm_tdp_mmu_alloc_root(vcpu));
	root = __va(vcpu->arch.mmu->root.hpa);
	if (pc_is_spte(root))
		pc_event(pc_head(PC_EVENT_RESULT, PC_RESULT_ROOT, 1, 0, pc_table_of(root)), 1, 0, 0);
}
#elif PC_PARAMS_KVM_TDP_MMU_GET_VCPU_ROOT_HPA == 1
/* The same where the caller holds mmu_lock and stores the root's address itself. */
static void pc_call_alloc_root(void)
{
	struct kvm_vcpu *vcpu = pc_vcpu_on(NULL);
	union kvm_mmu_page_role role = pc_root_role((int)pc_arg(0), pc_arg(1) != 0, pc_arg(2) != 0);
	u64 *root;

	vcpu->arch.mmu->root_role = role;
	vcpu->arch.mmu->root.hpa = INVALID_PAGE;
	pc_mmu_lock(0);
	vcpu->arch.mmu->root.hpa = kvm_tdp_mmu_get_vcpu_root_hpa(vcpu);
	pc_mmu_unlock(0);
	pc_returns(0);
	root = __va(vcpu->arch.mmu->root.hpa);
	if (pc_is_spte(root))
		pc_event(pc_head(PC_EVENT_RESULT, PC_RESULT_ROOT, 1, 0, pc_table_of(root)), 1, 0, 0);
}
#endif

#if PC_PARAMS_KVM_TDP_MMU_PUT_ROOT == 2
static void pc_call_put_root(void)
{
	struct kvm_mmu_page *root = pc_arg_root(0);

	pc_mmu_lock(1);
	kvm_tdp_mmu_put_root(pc_kvm, root);
	pc_mmu_unlock(1);
}
#elif PC_PARAMS_KVM_TDP_MMU_PUT_ROOT == 3
static void pc_call_put_root(void)
{
	struct kvm_mmu_page *root = pc_arg_root(0);

	pc_mmu_lock(1);
	kvm_tdp_mmu_put_root(pc_kvm, root, true);
	pc_mmu_unlock(1);
}
#endif

#if PC_PARAMS_KVM_TDP_MMU_SET_SPTE_GFN == 2
/* slot, gfn, pfn, writable: the host maps another page at the gfn's address. */
static void pc_call_set_spte_gfn(void)
{
	struct kvm_gfn_range range;
	pte_t pte = __pte(pc_arg(2) << PAGE_SHIFT | _PAGE_PRESENT | (pc_arg(3) ? _PAGE_RW : 0));

	pc_zero(&range, sizeof(range));
	range.slot = pc_arg_slot(0);
	range.start = pc_arg(1);
	range.end = range.start + 1;
#ifdef PC_HAVE_NOTIFIER_ARG_PTE
	range.arg.pte = pte;
#else
	range.pte = pte;
#endif
	pc_mmu_lock(0);
	pc_returns(kvm_tdp_mmu_set_spte_gfn(pc_kvm, &range));
	pc_mmu_unlock(0);
}
#endif

#if PC_PARAMS_KVM_MMU_UNINIT_TDP_MMU == 1
/* When the last user is gone nobody takes mmu_lock any more. */
static void pc_call_uninit(void)
{
	refcount_set(&pc_kvm->users_count, 0);
	kvm_mmu_uninit_tdp_mmu(pc_kvm);
	/* "Ensure that all the outstanding RCU callbacks to free shadow pages can run before the VM is torn down." */
	if (pc_rcu_first || pc_callback_count)
		pc_rule("page tables are yet to be freed when the VM is gone", "kvm_mmu_uninit_tdp_mmu");
}
#endif

static void pc_dispatch(int entry)
{
	switch (entry) {
#if PC_PARAMS___TDP_MMU_ZAP_ROOT == 4
	case 1:
		pc_call_raw_zap_root();
		break;
#endif
#if PC_PARAMS_TDP_MMU_ZAP_ROOT == 3
	case 2:
		pc_call_zap_root();
		break;
#endif
#if PC_PARAMS_TDP_MMU_ZAP_LEAFS == 6
	case 3:
		pc_call_root_zap_leafs();
		break;
#endif
#if PC_PARAMS_KVM_TDP_MMU_ZAP_LEAFS == 4 || PC_PARAMS_KVM_TDP_MMU_ZAP_LEAFS == 6
	case 4:
		pc_call_zap_leafs();
		break;
#endif
#if PC_PARAMS_KVM_TDP_MMU_ZAP_SP == 2
	case 5:
		pc_call_zap_sp();
		break;
#endif
#if PC_PARAMS_KVM_TDP_MMU_ZAP_ALL == 1
	case 6:
		pc_call_zap_all();
		break;
#endif
#if PC_PARAMS_KVM_TDP_MMU_ZAP_INVALIDATED_ROOTS == 1
	case 7:
		pc_call_zap_invalidated_roots();
		break;
#endif
#if PC_PARAMS_KVM_TDP_MMU_INVALIDATE_ALL_ROOTS == 1
	case 8:
		pc_call_invalidate_all_roots();
		break;
#endif
#if PC_PARAMS_KVM_TDP_MMU_UNMAP_GFN_RANGE == 3
	case 9:
		pc_call_unmap_gfn_range();
		break;
#endif
#if PC_PARAMS_KVM_TDP_MMU_AGE_GFN_RANGE == 2
	case 10:
		pc_call_age_gfn_range();
		break;
#endif
#if PC_PARAMS_KVM_TDP_MMU_TEST_AGE_GFN == 2
	case 11:
		pc_call_test_age_gfn();
		break;
#endif
#if PC_PARAMS_WRPROT_GFN_RANGE == 5
	case 12:
		pc_call_wrprot_gfn_range();
		break;
#endif
#if PC_PARAMS_KVM_TDP_MMU_WRPROT_SLOT == 3
	case 13:
		pc_call_wrprot_slot();
		break;
#endif
#if PC_PARAMS_TDP_MMU_SPLIT_HUGE_PAGES_ROOT == 6
	case 14:
		pc_call_split_root();
		break;
#endif
#if PC_PARAMS_KVM_TDP_MMU_TRY_SPLIT_HUGE_PAGES == 6
	case 15:
		pc_call_try_split();
		break;
#endif
#if PC_PARAMS_CLEAR_DIRTY_GFN_RANGE == 4
	case 16:
		pc_call_clear_dirty_gfn_range();
		break;
#endif
#if PC_PARAMS_KVM_TDP_MMU_CLEAR_DIRTY_SLOT == 2
	case 17:
		pc_call_clear_dirty_slot();
		break;
#endif
#if PC_PARAMS_CLEAR_DIRTY_PT_MASKED == 5
	case 18:
		pc_call_root_clear_dirty_masked();
		break;
#endif
#if PC_PARAMS_KVM_TDP_MMU_CLEAR_DIRTY_PT_MASKED == 5
	case 19:
		pc_call_clear_dirty_masked();
		break;
#endif
#if PC_PARAMS_ZAP_COLLAPSIBLE_SPTE_RANGE == 3
	case 20:
		pc_call_root_collapse();
		break;
#endif
#if PC_PARAMS_KVM_TDP_MMU_ZAP_COLLAPSIBLE_SPTES == 2
	case 21:
		pc_call_collapse();
		break;
#endif
#if PC_PARAMS_WRITE_PROTECT_GFN == 4
	case 22:
		pc_call_root_write_protect_gfn();
		break;
#endif
#if PC_PARAMS_KVM_TDP_MMU_WRITE_PROTECT_GFN == 4
	case 23:
		pc_call_write_protect_gfn();
		break;
#endif
#if PC_PARAMS_KVM_TDP_MMU_GET_WALK == 4
	case 24:
		pc_call_get_walk();
		break;
#endif
#if PC_PARAMS_KVM_TDP_MMU_FAST_PF_GET_LAST_SPTEP == 3
	case 25:
		pc_call_last_sptep();
		break;
#endif
#if PC_PARAMS_KVM_TDP_MMU_MAP == 2
	case 26:
		pc_call_map();
		break;
#endif
#if PC_PARAMS_KVM_TDP_MMU_ALLOC_ROOT == 1 || PC_PARAMS_KVM_TDP_MMU_GET_VCPU_ROOT_HPA == 1
	case 27:
		pc_call_alloc_root();
		break;
#endif
#if PC_PARAMS_KVM_TDP_MMU_PUT_ROOT == 2 || PC_PARAMS_KVM_TDP_MMU_PUT_ROOT == 3
	case 28:
		pc_call_put_root();
		break;
#endif
#if PC_PARAMS_KVM_TDP_MMU_SET_SPTE_GFN == 2
	case 29:
		pc_call_set_spte_gfn();
		break;
#endif
#if PC_PARAMS_KVM_MMU_UNINIT_TDP_MMU == 1
	case 30:
		pc_call_uninit();
		break;
#endif
	default:
		pc_unbuildable(PC_BAD_ENTRY);
	}
}
