/** What linking gives: everything that the exports reach, lowered, and nothing else. */
import type { Place } from '../base/diagnostic.js';
import type { TypedUnit } from '../c/typed.js';
import type { CoverSite, Gap, ReachedFunction, TrapSite } from '../exec/program.js';
import type { IrFunction, SiteId, Symbol } from '../ir/ir.js';

export interface LinkedObject {
  readonly symbol: Symbol;
  readonly size: number;
  readonly align: number;
  /** null: zero. */
  readonly bytes: Uint8Array | null;
  readonly relocations: readonly {
    readonly offset: number;
    /** symbol null: a weak name that nobody defines. */
    readonly target: { readonly kind: 'object' | 'function'; readonly symbol: Symbol | null };
    readonly addend: bigint;
  }[];
  readonly readonly: boolean;
  /** Where it is declared. */
  readonly place: Place | null;
}

export interface LinkedProgram {
  /** Those that were given, and those of the archive that were needed. */
  readonly units: readonly TypedUnit[];
  readonly gaps: readonly Gap[];
  readonly functions: readonly IrFunction[];
  readonly objects: readonly LinkedObject[];
  /** Functions whose address is taken, in the order of the table. */
  readonly table: readonly Symbol[];
  /** Symbols of the exported functions and objects, by plain name. */
  readonly exports: ReadonlyMap<string, Symbol>;
  readonly exportedObjects: ReadonlyMap<string, Symbol>;
  readonly reached: readonly ReachedFunction[];
  readonly trapSites: readonly TrapSite[];
  /** Functions that the code exempts from address checks, and the sites in them. */
  readonly exempt: readonly string[];
  readonly exemptSites: ReadonlySet<SiteId>;
  readonly coverSites: readonly CoverSite[];
}

/** What memory and code are made of: plain data. */
export type LinkedCode = Omit<LinkedProgram, 'units'>;

/** Symbols of the objects that the layout of the memory defines. */
export const HEAP_START = '__pc_heap';
export const HEAP_END = '__pc_heap_end';
