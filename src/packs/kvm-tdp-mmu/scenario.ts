/**
 * A scenario: page tables that a real VM can hold, a configuration, and the calls to make. Plain data, written as text like
 * a litmus test (see `scenario-text.ts`); the C harness builds it in the machine's memory through the tree's own field names.
 * gfns, pfns and masks are bigint; indices, levels and counts are numbers.
 */
export type SpteFormat = 'ept' | 'npt';

export interface Configuration {
  readonly format: SpteFormat;
  readonly maxPhysAddr: number; // bits, 36…52
  /** EPT A/D bits on (NPT always has them). */
  readonly adBits: boolean;
  /** PML: cpu_dirty_log_size > 0; with a guest-mode root it means write protection instead of D bits. */
  readonly pml: boolean;
  /** Non-zero: SHADOW_NONPRESENT_VALUE carries bit 63 (SUPPRESS_VE), as on TDX-capable hosts. */
  readonly suppressVe: boolean;
  /**
   * Address bits that are memory encryption's. NPT: the one bit (SME) that KVM sets. EPT: those of key ids (MKTME), from some bit up to
   * maxPhysAddr, of which KVM sets none. The kernel's own x86_phys_bits ends below the lowest. 0n: none.
   */
  readonly meMask: bigint;
  /** A CPU of Intel's with L1TF: SPTEs that are neither present nor empty have the highest address bits set. Left out: no. */
  readonly l1tf?: true;
  /** The module parameter mmio_caching is off. Left out: no. */
  readonly noMmioCaching?: true;
  /** EPT without execute-only translations: R is part of present. Left out: no. */
  readonly noExecOnly?: true;
}

export interface LeafEntry {
  readonly kind: 'leaf';
  readonly pfn: bigint; // aligned to the level; below 4G a device's
  readonly writable: boolean; // hardware W
  readonly mmuWritable: boolean;
  readonly hostWritable: boolean;
  readonly executable: boolean;
  readonly accessed: boolean;
  readonly dirty: boolean;
  /** EPT without A/D bits: R/X moved to the saved bits, hardware not-readable. */
  readonly accessTracked: boolean;
}

/** At 4K only. */
export interface MmioEntry {
  readonly kind: 'mmio';
  readonly generation: number;
  readonly writable: boolean;
}

export interface TableEntry {
  readonly kind: 'table';
  readonly table: Table;
}

/** Another task's, in the middle of its operation; only while mmu_lock is held for read. Not generated in dimension `sequential`. */
export interface FrozenEntry {
  readonly kind: 'frozen';
}

export type Entry = LeafEntry | MmioEntry | TableEntry | FrozenEntry;

/** Entries that are not in the map are non-present (SHADOW_NONPRESENT_VALUE). Keys 0…511. */
export interface Table {
  readonly entries: ReadonlyMap<number, Entry>;
  /** sp->nx_huge_page_disallowed, tracked on the VM's list. */
  readonly nxHugePageDisallowed: boolean;
}

export interface Root {
  readonly level: 4 | 5;
  readonly smm: boolean;
  readonly guestMode: boolean;
  readonly invalid: boolean;
  /** tdp_mmu_scheduled_root_to_zap; only with `invalid`. */
  readonly scheduledToZap: boolean;
  /** References held by vCPUs; the TDP MMU's own comes on top while the root is valid or scheduled. */
  readonly references: number;
  readonly table: Table;
}

export interface MemorySlot {
  readonly addressSpace: 0 | 1;
  readonly baseGfn: bigint;
  readonly pages: bigint;
  readonly dirtyLog: boolean;
  /** Largest level that kvm_mmu_max_mapping_level answers for a gfn in it (1…3), for the collapse walker and faults. */
  readonly maxLevel: 1 | 2 | 3;
}

/** Arguments by name; booleans are 0n/1n, roots and slots are indices into the scenario. */
export interface Call {
  readonly entry: string;
  readonly args: Readonly<Record<string, bigint>>;
}

export interface Scenario {
  readonly configuration: Configuration;
  readonly roots: readonly Root[];
  readonly slots: readonly MemorySlot[];
  readonly calls: readonly Call[];
  /** log2 of the entries of a table, on a tree that was scaled down for a proof; no part of the text. Left out: 9. */
  readonly levelBits?: number;
}
