/**
 * The model is true: what the engine makes of the C is what gcc makes of it, word for word, costs included. Of every entry point,
 * with and without reschedules, in each version of the thread. The default run takes a slice and says which; `npm run test:full`
 * takes more than 20,000 scenarios on Linux 6.12, and as many on each other tree as its entry points and versions give.
 */
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
import { OUT, TRAP } from '../../src/packs/kvm-tdp-mmu/words.js';
import { HELLO } from '../../src/packs/kvm-tdp-mmu/workloads.js';
import { buildEngine } from './engine.js';
import { runEnding } from './run-ending.js';
import { threadVersions } from './thread-versions.js';
import type { ThreadVersion } from './thread-versions.js';
import { buildTwin, hasGcc, kernelTree, modelTree } from './twin.js';
import type { Twin } from './twin.js';

const full = process.env['PATCHCHECK_FULL'] === '1';
/** Of each entry point and version. */
const CASES = Number(process.env['PATCHCHECK_NATIVE_CASES'] ?? (full ? 252 : 4));
/** Of the twin in one go: an endless run fills its whole buffer. */
const BATCH = 42;
/** Rounds of loops for the engine to begin with: what the twin does not end either is compared as far as this goes. */
const FUEL = 500_000n;
const UNBUILDABLE = 2n; // PC_STATUS_UNBUILDABLE
const NO_SUCH_ENTRY = 5n; // PC_BAD_ENTRY

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

/** Scenarios compared, by tree and version; of these, those that neither side ended. */
const compared = new Map<string, { scenarios: number; endless: number }>();

afterAll(() => {
  if (compared.size === 0) return;
  const slice = full
    ? `${String(CASES)} cases of each entry point`
    : `a slice: the first ${String(CASES)} cases of each entry point, all versions on the model tree alone (npm run test:full takes all)`;
  const lines = [...compared].map(
    ([subject, { scenarios, endless }]) =>
      `  ${subject}: ${String(scenarios)}, ${String(endless)} of them without an end`,
  );
  const total = [...compared.values()].reduce((sum, { scenarios }) => sum + scenarios, 0);
  process.stdout.write(
    `native twin, ${slice}:\n${lines.join('\n')}\nengine and gcc -O2 gave equal traces in ${String(total)} scenarios\n`,
  );
});

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
  beforeAll(() => {
    twin = buildTwin({ tree, overlay, observed: true });
    machine = buildEngine({ tree, overlay });
  }, 1_200_000);
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

  it('agree on whole memories, of which many leaves are one entry of the input', () => {
    for (const run of KVM_TDP_MMU.sizedRuns) {
      if (run.large || run.gib > 4 || typeof run.case !== 'function') continue;
      const input = run.case();
      const raw = KVM_TDP_MMU.execute(machine, input);
      expect(raw.ending.kind).toBe('returned');
      const [native] = twin.run([encodeScenario(input.scenario, input.schedule)]);
      const text = `${run.entry}, ${run.mapping}, ${String(run.gib)} GiB`;
      expect(
        sameWords(written(raw.words), written(native?.words ?? raw.words.slice(1))),
        text,
      ).toBe(true);
    }
  });

  it.each(ENTRY_POINTS.map((entry) => entry.name))(
    'agree on %s',
    { timeout: 1_200_000 },
    (entry) => {
      const counts = compared.get(`${name}, ${version.name}`) ?? { scenarios: 0, endless: 0 };
      for (let from = 0; from < CASES; from += BATCH) {
        const inputs = Array.from({ length: Math.min(BATCH, CASES - from) }, (_, at) => {
          const index = from + at;
          const dimension = index % 2 === 0 ? 'sequential' : 'yield';
          const scopes = [...PLACE_SCOPES];
          return generateCase({ seed: `engine ${version.name}`, entry, dimension, index, scopes });
        });
        const found = compareAll(twin, machine, inputs);
        counts.endless += found.endless;
        counts.scenarios += found.scenarios;
      }
      compared.set(`${name}, ${version.name}`, counts);
    },
  );
});

/** How many were compared (none of an entry point that this tree does not have), and how many of them neither side ended. */
function compareAll(
  twin: Twin,
  machine: RunMachine,
  inputs: readonly GeneratedCase[],
): { scenarios: number; endless: number } {
  const runs = twin.run(inputs.map(({ scenario, schedule }) => encodeScenario(scenario, schedule)));
  let [scenarios, endless] = [0, 0];
  inputs.forEach((input, at) => {
    const native = runs[at];
    if (native === undefined) return;
    if (native.words[OUT.STATUS] === UNBUILDABLE)
      expect(native.words[OUT.DETAIL]).toBe(NO_SUCH_ENTRY);
    else scenarios++;
    const ends = native.trap !== TRAP.YIELDS;
    const raw = KVM_TDP_MMU.execute(machine, input, ends ? undefined : FUEL);
    const text = `case ${String(at)}\n${printScenario(input.scenario)}`;
    if (!ends) {
      // Both give up on a run that goes on and on, the engine by fuel, the twin by yields: not at the same word.
      expect(raw.ending.kind, text).toBe('out-of-fuel');
      expect(sameWords(...commonEvents(raw.words, native.words)), text).toBe(true);
      endless++;
      return;
    }
    if (sameWords(written(raw.words), written(native.words))) return;
    const expected = { words: native.words, ending: runEnding(native.trap) };
    expect(decodeRun(raw, input), text).toEqual(decodeRun(expected, input));
    expect.fail(`the words differ, the traces do not: ${text}`);
  });
  return { scenarios, endless };
}

/** Behind the texts of this run, those of an earlier one may still stand: a machine's buffer is filled anew, not cleared. */
function written(words: BigUint64Array): BigUint64Array {
  return words.slice().fill(0n, Number(words[OUT.STRINGS_END]), OUT.EVENTS);
}

/** The events that both have, but for the last one, which may still have been growing. */
function commonEvents(a: BigUint64Array, b: BigUint64Array): [BigUint64Array, BigUint64Array] {
  const end = Math.min(...[a, b].map((words) => Number(words[OUT.EVENTS_END])));
  const last = Math.max(OUT.EVENTS, end - 3);
  expect(last - OUT.EVENTS).toBeGreaterThan(300);
  return [a.subarray(OUT.EVENTS, last), b.subarray(OUT.EVENTS, last)];
}

function sameWords(a: BigUint64Array, b: BigUint64Array): boolean {
  const bytes = (words: BigUint64Array): Buffer =>
    Buffer.from(words.buffer, words.byteOffset, words.byteLength);
  return bytes(a).equals(bytes(b));
}
