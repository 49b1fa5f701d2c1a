/**
 * Every fault of the list must be found through the entry point that it names, in the dimension that it names or a smaller one:
 * the figures of how well generators and oracles see. Campaigns are small and from a fixed seed, so this says less than a run does.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Dimension } from '../../src/pack-api/pack.js';
import { FAULTS } from './faults.js';
import { faultFinder, type FaultFinder, type Found } from './find-fault.js';

const SCENARIOS = 150;
const SIZE: readonly Dimension[] = ['sequential', 'yield', 'concurrent'];

describe('faults in the model tree', () => {
  let finder: FaultFinder;
  const rows: string[] = [];
  /** Without what a change of the generators alone moves. */
  const kept: string[] = [];

  beforeAll(() => {
    finder = faultFinder();
  }, 120_000);

  afterAll(() => {
    process.stdout.write(`${rows.join('\n')}\n`);
  });

  it('each has a name of its own and is one edit', () => {
    expect(new Set(FAULTS.map((fault) => fault.name)).size).toBe(FAULTS.length);
    for (const fault of FAULTS) {
      expect(finder.textOf(fault.file).split(fault.find).length - 1, fault.name).toBe(1);
      expect(fault.replace).not.toBe(fault.find);
    }
  });

  it.each(FAULTS)('$name', (fault) => {
    const found = finder.find(fault, fault.scenarios ?? SCENARIOS);
    rows.push(
      [
        fault.name.padEnd(64),
        fault.dimension.padEnd(11),
        found.length === 0 ? 'NOT FOUND' : found.map(line).join('; '),
      ].join(' '),
    );
    const first = found.find((each) => counts(fault.dimension, each));
    const where = first === undefined ? 'NOT FOUND' : place(first.campaign, first.dimension);
    kept.push(`${fault.name.padEnd(64)} ${fault.dimension.padEnd(11)} ${where}`);
    expect(found.filter((each) => counts(fault.dimension, each))).not.toEqual([]);
  });

  it('each is found where the kept list says (npx vitest run test/faults -u writes it anew)', async () => {
    // Of a part of the faults (-t) nothing can be said.
    if (kept.length < FAULTS.length) return;
    await expect(`${kept.join('\n')}\n`).toMatchFileSnapshot('found.txt');
  });
});

function place(campaign: Dimension, dimension: Dimension): string {
  return campaign === dimension ? dimension : `${dimension} in ${campaign}`;
}

/** A difference may show in a smaller dimension than expected; broken rules may show in any campaign that is small enough. */
function counts(expected: Dimension, found: Found): boolean {
  if (expected === 'safety') return found.dimension === 'safety';
  return SIZE.indexOf(found.campaign) <= SIZE.indexOf(expected);
}

function line({ campaign, dimension, index, what }: Found): string {
  return `${place(campaign, dimension)} #${index}: ${what}`;
}
