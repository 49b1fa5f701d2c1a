/** For traps.test.ts: functions that are called through a pointer of another type, or of one that is compatible with theirs. */
import { CHECKED, type Case } from './strict-cases.js';

/** A definition of `f`, and a call of it through `p`; the declaration of `p` is a type of its own. */
function called(
  name: string,
  right: boolean,
  [definition, declaration, call]: readonly [string, string, string],
): Case {
  return {
    name: `called through a pointer: ${name}`,
    trap: right ? null : 'bad-call',
    ...(right ? {} : { kinds: CHECKED, causes: ['defined here 1'] }),
    text: `${definition}
static void *volatile keep = f;
int test(void) { int i = 1; long l = 2; (void)i, (void)l; ${declaration} = keep;
  ${call} /* TRAP */ return 0; }`,
  };
}

export const callCases: readonly Case[] = [
  {
    name: 'called through a pointer: known once its caller is inlined',
    trap: 'bad-call',
    kinds: CHECKED,
    causes: ['defined here 1'],
    text: `static int f(long *x) { return x != 0; }
static inline int call(int (*p)(int *), int *x) { return p(x); /* TRAP */ }
int test(void) { int i = 1; return call((void *)f, &i); }`,
  },
  {
    name: 'called through a pointer: the same, of its type',
    trap: null,
    text: `static int f(int *x) { return x != 0; }
static inline int call(int (*p)(int *), int *x) { return p(x); }
int test(void) { int i = 1; return call((void *)f, &i); }`,
  },
  called('to an int, of one that takes a pointer to long', false, [
    'static int f(long *x) { return x != 0; }',
    'int (*p)(int *)',
    'p(&i);',
  ]),
  called('the same, to a long', true, [
    'static int f(long *x) { return x != 0; }',
    'int (*p)(long *)',
    'p(&l);',
  ]),
  called('pointers to const are others', false, [
    'static int f(const int *x) { return *x; }',
    'int (*p)(int *)',
    'p(&i);',
  ]),
  called('a const parameter is none', true, [
    'static int f(int *const x) { return *x; }',
    'int (*p)(int *)',
    'p(&i);',
  ]),
  called('unsigned for signed', false, [
    'static int f(unsigned x) { return x; }',
    'int (*p)(int)',
    'p(i);',
  ]),
  called('long long for long', false, [
    'static int f(long long x) { return x; }',
    'int (*p)(long)',
    'p(l);',
  ]),
  called('another result', false, [
    'static unsigned f(int x) { return x; }',
    'int (*p)(int)',
    'p(i);',
  ]),
  called('a result for none', false, [
    'static void f(int x) { (void)x; }',
    'int (*p)(int)',
    'p(i);',
  ]),
  called('void pointers for others', false, [
    'static int f(void *x) { return x != 0; }',
    'int (*p)(int *)',
    'p(&i);',
  ]),
  called('another struct', false, [
    'struct a { int x; }; struct b { int x; }; static int f(struct a *x) { return x->x; }',
    'int (*p)(struct b *)',
    'struct b b = { 3 }; p(&b);',
  ]),
  called('the same struct by a typedef', true, [
    'struct a { int x; }; typedef struct a a_t; static int f(struct a *x) { return x->x; }',
    'int (*p)(a_t *)',
    'a_t a = { 3 }; p(&a);',
  ]),
  called('an enum for its integer', true, [
    'enum e { ONE = 1 }; static int f(enum e x) { return x; }',
    'int (*p)(unsigned)',
    'p(1);',
  ]),
  called('an enum for another integer', false, [
    'enum e { ONE = 1 }; static int f(enum e x) { return x; }',
    'int (*p)(int)',
    'p(1);',
  ]),
  called('without a prototype, arguments that fit', true, [
    'static int f(int x) { return x; }',
    'int (*p)()',
    'p(i);',
  ]),
  called('of a definition without a prototype', true, [
    'static int f(x) int x; { return x; }',
    'int (*p)(int)',
    'p(i);',
  ]),
  called('arrays of any length', true, [
    'static int f(int (*x)[4]) { return (*x)[0]; }',
    'int (*p)(int (*)[])',
    'int a[4] = { 1 }; p(&a);',
  ]),
  called('a handler of another type', false, [
    'static int g(int x) { return x; } static int f(int (*x)(int)) { return x(1); }',
    'int (*p)(int (*)(unsigned))',
    'p((int (*)(unsigned))g);',
  ]),
  called('a handler without a prototype', true, [
    'static int g(int x) { return x; } static int f(int (*x)(int)) { return x(1); }',
    'int (*p)(int (*)())',
    'p(g);',
  ]),
  called('another fixed part of a variadic one', false, [
    'static int f(const char *x, ...) { return x != 0; }',
    'int (*p)(char *, ...)',
    'char c = 0; p(&c, 1);',
  ]),
];
