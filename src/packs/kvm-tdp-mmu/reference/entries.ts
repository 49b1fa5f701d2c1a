/** The entry points as calls of a scenario: arguments by name in, the C function's return value out (null: void). */
import { addressSpaceOf, allocateRoot, invalidateAllRoots, putRoot } from './roots.js';
import { ageRange, testAgeOfRange } from './age.js';
import type { Arguments } from './arguments.js';
import { clearDirtyMasked, clearDirtySlot, clearInRoot, clearMaskedInRoot } from './clear-dirty.js';
import { collapseInRoot, zapCollapsible } from './collapse.js';
import { lastOnWay, walkTo } from './lookup.js';
import type { Machine } from './machine.js';
import { mapFault } from './map.js';
import { splitInRoot, trySplit } from './split.js';
import { protectGfn, protectGfnInRoot, protectRange, protectSlot } from './write-protect.js';
import {
  tearDown,
  unmapRange,
  zapAll,
  zapInvalidatedRoots,
  zapLeaves,
  zapLeavesOfRoot,
  zapRoot,
  zapRootAtLevel,
  zapTable,
} from './zap.js';

type Implementation = (machine: Machine, args: Arguments) => bigint | null;

const truth = (value: boolean): bigint => (value ? 1n : 0n);

function nothing(action: (machine: Machine, args: Arguments) => void): Implementation {
  return (machine, args) => {
    action(machine, args);
    return null;
  };
}

export const entryImplementations: ReadonlyMap<string, Implementation> = new Map<
  string,
  Implementation
>([
  [
    '__tdp_mmu_zap_root',
    nothing((m, a) => {
      m.inReadSection(() => {
        zapRootAtLevel(m, a.root('root'), a.flag('shared'), a.level('level'));
      });
    }),
  ],
  [
    'tdp_mmu_zap_root',
    nothing((m, a) => {
      zapRoot(m, a.root('root'), a.flag('shared'));
    }),
  ],
  [
    'tdp_mmu_zap_leafs',
    (m, a) =>
      truth(zapLeavesOfRoot(m, a.root('root'), a.range(), a.flag('canYield'), a.flag('flush'))),
  ],
  ['kvm_tdp_mmu_zap_leafs', (m, a) => truth(zapLeaves(m, a.range(), a.flag('flush')))],
  [
    'kvm_tdp_mmu_zap_sp',
    (m, a) => {
      const table = a.table(a.root('root'), a.level('level'), a.gfn('gfn'));
      if (table === null) throw new Error('kvm_tdp_mmu_zap_sp: the scenario has no such table');
      return truth(zapTable(m, table));
    },
  ],
  ['kvm_tdp_mmu_zap_all', nothing(zapAll)],
  ['kvm_tdp_mmu_invalidate_all_roots', nothing(invalidateAllRoots)],
  ['kvm_tdp_mmu_zap_invalidated_roots', nothing(zapInvalidatedRoots)],
  ['kvm_mmu_uninit_tdp_mmu', nothing(tearDown)],
  [
    'kvm_tdp_mmu_unmap_gfn_range',
    (m, a) =>
      truth(
        unmapRange(m, a.slot('slot').addressSpace, a.range(), a.flag('mayBlock'), a.flag('flush')),
      ),
  ],
  [
    'kvm_tdp_mmu_age_gfn_range',
    (m, a) => truth(ageRange(m, a.slot('slot').addressSpace, a.range())),
  ],
  [
    'kvm_tdp_mmu_test_age_gfn',
    (m, a) => truth(testAgeOfRange(m, a.slot('slot').addressSpace, a.range())),
  ],
  [
    'wrprot_gfn_range',
    (m, a) => truth(protectRange(m, a.root('root'), a.range(), a.level('minLevel'))),
  ],
  ['kvm_tdp_mmu_wrprot_slot', (m, a) => truth(protectSlot(m, a.slot('slot'), a.level('minLevel')))],
  [
    'write_protect_gfn',
    (m, a) => truth(protectGfnInRoot(m, a.root('root'), a.gfn('gfn'), a.level('minLevel'))),
  ],
  [
    'kvm_tdp_mmu_write_protect_gfn',
    (m, a) => truth(protectGfn(m, a.slot('slot').addressSpace, a.gfn('gfn'), a.level('minLevel'))),
  ],
  [
    'tdp_mmu_split_huge_pages_root',
    (m, a) => {
      m.nxHugePages = a.flag('nxHugePages');
      const level = a.level('targetLevel');
      const done = splitInRoot(m, a.root('root'), a.range(), level, a.flag('shared'));
      return done ? 0n : -12n; // -ENOMEM
    },
  ],
  [
    'kvm_tdp_mmu_try_split_huge_pages',
    nothing((m, a) => {
      m.nxHugePages = a.flag('nxHugePages');
      const addressSpace = a.slot('slot').addressSpace;
      trySplit(m, addressSpace, a.range(), a.level('targetLevel'), a.flag('shared'));
    }),
  ],
  ['clear_dirty_gfn_range', (m, a) => truth(clearInRoot(m, a.root('root'), a.range()))],
  ['kvm_tdp_mmu_clear_dirty_slot', (m, a) => truth(clearDirtySlot(m, a.slot('slot')))],
  [
    'clear_dirty_pt_masked',
    nothing((m, a) => {
      clearMaskedInRoot(m, a.root('root'), a.gfn('gfn'), a.number('mask'), a.flag('wrprot'));
    }),
  ],
  [
    'kvm_tdp_mmu_clear_dirty_pt_masked',
    nothing((m, a) => {
      const addressSpace = a.slot('slot').addressSpace;
      clearDirtyMasked(m, addressSpace, a.gfn('gfn'), a.number('mask'), a.flag('wrprot'));
    }),
  ],
  [
    'zap_collapsible_spte_range',
    nothing((m, a) => {
      collapseInRoot(m, a.root('root'), a.slot('slot'));
    }),
  ],
  [
    'kvm_tdp_mmu_zap_collapsible_sptes',
    nothing((m, a) => {
      zapCollapsible(m, a.slot('slot'));
    }),
  ],
  [
    'kvm_tdp_mmu_map',
    (m, a) => {
      const root = a.root('root');
      const gfn = a.gfn('gfn');
      const slot = m.slots.find(
        (s) =>
          s.addressSpace === addressSpaceOf(root) && s.baseGfn <= gfn && gfn < s.baseGfn + s.pages,
      );
      m.nxHugePages = a.flag('nxHugePages');
      return mapFault(m, root, {
        gfn,
        slot: slot ?? null,
        pfn: a.number('pfn'),
        write: a.flag('write'),
        exec: a.flag('exec'),
        prefetch: a.flag('prefetch'),
        mapWritable: a.flag('mapWritable'),
        maxLevel: a.level('maxLevel'),
        writeTracked: a.flag('writeTracked'),
        mmioGeneration: Number(a.number('generation') & 0x7ffffn),
      });
    },
  ],
  [
    'kvm_tdp_mmu_get_walk',
    (m, a) => BigInt.asUintN(64, BigInt(walkTo(m, a.root('root'), a.gfn('gfn')))),
  ],
  ['kvm_tdp_mmu_fast_pf_get_last_sptep', (m, a) => lastOnWay(m, a.root('root'), a.gfn('gfn'))],
  [
    'kvm_tdp_mmu_put_root',
    nothing((m, a) => {
      putRoot(m, a.root('root'));
    }),
  ],
  [
    'kvm_tdp_mmu_alloc_root',
    (m, a) => {
      const level = a.level('level') === 5 ? 5 : 4;
      const root = allocateRoot(m, {
        level,
        smm: a.flag('smm'),
        guestMode: a.flag('guestMode'),
      });
      m.log.giveRoot(root.table.ordinal);
      return 0n;
    },
  ],
]);
