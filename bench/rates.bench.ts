/**
 * How many scenarios and SPTE reads a campaign gets through in a second, and how that grows: with the page tables of the scenario
 * it should not (a read costs what it costs, and a reset what the run before touched), with the cores it should.
 */
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { assetsOf, defaultPack } from '../cli/packs.js';
import { chooseTree } from '../cli/trees.js';
import type { RunMachine } from '../src/pack-api/pack.js';
import { encodeScenario } from '../src/packs/kvm-tdp-mmu/encoding.js';
import { KVM_TDP_MMU } from '../src/packs/kvm-tdp-mmu/pack.js';
import { PLAIN_EPT, plainLeaf, plainRoot } from '../src/packs/kvm-tdp-mmu/plain-vm.js';
import type { Entry, Scenario, Table } from '../src/packs/kvm-tdp-mmu/scenario.js';
import { openVersion } from '../src/version/build-version.js';
import { command, root, whyNotBuilt } from '../test/cli/built-command.js';
import { machineFor } from '../test/versions/open-versions.js';

/** Page tables at the lowest level. */
const TABLES = [1, 4, 16, 64, 256] as const;
const LEAVES = 4;
/** Milliseconds that one measurement takes at least. */
const LONG = 400;

function table(entries: readonly Entry[]): Table {
  return { entries: new Map(entries.entries()), nxHugePageDisallowed: false };
}

function below(entries: readonly Entry[]): Entry {
  return { kind: 'table', table: table(entries) };
}

/** Write protection of a slot that is mapped by so many page tables, each with some leaves. */
function writeProtection(tables: number): Scenario {
  const lowest = Array.from({ length: tables }, (_, at) =>
    below(
      Array.from({ length: LEAVES }, (_, index) => plainLeaf(BigInt(0x10_0000 + 512 * at + index))),
    ),
  );
  return {
    configuration: PLAIN_EPT,
    roots: [plainRoot(table([below([below(lowest)])]))],
    slots: [
      { addressSpace: 0, baseGfn: 0n, pages: 512n * BigInt(tables), dirtyLog: false, maxLevel: 3 },
    ],
    calls: [{ entry: 'kvm_tdp_mmu_wrprot_slot', args: { slot: 0n, minLevel: 1n } }],
  };
}

function original(): RunMachine {
  const chosen = chooseTree({ tree: 'model' });
  if (!chosen.ok) throw new Error(chosen.error.message);
  const pack = defaultPack();
  const { tree, configuration } = chosen.value;
  const opened = openVersion(pack, 'original', tree, configuration, assetsOf(pack));
  if (!opened.ok) throw new Error(opened.error.message);
  return machineFor(opened.value, 'fast');
}

interface Rate {
  readonly runs: number;
  readonly reads: number;
}

/** A second of this thread on the processor. Of the cases in turn, only the last one is counted, in its own time. */
function rate(machine: RunMachine, cases: readonly BigUint64Array[], long = LONG): Rate {
  const last = cases.length - 1;
  let spent = 0;
  let runs = 0;
  let reads = 0;
  while (spent < long * 1000) {
    for (const [at, words] of cases.entries()) {
      const start = process.cpuUsage();
      for (let time = 0; time < (cases.length === 1 ? 20 : 1); time++) {
        const raw = KVM_TDP_MMU.executeWords(machine, words);
        if (at !== last) continue;
        runs++;
        if (reads === 0) reads = KVM_TDP_MMU.rowCosts(raw)[0]?.reads ?? 0;
      }
      const { user, system } = process.cpuUsage(start);
      if (at === last) spent += user + system;
    }
  }
  return { runs: (runs * 1e6) / spent, reads: (runs * reads * 1e6) / spent };
}

const thousands = (value: number): string => `${(value / 1000).toFixed(0).padStart(8)} k`;

it('scenarios and SPTE reads a second, by the page tables of the scenario', () => {
  const machine = original();
  const encoded = TABLES.map((tables) =>
    encodeScenario(writeProtection(tables), { rules: [] }).slice(),
  );
  for (const words of encoded) rate(machine, [words]);
  const lines = ['page tables   scenarios/s   SPTE reads/s'];
  for (const [at, words] of encoded.entries()) {
    const { runs, reads } = rate(machine, [words]);
    lines.push(`${String(TABLES[at]).padStart(11)} ${thousands(runs)}    ${thousands(reads)}`);
  }
  const [small, large] = [encoded[0], encoded.at(-1)];
  if (small === undefined || large === undefined) throw new Error('some cases');
  const alone = rate(machine, [small, small], LONG / 10);
  const behind = rate(machine, [large, small], LONG / 10);
  lines.push(
    `the smallest behind the largest: ${(alone.runs / behind.runs).toFixed(2)} times its time behind itself`,
  );
  console.log(lines.join('\n'));
  expect(lines.length).toBe(TABLES.length + 2);
});

it('scenarios a second, by threads', () => {
  const why = whyNotBuilt();
  if (why !== null) {
    console.log(`SKIPPED: ${why}`);
    return;
  }
  const lines = ['threads   scenarios/s'];
  for (let workers = 1; workers <= Math.min(8, availableParallelism()); workers *= 2) {
    const few = campaign(workers, 1000);
    const many = campaign(workers, 5000);
    // what every run takes, whatever is asked for, is taken off
    const each = (many.scenarios - few.scenarios) / ((many.milliseconds - few.milliseconds) / 1000);
    lines.push(`${String(workers).padStart(7)}   ${thousands(each)}`);
  }
  console.log(lines.join('\n'));
});

/** Sean Christopherson's version of the thread beside the original, by the built command. */
function campaign(workers: number, scenarios: number): { scenarios: number; milliseconds: number } {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [
      command,
      'apply',
      join(root, 'patches/20241023-tdp-fast-forward.mbox'),
      ...['--candidate', 'sean-christopherson', '--checked-scenarios', '0', '--timings'],
      ...['--scenarios', String(scenarios), '--workers', String(workers), '--json', '-'],
    ],
    { encoding: 'utf8', cwd: root, maxBuffer: 1 << 26 },
  );
  const report = JSON.parse(stdout) as {
    checks: { against: string; dimension: string; scenarios: number }[];
  };
  const own = report.checks.filter(
    ({ against, dimension }) =>
      against === 'original' && (dimension === 'sequential' || dimension === 'yield'),
  );
  const running = /^ {2}running +(\d+) ms$/m.exec(stderr)?.[1];
  return {
    scenarios: own.reduce((sum, check) => sum + check.scenarios, 0),
    milliseconds: Number(running),
  };
}
