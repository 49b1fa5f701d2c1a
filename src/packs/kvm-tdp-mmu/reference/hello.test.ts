import { describe, expect, it } from 'vitest';
import type { Call, Entry, Root, Scenario, Table } from '../scenario.js';
import { EMPTY_SCHEDULE } from '../schedule.js';
import { runReferences } from './run.js';

const table = (entries: [number, Entry][]): Table => ({
  entries: new Map(entries),
  nxHugePageDisallowed: false,
});
const below = (entries: [number, Entry][]): Entry => ({ kind: 'table', table: table(entries) });
const leaf = (pfn: bigint): Entry => ({
  kind: 'leaf',
  pfn,
  writable: true,
  mmuWritable: true,
  hostWritable: true,
  executable: true,
  accessed: true,
  dirty: true,
  accessTracked: false,
});
const root = (top: Table): Root => ({
  level: 4,
  smm: false,
  guestMode: false,
  invalid: false,
  scheduledToZap: false,
  references: 1,
  table: top,
});

const calls: Call[] = [0n, 1n].flatMap((r) =>
  [1n, 2n, 3n, 4n].map((level) => ({
    entry: '__tdp_mmu_zap_root',
    args: { root: r, shared: 0n, level },
  })),
);
const hello: Scenario = {
  configuration: {
    format: 'ept',
    maxPhysAddr: 48,
    adBits: true,
    pml: false,
    suppressVe: true,
    meMask: 0n,
  },
  roots: [
    root(
      table([
        [
          0,
          below([
            [0, below([[0, below([[8, leaf(0x100008n)]])]])],
            [
              3,
              below([
                [503, below([[0, { kind: 'mmio', generation: 0, writable: true }]])],
                [511, below([[511, leaf(0x1fffffn)]])],
              ]),
            ],
          ]),
        ],
      ]),
    ),
    root(table([])),
  ],
  slots: [],
  calls,
};

describe('the workload of the thread', () => {
  it('costs the original what was measured', () => {
    const trace = runReferences(hello, EMPTY_SCHEDULE, { scopes: new Set(), fuel: 1e6 });
    expect(trace?.ending).toEqual({ kind: 'returned' });
    expect(trace?.costs.map((c) => [c.entries, c.loops, c.reads, c.polls])).toEqual([
      [2, 3584, 5638, 3580],
      [3, 2048, 3075, 2045],
      [2, 1024, 1537, 1022],
      [1, 512, 512, 511],
      [0, 512, 1024, 511],
      [0, 512, 1024, 511],
      [0, 512, 1024, 511],
      [0, 512, 512, 511],
    ]);
    expect(trace?.final).toEqual([
      'root r0 level 4 valid references 2',
      'root r1 level 4 valid references 2',
      'pages at level 1: -2',
      'page tables: -6',
    ]);
  });
});
