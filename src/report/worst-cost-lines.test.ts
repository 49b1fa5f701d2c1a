import { describe, expect, it } from 'vitest';
import type { WorstCaseReport, WorstCostReport } from './report.js';
import { worstCostLines } from './worst-cost-lines.js';

function cost(
  entryPoint: string,
  pages: string,
  before: number,
  after: number,
  bound: string | null = null,
): WorstCostReport {
  return {
    entryPoint,
    metric: 'loops',
    size: bound === null ? [{ name: 'pages', value: pages }] : [],
    bound,
    cases: 80,
    largest: [
      { candidate: 'original', value: before },
      { candidate: 'new', value: after },
    ],
  };
}

function shown(scenario: string, before: number, after: number): WorstCaseReport {
  const values = [
    { candidate: 'original', value: before },
    { candidate: 'new', value: after },
  ];
  const [candidate, over] = after > before ? ['new', 'original'] : ['original', null];
  const shows = [{ metric: 'loops', candidate, over, tellsOf: ['new'], values }];
  return { entryPoint: 'f', size: [], scenario, shows };
}

function textOf(
  worstCosts: readonly WorstCostReport[],
  worstCases: readonly WorstCaseReport[] = [],
  verbose = false,
): string[] {
  return worstCostLines({ worstCosts, worstCases }, verbose).map(({ text }) => text);
}

describe('the largest costs', () => {
  const found = [
    cost('f', '1', 8, 4),
    cost('f', 'more', 512, 16),
    cost('g', '1', 3, 90),
    cost('g', 'more', 100, 90),
    cost('h', '1', 10, 12),
  ];

  it('are compared over all sizes: where they fell most, and where they rose most', () => {
    expect(textOf(found)).toEqual([
      '',
      'Largest cost found, searching 80 cases of each entry point (--verbose: by size; --deep: longer)',
      '  candidate  entry point  metric  original  candidate',
      '  new        f            loops        512         16  × 0.03',
      '  new        h            loops         10         12  × 1.20',
    ]);
  });

  it('stand by size where more is asked for', () => {
    expect(textOf(found, [], true)).toContain(
      '  new        g            loops       1         3         90  × 30.00',
    );
  });

  it('come with the cases that tell of a candidate', () => {
    expect(textOf([], [shown('root\n  [0] leaf', 3, 7), shown('root', 512, 2)])).toEqual([
      '  where new rises most: f, loops, 3 → 7, in',
      '    root',
      '      [0] leaf',
      '  where new falls most: f, loops, 512 → 2, in',
      '    root',
    ]);
  });

  it('are bounds where every case was run', () => {
    const bound = 'every table of 2 levels';
    expect(textOf([cost('f', '', 8, 9, bound), cost('g', '', 5, 5, bound)])).toEqual([
      '',
      'No call costs more, by 160 cases that are all of these',
      '  every table of 2 levels',
      '  candidate  entry point  metric  original  candidate',
      '  new        f            loops          8          9  × 1.13',
    ]);
    expect(textOf([cost('g', '', 5, 5, bound)]).at(-1)).toBe(
      '  the same bounds as in the original',
    );
  });
});
