/**
 * Names by scope (C11 6.2.1, 6.2.3): gcc and we accept the same texts. And what does not parse is refused as soon as something reaches
 * it, at its place; what nothing reaches may be anything.
 */
import { describe, expect, it } from 'vitest';
import { link } from '../wasm/link.js';
import { PLAIN } from '../wasm/testing/run.js';
import { checkUnit, HOSTED_OPTIONS } from './check/check-unit.js';
import { gccErrors, hasGcc } from './check/testing/gcc.js';
import { indexUnit } from './parse/index-unit.js';
import { plainTokens } from './parse/testing/plain-tokens.js';

function refusals(text: string): readonly string[] {
  const index = indexUnit('a.c', plainTokens(text).tokens);
  const linked = index.ok ? link([checkUnit(index.value, HOSTED_OPTIONS)], PLAIN) : null;
  const problems = index.ok ? (linked?.ok === false ? linked.error : []) : [index.error];
  return problems.map(({ at, message }) => `${at?.line ?? 0}:${at?.column ?? 0}: ${message}`);
}

const TYPES = 'typedef int t; typedef long u; ';
const body = (text: string): string => `${TYPES}int test(void) { ${text} }`;

/** Bodies of a function. gcc says which of them are C. */
const BODIES: readonly string[] = [
  't t = 1; return t;',
  't t = 1, s = t; return s;',
  't *t = 0, s = 3; return t ? 0 : s;',
  't t = 1; t x = 2; return x;', // t is no type any more
  't t = 1; return sizeof(t) + (t) 2;',
  't t = 1; { typedef char t; t x = 2; return x; }',
  't t = 1; { t: return 2; }',
  'typedef char t; t x = 1; return x;',
  'typedef char t; typedef char t; t x = 1; return x;',
  'typedef char t; typedef int t; return 1;',
  'typedef int n; n n = 1; return n;',
  'int t = 1; typedef char t; return 1;',
  'typedef int t, *p, a[2]; t x = 1; p y = &x; a z = { 1, 2 }; return *y + z[1];',
  'enum { t = 3 }; t x = 1; return x;',
  'enum { t = 3 }; return (t) + 1;',
  'enum { e = 3 }; enum { e = 4 }; return e;',
  'enum { e = 3 }; { enum { e = 4 }; return e; }',
  'if (sizeof(enum { t = 1 })) { t x = 1; return x; } return 0;',
  'if (sizeof(enum { t = 1 })) ; t x = 1; return x;',
  'if (0) ; else if (sizeof(enum { t = 1 })) return (t) + 1; t x = 1; return x;',
  'while (sizeof(enum { t = 1 }) == 0) ; t x = 1; return x;',
  'do ; while (sizeof(enum { t = 1 }) == 0); t x = 1; return x;',
  'switch (sizeof(enum { t = 1 })) { case 4: return t; } return 0;',
  'switch (1) { case 1: (void)sizeof(enum { t = 1 }); return (t) + 1; } t x = 1; return x;',
  'if (1) (void)sizeof(struct s { int a; }); struct s x = { 1 }; return x.a;',
  'for (t t = 0; t < 2; t++) ; t x = 1; return x;',
  'for (t t = 0; t < 2; t++) { t x = 1; } return 0;',
  'for (int i = 0; i < 2; i++) { int i = 5; (void)i; } return 0;',
  'for (int i = 0; i < 2; i++) ; return i;',
  'struct t { t t; }; struct t x = { 1 }; t y = x.t; return y;',
  'struct t { int a; }; union t { int b; }; return 1;',
  'struct t { int a; }; { union t { int b; }; union t x = { 2 }; return x.b; }',
  'struct t { int a; }; struct t { int a; }; return 1;',
  'struct t { int t, t; }; return 1;',
  'goto t; t: return sizeof(t);',
  'goto t; { t: ; } t: return 1;',
  'goto t; return 1;',
  't: ; t x = 1; return x;',
  't: t x = 1; return x;',
  '{ __label__ t; goto t; t: ; } { __label__ t; goto t; t: ; } t x = 1; return x;',
  'extern int f(t), g(int t); return 1;',
  'int f(t t, t x); return 1;',
  'int f(int t, struct { t x; } *p); return 1;',
  'int f(int (*t)(t)); t x = 1; return x;',
  'int f(int a, int a); return 1;',
  't f(u), x = 1; return x;',
  'int (t); t = 3; return t;',
  'int (*t)(u); return sizeof(t);',
  't (x), (*y) = &x, z[3]; x = 1; return *y + sizeof z;',
  't(x); x = 4; return x;',
  't(*x)[2] = 0; return x == 0;',
  'unsigned t; return t = 1;',
  'unsigned t = 1; unsigned t2 = t; return t2;',
  'const t; return 1;',
  'long u = 1; return u;',
  'static t; return 1;',
  'static t t = 4; return t;',
  'return ({ typedef char t; sizeof(t); }) + sizeof(t);',
  'return ({ t t = 3; t; }) + (t) - 1;',
  'return _Generic((t)1, t: 1, u: 2);',
  'return _Generic((t)1, t: 1, int: 2);',
  'return sizeof(t[2]) + sizeof(t *) + sizeof(t (*)(t));',
  'return sizeof t;',
  'return (t){ 3 } + (t) { 4 };',
  't t = 2; return (t){ 3 };',
  'return __builtin_offsetof(struct { t t; u u; }, u);',
  '__typeof__(t) t = 1; __typeof__(t) s = t; return s;',
  'int i = 1; { int j = i, i = 5; return i + j; }',
  'int i = sizeof(i); return i;',
  'int x[sizeof(x)]; return 1;',
  'undeclared * x; return 1;',
  'return undeclared(1);',
  'struct nowhere x; return 1;',
  'struct nowhere *x = 0; return x == 0;',
  'enum nowhere x; return 1;',
];

/** Whole units. */
const UNITS: readonly string[] = [
  `${TYPES}int test(int t) { return (t) + 1; }`,
  `${TYPES}int test(int t) { t x = 1; return x; }`,
  `${TYPES}int test(t t) { return t; }`,
  `${TYPES}int test(t t, t s) { return t + s; }`,
  `${TYPES}int test(t s, t t) { return t + s; }`,
  `${TYPES}int test(int t) { typedef int t; return 1; }`,
  `${TYPES}int test(int t) { { typedef char t; t x = 1; return x; } }`,
  `${TYPES}int test(int n, char a[n], char b[sizeof(a)]) { return sizeof(b); }`,
  `${TYPES}int test(t) { return 1; }`,
  `${TYPES}int test(x, y) int x; t y; { return x + y; }`,
  `${TYPES}int test(x, t) int x; int t; { return x + t; }`,
  `${TYPES}typedef long t; int test(void) { return 1 + (t)1; }`,
  `${TYPES}typedef int t; int test(void) { return (t)1; }`,
  `${TYPES}int t; int test(void) { return (t); }`,
  `${TYPES}int test(void) { return later; } int later;`,
  `${TYPES}int test(void) { return (later)1; } typedef int later;`,
  `${TYPES}int test(void) { int later = 2; return (later) + 1; } typedef int later;`,
  `int test(void) { extern int x; { int x = 2; { extern int x; return x; } } } int x = 5;`,
  `static int x = 5; int test(void) { int x = 2; { extern int x; return x; } }`,
  `enum e { a, b }; int test(enum e a) { return a + b; }`,
  `int f(void); int test(void) { int f = 3; return f; } int f(void) { return 1; }`,
  `int f(void) { return 4; } int test(void) { int f(void), x = f(); return x; }`,
  `struct s { int a; }; int test(struct s { long b; } *p) { return sizeof(p->b); }`,
  `struct s { int a; } test2(void); int test(void) { struct s { long b; }; return sizeof(struct s) - sizeof(test2()); }`,
];

describe.skipIf(!hasGcc)('gcc and we accept the same', () => {
  it.each([...BODIES.map(body), ...UNITS])('%s', (text) => {
    const gcc = gccErrors(text, ['-w']);
    const ours = refusals(text).filter((each) => !each.endsWith('a model must supply it'));
    expect(ours.length > 0, `gcc: ${gcc}\nours: ${ours.join('\n')}`).toBe(gcc !== '');
  });
});

describe('what does not parse', () => {
  /** `reached` is refused at line 2; the same text that nothing reaches does not matter. */
  const BROKEN: readonly { readonly broken: string; readonly use: string }[] = [
    { broken: 'int f(int x) { return x + ; }', use: 'f(1)' },
    { broken: 'int f(int x) { if (x { return 1; } return 2; } }', use: 'f(1)' },
    { broken: 'int f(int x) { return (nothing)x; }', use: 'f(1)' },
    { broken: 'int f(int x) { nothing y = x; return y; }', use: 'f(1)' },
    { broken: 'int f(int x) { return x 1; }', use: 'f(1)' },
    { broken: 'int f(int x) { int y = { ; return x; }', use: 'f(1)' },
    { broken: 'static int f(int x) { for (int i = 0; i < x) ; return x; }', use: 'f(1)' },
    { broken: 'int a[] = { 1, [2 = 3 };', use: 'a[0]' },
    { broken: 'int a[3 = { 1 };', use: 'a[0]' },
    { broken: 'struct s { int a; b; };', use: 'sizeof(struct s)' },
    { broken: 'struct s { nothing a; };', use: 'sizeof(struct s)' },
    { broken: 'enum e { A = , B };', use: 'sizeof(enum e) + A' },
    { broken: 'typedef int (*f;', use: 'sizeof(f)' },
    { broken: 'int f(int, nothing);', use: 'f(1, 2)' },
    { broken: 'int f(int x) { asm(1); return x; }', use: 'f(1)' },
    { broken: 'int f(int x) { switch (x) { case : return 1; } return 2; }', use: 'f(1)' },
    { broken: 'int f(int x) { return ({ int y = x; y }); }', use: 'f(1)' },
    { broken: 'int f(int x) { @ return x; }', use: 'f(1)' },
  ];

  it.each(BROKEN)('$broken', ({ broken, use }) => {
    const text = (result: string): string => `\n${broken}\nint test(void) { return ${result}; }\n`;
    const found = refusals(text(use));
    expect(found.length).toBeGreaterThan(0);
    expect(found[0]).toMatch(/^[23]:\d+: /);
    if (hasGcc) expect(gccErrors(text(use), ['-w'])).not.toBe('');
  });

  it.each(BROKEN.filter(({ broken }) => balanced(broken)))(
    'nothing reaches it: $broken',
    ({ broken }) => {
      expect(refusals(`\n${broken}\nint test(void) { return 3; }\n`)).toEqual([]);
    },
  );
});

/** Brackets that do not match leave no telling where a declaration ends: the whole unit is refused. */
function balanced(text: string): boolean {
  return ['()', '{}', '[]'].every(
    ([open = '', close = '']) => text.split(open).length === text.split(close).length,
  );
}
