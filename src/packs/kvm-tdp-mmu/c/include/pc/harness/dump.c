/* The final state: roots, every page table that was ever there, counters, what is still held. */

static unsigned char *pc_reached;

/* The page table that a present, non-leaf SPTE points to, or -1. */
static long pc_child_of(pc_u64 spte, int level)
{
	unsigned long table;

	if (!(spte & SPTE_MMU_PRESENT_MASK) || level <= PG_LEVEL_4K || (spte & PT_PAGE_SIZE_MASK))
		return -1;
	table = ((spte & SPTE_BASE_ADDR_MASK) - PC_TABLES_PA) >> 12;
	return table < pc_table_count ? (long)table : -1;
}


static void pc_reach(unsigned long table, int level)
{
	const pc_u64 *spt = (const pc_u64 *)(pc_tables_base + table * 4096);
	int i;

	if (pc_reached[table] || pc_table_state[table] != PC_LIVE)
		return;
	pc_reached[table] = 1;
	if (level <= PG_LEVEL_4K)
		return;
	for (i = 0; i < 512; i++) {
		long child = pc_child_of(spt[i], level);

		if (child >= 0)
			pc_reach(child, level - 1);
	}
}

static void pc_dump_table(unsigned long table)
{
	const pc_u64 *spt = (const pc_u64 *)(pc_tables_base + table * 4096);
	struct kvm_mmu_page *sp = pc_sp_of_table(table);
	int how = pc_table_state[table] | (pc_reached[table] ? 4 : 0), count = 0, i;
	pc_u64 at, bits;

	if (pc_table_state[table] == PC_FREED) {
		pc_word(pc_head(PC_FINAL_TABLE, how, 1, 0, table));
		return;
	}
	if (sp && PC_NX_DISALLOWED(sp))
		how |= 8;
	at = pc_out[PC_OUT_USED];
	if (at + 11 + 512 > PC_OUT_WORDS) {
		pc_out[PC_OUT_LOST] += 11;
		return;
	}
	pc_out[at + 1] = sp ? (pc_u64)sp->role.level | (pc_u64)sp->role.word << 32 : 0;
	pc_out[at + 2] = sp ? sp->gfn : 0;
	for (bits = 0, i = 0; i < 512; i++) {
		if (spt[i] != SHADOW_NONPRESENT_VALUE) {
			bits |= 1ULL << (i & 63);
			pc_out[at + 11 + count++] = spt[i];
		}
		if ((i & 63) == 63) {
			pc_out[at + 3 + (i >> 6)] = bits;
			bits = 0;
		}
	}
	pc_out[at] = pc_head(PC_FINAL_TABLE, how, 1, count, table);
	pc_out[PC_OUT_USED] = at + 11 + count;
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

void pc_dump(void)
{
	struct kvm_mmu_page *root;
	struct rcu_head *head;
	unsigned long i;
	pc_u64 n;

	pc_recording = 0;
	if (!pc_kvm || pc_out[PC_OUT_STATUS] == PC_STATUS_UNBUILDABLE)
		return;
	if (pc_out[PC_OUT_STATUS] == PC_STATUS_RUNNING)
		pc_out[PC_OUT_STATUS] = PC_STATUS_STOPPED;
	pc_count_store(pc_out[PC_OUT_STATUS] == PC_STATUS_DONE);
	pc_out[PC_OUT_TABLES] = pc_table_count;
	pc_out[PC_OUT_HEADERS] = pc_header_count;

	pc_reached = pc_object(pc_table_count);
	list_for_each_entry(root, &pc_kvm->arch.tdp_mmu_roots, link) {
		if (!pc_is_spte(root->spt))
			continue;
		pc_reach(pc_table_of(root->spt), root->role.level);
#ifdef PC_HAVE_SCHEDULED_ROOT_TO_ZAP
		pc_word(pc_head(PC_FINAL_ROOT, root->tdp_mmu_scheduled_root_to_zap, 1, 0,
				pc_table_of(root->spt)));
#else
		pc_word(pc_head(PC_FINAL_ROOT, 0, 1, 0, pc_table_of(root->spt)));
#endif
		pc_word((pc_u64)(unsigned int)root->tdp_mmu_root_count.refs.counter |
			(pc_u64)root->role.word << 32);
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
	pc_dump_counter(PC_COUNTER_RCU_PENDING, n);
	pc_dump_counter(PC_COUNTER_MMIO_CREATED, pc_vcpu ? pc_vcpu->stat.pf_mmio_spte_created : 0);
	for (i = 0; i < (unsigned long)pc_held_count; i++)
		pc_word(pc_head(PC_FINAL_LOCK, pc_held[i].mode, 1,
				pc_held[i].lock == &pc_kvm->mmu_lock		     ? 1 :
				pc_held[i].lock == &pc_kvm->arch.tdp_mmu_pages_lock ? 2 :
										       0,
				0));
}
