/** Printing tokens: what comes out is read again as the same tokens. */
import { describe, expect, it } from 'vitest';
import { printTokens } from './print.js';
import { preprocessed } from './testing/in-memory.js';
import { tokensOfOutput } from './testing/gcc.js';

describe('printing', () => {
  it('keeps lines, and keeps tokens apart', () => {
    const { tokens } = preprocessed(
      '#define m -\n#define e\nint a = m-1 + +e+2;\n\n\n#define f(x) x.x\nf(1)f(..)\n',
    );
    const text = printTokens(tokens);
    expect(tokensOfOutput(text)).toEqual(tokens.map((token) => token.text));
    expect(text).toBe('int a = - -1 + + +2;\n\n\n\n1 . 1 . . . . .\n');
  });

  it('gives line markers and pragmas on request', () => {
    const { tokens, pragmas } = preprocessed({
      'main.c': '#include "a.h"\n#pragma pack(1)\nint b;\n',
      'a.h': '\nint a;\n',
    });
    expect(printTokens(tokens, { lineMarkers: true, pragmas })).toBe(
      '# 2 "a.h"\nint a;\n#pragma pack(1)\n# 3 "main.c"\nint b;\n',
    );
  });
});
