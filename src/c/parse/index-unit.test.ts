import { describe, expect, it } from 'vitest';
import { indexUnit } from './index-unit.js';
import type { UnitIndex } from '../unit-index.js';
import type { PragmaMark } from './pragma-layout.js';
import { preprocessed } from '../preprocess/testing/in-memory.js';
import { syntaxText } from './print/syntax-text.js';
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

  it('reads digraphs as what they stand for', () => {
    const { tokens } = preprocessed('int a<:2:> = <% 1, 2 %>; int f(void) <% return a<:1]; }');
    const unit = indexUnit('main.c', tokens);
    if (!unit.ok) throw new Error(unit.error.message);
    expect(unit.value.declarations.map(({ defines }) => defines)).toEqual([null, 'f']);
    expect(unit.value.tokens.map(({ text }) => text).join(' ')).toBe(
      'int a [ 2 ] = { 1 , 2 } ; int f ( void ) { return a [ 1 ] ; }',
    );
    expect(unit.value.parse(1).ok).toBe(true);
  });

  it('parses a declaration once', () => {
    const unit = index('int a;');
    expect(unit.parse(0)).toBe(unit.parse(0));
  });
});

/** All that an index says, parsed declarations included. */
function shown(result: ReturnType<typeof indexUnit>): unknown {
  if (!result.ok) return result.error;
  const { declarations, ordinary, tags, tokens } = result.value;
  return {
    declarations,
    ordinary: [...ordinary],
    tags: [...tags],
    parsed: declarations.map((_, at) => {
      const parsed = result.value.parse(at);
      return parsed.ok ? parsed.value.map((each) => syntaxText(each, tokens)) : parsed.error;
    }),
  };
}

describe('an index of what begins like another unit', () => {
  const { tokens } = plainTokens(`
    typedef int t; enum e { A, B = sizeof(struct in { t x; }) };
    struct s { t a; char c; int b; } v;
    int late(void) { return (u)(A); }
    int g(t x, struct s *p) { t (y); { int t = 1; return t * x; } }
    typedef struct s u; typedef int t;
    extern u v, w; int h(a, b) t a; u *b; { return (t)(a); }`);
  const tails = [
    ...['', ';', 'int x;', ', y;', '{ return 1; }', 'typedef char late; typedef int u;', ') ]'],
    ...['struct s { int z; }; enum { A };', '[3];', '= { 1, sizeof(enum q { Q }) };', '}'],
  ];
  const index = (unit: typeof tokens, pragmas: readonly PragmaMark[], like: UnitIndex | null) =>
    indexUnit('t.c', unit, pragmas, like);

  it('says what an index made afresh says, wherever the two part', () => {
    const pragmas = [{ index: 12, text: 'pack(1)' }];
    const first = index(tokens, pragmas, null);
    if (!first.ok) throw new Error(first.error.message);
    for (let at = 0; at <= tokens.length; at++)
      for (const tail of tails)
        for (const laid of at % 3 === 0 ? [pragmas, []] : [pragmas]) {
          const unit = [...tokens.slice(0, at), ...plainTokens(tail).tokens];
          const like = index(unit, laid, first.value);
          expect(shown(like), `${at} ${tail}`).toEqual(shown(index(unit, laid, null)));
          if (!like.ok || at % 5 > 0) continue;
          expect(shown(index(tokens, laid, like.value))).toEqual(shown(index(tokens, laid, null)));
        }
  });

  it('has the very declarations that were parsed there', () => {
    const first = index(tokens, [], null);
    const next = index(
      [...tokens, ...plainTokens('int more;').tokens],
      [],
      first.ok ? first.value : null,
    );
    if (!first.ok || !next.ok) throw new Error('no index');
    expect(next.value.parse(3)).toBe(first.value.parse(3));
  });
});
