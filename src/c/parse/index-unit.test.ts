import { describe, expect, it } from 'vitest';
import { indexUnit } from './index-unit.js';
import { plainTokens } from './testing/plain-tokens.js';

function index(text: string) {
  const { tokens, pragmas } = plainTokens(text);
  const unit = indexUnit('test.c', tokens, pragmas);
  if (!unit.ok) throw new Error(unit.error.message);
  return unit.value;
}

function names(text: string): readonly string[] {
  return [...index(text).ordinary.keys()];
}

describe('top-level declarations', () => {
  it('end at a semicolon or behind the body of a function', () => {
    const unit = index(`
      int a, *b[3] = { 1, 2 };
      ;;
      struct s { int x; } f(struct s *p) { if (p) { } return *p; }
      enum e { A };
      int old(x, y) int x; struct s *y; { return x; }
      int proto(void), (*pointer)(int);
      asm("nop");
      _Static_assert(1, "");
      int g(void) { return 0; }`);
    expect(unit.declarations.map(({ defines }) => defines)).toEqual([
      ...[null, 'f', null, 'old', null, null, null, 'g'],
    ]);
    for (const { first, last } of unit.declarations) {
      expect(unit.tokens.at(last)?.text).toMatch(/[;}]/);
      expect(unit.tokens.at(first)?.text).not.toBe(';');
    }
  });

  it('declare names under whatever declarator', () => {
    expect(
      names('int a, *b, c[2], (*d)(int x), *(*e(int y))(void), (f), (g)(int), ((*h))[3];'),
    ).toEqual('abcdefgh'.split(''));
    expect(names('extern int a __attribute__((x(1))), b asm("n") = 2, c;')).toEqual([
      'a',
      'b',
      'c',
    ]);
    expect(names('typedef int T, *U; T t; U u(T), v; typeof(t) w; static T; const x = 1;')).toEqual(
      'T U t u v w x'.split(' '),
    );
    expect(names('void (*signal(int n, void (*f)(int)))(int) { }')).toEqual(['signal']);
    expect(names('implicit() { } struct s *(parens)(void) { }')).toEqual(['implicit', 'parens']);
  });

  it('knows names that JavaScript knows too', () => {
    expect(names('int constructor, __proto__, toString;')).toEqual([
      ...['constructor', '__proto__', 'toString'],
    ]);
    expect(index('struct constructor { int valueOf; };').tags.has('struct constructor')).toBe(true);
  });

  it('puts enumerators among the ordinary names, however deep', () => {
    const unit = index(`
      enum { A, B = sizeof(int[2]), C __attribute__((deprecated)) = (1, 2), } v;
      struct s { enum t { D } d; struct { union { enum { E } e; } u; } i; };
      int x = sizeof(enum { F });
      int f(void) { enum { NOT } z; return z; }
      int p(enum { NEITHER } q);`);
    expect([...unit.ordinary.keys()]).toEqual(['A', 'B', 'C', 'v', 'D', 'E', 'x', 'F', 'f', 'p']);
    expect([...unit.tags.keys()]).toEqual(['struct s', 'enum t']);
  });

  it('lists every declaration of a name, in order', () => {
    const unit = index(
      'int f(int); int g; int f(int a) { return a; } struct s; struct s { int a; };',
    );
    expect(unit.ordinary.get('f')).toEqual([0, 2]);
    expect(unit.tags.get('struct s')).toEqual([4]);
    expect(unit.declarations[2]?.defines).toBe('f');
  });

  it('refuses brackets that do not match, and says where', () => {
    const { tokens } = plainTokens('int f(void) {\n  return (1];\n}');
    const unit = indexUnit('test.c', tokens);
    expect(unit).toMatchObject({
      ok: false,
      error: {
        code: 'bad-input',
        message: "']' does not close '('",
        at: { path: 'test.c', line: 2, column: 12, sourceLine: '  return (1];' },
        notes: [{ message: "'(' was opened here", at: { line: 2, column: 10 } }],
      },
    });
    expect(indexUnit('t.c', plainTokens('int a; }').tokens)).toMatchObject({ ok: false });
    expect(indexUnit('t.c', plainTokens('int f() {').tokens)).toMatchObject({ ok: false });
  });

  it('parses a declaration once', () => {
    const unit = index('int a;');
    expect(unit.parse(0)).toBe(unit.parse(0));
  });
});
