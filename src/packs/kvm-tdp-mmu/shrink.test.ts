import { describe, expect, it } from 'vitest';
import { shrinkGreedily } from '../../shrink/greedy.js';
import { generatedEntries } from './generate/calls.js';
import { entryImplementations } from './reference/entries.js';
import { generateCase } from './generate/case.js';
import { allEntries, countTables } from './geometry.js';
import { brokenInvariants } from './invariants.js';
import { runReferences } from './reference/run.js';
import { printScenario } from './scenario-text.js';
import { shrinkCandidates } from './shrink.js';
import type { Case } from './shrink.js';
import { weight } from './shrink-weight.js';

const scopes = new Set<string>();

function* cases(count: number): Generator<Case> {
  for (const entry of generatedEntries.filter((each) => entryImplementations.has(each))) {
    for (let index = 0; index < count; index++) {
      yield generateCase({ seed: 'shrink', entry, dimension: 'yield', index, scopes: [] });
    }
  }
}

describe('smaller cases', () => {
  it('are valid and weigh less', () => {
    for (const input of cases(1)) {
      const before = weight(input);
      let seen = 0;
      for (const candidate of shrinkCandidates(input.scenario, input.schedule)) {
        if (++seen > 40) break;
        expect(brokenInvariants(candidate.scenario)).toEqual([]);
        const after = weight(candidate);
        const at = after.findIndex((value, i) => value !== before[i]);
        expect(after[at]).toBeLessThan(before[at] ?? 0);
        expect(
          runReferences(candidate.scenario, candidate.schedule, { scopes, fuel: 1e6 })?.ending,
        ).toEqual({
          kind: 'returned',
        });
      }
    }
  });

  it('lead to a witness of a few tables and entries', () => {
    const zapsLast = ({ scenario, schedule }: Case): boolean =>
      runReferences(scenario, schedule, { scopes, fuel: 1e6 })?.events.some(
        (e) => e.kind === 'spte' && e.at.endsWith('[511]') && e.from.startsWith('leaf'),
      ) ?? false;
    let found = 0;
    for (let index = 0; index < 200 && found < 5; index++) {
      const entry = 'kvm_tdp_mmu_zap_leafs';
      const input = generateCase({ seed: 'shrink', entry, dimension: 'yield', index, scopes: [] });
      if (!zapsLast(input)) continue;
      found++;
      const { smallest, finished } = shrinkGreedily(
        input,
        ({ scenario, schedule }) => shrinkCandidates(scenario, schedule),
        zapsLast,
        3000,
      );
      const text = printScenario(smallest.scenario);
      expect(finished, text).toBe(true);
      expect(countTables(smallest.scenario), text).toBeLessThanOrEqual(4);
      expect(
        [...allEntries(smallest.scenario)].filter((e) => e.entry.kind !== 'table').length,
        text,
      ).toBe(1);
      expect(smallest.schedule.rules).toEqual([]);
    }
    expect(found).toBe(5);
  });
});
