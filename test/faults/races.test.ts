/**
 * Faults that show only when another CPU acts in between are found by running small cases under every schedule; edits of the same
 * places that change nothing are not flagged. And the original has nothing wrong with it under any schedule: the rely allows
 * no more than the kernel stands.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultFinder, type FaultFinder } from './find-fault.js';
import { HARMLESS, RACES } from './races.js';

const FULL = process.env['PATCHCHECK_FULL'] === '1';
const EXPLORED = FULL ? 40 : 8;
/** By default every third; a case takes hundreds of runs. */
const EVERY = FULL ? 1 : 3;

describe('races in the model tree', () => {
  let finder: FaultFinder;
  const rows: string[] = [];

  beforeAll(() => {
    finder = faultFinder();
  }, 300_000);

  afterAll(() => {
    process.stdout.write(
      `${rows.join('\n')}\nevery ${EVERY}. race, ${EXPLORED} small cases for each entry point\n`,
    );
  });

  it('each has a name of its own and is one edit', () => {
    const all = [...RACES, ...HARMLESS];
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    for (const { name, file, find } of all)
      expect(finder.textOf(file).split(find).length - 1, name).toBe(1);
  });

  it.each(RACES.filter((_, at) => at % EVERY === 0))(
    'found: $name',
    (race) => {
      const found = finder.explore(race, Math.max(race.explored ?? 0, EXPLORED));
      rows.push(`${race.name.padEnd(68)} ${found[0]?.what ?? 'NOT FOUND'}`);
      expect(found.filter(({ dimension }) => dimension === 'concurrent')).not.toEqual([]);
    },
    300_000,
  );

  it.each(HARMLESS.filter((_, at) => at % EVERY === 0))(
    'not flagged: $name',
    (race) => {
      expect(finder.explore(race, EXPLORED)).toEqual([]);
    },
    300_000,
  );
});
