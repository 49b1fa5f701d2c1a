/** Sizes of tables and what their entries map; shared by generators, invariants and shrinking. */
import type { Configuration, Entry, Root, Scenario, Table } from './scenario.js';

export const TABLE_ENTRIES = 512;
/** Page tables lie in frames from here on, in order of allocation; no leaf points into the 1G around them. */
export const FIRST_TABLE_PFN = 0x400000n;
/** Frames of memory begin here. */
export const FIRST_LEAF_PFN = 1n << 20n;
/** The GiB before that is a device's, which a guest may have too. */
export const FIRST_DEVICE_PFN = FIRST_LEAF_PFN - (1n << 18n);

export function isDevice(pfn: bigint): boolean {
  return pfn >= FIRST_DEVICE_PFN && pfn < FIRST_LEAF_PFN;
}

const PAGES = [1n, 1n << 9n, 1n << 18n, 1n << 27n, 1n << 36n, 1n << 45n] as const;

/** How many 4K pages an entry at this level maps; `level` 6 is what a 5-level root maps. */
export function pagesAt(level: number): bigint {
  return PAGES[level - 1] ?? 1n << BigInt(9 * (level - 1));
}

/** The same, also of scenarios on scaled tables. */
export function pagesIn({ levelBits }: Pick<Scenario, 'levelBits'>, level: number): bigint {
  return levelBits === undefined ? pagesAt(level) : 1n << BigInt(levelBits * (level - 1));
}

/** One past the last legal gfn. */
export function endOfGfns(maxPhysAddr: number): bigint {
  return 1n << BigInt(maxPhysAddr - 12);
}

/**
 * One past the last gfn that every root can map and the host can address. Memory beyond what a vCPU's paging can map is legal to
 * set up, but no one does, and walks over such a range wrap around in the smaller roots.
 */
export function endOfReach({
  configuration,
  roots,
}: {
  readonly configuration: Configuration;
  readonly roots: readonly Pick<Root, 'level'>[];
}): bigint {
  const level = roots.some((root) => root.level === 4) ? 4 : 5;
  const reach = pagesAt(level + 1);
  const end = endOfGfns(configuration.maxPhysAddr);
  return reach < end ? reach : end;
}

export interface PlacedEntry {
  readonly root: number;
  readonly path: readonly number[];
  readonly level: number;
  readonly gfn: bigint;
  readonly entry: Entry;
}

/** Every entry of a table and of those below it, in pre-order. */
export function* entriesBelow(
  table: Table,
  level: number,
  gfn = 0n,
  root = 0,
  path: readonly number[] = [],
): Generator<PlacedEntry> {
  for (const [index, entry] of table.entries) {
    const here = [...path, index];
    const first = gfn + BigInt(index) * pagesAt(level);
    yield { root, path: here, level, gfn: first, entry };
    if (entry.kind === 'table') yield* entriesBelow(entry.table, level - 1, first, root, here);
  }
}

export function* allEntries(scenario: Scenario): Generator<PlacedEntry> {
  for (const [at, root] of scenario.roots.entries()) {
    yield* entriesBelow(root.table, root.level, 0n, at);
  }
}

type Visit = (root: number, level: number, gfn: number, entry: Entry) => void;

/** Entries as they come, and where they stand. */
interface FlatEntries {
  readonly roots: number[];
  readonly levels: number[];
  readonly gfns: number[];
  readonly entries: Entry[];
}

const flattened = new WeakMap<readonly Root[], FlatEntries>();

/**
 * The same in a hurry, for generators: gfns as numbers (they have 45 bits at most), and no paths. They ask again and again, so
 * what hangs below the roots is kept flat.
 */
export function visitEntries(scenario: Pick<Scenario, 'roots'>, visit: Visit): void {
  let flat = flattened.get(scenario.roots);
  if (flat === undefined) flattened.set(scenario.roots, (flat = flatten(scenario.roots)));
  const { roots, levels, gfns, entries } = flat;
  entries.forEach((entry, at) => {
    visit(roots[at] ?? 0, levels[at] ?? 0, gfns[at] ?? 0, entry);
  });
}

function flatten(roots: readonly Root[]): FlatEntries {
  const flat: FlatEntries = { roots: [], levels: [], gfns: [], entries: [] };
  const below = (root: number, table: Table, level: number, gfn: number): void => {
    const pages = 2 ** (9 * (level - 1));
    table.entries.forEach((entry, index) => {
      const first = gfn + index * pages;
      flat.roots.push(root);
      flat.levels.push(level);
      flat.gfns.push(first);
      flat.entries.push(entry);
      if (entry.kind === 'table') below(root, entry.table, level - 1, first);
    });
  };
  roots.forEach((root, at) => {
    below(at, root.table, root.level, 0);
  });
  return flat;
}

export function countTables(scenario: Scenario): number {
  let tables = scenario.roots.length;
  for (const { entry } of allEntries(scenario)) if (entry.kind === 'table') tables++;
  return tables;
}

/** The entry `n` places behind one whose neighbours map the memory that follows. */
export function nthOfRun(entry: Entry, n: number, level: number): Entry {
  if (entry.kind !== 'leaf') return entry;
  return { ...entry, pfn: entry.pfn + BigInt(n) * pagesAt(level) };
}
