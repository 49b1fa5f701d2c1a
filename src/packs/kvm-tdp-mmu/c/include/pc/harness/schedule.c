/*
 * Places and the schedule's answers. A place is the innermost scope function, the kind of event, and the SPTE that the walker
 * is at. The iterator is a local of the walker, so "at" is the SPTE that was read last outside of handle_removed_pt(): on every
 * path that polls, the iterator has just read the SPTE it stands on.
 */

#include <pc/scopes.h>

#define PC_MAX_DEPTH 64

static int pc_scopes[PC_MAX_DEPTH], pc_depth;
static int pc_removed; /* depth of handle_removed_pt() */
static const volatile pc_u64 *pc_at_spte;
static const pc_u64 *pc_rules;
static unsigned long pc_rule_count;
unsigned long pc_polls_matter;

/* Steps and tasks of the schedule: how many are yet to come, and which have been. */
#define PC_MAX_RULES 64
static int pc_actions_left, pc_actions;
static unsigned char pc_rule_done[PC_MAX_RULES];
static int pc_report_places;
/* Tasks that wait for the one that runs now, and the read sections that they are in. */
static int pc_waiting, pc_waiting_rcu;

static void pc_foreign(int event, const volatile pc_u64 *sptep);

/* Of threads.c, for when two threads run. */
static int pc_thread; /* the one that does now */
static int pc_callback_count;
static int pc_other_can_run(void);
static int pc_contended(void);
static void pc_point(int event, const volatile void *object);
static void pc_thread_acquires(const volatile void *lock, int mode, const char *function);
static void pc_thread_spins(const char *function);
static void pc_thread_enters_section(void);
static void pc_thread_leaves_section(void);
static void pc_thread_queues(struct rcu_head *head);
static void pc_thread_synchronizes(const char *function);
static void pc_run_callbacks(void);
static int pc_holds(pc_u64 spte, int level);

/* On every access: nearly always there is nothing to do. */
#define PC_OTHERS(event, sptep)                                                                        \
	do {                                                                                           \
		if (pc_actions_left | pc_report_places | pc_threads_run)                                                \
			pc_foreign(event, sptep);                                                      \
	} while (0)

static void pc_leave_all(void)
{
	pc_depth = 0;
	pc_removed = 0;
}

void pc_enter(int scope)
{
	if (scope == PC_SCOPE_COND_RESCHED) {
		pc_count.points++;
		pc_close_stretch();
		return;
	}
	if (pc_depth < PC_MAX_DEPTH)
		pc_scopes[pc_depth] = scope;
	pc_depth++;
	if (scope == PC_SCOPE_REMOVED_PT)
		pc_removed++;
}

void pc_leave(int scope)
{
	if (scope == PC_SCOPE_COND_RESCHED)
		return;
	if (pc_depth > 0)
		pc_depth--;
	if (scope == PC_SCOPE_REMOVED_PT && pc_removed > 0)
		pc_removed--;
}

/* The innermost function that names a place, or 0. */
static int pc_scope(void)
{
	if (pc_depth == 0)
		return 0;
	return pc_scopes[pc_depth < PC_MAX_DEPTH ? pc_depth - 1 : PC_MAX_DEPTH - 1];
}

/* The gfn and level of an SPTE; level 0 where its table is not set up. */
static int pc_spte_place(const volatile pc_u64 *sptep, pc_u64 *gfn)
{
	unsigned long offset = (unsigned long)sptep - pc_tables_base;
	struct kvm_mmu_page *sp;

	*gfn = 0;
	if (!sptep || offset >= pc_tables_bytes)
		return 0;
	sp = pc_sp_of_table(offset >> 12);
	if (!sp)
		return 0;
	*gfn = sp->gfn + (offset >> 3 & PC_LAST_ENTRY) * KVM_PAGES_PER_HPAGE(sp->role.level);
	return sp->role.level;
}

static int pc_rule_fits(const pc_u64 *rule, int event, int level, pc_u64 gfn, const volatile pc_u64 *sptep)
{
	if (rule[1] != (pc_u64)event)
		return 0;
	if (rule[0] != ~0ULL && rule[0] != (pc_u64)pc_scope())
		return 0;
	if (rule[2] && (level == 0 || gfn < rule[3] || gfn > rule[4]))
		return 0;
	if (rule[5] && rule[5] != (pc_u64)level)
		return 0;
	return !rule[8] || (level && rule[8] == (pc_u64)pc_holds(*sptep, level));
}

/* Does the first rule that matches this place order this action? */
static int pc_scheduled(int event, const volatile pc_u64 *sptep, pc_u64 action)
{
	pc_u64 gfn = 0;
	unsigned long i;
	int level;

	if (!pc_rule_count)
		return 0;
	level = pc_spte_place(sptep, &gfn);
	for (i = 0; i < pc_rule_count; i++) {
		const pc_u64 *rule = pc_rules + i * PC_RULE_WORDS;

		if (rule[6] < PC_ACTION_STEP && pc_rule_fits(rule, event, level, gfn, sptep))
			return rule[6] == action;
	}
	return 0;
}

/* A poll has said yes at this SPTE, and mmu_lock was not dropped since. */
static const volatile pc_u64 *pc_asked_at;

/* To give way a little later is no fault; to be asked again further on, and not to have given way, is. */
static void pc_asked_to_yield(void)
{
	if (pc_threads_run || pc_waiting)
		return;
	if (pc_asked_at && pc_asked_at != pc_at_spte)
		pc_rule("is asked to yield, and goes on without", "need_resched");
	pc_asked_at = pc_at_spte;
}

int pc_poll(void)
{
	int yes;

	if (pc_report_places && !pc_waiting)
		pc_foreign(PC_PLACE_POLL, pc_at_spte);
	yes = pc_contended() || pc_scheduled(PC_PLACE_POLL, pc_at_spte, PC_ACTION_RESCHEDULE);
	if (yes)
		pc_asked_to_yield();
	return yes;
}
