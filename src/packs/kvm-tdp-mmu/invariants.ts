/**
 * What holds of every page table that a real VM can have, and of the VM around it. Generated scenarios satisfy all of it; a
 * scenario that does not is an unreachable state, and a finding on it has to say so. Each rule names where it comes from.
 */
import {
  allEntries,
  endOfGfns,
  endOfReach,
  entriesBelow,
  FIRST_DEVICE_PFN,
  FIRST_TABLE_PFN,
  pagesAt,
  visitEntries,
} from './geometry.js';
import type { PlacedEntry } from './geometry.js';
import type { Call, Configuration, LeafEntry, MemorySlot, Root, Scenario } from './scenario.js';
import { lowestBit, MMIO_GENERATION_BITS, masksOf } from './spte-masks.js';
import { adTypeOf } from './spte-value.js';

/** The invariants that a scenario breaks, in words; empty: it is a state that a VM can be in. */
export function brokenInvariants(scenario: Scenario): string[] {
  return [
    ...configurationRules(scenario.configuration),
    ...rootRules(scenario),
    ...slotRules(scenario),
    ...entryRules(scenario),
    ...callRules(scenario),
  ];
}

/**
 * References of a root that are not a vCPU's to put. While an invalid root is being zapped it is not scheduled any more, and its
 * zapper has two: the one of its walk, and the TDP MMU's own, which it was handed. Nothing fills an invalid root.
 */
export function referencesOfZapper(root: Root): number {
  return root.invalid && !root.scheduledToZap && root.table.entries.size > 0 ? 2 : 0;
}

/** Of a valid root. */
export function hasExecutableHugePage(scenario: Scenario): boolean {
  let found = false;
  visitEntries(scenario, (root, level, _gfn, entry) => {
    if (entry.kind !== 'leaf' || level === 1 || !entry.executable) return;
    if (scenario.roots[root]?.invalid === false) found = true;
  });
  return found;
}

function* callRules(scenario: Scenario): Generator<string> {
  const { roots, calls } = scenario;
  const reach = endOfReach(scenario);
  for (const { entry, args } of calls) {
    const { start, end, gfn } = args;
    if (start !== undefined && end !== undefined && start >= end) yield 'an empty range';
    if ((end ?? 0n) > reach || (gfn ?? 0n) >= reach) yield 'beyond what host and roots can map';
    if (args['nxHugePages'] === 1n && hasExecutableHugePage(scenario)) {
      // set_nx_huge_pages() zaps all roots of every VM.
      yield 'a huge page is executable though the NX mitigation is on';
    }
    const root = roots[Number(args['root'] ?? -1n)];
    if (root === undefined) continue;
    if (entry === 'kvm_tdp_mmu_map' && mapsElsewhere(scenario, args)) {
      // "A notifier handler should be zapping the SPTE before the main MM's page table is changed"
      yield 'the page fault brings another pfn than the gfn already has';
    }
    if (args['writeTracked'] === 1n && isWritableAt(root, gfn ?? 0n)) {
      // kvm_slot_page_track_add_page(), kvm_mmu_slot_gfn_write_protect()
      yield 'a page that is write-tracked is writable, or part of a huge page';
    }
    if (entry !== 'kvm_tdp_mmu_put_root') continue;
    if (root.references <= referencesOfZapper(root)) yield 'no vCPU has a reference to put';
  }
}

function isWritableAt({ table, level: top }: Root, gfn: bigint): boolean {
  for (const { entry, level, gfn: first } of entriesBelow(table, top)) {
    const offset = gfn - BigInt(first);
    if (entry.kind !== 'leaf' || offset < 0n || offset >= pagesAt(level)) continue;
    if (level > 1 || entry.writable || entry.mmuWritable) return true;
  }
  return false;
}

function mapsElsewhere({ roots }: Scenario, args: Call['args']): boolean {
  const { root = 0n, gfn = 0n, pfn = 0n } = args;
  const faulting = roots[Number(root)];
  if (faulting === undefined) return false;
  for (const { entry, level, gfn: first } of entriesBelow(faulting.table, faulting.level)) {
    if (entry.kind !== 'leaf' || gfn < first || gfn >= first + pagesAt(level)) continue;
    return entry.pfn + (gfn - first) !== pfn;
  }
  return false;
}

function* configurationRules(c: Configuration): Generator<string> {
  if (c.maxPhysAddr < 36 || c.maxPhysAddr > 52) yield 'MAXPHYADDR is 36 to 52';
  if (c.format === 'npt' && !c.adBits) yield 'NPT always has A/D bits';
  // vmx.c: PML needs EPT A/D bits; SVM has none.
  if (c.pml && (c.format === 'npt' || !c.adBits)) yield 'PML exists with EPT and A/D bits only';
  yield* encryptionRules(c);
  // bugs.c: Intel's alone, and their caches know of 46 address bits at most
  if (c.l1tf && (c.format === 'npt' || c.maxPhysAddr > 46 || c.meMask !== 0n))
    yield 'L1TF is of CPUs with EPT, 46 address bits at most, and no memory encryption';
  if (c.noExecOnly && c.format === 'npt') yield 'execute-only pages are a matter of EPT';
}

/** Frames that the harness uses, and some more, lie below any of its bits. */
const LEAST_KEY_BIT = 36;

function* encryptionRules({ format, maxPhysAddr, meMask }: Configuration): Generator<string> {
  if (meMask === 0n) return;
  const lowest = lowestBit(meMask);
  if (lowest < LEAST_KEY_BIT || meMask >= 1n << BigInt(maxPhysAddr))
    yield 'bits of memory encryption are address bits from 36 on';
  // vmx.c: rsvd_bits(x86_phys_bits, maxphyaddr - 1); svm.c: sme_me_mask, one bit
  const all = (1n << BigInt(maxPhysAddr)) - (1n << BigInt(lowest));
  if (format === 'ept' && meMask !== all) yield 'key ids lie in the highest address bits';
  if (format === 'npt' && meMask !== 1n << BigInt(lowest)) yield 'SME has one bit';
}

function* rootRules(scenario: Scenario): Generator<string> {
  const { configuration, roots } = scenario;
  const roles = new Set<string>();
  for (const [at, root] of roots.entries()) {
    const name = `root ${String(at)}`;
    if (root.scheduledToZap && !root.invalid) yield `${name} is scheduled to be zapped, yet valid`;
    if (root.invalid && !root.scheduledToZap && root.references < 1) {
      yield `${name} is invalid, and nobody holds a reference`;
    }
    if (root.references < referencesOfZapper(root)) {
      yield `${name} is invalid and still maps something, and nobody is about to zap it`;
    }
    if (root.table.nxHugePageDisallowed) yield `${name} is no replacement of a huge page`;
    if (configuration.format === 'ept' && root.level === 5 && configuration.maxPhysAddr <= 48) {
      yield `${name} has 5 levels, which EPT takes for more than 48 address bits only`;
    }
    // svm.c: NPT has as many levels as the host's own paging, at all times.
    if (configuration.format === 'npt' && root.level !== roots[0]?.level) {
      yield `${name} differs from the first in levels, and NPT's are fixed by the host`;
    }
    if (root.invalid) continue;
    // kvm_tdp_mmu_alloc_root() shares a valid root among all vCPUs of its role.
    const role = `${String(root.level)} ${String(root.smm)} ${String(root.guestMode)}`;
    if (roles.has(role)) yield `${name} has the role of another valid root`;
    roles.add(role);
  }
}

function* slotRules(scenario: Scenario): Generator<string> {
  const { slots } = scenario;
  const end = endOfReach(scenario);
  for (const [at, slot] of slots.entries()) {
    if (slot.pages <= 0n) yield `slot ${String(at)} is empty`;
    // kvm_alloc_memslot_metadata and friends: nothing beyond kvm_mmu_max_gfn().
    if (slot.baseGfn + slot.pages > end)
      yield `slot ${String(at)} ends beyond what host and roots can map`;
    const overlaps = slots.some(
      (other, i) => i < at && other.addressSpace === slot.addressSpace && overlap(other, slot),
    );
    if (overlaps) yield `slot ${String(at)} overlaps another`;
  }
}

function overlap(a: MemorySlot, b: MemorySlot): boolean {
  return a.baseGfn < b.baseGfn + b.pages && b.baseGfn < a.baseGfn + a.pages;
}

function* entryRules(scenario: Scenario): Generator<string> {
  const { configuration, roots } = scenario;
  const end = endOfGfns(configuration.maxPhysAddr);
  const masks = masksOf(configuration);
  for (const placed of allEntries(scenario)) {
    const { entry, level } = placed;
    const root = roots[placed.root];
    if (root === undefined) continue;
    const at = `r${String(placed.root)}${placed.path.map((i) => `[${String(i)}]`).join('')}`;
    const last = placed.path.at(-1) ?? 0;
    if (last < 0 || last > 511) yield `${at}: a table has 512 entries`;
    // tdp_mmu_max_gfn_exclusive(): no SPTE for a gfn that the host cannot address.
    if (placed.gfn >= end) yield `${at}: beyond MAXPHYADDR`;
    switch (entry.kind) {
      case 'leaf':
        for (const broken of leafRules(entry, placed, root, configuration))
          yield `${at}: ${broken}`;
        if (!root.invalid && !inSomeSlot(scenario.slots, root, placed)) {
          yield `${at}: a valid root maps memory of slots only`;
        }
        break;
      case 'mmio':
        if (level !== 1) yield `${at}: MMIO SPTEs are made at 4K only`;
        if (masks.mmioValue === 0n) yield `${at}: MMIO is not cached on this host`;
        if (!entry.writable) yield `${at}: the TDP MMU makes MMIO SPTEs with all access`;
        if (entry.generation < 0 || entry.generation >= 2 ** MMIO_GENERATION_BITS) {
          yield `${at}: an MMIO generation has ${String(MMIO_GENERATION_BITS)} bits`;
        }
        break;
      case 'table':
        if (level === 1) yield `${at}: no table is below level 1`;
        break;
      case 'frozen':
        yield `${at}: a frozen SPTE is another task's, in the middle of its work`;
        break;
    }
  }
}

function* leafRules(
  leaf: LeafEntry,
  { level }: PlacedEntry,
  root: Root,
  configuration: Configuration,
): Generator<string> {
  if (level > 3) yield 'no leaf is larger than 1G';
  if (leaf.pfn % pagesAt(level) !== 0n) yield 'the pfn is not aligned';
  if (leaf.pfn < FIRST_DEVICE_PFN || leaf.pfn + pagesAt(level) > endOfPfns(configuration)) {
    yield 'no such frame';
  }
  if (leaf.pfn / pagesAt(3) === FIRST_TABLE_PFN / pagesAt(3)) yield 'page tables lie there';
  // spte.h: the four combinations that check_spte_writable_invariants() lets pass.
  if (leaf.writable && !leaf.mmuWritable) yield 'writable, not MMU-writable';
  if (leaf.mmuWritable && !leaf.hostWritable) yield 'MMU-writable, not host-writable';
  if (adTypeOf(configuration, root) === 'disabled') {
    if (leaf.accessed || leaf.dirty) yield 'A or D without A/D bits';
    if (leaf.accessTracked && leaf.writable) yield 'access-tracked SPTEs are not writable';
  } else {
    if (leaf.accessTracked) yield 'with A/D bits nothing is access-tracked';
    // Hardware dirties writable SPTEs; write protection for dirty logging then takes W, not D.
    if (leaf.dirty && !leaf.hostWritable) yield 'dirty, and never was writable';
  }
}

/** One past the last frame; an encryption bit takes the place of address bits. */
export function endOfPfns(configuration: Configuration): bigint {
  const end = endOfGfns(configuration.maxPhysAddr);
  const { meMask } = configuration;
  return meMask === 0n ? end : 1n << BigInt(lowestBit(meMask) - 12);
}

function inSomeSlot(
  slots: readonly MemorySlot[],
  root: Root,
  { gfn, level }: PlacedEntry,
): boolean {
  return slots.some(
    (slot) =>
      slot.addressSpace === (root.smm ? 1 : 0) &&
      slot.baseGfn <= gfn &&
      gfn + pagesAt(level) <= slot.baseGfn + slot.pages,
  );
}
