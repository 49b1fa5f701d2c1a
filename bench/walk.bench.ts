/**
 * The iterator's walk over large sparse tables, in WebAssembly with bounds checks on every access and by gcc -O2 as the kernel is
 * compiled (one object for each .c), in the same run. What building the tables costs is taken off: the same scenario with one
 * call is timed against that with many.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { kernelConfiguration } from '../src/c/preprocess/kernel-config/kernel-options.js';
import { Machine, programImage } from '../src/exec/machine.js';
import { runMachine } from '../src/exec/run-machine.js';
import { encodeScenario } from '../src/packs/kvm-tdp-mmu/encoding.js';
import { KVM_TDP_MMU } from '../src/packs/kvm-tdp-mmu/pack.js';
import { PLAIN_EPT, plainLeaf, plainRoot } from '../src/packs/kvm-tdp-mmu/plain-vm.js';
import type { Call, Entry, Scenario, Table } from '../src/packs/kvm-tdp-mmu/scenario.js';
import { memoryTree } from '../src/tree/memory-tree.js';
import { compileOptions, openVersion } from '../src/version/build-version.js';
import { compileProgram } from '../src/wasm/compile.js';
import { buildTwin, hasGcc, modelTree } from '../test/native/twin.js';

const CALLS = 24;
const assets = join(resolve(import.meta.dirname, '..'), 'src/packs', KVM_TDP_MMU.name, 'c');

/** Two gigabyte tables with eight tables of small pages each, every 64th entry present. */
function sparse(): Table {
  const table = (entries: readonly (readonly [number, Entry])[]): Table => ({
    entries: new Map(entries),
    nxHugePageDisallowed: false,
  });
  const every = (step: number, make: (index: number) => Entry) =>
    Array.from({ length: 512 / step }, (_, i) => [i * step, make(i * step)] as const);
  const small = (base: bigint): Entry => ({
    kind: 'table',
    table: table(every(64, (index) => plainLeaf(base + BigInt(index)))),
  });
  const middle = (base: bigint): Entry => ({
    kind: 'table',
    table: table(every(64, (index) => small(base + BigInt(index) * 512n))),
  });
  const top: Entry = {
    kind: 'table',
    table: table([
      [0, middle(0x100000n)],
      [3, middle(0x200000n)],
    ]),
  };
  return table([[0, top]]);
}

function scenario(calls: number): Scenario {
  const walk: Call = {
    entry: 'kvm_tdp_mmu_test_age_gfn',
    args: { slot: 0n, start: 0n, end: 1n << 20n },
  };
  return {
    configuration: PLAIN_EPT,
    roots: [plainRoot(sparse())],
    slots: [{ addressSpace: 0, baseGfn: 0n, pages: 1n << 20n, dirtyLog: false, maxLevel: 3 }],
    calls: Array.from({ length: calls }, () => walk),
  };
}

it.runIf(hasGcc)('the walk, against gcc -O2', async () => {
  const read = (path: string): string | null => {
    const full = join(modelTree, path);
    return existsSync(full) ? readFileSync(full, 'utf8') : null;
  };
  const tree = {
    ...memoryTree(new Map()),
    read: (path: string) => {
      const text = read(path);
      return text === null ? null : new TextEncoder().encode(text);
    },
  };
  const version = openVersion(KVM_TDP_MMU, 'original', tree, kernelConfiguration(read), (path) => {
    const full = join(assets, path);
    return existsSync(full) ? readFileSync(full, 'utf8') : null;
  });
  if (!version.ok) throw new Error(version.error.message);
  const { plan, units } = version.value;
  // As for a campaign, and as the twin: no counting, no scopes.
  const program = await compileProgram(
    units.map((unit) => unit.typed),
    {
      ...compileOptions(version.value, { kind: 'fast', coverLines: new Set() }),
      loopCounter: null,
      scopes: null,
      fuel: 1n << 40n,
    },
  );
  if (!program.ok) throw new Error(program.error.map((each) => each.message).join('\n'));
  const machine = runMachine(new Machine(programImage(program.value)), plan.buffers);
  const twin = buildTwin({ tree: modelTree, observed: false });
  try {
    const [few, many] = [1, 1 + CALLS].map((calls) =>
      encodeScenario(scenario(calls), { rules: [] }),
    );
    if (few === undefined || many === undefined) throw new Error('two scenarios');
    const wasm = (words: BigUint64Array, runs: number): number => {
      // Time of this thread on the processor, as the twin counts its own: a busy machine then slows both alike.
      const start = process.cpuUsage();
      for (let i = 0; i < runs; i++) machine.run('pc_run', { global: 'pc_in', words });
      const { user, system } = process.cpuUsage(start);
      return ((user + system) * 1000) / runs;
    };
    wasm(many, 200);
    const ratios: number[] = [];
    for (let round = 0; round < 7; round++) {
      const native = twin.nanosecondsPerRun(many, 200) - twin.nanosecondsPerRun(few, 200);
      const own = wasm(many, 200) - wasm(few, 200);
      ratios.push(own / native);
      console.log(
        `round ${round}: WebAssembly ${(own / CALLS / 1000).toFixed(1)} µs a walk, gcc -O2 ${(native / CALLS / 1000).toFixed(1)} µs, ratio ${(own / native).toFixed(2)}`,
      );
    }
    ratios.sort((a, b) => a - b);
    const median = ratios[3] ?? NaN;
    console.log(`walk: ${median.toFixed(2)} × native (median of 7; wanted: at most 2.5)`);
    expect(median).toBeGreaterThan(0);
  } finally {
    twin.remove();
  }
});
