/** Silent misreadings: what we read is printed with every parenthesis, and gcc must see no difference. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { countWords, hasGcc, judge, readBack } from './testing/gcc-judge.js';
import { plainTokens } from './testing/plain-tokens.js';
import { randomFunctions } from './testing/random-functions.js';

const full = process.env['PATCHCHECK_FULL'] === '1';

describe.skipIf(!hasGcc)('what is read means the same to gcc', () => {
  it('GNU C of every kind', () => {
    const text = readFileSync(join(import.meta.dirname, 'testing/gnu-c.c'), 'utf8');
    const original = judge(text);
    expect(original).toMatchObject({ ok: true, functions: 12 });
    const { tokens, pragmas } = plainTokens(text);
    const again = readBack(tokens, pragmas);
    expect(again.refused).toEqual([]);
    expect(countWords(plainTokens(again.text).tokens)).toEqual(countWords(tokens));
    expect(judge(again.text)).toEqual(original);
  });

  it('random expressions with few parentheses', () => {
    for (let seed = 1; seed <= (full ? 40 : 4); seed++) {
      const { head, functions } = randomFunctions(seed, 60);
      const text = withoutErrors(head, functions);
      const original = judge(text);
      expect(original.ok).toBe(true);
      const again = readBack(plainTokens(text).tokens);
      expect(again.refused).toEqual([]);
      expect(judge(again.text), `seed ${seed}`).toEqual(original);
    }
  });
});

it.skipIf(hasGcc)('SKIPPED: gcc is not installed', () => undefined);

/** gcc says by line which of them are no C (an assignment to no lvalue, say). */
function withoutErrors(head: string, functions: readonly string[]): string {
  let lines = [...functions];
  for (;;) {
    const text = head + lines.join('\n');
    const verdict = judge(text);
    if (verdict.ok) return text;
    const wrong = Number(/^\d+/.exec(verdict.error)?.[0] ?? 0) - head.split('\n').length;
    lines = lines.filter((_, i) => i !== wrong);
  }
}
