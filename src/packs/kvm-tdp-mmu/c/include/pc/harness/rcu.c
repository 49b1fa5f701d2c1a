/*
 * RCU: a count of nested read sections, and a queue of callbacks. A grace period ends where no task is in a read section: when a
 * task yields, between calls, and at the end of the run; where the schedule has others act, at the end of every read section. Of two
 * threads (threads.c) each callback waits for the sections that were there when it was queued.
 * Known gap: a read section that began after the callback was queued delays it too, though it need not. For kernel/rcu/.
 */

int pc_rcu_depth;
static struct rcu_head *pc_rcu_first, *pc_rcu_last;

int pc_preempt_count;

static void pc_rcu_quiescent(void);

void pc_rcu_read_lock(void)
{
	if (pc_threads_run && !pc_rcu_depth)
		pc_thread_enters_section();
	pc_rcu_depth++;
}

void pc_rcu_read_unlock(void)
{
	if (pc_threads_run && pc_rcu_depth == 1)
		pc_thread_leaves_section();
	if (pc_rcu_depth > 0)
		pc_rcu_depth--;
	else
		pc_rule("rcu_read_unlock() outside of a read section", "rcu_read_unlock");
	/* With others about, a grace period ends as soon as it may. */
	if (pc_actions && pc_rcu_first && !pc_rcu_depth)
		pc_rcu_quiescent();
}

static void pc_rcu_quiescent(void)
{
	if (pc_threads_run) {
		pc_run_callbacks();
		return;
	}
	while (pc_rcu_first && !pc_rcu_depth && !pc_waiting_rcu) {
		struct rcu_head *head = pc_rcu_first;
		rcu_callback_t func = head->func;

		pc_rcu_first = head->next;
		if (!pc_rcu_first)
			pc_rcu_last = NULL;
		func(head);
	}
}

void call_rcu(struct rcu_head *head, rcu_callback_t func)
{
	long header = pc_header_of((char *)head - __builtin_offsetof(struct kvm_mmu_page, rcu_head));

	if (head->func) {
		pc_rule("call_rcu() of what is queued already", "call_rcu");
		return;
	}
	pc_event(pc_head(PC_EVENT_CALL_RCU, header < 0, 1, 0, header < 0 ? 0 : header), 0, 0, 0);
	head->func = func;
	head->next = NULL;
	if (pc_threads_run) {
		pc_thread_queues(head);
		return;
	}
	if (pc_rcu_last)
		pc_rcu_last->next = head;
	else
		pc_rcu_first = head;
	pc_rcu_last = head;
}

void rcu_barrier(void)
{
	if (pc_rcu_depth)
		pc_rule("rcu_barrier() in a read section", "rcu_barrier");
	if (pc_threads_run)
		pc_thread_synchronizes("rcu_barrier");
	pc_rcu_quiescent();
}

void synchronize_rcu(void)
{
	if (pc_rcu_depth)
		pc_rule("synchronize_rcu() in a read section", "synchronize_rcu");
	if (pc_threads_run)
		pc_thread_synchronizes("synchronize_rcu");
	pc_rcu_quiescent();
}
