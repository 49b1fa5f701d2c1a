/**
 * The search for the dearest cases on the model tree: it comes further than as many cases drawn at random, and what it says a case costs
 * is what that case costs.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { assetsOf, defaultPack } from '../../cli/packs.js';
import { chooseTree } from '../../cli/trees.js';
import { runChunk, type RunnableVersion } from '../../src/gen/campaign.js';
import type { WorstCosts } from '../../src/gen/worst-costs.js';
import { openVersion } from '../../src/version/build-version.js';
import { coveredVersion } from '../versions/covered-version.js';

const pack = defaultPack();
const CASES = 300;
const ENTRIES = [
  'kvm_tdp_mmu_zap_all',
  'kvm_tdp_mmu_clear_dirty_slot',
  'kvm_tdp_mmu_try_split_huge_pages',
  'tdp_mmu_zap_leafs',
];

let original: RunnableVersion;
beforeAll(() => {
  const chosen = chooseTree({ tree: 'model' });
  if (!chosen.ok) throw new Error(chosen.error.message);
  const { tree, configuration } = chosen.value;
  const opened = openVersion(pack, 'original', tree, configuration, assetsOf(pack));
  if (!opened.ok) throw new Error(opened.error.message);
  const version = coveredVersion(opened.value, new Set());
  if (!version.ok) throw new Error(version.error[0]?.message);
  original = version.value;
}, 120_000);

function searched(entry: string): WorstCosts {
  const { worst } = runChunk(
    pack,
    [original],
    { entry, dimension: 'cost', from: 0, count: CASES, searching: true },
    { seed: 'cost', referenceCases: 0, repeatCases: 0 },
  );
  if (worst === null) throw new Error('nothing was searched');
  return worst;
}

function drawnAtRandom(entry: string): Map<string, number> {
  const largest = new Map<string, number>();
  for (let index = 0; index < CASES; index++) {
    const input = pack.costSearch.begin('random', entry, index);
    // what is too large for the search is no part of it
    if (pack.costSearch.classOf(input) === null) continue;
    const raw = pack.execute(original.machine, input);
    for (const { metric, value } of pack.costs(raw))
      largest.set(metric, Math.max(value, largest.get(metric) ?? 0));
  }
  return largest;
}

describe.each(ENTRIES)('the dearest cases of %s', (entry) => {
  it('cost more than the dearest of as many at random', () => {
    const random = drawnAtRandom(entry);
    const found = new Map<string, number>();
    for (const { metric, values } of searched(entry).dearest)
      found.set(metric, Math.max(values[0]?.value ?? 0, found.get(metric) ?? 0));
    for (const metric of ['loops', 'SPTE reads'])
      expect(found.get(metric)).toBeGreaterThan(1.2 * (random.get(metric) ?? Infinity));
  });

  it('cost what is said of them', () => {
    const told = searched(entry).dearest.filter(({ input }) => input !== null);
    expect(told.map(({ metric }) => metric).sort()).toEqual(
      ['SPTE reads', 'longest stretch', 'loops', 'polls'].sort(),
    );
    for (const { metric, values, input } of told) {
      const parsed = pack.parse(input?.scenario ?? '', input?.schedule ?? '');
      if (!parsed.ok) throw new Error(parsed.error.message);
      const costs = pack.costs(pack.execute(original.machine, parsed.value));
      expect(costs.find((each) => each.metric === metric)?.value).toBe(values[0]?.value);
    }
  });
});
