/**
 * Calls on the whole memory of a virtual machine, over sizes of it, so that growth can be seen. Memory begins at gfn 0 and is one slot;
 * all of it is mapped by one root, in one of four ways.
 */
import type { SizedRun } from '../../pack-api/pack.js';
import type { GeneratedCase } from './generate/case.js';
import { PAGES_PER_GIB, mappedMemory, tablesOf, type Mapping } from './mapped-memory.js';
import { PLAIN_EPT, plainRoot } from './plain-vm.js';
import type { Call, Scenario } from './scenario.js';

const SIZES = [1, 4, 16, 64, 256, 1024];
const MAPPINGS: readonly Mapping[] = ['sparse', 'huge', 'ballooned', 'dense'];

/** One that takes a whole VM down, and those that take a slot or range of it. */
const CALLS: readonly ((pages: bigint) => Call)[] = [
  () => ({ entry: 'kvm_tdp_mmu_zap_all', args: {} }),
  (pages) => ({
    entry: 'kvm_tdp_mmu_unmap_gfn_range',
    args: { slot: 0n, start: 0n, end: pages, mayBlock: 1n, flush: 0n },
  }),
  () => ({ entry: 'kvm_tdp_mmu_wrprot_slot', args: { slot: 0n, minLevel: 1n } }),
  () => ({ entry: 'kvm_tdp_mmu_clear_dirty_slot', args: { slot: 0n } }),
];

/** With more of them, building and walking them takes milliseconds. */
const FEW_TABLES = 100;
/** With its struct page, its header, and what the harness notes of it. */
const BYTES_OF_TABLE = 4608;
const MIB = 1 << 20;
/** A machine of its own takes so much; more tables than that do not fit into the words of a case either. */
const LARGEST_HEAP = 40 * MIB;

/** `heapBytes`: what a machine has for page tables and what belongs to them. */
export function sizedRuns(heapBytes: number): readonly SizedRun<GeneratedCase>[] {
  const one = (call: (typeof CALLS)[number], mapping: Mapping, gib: number) => {
    const tables = tablesOf(mapping, gib);
    const bytes = tables * BYTES_OF_TABLE;
    const tooLarge = `more than ${String(LARGEST_HEAP / MIB)} MiB of page tables`;
    const scenario = (): Scenario => scenarioOf(mapping, gib, call(BigInt(gib) * PAGES_PER_GIB));
    return {
      entry: call(0n).entry,
      mapping,
      gib,
      large: tables > FEW_TABLES,
      heapBytes: bytes > heapBytes ? LARGEST_HEAP : null,
      case:
        bytes > LARGEST_HEAP
          ? { tooLarge }
          : () => ({ scenario: scenario(), schedule: { rules: [] } }),
    };
  };
  return CALLS.flatMap((call) =>
    MAPPINGS.flatMap((mapping) => SIZES.map((gib) => one(call, mapping, gib))),
  );
}

function scenarioOf(mapping: Mapping, gib: number, call: Call): Scenario {
  return {
    configuration: PLAIN_EPT,
    roots: [plainRoot(mappedMemory(mapping, gib))],
    slots: [
      {
        addressSpace: 0,
        baseGfn: 0n,
        pages: BigInt(gib) * PAGES_PER_GIB,
        dirtyLog: true,
        maxLevel: mapping === 'huge' || mapping === 'ballooned' ? 2 : 1,
      },
    ],
    calls: [call],
  };
}
