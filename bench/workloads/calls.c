/* SPDX-License-Identifier: GPL-2.0-only */
/* Calls through tables of functions, as operations of file systems and hypervisors are. */
typedef unsigned long u64;

struct machine;
struct ops {
	u64 (*step)(struct machine *m, u64 v);
	int (*ready)(const struct machine *m);
	void (*note)(struct machine *m, u64 v);
};
struct machine {
	const struct ops *ops;
	u64 state, seen;
};

static u64 add(struct machine *m, u64 v) { return m->state += v; }
static u64 fold(struct machine *m, u64 v) { return m->state = (m->state ^ v) * 31; }
static u64 turn(struct machine *m, u64 v) { return m->state = m->state << 7 | m->state >> 57, m->state - v; }
static int always(const struct machine *m) { return 1; }
static int if_even(const struct machine *m) { return !(m->state & 1); }
static void count(struct machine *m, u64 v) { m->seen++; }
static void gather(struct machine *m, u64 v) { m->seen += v & 15; }

static const struct ops kinds[] = {
	{ add, always, count },
	{ fold, if_even, gather },
	{ turn, always, gather },
	{ add, if_even, count },
};

static struct machine machines[64];

u64 run(u64 rounds)
{
	u64 sum = 0;

	for (int i = 0; i < 64; i++)
		machines[i] = (struct machine){ &kinds[i & 3], i, 0 };
	for (u64 round = 0; round < rounds; round++) {
		for (int i = 0; i < 64; i++) {
			struct machine *m = &machines[(i * 13 + round) & 63];

			if (m->ops->ready(m))
				sum += m->ops->step(m, sum + i);
			else
				m->state++;
			m->ops->note(m, sum);
		}
	}
	for (int i = 0; i < 64; i++)
		sum += machines[i].seen;
	return sum;
}
