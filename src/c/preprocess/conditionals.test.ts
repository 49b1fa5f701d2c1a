/** #if and its like (C11 6.10.1), and the record of what they skip. */
import { describe, expect, it } from 'vitest';
import type { Preprocessed } from './preprocess.js';
import { linesNeverBuilt } from './skipped-groups.js';
import { failure, preprocessed, tokens } from './testing/in-memory.js';

const holds = (expression: string, before = ''): boolean =>
  tokens(`${before}\n#if ${expression}\nyes\n#endif`) === 'yes';

describe('conditional inclusion', () => {
  it('computes in intmax_t and uintmax_t', () => {
    for (const expression of [
      '-1 < 0',
      '-1 > 0u',
      '0xffffffffffffffff == -1',
      '(2 || 1 / 0) == 1',
      '(0 && 1 / 0) == 0',
      '(1 ? 2 : 1 / 0) == 2',
      '(-1 ? 1 : 0u) == 1',
      '-9 / 2 == -4 && -9 % 2 == -1',
      '-1 >> 63 == -1 && 1 << 63 < 0',
      "'a' == 97 && '\\377' < 0 && 'ab' == 24930 && L'\\xff' == 255",
      '0b101 == 5 && 010 == 8 && 0x7fffffffffffffffLL > 0',
      '1 - 1 - 1 == -1 && 2 + 3 * 4 == 14 && (1, 2) == 2',
      '!undefined_name && ~0 == -1 && +1 == - -1',
    ])
      expect(holds(expression), expression).toBe(true);
  });

  it('knows defined, also behind a macro', () => {
    expect(holds('defined A && defined(A) && !defined B', '#define A')).toBe(true);
    expect(holds('HAS', '#define A 0\n#define HAS defined(A)')).toBe(true);
    expect(holds('defined __LINE__ && defined __has_include && defined(__x86_64__)')).toBe(true);
  });

  it('answers __has_attribute, __has_builtin and __has_include', () => {
    expect(holds('__has_attribute(__packed__) && !__has_attribute(counted_by)')).toBe(true);
    expect(holds('__has_builtin(__builtin_expect) && !__has_builtin(__builtin_nothing)')).toBe(
      true,
    );
    expect(
      tokens({
        'main.c': '#define H <x.h>\n#if __has_include("y.h") && __has_include(H)\nyes\n#endif',
        'y.h': '',
        'include/x.h': '',
      }),
    ).toBe('yes');
    expect(tokens('#if __has_include("nothing.h")\nyes\n#else\nno\n#endif')).toBe('no');
  });

  it('takes one group', () => {
    const chain = (value: number): string =>
      tokens(
        `#define V ${value}\n#if V == 1\none\n#elif V == 2\n#if 0\n#else\ntwo\n#endif\n#elif 1/V\nother\n#else\nelse\n#endif`,
      );
    expect([chain(1), chain(2), chain(5)]).toEqual(['one', 'two', 'else']);
    expect(tokens('#define A\n#ifndef A\nx\n#elifdef A\ny\n#endif')).toBe('y');
  });

  it('finds the end of a skipped group, whatever a line looks like', () => {
    const left = (group: string): string => tokens(`#if 0\n${group}\n#endif\nleft`);
    for (const group of [
      'x # endif',
      'x \\\n#endif',
      '\\\n x\n #define y #endif',
      '// c \\\n#endif',
      '/*\n#endif\n*/ x /* */',
      '"/*" #endif\n\'/*\'',
      '"\\"/*"',
      '#if 1 /*\n#endif */\n#endif',
      '%:if 1\n%:endif',
      '/* */ # /* */ if 1\n\f\t#endif',
      '\\\n#\\\nif 1\n#e\\\nndif',
    ])
      expect(left(group), group).toBe('left');
    expect(tokens('#if 0\nx\n%:endif\nleft')).toBe('left');
    expect(failure('#if 0\n/* #endif').message).toBe('unterminated comment');
    expect(failure('#if 0\nx #endif').message).toBe('unterminated #if');
  });

  it('looks at nothing in a skipped group but directives, comments and literals', () => {
    expect(tokens("#if 0\ndon't /* this is no comment\n#else here\nyes\n#endif")).toBe('yes');
    expect(tokens('#if 0\n/*\n#endif\n*/\n"/*"\n#bogus 1 2\n#else\nyes\n#endif')).toBe('yes');
    expect(tokens('#if 0\nx \\\n#endif\n#endif\nafter')).toBe('after');
  });

  it('says what is wrong with an expression', () => {
    const message = (expression: string): string => failure(`#if ${expression}\n#endif`).message;
    expect(message('')).toBe('#if with no expression');
    expect(message('1 +')).toBe('expression of #if ends too early');
    expect(message('1 2')).toBe('missing binary operator before token "2"');
    expect(message('(1')).toBe("missing ')' in expression");
    expect(message('1.0')).toBe('floating constant in preprocessor expression');
    expect(message('1 / 0')).toBe('division by zero in #if');
    expect(message('"a"')).toBe('token ""a"" is not valid in preprocessor expressions');
    expect(message('defined 1')).toBe('operator "defined" requires an identifier');
    expect(failure(`#if ${'('.repeat(5000)}1`).code).toBe('limit');
  });

  it('says what is wrong with a chain', () => {
    expect(failure('x\n#endif')).toMatchObject({ message: '#endif without #if', at: { line: 2 } });
    expect(failure('#if 1\n#else\n#else\n#endif').message).toBe('#else after #else');
    expect(failure('a\n#if 1\n')).toMatchObject({
      message: 'unterminated #if',
      at: { line: 2, column: 2 },
    });
  });

  it('records the lines that were skipped, and why', () => {
    const { skipped } = preprocessed(
      `int a;
#ifdef CONFIG_SMP /* many */
int smp;

int more;
#elif defined(CONFIG_UP) || \\
      IS_ENABLED(CONFIG_TINY)
int up;
#else
int neither;
#endif
#if 1
x
#else
y
#if 0
#endif
#endif
`,
      { defines: '#define CONFIG_UP 1\n#define IS_ENABLED(x) x\n' },
    );
    expect(
      skipped.map(({ first, last, conditions, options, directiveLine }) => ({
        lines: [first, last],
        directiveLine,
        conditions,
        options,
      })),
    ).toEqual([
      {
        lines: [3, 5],
        directiveLine: 2,
        conditions: ['#ifdef CONFIG_SMP'],
        options: ['CONFIG_SMP'],
      },
      {
        lines: [10, 10],
        directiveLine: 9,
        conditions: [
          '#ifdef CONFIG_SMP',
          '#elif defined(CONFIG_UP) || IS_ENABLED(CONFIG_TINY)',
          '#else',
        ],
        options: ['CONFIG_SMP', 'CONFIG_UP', 'CONFIG_TINY'],
      },
      { lines: [15, 17], directiveLine: 14, conditions: ['#if 1', '#else'], options: [] },
    ]);
  });

  it('knows which lines no reading of a file has built', () => {
    const run = (main: string): Preprocessed =>
      preprocessed({
        'main.c': main,
        'x.h': '#ifdef A\na\n#else\nnot_a\n#endif\n#if 0\nno\n#endif\n',
      });
    const once = run('#include "x.h"\n');
    const twice = run('#include "x.h"\n#define A\n#include "x.h"\n');
    expect([...linesNeverBuilt([once], 'x.h').keys()]).toEqual([2, 7]);
    expect([...linesNeverBuilt([twice], 'x.h').keys()]).toEqual([7]);
    expect([...linesNeverBuilt([once, run('#define A\n#include "x.h"')], 'x.h').keys()]).toEqual([
      7,
    ]);
    expect(linesNeverBuilt([once], 'x.h').get(2)?.conditions).toEqual(['#ifdef A']);
    expect(linesNeverBuilt([once], 'y.h').size).toBe(0);
  });
});
