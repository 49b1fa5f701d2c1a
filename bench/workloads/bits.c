/* SPDX-License-Identifier: GPL-2.0-only */
/* Bitmaps and single words: set, clear, find, count, rotate, scatter. */
typedef unsigned long u64;

static u64 map[64];

static void set(u64 *m, int bit) { m[bit >> 6] |= 1UL << (bit & 63); }
static void clear(u64 *m, int bit) { m[bit >> 6] &= ~(1UL << (bit & 63)); }
static int test(const u64 *m, int bit) { return m[bit >> 6] >> (bit & 63) & 1; }

static int next_set(const u64 *m, int bits, int from)
{
	while (from < bits) {
		u64 w = m[from >> 6] >> (from & 63);

		if (w)
			return from + __builtin_ctzl(w);
		from = (from | 63) + 1;
	}
	return bits;
}

static u64 spread(u64 v, u64 mask)
{
	u64 out = 0;

	for (; mask; mask &= mask - 1, v >>= 1)
		if (v & 1)
			out |= mask & -mask;
	return out;
}

u64 run(u64 rounds)
{
	u64 sum = 0, seed = 7;

	for (int i = 0; i < 64; i++)
		map[i] = 0;
	for (u64 round = 0; round < rounds; round++) {
		for (int i = 0; i < 512; i++) {
			seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
			set(map, seed & 4095);
			clear(map, seed >> 20 & 4095);
			sum += test(map, seed >> 40 & 4095);
		}
		for (int at = next_set(map, 4096, 0); at < 4096; at = next_set(map, 4096, at + 1))
			sum += at;
		for (int i = 0; i < 64; i++) {
			sum += __builtin_popcountl(map[i]) + (map[i] ? __builtin_clzl(map[i]) : 64);
			sum ^= spread(map[i], map[63 - i]);
		}
	}
	return sum;
}
