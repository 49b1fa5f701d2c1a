/** Macro replacement (C11 6.10.3): the standard's own examples, GNU's extensions, and origins. */
import { describe, expect, it } from 'vitest';
import { failure, preprocessed, spelled } from './testing/in-memory.js';

describe('macro replacement', () => {
  it('does the examples of C11 6.10.3.5', () => {
    expect(
      spelled(`
#define x 3
#define f(a) f(x * (a))
#undef x
#define x 2
#define g f
#define z z[0]
#define h g(~
#define m(a) a(w)
#define w 0,1
#define t(a) a
#define p() int
#define q(x) x
#define r(x,y) x ## y
#define str(x) # x
f(y+1) + f(f(z)) % t(t(g)(0) + t)(1);
g(x+(3,4)-w) | h 5) & m
(f)^m(m);
p() i[q()] = { q(1), r(2,3), r(4,), r(,5), r(,) };
char c[2][6] = { str(hello), str() };
`),
    ).toBe(
      'f(2 * (y+1)) + f(2 * (f(2 * (z[0])))) % f(2 * (0)) + t(1); f(2 * (2+(3,4)-0,1)) | ' +
        'f(2 * (~ 5)) & f(2 * (0,1))^m(0,1); int i[] = { 1, 23, 4, 5, }; char c[2][6] = { "hello", "" };',
    );
    expect(
      spelled(`
#define str(s) # s
#define xstr(s) str(s)
#define debug(s, t) printf("x" # s "= %d, x" # t "= %s", \\
 x ## s, x ## t)
#define INCFILE(n) vers ## n
#define glue(a, b) a ## b
#define xglue(a, b) glue(a, b)
#define HIGHLOW "hello"
#define LOW LOW ", world"
debug(1, 2);
fputs(str(strncmp("abc\\0d", "abc", '\\4') // this goes away
 == 0) str(: @\\n), s);
xstr(INCFILE(2).h)
glue(HIGH, LOW);
xglue(HIGH, LOW)
`),
    ).toBe(
      'printf("x" "1" "= %d, x" "2" "= %s", x1, x2); fputs("strncmp(\\"abc\\\\0d\\", \\"abc\\", \'\\\\4\') == 0" ": @\\n", s); ' +
        '"vers2.h" "hello"; "hello" ", world"',
    );
    expect(
      spelled(`
#define hash_hash # ## #
#define mkstr(a) # a
#define in_between(a) mkstr(a)
#define join(c, d) in_between(c hash_hash d)
char p[] = join(x, y);
#define t(x,y,z) x ## y ## z
int j[] = { t(1,2,3), t(,4,5), t(6,,7), t(8,9,), t(10,,), t(,11,), t(,,12), t(,,) };
`),
    ).toBe('char p[] = "x ## y"; int j[] = { 123, 45, 67, 89, 10, 11, 12, };');
  });

  it('knows variadic macros of C and of GNU, and swallows the comma', () => {
    expect(
      spelled(`
#define pr(fmt, ...) p(fmt, ## __VA_ARGS__)
#define gnu(fmt, args...) p(fmt, ##args)
#define plain(fmt, ...) p(fmt, __VA_ARGS__)
#define opt(fmt, ...) p(fmt __VA_OPT__(, [__VA_ARGS__]))
pr("a") pr("a",) pr("a", 1, 2) gnu("b") gnu("b", x) plain("c", 1) opt("d") opt("d",) opt("d", 1)
`),
    ).toBe('p("a") p("a",) p("a", 1, 2) p("b") p("b", x) p("c", 1) p("d" ) p("d" ) p("d" , [1])');
  });

  it('expands with the source that follows, and paints what it met inside', () => {
    expect(spelled('#define f(x) x f\nf(1)(2)(3)')).toBe('1 f(2)(3)');
    expect(
      spelled(
        '#define NIL(xxx) xxx\n#define G_0(arg) NIL(G_1)(arg)\n#define G_1(arg) NIL(arg)\nG_0(42)',
      ),
    ).toBe('42');
    expect(spelled('#define AA BB\n#define BB AA\nAA BB')).toBe('AA BB');
    expect(spelled('#define foo() bar\nfoo\n()\nfoo;')).toBe('bar foo;');
  });

  it('carries out directives among arguments', () => {
    expect(spelled('#define f(x) [x]\nf(1\n#define Y 2\n#if 1\n+ Y\n#endif\n)')).toBe('[1 + 2]');
  });

  it('gives __LINE__ the line of the outermost name, or of the argument itself', () => {
    expect(spelled('#define L __LINE__\n#define id(x) x L\nid(\n__LINE__\nL)\n__LINE__')).toBe(
      '4 5 3 6',
    );
  });

  it('counts, names files and levels', () => {
    expect(
      spelled({
        'main.c': '#include "a.h"\n__COUNTER__ __FILE__ __INCLUDE_LEVEL__ __FILE_NAME__',
        'a.h': '__COUNTER__ __FILE__ __BASE_FILE__ __INCLUDE_LEVEL__\n',
      }),
    ).toBe('0 "a.h" "main.c" 1 1 "main.c" 0 "main.c"');
  });

  it('remembers where each token was written and which expansion put it there', () => {
    const tokens = preprocessed(
      '#define INNER(x) (x + one)\n#define OUTER(y) INNER(y) ;\nint a = OUTER(b)',
    ).tokens.slice(0);
    const find = (text: string) => tokens.find((token) => token.text === text);
    expect(find('int')).toMatchObject({ line: 3, column: 1, via: null });
    const b = find('b');
    expect([b?.line, b?.column, b?.via]).toEqual([3, 15, null]);
    const one = find('one');
    expect([one?.line, one?.column, one?.via?.macro, one?.via?.line]).toEqual([1, 23, 'INNER', 1]);
    expect([one?.via?.use.line, one?.via?.use.via?.macro, one?.via?.use.via?.use.column]).toEqual([
      2,
      'OUTER',
      9,
    ]);
    expect(find('+')?.via).toBe(one?.via);
  });

  it('points at misuse', () => {
    expect(failure('#define f(x) x\n  f(1, 2)')).toMatchObject({
      message: 'macro "f" passed 2 arguments, but takes just 1',
      at: { path: 'main.c', line: 2, column: 3, sourceLine: '  f(1, 2)' },
      notes: [{ message: 'macro "f" defined here', at: { line: 1, column: 9 } }],
    });
    expect(failure('#define f(x) x\nf(1').message).toBe(
      'unterminated argument list invoking macro "f"',
    );
    expect(failure('#define j(x) x ## +\nint a = j(1);')).toMatchObject({
      message: 'pasting "1" and "+" does not give a valid preprocessing token',
      notes: [{ message: 'in expansion of macro j', at: { line: 2, column: 9 } }],
    });
    expect(failure('#define f(x) #y').message).toBe("'#' is not followed by a macro parameter");
    expect(failure('#define f(x) x ##').message).toBe(
      "'##' cannot appear at either end of a macro expansion",
    );
    expect(failure('#define f(x, x) 1').message).toBe('duplicate macro parameter "x"');
    expect(failure('#define defined 1').message).toBe('"defined" cannot be used as a macro name');
  });

  it('warns of another definition, not of the same one', () => {
    expect(preprocessed('#define A 1 + 2\n#define A  1  +  2\n').warnings).toEqual([]);
    expect(preprocessed('#define A 1\n#define A 2\n').warnings).toMatchObject([
      { message: '"A" redefined', at: { line: 2, column: 9 } },
    ]);
  });

  it('bounds what expansions yield', () => {
    const doubling = Array.from({ length: 40 }, (_, i) => `#define a${i + 1} a${i} a${i}\n`);
    const text = `#define a0 x\n${doubling.join('')}a40`;
    expect(failure(text, { limits: { tokens: 1000 } }).code).toBe('limit');
    expect(failure(text, { limits: { expandedTokens: 1000 } })).toMatchObject({
      code: 'limit',
      message: 'macro expansion yields more than 1000 tokens',
    });
    const nested = 'f('.repeat(1000) + ')'.repeat(1000);
    expect(failure(`#define f(x) x\n${nested}`)).toMatchObject({ code: 'limit' });
  });

  it('has the final macros by name', () => {
    const { macros } = preprocessed('#define A(x, ...) #x x ## 1\n#define B\n#undef B\n');
    expect(macros.has('B')).toBe(false);
    expect(macros.get('A')).toMatchObject({
      line: 1,
      functionLike: true,
      parameters: ['x', '__VA_ARGS__'],
      variadic: true,
      spelling: '#x x ## 1',
    });
    expect(macros.get('__x86_64__')?.file.path).toBe('<built-in>');
  });
});
