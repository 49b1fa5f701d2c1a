/** Recording modules name the place where the value that a run stopped at was last written, and no other. */
import { describe, expect, it } from 'vitest';
import { machine, run } from './testing/run.js';
import { ALLOCATOR, strictCases } from './testing/strict-cases.js';

interface Case {
  readonly name: string;
  /** The write that counts is marked with WRITE at its line's end; without the mark nothing is to be named. */
  readonly text: string;
  readonly trap: string;
  /** Nobody has written there. */
  readonly never?: boolean;
  readonly args?: readonly number[];
}

const NODE = 'struct node { struct node *next; long value; };';

const cases: readonly Case[] = [
  {
    name: 'a null pointer in a record',
    trap: 'null-pointer',
    text: `${NODE}
long test(void) { struct node a, b; a.value = 1;
  a.next = &b;
  a.next = 0; /* WRITE */
  a.value = 2;
  return a.next->value; }`,
  },
  {
    name: 'written in a function that was called',
    trap: 'null-pointer',
    text: `${NODE}
static void cut(struct node *n) {
  n->next = 0; /* WRITE */
}
static void touch(struct node *n) { n->value = 0; }
long test(void) { struct node b = { 0, 1 }, a = { &b, 2 }; cut(&a); touch(&a); return a.next->value; }`,
  },
  {
    name: 'read here, followed elsewhere',
    trap: 'null-pointer',
    text: `${NODE}
static long value(struct node *n) { return n->value; }
static struct node *next(struct node *n) { return n->next; }
long test(void) { struct node a;
  a.next = 0; /* WRITE */
  a.value = 1;
  return value(next(&a)); }`,
  },
  {
    name: 'freed, through a pointer that was left in a record',
    trap: 'use-after-free',
    text: `${ALLOCATOR} ${NODE}
long test(void) { struct node a; struct node *b = alloc(16); b->value = 3;
  a.next = b; /* WRITE */
  release(b, 16);
  b = 0;
  return a.next->value; }`,
  },
  {
    name: 'one byte of a pointer overwritten',
    trap: 'out-of-bounds',
    text: `static long x[2]; static long *p;
long test(void) {
  p = x;
  ((unsigned char *)&p)[7] = 0x55; /* WRITE */
  return *p; }`,
  },
  {
    name: 'by the last of several writes to its bytes',
    trap: 'out-of-bounds',
    text: `static union { long *p; unsigned char b[8]; } u; static unsigned char other;
long test(void) {
  u.b[6] = 0x55;
  u.p = (long *)0x123456789abc; /* WRITE */
  other = 4;
  return *u.p; }`,
  },
  {
    name: 'a local that was assigned a constant',
    trap: 'null-pointer',
    args: [0],
    text: `static long x = 1;
long test(int n) { long *p = &x;
  if (!n)
    p = 0; /* WRITE */
  return *p; }`,
  },
  {
    name: 'a local that took what memory held: the memory counts',
    trap: 'null-pointer',
    text: `static long *g;
long test(void) { long x = 1; g = &x;
  g = 0; /* WRITE */
  long *p = g; long *q = p + 0;
  return *q; }`,
  },
  {
    name: 'memory that was cleared',
    trap: 'null-pointer',
    text: `${ALLOCATOR} ${NODE}
long test(void) { struct node *a = alloc(16); a->next = a;
  __builtin_memset(a, 0, 16); /* WRITE */
  return a->next->value; }`,
  },
  {
    name: 'a record that was copied over it',
    trap: 'null-pointer',
    text: `${NODE}
long test(void) { struct node b = { 0, 1 }, a = { &b, 2 };
  a = b; /* WRITE */
  b.next = &a;
  return a.next->value; }`,
  },
  {
    name: 'a global that only its initialiser set',
    trap: 'null-pointer',
    never: true,
    text: 'static long *g; static long h; long test(void) { h = 1; return *g; }',
  },
  {
    name: 'a _Bool',
    trap: 'invalid-value',
    text: `static struct { char c; _Bool b; char d; } s;
int test(void) { s.c = 1;
  ((char *)&s)[1] = 7; /* WRITE */
  s.d = 1;
  return s.b; }`,
  },
  {
    name: 'a divisor',
    trap: 'division-by-zero',
    text: `static int a[3] = { 1, 1, 1 };
int test(void) { a[0] = 5;
  a[1] = 0; /* WRITE */
  a[2] = 6;
  return 7 / a[1]; }`,
  },
  {
    name: 'an index',
    trap: 'index-out-of-range',
    text: `static int a[4]; static struct { int low, index, high; } s;
int test(void) { s.low = 1;
  s.index += 9; /* WRITE */
  s.high = 2;
  return a[s.index]; }`,
  },
  {
    name: 'what is added to a pointer that no memory held',
    trap: 'out-of-bounds',
    text: `static int a[4]; static struct { int low, index, high; } s;
static int at(int *p, int index) { return p[index]; }
int test(void) { s.low = 1;
  s.index = 9; /* WRITE */
  s.high = 2;
  return at(a, s.index); }`,
  },
  {
    name: 'a function pointer',
    trap: 'bad-call',
    text: `static struct { long n; long (*f)(void); } s; static long one(void) { return 1; }
long test(void) { s.f = one;
  s.f = 0; /* WRITE */
  s.n = 1;
  return s.f(); }`,
  },
  {
    name: 'freed twice, from a list that kept it',
    trap: 'double-free',
    text: `${ALLOCATOR}
static void *kept[2];
void test(void) { kept[0] = alloc(8);
  kept[1] = kept[0]; /* WRITE */
  release(kept[0], 8); kept[0] = 0; release(kept[1], 8); }`,
  },
  {
    name: 'bits that nobody ever wrote',
    trap: 'uninitialised',
    never: true,
    text: `${ALLOCATOR} ${NODE}
int test(void) { struct node *a = alloc(16); a->value = 1; return a->next ? 1 : 2; }`,
  },
  {
    name: 'the same in memory that was used before',
    trap: 'uninitialised',
    never: true,
    text: `extern char __pc_heap[];
int test(void) { int *p = __builtin_pc_allocate(__pc_heap, 8); *p = 1; __builtin_pc_free(p);
  int *q = __builtin_pc_allocate(__pc_heap, 8); return *q ? 1 : 2; }`,
  },
  {
    name: 'bits that a copy brought',
    trap: 'uninitialised',
    text: `${NODE}
int test(void) { struct node a, b; a.next = 0; b.value = 1; b.next = &a;
  b = a; /* WRITE */
  b.next = &a;
  return b.value ? 1 : 2; }`,
  },
  {
    name: 'bytes that memcpy brought, beside others written since',
    trap: 'uninitialised',
    text: `${ALLOCATOR}
int test(void) { char *p = alloc(8), q[8] = { 0 };
  p[0] = 1;
  __builtin_memcpy(q, p, 8); /* WRITE */
  q[0] = 2; q[2] = 3;
  return *(int *)q & 0xff00 ? 1 : 2; }`,
  },
  {
    name: 'a parameter in memory is by the write that its argument came from',
    trap: 'null-pointer',
    text: `static long *g; static long **volatile out;
static long follow(long *p) { out = &p; return *p; }
long test(void) { long x = 1; g = &x;
  g = 0; /* WRITE */
  return follow(g); }`,
  },
  {
    name: 'what no memory held is by no write',
    trap: 'null-pointer',
    args: [0],
    text: `static long g; static long follow(long *p) { return *p; }
long test(int n) { g = 5; return follow((long *)(long)n); }`,
  },
];

describe('the place of the last write', () => {
  it.each(cases)('$name', async ({ text, trap, never, args }) => {
    const outcome = await run(text, { kind: 'recording' }, args ?? []);
    if (outcome.kind !== 'trap') throw new Error(`no trap but ${outcome.kind}`);
    expect(outcome.name).toBe(trap);
    const { causes, detail } = outcome.explanation;
    const named = causes
      .filter(({ what }) => what === 'the value was last written here')
      .map(({ site }) => site?.place.line ?? 0);
    const marked = text
      .split('\n')
      .flatMap((line, at) => (line.includes('/* WRITE */') ? [at + 1] : []));
    expect(named).toEqual(marked);
    expect(detail.includes('nobody has written')).toBe(never === true);
  });

  it('is what this run wrote, not one before', async () => {
    const text = `static long *g; void set(void) { g = 0; } long test(void) { return *g; }`;
    const made = await machine(text, { kind: 'recording', exports: ['set', 'test'] });
    made.call('set');
    made.reset(0);
    const outcome = made.call('test');
    expect(outcome.kind === 'trap' && outcome.explanation.detail).toContain('nobody has written');
  });

  it('is all that recording modules say besides what tracking ones do', async () => {
    for (const { text, args, rules } of strictCases) {
      const options = { ...(rules !== undefined && { rules }) };
      const plain = await run(text, { ...options, kind: 'tracking' }, args ?? []);
      const recorded = await run(text, { ...options, kind: 'recording' }, args ?? []);
      if (plain.kind !== 'trap' || recorded.kind !== 'trap') {
        expect(recorded).toEqual(plain);
        continue;
      }
      expect([recorded.name, recorded.site?.place]).toEqual([plain.name, plain.site?.place]);
      const others = recorded.explanation.causes.filter(
        ({ what }) => what !== 'the value was last written here',
      );
      expect(others.map(({ what, site }) => [what, site?.place])).toEqual(
        plain.explanation.causes.map(({ what, site }) => [what, site?.place]),
      );
    }
  });
});
