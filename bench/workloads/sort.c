/* SPDX-License-Identifier: GPL-2.0-only */
/* Heap sort through a comparison function, as lib/sort.c does it, and an insertion sort of short runs. */
typedef unsigned long u64;
typedef unsigned int u32;

static u32 values[2048];

static int by_value(const void *a, const void *b)
{
	u32 x = *(const u32 *)a, y = *(const u32 *)b;

	return x < y ? -1 : x > y;
}

static void swap_u32(void *a, void *b)
{
	u32 t = *(u32 *)a;

	*(u32 *)a = *(u32 *)b;
	*(u32 *)b = t;
}

static void heap_sort(void *base, u64 count, u64 size, int (*cmp)(const void *, const void *),
		      void (*swap)(void *, void *))
{
	char *bytes = base;

	for (u64 start = count / 2, end = count; end > 1;) {
		u64 root, child;

		if (start)
			start--;
		else
			swap(bytes, bytes + --end * size);
		for (root = start; (child = 2 * root + 1) < end; root = child) {
			if (child + 1 < end && cmp(bytes + child * size, bytes + (child + 1) * size) < 0)
				child++;
			if (cmp(bytes + root * size, bytes + child * size) >= 0)
				break;
			swap(bytes + root * size, bytes + child * size);
		}
	}
}

static void insertion_sort(u32 *a, int count)
{
	for (int i = 1; i < count; i++) {
		u32 v = a[i];
		int j = i;

		for (; j > 0 && a[j - 1] > v; j--)
			a[j] = a[j - 1];
		a[j] = v;
	}
}

u64 run(u64 rounds)
{
	u64 sum = 0;
	u32 seed = 1;

	for (u64 round = 0; round < rounds; round++) {
		for (int i = 0; i < 2048; i++)
			values[i] = seed = seed * 1664525u + 1013904223u;
		if (round & 1)
			for (int i = 0; i < 2048; i += 32)
				insertion_sort(values + i, 32);
		else
			heap_sort(values, 2048, sizeof(u32), by_value, swap_u32);
		for (int i = 1; i < 2048; i++)
			sum += (values[i] ^ values[i - 1]) & 0xff;
	}
	return sum;
}
