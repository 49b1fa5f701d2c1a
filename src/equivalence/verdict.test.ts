import { describe, expect, it } from 'vitest';
import { exitCode, topVerdict } from './verdict.js';
import type { Dimension, Verdict } from '../report/report.js';

const lenient = { failOnCost: false, strict: false };
const check = (verdict: Verdict, dimension: Dimension = 'sequential') => ({ verdict, dimension });

describe('topVerdict', () => {
  it('is the weakest claim', () => {
    expect(topVerdict(['proved', 'no-difference'])).toBe('no-difference');
    expect(topVerdict(['proved', 'inconclusive', 'no-difference'])).toBe('inconclusive');
    expect(topVerdict(['inconclusive', 'differs'])).toBe('differs');
    expect(topVerdict(['proved', 'not-checked'])).toBe('proved');
    expect(topVerdict([])).toBe('not-checked');
  });
});

describe('exitCode', () => {
  it('says 1 for any difference, before anything else', () => {
    expect(exitCode([check('differs'), check('inconclusive')], 1, true, lenient)).toBe(1);
  });
  it('says 2 for what could not be decided', () => {
    expect(exitCode([check('inconclusive')], 0, false, lenient)).toBe(2);
    expect(exitCode([check('no-difference')], 1, false, lenient)).toBe(2);
    expect(exitCode([check('no-difference')], 0, true, lenient)).toBe(2);
  });
  it('says 0 for what is not checked, and 2 when told to be strict', () => {
    expect(exitCode([check('not-checked')], 0, false, lenient)).toBe(0);
    expect(exitCode([check('not-checked')], 0, false, { failOnCost: false, strict: true })).toBe(2);
  });
  it('counts costs only when asked', () => {
    expect(exitCode([check('differs', 'cost')], 0, false, lenient)).toBe(0);
    expect(
      exitCode([check('differs', 'cost')], 0, false, { failOnCost: true, strict: false }),
    ).toBe(1);
  });
});
