import { describe, expect, it } from 'vitest';
import type { CheckReport } from '../report/report.js';
import { acceptKnown, matches, parseBaseline, parseExpectation } from './accept-known.js';

const check = (entryPoint: string, dimension: CheckReport['dimension']): CheckReport => ({
  candidate: 'ann',
  against: 'original',
  entryPoint,
  dimension,
  verdict: 'differs',
  scenarios: 1,
  schedules: 1,
  strictScenarios: 0,
  threads: null,
  bound: null,
  linesChanged: [],
  linesCovered: [],
  branchesChanged: [],
  branchesTaken: [],
  witness: 'w1',
  reason: 'x',
});
const checks = [check('f', 'sequential'), check('f', 'yield'), check('g', 'sequential')];

function rule(text: string) {
  const parsed = parseExpectation(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

describe('what is expected', () => {
  it('does not count, and stays in the report', () => {
    const known = acceptKnown(checks, [rule('differs:f')]);
    expect(known.news.map((each) => each.entryPoint)).toEqual(['g']);
    expect(known.accepted.map((each) => each.dimension)).toEqual(['sequential', 'yield']);
    expect(acceptKnown(checks, [rule('differs:f:yield')]).news).toHaveLength(2);
  });
  it('and does not come, is a problem', () => {
    const known = acceptKnown(checks, [rule('differs:h'), rule('differs:g')]);
    expect(known.unmet.map((each) => each.message)).toEqual([
      'h was expected to differ, and does not',
    ]);
  });
  it('is never that the references disagree', () => {
    const own = { ...check('f', 'sequential'), candidate: 'original', against: 'reference' };
    expect(acceptKnown([own], [rule('differs:*')]).news).toHaveLength(1);
  });
  it.each(['f', 'same:f', 'differs:', 'differs:f:rain', 'differs:f g'])('is not %s', (text) => {
    expect(parseExpectation(text).ok).toBe(false);
  });
});

describe('a baseline', () => {
  it('has an input, a candidate, an entry point and a reason in each line', () => {
    const rules = parseBaseline('b', '# known\n\n*.mbox ann f:yield it is slow\n* * g  meant\n');
    expect(
      rules.ok && rules.value.map((each) => [each.input, each.dimension, each.reason]),
    ).toEqual([
      ['*.mbox', 'yield', 'it is slow'],
      ['*', null, 'meant'],
    ]);
    expect(rules.ok && acceptKnown(checks, rules.value).news.map((each) => each.dimension)).toEqual(
      ['sequential'],
    );
  });
  it('is refused without a reason, with its place', () => {
    const refused = parseBaseline('b', '\n* ann f\n');
    expect(!refused.ok && refused.error.at?.line).toBe(2);
  });
});

it('a star stands for any text', () => {
  expect(matches('a*c*', 'abcd')).toBe(true);
  expect(matches('a*c', 'abcd')).toBe(false);
  expect(matches('*aa', 'a')).toBe(false);
  expect(matches(`${'*a'.repeat(2000)}b`, 'a'.repeat(20_000))).toBe(false);
});
