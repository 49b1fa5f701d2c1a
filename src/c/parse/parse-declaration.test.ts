/** How single constructs are read, shown as C with every parenthesis; and what is refused, and where. */
import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../base/diagnostic.js';
import type { Expansion, Token } from '../token.js';
import { indexUnit } from './index-unit.js';
import { printC } from './print/print-c.js';
import { plainTokens } from './testing/plain-tokens.js';

const prelude = 'typedef unsigned long u64; typedef int T; struct s { int x; };\n';

/** The last declaration of the text, read and printed, in one line. */
function read(text: string): string {
  const { tokens, pragmas } = plainTokens(prelude + text);
  const unit = indexUnit('test.c', tokens, pragmas);
  if (!unit.ok) return unit.error.message;
  const parsed = unit.value.parse(unit.value.declarations.length - 1);
  if (!parsed.ok) return parsed.error.message;
  const printed = parsed.value
    .map((declaration) => printC(declaration, unit.value.tokens))
    .join(' ');
  return printed.replace(/\s+/g, ' ').trim();
}

/** One expression, where `a`, `b` are variables and `u64`, `T` types. */
function expression(text: string): string {
  const whole = read(`void f(int a, int b, int *p) { ${text}; }`);
  return /^void f\(int a, int b, int \* p\) \{ (.*); \}$/.exec(whole)?.[1] ?? whole;
}

describe('what the grammar alone would misread', () => {
  it.each([
    ['(T)(a)', '((T) a)'],
    ['(u64)-1', '((u64) (- 1))'],
    ['(T)*p', '((T) (* p))'],
    ['a = (T)&b', '(a = ((T) (& b)))'],
    ['a = (struct s){ 1 }.x', '(a = (struct s) { 1 }.x)'],
    ['(a)(b)', 'a(b)'],
    ['(a) - b', '(a - b)'],
    ['(a)&b', '(a & b)'],
    ['(a[1]) - b', '(a[1] - b)'],
    ['(f(a)) - b', '(f(a) - b)'],
    ['a * b', '(a * b)'],
    ['a(b)', 'a(b)'],
    ['sizeof(T)', 'sizeof(T)'],
    ['sizeof(T) * 2', '(sizeof(T) * 2)'],
    ['sizeof(T) - a', '(sizeof(T) - a)'],
    ['sizeof(T){ 1 } - a', '(sizeof((T) { 1 }) - a)'],
    ['sizeof (a)[p]', 'sizeof(a[p])'],
    ['!a++', '(! (a ++))'],
    ['-a--', '(- (a --))'],
    ['*p++ = a', '((* (p ++)) = a)'],
    ['a, b, 1', '((a, b), 1)'],
    ['p[a, b]', 'p[(a, b)]'],
    ['a ?: b', '(a ?: b)'],
    ['a ? b : a ? 1 : 2', '(a ? b : (a ? 1 : 2))'],
    ['a - -b', '(a - (- b))'],
    ['a & b == 1 << 2 + 3', '(a & (b == (1 << (2 + 3))))'],
    ['__real__ a + 1', '((__real__ a) + 1)'],
    ['"a" "b"', '"a" "b"'],
  ])('%s', (text, expected) => {
    expect(expression(text)).toBe(expected);
  });

  it('a typedef name that is shadowed is a name', () => {
    expect(read('int f(int T) { return (T) - 1; }')).toBe('int f(int T) { return (T - 1); }');
    expect(read('int f(void) { int u64 = (u64) - 1; { typedef char u64; (u64) - 1; } }')).toBe(
      'int f(void) { int u64 = (u64 - 1); { typedef char u64; ((u64) (- 1)); } }',
    );
    expect(read('int f(void) { for (int T;;) (T) - 1; (T) - 1; T: ; }')).toBe(
      'int f(void) { for (int T; ; ) { (T - 1); } ((T) (- 1)); T: ; }',
    );
    expect(read('int f(void) { enum { T } e; return (T) - 1; }')).toBe(
      'int f(void) { enum { T } e; return (T - 1); }',
    );
    expect(read('struct t { T T; u64 (*u64)(T u64); };')).toBe(
      'struct t { T T; u64 (* u64)(T u64); };',
    );
  });

  it('a case holds one statement, and a switch needs no braces', () => {
    expect(read('int f(int a) { switch (a) case 1: case 2 ... 3: a++; a--; }')).toBe(
      'int f(int a) { switch (a) { case 1: case 2 ... 3: (a ++); } (a --); }',
    );
    expect(read('int f(int a) { if (a) default: a++; else a--; x: int y; z: }')).toBe(
      'int f(int a) { if (a) { default: (a ++); } else { (a --); } x: ; int y; z: ; }',
    );
  });

  it('parameters declared behind the list', () => {
    expect(read('f(a, b, c) char *b; struct s a, d; { return c; }')).toBe(
      'int f(a, b, c) struct s a; char * b; int c; { return c; }',
    );
  });

  it('declarators, from the outside in', () => {
    expect(read('int *(*(*f[2])(T (*)(u64), int (u64), int (x)))[3];')).toBe(
      'int * (* (* f[2])(T (*)(u64 ), int (u64 ), int x))[3];',
    );
    expect(read('struct s *restrict const *volatile v, (*w)[];')).toBe(
      'struct s *const restrict *volatile v, (* w)[];',
    );
    expect(read('typeof(int *[2]) __attribute__((aligned(8))) v;')).toBe(
      'typeof(int * [2]) v __attribute__((aligned(8)));',
    );
  });
});

function refusal(text: string): Diagnostic | null {
  const { tokens } = plainTokens(text);
  const unit = indexUnit('test.c', tokens);
  if (!unit.ok) return unit.error;
  for (let i = 0; i < unit.value.declarations.length; i++) {
    const parsed = unit.value.parse(i);
    if (!parsed.ok) return parsed.error;
  }
  return null;
}

describe('what is refused', () => {
  it.each([
    ['int a = 1 +;', 'expected an expression', 12],
    ['int a = 1 2;', "expected ';'", 11],
    ['int f(void) { return 1 }', "expected ';'", 24],
    ['int f(void) { else ; }', 'expected an expression', 15],
    ['int f(void) { int; 1 = ; }', 'expected an expression', 24],
    ['int f(int a) { a ? 1; }', "expected ':'", 21],
    ['int f(int a) { !a = 1; }', 'needs parentheses', 17],
    ['int f(int a) { a ? 1 : a = 1; }', 'needs parentheses', 24],
    ['typedef int T; int f(void) { return T + 1; }', 'expected an expression', 37],
    ['int f(void) { if ({ 1; }) ; }', 'expected an expression', 19],
    ['struct s { int x = 1; };', "expected ';'", 18],
    ['int f(typedef int x);', "'typedef' does not belong here", 7],
    ['int f(int ...);', '', 11],
    ['int x; y z;', '', 10],
    ['int f(void) { asm("x" : "=r"); }', "expected '('", 29],
    ['int f(void) { struct { int x } ; goto ; }', 'expected a label', 39],
    ['static extern int x;', 'two storage classes', 8],
    ['int struct s { int x; } y;', 'two types', 5],
  ])('%s', (text, message, column) => {
    const diagnostic = refusal(text);
    expect(diagnostic?.message).toContain(message);
    expect(diagnostic).toMatchObject({ code: 'bad-input', at: { line: 1, column } });
  });

  it('shows the macro that an offending token came from', () => {
    const { tokens } = plainTokens('int x = USE;\n#\nint y = 1 2;');
    const [use] = tokens.filter((token) => token.text === 'USE');
    if (use === undefined) throw new Error('no use');
    const via: Expansion = { macro: 'USE', file: use.file, line: 2, use };
    const wrong: Token = { ...use, kind: 'number', text: '2', via };
    const unit = indexUnit('t.c', [
      ...tokens.slice(0, 3),
      { ...wrong, text: '1' },
      wrong,
      ...tokens.slice(4, 5),
    ]);
    const parsed = unit.ok ? unit.value.parse(0) : unit;
    expect(parsed).toMatchObject({
      ok: false,
      error: { notes: [{ message: "in expansion of macro 'USE'", at: { line: 1, column: 9 } }] },
    });
  });

  it('a construct of gcc that is not understood is named', () => {
    expect(refusal('int a = __builtin_convertvector(x, y);')).toMatchObject({
      code: 'unsupported',
      message: 'a compiler builtin that is not known: __builtin_convertvector',
    });
  });
});

describe('hostile nesting', () => {
  const forms: Record<string, (n: number) => string> = {
    parentheses: (n) => `int f() { return ${'('.repeat(n)}1${')'.repeat(n)}; }`,
    blocks: (n) => `int f() { ${'{'.repeat(n)}${'}'.repeat(n)} }`,
    'else if': (n) => `int f(int a) { ${'if (a) ; else '.repeat(n)} ; }`,
    cases: (n) => `int f(int a) { switch (a) { ${'case 1: '.repeat(n)} ; } }`,
    conditionals: (n) => `int f(int a) { return ${'a ? 1 : '.repeat(n)} 2; }`,
    prefixes: (n) => `int f(int a) { return ${'- '.repeat(n)} 2; }`,
    casts: (n) => `int f(int a) { return ${'(int)'.repeat(n)} 2; }`,
    sums: (n) => `int f(int a) { return ${'a + '.repeat(n)} 2; }`,
    stars: (n) => `int ${'*'.repeat(n)} f;`,
    arrays: (n) => `int f${'[1]'.repeat(n)};`,
    'function pointers': (n) => `int ${'(*'.repeat(n)} f ${')(void)'.repeat(n)};`,
    structs: (n) => `${'struct {'.repeat(n)} int x; ${'} y;'.repeat(n)}`,
    'statement expressions': (n) => `int f() { return ${'({'.repeat(n)}1${';})'.repeat(n)}; }`,
    typeofs: (n) => `${'typeof('.repeat(n)} int ${')'.repeat(n)} y;`,
    'typeofs in prefixes': (n) =>
      `int x = ${`${'- '.repeat(400)}(typeof(`.repeat(n)} 1 ${'))1'.repeat(n)};`,
    braces: (n) => `int x = ${'{'.repeat(n)}1${'}'.repeat(n)};`,
    'functions in functions': (n) => `${'int f(void) {'.repeat(n)} ${'}'.repeat(n)}`,
  };
  it.each(Object.keys(forms))('%s', (name) => {
    const make = forms[name];
    if (make === undefined) throw new Error(name);
    if (name !== 'typeofs in prefixes') expect(refusal(make(60)), '60 levels').toBeNull();
    expect(refusal(make(2000))).toMatchObject({ code: 'limit' });
  });

  it('does not keep long lists from being read', () => {
    expect(refusal(`int x[] = { ${'1, '.repeat(50_000)} };`)).toBeNull();
    expect(refusal(`int f(void) { ${'f();'.repeat(20_000)} }`)).toBeNull();
  });
});
