/**
 * Page tables that map the memory of a virtual machine from gfn 0 on, of a whole number of GiB. Each GiB has the same pages, in the order of
 * gfns: no cost depends on which page is mapped, and tables that are alike are one object.
 */
import { plainLeaf } from './plain-vm.js';
import type { Entry, LeafEntry, Table } from './scenario.js';

/**
 * sparse: eight 4K pages, the first of each eighth; huge: all of it in 2M pages; ballooned: of these every other one is gone; dense: all of
 * it in 4K pages.
 */
export type Mapping = 'sparse' | 'huge' | 'ballooned' | 'dense';

export const PAGES_PER_GIB = 1n << 18n;
const ENTRIES = 512;
/** Of a table whose entries map a GiB each. */
const GIB_LEVEL = 3;
const SPARSE_PAGES = 8;
/** Of a table at each level of a root with four. */
const LEVELS = [2, 3, 4] as const;

const FIRST_PFN = 4n * PAGES_PER_GIB;

/** How many page tables mappedMemory() makes, the root's with them. */
export function tablesOf(mapping: Mapping, gib: number): number {
  if (mapping === 'sparse') return tablesAbove(sparseGfns(gib)) + 1;
  const of2M = gib;
  const upper = of2M + Math.ceil(gib / ENTRIES) + 1;
  return mapping === 'dense' ? upper + gib * ENTRIES : upper;
}

/** Different tables of 4K, 2M and 1G entries on the way to these gfns. */
function tablesAbove(gfns: readonly bigint[]): number {
  return LEVELS.reduce(
    (sum, level) => sum + new Set(gfns.map((gfn) => gfn >> BigInt(9 * (level - 1)))).size,
    0,
  );
}

function sparseGfns(gib: number): bigint[] {
  const pages = BigInt(gib) * PAGES_PER_GIB;
  return Array.from({ length: SPARSE_PAGES }, (_, i) => (BigInt(i) * pages) / BigInt(SPARSE_PAGES));
}

/** The root's table, of level 4. `gib`: 1 to 262,144, but what is mapped densely has a map entry for each page. */
export function mappedMemory(mapping: Mapping, gib: number): Table {
  if (mapping === 'sparse') return sparse(sparseGfns(gib), 4);
  const leaves = mapping === 'dense' ? 1 : 2;
  return filled(4, 0n, BigInt(gib) * PAGES_PER_GIB, leaves, mapping === 'ballooned' ? 2 : 1);
}

function filled(level: number, first: bigint, end: bigint, leaves: number, step: number): Table {
  const pages = 1n << BigInt(9 * (level - 1));
  const entries = new Map<number, Entry>();
  let below: Table | null = null;
  for (let index = 0; index < ENTRIES; index += level === leaves ? step : 1) {
    const gfn = first + BigInt(index) * pages;
    if (gfn >= end) break;
    if (level === leaves) {
      entries.set(index, leaf(gfn));
      continue;
    }
    // below 1G entries all are alike
    if (level !== GIB_LEVEL || below === null) below = filled(level - 1, gfn, end, leaves, step);
    entries.set(index, { kind: 'table', table: below });
  }
  return { entries, nxHugePageDisallowed: false };
}

function sparse(gfns: readonly bigint[], level: number): Table {
  const shift = BigInt(9 * (level - 1));
  const groups = new Map<number, bigint[]>();
  for (const gfn of gfns) {
    const index = Number((gfn >> shift) & 511n);
    const group = groups.get(index);
    if (group) group.push(gfn);
    else groups.set(index, [gfn]);
  }
  const entries = [...groups].map(([index, own]): [number, Entry] => [
    index,
    level === 1 ? leaf(own[0] ?? 0n) : { kind: 'table', table: sparse(own, level - 1) },
  ]);
  return { entries: new Map(entries), nxHugePageDisallowed: false };
}

function leaf(gfn: bigint): LeafEntry {
  return plainLeaf(FIRST_PFN + (gfn % PAGES_PER_GIB));
}
