import { describe, expect, it } from 'vitest';
import { countTables } from '../geometry.js';
import { brokenInvariants } from '../invariants.js';
import { parseScenario, printScenario } from '../scenario-text.js';
import { parseSchedule, printSchedule } from '../schedule-text.js';
import { generatedEntries } from './calls.js';
import { generateCase } from './case.js';

const PER_ENTRY = 24;

function* cases() {
  for (const entry of generatedEntries) {
    for (let index = 0; index < PER_ENTRY; index++) {
      const dimension = index % 2 === 0 ? 'sequential' : 'yield';
      const options = { seed: 'test', entry, dimension, index, scopes: ['tdp_mmu_zap_leafs'] };
      yield { name: `${entry} ${String(index)}`, ...generateCase(options) };
    }
  }
}

describe('generated cases', () => {
  it('are states that a VM can be in', () => {
    for (const { name, scenario } of cases()) {
      expect(brokenInvariants(scenario), `${name}\n${printScenario(scenario)}`).toEqual([]);
    }
  });

  it('survive printing and parsing', () => {
    for (const { name, scenario, schedule } of cases()) {
      const text = printScenario(scenario);
      const back = parseScenario(text, 'scenario');
      expect(back, name).toEqual({ ok: true, value: scenario });
      if (back.ok) expect(printScenario(back.value)).toBe(text);
      expect(parseSchedule(printSchedule(schedule), 'schedule')).toEqual({
        ok: true,
        value: schedule,
      });
    }
  });

  it('come out the same from the same seed, and differently from another', () => {
    const options = { entry: 'kvm_tdp_mmu_zap_leafs', dimension: 'yield', scopes: [] };
    const texts = new Set<string>();
    for (let index = 0; index < 100; index++) {
      const once = generateCase({ ...options, seed: 'a', index });
      expect(generateCase({ ...options, seed: 'a', index })).toEqual(once);
      texts.add(printScenario(once.scenario));
    }
    expect(texts.size).toBeGreaterThan(95);
  });

  it('stay small, and meet what is rare', () => {
    let [rows, tables, five, smm, invalid, huge, mmio, last] = [0, 0, 0, 0, 0, 0, 0, 0];
    for (const { scenario } of cases()) {
      rows++;
      tables += countTables(scenario);
      const text = printScenario(scenario);
      if (scenario.roots.some((root) => root.level === 5)) five++;
      if (scenario.roots.some((root) => root.smm)) smm++;
      if (scenario.roots.some((root) => root.invalid)) invalid++;
      if (/^ {6}\[.*leaf/m.test(text)) huge++;
      if (text.includes('mmio')) mmio++;
      if (text.includes('[511]') || text.includes('..511]')) last++;
    }
    const share = (n: number): number => n / rows;
    expect(tables / rows).toBeLessThan(10);
    for (const n of [five, smm, invalid, huge, mmio, last]) expect(share(n)).toBeGreaterThan(0.1);
  });
});
