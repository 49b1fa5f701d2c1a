/* SPDX-License-Identifier: GPL-2.0-only */
/* A walk over page tables of four levels, entry by entry, up and down. */
typedef unsigned long u64;

#define ENTRIES 512
#define PRESENT 0x800UL
#define FRAME 0xffffffffff000UL

static u64 tables[16][ENTRIES];

struct walk {
	u64 *path[5];
	u64 *at;
	u64 gfn, next, old;
	int level;
};

static u64 *below(u64 entry) { return tables[(entry & FRAME) >> 12]; }
static u64 pages(int level) { return 1UL << 9 * (level - 1); }

static void arrive(struct walk *w)
{
	w->at = w->path[w->level] + (w->gfn >> 9 * (w->level - 1) & (ENTRIES - 1));
	w->old = *(volatile u64 *)w->at;
}

static int step(struct walk *w)
{
	if (w->level > 1 && (w->old & PRESENT)) {
		w->path[w->level - 1] = below(w->old);
		w->level--;
		w->gfn &= ~(pages(w->level) - 1);
		arrive(w);
		return 1;
	}
	for (;;) {
		if ((w->gfn >> 9 * (w->level - 1) & (ENTRIES - 1)) != ENTRIES - 1) {
			w->gfn += pages(w->level);
			w->next = w->gfn;
			w->at++;
			w->old = *(volatile u64 *)w->at;
			return 1;
		}
		if (w->level == 4)
			return 0;
		w->level++;
		w->gfn &= ~(pages(w->level) - 1);
		arrive(w);
	}
}

u64 run(u64 rounds)
{
	u64 sum = 0;

	for (int i = 0; i < ENTRIES; i++)
		for (int t = 0; t < 16; t++)
			tables[t][i] = 0;
	tables[0][0] = PRESENT | 1UL << 12;
	tables[1][0] = PRESENT | 2UL << 12;
	tables[1][3] = PRESENT | 3UL << 12;
	for (int i = 0; i < 6; i++) {
		tables[2][i * 80] = PRESENT | (u64)(4 + i) << 12;
		tables[3][i * 80] = PRESENT | (u64)(10 + i) << 12;
	}
	for (int t = 4; t < 16; t++)
		for (int i = t; i < ENTRIES; i += 64)
			tables[t][i] = PRESENT | (u64)(i + t) << 12;
	for (u64 round = 0; round < rounds; round++) {
		struct walk w = { .level = 4 };

		w.path[4] = tables[0];
		arrive(&w);
		do {
			if (w.level == 1 && (w.old & PRESENT))
				sum += w.old >> 12;
		} while (step(&w));
	}
	return sum;
}
