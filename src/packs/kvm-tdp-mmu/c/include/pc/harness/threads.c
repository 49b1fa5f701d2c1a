/*
 * Two kernel threads at once. The first makes the scenario's call, the second the one beside it. One runs at a time, and at
 * every access to what they share (SPTEs, locks, reference counts and other atomics, RCU) it may be left for the other, if the
 * schedule says so. A thread that waits for a lock, or spins, is left by itself; one that waits for mmu_lock makes its holder yield at the next
 * poll, as rwlock_needbreak() does. Known gaps: what is shared and neither an SPTE nor an atomic nor guarded by a lock is no
 * point; memory is sequentially consistent; a writer that waits does not keep readers out.
 */

#define PC_THREADS 2
/* Points after which the other has its turn, whatever the schedule says: nobody runs alone forever. */
#define PC_FAIR 2000
#define PC_MAX_CALLBACKS 256

struct pc_thread {
	struct pc_task task; /* while it is left */
	int done;
	const volatile void *waits_for; /* a lock, in this mode */
	int mode;
	int waits_rcu;
};

static struct pc_thread pc_threads[PC_THREADS];
int pc_threads_run, pc_next_thread;
static int pc_report_points;
static unsigned int pc_since_turn;
static unsigned int pc_left_at[PC_MAX_RULES];

/* Callbacks in order, with the threads (a mask) whose read sections they wait for. */
static struct pc_callback {
	struct rcu_head *head;
	int sections;
} pc_callbacks[PC_MAX_CALLBACKS];
static int pc_callback_count;

void pc_give_way(void)
{
	/* Runners that can leave a call put their own in this one's place. */
	pc_trap(PC_TRAP_UNBUILDABLE);
}

static int pc_thread_holds(int thread, const volatile void *lock, int mode)
{
	const struct pc_task *task = &pc_threads[thread].task;
	int i;

	for (i = 0; i < task->held_count; i++)
		if (task->held[i].lock == lock && (mode == PC_HELD_WRITE || task->held[i].mode == PC_HELD_WRITE))
			return 1;
	return 0;
}

/* Of the thread that is left: could it go on? */
static int pc_other_can_run(void)
{
	const struct pc_thread *other = &pc_threads[!pc_thread];
	int i;

	if (other->done || other->waits_rcu)
		return !other->done && !pc_rcu_depth;
	if (!other->waits_for)
		return 1;
	for (i = 0; i < pc_held_count; i++)
		if (pc_held[i].lock == other->waits_for &&
		    (other->mode == PC_HELD_WRITE || pc_held[i].mode == PC_HELD_WRITE))
			return 0;
	return 1;
}

/* It is this thread's turn. */
static void pc_turn(void)
{
	pc_since_turn = 0;
	pc_event(pc_head(PC_EVENT_TURN, 0, 1, pc_thread, 0), 0, 0, 0);
}

static void pc_leave_thread(void)
{
	int self = pc_thread;

	pc_task_suspend(&pc_threads[self].task);
	pc_next_thread = !self;
	pc_give_way();
	pc_thread = self;
	pc_task_resume(&pc_threads[self].task);
	pc_turn();
}

/* The access of the last point has been made, though this thread comes to no other. */
static void pc_no_point(void)
{
	if (!pc_report_points)
		return;
	pc_event(pc_head(PC_EVENT_POINT, PC_PLACE_READ, 1, 0, 0), 2, (pc_u64)pc_thread << 48, 0);
	pc_word(0);
	pc_out[PC_OUT_EVENTS_END] = pc_out[PC_OUT_USED];
}

/* Goes on when the other has let go of what this one waits for. */
static void pc_wait_for_other(const char *rule, const char *function)
{
	if (!pc_other_can_run()) {
		pc_rule(rule, function);
		pc_trap(PC_TRAP_DEADLOCK);
	}
	pc_leave_thread();
}

/* Does the schedule have this thread left here? */
static int pc_leaves_here(int event, const volatile pc_u64 *sptep)
{
	pc_u64 gfn = 0;
	int level = pc_spte_place(sptep, &gfn), leaves = 0;
	unsigned long i;

	for (i = 0; i < pc_rule_count; i++) {
		const pc_u64 *rule = pc_rules + i * PC_RULE_WORDS;

		if (rule[6] != PC_ACTION_LEAVE || (rule[7] & 0xffffffff) != (pc_u64)pc_thread ||
		    !pc_rule_fits(rule, event, level, gfn, sptep))
			continue;
		if (pc_left_at[i]++ == rule[7] >> 32)
			leaves = 1;
	}
	return leaves;
}

/* Here the thread that runs may be left. */
static void pc_point(int event, const volatile void *object)
{
	const volatile pc_u64 *sptep = pc_is_spte(object) ? object : NULL;

	if (pc_report_points) {
		pc_report_place(PC_EVENT_POINT, event, sptep);
		pc_word((unsigned long)object);
		pc_out[PC_OUT_EVENTS_END] = pc_out[PC_OUT_USED];
	}
	if ((pc_leaves_here(event, sptep) || ++pc_since_turn > PC_FAIR) && pc_other_can_run())
		pc_leave_thread();
}

void pc_atomic_point(const volatile void *p)
{
	/* Statistics are only added to: their order does not show. */
	if ((unsigned long)p - pc_watched_base >= pc_watched_bytes)
		pc_point(PC_PLACE_ATOMIC, p);
}

void pc_atomic_read_point(const volatile void *p)
{
	pc_point(PC_PLACE_READ, p);
}

/* ---- locks ---- */

static void pc_thread_acquires(const volatile void *lock, int mode, const char *function)
{
	struct pc_thread *self = &pc_threads[pc_thread];

	pc_point(mode == PC_HELD_WRITE ? PC_PLACE_LOCK : PC_PLACE_LOCK_SHARED, lock);
	/* Whoever waits for it has it first: after a yield, above all. */
	if (pc_threads[!pc_thread].waits_for == lock && pc_other_can_run())
		pc_leave_thread();
	self->waits_for = lock;
	self->mode = mode;
	while (pc_thread_holds(!pc_thread, lock, mode))
		pc_wait_for_other("waits for a lock that the other thread never releases", function);
	self->waits_for = NULL;
}

/* The other waits for mmu_lock, which this one holds. */
static int pc_contended(void)
{
	const struct pc_thread *other = &pc_threads[!pc_thread];

	return pc_threads_run && !other->done && other->waits_for == &pc_kvm->mmu_lock &&
	       pc_lock_held(other->waits_for, PC_HELD_READ | PC_HELD_WRITE);
}

static void pc_thread_spins(const char *function)
{
	if (++pc_spins > 100) {
		pc_rule("spins for what no other task will do", function);
		pc_trap(PC_TRAP_DEADLOCK);
	}
	pc_no_point();
	pc_leave_thread();
}

/* ---- RCU: a callback waits for the read sections that were there when it was queued, and no longer ---- */

static void pc_run_callbacks(void)
{
	while (pc_callback_count && !pc_callbacks[0].sections) {
		struct rcu_head *head = pc_callbacks[0].head;
		rcu_callback_t func = head->func;
		int i;

		for (i = 1; i < pc_callback_count; i++) {
			pc_callbacks[i - 1].head = pc_callbacks[i].head;
			pc_callbacks[i - 1].sections = pc_callbacks[i].sections;
		}
		pc_callback_count--;
		func(head);
	}
}

static void pc_thread_enters_section(void)
{
	pc_point(PC_PLACE_LOCK_SHARED, &pc_callback_count);
}

static void pc_thread_leaves_section(void)
{
	int i;

	pc_point(PC_PLACE_UNLOCK_SHARED, &pc_callback_count);
	for (i = 0; i < pc_callback_count; i++)
		pc_callbacks[i].sections &= ~(1 << pc_thread);
	pc_run_callbacks();
}

static void pc_thread_queues(struct rcu_head *head)
{
	if (pc_callback_count >= PC_MAX_CALLBACKS)
		pc_trap(PC_TRAP_MEMORY);
	pc_point(PC_PLACE_RCU, &pc_callback_count);
	pc_callbacks[pc_callback_count].head = head;
	pc_callbacks[pc_callback_count].sections =
		(pc_rcu_depth ? 1 << pc_thread : 0) | (pc_threads[!pc_thread].task.rcu_depth ? 1 << !pc_thread : 0);
	pc_callback_count++;
	pc_run_callbacks();
}

/* Until every read section that there is has ended. */
static void pc_thread_synchronizes(const char *function)
{
	struct pc_thread *self = &pc_threads[pc_thread];

	self->waits_rcu = 1;
	pc_no_point();
	while (pc_threads[!pc_thread].task.rcu_depth)
		pc_wait_for_other("waits for a grace period that never ends", function);
	self->waits_rcu = 0;
}

/* ---- a run ---- */

static void pc_threads_reset(void)
{
	pc_zero(pc_threads, sizeof(pc_threads));
	pc_zero(pc_left_at, sizeof(pc_left_at));
	pc_threads_run = 0;
	pc_thread = 0;
	pc_since_turn = pc_spins = 0;
	pc_callback_count = 0;
	pc_report_points = 0;
}

/* The first thread's call is about to begin, if there is another. */
static void pc_threads_begin(void)
{
	if (!pc_in[PC_IN_BESIDE_AT])
		return;
	if (pc_in[PC_IN_CALLS] != 1 || pc_actions)
		pc_unbuildable(PC_BAD_INPUT);
	pc_threads_run = 1;
	pc_report_points = (pc_in[PC_IN_OPTIONS] & PC_OPTION_POINTS) != 0;
	pc_point(PC_PLACE_BEGIN, &pc_threads_run);
}

/* The first thread's call has returned: so must the other's. */
static void pc_threads_end(void)
{
	if (!pc_threads_run)
		return;
	while (!pc_threads[!pc_thread].done)
		pc_wait_for_other("waits for a lock that the other thread never releases", "the call");
	pc_threads_run = 0;
	pc_run_callbacks();
}

/* The second thread, from its beginning to its end. */
void pc_beside(void)
{
	pc_thread = 1;
	pc_task_fresh();
	pc_turn();
	pc_task_call(pc_in[PC_IN_BESIDE_AT]);
	/* What it holds now is what it holds forever. */
	pc_task_suspend(&pc_threads[1].task);
	pc_threads[1].done = 1;
	pc_next_thread = 0;
}
