/** Layout of pc_in and pc_out: the numbers of c/include/pc/words.h (a test compares them). */

export const MAGIC = 0x7063_6b76_6d30_3031n;

export const IN_WORDS = 65536;
export const OUT_WORDS = 262144;

/** Header words of pc_in. */
export const IN = {
  MAGIC: 0,
  LENGTH: 1,
  OPTIONS: 2,
  FORMAT: 3,
  MAXPHYADDR: 4,
  FLAGS: 5,
  ME_MASK: 6,
  ROOTS: 7,
  SLOTS: 8,
  CALLS: 9,
  RULES: 10,
  ROOTS_AT: 11,
  SLOTS_AT: 12,
  CALLS_AT: 13,
  RULES_AT: 14,
  BESIDE_AT: 15,
  HEADER: 16,
} as const;

export const CONFIG = {
  AD_BITS: 1,
  PML: 2,
  L1TF: 4,
  NO_MMIO_CACHING: 8,
  NO_EXEC_ONLY: 16,
} as const;
export const ROOT = { SMM: 1, GUEST_MODE: 2, INVALID: 4, SCHEDULED: 8 } as const;
export const TABLE = { NX_DISALLOWED: 1 } as const;
export const ENTRY = { LEAF: 1, MMIO: 2, TABLE: 3, FROZEN: 4 } as const;
export const LEAF = {
  WRITABLE: 1,
  MMU_WRITABLE: 2,
  HOST_WRITABLE: 4,
  EXECUTABLE: 8,
  ACCESSED: 16,
  DIRTY: 32,
  ACCESS_TRACKED: 64,
} as const;
export const ACTION = { RESCHEDULE: 1, FAIL: 2, STEP: 3, TASK: 4, LEAVE: 5 } as const;
export const OPTION = { PLACES: 1, POINTS: 2 } as const;
export const HELD = { READ: 1, WRITE: 2 } as const;
export const PLACE = {
  POLL: 0,
  READ: 1,
  WRITE: 2,
  XCHG: 3,
  CMPXCHG: 4,
  ALLOC: 5,
  UNLOCKED: 6,
  AND: 7,
  END: 8,
  LOCK: 9,
  UNLOCK: 10,
  LOCK_SHARED: 11,
  UNLOCK_SHARED: 12,
  ATOMIC: 13,
  BEGIN: 14,
  RCU: 15,
} as const;

/** Header words of pc_out. */
export const OUT = {
  MAGIC: 0,
  STATUS: 1,
  DETAIL: 2,
  USED: 3,
  EVENTS_END: 4,
  LOST: 5,
  CALLS: 6,
  FIRST_TABLES: 7,
  TABLES: 8,
  HEADERS: 9,
  STRINGS: 10,
  STRINGS_END: 11,
  NONPRESENT: 16,
  FROZEN: 17,
  BASE_ADDRESS: 18,
  PRESENT: 19,
  USER: 20,
  X: 21,
  NX: 22,
  ACCESSED: 23,
  DIRTY: 24,
  ACCESS_TRACK: 25,
  HOST_WRITABLE: 26,
  MMU_WRITABLE: 27,
  ME_VALUE: 28,
  ME_MASK: 29,
  MEMTYPE: 30,
  MEMTYPE_OF_RAM: 31,
  MMIO_VALUE: 32,
  MMIO_MASK: 33,
  MMIO_ACCESS: 34,
  MMU_PRESENT: 35,
  TABLES_PFN: 36,
  L1TF_MASK: 37,
  L1TF_LOW_GFN: 38,
  MMIO_CACHING: 39,
  PRIVATE: 48,
  NOT_LEGAL: 50,
  ACTED: 51,
  COSTS: 64,
  TEXT: 320,
  EVENTS: 1024,
} as const;

export const COST_WORDS = 8;
export const MAX_CALLS = 32;

export const STATUS = { RUNNING: 0n, DONE: 1n, UNBUILDABLE: 2n, STOPPED: 3n } as const;

/** PC_BAD_ codes, in words. */
export const UNBUILDABLE: readonly string[] = [
  '',
  'the input words are damaged',
  'an MMIO SPTE where this configuration can have none',
  'a table with an entry that cannot be',
  'a leaf that its level or configuration does not allow',
  'an entry point that this build does not have',
  'an argument out of range',
  'a root that cannot be',
];

/** Codes of __builtin_pc_trap(). */
export const TRAP = {
  BUG: 1,
  DEADLOCK: 2,
  UNBUILDABLE: 3,
  MEMORY: 4,
  YIELDS: 5,
  PANIC: 6,
  INFEASIBLE: 7,
} as const;

export const EVENT = {
  SPTE: 1,
  FLUSH_ALL: 2,
  FLUSH_RANGE: 3,
  PFN_DIRTY: 4,
  PFN_ACCESSED: 5,
  PAGE_STATS: 6,
  TABLE_PAGES: 7,
  ALLOCATE: 8,
  FREE: 9,
  CALL_RCU: 10,
  WARN: 11,
  BUG: 12,
  REQUEST: 13,
  YIELD: 14,
  RULE: 15,
  BEGIN: 16,
  END: 17,
  DIRTY_LOG: 18,
  RESULT: 19,
  ALLOCATE_FAILED: 20,
  STEP: 21,
  TASK_BEGIN: 22,
  TASK_END: 23,
  NOT_LEGAL: 24,
  PLACE: 25,
  TURN: 26,
  POINT: 27,
} as const;

export const RESULT = { SPTE: 1, SPTEP: 2, ROOT: 3 } as const;

/** How many words follow an event's head. */
export const EVENT_WORDS: ReadonlyMap<number, number> = new Map([
  [EVENT.SPTE, 2],
  [EVENT.FLUSH_ALL, 0],
  [EVENT.FLUSH_RANGE, 2],
  [EVENT.PFN_DIRTY, 1],
  [EVENT.PFN_ACCESSED, 1],
  [EVENT.PAGE_STATS, 1],
  [EVENT.TABLE_PAGES, 1],
  [EVENT.ALLOCATE, 0],
  [EVENT.FREE, 0],
  [EVENT.CALL_RCU, 0],
  [EVENT.WARN, 1],
  [EVENT.BUG, 1],
  [EVENT.REQUEST, 1],
  [EVENT.YIELD, 2],
  [EVENT.RULE, 1],
  [EVENT.BEGIN, 1],
  [EVENT.END, 2],
  [EVENT.DIRTY_LOG, 1],
  [EVENT.RESULT, 1],
  [EVENT.ALLOCATE_FAILED, 0],
  [EVENT.STEP, 2],
  [EVENT.TASK_BEGIN, 1],
  [EVENT.TASK_END, 2],
  [EVENT.NOT_LEGAL, 0],
  [EVENT.PLACE, 2],
  [EVENT.TURN, 0],
  [EVENT.POINT, 3],
]);

/** Where each event begins in pc_out, and its kind, in order. */
export function* eventsIn(
  words: BigUint64Array,
): Generator<{ readonly at: number; readonly kind: number }> {
  const end = Number(words[OUT.EVENTS_END] ?? 0n);
  for (let at: number = OUT.EVENTS; at < end;) {
    const kind = Number((words[at] ?? 0n) & 0xffn);
    const count = EVENT_WORDS.get(kind);
    if (count === undefined) throw new Error(`pc_out: no event ${String(kind)}`);
    yield { at, kind };
    at += 1 + count;
  }
}

export const FINAL = { ROOT: 1, TABLE: 2, COUNTER: 3, HEADER: 4, LOCK: 5 } as const;

export const ODD = { SP: 1, ROLE: 2, GFN: 4, PTEP: 8, KIND: 16 } as const;

export const COUNTER = {
  PAGES_4K: 0,
  TDP_MMU_PAGES: 3,
  TABLE_PAGES: 4,
  NX_SPLITS: 5,
  NX_TRACKED: 6,
  VM_BUGGED: 7,
  RCU_DEPTH: 8,
  RCU_PENDING: 9,
  MMIO_CREATED: 10,
} as const;

/** The head of an event or of a record of the final state. */
export interface Head {
  readonly kind: number;
  readonly how: number;
  readonly count: number;
  readonly index: number;
  readonly table: number;
}

export function headOf(word: bigint): Head {
  const low = Number(word & 0xfff_ffff_ffffn); // 44 bits
  return {
    kind: low % 0x100,
    how: Math.floor(low / 0x100) % 0x10,
    count: (Math.floor(low / 0x1000) % 0x1000) + 1,
    index: Math.floor(low / 0x100_0000) % 0x1000,
    table: Number(word >> 36n),
  };
}
