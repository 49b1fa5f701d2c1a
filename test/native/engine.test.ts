/** The model is true: what the engine makes of the C is what gcc makes of it, word for word, costs included. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunMachine } from '../../src/pack-api/pack.js';
import { decodeRun } from '../../src/packs/kvm-tdp-mmu/decoding.js';
import { encodeScenario } from '../../src/packs/kvm-tdp-mmu/encoding.js';
import { ENTRY_POINTS } from '../../src/packs/kvm-tdp-mmu/entry-points.js';
import { generateCase } from '../../src/packs/kvm-tdp-mmu/generate/case.js';
import type { GeneratedCase } from '../../src/packs/kvm-tdp-mmu/generate/case.js';
import { KVM_TDP_MMU } from '../../src/packs/kvm-tdp-mmu/pack.js';
import { printScenario } from '../../src/packs/kvm-tdp-mmu/scenario-text.js';
import { PLACE_SCOPES } from '../../src/packs/kvm-tdp-mmu/scopes.js';
import { TRAP } from '../../src/packs/kvm-tdp-mmu/words.js';
import { HELLO } from '../../src/packs/kvm-tdp-mmu/workloads.js';
import { buildEngine } from './engine.js';
import { runEnding } from './run-ending.js';
import { threadVersions } from './thread-versions.js';
import type { ThreadVersion } from './thread-versions.js';
import { buildTwin, hasGcc, kernelTree, modelTree } from './twin.js';
import type { Twin } from './twin.js';

const full = process.env['PATCHCHECK_FULL'] === '1';
/** Of each entry point and version. */
const CASES = Number(process.env['PATCHCHECK_NATIVE_CASES'] ?? (full ? 250 : 4));

/** Loops, SPTE reads, polls and entries of the thread's workload. */
const HELLO_COSTS: Readonly<Record<ThreadVersion['name'], readonly (readonly number[])[]>> = {
  original: [
    [3584, 5638, 3580, 2],
    [2048, 3075, 2045, 3],
    [1024, 1537, 1022, 2],
    [512, 512, 511, 1],
    [512, 1024, 511, 0],
    [512, 1024, 511, 0],
    [512, 1024, 511, 0],
    [512, 512, 511, 0],
  ],
  skip: [
    [118, 3659, 114, 2],
    [69, 2086, 66, 3],
    [35, 1042, 33, 2],
    [17, 512, 16, 1],
    [16, 528, 15, 0],
    [16, 528, 15, 0],
    [16, 528, 15, 0],
    [16, 512, 15, 0],
  ],
  'only-present': [],
};

const trees: [string, string | null][] = [
  ['the model tree', modelTree],
  ['Linux 6.12', kernelTree('6.12')],
  ...(full ? [['Linux 6.1', kernelTree('6.1')] satisfies [string, string | null]] : []),
];

interface Subject {
  readonly name: string;
  readonly tree: string | null;
  readonly version: ThreadVersion | null;
}

const subjects = trees.flatMap(([name, tree]): Subject[] =>
  tree === null || !hasGcc
    ? [{ name, tree, version: null }]
    : threadVersions(tree)
        .filter(({ name: version }) => full || tree === modelTree || version === 'original')
        .map((version) => ({ name, tree, version })),
);

describe.each(subjects)('engine and gcc on $name, $version.name', ({ name, tree, version }) => {
  if (tree === null || version === null) {
    console.warn(`skipped: ${hasGcc ? `no sources of ${name}` : 'no gcc'}`);
    it.skip('agree', () => undefined);
    return;
  }
  const { overlay } = version;
  let twin: Twin;
  let machine: RunMachine;
  beforeAll(async () => {
    twin = buildTwin({ tree, overlay, observed: true });
    machine = await buildEngine({ tree, overlay });
  }, 300_000);
  afterAll(() => {
    twin.remove();
  });

  it('agree on the workload of the thread', () => {
    const input = { scenario: HELLO.scenario, schedule: { rules: [] } };
    const raw = KVM_TDP_MMU.execute(machine, input);
    const [native] = twin.run([encodeScenario(input.scenario, input.schedule)]);
    expect(raw.words).toEqual(native?.words);
    const costs = decodeRun(raw, input).costs.map((c) => [c.loops, c.reads, c.polls, c.entries]);
    const known = HELLO_COSTS[version.name];
    if (known.length > 0) expect(costs).toEqual(known);
    expect(costs.map(([, , , entries]) => entries)).toEqual([2, 3, 2, 1, 0, 0, 0, 0]);
  });

  it.each(ENTRY_POINTS.map((entry) => entry.name))('agree on %s', (entry) => {
    const inputs = Array.from({ length: CASES }, (_, index) => {
      const dimension = index % 2 === 0 ? 'sequential' : 'yield';
      const scopes = [...PLACE_SCOPES];
      return generateCase({ seed: `engine ${version.name}`, entry, dimension, index, scopes });
    });
    compareAll(twin, machine, inputs);
  });
});

function compareAll(twin: Twin, machine: RunMachine, inputs: readonly GeneratedCase[]): void {
  const runs = twin.run(inputs.map(({ scenario, schedule }) => encodeScenario(scenario, schedule)));
  inputs.forEach((input, at) => {
    const native = runs[at];
    const raw = KVM_TDP_MMU.execute(machine, input);
    if (native === undefined || sameWords(raw.words, native.words)) return;
    // Both give up on a run that goes on and on, the engine by fuel, the twin by yields: not at the same word.
    if (raw.ending.kind === 'out-of-fuel' && native.trap === TRAP.YIELDS) return;
    const text = `case ${String(at)}\n${printScenario(input.scenario)}`;
    const expected = { words: native.words, ending: runEnding(native.trap) };
    expect(decodeRun(raw, input), text).toEqual(decodeRun(expected, input));
    expect.fail(`the words differ, the traces do not: ${text}`);
  });
}

function sameWords(a: BigUint64Array, b: BigUint64Array): boolean {
  const bytes = (words: BigUint64Array): Buffer =>
    Buffer.from(words.buffer, words.byteOffset, words.byteLength);
  return bytes(a).equals(bytes(b));
}
