/**
 * Workloads whose counts are shown beside the verdicts. `hello` is the virtual machine of the thread that reported the cost of
 * zapping: its tables, each root zapped at each level in turn, as tdp_mmu_zap_root() does when the machine is torn down.
 */
import { PLAIN_EPT, plainLeaf, plainRoot } from './plain-vm.js';
import type { Call, Entry, Scenario, Table } from './scenario.js';

export interface Workload {
  readonly name: string;
  readonly scenario: Scenario;
  /** One a call: which root is zapped, and at which level. */
  readonly rows: readonly { readonly root: number; readonly level: number }[];
}

function table(entries: readonly (readonly [number, Entry])[]): Table {
  return { entries: new Map(entries), nxHugePageDisallowed: false };
}

function below(entries: readonly (readonly [number, Entry])[]): Entry {
  return { kind: 'table', table: table(entries) };
}

const ROWS = [0, 1].flatMap((r) => [1, 2, 3, 4].map((level) => ({ root: r, level })));

/** The only SPTE in the middle table is the one that marks the local APIC's page (0xfee00000) as MMIO. */
const helloTable = table([
  [
    0,
    below([
      [0, below([[0, below([[8, plainLeaf(0x100008n)]])]])],
      [
        3,
        below([
          [503, below([[0, { kind: 'mmio', generation: 0, writable: true }]])],
          [511, below([[511, plainLeaf(0x1fffffn)]])],
        ]),
      ],
    ]),
  ],
]);

export const HELLO: Workload = {
  name: 'hello',
  rows: ROWS,
  scenario: {
    configuration: PLAIN_EPT,
    roots: [plainRoot(helloTable), plainRoot(table([]))],
    slots: [],
    calls: ROWS.map((row): Call => ({
      entry: '__tdp_mmu_zap_root',
      args: { root: BigInt(row.root), shared: 0n, level: BigInt(row.level) },
    })),
  },
};

export const WORKLOADS: readonly Workload[] = [HELLO];
