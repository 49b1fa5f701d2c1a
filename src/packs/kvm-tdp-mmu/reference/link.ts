/** New page tables: made below an iterator's SPTE, filled, and put in its place. Described in tdp_mmu.c (tdp_mmu_link_sp). */
import { encodeTable } from '../spte-value.js';
import type { TdpIterator } from './iterator.js';
import type { Machine } from './machine.js';
import { ENTRIES } from './page-table.js';
import type { PageTable } from './page-table.js';
import { setAtIterator, setAtomically } from './set-spte.js';

/** tdp_mmu_init_child_sp: inherits its parent's role, one level down. */
export function childTableAt(machine: Machine, iterator: TdpIterator, name: string): PageTable {
  const { table, index } = iterator;
  const role = { ...table.role, parent: { table, index } };
  return machine.addTable(name, table.level - 1, iterator.gfn, role);
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
  table.linked = true;
  machine.addTablePages(1n);
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
  for (let index = 0; index < ENTRIES; index++) {
    table.store(index, machine.rules.partOfHuge(huge, table.level, index, machine.nxHugePages));
  }
  if (!link(machine, iterator, table, shared)) return false;
  machine.addPageStats(table.level, BigInt(ENTRIES));
  return true;
}
