import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shrinkGreedily } from './greedy.js';

function* smallerLists(list: readonly number[]): Iterable<readonly number[]> {
  for (let at = 0; at < list.length; at++) yield [...list.slice(0, at), ...list.slice(at + 1)];
  for (let at = 0; at < list.length; at++) {
    const value = list[at] ?? 0;
    if (value > 0) yield [...list.slice(0, at), value - 1, ...list.slice(at + 1)];
  }
}

describe('shrinkGreedily', () => {
  it('comes down to a case from which nothing smaller fails', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { maxLength: 8 }), (list) => {
        const fails = (input: readonly number[]): boolean => input.some((value) => value >= 7);
        fc.pre(fails(list));
        const { smallest, finished } = shrinkGreedily(list, smallerLists, fails, 10_000);
        expect(finished).toBe(true);
        expect(smallest).toEqual([7]);
      }),
    );
  });

  it('stops at its budget and says so', () => {
    const { runs, finished, smallest } = shrinkGreedily([9, 9, 9], smallerLists, () => false, 2);
    expect({ runs, finished, smallest }).toEqual({ runs: 2, finished: false, smallest: [9, 9, 9] });
  });
});
