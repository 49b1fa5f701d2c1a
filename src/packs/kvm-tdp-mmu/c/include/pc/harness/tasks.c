/*
 * Other tasks. Where the schedule says so, another task makes a whole call in between, with the kernel's own functions: it has its
 * own locks, read sections, vCPU and place, and comes back before the first goes on. It runs only where the locks held by those
 * that it interrupts let it; one that would have to wait in the middle makes the schedule infeasible, which decides nothing.
 */

#define PC_MAX_TASKS 4

/* What belongs to one task. */
struct pc_task {
	int scopes[PC_MAX_DEPTH], depth, removed;
	const volatile pc_u64 *at_spte;
	struct pc_held held[PC_MAX_HELD];
	int held_count;
	int rcu_depth;
	int preempt_count;
	unsigned long relaxed;
	int must_not_yield;
	struct kvm_vcpu *vcpu;
	const pc_u64 *args;
	pc_u64 arg_count;
	int returned;
	pc_u64 value;
	int cached_headers, cached_tables;
	struct pc_count count;
};

/* pc_dispatch(), by way of a pointer: what a task may call is not what the interrupted one reaches. */
static void (*pc_dispatcher)(int entry);

static struct pc_task pc_tasks[PC_MAX_TASKS]; /* those that wait, the outermost first */

static void pc_task_suspend(struct pc_task *task)
{
	__builtin_memcpy(task->scopes, pc_scopes, sizeof(pc_scopes));
	__builtin_memcpy(task->held, pc_held, sizeof(pc_held));
	task->depth = pc_depth;
	task->removed = pc_removed;
	task->at_spte = pc_at_spte;
	task->held_count = pc_held_count;
	task->rcu_depth = pc_rcu_depth;
	task->preempt_count = pc_preempt_count;
	task->relaxed = pc_relaxed;
	task->must_not_yield = pc_must_not_yield;
	task->vcpu = pc_vcpu;
	task->args = pc_args;
	task->arg_count = pc_arg_count;
	task->returned = pc_returned;
	task->value = pc_value;
	task->cached_headers = pc_cached_headers;
	task->cached_tables = pc_cached_tables;
	task->count = pc_count;
}

static void pc_task_fresh(void)
{
	pc_leave_all();
	pc_at_spte = NULL;
	pc_held_count = 0;
	pc_rcu_depth = 0;
	pc_preempt_count = 0;
	pc_relaxed = 0;
	pc_must_not_yield = 0;
	pc_vcpu = NULL;
	pc_returned = 0;
	pc_value = 0;
	pc_fill_caches();
}

static void pc_task_resume(const struct pc_task *task)
{
	__builtin_memcpy(pc_scopes, task->scopes, sizeof(pc_scopes));
	__builtin_memcpy(pc_held, task->held, sizeof(pc_held));
	pc_depth = task->depth;
	pc_removed = task->removed;
	pc_at_spte = task->at_spte;
	pc_held_count = task->held_count;
	pc_rcu_depth = task->rcu_depth;
	pc_preempt_count = task->preempt_count;
	/* It has waited, and something may have changed. */
	pc_relaxed = 0;
	pc_must_not_yield = task->must_not_yield;
	pc_vcpu = task->vcpu;
	pc_args = task->args;
	pc_arg_count = task->arg_count;
	pc_returned = task->returned;
	pc_value = task->value;
	pc_cached_headers = task->cached_headers;
	pc_cached_tables = task->cached_tables;
	pc_count = task->count;
}

/* May a task take mmu_lock in this mode, given what the one that runs now holds? */
static int pc_lock_is_free(int mode)
{
	int i;

	for (i = 0; i < pc_held_count; i++) {
		if (pc_held[i].lock != &pc_kvm->mmu_lock)
			return 0;
		if (mode == PC_HELD_WRITE || (mode == PC_HELD_READ && pc_held[i].mode == PC_HELD_WRITE))
			return 0;
	}
	return 1;
}

/* Does a task that waits hold a lock so that it cannot be taken in this mode? */
static int pc_others_hold(const volatile void *lock, int mode)
{
	int task, i;

	for (task = 0; task < pc_waiting; task++)
		for (i = 0; i < pc_tasks[task].held_count; i++) {
			const struct pc_held *held = &pc_tasks[task].held[i];

			if (held->lock == lock && (mode == PC_HELD_WRITE || held->mode == PC_HELD_WRITE))
				return 1;
		}
	return 0;
}

/* Page faults on a root that has become invalid are stale: they are retried, on another root (is_page_fault_stale()). */
static int pc_is_stale(pc_u64 at, int entry)
{
	struct kvm_mmu_page *root;

	if (entry != PC_ENTRY_POINT_MAP)
		return 0;
	if (pc_in[at + 1] >= (pc_u64)pc_root_count)
		return 1;
	root = pc_roots[pc_in[at + 1]];
	return pc_header_state[pc_header_of(root)] != PC_LIVE || root->role.invalid;
}

/* The call whose record lies at `at`, of a task that has just begun. */
static void pc_task_call(pc_u64 at)
{
	pc_u64 head = pc_input(at);
	int entry = (int)(head & 0xffff);

	pc_arg_count = head >> 16 & 0xffff;
	pc_args = &pc_in[at + 1];
	if (pc_arg_count)
		pc_input(at + pc_arg_count);
	pc_event(pc_head(PC_EVENT_TASK_BEGIN, 0, 1, 0, 0), 1, entry, 0);
	pc_dispatcher(entry);
	if (pc_held_count)
		pc_rule("returns with a lock held", "the call");
	if (pc_rcu_depth)
		pc_rule("returns in an RCU read section", "the call");
	pc_rcu_quiescent();
	pc_event(pc_head(PC_EVENT_TASK_END, pc_returned, 1, 0, 0), 2, entry, pc_value);
}

/* Another task makes the call whose record lies at `at`; says whether it could. */
static int pc_task(pc_u64 at, int mode)
{
	int entry = (int)(pc_input(at) & 0xffff);
	struct pc_task *waiting;

	if (pc_waiting >= PC_MAX_TASKS || !pc_lock_is_free(mode) || pc_is_stale(at, entry))
		return 0;
	waiting = &pc_tasks[pc_waiting];
	pc_task_suspend(waiting);
	pc_waiting_rcu += pc_rcu_depth;
	pc_waiting++;
	pc_task_fresh();
	pc_task_call(at);
	pc_waiting--;
	pc_waiting_rcu -= waiting->rcu_depth;
	pc_task_resume(waiting);
	return 1;
}

static int pc_act(const pc_u64 *rule, const volatile pc_u64 *sptep)
{
	volatile pc_u64 *target = (volatile pc_u64 *)sptep;

	switch (rule[6]) {
	case PC_ACTION_STEP:
		if (rule[9])
			target = pc_sptep_at((rule[9] & 0xff) - 1, (int)(rule[9] >> 8), rule[10]);
		return target && pc_step((int)rule[7], target);
	case PC_ACTION_TASK:
		return pc_task(rule[7] & 0xffffffff, (int)(rule[7] >> 32));
	}
	return 0;
}

/* For who looks for the places at which something may happen, or the points at which a thread may be left. */
static void pc_report_place(int kind, int event, const volatile pc_u64 *sptep)
{
	pc_u64 gfn, root = 0, holds = 0;
	int level = pc_spte_place(sptep, &gfn), i;
	int held = pc_lock_held(&pc_kvm->mmu_lock, PC_HELD_READ)  ? PC_HELD_READ :
		   pc_lock_held(&pc_kvm->mmu_lock, PC_HELD_WRITE) ? PC_HELD_WRITE :
								    0;

	if (level) {
		struct kvm_mmu_page *sp = pc_sp_of_table(pc_table_of(sptep));

		holds = pc_holds(*sptep, level);
		while (sp && sp->ptep && pc_is_spte((const void *)sp->ptep))
			sp = pc_sp_of_table(pc_table_of((const void *)sp->ptep));
		for (i = 0; i < pc_root_count; i++)
			if (sp == pc_roots[i])
				root = i + 1;
	}
	pc_event(pc_head(kind, event, 1, level, root), 2,
		 (pc_u64)pc_scope() | holds << 32 | (pc_u64)held << 40 | (pc_u64)pc_thread << 48, gfn);
}

/* What others do right before this access, or at this moment: the first rule that fits and has not been, and no more. */
static void pc_foreign(int event, const volatile pc_u64 *sptep)
{
	unsigned long i;
	pc_u64 gfn = 0;
	int level, left = pc_actions_left;

	/* Beside a thread nobody else acts (pc_threads_begin()). */
	if (pc_threads_run) {
		if ((event >= PC_PLACE_READ && event <= PC_PLACE_CMPXCHG) || event == PC_PLACE_AND)
			pc_point(event, sptep);
		return;
	}
	if (pc_report_places && !pc_waiting) {
		pc_report_place(PC_EVENT_PLACE, event, sptep);
		if (!left)
			return;
	}
	level = pc_spte_place(sptep, &gfn);
	for (i = 0; i < pc_rule_count; i++) {
		const pc_u64 *rule = pc_rules + i * PC_RULE_WORDS;

		if (rule[6] < PC_ACTION_STEP || rule[6] == PC_ACTION_LEAVE || pc_rule_done[i] || !pc_rule_fits(rule, event, level, gfn, sptep))
			continue;
		pc_rule_done[i] = 1;
		left--;
		/* Others are left alone while they act. */
		pc_actions_left = 0;
		if (pc_act(rule, sptep)) {
			pc_out[PC_OUT_ACTED]++;
		} else {
			pc_out[PC_OUT_NOT_LEGAL]++;
			pc_event(pc_head(PC_EVENT_NOT_LEGAL, (int)rule[6], 1, (int)i, 0), 0, 0, 0);
		}
		pc_actions_left = left;
		return;
	}
}
