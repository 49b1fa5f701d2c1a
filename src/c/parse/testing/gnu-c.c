/* GNU C11 as the kernel uses it, and then some: gcc takes all of it, and our reading of it must mean the same to gcc. */
typedef unsigned long u64;
typedef unsigned int u32;
typedef int (*fn_t)(u64, int);
typedef struct { u64 v; } box_t;
typedef u64 vec_t __attribute__((vector_size(16)));

enum e { E0, E1 = 3, E2 = (1 << 4) | 1, E3 __attribute__((deprecated)) };

struct __attribute__((aligned(16))) pt {
	int x : 3, : 2, y;
	union {
		u32 a;
		u64 b;
	};
	struct pt *next;
	fn_t cb;
	u64 arr[4];;
	_Static_assert(sizeof(int) == 4, "int");
	struct { char c; } inner __attribute__((packed)), *inner2;
};

#pragma pack(push, 2)
struct packed2 { char c; u64 l; struct { char d; int e; } in; };
#pragma pack(pop)
struct empty {};

extern int ext(int, ...) __attribute__((format(printf, 2, 3)));
extern u64 g1, *g2, g3[];
extern __typeof__(g1) g4 asm("g_four") __attribute__((weak));
static const struct pt k = {
	.x = 1,
	.arr = { [0 ... 2] = 7, [3] = (u64)-1 },
	.next = &(struct pt){ .y = 2 },
};
register u64 stack_pointer asm("rsp");
_Static_assert(1);
asm(".globl top_level_asm");
;
static _Thread_local int tls;
long unsigned typedef int backwards;
const backwards static unsigned_const = 3;
int __seg_gs *per_cpu;
__extension__ typedef __int128 wide_t;
int sizes[sizeof(struct packed2)] = { sizeof(struct packed2), sizeof(struct pt) };

static inline __attribute__((always_inline)) u64 add(u64 a, u64 *restrict b)
{
	return a + *b;
}

int (*pick(int which))(u64, int)
{
	switch (which) {
	case 0:
		return 0;
	case 1 ... 5: {
		return k.cb;
	}
	case 6:
		which++;
		__attribute__((__fallthrough__));
	default:
		break;
	}
	switch (which) case 3: which--;
	return (fn_t)0;
}

u64 shadows(u64 u32, box_t *b, int n, ...)
{
	u64 z = (u32) - 1;

	z += (u64) - 1;
	z *= sizeof(u64) * 2;
	z ^= sizeof u32;
	{
		typedef int u32;
		u32 q = (u32) - 1;

		z += q;
		u32: z++;
	}
	for (int u64 = 0; u64 < 3; u64++)
		z += (u64) - 1;
	{
		int box_t = (u32) & (z);
		z = (box_t) * (z) + (box_t) - (z);
	}
	return (z) & (u32) + b->v ?: n;
}

int statements(int a, int b)
{
	int c = a ? b : a, d = ({ int t = a; t++; t; });

	a = b = c;
	do {
		c -= -d;
		if (c > 3 && d < 4 || !a)
			continue;
		else if (~c)
			break;
		else
			;
	} while (--a);
	if (a) if (b) a = 1; else b = 1;
	for (int i = 0, *p = &a; i < 3; i++, p++, a++) {
		*p++ = i;
	}
	for (;;) {
		goto out;
	}
	while (0);
out: __attribute__((unused));
	return !a++ + -b-- - - c;
}

int places(struct pt *p, int i)
{
	__label__ l1;
	void *t[] = { &&l1, &&l2 };

	goto *t[i];
l1:	p->arr[i] = (p)->next->arr[(i, 1)];
	p->arr[i, 1]++;
l2:	return __builtin_offsetof(struct pt, arr[2]) + __builtin_offsetof(struct pt, inner.c) +
	       __builtin_types_compatible_p(typeof(p->y + 1), int) +
	       _Generic(i, int: 1, struct pt *: 3, default: 2) + __alignof__(struct pt) + _Alignof(int (*)[3]);
}

int old_style();
int prototype(int n, int (*)[*], int (u64), int (ok), register u32);

int arrays(int n, char s[static 2], int v[const n][n + 1], int (*v2)[n][4], int (*fn)(u64), int (ok))
{
	typeof(v[0]) *q = &v[1];
	u32 __attribute__((aligned(32))) aligned, *pointer = &aligned;
	_Alignas(u64) char buffer[({ int z = 3; sizeof(z); })];

	asm volatile("nop %0 %[x]" : "+r" (n) : [x] "r" (old_style(s)), "m" (*s) : "memory", "cc");
	asm("# %%" : : "r" (n, ok));
	asm goto("" : : : : done);
	if (n)
done:		return sizeof(*q) / sizeof(int[n]);
	while (n--)
		switch (n) case 3: n--;
	return "a" "b"[0] + L'x' + u8"x"[0] + 1.5e3f + sizeof(buffer) + *pointer;
}

int old_style(s, t) char *s; int t;
{
	int inner(int x) { return x + *s; }
	auto int later(int);
	int later(int x) { return inner(x); }

	return inner(2) + later(t);
}

implicit() { return 0; }

const char *const names[] = { [E1] = "one", "two", [E2] "gnu", };
struct pt old_designators = { x: 1, y: 2 };
int nested[3][2] = { { 1 }, { 2, 3 }, [2][1] = 4 };
int size_of_struct = sizeof(struct { int a; });
void (*signal_(int, void (*)(int)))(int), (*(*table[3])(void))(int);

int casts(int a, u64 *q, struct pt *p, struct packed2 s)
{
	u64 r = (u64)*q + (u64)&a + (u64)(a) + (a) + (u64)~a + (u64)!a + (u64)sizeof a;

	r += sizeof(u64) - 1 + sizeof (u64){ 3 } + sizeof(a)[q] + sizeof (u64) * 2 + sizeof *q + sizeof(p)->y;
	r -= -(struct pt){ .y = 1 }.y + (int){ 1 }++ + !q[0]-- + -a++ + ~*q++ + (u64)p->y++;
	r = (a) ? (a) - 1 : (u64)-1, r |= (u64)(u32)(u64)a;
	(void)(r), (void)0;
	((r)) = (a)&(r);
	*&r = *(int *)&r, *(&r) += 2;
	return (r) ? : (casts)(1, (u64 *)0, p, s) + (*casts)(2, q, p, s);
}

int builtins(int w, ...)
{
	__auto_type x = (box_t){ 3 };
	fn_t fp = (int (*)(u64, int))0, *fpp = &fp;
	__builtin_va_list ap;
	__complex__ double z = 1.0 + 2.0i;

	x = (box_t){ .v = 1 };
	__builtin_va_start(ap, w);
	w = __builtin_va_arg(ap, u32) + *__builtin_va_arg(ap, struct pt *)->arr;
	__real__ z = __imag__ z + __builtin_choose_expr(1, w, x);
	(*fpp)(1, 2), (**fp)(1, 2);
	if (({ 1; })) {
		struct pt;
		struct pt *y = 0;
		enum { L = 3 };
		extern int elsewhere(void), more;

		w = L + (y == 0);
		_Static_assert(L == 3, "");
	}
	;
	return __extension__ ({ __extension__ w; });
}
