/** What stops a run, by name and line, and near twins that must not. */
import { describe, expect, it } from 'vitest';
import { run } from './testing/run.js';
import { callCases } from './testing/call-cases.js';
import { ALL, ALLOCATOR, CHECKED, strictCases, type Case } from './testing/strict-cases.js';

const cases: readonly Case[] = [
  {
    name: 'null pointer',
    trap: 'null-pointer',
    text: 'int test(int *p) { return *p; /* TRAP */ }',
  },
  {
    name: 'member of a null pointer',
    trap: 'null-pointer',
    text: `struct s { long pad[100]; int x; };
void test(struct s *p) { p->x = 1; /* TRAP */ }`,
  },
  {
    name: 'an error pointer',
    trap: 'out-of-bounds',
    text: `long test(void) { long *p = (long *)-22l;
  return *p; /* TRAP */ }`,
  },
  {
    name: 'a user address',
    trap: 'out-of-bounds',
    text: 'char test(char *p) { return p[1]; /* TRAP */ }',
    args: [0x40_0000n],
  },
  {
    name: 'the first page behind the base',
    trap: 'out-of-bounds',
    text: 'char test(char *p) { return *p; /* TRAP */ }',
    args: [0xffff_8880_0000_0040n],
  },
  {
    name: 'behind the memory',
    trap: 'out-of-bounds',
    text: `extern char __pc_heap_end[];
char test(void) { char *p = __pc_heap_end; return *p; /* TRAP */ }`,
  },
  {
    name: 'the last byte of the memory',
    trap: null,
    kinds: ['fast', 'inspectable'],
    text: `extern char __pc_heap_end[];
char test(void) { char *p = __pc_heap_end; return p[-1]; }`,
  },
  {
    name: 'a block that leaves the memory',
    trap: 'out-of-bounds',
    text: `extern char __pc_heap_end[];
void test(void) { __builtin_memset(__pc_heap_end - 8, 1, 9); /* TRAP */ }`,
  },
  {
    name: 'an empty block anywhere',
    trap: null,
    text: 'void test(void) { __builtin_memset((void *)8, 1, 0); }',
  },
  {
    name: 'division by zero',
    trap: 'division-by-zero',
    text: 'int test(int a, int b) { return a / b; /* TRAP */ }',
    args: [5, 0],
  },
  {
    name: 'remainder by zero',
    trap: 'division-by-zero',
    text: 'unsigned long test(unsigned long a, unsigned long b) { return a % b; /* TRAP */ }',
    args: [5n, 0n],
  },
  {
    name: 'the lowest value by -1',
    trap: 'division-overflow',
    text: 'long test(long a, long b) { return a / b; /* TRAP */ }',
    args: [-(1n << 63n), -1n],
  },
  {
    name: 'another value by -1',
    trap: null,
    text: 'long test(long a, long b) { return a / b; }',
    args: [-(1n << 63n) + 1n, -1n],
  },
  {
    name: 'a shift by the width',
    trap: 'bad-shift',
    text: 'int test(int a, int n) { return a << n; /* TRAP */ }',
    args: [1, 32],
  },
  {
    name: 'a shift by a negative count',
    trap: 'bad-shift',
    text: 'long test(long a, int n) { return a >> n; /* TRAP */ }',
    args: [1n, -1],
  },
  {
    name: 'a shift by the width less one',
    trap: null,
    text: 'long test(long a, int n) { return a >> n; }',
    args: [1n, 63],
  },
  {
    name: 'a function that falls off its end, its value used',
    trap: 'missing-return',
    text: `static int f(int n) { if (n) return 1; }
int test(int n) { return 1 +
  f(n); /* TRAP */ }`,
    args: [0],
  },
  {
    name: 'the same, passed on and used further up',
    trap: 'missing-return',
    text: `static int f(int n) { if (n) return 1; }
static int g(int n) { return f(n); }
int test(int n) { return 1 +
  g(n); /* TRAP */ }`,
    args: [0],
  },
  {
    name: 'the same, its value not used',
    trap: null,
    text: `static int f(int n) { if (n) return 1; }
int test(int n) { f(n); return f(1); }`,
    args: [0],
  },
  {
    name: 'a call through a wild pointer',
    trap: 'bad-call',
    text: `int test(long p) { int (*f)(void) = (int (*)(void))p;
  return f(); /* TRAP */ }`,
    args: [0xffff_ffff_8100_0008n],
  },
  {
    name: 'a call through null',
    trap: 'bad-call',
    text: `int test(long p) { int (*f)(void) = (int (*)(void))p;
  return f(); /* TRAP */ }`,
    args: [0n],
  },
  {
    name: 'a call through another type',
    trap: 'bad-call',
    text: `static int one(int n) { return n; }
static void *volatile keep = one;
int test(void) { int (*f)(long, long) = keep;
  return f(1, 2); /* TRAP */ }`,
  },
  {
    name: 'a call through the right type',
    trap: null,
    text: `static int one(int n) { return n; }
static void *volatile keep = one;
int test(void) { int (*f)(int) = keep; return f(1); }`,
  },
  {
    name: '__builtin_unreachable',
    trap: 'unreachable',
    text: 'int test(int n) { if (n) return 1; __builtin_unreachable(); /* TRAP */ }',
    args: [0],
  },
  {
    name: 'a noreturn function that returns',
    trap: 'unreachable',
    text: `static __attribute__((noreturn)) void stop(int n) { if (n) __builtin_pc_trap(n); } /* TRAP */
void test(void) { stop(0); }`,
  },
  {
    name: 'a model that stops the run',
    trap: 'model',
    text: 'void test(void) { __builtin_pc_trap(7); /* TRAP */ }',
  },
  {
    name: 'recursion without end, with frames',
    trap: 'stack-overflow',
    text: `static int f(int n) { int a[20]; a[n % 20] = n; return f(n + 1) + a[3]; } /* TRAP */
int test(void) { return f(0); }`,
  },
  {
    name: 'an array of variable length that is too long',
    trap: 'stack-overflow',
    text: `int test(long n) {
  char a[n]; /* TRAP */
  a[0] = 1; return a[0]; }`,
    args: [1n << 40n],
  },
  {
    name: 'a loop without end',
    trap: 'out-of-fuel',
    text: 'void test(void) { for (;;) ; }',
  },
  {
    name: 'a loop with an end',
    trap: null,
    text: 'int test(void) { int i; for (i = 0; i < 1000; i++) ; return i; }',
  },

  /* objects */
  {
    name: 'behind a heap object',
    trap: 'out-of-bounds',
    kinds: CHECKED,
    text: `${ALLOCATOR} int test(int n) { char *p = alloc(13);
  return p[n]; /* TRAP */ }`,
    args: [13],
  },
  {
    name: 'the last byte of a heap object',
    trap: null,
    text: `${ALLOCATOR} int test(int n) { char *p = alloc(13); p[n] = 1; return p[n]; }`,
    args: [12],
  },
  {
    name: 'a word that sticks out of a heap object',
    trap: 'out-of-bounds',
    kinds: CHECKED,
    text: `${ALLOCATOR} long test(int n) { char *p = alloc(13);
  return *(int *)(p + n); /* TRAP */ }`,
    args: [10],
  },
  {
    name: 'a misaligned word inside',
    trap: null,
    text: `${ALLOCATOR} long test(int n) { char *p = alloc(13); __builtin_memset(p, 1, 13); return *(long *)(p + n); }`,
    args: [5],
  },
  {
    name: 'use after free',
    trap: 'use-after-free',
    kinds: CHECKED,
    text: `${ALLOCATOR} long test(void) { long *p = alloc(16); *p = 1; release(p, 16);
  return *p; /* TRAP */ }`,
  },
  {
    name: 'memcpy from freed memory',
    trap: 'use-after-free',
    kinds: CHECKED,
    text: `${ALLOCATOR} void test(void) { char b[16]; char *p = alloc(16); release(p, 16);
  __builtin_memcpy(b, p, 16); /* TRAP */ }`,
  },
  {
    name: 'heap that was never allocated',
    trap: 'out-of-bounds',
    kinds: CHECKED,
    text: `extern char __pc_heap[]; int test(void) { char *p = __pc_heap;
  return *p; /* TRAP */ }`,
  },
  {
    name: 'behind a local array',
    trap: 'index-out-of-range',
    kinds: CHECKED,
    text: `int test(int n) { int a[5] = { 0 };
  return a[n]; /* TRAP */ }`,
    args: [5],
  },
  {
    name: 'before a local array',
    trap: 'index-out-of-range',
    kinds: CHECKED,
    text: `int test(int n) { int a[5] = { 0 };
  return a[n]; /* TRAP */ }`,
    args: [-1],
  },
  {
    name: 'behind a row of an array',
    trap: 'index-out-of-range',
    kinds: CHECKED,
    text: `static int a[3][5]; int test(int n) {
  return a[1][n]; /* TRAP */ }`,
    args: [5],
  },
  {
    name: 'before a row of a member array, and a row behind it',
    trap: 'index-out-of-range',
    kinds: CHECKED,
    text: `struct s { int head, a[2][5], tail; }; static struct s s; int test(int n) { struct s *p = &s; p->a[n + 2][4] = 1;
  return p->a[n + 3][0]; /* TRAP */ }`,
    args: [-1],
  },
  {
    name: 'behind a global array',
    trap: 'index-out-of-range',
    kinds: CHECKED,
    text: `static int a[5], b[5]; int test(int n) { b[0] = 1;
  return a[n]; /* TRAP */ }`,
    args: [5],
  },
  {
    name: 'the last element of each',
    trap: null,
    text: 'static int a[5]; int test(int n) { int b[5] = { 1 }; return a[n] + b[n]; }',
    args: [4],
  },
  {
    name: 'a local of a function that returned',
    trap: 'use-after-scope',
    kinds: CHECKED,
    text: `static int *f(int n) { int a = n; int *volatile p = &a; return p; }
int test(int n) { int *p = f(n);
  return *p; /* TRAP */ }`,
    args: [1],
  },
  {
    name: 'a local of a block that was left',
    trap: 'use-after-scope',
    kinds: CHECKED,
    text: `int test(int n) { int *p; { int a[2] = { n }; p = a; }
  return *p; /* TRAP */ }`,
    args: [1],
  },
  {
    name: 'a block entered again and again, left by every way',
    trap: null,
    text: `int test(int n) { int s = 0;
for (int i = 0; i < 9; i++) { int a[3] = { i, n, 2 }; int *p = a;
  if (i == 1) continue; if (i == 7) break; if (i == 5) goto on; s += p[i % 3];
on: ; s++; }
{ int b = s; int *q = &b; if (n) { int c = *q; int *r = &c; return *r; } }
return s; }`,
    args: [1],
  },
  {
    name: 'behind alloca',
    trap: 'out-of-bounds',
    kinds: CHECKED,
    text: `int test(int n) { char *p = __builtin_alloca(n); __builtin_memset(p, 1, n);
  return p[n]; /* TRAP */ }`,
    args: [24],
  },
  {
    name: 'what a function that returned had from alloca',
    trap: 'use-after-scope',
    kinds: CHECKED,
    text: `static char *f(int n) { char *p = __builtin_alloca(n); *p = n; return p; }
int test(int n) { char *p = f(n);
  return *p; /* TRAP */ }`,
    args: [24],
  },
  {
    name: 'an array of variable length in a loop, its block left',
    trap: 'use-after-scope',
    kinds: CHECKED,
    text: `int test(int n) { char *p = 0; for (int i = 1; i < n; i++) { char a[i]; a[i - 1] = i; p = a; }
  return *p; /* TRAP */ }`,
    args: [9],
  },
  {
    name: 'a record by value, returned and passed on',
    trap: null,
    text: `struct s { int a[5]; }; static struct s f(struct s x) { x.a[1]++; return x; }
int test(int n) { struct s x = { { n } }; return f(f(x)).a[1]; }`,
    args: [1],
  },
];

/** Lines of the allocator count as one. */
function lineIn(text: string, line: number): string {
  const before = text.startsWith(ALLOCATOR) ? ALLOCATOR.split('\n').length : 1;
  return line < before ? 'allocator' : String(line - before + 1);
}

describe.each(ALL)('%s', (kind) => {
  it.each([...cases, ...strictCases, ...callCases].map((each) => [each.name, each] as const))(
    '%s',
    async (_name, each) => {
      const rules = each.rules === undefined ? {} : { rules: each.rules };
      const outcome = await run(each.text, { kind, ...rules }, each.args);
      const here = each.kinds ?? ALL;
      if (each.trap === null) {
        if (here.includes(kind)) expect(outcome.kind).toBe('returned');
        return;
      }
      if (!here.includes(kind)) return;
      if (each.trap === 'out-of-fuel') {
        expect(outcome.kind).toBe('out-of-fuel');
        return;
      }
      expect(outcome).toMatchObject({ kind: 'trap', name: each.trap });
      const line = each.text.split('\n').findIndex((text) => text.includes('/* TRAP */')) + 1;
      if (outcome.kind !== 'trap') return;
      expect(outcome.site?.place.line).toBe(line);
      if (each.causes !== undefined && CHECKED.includes(kind)) {
        const said = outcome.explanation.causes.map(
          ({ what, site }) => `${what} ${lineIn(each.text, site?.place.line ?? 0)}`,
        );
        expect(said).toEqual(each.causes);
      }
    },
  );
});
