/**
 * Faults that show only when two kernel threads run at once are found by running pairs of calls in all their orders; edits of the same
 * places that change nothing are not flagged, and the original has nothing wrong with it.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultFinder, type FaultFinder } from './find-fault.js';
import { INTERLEAVED, UNCHANGED } from './interleavings.js';

const FULL = process.env['PATCHCHECK_FULL'] === '1';
const PAIRS = FULL ? 200 : 40;
const UNCHANGED_PAIRS = FULL ? 60 : 6;

describe('two kernel threads in the model tree', () => {
  let finder: FaultFinder;
  const rows: string[] = [];

  beforeAll(() => {
    finder = faultFinder();
  }, 300_000);

  afterAll(() => {
    process.stdout.write(`${rows.join('\n')}\n${PAIRS} pairs of calls for each entry point\n`);
  });

  it('each has a name of its own and is one edit', () => {
    const all = [...INTERLEAVED, ...UNCHANGED];
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    for (const { name, file, find } of all)
      expect(finder.textOf(file).split(find).length - 1, name).toBe(1);
  });

  it.each(INTERLEAVED)(
    'found: $name',
    (edit) => {
      const found = finder.interleave(edit, PAIRS);
      rows.push(`${edit.name.padEnd(80)} ${found[0]?.what ?? 'NOT FOUND'}`);
      expect(found.map(({ dimension }) => dimension)).toContain('concurrent');
    },
    300_000,
  );

  it.each(UNCHANGED)(
    'not flagged: $name',
    (edit) => {
      expect(finder.interleave(edit, UNCHANGED_PAIRS)).toEqual([]);
    },
    300_000,
  );
});
