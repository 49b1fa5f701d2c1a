/** Generated texts, preprocessed by us and by gcc 12: the same tokens, or an error from both. */
import { describe, expect, it } from 'vitest';
import { preprocess } from './preprocess.js';
import { gccPreprocess, hasGcc12 } from './testing/gcc.js';
import { conditionText, lexicalText, macroText, Random } from './testing/generated-texts.js';
import { optionsFor } from './testing/in-memory.js';

const full = process.env['PATCHCHECK_FULL'] === '1';
const runs = full ? 2000 : 60;

if (!hasGcc12) console.warn('gcc 12 is not here: the preprocessor is not compared with it');

/** gcc prints what it reads; white space apart, that is what our tokens spell. */
function compare(kind: string, make: (random: Random) => string): void {
  let equal = 0;
  for (let seed = 1; seed <= runs; seed++) {
    const text = make(new Random(seed * 7919));
    const gcc = gccPreprocess({ 'main.c': text });
    const ours = preprocess(optionsFor(text));
    const label = `${kind}, seed ${seed}: ${JSON.stringify(text)}`;
    if (!gcc.ok || !ours.ok) {
      const message = ours.ok ? gcc.messages : `${ours.error.message}\n${gcc.messages}`;
      expect(ours.ok, `${label}\n${message}`).toBe(gcc.ok);
      continue;
    }
    const spelled = ours.value.tokens.map((token) => token.text).join('');
    const bare = (all: string): string => all.replace(/\s/g, '');
    expect(bare(spelled), label).toBe(bare(gcc.text));
    equal++;
  }
  expect(equal).toBeGreaterThan(runs / 5);
}

describe.skipIf(!hasGcc12)('against gcc -E, on generated texts', () => {
  it('macros', () => compare('macros', macroText));
  it('conditions', () => compare('conditions', conditionText));
  it('lexing', () => compare('lexing', lexicalText));
});
