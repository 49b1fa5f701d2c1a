import { expect, it } from 'vitest';
import type { SizedCostReport } from './report.js';
import { sizedCostLines } from './sized-cost-lines.js';

function cost(candidate: string, mapping: string, gib: number, loops: number | string) {
  const known = typeof loops === 'number';
  const costs = known
    ? [
        { metric: 'loops', value: loops },
        { metric: 'polls', value: loops - 1 },
      ]
    : null;
  const notRun = known ? null : loops;
  return { candidate, entryPoint: 'f', mapping, gib, costs, notRun } satisfies SizedCostReport;
}

const COSTS: SizedCostReport[] = [
  cost('original', 'huge', 1, 512),
  cost('new', 'huge', 1, 8),
  cost('original', 'huge', 1024, 524288),
  cost('new', 'huge', 1024, 'never ends'),
  cost('original', 'dense', 1, 'too large'),
  cost('new', 'dense', 1, 'too large'),
  cost('original', 'dense', 1024, 'too large'),
  cost('new', 'dense', 1024, 'too large'),
];

const text = (verbose: boolean): string[] => sizedCostLines(COSTS, verbose).map((l) => l.text);

it('a line for each mapping and version that ran, and why the others did not', () => {
  expect(text(false)).toEqual([
    '',
    'Cost over sizes of memory: f, loops (--verbose: more; --deep: larger)',
    '                  1 GiB   1 TiB',
    '  huge  original    512  524288',
    '        new           8       -',
    '  not run (never ends): huge (new) 1 TiB',
    '  not run (too large): dense 1 GiB, 1 TiB',
  ]);
});

it('every metric when asked, and the reasons once', () => {
  const lines = text(true);
  expect(lines.filter((line) => line.startsWith('Cost over'))).toEqual([
    'Cost over sizes of memory: f, loops',
    'Cost over sizes of memory: f, polls',
  ]);
  expect(lines.filter((line) => line.includes('not run'))).toHaveLength(2);
});
