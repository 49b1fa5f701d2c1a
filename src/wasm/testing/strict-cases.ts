/** For traps.test.ts: what strict modules stop, and near twins that they must not. */
import type { BuildRules, ModuleKind } from '../../exec/program.js';

export const ALLOCATOR = `
typedef unsigned long size_t;
extern char __pc_heap[];
static char *brk;
static void *alloc(size_t n) {
  if (!brk) brk = __pc_heap;
  char *p = brk;
  brk += (n + 15) & ~15ul;
  return __builtin_pc_allocate(p, n);
}
static void release(void *p, size_t n) { (void)n; __builtin_pc_free(p); }
`;

export interface Case {
  readonly name: string;
  /** The line of the trap is marked with TRAP. */
  readonly text: string;
  readonly trap: string | null;
  readonly kinds?: readonly ModuleKind[];
  readonly args?: readonly (bigint | number)[];
  readonly rules?: BuildRules;
  /** Said of the trap in strict modules, in this order: `what line`. */
  readonly causes?: readonly string[];
}

export const ALL: readonly ModuleKind[] = ['fast', 'checked', 'tracking', 'inspectable'];
export const CHECKED: readonly ModuleKind[] = ['checked', 'tracking'];
const TRACKING: readonly ModuleKind[] = ['tracking'];
/** Of a program that no option makes define more than C does. */
const HOSTED: BuildRules = { signedOverflow: 'undefined', misaligned: 'undefined' };

export const strictCases: readonly Case[] = [
  /* a pointer belongs to its object, however near the next one is */
  {
    name: 'from one local into the next, past whatever lies between',
    trap: 'out-of-bounds',
    kinds: CHECKED,
    text: `int test(int n) { int a[4] = { 1 }, b[64] = { 2 }; int *volatile p = a, *volatile q = b;
  return p[q - p + n]; /* TRAP */ }`,
    args: [0],
    causes: ['declared here 1'],
  },
  {
    name: 'the same two, compared and subtracted only',
    trap: null,
    text: `int test(int n) { int a[4] = { 1 }, b[64] = { 2 }; int *volatile p = a, *volatile q = b;
  return (p < q) + (q - p == n) + q[n]; }`,
    args: [3],
  },
  {
    name: 'from one global into the next',
    trap: 'out-of-bounds',
    kinds: CHECKED,
    text: `static int a[4], b[64]; int test(void) { int *volatile p = a; b[1] = 1;
  return *(int *)((char *)p + ((char *)b - (char *)a) + 4); /* TRAP */ }`,
    causes: ['declared here 1'],
  },
  {
    name: 'from one heap object into the next, through memory and a call',
    trap: 'out-of-bounds',
    kinds: CHECKED,
    text: `${ALLOCATOR}
struct s { char *p; }; static char get(struct s *s, long i) {
  return s->p[i]; /* TRAP */ }
int test(void) { struct s s = { alloc(16) }; char *q = alloc(16); q[0] = 1; return get(&s, q - s.p); }`,
    causes: ['allocated here allocator', 'called from here 4'],
  },
  {
    name: 'into a neighbour by what memcpy moved',
    trap: 'out-of-bounds',
    kinds: CHECKED,
    text: `int test(long n) { char a[16] = { 1 }, b[16] = { 2 }; char *p = a, *q; (void)b;
  __builtin_memcpy(&q, &p, sizeof(q));
  return q[n]; /* TRAP */ }`,
    args: [20n],
  },
  {
    name: 'container_of, tag bits and integers keep the object',
    trap: null,
    text: `struct list { struct list *next; }; struct item { long id; struct list list; };
int test(int n) { struct item item = { 7, { 0 } }; struct list *l = &item.list;
  unsigned long word = (unsigned long)l | 1; l = (struct list *)(word & ~1ul);
  struct item *back = (struct item *)((char *)l - __builtin_offsetof(struct item, list));
  return back->id == n; }`,
    args: [7],
  },
  {
    name: 'an address made from integers leads to the object that lives there',
    trap: null,
    text: `static long a[8]; static unsigned long number = 1;
int test(void) { unsigned long at = (unsigned long)a / 8 * 8 * number; long local = 4;
  unsigned long other = ((unsigned long)&local << 8 >> 8) | 0xffff000000000000ul;
  *(long *)(at + 8) = 5; return a[1] + *(long *)other; }`,
  },
  {
    name: 'an address made from integers where nothing lives',
    trap: 'out-of-bounds',
    kinds: CHECKED,
    text: `extern char __pc_heap[]; static unsigned long one = 1;
int test(void) { char *p = (char *)((unsigned long)__pc_heap * one + 64);
  return *p; /* TRAP */ }`,
  },
  {
    name: 'one past the end, pointed to only',
    trap: null,
    text: 'int test(void) { int a[4] = { 1, 2, 3, 4 }, s = 0; for (int *p = a; p != a + 4; p++) s += *p; return s; }',
  },
  {
    name: 'an argument that is not there',
    trap: 'out-of-bounds',
    kinds: CHECKED,
    text: `static int f(int n, ...) { __builtin_va_list l; __builtin_va_start(l, n); int s = 0;
  while (n--) s += __builtin_va_arg(l, int); /* TRAP */
  return s; }
int test(void) { return f(3, 1, 2); }`,
  },

  /* the end of an object */
  {
    name: 'use after free, with who freed and who allocated',
    trap: 'use-after-free',
    kinds: CHECKED,
    text: `${ALLOCATOR}
static void drop(long *p) { release(p, 16); }
int test(void) { long *p = alloc(16); *p = 1;
  drop(p);
  return *p; /* TRAP */ }`,
    causes: [
      'freed here allocator',
      'called from here 2',
      'allocated here allocator',
      'called from here 3',
    ],
  },
  {
    name: "use after free, when the memory is somebody else's by then",
    trap: 'use-after-free',
    kinds: CHECKED,
    text: `extern char __pc_heap[];
int test(void) { char *p = __builtin_pc_allocate(__pc_heap, 8); __builtin_pc_free(p);
  char *q = __builtin_pc_allocate(__pc_heap, 8); *q = 1;
  return *p; /* TRAP */ }`,
  },
  {
    name: 'freed twice',
    trap: 'double-free',
    kinds: CHECKED,
    text: `extern char __pc_heap[];
void test(void) { char *p = __builtin_pc_allocate(__pc_heap, 8);
  __builtin_pc_free(p);
  __builtin_pc_free(p); /* TRAP */ }`,
    causes: ['freed here 3', 'allocated here 2'],
  },
  {
    name: 'freed from the middle',
    trap: 'invalid-free',
    kinds: CHECKED,
    text: `extern char __pc_heap[];
void test(void) { char *p = __builtin_pc_allocate(__pc_heap, 8);
  __builtin_pc_free(p + 4); /* TRAP */ }`,
  },
  {
    name: 'a local is freed',
    trap: 'invalid-free',
    kinds: CHECKED,
    text: `void test(void) { int a = 1;
  __builtin_pc_free(&a); /* TRAP */ }`,
  },
  {
    name: 'freed and allocated again, and null freed',
    trap: null,
    text: `extern char __pc_heap[];
int test(void) { for (int i = 0; i < 9; i++) { char *p = __builtin_pc_allocate(__pc_heap, 8); *p = i; __builtin_pc_free(p); }
  __builtin_pc_free((void *)0); return 0; }`,
  },
  {
    name: 'more objects over time than there are entries',
    trap: null,
    text: `static int f(int n) { int a = n; int *volatile p = &a; return *p; }
int test(void) { int s = 0; for (int i = 0; i < 70000; i++) s += f(i) & 1; return s; }`,
  },

  /* bits without a value */
  {
    name: 'a branch on a local that was never assigned',
    trap: 'uninitialised',
    kinds: TRACKING,
    text: `int test(int n) {
  int a;
  if (n) a = 1;
  if (a) return 1; /* TRAP */
  return 2; }`,
    args: [0],
    causes: ['it came from here 2'],
  },
  {
    name: 'the same, assigned',
    trap: null,
    text: 'int test(int n) { int a; if (n) a = 1; else a = 0; if (a) return 1; return 2; }',
    args: [0],
  },
  {
    name: 'a member that was never assigned, by way of a copy',
    trap: 'uninitialised',
    kinds: TRACKING,
    text: `struct s { int a, b; };
int test(void) { struct s x, y; x.a = 1; y = x;
  if (y.a == 1 && y.b) return 1; /* TRAP */
  return 2; }`,
  },
  {
    name: 'a copy with holes',
    trap: null,
    text: `struct s { char a; long b; };
long test(void) { struct s x, y; x.a = 1; x.b = 2; y = x; char c[16]; __builtin_memcpy(c, &y, 16); return c[0] + c[8]; }`,
  },
  {
    name: 'an address from heap that was never written',
    trap: 'uninitialised',
    kinds: TRACKING,
    text: `${ALLOCATOR}
int test(void) { int **p = alloc(16);
  return *p[1]; /* TRAP */ }`,
    causes: ['allocated here allocator', 'called from here 2'],
  },
  {
    name: 'a shift count without a value',
    trap: 'uninitialised',
    kinds: TRACKING,
    text: `int test(int n) { int count; if (n) count = 1;
  return 1 << count; /* TRAP */ }`,
    args: [0],
  },
  {
    name: 'a local in a loop is another one each time',
    trap: 'uninitialised',
    kinds: TRACKING,
    text: `int test(void) { for (int i = 0; i < 3; i++) { int a;
  if (i == 0) a = 1;
  if (a) continue; /* TRAP */
  return 1; } return 2; }`,
  },
  {
    name: 'one bit of a bit-field word, the others without a value',
    trap: null,
    text: `struct s { unsigned a : 3, b : 5, c : 24; };
int test(int n) { struct s x; x.a = n; struct s *volatile p = &x; p->b = 3; return p->a == n && p->b == 3; }`,
    args: [5],
  },
  {
    name: 'a bit-field beside them',
    trap: 'uninitialised',
    kinds: TRACKING,
    text: `struct s { unsigned a : 3, b : 5, c : 24; };
int test(int n) { struct s x; x.a = n; struct s *volatile p = &x;
  if (p->c) return 1; /* TRAP */
  return 0; }`,
    args: [5],
  },
  {
    name: 'a value that somebody looks at',
    trap: 'uninitialised',
    kinds: TRACKING,
    text: `void test(int n) { long a; if (n) a = 1;
  __builtin_pc_observe(a); /* TRAP */ }`,
    args: [0],
  },
  {
    name: 'a value without value that decides nothing',
    trap: null,
    text: `static int f(int a, int b) { return b; }
int test(int n) { int a; if (n > 1) a = 1; long x = a; x += 3; return f((int)x, n) & (n ? -1 : 0); }`,
    args: [0],
  },
  {
    name: 'unset and set operands joined',
    trap: null,
    text: `int test(int n) { int a; if (n > 5) a = 1; int done = 0;
  if (done && a) return 1; if (!done || a) return (a & 0) + 2; return 3; }`,
    args: [0],
  },

  /* what the build leaves undefined */
  {
    name: 'a sum that does not fit, where the build defines it',
    trap: null,
    text: 'int test(int a, int b) { return a + b; }',
    args: [0x7fff_ffff, 1],
  },
  {
    name: 'a sum that does not fit',
    trap: 'signed-overflow',
    kinds: CHECKED,
    rules: HOSTED,
    text: 'int test(int a, int b) { return a + b; /* TRAP */ }',
    args: [0x7fff_ffff, 1],
  },
  {
    name: 'a product of 64 bits that does not fit',
    trap: 'signed-overflow',
    kinds: CHECKED,
    rules: HOSTED,
    text: 'long test(long a, long b) { return a * b; /* TRAP */ }',
    args: [-(1n << 62n), 3n],
  },
  {
    name: 'the lowest product of 64 bits that fits',
    trap: null,
    rules: HOSTED,
    text: 'long test(long a, long b) { return a * b; }',
    args: [-(1n << 62n), 2n],
  },
  {
    name: 'the negative of the lowest value',
    trap: 'signed-overflow',
    kinds: CHECKED,
    rules: HOSTED,
    text: 'int test(int a) { return -a; /* TRAP */ }',
    args: [-0x8000_0000],
  },
  {
    name: 'an increment beyond the highest value',
    trap: 'signed-overflow',
    kinds: CHECKED,
    rules: HOSTED,
    text: 'int test(int a) { a++; /* TRAP */ return a; }',
    args: [0x7fff_ffff],
  },
  {
    name: 'a sum behind a test that keeps it small, and unsigned ones',
    trap: null,
    rules: HOSTED,
    text: 'int test(int a, unsigned b) { short s = 32767; s++; return (a < 0x7fffffff && a + 1 > 3) + (b + 2 < b) + s; }',
    args: [0x7fff_ffff, -1],
  },
  {
    name: 'a misaligned word, where the build does not allow it',
    trap: 'misaligned',
    kinds: CHECKED,
    rules: HOSTED,
    text: `int test(int n) { int a[2] = { 1, 2 }; char *p = (char *)a;
  return *(int *)(p + n); /* TRAP */ }`,
    args: [1],
  },
  {
    name: 'a packed member at an odd place',
    trap: null,
    rules: HOSTED,
    text: `struct __attribute__((packed)) s { char c; int i; };
int test(int n) { struct s s = { 1, n }, *volatile p = &s; return p->i; }`,
    args: [1],
  },
  {
    name: 'a _Bool that is neither',
    trap: 'invalid-value',
    kinds: CHECKED,
    text: `int test(int n) { _Bool b = 0; *(char *)&b = n;
  return b; /* TRAP */ }`,
    args: [2],
  },
  {
    name: 'a _Bool that is true',
    trap: null,
    text: 'int test(int n) { _Bool b = 0; *(char *)&b = n; return b; }',
    args: [1],
  },
  {
    name: 'an index behind an array inside a record',
    trap: 'index-out-of-range',
    kinds: CHECKED,
    text: `struct s { int a[4]; int b; };
int test(int n) { struct s s = { { 1 }, 2 };
  return s.a[n]; /* TRAP */ }`,
    args: [4],
  },
  {
    name: 'its last element, the address behind it, and an array that ends its record',
    trap: null,
    text: `${ALLOCATOR}
struct s { int a[4]; int b; }; struct t { int n; int a[1]; };
int test(int n) { struct s s = { { 1, 2, 3, 4 }, 2 }; int *end = &s.a[n + 1]; struct t *t = alloc(32); t->a[n] = 1;
  return s.a[n] + (end == s.a + 4) + t->a[n]; }`,
    args: [3],
  },
  {
    name: 'an array that ends its record but for padding',
    trap: null,
    text: `${ALLOCATOR}
struct s { int n; long m; short a[1]; };
int test(int n) { struct s *s = alloc(64); s->a[n] = 1; return s->a[n]; }`,
    args: [5],
  },
  {
    name: 'code that the kernel exempts from KASAN',
    trap: null,
    text: `static __attribute__((no_sanitize_address)) unsigned long word(const char *p) { return *(const unsigned long *)p; }
int test(void) { char a[3] = { 1, 2, 0 }; return word(a) & 1; }`,
  },
  {
    name: 'the same without the exemption',
    trap: 'out-of-bounds',
    kinds: CHECKED,
    text: `static unsigned long word(const char *p) {
  return *(const unsigned long *)p; /* TRAP */ }
int test(void) { char a[3] = { 1, 2, 0 }; return word(a) & 1; }`,
  },
];
