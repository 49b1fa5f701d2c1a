/* SPDX-License-Identifier: GPL-2.0-only */
/* Hashing of bytes and words: a Feistel-like mixer over 64 bits, FNV-1a over bytes, an open table of what was seen. */
typedef unsigned long u64;
typedef unsigned int u32;
typedef unsigned char u8;

static u8 text[4096];
static u64 table[4096];

static inline u64 turn(u64 v, int by) { return v << by | v >> (64 - by); }

static u64 mix(const u64 *words, int count, u64 a, u64 b)
{
	for (int i = 0; i < count; i++) {
		a ^= words[i];
		a += b;
		b = turn(b, 13) ^ a;
		a = turn(a, 32) + b;
		b = turn(b, 17) ^ a;
	}
	return a ^ b;
}

static u32 fnv(const u8 *bytes, int count)
{
	u32 hash = 0x811c9dc5u;

	for (int i = 0; i < count; i++)
		hash = (hash ^ bytes[i]) * 0x01000193u;
	return hash;
}

u64 run(u64 rounds)
{
	u64 sum = 0;

	for (u64 round = 0; round < rounds; round++) {
		for (int i = 0; i < 4096; i++)
			text[i] = (u8)(i * 31 + round);
		sum += mix((const u64 *)text, 512, round, 0x9e3779b97f4a7c15UL);
		sum += fnv(text, 4096);
		for (int i = 0; i < 4096; i++)
			table[i] = 0;
		for (u64 i = 1; i < 2048; i++) {
			u64 key = i * 0x9e3779b97f4a7c15UL ^ round;
			u64 at = key >> 52;

			while (table[at] && table[at] != key)
				at = (at + 1) & 4095;
			table[at] = key;
			sum += at;
		}
	}
	return sum;
}
