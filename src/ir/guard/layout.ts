/** What guarding needs to know of the module's memory: constants, all of them Wasm offsets or distances. */
import type { Symbol } from '../ir.js';

export interface GuardLayout {
  /** From a word of memory to what is known of the pointer in it: an i64, the low half of the value and the object. */
  readonly pointers: number;
  /** From a byte of memory to the bits of it that nobody gave a value; null: not tracked. */
  readonly unset: number | null;
  /** Every byte knows where it was last written, and every value what write it came from. */
  readonly records: boolean;
  readonly cells: {
    /** i32: object of the pointer that the last call returned. */
    readonly resultObject: number;
    /** i64: unset bits of what the last call returned. */
    readonly resultUnset: number;
    /** i32: how many call sites are on the stack of callers. */
    readonly depth: number;
    readonly callers: number;
    /** u32: site + 1 of the write that a value came from: of a trap, and of what the last call returned. */
    readonly trapWriter: number;
    readonly resultWriter: number;
  };
  /** Object number of a global; 0: its address is nobody's in particular (the heap as a whole). */
  objectOf(symbol: Symbol): number;
}

/** Call sites that are kept, as a ring: who called the function that allocated or freed. */
export const MAX_CALLERS = 64;
