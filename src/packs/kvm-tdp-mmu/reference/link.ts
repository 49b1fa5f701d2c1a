/** New page tables: made below an iterator's SPTE, filled, and put in its place. Described in tdp_mmu.c (tdp_mmu_link_sp). */
import { encodeTable } from '../spte-value.js';
import type { TdpIterator } from './iterator.js';
import type { Machine } from './machine.js';
import { ENTRIES, pagesPerEntry } from './page-table.js';
import type { PageTable } from './page-table.js';
import { setAtIterator, setAtomically } from './set-spte.js';

/** tdp_mmu_init_child_sp: inherits its parent's role, one level down. */
export function childTableAt(machine: Machine, iterator: TdpIterator, ordinal: number): PageTable {
  const { table, index } = iterator;
  const role = { ...table.role, parent: { table, index } };
  return machine.addTable(ordinal, table.level - 1, iterator.gfn, role);
}

/** tdp_mmu_link_sp; false: somebody else changed the SPTE first. */
export function link(
  machine: Machine,
  iterator: TdpIterator,
  table: PageTable,
  shared: boolean,
): boolean {
  const value = encodeTable(table.pfn, machine.masks);
  if (shared) {
    if (!setAtomically(machine, iterator, value)) return false;
  } else {
    setAtIterator(machine, iterator, value);
  }
  machine.addTablePages(1);
  return true;
}

/** tdp_mmu_split_huge_page: the same mapping in smaller pages; no flush, since nothing is translated differently. */
export function splitHugePage(
  machine: Machine,
  iterator: TdpIterator,
  table: PageTable,
  shared: boolean,
): boolean {
  const huge = iterator.spte;
  machine.burn(ENTRIES);
  const part = machine.rules.partOfHuge(huge, table.level, machine.nxHugePages);
  const [low, high] = [Number(part & 0xffff_ffffn), Number(part >> 32n)];
  const bytes = pagesPerEntry(table.level) * 4096;
  for (let index = 0; index < ENTRIES; index++) {
    const offset = index * bytes;
    table.halves[2 * index] = low | offset;
    table.halves[2 * index + 1] = high | Math.floor(offset / 2 ** 32);
  }
  if (!link(machine, iterator, table, shared)) return false;
  machine.addPageStats(table.level, ENTRIES);
  return true;
}
