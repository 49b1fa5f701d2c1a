import { expect, it } from 'vitest';
import { LargestCosts } from './largest-costs.js';
import { mergeWorst, type WorstCosts } from './worst-costs.js';

const loops = (value: number) => [{ metric: 'loops', value }];

function partOf(cases: readonly (readonly [number, number, number])[]): WorstCosts {
  const largest = new LargestCosts(['original', 'new']);
  for (const [index, before, after] of cases) largest.note(index, [loops(before), loops(after)]);
  return largest.found();
}

it('each version has its own dearest case, the first of several, also over parts', () => {
  const merged = mergeWorst([
    partOf([
      [0, 5, 1],
      [1, 3, 9],
    ]),
    partOf([
      [2, 5, 9],
      [3, 8, 2],
    ]),
  ]);
  expect(merged).toMatchObject({ cases: 4, unended: 0 });
  expect(merged?.dearest.map(({ version, index, values }) => ({ version, index, values }))).toEqual(
    [
      {
        version: 'original',
        index: 3,
        values: [
          { version: 'original', value: 8 },
          { version: 'new', value: 2 },
        ],
      },
      {
        version: 'new',
        index: 1,
        values: [
          { version: 'original', value: 3 },
          { version: 'new', value: 9 },
        ],
      },
    ],
  );
});

it('a case that a version does not end is counted, and bounds nothing', () => {
  const largest = new LargestCosts(['original', 'new']);
  largest.note(0, [loops(4), null]);
  expect(largest.found()).toEqual({ cases: 0, unended: 1, dearest: [] });
});
