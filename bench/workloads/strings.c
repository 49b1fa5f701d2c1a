/* SPDX-License-Identifier: GPL-2.0-only */
/* String functions byte by byte, as lib/string.c has them for who brings none of their own. */
typedef unsigned long u64;

static char from[2048], to[2048], word[16];

static u64 length(const char *s)
{
	const char *p = s;

	while (*p)
		p++;
	return p - s;
}

static char *copy(char *d, const char *s)
{
	char *start = d;

	while ((*d++ = *s++))
		;
	return start;
}

static int compare(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return (unsigned char)*a - (unsigned char)*b;
}

static const char *find(const char *s, int c)
{
	for (; *s; s++)
		if (*s == (char)c)
			return s;
	return 0;
}

static const char *search(const char *s, const char *what)
{
	u64 n = length(what);

	for (; (s = find(s, *what)); s++) {
		u64 i = 1;

		while (i < n && s[i] == what[i])
			i++;
		if (i >= n)
			return s;
	}
	return 0;
}

u64 run(u64 rounds)
{
	u64 sum = 0;

	for (u64 round = 0; round < rounds; round++) {
		for (int i = 0; i < 2047; i++)
			from[i] = 'a' + (i * 7 + (int)round) % 26;
		from[2047] = 0;
		for (int i = 0; i < 6; i++)
			word[i] = from[1990 + i];
		word[6] = 0;
		sum += length(from);
		copy(to, from);
		sum += compare(from, to);
		to[2040] ^= 1;
		sum += compare(from, to);
		sum += search(from + 100, word) - from;
		for (const char *p = from; (p = find(p, 'q')); p++)
			sum++;
	}
	return sum;
}
