import { describe, expect, it } from 'vitest';
import { brokenInvariants } from '../invariants.js';
import { printScenario } from '../scenario-text.js';
import { generatedEntries } from './calls.js';
import { generateCase } from './case.js';
import { isLegalCall } from './legal-calls.js';
import { variedCase } from './vary.js';

const SCOPES = ['tdp_mmu_zap_leafs'];
const STEPS = 60;

describe('generated calls', () => {
  it('are what KVM passes', () => {
    for (const entry of generatedEntries) {
      for (let index = 0; index < 60; index++) {
        const { scenario } = generateCase({
          seed: 'legal',
          entry,
          dimension: 'sequential',
          index,
          scopes: [],
        });
        for (const call of scenario.calls)
          expect(isLegalCall(scenario, call), printScenario(scenario)).toBe(true);
      }
    }
  });
});

describe('varied cases', () => {
  const chains = generatedEntries.map((entry) => {
    let current = generateCase({
      seed: 'vary',
      entry,
      dimension: 'yield',
      index: 0,
      scopes: SCOPES,
    });
    const chain = [current];
    for (let at = 0; at < STEPS; at++) {
      const draw = `${entry} ${String(at)}`;
      const next = variedCase(current, { entry, draw, constants: [33n, 500n], scopes: SCOPES });
      if (next === null) continue;
      chain.push((current = next));
    }
    return { entry, chain };
  });

  it('are states that a VM can be in, with calls that KVM makes', () => {
    for (const { entry, chain } of chains) {
      for (const { scenario } of chain) {
        const text = printScenario(scenario);
        expect(brokenInvariants(scenario), text).toEqual([]);
        expect(scenario.calls.at(-1)?.entry, text).toBe(entry);
        for (const call of scenario.calls) expect(isLegalCall(scenario, call), text).toBe(true);
      }
    }
  });

  it('go everywhere: ranges to constants, tables, slots, configurations', () => {
    const texts = chains.flatMap(({ chain }) =>
      chain.map(({ scenario }) => printScenario(scenario)),
    );
    expect(new Set(texts).size).toBeGreaterThan((chains.length * STEPS) / 3);
    const lines = new Set(texts.flatMap((text) => text.split('\n')));
    for (const kind of ['configuration', 'slot', 'root', 'call'])
      expect([...lines].filter((line) => line.startsWith(kind)).length).toBeGreaterThan(40);
    const lengths = chains.flatMap(({ chain }) =>
      chain.flatMap(({ scenario }) =>
        scenario.calls.flatMap(({ args: { start, end } }) =>
          start === undefined || end === undefined ? [] : [end - start],
        ),
      ),
    );
    expect(lengths).toContain(33n);
  });
});
