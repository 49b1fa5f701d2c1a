/** Preprocessing tokens (C11 6.4) and what comes before them (5.1.1.2 phases 1 to 3). */
import { describe, expect, it } from 'vitest';
import { failure, preprocessed, tokens } from './testing/in-memory.js';

describe('lexing', () => {
  it('takes the longest token', () => {
    expect(tokens('a+++b x<<=1...2 .5.e+3 0x1p-3 ->*- %:%: <:c:>')).toBe(
      'a ++ + b x <<= 1...2 .5.e+3 0x1p-3 -> * - %:%: <: c :>',
    );
  });

  it('knows literals with their prefixes', () => {
    const found = preprocessed(`L'x' u8"a" U"b\\"c" 'it\\'s' R"x(a)" )x" u8R"(\n)" uR x`).tokens;
    expect(found.map((token) => [token.kind, token.text])).toEqual([
      ['character', "L'x'"],
      ['string', 'u8"a"'],
      ['string', 'U"b\\"c"'],
      ['character', "'it\\'s'"],
      ['string', 'R"x(a)" )x"'],
      ['string', 'u8R"(\n)"'],
      ['identifier', 'uR'],
      ['identifier', 'x'],
    ]);
  });

  it('takes splices out of anything, and keeps lines right', () => {
    const found = preprocessed('in\\\nt a\\  \n/\\\n* c\n*\\\n/ "s\\\nt" +\\\n+ b').tokens;
    expect(found.map((token) => [token.text, token.line, token.column])).toEqual([
      ['int', 1, 1],
      ['a', 2, 3],
      ['"st"', 6, 3],
      ['++', 7, 4],
      ['b', 8, 3],
    ]);
  });

  it('turns comments into white space', () => {
    const found = preprocessed('a/* x\ny */b // c \\\n still\nd"/*"').tokens;
    expect(found.map((token) => [token.text, token.line, token.space])).toEqual([
      ['a', 1, false],
      ['b', 2, true],
      ['d', 4, true],
      ['"/*"', 4, false],
    ]);
  });

  it('allows dollars, letters of other scripts and universal names in identifiers', () => {
    expect(tokens('#define $a$ 1\n#define é 2\n$a$ é \\u00e9 x\\u00e9')).toBe('1 2 2 x\\u00e9');
    expect(failure('\\u0300x').message).toContain('not valid at the start');
  });

  it('ends lines at CR LF and at CR', () => {
    expect(tokens('#define A 1\r\nA\r\n#define B \\\r\n 2\r\nB')).toBe('1 2');
    expect(tokens('#define A 1\rA')).toBe('1');
  });

  it('does not need a newline at the end', () => {
    expect(tokens('#define A 1\nA')).toBe('1');
    expect(tokens('#if 1\nx\n#endif')).toBe('x');
    expect(tokens('x \\\n')).toBe('x');
  });

  it('says where something was not ended', () => {
    expect(failure('int a;\n /* never')).toMatchObject({
      message: 'unterminated comment',
      at: { line: 2, column: 2, sourceLine: ' /* never' },
    });
    expect(failure('x R"(never').message).toBe('unterminated raw string');
    const open = preprocessed('a "never\nb');
    expect(open.tokens.map((token) => [token.kind, token.text])).toEqual([
      ['identifier', 'a'],
      ['other', '"never'],
      ['identifier', 'b'],
    ]);
    expect(open.warnings).toMatchObject([
      { message: 'missing terminating " character', at: { line: 1, column: 3 } },
    ]);
  });
});
