/* The final state: roots, every page table that was ever there, counters, what is still held. */

static unsigned char *pc_reached, *pc_oddities;

/* The page table that a present, non-leaf SPTE points to, or -1. */
static long pc_child_of(pc_u64 spte, int level)
{
	unsigned long table;

	if (!(spte & SPTE_MMU_PRESENT_MASK) || level <= PG_LEVEL_4K || (spte & PT_PAGE_SIZE_MASK))
		return -1;
	table = ((spte & SPTE_BASE_ADDR_MASK) - PC_TABLES_PA) >> 12;
	return table < pc_table_count ? (long)table : -1;
}


static int pc_odd_root(const struct kvm_mmu_page *root)
{
	return (root->tdp_mmu_page ? 0 : PC_ODD_KIND) | (root->gfn ? PC_ODD_GFN : 0);
}

/* What is wrong with the kvm_mmu_page of a table that is linked at an SPTE of its parent. */
static int pc_odd(const struct kvm_mmu_page *sp, const struct kvm_mmu_page *parent, const pc_u64 *sptep, gfn_t gfn)
{
	union kvm_mmu_page_role role;
	int odd = 0;

	if (!sp)
		return PC_ODD_SP;
	if (!sp->tdp_mmu_page)
		odd |= PC_ODD_KIND;
	if (!parent)
		return odd;
	role = parent->role;
	role.level--;
	/* Roots are made invalid alone. */
	role.invalid = sp->role.invalid;
	if (role.word != sp->role.word)
		odd |= PC_ODD_ROLE;
	if (sp->gfn != gfn)
		odd |= PC_ODD_GFN;
	if ((const pc_u64 *)sp->ptep != sptep)
		odd |= PC_ODD_PTEP;
	return odd;
}

#define PC_BITS(i) (spt[i] ^ SHADOW_NONPRESENT_VALUE)

/* The first entry from i on that is not plainly non-present. Most are, so they are looked at by eights. */
static int pc_filled(const pc_u64 *spt, int i)
{
	while (i + 7 <= PC_LAST_ENTRY &&
	       !(PC_BITS(i) | PC_BITS(i + 1) | PC_BITS(i + 2) | PC_BITS(i + 3) | PC_BITS(i + 4) | PC_BITS(i + 5) |
		 PC_BITS(i + 6) | PC_BITS(i + 7)))
		i += 8;
	while (i <= PC_LAST_ENTRY && !PC_BITS(i))
		i++;
	return i;
}

static void pc_reach(unsigned long table, int level)
{
	const pc_u64 *spt = (const pc_u64 *)(pc_tables_base + table * 4096);
	const struct kvm_mmu_page *sp = pc_sp_of_table(table);
	int i;

	pc_reached[table] = 1;
	if (level <= PG_LEVEL_4K)
		return;
	for (i = pc_filled(spt, 0); i <= PC_LAST_ENTRY; i = pc_filled(spt, i + 1)) {
		long child = pc_child_of(spt[i], level);

		if (child < 0 || pc_reached[child] || pc_table_state[child] != PC_LIVE)
			continue;
		pc_oddities[child] = pc_odd(pc_sp_of_table(child), sp, &spt[i],
					    sp ? sp->gfn + (gfn_t)i * KVM_PAGES_PER_HPAGE(level) : 0);
		pc_reach(child, level - 1);
	}
}

/* Entries that are not plainly non-present, as runs in which each differs from the last by the same (as after a split). */
static void pc_dump_table(unsigned long table)
{
	const pc_u64 *spt = (const pc_u64 *)(pc_tables_base + table * 4096);
	struct kvm_mmu_page *sp = pc_sp_of_table(table);
	int how = pc_table_state[table] | (pc_reached[table] ? 4 : 0), runs = 0, i;
	pc_u64 at = pc_out[PC_OUT_USED];

	if (pc_table_state[table] == PC_FREED) {
		pc_word(pc_head(PC_FINAL_TABLE, how, 1, 0, table));
		return;
	}
	if (sp && PC_NX_DISALLOWED(sp))
		how |= 8;
	/* As many runs of one as entries, or fewer of three words each for at least two. */
	if (at + 3 + 2 * (PC_LAST_ENTRY + 1) > PC_OUT_WORDS) {
		pc_out[PC_OUT_LOST] += 3;
		return;
	}
	pc_out[at + 1] = sp ? (pc_u64)sp->role.level | (pc_u64)pc_oddities[table] << 8 : PC_ODD_SP << 8;
	pc_out[at + 2] = sp ? sp->gfn : 0;
	pc_out[PC_OUT_USED] = at + 3;
	for (i = pc_filled(spt, 0); i <= PC_LAST_ENTRY; i = pc_filled(spt, i)) {
		int first = i++;
		pc_u64 step;

		step = i <= PC_LAST_ENTRY ? spt[i] - spt[first] : 0;
		while (i <= PC_LAST_ENTRY && spt[i] != SHADOW_NONPRESENT_VALUE && spt[i] - spt[i - 1] == step)
			i++;
		pc_word((pc_u64)first | (pc_u64)(i - first) << 16);
		pc_word(spt[first]);
		if (i - first > 1)
			pc_word(step);
		runs++;
	}
	pc_out[at] = pc_head(PC_FINAL_TABLE, how, 1, runs, table);
}

static void pc_dump_counter(int which, pc_u64 value)
{
	pc_word(pc_head(PC_FINAL_COUNTER, 0, 1, which, 0));
	pc_word(value);
}

static inline pc_u64 pc_pages_counted(atomic64_t *pages)
{
	return pages->counter;
}

static inline pc_u64 pc_pages_listed(struct list_head *pages)
{
	struct list_head *at;
	pc_u64 n = 0;

	for (at = pages->next; at != pages; at = at->next)
		n++;
	return n;
}

static int pc_root_flags(const struct kvm_mmu_page *root)
{
	int flags = 0;

	if (root->role.smm)
		flags |= PC_ROOT_SMM;
	if (root->role.guest_mode)
		flags |= PC_ROOT_GUEST_MODE;
	if (root->role.invalid)
		flags |= PC_ROOT_INVALID;
#ifdef PC_HAVE_SCHEDULED_ROOT_TO_ZAP
	if (root->tdp_mmu_scheduled_root_to_zap)
		flags |= PC_ROOT_SCHEDULED;
#endif
	return flags;
}

void pc_dump(void)
{
	struct kvm_mmu_page *root;
	struct rcu_head *head;
	unsigned long i;
	pc_u64 n;

	pc_recording = 0;
	pc_threads_run = 0;
	if (!pc_kvm || pc_out[PC_OUT_STATUS] == PC_STATUS_UNBUILDABLE)
		return;
	if (pc_out[PC_OUT_STATUS] == PC_STATUS_RUNNING)
		pc_out[PC_OUT_STATUS] = PC_STATUS_STOPPED;
	pc_count_store(pc_out[PC_OUT_STATUS] == PC_STATUS_DONE);
	pc_reached = pc_object(pc_table_count);
	pc_oddities = pc_object(pc_table_count);
	list_for_each_entry(root, &pc_kvm->arch.tdp_mmu_roots, link) {
		long header = pc_header_of(root);

		if (header < 0 || pc_header_state[header] != PC_LIVE || !pc_is_spte(root->spt)) {
			pc_word(pc_head(PC_FINAL_ROOT, 1, 1, 0, header < 0 ? 0 : header));
			pc_word(0);
			break;
		}
		if (pc_reached[pc_table_of(root->spt)])
			break;
		pc_oddities[pc_table_of(root->spt)] = pc_odd_root(root);
		pc_reach(pc_table_of(root->spt), root->role.level);
		pc_word(pc_head(PC_FINAL_ROOT, 0, 1, 0, pc_table_of(root->spt)));
		pc_word((pc_u64)(unsigned int)root->tdp_mmu_root_count.refs.counter |
			(pc_u64)root->role.level << 32 | (pc_u64)pc_root_flags(root) << 40);
	}
	for (i = 0; i < pc_table_count; i++)
		pc_dump_table(i);
	for (i = 0; i < pc_header_count; i++) {
		unsigned int table = pc_table_of_header(i);

		if (table == i + 1 && pc_header_state[i] == pc_table_state[i])
			continue;
		pc_word(pc_head(PC_FINAL_HEADER, 0, 1, pc_header_state[i] == PC_FREED, i));
		pc_word((pc_u64)table - 1);
	}
	for (i = 0; i < 3; i++)
		pc_dump_counter(PC_COUNTER_PAGES_4K + i, pc_kvm->stat.pages[i].counter - pc_first_pages[i]);
	pc_dump_counter(PC_COUNTER_TDP_MMU_PAGES,
			_Generic(&pc_kvm->arch.tdp_mmu_pages, atomic64_t *: pc_pages_counted,
				 struct list_head *: pc_pages_listed)(&pc_kvm->arch.tdp_mmu_pages) -
				pc_first_table_pages);
	pc_dump_counter(PC_COUNTER_TABLE_PAGES, pc_table_pages - pc_first_table_pages);
	pc_dump_counter(PC_COUNTER_NX_SPLITS, pc_kvm->stat.nx_lpage_splits - pc_first_splits);
	pc_dump_counter(PC_COUNTER_NX_TRACKED, pc_pages_listed(PC_NX_LIST(pc_kvm)) - pc_first_splits);
	pc_dump_counter(PC_COUNTER_VM_BUGGED, pc_kvm->vm_bugged);
	pc_dump_counter(PC_COUNTER_RCU_DEPTH, pc_rcu_depth);
	for (n = 0, head = pc_rcu_first; head; head = head->next)
		n++;
	pc_dump_counter(PC_COUNTER_RCU_PENDING, n + pc_callback_count);
	pc_dump_counter(PC_COUNTER_MMIO_CREATED, pc_vcpu ? pc_vcpu->stat.pf_mmio_spte_created : 0);
	for (i = 0; i < (unsigned long)pc_held_count; i++)
		pc_word(pc_head(PC_FINAL_LOCK, pc_held[i].mode, 1,
				pc_held[i].lock == &pc_kvm->mmu_lock		     ? 1 :
				pc_held[i].lock == &pc_kvm->arch.tdp_mmu_pages_lock ? 2 :
										       0,
				0));
}
