/* One run, from the input words to the output words. */

static void pc_reset(void)
{
	pc_memory_reset();
	pc_log_reset();
	pc_leave_all();
	pc_held_count = 0;
	pc_rcu_depth = 0;
	pc_rcu_first = pc_rcu_last = NULL;
	pc_preempt_count = 0;
	pc_relaxed = 0;
	pc_yields = 0;
	pc_table_pages = 0;
	pc_kvm = NULL;
	pc_vcpu = NULL;
	pc_slot_count = 0;
	pc_write_tracked = 0;
	pc_root_count = 0;
	pc_rule_count = 0;
	pc_polls_matter = 0;
	pc_actions = pc_actions_left = 0;
	pc_report_places = 0;
	pc_waiting = pc_waiting_rcu = 0;
	pc_dispatcher = pc_dispatch;
	pc_at_spte = pc_asked_at = NULL;
	pc_watched_base = pc_watched_bytes = 0;
	pc_threads_reset();
}

/* Before the call does anything, and when it has done all: there is no other time for the rest of what others do. */
static void pc_others_around(int event)
{
	int left;

	do {
		left = pc_actions_left;
		PC_OTHERS(event, NULL);
	} while (pc_actions_left != left);
}

static pc_u64 pc_one_call(pc_u64 at)
{
	pc_u64 head = pc_input(at);
	int entry = (int)(head & 0xffff);

	pc_arg_count = head >> 16 & 0xffff;
	pc_args = &pc_in[at + 1];
	if (pc_arg_count)
		pc_input(at + pc_arg_count);
	if (pc_out[PC_OUT_CALLS] >= PC_MAX_CALLS)
		pc_unbuildable(PC_BAD_INPUT);
	pc_out[PC_OUT_CALLS]++;
	pc_count_reset();
	pc_at_spte = pc_asked_at = NULL;
	pc_must_not_yield = 0;
	pc_fill_caches();
	pc_returned = 0;
	pc_value = 0;
	pc_event(pc_head(PC_EVENT_BEGIN, 0, 1, 0, 0), 1, entry, 0);
	pc_others_around(PC_PLACE_BEGIN);
	pc_threads_begin();
	pc_dispatch(entry);
	pc_others_around(PC_PLACE_END);
	pc_count_store(1);
	if (pc_held_count)
		pc_rule("returns with a lock held", "the call");
	if (pc_rcu_depth)
		pc_rule("returns in an RCU read section", "the call");
	if (!pc_held_count && !pc_rcu_depth)
		pc_rcu_quiescent();
	pc_event(pc_head(PC_EVENT_END, pc_returned, 1, 0, 0), 2, entry, pc_value);
	pc_threads_end();
	return at + 1 + pc_arg_count;
}

void pc_run(void)
{
	pc_u64 at, i;

	pc_reset();
	pc_build();
	pc_recording = 1;
	at = pc_in[PC_IN_CALLS_AT];
	for (i = 0; i < pc_in[PC_IN_CALLS]; i++)
		at = pc_one_call(at);
	pc_out[PC_OUT_STATUS] = PC_STATUS_DONE;
	pc_dump();
}
