/* Accesses to page-table entries: counted, checked, and their changes reported. */

static unsigned long pc_relaxed; /* cpu_relax() calls since anything changed, of one task */
static unsigned int pc_spins; /* and of both threads */

/* Out of line: never on the way of an access that is right. */
static void pc_bad_table(const volatile void *p, const char *function)
{
	pc_rule(pc_table_of(p) >= pc_table_count ? "access past the last page table" : "access to a freed page table",
		function);
}

#define PC_TABLE_LIVES(p) (pc_table_state[((unsigned long)(p) - pc_tables_base) >> 12] == PC_LIVE)

void pc_spte_read(const volatile void *p)
{
	PC_OTHERS(PC_PLACE_READ, (const volatile pc_u64 *)p);
	if (!PC_TABLE_LIVES(p))
		pc_bad_table(p, "READ_ONCE");
	if (pc_removed) {
		pc_count.removed_reads++;
		return;
	}
	pc_count.reads++;
	pc_at_spte = (const volatile pc_u64 *)p;
}

static int pc_place_of(int how)
{
	switch (how) {
	case PC_HOW_WRITE:
		return PC_PLACE_WRITE;
	case PC_HOW_XCHG:
		return PC_PLACE_XCHG;
	case PC_HOW_CMPXCHG:
		return PC_PLACE_CMPXCHG;
	}
	return PC_PLACE_AND;
}

pc_u64 pc_spte_before(int how, const volatile void *p)
{
	PC_OTHERS(pc_place_of(how), (const volatile pc_u64 *)p);
	if (!PC_TABLE_LIVES(p))
		pc_bad_table(p, how == PC_HOW_WRITE ? "WRITE_ONCE" : how == PC_HOW_XCHG ? "xchg" : "cmpxchg");
	return *(const volatile pc_u64 *)p;
}

/* From when on can no CPU walk into the table that `from` linked, but through what it has cached? */
static void pc_note_cut(pc_u64 from, pc_u64 to)
{
	unsigned long table = ((from & SPTE_BASE_ADDR_MASK) - PC_TABLES_PA) >> 12;

	if ((from & SPTE_MMU_PRESENT_MASK) && table < pc_table_count &&
	    (!(to & SPTE_MMU_PRESENT_MASK) || ((from ^ to) & SPTE_BASE_ADDR_MASK)))
		pc_table_cut[table] = pc_flushes + 1;
	table = ((to & SPTE_BASE_ADDR_MASK) - PC_TABLES_PA) >> 12;
	if ((to & SPTE_MMU_PRESENT_MASK) && table < pc_table_count)
		pc_table_cut[table] = 0;
}

void pc_spte_after(int how, const volatile void *p, pc_u64 from)
{
	pc_u64 to = *(const volatile pc_u64 *)p;
	unsigned long offset = (unsigned long)p - pc_tables_base;

	if (to == from)
		return;
	if (pc_actions)
		pc_note_cut(from, to);
	pc_relaxed = pc_spins = 0;
	if (!pc_removed && (from & SPTE_MMU_PRESENT_MASK) && !(to & SPTE_MMU_PRESENT_MASK))
		pc_count.entries++;
	pc_spte_event(how, offset >> 12, offset >> 3 & PC_LAST_ENTRY, from, to);
}

/* Nobody else runs: a spin that changes nothing will change nothing, but when a task waits that could. */
void pc_cpu_relax(void)
{
	if (pc_threads_run && pc_other_can_run()) {
		pc_thread_spins("cpu_relax");
		return;
	}
	if (++pc_relaxed > 100) {
		if (pc_waiting)
			pc_trap(PC_TRAP_INFEASIBLE);
		pc_rule("spins for what no other task will do", "cpu_relax");
		pc_trap(PC_TRAP_DEADLOCK);
	}
}

unsigned long pc_watched_base, pc_watched_bytes;

void pc_watched(const volatile void *p, long long delta)
{
	int level = (int)(((unsigned long)p - pc_watched_base) / sizeof(atomic64_t)) + 1;

	pc_event(pc_head(PC_EVENT_PAGE_STATS, 0, 1, level, 0), 1, (pc_u64)delta, 0);
}
