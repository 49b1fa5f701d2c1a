/** All page tables of a small geometry by number: the digits of the number choose the entries. */
import { FIRST_LEAF_PFN } from '../geometry.js';
import type { Entry, Table } from '../scenario.js';
import type { LeafKind } from './leaf-kinds.js';

export interface TableSpace {
  /** log2 of the entries of a table. */
  readonly levelBits: number;
  readonly rootLevel: number;
  readonly kinds: readonly LeafKind[];
  /** MMIO SPTEs at 4K. */
  readonly mmio: boolean;
}

/** Nothing larger than 1G is mapped by a leaf. */
const LARGEST_LEAF = 3;

/** Pages that an entry at `level` maps, and that the whole root maps: `level` one above it. */
export function scaledPages({ levelBits }: TableSpace, level: number): number {
  return 2 ** (levelBits * (level - 1));
}

/** How many choices there are for one entry at this level. */
export function countEntries(space: TableSpace, level: number): number {
  const leaves = level <= LARGEST_LEAF ? space.kinds.length : 0;
  const below = level > 1 ? countTables(space, level - 1) : space.mmio ? 1 : 0;
  return 1 + leaves + below;
}

export function countTables(space: TableSpace, level: number): number {
  return countEntries(space, level) ** (2 ** space.levelBits);
}

/** Table number `number` of all that can stand at this level for `gfn` on. */
export function tableNumber(space: TableSpace, level: number, number: number, gfn: number): Table {
  const entries = new Map<number, Entry>();
  const choices = countEntries(space, level);
  const pages = scaledPages(space, level);
  let left = number;
  for (let index = 0; index < 2 ** space.levelBits; index++) {
    const entry = entryNumber(space, level, left % choices, gfn + index * pages);
    left = Math.floor(left / choices);
    if (entry !== null) entries.set(index, entry);
  }
  return { entries, nxHugePageDisallowed: false };
}

function entryNumber(space: TableSpace, level: number, number: number, gfn: number): Entry | null {
  if (number === 0) return null;
  const leaves = level <= LARGEST_LEAF ? space.kinds.length : 0;
  const kind = number <= leaves ? space.kinds[number - 1] : undefined;
  if (kind !== undefined) return { ...kind.leaf, pfn: FIRST_LEAF_PFN + BigInt(gfn) };
  const rest = number - 1 - leaves;
  if (level > 1) return { kind: 'table', table: tableNumber(space, level - 1, rest, gfn) };
  return { kind: 'mmio', generation: 0, writable: true };
}
