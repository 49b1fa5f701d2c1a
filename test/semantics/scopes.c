/* Which names are types is decided by scope (C11 6.2.1, 6.2.3, 6.7.8): each function returns 0, or the line that is wrong. */
#define CHECK(x) do { if (!(x)) return __LINE__; } while (0)
typedef int t;
typedef long u;
typedef struct pair { int t, u; } pair;
typedef int (*fn)(int);
static int twice(int x) { return 2 * x; }
static int sum(t t) { return t + sizeof t; }
static int sum2(t a, unsigned t) { return a + (int)sizeof(t) * (t - 1); }
static u size_after(u u) { return sizeof(u) + (u); }
static t returns(t (x)) { return (t)x; }
static int function_parameter(int f(t), int t(int)) { return f(3) + t(4); }

static int parameters(void)
{
	CHECK(sum(5) == 9);
	CHECK(sum2(1, 3) == 9);
	CHECK(size_after(4) == 12);
	CHECK(returns(3) == 3);
	CHECK(function_parameter(twice, twice) == 14);
	return 0;
}

static int locals(void)
{
	int x = 7, y = 3;
	t before = 2;
	CHECK((t) + 1 == 1 && (t)-y == -3 && (t) * &x == 7);
	int t = x;		/* a variable from here on */
	CHECK((t) + 1 == 8 && (t)-y == 4 && (t) * y == 21 && (t) & 1);
	CHECK(sizeof(t) == 4 && sizeof t * y == 12);
	t * y;			/* a product */
	{
		typedef char t;	/* a type again */
		t z = 300 & 0xff;
		CHECK(sizeof(t) == 1 && sizeof(z) == 1 && (t)-1 == -1 && (t)0x181 == (char)0x81);
		t *p = &z;
		CHECK(*p == z);
		{
			enum { t = 40, v = t + 1 };
			CHECK((t) + 1 == 41 && v == 41 && sizeof(t) == 4);
		}
		CHECK(sizeof(t) == 1);
	}
	CHECK((t) + before == 9);
	return 0;
}

static int in_its_own_declarator(void)
{
	u u = (long)sizeof(u);		/* the variable is in scope in its initialiser */
	CHECK(u == 8);
	t t = 4, m = t + 1;		/* and behind its declarator: m's initialiser has the variable */
	CHECK((t) + m == 9);
	int k = ({ typedef short k; k j = 70000; j; });
	CHECK(k == (short)70000);
	return 0;
}

static int in_for(void)
{
	int total = 0;
	for (t t = 0, i = 3; t < i; t++)
		total += (t) + (i);
	CHECK(total == 12);
	for (u i = 0; i < 2; i++) {
		t u = (t)i;
		total += (u) + 1;
	}
	CHECK(total == 15);
	t last = (t)total;
	CHECK(last == 15);
	if (sizeof(enum { t = 9 }) == 4)
		CHECK((t) + 1 == 10);
	CHECK((t)+1 == 1);
	while (sizeof(struct { t t; }) == 8)
		return __LINE__;
	return 0;
}

/* Labels, tags and members have name spaces of their own. */
static int name_spaces(int again)
{
	struct t { t t; struct v *u; } t = { .t = 3 };
	union u { u u; pair *p; };
	CHECK(sizeof(union u) == 8);
	pair p = { .t = 1, .u = 2 };
	pair *pair = &p;
	CHECK(p.t + pair->u == 3 && pair->t == 1);
	CHECK(__builtin_offsetof(struct pair, u) == 4);
	goto u;
t:
	t.t++;
u:
	if (t.t < 5)
		goto t;
	CHECK(t.t == 5);
	u x = 9;
	CHECK(sizeof(x) == 8 && sizeof(u) == 8);
	switch (again) {
	case 0:
		again = 1;
	t2: __attribute__((unused));
		typedef char t2;
		CHECK(sizeof(t2) == 1);
	}
	return 0;
}

static int prototypes(void)
{
	int g(int (*h)(t *t), struct later { t x; } *, t t);
	t (*p)(t) = twice;
	fn q = (fn)p;
	t (inner) = 5, (*to) = &inner, list[sizeof(t)] = { 1, 2 };
	CHECK(p(2) + q(3) == 10 && *to == 5 && sizeof(list) == 16 && list[1] == 2);
	t f2(t), v = 3;
	extern t not_a_call(t x);
	CHECK(v == 3 && sizeof(f2(1)) == 4);
	CHECK(_Generic((t)1, t: 1, u: 2) == 1);
	CHECK(((t (*)(t))twice)(4) == 8);
	CHECK(sizeof(t (*)[3]) == 8 && sizeof(t[3]) == 12);
	return 0;
}

static int typeofs(void)
{
	__typeof__(t) a = 3;
	__typeof__(a) t = 4, *p = &t;
	CHECK(a + t + *p == 11);
	__typeof__(t) b = (__typeof__(t))-1;
	CHECK(b == -1);
	{
		extern __typeof__(twice) twice;
		CHECK(twice(1) == 2);
	}
	return 0;
}

static int redeclared(void)
{
	typedef t again;
	typedef int again;	/* C11 6.7p3: the same type */
	again x = 5;
	{
		typedef struct { again x; } again;
		again y = { x };
		CHECK(y.x == 5 && sizeof(again) == 4);
		{
			again again = y;
			CHECK(again.x == 5);
		}
	}
	CHECK((again)-x == -5);
	return 0;
}

/* A scope ends with its block, its parameter list, its loop or its selection statement: C11 6.2.1p4, 6.8.4p3, 6.8.5p5. */
static int ends(int t)
{
	CHECK((t) - 1 == 4);
	if (1) {
		typedef char v;
		CHECK(sizeof(v) == 1);
	}
	u v = 3;
	CHECK((v) - 1 == 2);
	int f(int (*u)(int), long);
	u w = 4;
	CHECK(w == 4 && sizeof(u) == 8);
	return 0;
}

int main(void)
{
	int line = parameters();
	if (!line) line = locals();
	if (!line) line = in_its_own_declarator();
	if (!line) line = in_for();
	if (!line) line = name_spaces(0);
	if (!line) line = prototypes();
	if (!line) line = typeofs();
	if (!line) line = redeclared();
	if (!line) line = ends(5);
	return line == 0 ? 0 : 1 + line % 250;
}
