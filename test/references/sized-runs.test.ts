/**
 * Calls on whole memories: what the compiled C does on tables whose leaves came as runs is what the references do, which build them one by
 * one; and the loops of the original are those that can be counted by hand.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { RunMachine } from '../../src/pack-api/pack.js';
import { KVM_TDP_MMU } from '../../src/packs/kvm-tdp-mmu/pack.js';
import { buildEngine } from '../native/engine.js';
import { modelTree } from '../native/twin.js';

const FUEL = 50_000_000n;

function runOf(entry: string, mapping: string, gib: number) {
  const run = KVM_TDP_MMU.sizedRuns.find(
    (each) => each.entry === entry && each.mapping === mapping && each.gib === gib,
  );
  if (typeof run?.case !== 'function') throw new Error('no such run');
  return run.case();
}

describe('the original on whole memories', () => {
  let machine: RunMachine;
  beforeAll(() => {
    machine = buildEngine({ tree: modelTree });
  }, 300_000);

  it('does what the references do, whatever way the leaves are written', () => {
    for (const run of KVM_TDP_MMU.sizedRuns) {
      if (run.large || run.gib > 4 || typeof run.case !== 'function') continue;
      const input = run.case();
      const raw = KVM_TDP_MMU.execute(machine, input);
      const reference = KVM_TDP_MMU.refer(input);
      const text = `${run.entry}, ${run.mapping}, ${String(run.gib)} GiB`;
      expect(reference !== null && KVM_TDP_MMU.same(raw, reference), text).toBe(true);
      expect(KVM_TDP_MMU.costs(raw), text).toEqual(reference && KVM_TDP_MMU.costs(reference));
    }
  });

  /*
   * A range from gfn 0 on: one entry of the root, one of the table below it for each GiB, 512 for each table of 2M entries, and 512
   * for each of 4K entries. There is a poll at each but those at gfn 0, one a level.
   *   huge 1 GiB: 1 + 1 + 512;  4 GiB: 1 + 4 + 4 * 512;  1 TiB: 2 + 1024 + 1024 * 512
   *   dense 1 GiB: 1 + 1 + 512 + 512 * 512
   * The whole root is walked at 4K, 2M, 1G and its own level; at 4K and 2M down to the tables of 2M entries, at 1G to those of
   * 1G entries, and at the last only through the root's own 512.
   *   huge 1 GiB: 2 * (512 + 512 + 512) + (512 + 512) + 512;  4 GiB: 2 * (512 + 512 + 4 * 512) + (512 + 512) + 512
   */
  it.each([
    ['kvm_tdp_mmu_unmap_gfn_range', 'huge', 1, 514, 511],
    ['kvm_tdp_mmu_unmap_gfn_range', 'huge', 4, 2053, 2050],
    ['kvm_tdp_mmu_unmap_gfn_range', 'ballooned', 4, 2053, 2050],
    ['kvm_tdp_mmu_unmap_gfn_range', 'dense', 1, 262658, 262654],
    ['kvm_tdp_mmu_unmap_gfn_range', 'huge', 1024, 525314, 525311],
    ['kvm_tdp_mmu_zap_all', 'huge', 1, 4608, null],
    ['kvm_tdp_mmu_zap_all', 'huge', 4, 7680, null],
  ] as const)('%s, %s, %i GiB: %i loops', (entry, mapping, gib, loops, polls) => {
    const words = KVM_TDP_MMU.encode(runOf(entry, mapping, gib));
    const raw = KVM_TDP_MMU.executeWords(machine, words, FUEL);
    expect(raw.ending).toEqual({ kind: 'returned' });
    const costs = new Map(KVM_TDP_MMU.costs(raw).map(({ metric, value }) => [metric, value]));
    expect(costs.get('loops')).toBe(loops);
    if (polls !== null) expect(costs.get('polls')).toBe(polls);
  });

  it.each([
    [4, 1_050_629],
    [16, 4_202_513],
  ])(
    'has a machine of its own for %i GiB in 4K pages: %i loops',
    (gib, loops) => {
      const run = KVM_TDP_MMU.sizedRuns.find(
        (each) =>
          each.entry === 'kvm_tdp_mmu_unmap_gfn_range' &&
          each.mapping === 'dense' &&
          each.gib === gib,
      );
      if (typeof run?.case !== 'function' || run.heapBytes === null) throw new Error('no such run');
      const roomy = buildEngine({ tree: modelTree, heapBytes: run.heapBytes });
      const raw = KVM_TDP_MMU.execute(roomy, run.case(), FUEL);
      expect(raw.ending).toEqual({ kind: 'returned' });
      expect(KVM_TDP_MMU.costs(raw)[0]).toEqual({ metric: 'loops', value: loops });
    },
    120_000,
  );

  it('has no machine for more tables than the machines hold', () => {
    const left = KVM_TDP_MMU.sizedRuns.filter((run) => typeof run.case !== 'function');
    expect(new Set(left.map(({ mapping }) => mapping))).toEqual(new Set(['dense']));
    expect(Math.min(...left.map(({ gib }) => gib))).toBe(64);
    expect(left[0]?.case).toEqual({ tooLarge: 'more than 40 MiB of page tables' });
  });
});
