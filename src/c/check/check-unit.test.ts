import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../base/diagnostic.js';
import type { Global, TypedUnit } from '../typed.js';
import { alignOf, sizeOf } from './layout.js';
import { unitOf } from './testing/unit-of.js';
import { spelled } from '../spell-type.js';

function globalOf(unit: TypedUnit, name: string): Global {
  const global = unit.global(name);
  if (!global.ok) throw new Error(global.error.message);
  return global.value;
}

function relocations(global: Global): readonly string[] {
  return (global.init?.relocations ?? []).map(({ offset, target, addend }) => {
    const name = 'symbol' in target ? target.symbol : `${target.name}()`;
    return `${offset}: ${name} + ${addend}`;
  });
}

function refusal(text: string, name = 'f', options: Parameters<typeof unitOf>[1] = {}): Diagnostic {
  const result = unitOf(text, options).function(name);
  if (result.ok) throw new Error(`accepted: ${text}`);
  return result.error;
}

function accepted(text: string, name = 'f', options: Parameters<typeof unitOf>[1] = {}): void {
  const result = unitOf(text, options).function(name);
  expect(result.ok ? '' : `${result.error.message} at ${result.error.at?.column ?? 0}`).toBe('');
}

describe('laziness', () => {
  it('leaves alone what nobody asks for', () => {
    const unit = unitOf(`
      int broken(void) { return undeclared_thing + asm_too(); }
      struct wrong { int bits : 99; };
      int table[] = { no_such_constant };
      int pointed(struct wrong *p) { return p != 0; }
      int f(void) { extern int table[]; return table[0]; }
    `);
    expect(unit.definedFunctions).toEqual(['broken', 'pointed', 'f']);
    expect(unit.function('pointed').ok).toBe(true);
    expect(unit.function('broken').ok).toBe(false);
    expect(unit.type('struct wrong *').ok).toBe(true);
    expect(unit.global('table').ok).toBe(false);
  });

  it('sees a name from its first declaration on', () => {
    const text = 'int f(void) { return later(1); }\nint later(int x) { return x; }';
    expect(refusal(text)).toMatchObject({
      code: 'bad-input',
      message: "implicit declaration of function 'later'",
      at: { path: 'test.c', line: 1, column: 22, length: 5, sourceLine: text.split('\n')[0] },
    });
    accepted(text, 'f', { implicitFunctions: true });
  });

  it('completes types from later declarations', () => {
    const unit = unitOf(`
      extern int array[]; struct s *first; extern struct s second;
      unsigned long f(void) { return sizeof(array) + sizeof(second); }
      int array[5]; struct s { long x; }; struct s second;
    `);
    expect(unit.function('f').ok).toBe(true);
    expect(sizeOf(globalOf(unit, 'array').type)).toBe(20);
  });
});

describe('types and constants by name', () => {
  const unit = unitOf(`
    typedef unsigned long long u64; typedef u64 gfn_t; struct role { u64 level : 4; };
    enum level { NONE, L4K, L2M, TOP = 5 }; enum packed_ { P = 3 } __attribute__((packed));
    typedef u64 __attribute__((aligned(4))) loose; union any { int i; char c[9]; };
  `);
  it.each([
    ['struct role', 8, 8],
    ['gfn_t', 8, 8],
    ['u64 *', 8, 8],
    ['const struct role *', 8, 8],
    ['enum level', 4, 4],
    ['enum packed_', 1, 1],
    ['loose', 8, 4],
    ['union any', 12, 4],
    ['unsigned char', 1, 1],
    ['long unsigned int', 8, 8],
  ])('%s', (text, size, align) => {
    const type = unit.type(text);
    if (!type.ok) throw new Error(type.error.message);
    expect([sizeOf(type.value), alignOf(type.value)]).toEqual([size, align]);
  });

  it('knows enumerators, sizes and numbers', () => {
    expect(unit.constant('L2M')).toEqual({ ok: true, value: 2n });
    expect(unit.constant('TOP')).toEqual({ ok: true, value: 5n });
    expect(unit.constant('sizeof(union any)')).toEqual({ ok: true, value: 12n });
    expect(unit.constant('-0x10')).toEqual({ ok: true, value: -16n });
    expect(unit.constant('NOTHING')).toMatchObject({ ok: false, error: { code: 'missing' } });
    expect(unit.type('struct absent')).toMatchObject({ ok: false, error: { code: 'missing' } });
  });
});

describe('static initialisers', () => {
  const unit = unitOf(`
    typedef unsigned long ulong;
    struct node { struct node *next, **link; int (*call)(int); const char *name; ulong address; char tail[]; };
    extern struct node other; int twice(int x) { return 2 * x; }
    static struct node self = { &self, &self.next, twice, "text" + 1, (ulong)&other.call + 4, "abc" };
    static int array[4]; static int *inside = &array[3] - 1, *cast = (int *)((char *)array + 2);
    struct node *literal = &(struct node){ .next = &other };
    static const int five = 5; int copy = five; char letter = "xyz"[1]; ulong offset = (ulong)&((struct node *)0)->call;
    long distance = &array[3] - &array[1]; int (*calls[])(int) = { [2] = &twice };
    _Bool yes = &array; int compared = &array[1] > &array[0];
  `);
  it.each([
    ['self', ['0: self + 0', '8: self + 0', '16: twice() + 0', '24: .str.0 + 1', '32: other + 20']],
    ['inside', ['0: array + 8']],
    ['cast', ['0: array + 2']],
    ['literal', ['0: .literal.0 + 0']],
    ['calls', ['16: twice() + 0']],
  ])('%s', (name, expected) => {
    expect(relocations(globalOf(unit, name))).toEqual(expected);
  });
  it.each([
    ['copy', [5, 0, 0, 0]],
    ['letter', [121]],
    ['offset', [16, 0, 0, 0, 0, 0, 0, 0]],
    ['distance', [2, 0, 0, 0, 0, 0, 0, 0]],
    ['yes', [1]],
    ['compared', [1, 0, 0, 0]],
  ])('%s', (name, expected) => {
    expect([...(globalOf(unit, name).init?.bytes ?? [])]).toEqual(expected);
  });
  it('lets a flexible array member outgrow the type', () => {
    expect(globalOf(unit, 'self').init?.bytes.length).toBe(44);
  });
  it('knows linkage, definition and alignment', () => {
    expect(globalOf(unit, 'other')).toMatchObject({
      linkage: 'external',
      defined: false,
      init: null,
    });
    expect(globalOf(unit, 'five')).toMatchObject({ linkage: 'internal', readonly: true });
    expect(unit.definesGlobal('other')).toBe(false);
    expect(unit.definesGlobal('twice')).toBe(false);
  });
});

describe('what gcc refuses', () => {
  it.each([
    ['int f(void) { return x; }', "'x' undeclared (first use in this function)", 22],
    [
      'struct s { int a; }; int f(struct s *p) { return p->b; }',
      "'struct s' has no member named 'b'",
      53,
    ],
    [
      'struct s; int f(struct s *p) { return p->b; }',
      "invalid use of undefined type 'struct s'",
      39,
    ],
    [
      'int f(int x) { return x.a; }',
      "request for member 'a' in something not a structure or union",
      23,
    ],
    ['int f(int x) { return *x; }', "invalid type argument of unary '*' (have 'int')", 23],
    [
      'struct s { int a; } s; int f(void) { return s + 1; }',
      "invalid operands to binary + (have 'struct s' and 'int')",
      45,
    ],
    ['int f(const int *p) { *p = 1; return 0; }', 'assignment of read-only location', 23],
    [
      'int g(void); int f(void) { g() = 2; return 0; }',
      'lvalue required as left operand of assignment',
      28,
    ],
    ['int f(const int x) { x++; return 0; }', "increment of read-only variable 'x'", 22],
    ['int g(int); int f(void) { return g(); }', "too few arguments to function 'g'", 34],
    ['int g(int); int f(void) { return g(1, 2); }', "too many arguments to function 'g'", 34],
    ['void g(void); int f(void) { return g(); }', 'void value not ignored as it ought to be', 36],
    ['int f(int x) { goto out; return x; }', "label 'out' used but not defined", 16],
    [
      'int f(int x) { switch (x) { case 1: case 1: return 2; } return 0; }',
      'duplicate case value',
      37,
    ],
    ['int f(int x) { int x; return 0; }', "redeclaration of 'x'", 20],
    ['int f(void) { break; return 0; }', 'break statement not within loop or switch', 15],
    ['int f(void) { _Static_assert(1 > 2, "no"); return 0; }', 'static assertion failed: no', 15],
    [
      'struct s { int b : 3; } s; int *f(void) { return &s.b; }',
      "cannot take address of bit-field 'b'",
      50,
    ],
    [
      'struct a { int x; }; struct b { int x; }; int f(struct a *p) { struct b *q = p; return q->x; }',
      "incompatible pointer types when initializing type 'struct b *' from type 'struct a *'",
      78,
    ],
    [
      'struct a { int x; } a; struct b { int x; } b; void f(void) { a = b; }',
      "incompatible types when assigning to type 'struct a' from type 'struct b'",
      66,
    ],
    [
      'int f(void) { int a[2] = { [2] = 1 }; return a[0]; }',
      'array index in initializer exceeds array bounds',
      28,
    ],
    [
      'int f(int n) { return sizeof(struct nothing); }',
      "invalid application of 'sizeof' to incomplete type 'struct nothing'",
      23,
    ],
    ['int f(void) { return; }', "'return' with no value, in function returning non-void", 15],
  ])('%s', (text, message, column) => {
    expect(refusal(text)).toMatchObject({ code: 'bad-input', message, at: { line: 1, column } });
  });

  it('but not what it merely warns of', () => {
    accepted('int f(int *p) { long n = p; int *q = n; return q == 5; }');
    accepted('int f(const char *p) { char *q = p; unsigned char *r = q; return *r; }');
    accepted(
      'int g(void *); int f(int *p, void (*h)(void)) { return g(p) + g(h) + (p == (void *)1); }',
    );
    accepted('int f(int x) { int unused; x; 5; return x ? 1, 2 : 3; }');
    accepted('struct a; int f(struct a *p, struct b *q) { return p == q; }', 'f', {
      strictPointers: false,
    });
  });
});

describe('what is not supported', () => {
  it.each([
    ['void f(void) { asm volatile("cli"); }', 'inline assembly with instructions in it: "cli"'],
    ['_Complex double f(void) { return 0; }', 'complex types'],
    [
      'int f(int n) { int g(int x) { return x + n; } return g(1); }',
      'a function defined inside a function: g',
    ],
    [
      'int f(int x) { return __builtin_no_such_thing(x); }',
      'a compiler builtin that is not known: __builtin_no_such_thing',
    ],
    [
      'typedef int v4 __attribute__((vector_size(16))); v4 f(v4 a, v4 b) { return a + b; }',
      'vector types (attribute vector_size)',
    ],
  ])('%s', (text, message) => {
    expect(refusal(text)).toMatchObject({ code: 'unsupported', message });
  });

  it('may stand where a constant rules it out', () => {
    accepted('int f(int x) { if (0) asm("hlt"); if (1) return 1; else asm("hlt"); return 2; }');
    accepted(
      'int f(int x) { return (0 && ({ asm("hlt"); 1; })) || (1 ? x : ({ asm("hlt"); 2; })); }',
    );
    expect(refusal('int f(int x) { if (0) { l: asm("hlt"); } goto l; }').code).toBe('unsupported');
    expect(refusal('int f(int x) { if (0) return undeclared; return 1; }').code).toBe('bad-input');
  });

  it('an empty template is a barrier, and gives outputs their tied inputs', () => {
    accepted(
      'int f(int x) { int y; asm volatile("" : : : "memory"); asm("" : "=r"(y) : "0"(x)); asm("" : "+r"(x)); return x + y; }',
    );
  });
});

describe('functions', () => {
  it('know what they were declared with', () => {
    const unit = unitOf(`
      void stop(void) __attribute__((noreturn)); static int count;
      static inline __attribute__((always_inline)) int next(int by) { static int calls = 3; count += by; return calls++; }
      void stop(void) { for (;;) next(1); }
      extern void never(void) __attribute__((error("must not be called"))); int weak_one(void) __attribute__((weak));
      int f(void) { if (weak_one) never(); return next(2); }
    `);
    const stop = unit.function('stop');
    const next = unit.function('next');
    if (!stop.ok || !next.ok) throw new Error('refused');
    expect(next.value).toMatchObject({ inline: true, ref: { linkage: 'internal' } });
    expect(next.value.params.map((p) => [p.name, spelled(p.type), p.param])).toEqual([
      ['by', 'int', true],
    ]);
    expect(globalOf(unit, 'next.calls').init?.bytes[0]).toBe(3);
    const f = unit.function('f');
    const text = JSON.stringify(f, (key, value: unknown) =>
      typeof value === 'bigint' ? String(value) : key === 'span' ? undefined : value,
    );
    expect(text).toContain('"error":"must not be called"');
    expect(text).toContain('"weak":true');
  });

  it('old-style parameters arrive promoted', () => {
    const f = unitOf('int f(a, b, c) char a; float b; int c; { return a + c; }').function('f');
    if (!f.ok) throw new Error(f.error.message);
    expect(f.value.params.map((p) => spelled(p.type))).toEqual(['int', 'double', 'int']);
    expect(f.value.locals.map((l) => `${spelled(l.type)} ${l.name}`)).toContain('char a');
  });

  it('an alias is the other function under its own name', () => {
    const unit = unitOf(
      'int real(void) { return 1; } int also(void) __attribute__((alias("real"))); int f(void) { return also(); }',
    );
    const also = unit.function('also');
    expect(also.ok && also.value.ref.name).toBe('also');
  });
});
