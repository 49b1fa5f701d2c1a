/** Page faults: what KVM hands to the TDP MMU of one, near what is mapped and where a huge page is forbidden. */
import { FIRST_DEVICE_PFN, FIRST_LEAF_PFN, pagesAt, visitEntries } from '../geometry.js';
import { hasExecutableHugePage } from '../invariants.js';
import { cachesMmio } from '../spte-masks.js';
import type { Args, Chooser } from './chooser.js';

/** Of the memslots: 19 bits of it go into an MMIO SPTE; the highest says that an update is in progress. */
const GENERATIONS = [0n, 1n, 5n, 0x7ffffn, 0x7fffen, 0x80002n, (1n << 63n) | 5n] as const;

/** When the mitigation is switched on everything is zapped: no huge page is executable from then on. */
export function nxHugePages(c: Chooser): { nxHugePages: bigint } {
  if (c.flag(0.5) === 0n || hasExecutableHugePage(c.scenario)) return { nxHugePages: 0n };
  return { nxHugePages: 1n };
}

export function gfnOfRoot(c: Chooser, root: bigint): bigint {
  const level = c.scenario.roots[Number(root)]?.level ?? 4;
  return c.points.gfn() % pagesAt(level + 1);
}

/** Below a table that stands where a huge page may not be executable: only there must a fault map less than it could. */
function gfnWithoutHugePage(c: Chooser, root: bigint): bigint | null {
  const places: { readonly first: number; readonly pages: number }[] = [];
  visitEntries(c.scenario, (of, level, first, entry) => {
    if (BigInt(of) !== root || entry.kind !== 'table' || level > 3) return;
    if (entry.table.nxHugePageDisallowed) places.push({ first, pages: Number(pagesAt(level)) });
  });
  const place = places[c.random.below(Math.max(1, places.length))];
  return place === undefined ? null : BigInt(place.first + c.random.below(place.pages));
}

/** What mapping a gfn already has stays its memory: KVM zaps before a gfn gets another pfn. */
export function pageFault(c: Chooser): Args | null {
  const root = c.root(true);
  if (root === null) return null;
  const gfn = (c.random.chance(0.2) ? gfnWithoutHugePage(c, root) : null) ?? gfnOfRoot(c, root);
  const frames = c.random.aside('device').chance(0.1) ? FIRST_DEVICE_PFN : FIRST_LEAF_PFN;
  let pfn = frames + (gfn % pagesAt(3));
  let hostWritable = c.random.chance(0.8);
  let mayBeTracked = true;
  visitEntries(c.scenario, (of, level, first, entry) => {
    const offset = gfn - BigInt(first);
    if (BigInt(of) !== root || entry.kind !== 'leaf' || offset < 0n || offset >= pagesAt(level))
      return;
    pfn = entry.pfn + offset;
    hostWritable = entry.hostWritable;
    // Who begins to watch a page takes the right to write to it away, and the huge page around it.
    mayBeTracked = level === 1 && !entry.writable && !entry.mmuWritable;
  });
  const { configuration, slots } = c.scenario;
  const inSlot = slots.some(
    (slot) =>
      slot.addressSpace === c.addressSpaceOfRoot(root) &&
      slot.baseGfn <= gfn &&
      gfn < slot.baseGfn + slot.pages,
  );
  // Where MMIO is not cached, such a fault is emulated at once.
  if (!inSlot && !cachesMmio(configuration)) return null;
  return {
    root,
    gfn,
    pfn,
    write: c.flag(),
    exec: c.flag(0.3),
    prefetch: c.flag(0.2),
    mapWritable: hostWritable ? 1n : 0n,
    maxLevel: c.level(1, 2, 3, 3),
    ...nxHugePages(c),
    generation: c.random.pick(GENERATIONS),
    writeTracked: mayBeTracked && inSlot ? c.flag(0.1) : 0n,
  };
}
