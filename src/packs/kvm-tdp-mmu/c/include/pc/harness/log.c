/* What a run lets out: events, texts and costs, into pc_out. Known gap: more than PC_TEXT_WORDS of text is cut. */

#include <pc/pc.h>
#include <pc/words.h>

pc_u64 pc_in[PC_IN_WORDS];
pc_u64 pc_out[PC_OUT_WORDS];
pc_u64 pc_loops;

struct pc_count pc_count;

/* While the scenario is built nothing is reported. */
static int pc_recording;

static pc_u64 pc_head(int kind, int how, int count, int index, unsigned long table)
{
	return (pc_u64)kind | (pc_u64)how << 8 | (pc_u64)(count - 1) << 12 | (pc_u64)index << 24 |
	       (pc_u64)table << 36;
}

static void pc_word(pc_u64 word)
{
	pc_u64 at = pc_out[PC_OUT_USED];

	if (at >= PC_OUT_WORDS) {
		pc_out[PC_OUT_LOST]++;
		return;
	}
	pc_out[at] = word;
	pc_out[PC_OUT_USED] = at + 1;
}

static void pc_event(pc_u64 head, int words, pc_u64 first, pc_u64 second)
{
	if (!pc_recording)
		return;
	/* Before anything is written: a run that is stopped here leaves whole events. */
	pc_observe(head);
	pc_observe(first);
	pc_observe(second);
	pc_word(head);
	if (words > 0)
		pc_word(first);
	if (words > 1)
		pc_word(second);
	pc_out[PC_OUT_EVENTS_END] = pc_out[PC_OUT_USED];
}

/*
 * The last event, when it was an SPTE's, grows while neighbours change alike (handle_removed_pt() does that a lot). Where
 * it stands is kept in pc_out: it observes, and is no part of the machine's state.
 */
static void pc_spte_event(int how, unsigned long table, int index, pc_u64 from, pc_u64 to)
{
	pc_u64 at = pc_out[PC_OUT_LAST_SPTE];

	if (!pc_recording)
		return;
	if (at && pc_out[PC_OUT_USED] == at + 3 && pc_out[at + 1] == from && pc_out[at + 2] == to) {
		pc_u64 head = pc_out[at];
		int count = (int)(head >> 12 & 0xfff) + 1;
		int first = (int)(head >> 24 & 0xfff);

		if (index == first + count &&
		    head == pc_head(PC_EVENT_SPTE, how, count, first, table)) {
			pc_out[at] = pc_head(PC_EVENT_SPTE, how, count + 1, first, table);
			return;
		}
	}
	pc_out[PC_OUT_LAST_SPTE] = pc_out[PC_OUT_USED] + 3 <= PC_OUT_WORDS ? pc_out[PC_OUT_USED] : 0;
	pc_event(pc_head(PC_EVENT_SPTE, how, 1, index, table), 2, from, to);
}

/* Texts are stored once each: length in bytes, then the bytes, eight to a word. The result is the text's number. */
static pc_u64 pc_text(const char *text)
{
	pc_u64 at = PC_OUT_TEXT, end = pc_out[PC_OUT_STRINGS_END], number, length = 0, words, i;

	while (text[length])
		length++;
	for (number = 0; number < pc_out[PC_OUT_STRINGS]; number++) {
		words = (pc_out[at] + 7) / 8;
		if (pc_out[at] == length) {
			for (i = 0; i < length; i++)
				if ((pc_out[at + 1 + i / 8] >> (i % 8 * 8) & 0xff) != (unsigned char)text[i])
					break;
			if (i == length)
				return number;
		}
		at += 1 + words;
	}
	words = (length + 7) / 8;
	if (end + 1 + words > PC_OUT_TEXT + PC_TEXT_WORDS) {
		pc_out[PC_OUT_LOST]++;
		return 0xffffffff;
	}
	pc_out[end] = length;
	for (i = 0; i < words; i++)
		pc_out[end + 1 + i] = 0;
	for (i = 0; i < length; i++)
		pc_out[end + 1 + i / 8] |= (pc_u64)(unsigned char)text[i] << (i % 8 * 8);
	pc_out[PC_OUT_STRINGS_END] = end + 1 + words;
	pc_out[PC_OUT_STRINGS] = number + 1;
	return number;
}

static void pc_said(int kind, const char *what, const char *function)
{
	pc_event(pc_head(kind, 0, 1, 0, 0), 1, pc_text(what) | pc_text(function) << 32, 0);
}

void pc_warn(const char *condition, const char *function)
{
	pc_said(PC_EVENT_WARN, condition, function);
}

void pc_rule(const char *rule, const char *function)
{
	pc_said(PC_EVENT_RULE, rule, function);
}

void pc_bug(const char *condition, const char *function)
{
	pc_said(PC_EVENT_BUG, condition, function);
	pc_trap(PC_TRAP_BUG);
	__builtin_unreachable();
}

static void pc_log_reset(void)
{
	int i;

	for (i = 0; i < PC_OUT_TEXT; i++)
		pc_out[i] = 0;
	pc_out[PC_OUT_MAGIC] = PC_MAGIC;
	pc_out[PC_OUT_USED] = PC_OUT_EVENTS;
	pc_out[PC_OUT_EVENTS_END] = PC_OUT_EVENTS;
	pc_out[PC_OUT_STRINGS_END] = PC_OUT_TEXT;
	pc_recording = 0;
	pc_loops = 0;
}

/* ---- costs ---- */

static void pc_close_stretch(void)
{
	pc_u64 stretch = pc_count.reads - pc_count.last_point;

	if (stretch > pc_count.longest)
		pc_count.longest = stretch;
	pc_count.last_point = pc_count.reads;
}

static void pc_count_reset(void)
{
	pc_count.reads = pc_count.removed_reads = pc_count.polls = pc_count.points = 0;
	pc_count.last_point = pc_count.longest = pc_count.entries = 0;
	pc_count.loops_before = pc_loops;
}

/* Writes the costs of the call that began last; `complete`: it returned. */
static void pc_count_store(int complete)
{
	pc_u64 call = pc_out[PC_OUT_CALLS], *cost;

	if (call == 0 || call > PC_MAX_CALLS)
		return;
	pc_close_stretch();
	cost = &pc_out[PC_OUT_COSTS + (call - 1) * PC_COST_WORDS];
	cost[0] = pc_loops - pc_count.loops_before;
	cost[1] = pc_count.reads;
	cost[2] = pc_count.removed_reads;
	cost[3] = pc_count.polls;
	cost[4] = pc_count.points;
	cost[5] = pc_count.longest;
	cost[6] = pc_count.entries;
	cost[7] = complete;
}
