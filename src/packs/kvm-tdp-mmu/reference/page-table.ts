/**
 * Page tables of the references: sparse maps from index to value. What the kernel keeps in a struct kvm_mmu_page stands in the
 * table itself; a table's frame number is made up, and only serves to tell tables apart inside SPTE values.
 */
export const ENTRIES = 512;
export const INDEX_BITS = 9n;

export class PageTable {
  private readonly values = new Map<number, bigint>();
  /** It was reachable from a root at some time: changes of its SPTEs are observable from then on. */
  linked = false;
  freed = false;
  nxHugePageDisallowed = false;
  /** On the VM's list of tables whose removal would allow a huge page. */
  nxTracked = false;

  constructor(
    readonly name: string,
    readonly level: number,
    /** The first gfn that it maps. */
    readonly gfn: bigint,
    readonly pfn: bigint,
    readonly role: TableRole,
    private readonly absent: bigint,
  ) {}

  read(index: number): bigint {
    return this.values.get(index) ?? this.absent;
  }

  store(index: number, value: bigint): void {
    if (value === this.absent) this.values.delete(index);
    else this.values.set(index, value);
  }

  /** Entries other than plain non-present ones, in order. */
  filled(): [number, bigint][] {
    return [...this.values].sort(([a], [b]) => a - b);
  }
}

/** What a table shares with its root. `parent`: the SPTE that pointed to it when it was made. */
export interface TableRole {
  readonly smm: boolean;
  readonly guestMode: boolean;
  readonly adDisabled: boolean;
  readonly parent: { readonly table: PageTable; readonly index: number } | null;
}

/** How many 4K pages one entry of a table at this level maps. */
export function pagesPerEntry(level: number): bigint {
  return 1n << (INDEX_BITS * BigInt(level - 1));
}

export function roundToLevel(gfn: bigint, level: number): bigint {
  return gfn - (gfn % pagesPerEntry(level));
}

export function indexOf(gfn: bigint, level: number): number {
  return Number((gfn / pagesPerEntry(level)) % BigInt(ENTRIES));
}
