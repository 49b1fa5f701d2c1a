/*
 * Steps of other CPUs on one SPTE: what hardware and lockless code may do, whoever holds mmu_lock. Each is listed with
 * its source in rely/rules.ts. A step that the state does not allow is not taken. Known gap: Accessed bits of non-leaf
 * SPTEs, which KVM does not look at, are not set.
 */

static int pc_holds(pc_u64 spte, int level)
{
	if (spte == SHADOW_NONPRESENT_VALUE)
		return PC_HOLDS_NOTHING;
	if (spte == FROZEN_SPTE)
		return PC_HOLDS_FROZEN;
	if (!is_shadow_present_pte(spte))
		return PC_HOLDS_MMIO;
	return is_last_spte(spte, level) ? PC_HOLDS_LEAF : PC_HOLDS_TABLE;
}

/*
 * May a CPU still come to the table? Through the valid root above it; or, where the way was cut, as long as no TLB flush
 * came after ("both Intel and AMD document that A/D assists can use upper-level PxE entries that are cached in the TLB").
 * No vCPU runs on an invalid root: those that did were made to leave the guest before mmu_lock was dropped.
 */
static int pc_reachable_by_cpu(unsigned long table)
{
	int depth;

	for (depth = 0; depth < PT64_ROOT_MAX_LEVEL; depth++) {
		struct kvm_mmu_page *sp;

		if (table >= pc_table_count || pc_table_state[table] != PC_LIVE)
			return 0;
		if (pc_table_cut[table] && pc_table_cut[table] - 1 < pc_flushes)
			return 0;
		sp = pc_sp_of_table(table);
		if (!sp)
			return 0;
		if (!sp->ptep)
			return !sp->role.invalid;
		table = pc_table_of((const void *)sp->ptep);
	}
	return 0;
}

/* What the step makes of an SPTE, or the SPTE itself where it is not legal. */
static pc_u64 pc_step_value(int step, pc_u64 spte, const struct kvm_mmu_page *sp, gfn_t gfn)
{
	const struct kvm_memory_slot *slot;
	int level = sp->role.level;

	if (!is_shadow_present_pte(spte) || !is_last_spte(spte, level))
		return spte;
	switch (step) {
	case PC_STEP_ACCESSED:
		return spte_ad_enabled(spte) ? spte | shadow_accessed_mask : spte;
	case PC_STEP_DIRTY:
		if (!spte_ad_enabled(spte) || !is_writable_pte(spte))
			return spte;
		return spte | shadow_dirty_mask | shadow_accessed_mask;
	case PC_STEP_FAST_WRITE:
		slot = pc_slot_with(sp->role.smm ? 1 : 0, gfn);
		if (!slot || is_writable_pte(spte) || !(spte & shadow_mmu_writable_mask) || !shadow_mmu_writable_mask)
			return spte;
		/* "Do not fix write-permission on the large spte when dirty logging is enabled." */
		if (level > PG_LEVEL_4K && kvm_slot_dirty_track_enabled(slot))
			return spte;
		if (!pc_ad_bits && is_access_track_spte(spte))
			spte = restore_acc_track_spte(spte);
		return spte | PT_WRITABLE_MASK;
	case PC_STEP_FAST_ACCESS:
		if (pc_ad_bits || !is_access_track_spte(spte))
			return spte;
		return restore_acc_track_spte(spte);
	case PC_STEP_AGE:
#ifdef CONFIG_KVM_MMU_LOCKLESS_AGING
		return spte_ad_enabled(spte) ? spte & ~shadow_accessed_mask : spte;
#else
		return spte;
#endif
	}
	return spte;
}

/* Takes a step; says whether it was legal. */
static int pc_step(int step, volatile pc_u64 *sptep)
{
	unsigned long table = pc_table_of(sptep);
	int index = (int)((unsigned long)sptep >> 3 & PC_LAST_ENTRY);
	struct kvm_mmu_page *sp;
	pc_u64 from, to;
	gfn_t gfn;

	if (!pc_is_spte(sptep) || table >= pc_table_count || pc_table_state[table] != PC_LIVE)
		return 0;
	sp = pc_sp_of_table(table);
	if (!sp || !pc_reachable_by_cpu(table))
		return 0;
	gfn = sp->gfn + (gfn_t)index * KVM_PAGES_PER_HPAGE(sp->role.level);
	from = *sptep;
	to = pc_step_value(step, from, sp, gfn);
	if (to == from)
		return 0;
	*sptep = to;
	pc_relaxed = 0;
	pc_event(pc_head(PC_EVENT_STEP, step, 1, index, table), 2, from, to);
	/* fast_pf_fix_direct_spte(): "mark_page_dirty_in_slot" where the SPTE became writable. */
	if (step == PC_STEP_FAST_WRITE)
		mark_page_dirty_in_slot(pc_kvm, pc_slot_with(sp->role.smm ? 1 : 0, gfn), gfn);
	return 1;
}

/* The SPTE of a scenario's root for a gfn at a level, as the tables are now; NULL where none is linked. */
static volatile pc_u64 *pc_sptep_at(pc_u64 root, int level, gfn_t gfn)
{
	struct kvm_mmu_page *sp;

	if (root >= (pc_u64)pc_root_count || pc_header_state[pc_header_of(pc_roots[root])] != PC_LIVE)
		return NULL;
	sp = pc_roots[root];
	while (sp && sp->role.level > level) {
		long child = pc_child_of(sp->spt[gfn >> ((int)sp->role.level - 1) * SPTE_LEVEL_BITS & PC_LAST_ENTRY], sp->role.level);

		sp = child < 0 || pc_table_state[child] != PC_LIVE ? NULL : pc_sp_of_table(child);
	}
	return sp && sp->role.level == level ? &sp->spt[gfn >> (level - 1) * SPTE_LEVEL_BITS & PC_LAST_ENTRY] : NULL;
}
