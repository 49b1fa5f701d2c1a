/**
 * What the pack does with each tree: every function of the walker's files compiles from the tree's own text, every entry point that
 * the tree has runs, and the lists of what is left are as they should be, name by name.
 */
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { assetsOf, packNamed } from '../../cli/packs.js';
import { chooseTree } from '../../cli/trees.js';
import { kernelTrees } from '../../src/c/preprocess/testing/kernel-trees.js';
import { TRAP } from '../../src/packs/kvm-tdp-mmu/words.js';
import type { RunEnding, RunMachine } from '../../src/pack-api/pack.js';
import { openVersion, type OpenVersion } from '../../src/version/build-version.js';
import { machineFor } from '../versions/open-versions.js';
import { listedFunctions, type ListedFunction } from '../../src/version/list-functions.js';

const MMU = 'arch/x86/kvm/mmu';
const CASES = 12;

const isBug = (ending: RunEnding): boolean =>
  ending.kind === 'trap' && ending.name === 'model' && Number(ending.argument) === TRAP.BUG;

const pack = packNamed('kvm-tdp-mmu');

interface Expected {
  readonly name: string;
  readonly directory: string | null;
  /** Functions that no entry point comes to: what the shadow MMU alone calls, and module parameters. */
  readonly unreached: readonly string[];
  /** Entry points that the tree does not have. */
  readonly disabled: readonly string[];
}

const TREES: readonly Expected[] = [
  {
    name: 'the model tree',
    directory: resolve(import.meta.dirname, '../../fixtures/linux'),
    unreached: [
      'get_mmio_spte_generation',
      'is_executable_pte',
      'kvm_mmu_get_dummy_root',
      'sp_ad_disabled',
      'spte_index',
    ],
    disabled: ['kvm_tdp_mmu_set_spte_gfn'],
  },
  {
    name: 'Linux 6.12',
    directory: kernelTrees['6.12']?.root ?? null,
    unreached: [
      '__check_mmio_caching',
      'get_mmio_spte_generation',
      'is_executable_pte',
      'kvm_mmu_do_page_fault',
      'kvm_mmu_get_dummy_root',
      'kvm_mmu_prepare_memory_fault_exit',
      'sp_ad_disabled',
      'spte_index',
    ],
    disabled: ['kvm_tdp_mmu_set_spte_gfn'],
  },
  {
    name: 'Linux 6.1',
    directory: kernelTrees['6.1']?.root ?? null,
    unreached: [
      '__check_mmio_caching',
      '__check_tdp_mmu',
      'get_mmio_spte_generation',
      'is_executable_pte',
      'is_tdp_mmu',
      'kvm_mmu_do_page_fault',
      'sp_ad_disabled',
      'spte_index',
      'spte_to_child_sp',
    ],
    disabled: [],
  },
];

describe.each(TREES)('$name', ({ directory, unreached, disabled }) => {
  describe.skipIf(directory === null)('where it is at hand', () => {
    let version: OpenVersion;
    let functions: readonly ListedFunction[];
    let machine: RunMachine;
    beforeAll(() => {
      const chosen = chooseTree({ tree: directory ?? '' });
      if (!chosen.ok) throw new Error(chosen.error.message);
      const { tree, configuration } = chosen.value;
      const opened = openVersion(pack, 'original', tree, configuration, assetsOf(pack));
      if (!opened.ok) throw new Error(opened.error.message);
      version = opened.value;
      functions = listedFunctions(pack, version);
      machine = machineFor(version, 'fast');
    }, 600_000);

    const namesOf = (state: ListedFunction['state']): string[] =>
      functions.flatMap((each) => (each.state === state ? [each.name] : [])).sort();

    it('every function of its files is understood', () => {
      expect(namesOf('not understood')).toEqual([]);
      for (const name of [
        'tdp_iter.c',
        'tdp_iter.h',
        'tdp_mmu.c',
        'spte.h',
        'spte.c',
        'mmu_internal.h',
      ])
        expect(
          functions.some(({ file }) => file === `${MMU}/${name}`),
          name,
        ).toBe(true);
    });

    it('what no entry point comes to is known by name', () => {
      expect(namesOf('not reached')).toEqual([...unreached].sort());
    });

    it('every entry point is there, but for what the tree does not have', () => {
      expect(version.disabled.map(({ entry }) => entry).sort()).toEqual([...disabled].sort());
      expect(version.entries.size + disabled.length).toBe(pack.entryPoints.length);
    });

    it('every entry point runs', () => {
      for (const entry of version.entries) {
        let ran = 0;
        for (let index = 0; index < CASES; index++) {
          const input = pack.generate('trees', entry, 'yield', index);
          const { ending } = pack.execute(machine, input);
          const { scenario } = pack.print(input);
          // A walk that is asked to yield at every poll may take longer than anyone waits.
          if (ending.kind === 'out-of-fuel') continue;
          // 6.1's handler hands the old value on as the new one's, and handle_changed_spte() calls BUG(): it went in 6.10.
          if (entry === 'kvm_tdp_mmu_set_spte_gfn' && isBug(ending)) continue;
          expect(ending, scenario).toEqual({ kind: 'returned' });
          ran++;
        }
        expect(ran, entry).toBeGreaterThan(CASES / 3);
      }
    });
  });
});
