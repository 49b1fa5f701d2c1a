/** The references against C as gcc compiles it: the same scenarios, the same traces. */
import { afterAll, describe, expect, it } from 'vitest';
import { decodeRun } from '../../src/packs/kvm-tdp-mmu/decoding.js';
import { encodeScenario } from '../../src/packs/kvm-tdp-mmu/encoding.js';
import { ENTRY_POINTS } from '../../src/packs/kvm-tdp-mmu/entry-points.js';
import { generateCase } from '../../src/packs/kvm-tdp-mmu/generate/case.js';
import type { GeneratedCase } from '../../src/packs/kvm-tdp-mmu/generate/case.js';
import { runReferences } from '../../src/packs/kvm-tdp-mmu/reference/run.js';
import { printScenario } from '../../src/packs/kvm-tdp-mmu/scenario-text.js';
import { PLACE_SCOPES } from '../../src/packs/kvm-tdp-mmu/scopes.js';
import { runEnding } from './run-ending.js';
import { buildTwin, hasGcc, kernelTree, modelTree } from './twin.js';
import type { Twin } from './twin.js';

const CASES = process.env['PATCHCHECK_FULL'] === '1' ? 400 : 8;

const trees: [string, string | null][] = [
  ['the model tree', modelTree],
  ['Linux 6.12', kernelTree('6.12')],
];

describe.each(trees)('references and gcc on %s', (name, tree) => {
  if (!hasGcc || tree === null) {
    console.warn(`skipped: ${hasGcc ? `no sources of ${name}` : 'no gcc'}`);
    it.skip('agree', () => undefined);
    return;
  }
  let twin: Twin | null = null;
  afterAll(() => twin?.remove());

  it.each(ENTRY_POINTS.map((entry) => entry.name))('agree on %s', (entry) => {
    twin ??= buildTwin({ tree, observed: true });
    const cases: GeneratedCase[] = [];
    for (let index = 0; index < CASES; index++) {
      const dimension = index % 2 === 0 ? 'sequential' : 'yield';
      const scopes = [...PLACE_SCOPES];
      cases.push(generateCase({ seed: 'native', entry, dimension, index, scopes }));
    }
    const runs = twin.run(
      cases.map(({ scenario, schedule }) => encodeScenario(scenario, schedule)),
    );
    runs.forEach((run, at) => {
      const each = cases[at];
      if (each === undefined) return;
      const actual = decodeRun({ words: run.words, ending: runEnding(run.trap) }, each);
      const expected = runReferences(each.scenario, each.schedule, {
        scopes: PLACE_SCOPES,
        fuel: 5_000_000,
      });
      if (expected === null) return;
      const text = `${String(at)}\n${printScenario(each.scenario)}`;
      expect(actual, text).toEqual(expected);
    });
  });
});
