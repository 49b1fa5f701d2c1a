/* The scenario in memory: VM, slots, roots and page tables, through the tree's own fields and masks. */

static void pc_unbuildable(int why)
{
	pc_out[PC_OUT_STATUS] = PC_STATUS_UNBUILDABLE;
	pc_out[PC_OUT_DETAIL] = why;
	pc_trap(PC_TRAP_UNBUILDABLE);
}

#define PC_MAX_ROOTS 16

static struct kvm_mmu_page *pc_roots[PC_MAX_ROOTS];
static int pc_root_count;

/* Statistics at the start: what comes out is the change. */
static pc_u64 pc_first_pages[3], pc_first_table_pages, pc_first_splits;

static pc_u64 pc_input(pc_u64 at)
{
	if (at >= pc_in[PC_IN_LENGTH] || at >= PC_IN_WORDS)
		pc_unbuildable(PC_BAD_INPUT);
	return pc_in[at];
}

static pc_u64 pc_leaf_value(int flags, pc_u64 pfn, union kvm_mmu_page_role role, int level)
{
	pc_u64 spte = SPTE_MMU_PRESENT_MASK | shadow_present_mask | shadow_user_mask | pfn << PAGE_SHIFT;
	bool device = pc_is_device(pfn);

	if (pfn & (KVM_PAGES_PER_HPAGE(level) - 1) || level > PG_LEVEL_1G)
		pc_unbuildable(PC_BAD_LEAF);
	if (role.ad_disabled)
		spte |= SPTE_TDP_AD_DISABLED;
	else if (role.guest_mode && kvm_x86_ops.cpu_dirty_log_size)
		spte |= SPTE_TDP_AD_WRPROT_ONLY;
	spte |= flags & PC_LEAF_EXECUTABLE ? shadow_x_mask : shadow_nx_mask;
	if (level > PG_LEVEL_4K)
		spte |= PT_PAGE_SIZE_MASK;
	if (shadow_memtype_mask)
		spte |= STATIC_CALL_TRAMP(kvm_x86_get_mt_mask)(NULL, 0, device);
	if (!device)
		spte |= shadow_me_value;
	if (flags & PC_LEAF_WRITABLE)
		spte |= PT_WRITABLE_MASK;
	if (flags & PC_LEAF_MMU_WRITABLE)
		spte |= shadow_mmu_writable_mask;
	if (flags & PC_LEAF_HOST_WRITABLE)
		spte |= shadow_host_writable_mask;
	if (flags & PC_LEAF_ACCESSED)
		spte |= shadow_accessed_mask;
	if (flags & PC_LEAF_DIRTY)
		spte |= shadow_dirty_mask;
	if (flags & PC_LEAF_ACCESS_TRACKED) {
		if (!shadow_acc_track_mask || !role.ad_disabled || (flags & PC_LEAF_WRITABLE))
			pc_unbuildable(PC_BAD_LEAF);
		spte |= (spte & SHADOW_ACC_TRACK_SAVED_BITS_MASK) << SHADOW_ACC_TRACK_SAVED_BITS_SHIFT;
		spte &= ~shadow_acc_track_mask;
	}
	return spte;
}

/* As make_mmio_spte() lays it out. */
static pc_u64 pc_mmio_value(pc_u64 generation, int writable, pc_u64 gfn)
{
	pc_u64 access = ACC_ALL & shadow_mmio_access_mask;

	if (!shadow_mmio_value)
		pc_unbuildable(PC_BAD_MMIO);
	if (!writable)
		access &= ~(pc_u64)ACC_WRITE_MASK;
	return (generation << MMIO_SPTE_GEN_LOW_SHIFT & MMIO_SPTE_GEN_LOW_MASK) |
	       (generation << MMIO_SPTE_GEN_HIGH_SHIFT & MMIO_SPTE_GEN_HIGH_MASK) | shadow_mmio_value |
	       access | gfn << PAGE_SHIFT | shadow_nonpresent_or_rsvd_mask |
	       (gfn << PAGE_SHIFT & shadow_nonpresent_or_rsvd_mask) << SHADOW_NONPRESENT_OR_RSVD_MASK_LEN;
}

static struct kvm_mmu_page *pc_new_sp(union kvm_mmu_page_role role, gfn_t gfn, u64 *sptep)
{
	struct kvm_mmu_page *sp = pc_new_header();

	sp->spt = pc_new_table(SHADOW_NONPRESENT_VALUE);
	INIT_LIST_HEAD(PC_NX_LINK(sp));
	set_page_private(virt_to_page(sp->spt), (unsigned long)sp);
	sp->role = role;
	sp->gfn = gfn;
	sp->ptep = (tdp_ptep_t)sptep;
	sp->tdp_mmu_page = true;
	return sp;
}

static inline void pc_count_page(atomic64_t *pages, struct kvm_mmu_page *sp)
{
	pages->counter++;
}

static inline void pc_list_page(struct list_head *pages, struct kvm_mmu_page *sp)
{
	list_add(&sp->link, pages);
}

static void pc_account_sp(struct kvm_mmu_page *sp)
{
	/* A counter in newer trees, a list in older. */
	_Generic(&pc_kvm->arch.tdp_mmu_pages, atomic64_t *: pc_count_page, struct list_head *: pc_list_page)(
		&pc_kvm->arch.tdp_mmu_pages, sp);
	pc_table_pages++;
}

/* A leaf, or several at even distances whose pages lie as far apart as their gfns do. */
static void pc_build_leaves(struct kvm_mmu_page *sp, pc_u64 entry, pc_u64 pfn, union kvm_mmu_page_role role)
{
	int first = (int)(entry & 0xffff), flags = (int)(entry >> 24 & 0xff), level = role.level, i;
	int more = (int)(entry >> 32 & 0xffff), step = (int)(entry >> 48) + 1;
	pc_u64 pages = (pc_u64)step * KVM_PAGES_PER_HPAGE(level);

	if (more > PC_LAST_ENTRY || (pc_u64)first + (pc_u64)more * step > PC_LAST_ENTRY)
		pc_unbuildable(PC_BAD_TABLE);
	for (i = 0; i <= more; i++, pfn += pages)
		sp->spt[first + i * step] = pc_leaf_value(flags, pfn, role, level);
	pc_kvm->stat.pages[level - 1].counter += more + 1;
}

/* Fills sp's table from the input; gives back where the input goes on. */
static pc_u64 pc_build_table(struct kvm_mmu_page *sp, union kvm_mmu_page_role role, gfn_t gfn, pc_u64 at)
{
	pc_u64 head = pc_input(at++), count = head & 0xffffffff, i;
	int level = role.level;

	if (head >> 32 & PC_TABLE_NX_DISALLOWED) {
		PC_NX_DISALLOWED(sp) = true;
		pc_track_nx(pc_kvm, sp);
	}
	for (i = 0; i < count; i++) {
		pc_u64 entry = pc_input(at), payload = pc_input(at + 1), value = 0;
		int index = (int)(entry & 0xffff), kind = (int)(entry >> 16 & 0xff);
		int flags = (int)(entry >> 24 & 0xff);
		gfn_t where = gfn + (gfn_t)index * KVM_PAGES_PER_HPAGE(level);

		at += 2;
		if (index > PC_LAST_ENTRY)
			pc_unbuildable(PC_BAD_TABLE);
		if (kind == PC_ENTRY_LEAF) {
			pc_build_leaves(sp, entry, payload, role);
			continue;
		} else if (kind == PC_ENTRY_MMIO) {
			if (level != PG_LEVEL_4K)
				pc_unbuildable(PC_BAD_MMIO);
			value = pc_mmio_value(payload, flags & PC_LEAF_WRITABLE, where);
		} else if (kind == PC_ENTRY_FROZEN) {
			value = FROZEN_SPTE;
		} else if (kind == PC_ENTRY_TABLE && level > PG_LEVEL_4K) {
			union kvm_mmu_page_role child_role = role;
			struct kvm_mmu_page *child;

			child_role.level--;
			child = pc_new_sp(child_role, where, &sp->spt[index]);
			at = pc_build_table(child, child_role, where, at);
			pc_account_sp(child);
			value = SPTE_MMU_PRESENT_MASK | __pa(child->spt) | shadow_present_mask | PT_WRITABLE_MASK |
				shadow_user_mask | shadow_x_mask | shadow_me_value |
				(pc_ad_bits ? shadow_accessed_mask : SPTE_TDP_AD_DISABLED);
		} else {
			pc_unbuildable(PC_BAD_TABLE);
		}
		sp->spt[index] = value;
	}
	return at;
}

static union kvm_mmu_page_role pc_root_role(int level, int smm, int guest_mode)
{
	union kvm_mmu_page_role role;

	pc_zero(&role, sizeof(role));
	role.level = level;
	role.direct = 1;
	role.access = ACC_ALL;
	role.efer_nx = 1;
	role.cr0_wp = 1;
	role.smm = smm;
	role.guest_mode = guest_mode;
	role.ad_disabled = !pc_ad_bits;
	return role;
}

static pc_u64 pc_build_root(pc_u64 at)
{
	pc_u64 head = pc_input(at), references = pc_input(at + 1);
	int flags = (int)(head >> 8 & 0xff), owned;
	union kvm_mmu_page_role role;
	struct kvm_mmu_page *root;

	if (pc_root_count >= PC_MAX_ROOTS)
		pc_unbuildable(PC_BAD_ROOT);
	role = pc_root_role(head & 0xff, (flags & PC_ROOT_SMM) != 0, (flags & PC_ROOT_GUEST_MODE) != 0);
	root = pc_new_sp(role, 0, NULL);
	at = pc_build_table(root, role, 0, at + 2);
	owned = !(flags & PC_ROOT_INVALID);
	if (flags & PC_ROOT_INVALID)
		root->role.invalid = 1;
	if (flags & PC_ROOT_SCHEDULED) {
#ifdef PC_HAVE_SCHEDULED_ROOT_TO_ZAP
		root->tdp_mmu_scheduled_root_to_zap = true;
#endif
		owned = 1;
	}
	if (references + owned == 0)
		pc_unbuildable(PC_BAD_ROOT);
	root->tdp_mmu_root_count.refs.counter = (int)references + owned;
	list_add_tail(&root->link, &pc_kvm->arch.tdp_mmu_roots);
	pc_roots[pc_root_count++] = root;
	return at;
}

/* A slot hangs in the tree of its address space's slots, sorted by gfn; the tree need not be balanced. */
static void pc_insert_slot(struct kvm_memslots *slots, struct kvm_memory_slot *slot)
{
	struct rb_node **link = &slots->gfn_tree.rb_node, *parent = NULL;
	int set = slots->node_idx;

	while (*link) {
		parent = *link;
		link = slot->base_gfn < container_of(parent, struct kvm_memory_slot, gfn_node[set])->base_gfn ?
			       &parent->rb_left :
			       &parent->rb_right;
	}
	rb_link_node(&slot->gfn_node[set], parent, link);
}

static void pc_build_slot(pc_u64 at)
{
	pc_u64 head = pc_input(at);
	struct kvm_memory_slot *slot;

	if (pc_slot_count >= PC_MAX_SLOTS || (head & 0xff) > 1)
		pc_unbuildable(PC_BAD_INPUT);
	slot = pc_object(sizeof(*slot));
	slot->as_id = head & 0xff;
	slot->flags = head >> 8 & 0xff ? KVM_MEM_LOG_DIRTY_PAGES : 0;
	slot->base_gfn = pc_input(at + 1);
	slot->npages = pc_input(at + 2);
	slot->id = pc_slot_count;
	pc_slot_level[pc_slot_count] = head >> 16 & 0xff;
	pc_insert_slot(&pc_kvm->__memslots[slot->as_id][0], slot);
	pc_slots[pc_slot_count++] = slot;
}

static void pc_build(void)
{
	pc_u64 at, i;

	if (pc_in[PC_IN_MAGIC] != PC_MAGIC || pc_in[PC_IN_LENGTH] > PC_IN_WORDS)
		pc_unbuildable(PC_BAD_INPUT);
	pc_configure();
	pc_report_masks();

	pc_kvm = pc_object(sizeof(*pc_kvm));
	refcount_set(&pc_kvm->users_count, 1);
	pc_kvm->created_vcpus = 1;
	INIT_LIST_HEAD(PC_NX_LIST(pc_kvm));
	for (i = 0; i < KVM_MAX_NR_ADDRESS_SPACES; i++) {
		pc_kvm->memslots[i] = &pc_kvm->__memslots[i][0];
		pc_kvm->__memslots[i][1].node_idx = 1;
	}
#ifdef PC_HAVE_KVM_ARCH_SHADOW_MMIO_VALUE
	pc_kvm->arch.shadow_mmio_value = shadow_mmio_value;
#endif
	kvm_mmu_init_tdp_mmu(pc_kvm);

	at = pc_in[PC_IN_SLOTS_AT];
	for (i = 0; i < pc_in[PC_IN_SLOTS]; i++)
		pc_build_slot(at + i * PC_SLOT_WORDS);
	at = pc_in[PC_IN_ROOTS_AT];
	for (i = 0; i < pc_in[PC_IN_ROOTS]; i++)
		at = pc_build_root(at);

	pc_rules = &pc_in[pc_in[PC_IN_RULES_AT]];
	pc_rule_count = pc_in[PC_IN_RULES];
	pc_polls_matter = pc_rule_count || pc_in[PC_IN_BESIDE_AT];
	if (pc_rule_count)
		pc_input(pc_in[PC_IN_RULES_AT] + pc_rule_count * PC_RULE_WORDS - 1);
	if (pc_rule_count > PC_MAX_RULES)
		pc_unbuildable(PC_BAD_INPUT);
	for (i = 0; i < pc_rule_count; i++) {
		pc_rule_done[i] = 0;
		if (pc_rules[i * PC_RULE_WORDS + 6] >= PC_ACTION_STEP && pc_rules[i * PC_RULE_WORDS + 6] != PC_ACTION_LEAVE)
			pc_actions++;
	}
	pc_actions_left = pc_actions;
	pc_report_places = (pc_in[PC_IN_OPTIONS] & PC_OPTION_PLACES) != 0;

	pc_watched_base = (unsigned long)&pc_kvm->stat.pages[0];
	pc_watched_bytes = sizeof(pc_kvm->stat.pages);
	pc_out[PC_OUT_FIRST_TABLES] = pc_table_count;
	for (i = 0; i < 3; i++)
		pc_first_pages[i] = pc_kvm->stat.pages[i].counter;
	pc_first_table_pages = pc_table_pages;
	pc_first_splits = pc_kvm->stat.nx_lpage_splits;
}

/* A vCPU that runs on a root. */
static struct kvm_vcpu *pc_vcpu_on(struct kvm_mmu_page *root)
{
	struct kvm_mmu *mmu;

	if (!pc_vcpu) {
		pc_vcpu = pc_object(sizeof(*pc_vcpu));
		pc_vcpu->kvm = pc_kvm;
	}
	mmu = &pc_vcpu->arch.root_mmu;
	pc_vcpu->arch.mmu = mmu;
	if (root) {
		mmu->root.hpa = __pa(root->spt);
		mmu->root_role = root->role;
	}
	return pc_vcpu;
}
