/** Arguments for each entry point: what KVM itself could pass, aimed at the boundaries of the scenario. */
import { FIRST_LEAF_PFN, pagesAt, visitEntries } from '../geometry.js';
import type { Call, MemorySlot, Scenario } from '../scenario.js';
import { referencesOfZapper } from '../invariants.js';
import type { GfnRange } from './points.js';
import { gfnOfRoot, nxHugePages, pageFault } from './page-fault.js';
import { Chooser, type Args } from './chooser.js';
import type { Random } from './random.js';

/** null: nothing in the scenario can be passed; the scenario needs another slot or root. */
type Generator = (chooser: Chooser) => Args | null;

const ofSlot = ({ baseGfn, pages }: MemorySlot): GfnRange => ({
  start: baseGfn,
  end: baseGfn + pages,
});

/** A root, the call's own arguments, and a range that is a slot of the root's address space. */
function rootAndSlotRange(c: Chooser): (Args & GfnRange & { root: bigint }) | null {
  const root = c.root(true);
  if (root === null) return null;
  const found = c.slot(c.addressSpaceOfRoot(root));
  return found === null ? null : { root, ...ofSlot(found.slot) };
}

/** A slot and a gfn in it. */
function slotAndGfn(c: Chooser): { slot: bigint; gfn: bigint; of: MemorySlot } | null {
  const found = c.slot();
  if (found === null) return null;
  return { slot: found.at, gfn: c.points.gfnWithin(ofSlot(found.slot)), of: found.slot };
}

const nothing: Generator = () => ({});

function slotOnly(c: Chooser): Args | null {
  const found = c.slot();
  return found === null ? null : { slot: found.at };
}

/** A range of an MMU notifier: within a slot, which it was cut down to. */
function slotAndRange(c: Chooser): Args | null {
  const found = c.slot();
  return found === null ? null : { slot: found.at, ...c.points.rangeWithin(ofSlot(found.slot)) };
}

/** A mask of 64 pages; KVM passes one word of a dirty bitmap, so gfn lies a multiple of 64 above the slot's base. */
function maskedPages(c: Chooser, slot: MemorySlot, near: bigint): { gfn: bigint; mask: bigint } {
  const { random } = c;
  const gfn = near - ((near - slot.baseGfn) % 64n);
  const pagesLeft = slot.baseGfn + slot.pages - gfn;
  const legal = pagesLeft >= 64n ? (1n << 64n) - 1n : (1n << pagesLeft) - 1n;
  const word = random.belowBig(1n << 64n);
  const mask =
    random.pick([
      legal,
      word,
      word & random.belowBig(1n << 64n),
      1n << (near - gfn),
      (1n << (near - gfn)) | 1n,
      word << (near - gfn),
      (word | 1n) << (near - gfn),
      1n << 63n,
      (1n << 63n) | 1n,
      3n << BigInt(random.pick([31, 32, 62])),
    ]) & legal;
  return { gfn, mask: mask === 0n ? 1n << (near - gfn) : mask };
}

/** A page table for each huge page that is split, 512 entries each to write: a few of them are enough. */
const MOST_SPLITS = 6n;

function splitRange(c: Chooser, roots: ReadonlySet<number>, outer: GfnRange): Args & GfnRange {
  const targetLevel = c.level(1, 1, 2);
  let range = c.points.rangeWithin(outer);
  let size = 2n * pagesAt(2);
  while (countSplits(c.scenario, roots, range, targetLevel) > MOST_SPLITS) {
    const { start } = c.points.rangeWithin(outer);
    const end = start + 1n + c.random.belowBig(size);
    range = { start, end: end > outer.end ? outer.end : end };
    size = size / 2n + 1n;
    if (size === 1n) break;
  }
  return { ...range, targetLevel };
}

function countSplits(
  scenario: Scenario,
  roots: ReadonlySet<number>,
  { start, end }: GfnRange,
  targetLevel: bigint,
): bigint {
  let splits = 0n;
  visitEntries(scenario, (root, level, gfn, entry) => {
    if (entry.kind !== 'leaf' || !roots.has(root) || BigInt(level) <= targetLevel) return;
    const first = BigInt(gfn);
    const [from, to] = [first > start ? first : start, first + pagesAt(level)];
    const upTo = to < end ? to : end;
    if (from >= upTo) return;
    splits++;
    if (level === 3 && targetLevel === 1n) {
      splits += (upTo + pagesAt(2) - 1n) / pagesAt(2) - from / pagesAt(2);
    }
  });
  return splits;
}

const GENERATORS: ReadonlyMap<string, Generator> = new Map<string, Generator>([
  [
    '__tdp_mmu_zap_root',
    (c) => {
      const root = c.root(false) ?? 0n;
      const rootLevel = c.scenario.roots[Number(root)]?.level ?? 4;
      return { root, shared: c.flag(), level: c.level(1, 1, 2, 3, rootLevel) };
    },
  ],
  ['tdp_mmu_zap_root', (c) => ({ root: c.root(false) ?? 0n, shared: c.flag() })],
  [
    'tdp_mmu_zap_leafs',
    (c) => {
      const args = { root: c.root(false) ?? 0n, ...c.points.range() };
      return { ...args, canYield: c.flag(0.8), flush: c.flag(0.25) };
    },
  ],
  ['kvm_tdp_mmu_zap_leafs', (c) => ({ ...c.points.range(), flush: c.flag(0.25) })],
  [
    'kvm_tdp_mmu_zap_sp',
    (c) => {
      const tables: Args[] = [];
      visitEntries(c.scenario, (root, level, gfn, entry) => {
        if (entry.kind !== 'table') return;
        tables.push({ root: BigInt(root), gfn: BigInt(gfn), level: BigInt(level - 1) });
      });
      return tables[c.random.below(Math.max(1, tables.length))] ?? null;
    },
  ],
  ['kvm_tdp_mmu_zap_all', nothing],
  ['kvm_tdp_mmu_invalidate_all_roots', nothing],
  ['kvm_tdp_mmu_zap_invalidated_roots', nothing],
  [
    'kvm_mmu_uninit_tdp_mmu',
    // Nobody is in the middle of a zap when the VM goes.
    ({ scenario }) => (scenario.roots.some((root) => referencesOfZapper(root) > 0) ? null : {}),
  ],
  [
    'kvm_tdp_mmu_unmap_gfn_range',
    (c) => {
      const args = slotAndRange(c);
      return args && { ...args, mayBlock: c.flag(0.8), flush: c.flag(0.25) };
    },
  ],
  ['kvm_tdp_mmu_age_gfn_range', slotAndRange],
  ['kvm_tdp_mmu_test_age_gfn', slotAndRange],
  [
    'wrprot_gfn_range',
    (c) => {
      const args = rootAndSlotRange(c);
      return args && { ...args, minLevel: c.level(1, 1, 2, 3) };
    },
  ],
  [
    'kvm_tdp_mmu_wrprot_slot',
    (c) => {
      const args = slotOnly(c);
      return args && { ...args, minLevel: c.level(1, 1, 2, 3) };
    },
  ],
  [
    'write_protect_gfn',
    (c) => {
      const args = rootAndSlotRange(c);
      if (args === null) return null;
      const gfn = c.points.gfnWithin(args);
      return { root: args.root, gfn, minLevel: c.level(1, 1, 2, 3) };
    },
  ],
  [
    'kvm_tdp_mmu_write_protect_gfn',
    (c) => {
      const args = slotAndGfn(c);
      return args && { slot: args.slot, gfn: args.gfn, minLevel: c.level(1, 1, 2, 3) };
    },
  ],
  [
    'tdp_mmu_split_huge_pages_root',
    (c) => {
      const args = rootAndSlotRange(c);
      if (args === null) return null;
      const roots = new Set([Number(args.root)]);
      return {
        root: args.root,
        ...splitRange(c, roots, args),
        shared: c.flag(),
        ...nxHugePages(c),
      };
    },
  ],
  [
    'kvm_tdp_mmu_try_split_huge_pages',
    (c) => {
      const found = c.slot();
      if (found === null) return null;
      const { addressSpace } = found.slot;
      const roots = c.scenario.roots.flatMap((root, at) =>
        (root.smm ? 1 : 0) === addressSpace && !root.invalid ? [at] : [],
      );
      const args = splitRange(c, new Set(roots), ofSlot(found.slot));
      return { slot: found.at, ...args, shared: c.flag(), ...nxHugePages(c) };
    },
  ],
  ['clear_dirty_gfn_range', rootAndSlotRange],
  ['kvm_tdp_mmu_clear_dirty_slot', slotOnly],
  [
    'clear_dirty_pt_masked',
    (c) => {
      const root = c.root(true);
      const found = root === null ? null : c.slot(c.addressSpaceOfRoot(root));
      if (root === null || found === null) return null;
      const near = c.points.gfnWithin(ofSlot(found.slot));
      return { root, ...maskedPages(c, found.slot, near), wrprot: c.flag() };
    },
  ],
  [
    'kvm_tdp_mmu_clear_dirty_pt_masked',
    (c) => {
      const args = slotAndGfn(c);
      if (args === null) return null;
      return { slot: args.slot, ...maskedPages(c, args.of, args.gfn), wrprot: c.flag() };
    },
  ],
  [
    'zap_collapsible_spte_range',
    (c) => {
      const root = c.root(true);
      const found = root === null ? null : c.slot(c.addressSpaceOfRoot(root));
      return root === null || found === null ? null : { root, slot: found.at };
    },
  ],
  ['kvm_tdp_mmu_zap_collapsible_sptes', slotOnly],
  [
    'kvm_tdp_mmu_set_spte_gfn',
    (c) => {
      const args = slotAndGfn(c);
      const pfn = FIRST_LEAF_PFN + BigInt(c.random.below(1 << 18));
      return args && { slot: args.slot, gfn: args.gfn, pfn, writable: c.flag() };
    },
  ],
  ['kvm_tdp_mmu_map', pageFault],
  ['kvm_tdp_mmu_get_walk', rootAndGfn],
  ['kvm_tdp_mmu_fast_pf_get_last_sptep', rootAndGfn],
  ['kvm_tdp_mmu_put_root', (c) => heldRoot(c)],
  [
    'kvm_tdp_mmu_alloc_root',
    (c) => {
      const like = c.scenario.roots[c.random.below(c.scenario.roots.length)];
      return {
        level: BigInt(like?.level ?? 4),
        smm: c.random.chance(0.7) && like?.smm === true ? 1n : c.flag(0.2),
        guestMode: c.random.chance(0.7) && like?.guestMode === true ? 1n : c.flag(0.2),
      };
    },
  ],
]);

/** A vCPU's own reference may be put. */
function heldRoot(c: Chooser): Args | null {
  const held = c.scenario.roots.flatMap((root, at) =>
    root.references > referencesOfZapper(root) ? [at] : [],
  );
  return held.length === 0 ? null : { root: BigInt(c.random.pickOr(held, 0)) };
}

function rootAndGfn(c: Chooser): Args | null {
  const root = c.root(true);
  return root === null ? null : { root, gfn: gfnOfRoot(c, root) };
}

export const generatedEntries: readonly string[] = [...GENERATORS.keys()];

/** Calls that end with one of the entry point, or null where the scenario offers it nothing. */
export function generateCalls(random: Random, scenario: Scenario, entry: string): Call[] | null {
  const generator = GENERATORS.get(entry);
  if (generator === undefined) throw new Error(`no arguments are known for ${entry}`);
  const chooser = new Chooser(random, scenario);
  const args = generator(chooser);
  if (args === null) return null;
  const calls: Call[] = [{ entry, args }];
  if (entry === 'kvm_tdp_mmu_zap_invalidated_roots' && random.chance(0.4)) {
    calls.unshift({ entry: 'kvm_tdp_mmu_invalidate_all_roots', args: {} });
  } else if (entry === 'kvm_mmu_uninit_tdp_mmu') {
    calls.unshift(...vcpusLeave(scenario));
  } else if (REPEATABLE.has(entry) && random.chance(0.15)) {
    const second = generator(chooser);
    if (second !== null) calls.push({ entry, args: second });
  }
  return calls;
}

/** A VM is torn down when its vCPUs have put their roots. */
function vcpusLeave({ roots }: Scenario): Call[] {
  return roots.flatMap((root, at) =>
    Array.from({ length: root.references }, () => ({
      entry: 'kvm_tdp_mmu_put_root',
      args: { root: BigInt(at) },
    })),
  );
}

/** A second call finds what the first left behind. */
const REPEATABLE = new Set([
  '__tdp_mmu_zap_root',
  'kvm_tdp_mmu_zap_leafs',
  'kvm_tdp_mmu_unmap_gfn_range',
  'kvm_tdp_mmu_age_gfn_range',
  'kvm_tdp_mmu_write_protect_gfn',
  'kvm_tdp_mmu_clear_dirty_slot',
  'kvm_tdp_mmu_try_split_huge_pages',
  'kvm_tdp_mmu_zap_collapsible_sptes',
]);
