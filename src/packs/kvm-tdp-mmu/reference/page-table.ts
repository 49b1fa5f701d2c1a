/**
 * Page tables of the references. What the kernel keeps in a struct kvm_mmu_page stands in the table itself. gfns are numbers
 * here (they have 45 bits at most), and SPTEs lie in memory that can be read by halves, because a walk reads thousands and
 * asks each for two bits of its low half.
 */
import { FIRST_TABLE_PFN, TABLE_ENTRIES } from '../geometry.js';

export const ENTRIES = TABLE_ENTRIES;

export class PageTable {
  readonly values = new BigUint64Array(ENTRIES);
  /** The same memory as pairs of 32 bits, the low half first. */
  readonly halves = new Uint32Array(this.values.buffer);
  freed = false;
  nxHugePageDisallowed = false;
  /** On the VM's list of tables whose removal would allow a huge page. */
  nxTracked = false;

  constructor(
    /** In the order of allocation. */
    readonly ordinal: number,
    readonly level: number,
    /** The first gfn that it maps. */
    readonly gfn: number,
    readonly role: TableRole,
    absent: bigint,
  ) {
    this.values.fill(absent);
  }

  get pfn(): bigint {
    return FIRST_TABLE_PFN + BigInt(this.ordinal);
  }

  read(index: number): bigint {
    return this.values[index] ?? 0n;
  }

  low(index: number): number {
    return this.halves[2 * index] ?? 0;
  }

  store(index: number, value: bigint): void {
    this.values[index] = value;
  }

  gfnOf(index: number): number {
    return this.gfn + index * pagesPerEntry(this.level);
  }
}

/** What a table shares with its root. `parent`: the SPTE that pointed to it when it was made. */
export interface TableRole {
  readonly smm: boolean;
  readonly guestMode: boolean;
  readonly adDisabled: boolean;
  readonly parent: { readonly table: PageTable; readonly index: number } | null;
}

const PAGES = [0, 1, 2 ** 9, 2 ** 18, 2 ** 27, 2 ** 36, 2 ** 45] as const;

/** How many 4K pages one entry of a table at this level maps. */
export function pagesPerEntry(level: number): number {
  return PAGES[level] ?? 2 ** (9 * (level - 1));
}

export function roundToLevel(gfn: number, level: number): number {
  const pages = pagesPerEntry(level);
  return Math.floor(gfn / pages) * pages;
}

export function indexOf(gfn: number, level: number): number {
  const entries = Math.floor(gfn / pagesPerEntry(level));
  return entries - Math.floor(entries / ENTRIES) * ENTRIES;
}
