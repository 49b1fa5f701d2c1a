/** The model is true: what the engine makes of the C is what gcc makes of it, word for word, costs included. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunMachine } from '../../src/pack-api/pack.js';
import { decodeRun } from '../../src/packs/kvm-tdp-mmu/decoding.js';
import { encodeScenario } from '../../src/packs/kvm-tdp-mmu/encoding.js';
import { ENTRY_POINTS } from '../../src/packs/kvm-tdp-mmu/entry-points.js';
import { generateCase } from '../../src/packs/kvm-tdp-mmu/generate/case.js';
import { KVM_TDP_MMU } from '../../src/packs/kvm-tdp-mmu/pack.js';
import { printScenario } from '../../src/packs/kvm-tdp-mmu/scenario-text.js';
import { PLACE_SCOPES } from '../../src/packs/kvm-tdp-mmu/scopes.js';
import { HELLO } from '../../src/packs/kvm-tdp-mmu/workloads.js';
import { buildEngine } from './engine.js';
import { runEnding } from './run-ending.js';
import { buildTwin, hasGcc, kernelTree, modelTree } from './twin.js';
import type { Twin } from './twin.js';

const CASES = Number(
  process.env['PATCHCHECK_NATIVE_CASES'] ?? (process.env['PATCHCHECK_FULL'] === '1' ? 250 : 10),
);

const trees: [string, string | null][] = [
  ['the model tree', modelTree],
  ['Linux 6.12', kernelTree('6.12')],
];

describe.each(trees)('engine and gcc on %s', (name, tree) => {
  if (!hasGcc || tree === null) {
    console.warn(`skipped: ${hasGcc ? `no sources of ${name}` : 'no gcc'}`);
    it.skip('agree', () => undefined);
    return;
  }
  let twin: Twin;
  let machine: RunMachine;
  beforeAll(async () => {
    twin = buildTwin({ tree, observed: true });
    machine = await buildEngine({ tree });
  }, 120_000);
  afterAll(() => {
    twin.remove();
  });

  it('agree on the workload of the thread', () => {
    const input = { scenario: HELLO.scenario, schedule: { rules: [] } };
    const raw = KVM_TDP_MMU.execute(machine, input);
    const [native] = twin.run([encodeScenario(input.scenario, input.schedule)]);
    expect(raw.words).toEqual(native?.words);
    const { costs } = decodeRun(raw, input);
    expect(costs.map((c) => [c.loops, c.reads, c.polls, c.entries])).toEqual([
      [3584, 5638, 3580, 2],
      [2048, 3075, 2045, 3],
      [1024, 1537, 1022, 2],
      [512, 512, 511, 1],
      [512, 1024, 511, 0],
      [512, 1024, 511, 0],
      [512, 1024, 511, 0],
      [512, 512, 511, 0],
    ]);
  });

  it.each(ENTRY_POINTS.map((entry) => entry.name))('agree on %s', (entry) => {
    const cases = Array.from({ length: CASES }, (_, index) => {
      const dimension = index % 2 === 0 ? 'sequential' : 'yield';
      const scopes = [...PLACE_SCOPES];
      return generateCase({ seed: 'engine', entry, dimension, index, scopes });
    });
    const runs = twin.run(
      cases.map(({ scenario, schedule }) => encodeScenario(scenario, schedule)),
    );
    runs.forEach((native, at) => {
      const each = cases[at];
      if (each === undefined) return;
      const raw = KVM_TDP_MMU.execute(machine, each);
      const same =
        raw.words.length === native.words.length &&
        Buffer.from(raw.words.buffer).equals(
          Buffer.from(native.words.buffer, native.words.byteOffset, native.words.byteLength),
        );
      if (same) return;
      const text = `case ${String(at)}\n${printScenario(each.scenario)}`;
      const expected = { words: native.words, ending: runEnding(native.trap) };
      expect(decodeRun(raw, each), text).toEqual(decodeRun(expected, each));
      expect.fail(`the words differ, the traces do not: ${text}`);
    });
  });
});
