import { expect, it } from 'vitest';
import { tellingCases, together, type WorstCase } from './telling-cases.js';

function shown(scenario: string, before: number, after: number): WorstCase {
  const values = [
    { candidate: 'original', value: before },
    { candidate: 'new', value: after },
  ];
  const [candidate, over] = after > before ? ['new', 'original'] : ['original', null];
  const about = { entryPoint: 'f', metric: 'loops', size: [], tellsOf: [] };
  return { ...about, candidate, over, values, scenario };
}

it('of a candidate tells where it rises most; only where it never does, where it falls most', () => {
  const falls = shown('a', 512, 2);
  const more = shown('c', 30, 900);
  expect(tellingCases([falls, shown('b', 3, 7), more], 'original').get('new')).toBe(more);
  expect(tellingCases([shown('a', 4, 3), falls], 'original').get('new')).toBe(falls);
  expect(tellingCases([shown('a', 4, 4)], 'original').size).toBe(0);
});

it('what one case shows stands together', () => {
  const reports = together([shown('a', 5, 2), shown('b', 1, 2), shown('a', 3, 7)]);
  expect(reports.map(({ scenario, shows }) => [scenario, shows.length])).toEqual([
    ['a', 2],
    ['b', 1],
  ]);
});
