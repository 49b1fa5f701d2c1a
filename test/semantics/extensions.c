/* GNU C that is easily forgotten: raw strings, aliases, thread-local objects, overflow predicates of constants. */
#define SAME(a, b) (sizeof(a) == sizeof(b) && !__builtin_memcmp(a, b, sizeof(a)))
int memcmp(const void *a, const void *b, unsigned long n)
{
	const unsigned char *x = a, *y = b;
	while (n--)
		if (*x++ != *y++)
			return x[-1] - y[-1];
	return 0;
}

static const char raw[] = R"x(a\n"b)y" c)x";
static const char lines[] = R"(one
two \
three)" "\t" R"--()--";
static const unsigned short wide[] = uR"(\u00e9)";

static int counted(int by)
{
	static int calls;
	return calls += by;
}
static int other(int by) __attribute__((alias("counted")));
extern int outside(int by) __attribute__((__alias__("counted"), unused));

static __thread int mine = 3;
_Thread_local int yours;
static int *where(void)
{
	static __thread int within = 5;
	within++;
	return &within;
}

enum {
	FITS = __builtin_add_overflow_p(0x7ffffffe, 1, (int)0),
	OVER = __builtin_add_overflow_p(0x7fffffff, 1, (int)0),
	WIDE = __builtin_mul_overflow_p(0x7fffffffffffffffll, 2, (unsigned long long)0),
	BELOW = __builtin_sub_overflow_p(0u, 1, (unsigned char)0),
	NARROW = __builtin_add_overflow_p(200, 56, (unsigned char)0),
};
static int table[__builtin_add_overflow_p(127, 1, (signed char)0) ? 3 : 1];
static const _Bool folded = __builtin_sub_overflow_p(-128, 1, (signed char)0);
struct bits {
	unsigned a : __builtin_mul_overflow_p(65536, 65536, 0) + 4;
};

int main(void)
{
	if (!SAME(raw, "a\\n\"b)y\" c"))
		return 1;
	if (!SAME(lines, "one\ntwo \\\nthree\t"))
		return 2;
	if (sizeof(wide) != 14 || wide[0] != '\\' || wide[1] != 'u')
		return 3;
	if (counted(2) != 2 || other(3) != 5 || outside(1) != 6)
		return 4;
	if (mine++ != 3 || mine != 4 || yours != 0)
		return 5;
	yours = 7;
	if (*where() != 6 || *where() != 7 || yours != 7)
		return 6;
	if (FITS || !OVER || WIDE || !BELOW || !NARROW)
		return 7;
	if (sizeof(table) != 3 * sizeof(int) || !folded)
		return 8;
	struct bits b = { .a = 31 };
	if (b.a != 31)
		return 9;
	int n = 100;
	if (!__builtin_add_overflow_p(n, 28, (signed char)0))
		return 10;
	int digraph<::> = <% 1, 2 %>;
	if (digraph<:1:> != 2)
		return 11;
	return 0;
}
