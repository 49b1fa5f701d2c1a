/**
 * Faults by the name that strict modules give them. Each is one function, called with arguments that must stop it and with near
 * ones that must not, and says which tool of another make can see the fault.
 */
import type { TrapName } from '../../src/exec/program.js';

/** `none`: no tool here sees it; why. */
export type Judge = 'sanitizers' | 'memcheck' | { readonly none: string };

/** `kernel`: signed overflow wraps, misaligned accesses are fine; `hosted`: C alone. */
export type Rules = 'kernel' | 'hosted';

export type Arguments = readonly [bigint, bigint];

export interface Fault {
  readonly name: string;
  readonly trap: TrapName;
  readonly judge: Judge;
  readonly rules: readonly Rules[];
  /** Defines `long NAME(long a, long b)`, other things as `NAME_…`. May call alloc(n) and release(p, n). */
  readonly text: string;
  readonly bad: Arguments;
  readonly good: Arguments;
}

const BOTH: readonly Rules[] = ['kernel', 'hosted'];
const LOWEST = -(1n << 63n);

function fault(
  name: string,
  trap: TrapName,
  bad: Arguments,
  good: Arguments,
  text: string,
  judge: Judge = 'sanitizers',
  rules: readonly Rules[] = BOTH,
): Fault {
  return { name, trap, bad, good, text, judge, rules };
}

export const faults: readonly Fault[] = [
  fault(
    'a string walked past its end',
    'out-of-bounds',
    [4n, 0n],
    [3n, 0n],
    `long NAME(long a, long b) { char *p = alloc(4); __builtin_memset(p, 'x', 4); p[3] = 0; long n = 0;
  for (char *q = p; n < a || *q; q++) n++; return n + b + *(p + a); }`,
  ),
  fault(
    'a record in a smaller allocation',
    'out-of-bounds',
    [12n, 0n],
    [16n, 0n],
    `struct NAME_s { long x; long y; };
long NAME(long a, long b) { struct NAME_s *s = alloc(a); s->x = b; s->y = b; return s->x; }`,
  ),
  fault(
    'a block copied that is longer than where it goes',
    'out-of-bounds',
    [17n, 0n],
    [16n, 0n],
    `long NAME(long a, long b) { char *p = alloc(16), *q = alloc(32); __builtin_memset(q, 1, 32);
  __builtin_memcpy(p, q, a); return p[b]; }`,
  ),
  fault(
    'behind a local, through a pointer',
    'out-of-bounds',
    [5n, 0n],
    [4n, 0n],
    `long NAME(long a, long b) { int x[5] = { 1, 2, 3, 4, 5 }; int *volatile p = x; return p[a] + b; }`,
  ),
  fault(
    'behind a global, through a pointer',
    'out-of-bounds',
    [5n, 0n],
    [4n, 0n],
    `static int NAME_g[5]; long NAME(long a, long b) { int *volatile p = NAME_g; return p[a] + b; }`,
  ),
  fault(
    'behind what alloca gave',
    'out-of-bounds',
    [24n, 0n],
    [23n, 0n],
    `long NAME(long a, long b) { char *p = __builtin_alloca(24 + b); __builtin_memset(p, 1, 24); return p[a]; }`,
  ),
  fault(
    'an index behind the array that it is written on',
    'index-out-of-range',
    [4n, 0n],
    [3n, 0n],
    `long NAME(long a, long b) { struct { int m[4]; int after; } s = { { 1 }, 2 }; return s.m[a] + b; }`,
  ),
  fault(
    'a member of a null pointer',
    'null-pointer',
    [0n, 0n],
    [1n, 0n],
    `struct NAME_s { long x, y; };
long NAME(long a, long b) { struct NAME_s s = { 1, 2 }, *volatile p = a ? &s : (void *)0; return p->y + b; }`,
  ),
  fault(
    'a wild pointer',
    'out-of-bounds',
    [0x10_0000_0000_0000n, 0n],
    [0n, 0n],
    `long NAME(long a, long b) { long x = 1; long *volatile p = a ? (long *)a : &x; return *p + b; }`,
  ),
  fault(
    'a list walked after one of its members was freed',
    'use-after-free',
    [1n, 0n],
    [0n, 0n],
    `struct NAME_n { struct NAME_n *next; long v; };
long NAME(long a, long b) { struct NAME_n *x = alloc(16), *y = alloc(16); x->next = y; x->v = b; y->next = 0; y->v = 2;
  if (a) release(y, 16);
  long s = 0; for (struct NAME_n *n = x; n; n = n->next) s += n->v; return s; }`,
  ),
  fault(
    'a write to what was freed',
    'use-after-free',
    [1n, 7n],
    [0n, 7n],
    `long NAME(long a, long b) { char *p = alloc(8); if (a) release(p, 8); p[b] = 1; return 0; }`,
  ),
  fault(
    'a local of a block that was left',
    'use-after-scope',
    [1n, 0n],
    [0n, 0n],
    `long NAME(long a, long b) { long out = 1; long *volatile p = &out; { long in = b; if (a) p = &in; } return *p; }`,
  ),
  fault(
    'a local of a function that has returned',
    'use-after-scope',
    [1n, 0n],
    [0n, 0n],
    `static long *NAME_f(long a, long *o) { long in[4] = { a }; long *volatile p = a ? in : o; return p; }
long NAME(long a, long b) { long o = b; return *NAME_f(a, &o); }`,
  ),
  fault(
    'freed twice',
    'double-free',
    [1n, 0n],
    [0n, 0n],
    `long NAME(long a, long b) { char *p = alloc(8); release(p, 8); if (a) release(p, 8); return b; }`,
  ),
  fault(
    'freed from its middle',
    'invalid-free',
    [8n, 0n],
    [0n, 0n],
    `long NAME(long a, long b) { char *p = alloc(32); release(p + a, 32); return b; }`,
  ),
  fault(
    'a global freed',
    'invalid-free',
    [1n, 0n],
    [0n, 0n],
    `static char NAME_g[8]; long NAME(long a, long b) { char *p = alloc(8); release(a ? NAME_g : p, 8); return b; }`,
  ),
  fault(
    'a shift by the width of the promoted type',
    'bad-shift',
    [1n, 32n],
    [1n, 31n],
    `long NAME(long a, long b) { unsigned char c = a; return (unsigned)c << b; }`,
  ),
  fault(
    'a remainder by zero',
    'division-by-zero',
    [5n, 0n],
    [5n, 1n],
    `long NAME(long a, long b) { return (int)a % (int)b; }`,
  ),
  fault(
    'the lowest value divided by -1',
    'division-overflow',
    [LOWEST, -1n],
    [LOWEST, 1n],
    `long NAME(long a, long b) { return a / b; }`,
  ),
  fault(
    'a sum of what was promoted to int',
    'signed-overflow',
    [65535n, 65535n],
    [65535n, 32767n],
    `long NAME(long a, long b) { unsigned short x = a, y = b; return x * y; }`,
    'sanitizers',
    ['hosted'],
  ),
  fault(
    'a word at an odd address',
    'misaligned',
    [1n, 0n],
    [4n, 0n],
    `long NAME(long a, long b) { char *p = alloc(16); __builtin_memset(p, 0, 16); return *(int *)(p + a) + b; }`,
    'sanitizers',
    ['hosted'],
  ),
  fault(
    'a _Bool of a record that holds 2',
    'invalid-value',
    [2n, 0n],
    [1n, 0n],
    `struct NAME_s { char c; _Bool b; };
long NAME(long a, long b) { struct NAME_s s = { 0, b }; ((char *)&s)[1] = a; return s.b; }`,
  ),
  fault(
    '__builtin_unreachable',
    'unreachable',
    [0n, 0n],
    [1n, 0n],
    `long NAME(long a, long b) { if (a) return b; __builtin_unreachable(); }`,
  ),
  fault(
    'recursion without end',
    'stack-overflow',
    [-1n, 0n],
    [20n, 0n],
    `static long NAME_f(long n) { volatile long x[8]; x[0] = n; return n ? NAME_f(n - 1) + x[0] : 0; }
long NAME(long a, long b) { return NAME_f(a) + b; }`,
  ),
  fault(
    'a call through null',
    'bad-call',
    [0n, 0n],
    [1n, 0n],
    `static long NAME_f(void) { return 1; }
long NAME(long a, long b) { long (*volatile f)(void) = a ? NAME_f : (void *)0; return f() + b; }`,
  ),

  fault(
    'a branch on a local that was never assigned',
    'uninitialised',
    [0n, 0n],
    [1n, 0n],
    `long NAME(long a, long b) { int x; int *volatile p = &x; if (a) *p = b; if (x) return 1; return 2; }`,
    'memcheck',
  ),
  fault(
    'a branch on allocated memory, through a copy',
    'uninitialised',
    [4n, 5n],
    [4n, 3n],
    `long NAME(long a, long b) { char *p = alloc(8), q[8]; __builtin_memset(p, 1, a); __builtin_memcpy(q, p, 8);
  if (q[b]) return 1; return 2; }`,
    'memcheck',
  ),
  fault(
    'an address that was never written',
    'uninitialised',
    [0n, 0n],
    [1n, 0n],
    `static long NAME_g; long NAME(long a, long b) { long **p = alloc(8); if (a) *p = &NAME_g; return **p + b; }`,
    'memcheck',
  ),
  fault(
    'one bit of a word that others were put into',
    'uninitialised',
    [16n, 0n],
    [1n, 0n],
    `long NAME(long a, long b) { int x; int *volatile p = &x; *p = (*p & ~15) | 5; if (x & a) return 1; return b; }`,
    'memcheck',
  ),

  fault(
    'the value of a function that returned none',
    'missing-return',
    [0n, 0n],
    [1n, 0n],
    `static int NAME_f(long n) { if (n) return 1; }
long NAME(long a, long b) { return NAME_f(a) + b; }`,
    { none: 'gcc has -fsanitize=return for C++ alone' },
  ),
  fault(
    'a call through a type with other parameters',
    'bad-call',
    [1n, 0n],
    [0n, 0n],
    `static long NAME_one(long x) { return x; } static long NAME_two(long x, long y) { return x + y; }
long NAME(long a, long b) { void *volatile f = a ? (void *)NAME_one : (void *)NAME_two;
  return ((long (*)(long, long))f)(a, b); }`,
    {
      none: "gcc has no -fsanitize=function, and clang's has been for C too only since version 17",
    },
  ),
];
