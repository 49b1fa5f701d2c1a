import { describe, expect, it } from 'vitest';
import { COST_SEARCH } from './cost-search.js';
import { generatedEntries } from './generate/calls.js';
import type { GeneratedCase } from './generate/case.js';
import { countTables } from './geometry.js';
import { brokenInvariants } from './invariants.js';
import { printScenario } from './scenario-text.js';

const CHANGES = 40;

/** Each case a change of the one before. */
function chainOf(entry: string): GeneratedCase[] {
  let input = COST_SEARCH.begin('test', entry, 0);
  const chain = [input];
  for (let at = 0; at < CHANGES; at++) {
    const changed = COST_SEARCH.change(input, entry, `${entry} ${String(at)}`);
    if (changed === null) continue;
    chain.push((input = changed));
  }
  return chain;
}

describe('cases of a search for the dearest', () => {
  const chains = generatedEntries.map((entry) => ({ entry, chain: chainOf(entry) }));

  it('are states that a VM can be in, with one call of the entry point', () => {
    for (const { entry, chain } of chains) {
      for (const { scenario } of chain) {
        const text = printScenario(scenario);
        expect(brokenInvariants(scenario), text).toEqual([]);
        expect(scenario.calls.filter((call) => call.entry === entry).length, text).toBe(1);
      }
    }
  });

  it('move: most changes lead to another case', () => {
    const texts = chains.flatMap(({ chain }) =>
      chain.map(({ scenario }) => printScenario(scenario)),
    );
    expect(new Set(texts).size).toBeGreaterThan((chains.length * CHANGES) / 2);
  });

  it('are in a class of their size, or in none', () => {
    const sizes = new Set<string>();
    for (const { scenario, schedule } of chains.flatMap(({ chain }) => chain)) {
      const at = COST_SEARCH.classOf({ scenario, schedule });
      const tables = countTables(scenario);
      if (at === null) {
        expect(tables).toBeGreaterThan(20);
        continue;
      }
      const [levels, most, pages] = COST_SEARCH.classes[at] ?? [];
      sizes.add(`${levels ?? ''} ${pages ?? ''}`);
      expect(levels).toBe(scenario.roots.some(({ level }) => level === 5) ? '5' : '4');
      expect(tables).toBeLessThanOrEqual(Number(most?.replace('≤ ', '')));
    }
    // roots of both kinds, ranges of every length
    expect([...sizes].sort()).toEqual(
      ['4', '5'].flatMap((levels) =>
        ['1', 'more', '≤ 262,144', '≤ 512'].map((pages) => `${levels} ${pages}`),
      ),
    );
  });
});
