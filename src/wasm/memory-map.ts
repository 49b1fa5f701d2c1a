/**
 * Where everything lies in the linear memory. C code cannot reach the null zone nor what follows the limit, so the
 * machine's own cells are there: control block, signature table, coverage bytes, what strict modules note.
 *
 *   0            null zone: control block, signatures of the functions in the table
 *   64 KiB       nothing: folded offsets may land here (see MAX_FOLDED_OFFSET)
 *   128 KiB      stack, grows down
 *                data, heap
 *   limit        nothing, as long as the largest folded offset
 *                coverage bytes; of strict modules the table of objects, and planes beside the memory
 */
import { MAX_FOLDED_OFFSET } from '../ir/ir.js';

export const NULL_ZONE = 0x1_0000;
export const PAGE = 0x1_0000;

/** Cells of the control block. */
export const CELLS = {
  trap: 64, // u32 name + 1, u32 site, u64 argument
  fuel: 80, // i64
  stackPointer: 88, // i32
  missingReturn: 92, // i32: the last function that ended had no value to give
  high: 96, // i64: second result of the run-time support
  /* strict modules */
  trapObject: 104, // u32: the object that an access belonged to
  trapSize: 108, // u32: bytes of the access
  trapCause: 112, // u32: site + 1 of what led to the trap
  resultObject: 116, // u32: object of the pointer that the last call returned
  resultUnset: 120, // i64: its bits without a value
  nextObject: 128, // u32: where the next object's entry is looked for
  lastObject: 132, // u32: behind the highest entry that was used
  allocas: 136, // u32: the latest object that alloca made; each names the one before
  depth: 140, // u32: call sites noted
  /* recording modules */
  trapWriter: 144, // u32: site + 1 of the write that the value came from
  resultWriter: 148, // u32: the same of what the last call returned
  writes: 152, // u32: how many there were
  writesBefore: 156, // u32: before the run began
  trapType: 164, // u32: what the function of a bad call was taken for
  /* suspendable modules */
  suspension: 160, // i32: 0, LEAVING, RETURNING
  callers: 256, // u32 each, a ring
} as const;

/** A u16 for each function of the table. */
export const SIGNATURES = 0x1000;
export const MAX_TABLE = (NULL_ZONE - SIGNATURES) / 4;
/** Strict modules: a u16 for each function of the table beside its signature, the number of its C type, or 0. */
export const TYPES = SIGNATURES + 2 * MAX_TABLE;

export interface MemoryMap {
  readonly stack: { readonly start: number; readonly end: number };
  readonly data: { readonly start: number; readonly end: number };
  readonly heap: { readonly start: number; readonly end: number };
  readonly coverage: { readonly start: number; readonly end: number };
  /** Strict modules. */
  readonly objects: ObjectMap | null;
  readonly pages: number;
}

/**
 * Strict modules: the table of objects, and planes beside the memory. An object's number is the offset of its entry in the
 * table: 32 bytes with what an access is compared with (see runtime-objects.ts). A second table holds copies for pointers
 * that were made from integers, a third where each object began and ended.
 */
export interface ObjectMap {
  readonly table: number;
  /** Bytes of one of the three tables. */
  readonly tableBytes: number;
  /** Entry of the first object that is no global. */
  readonly firstDynamic: number;
  /** u32 for each 8 bytes of the heap: the object there. */
  readonly owners: number;
  /** Distances from a byte of memory to its place in the planes. */
  readonly pointers: number;
  readonly unset: number | null;
  /** An i64 for each byte: which write it was by (high half), and where in the program (site + 1). */
  readonly writes: number | null;
}

/** Objects beside the globals that are alive, or not yet forgotten, at a time. */
const DYNAMIC_OBJECTS = 1 << 15;
export const ENTRY = 32;

const up = (value: number, to: number): number => Math.ceil(value / to) * to;

export const STACK_START = NULL_ZONE + MAX_FOLDED_OFFSET;

export function dataStart(stackBytes: number): number {
  return STACK_START + up(stackBytes, 4096);
}

interface PlaneChoice {
  readonly globals: number;
  readonly unset: boolean;
  readonly writes: boolean;
}

export function memoryMap(sizes: {
  readonly stackBytes: number;
  readonly dataBytes: number;
  readonly heapBytes: number;
  readonly coverBytes: number;
  /** null: not strict. */
  readonly objects: PlaneChoice | null;
}): MemoryMap {
  const stackEnd = dataStart(sizes.stackBytes);
  const dataEnd = stackEnd + sizes.dataBytes;
  const heapStart = up(dataEnd, 4096);
  const heapEnd = heapStart + up(sizes.heapBytes, 4096);
  const coverage = heapEnd + MAX_FOLDED_OFFSET + 4096;
  const coverageEnd = up(coverage + sizes.coverBytes, 4096);
  const covered = heapEnd + MAX_FOLDED_OFFSET + 4096;
  const objects = sizes.objects === null ? null : objectMap(coverageEnd, covered, sizes.objects);
  const end =
    objects === null
      ? coverageEnd
      : (objects.writes ?? objects.owners + covered / 2) +
        (objects.writes === null ? 0 : 8 * covered);
  return {
    stack: { start: STACK_START, end: stackEnd },
    data: { start: stackEnd, end: dataEnd },
    heap: { start: heapStart, end: heapEnd },
    coverage: { start: coverage, end: coverage + sizes.coverBytes },
    objects,
    pages: Math.ceil(end / PAGE),
  };
}

function objectMap(start: number, covered: number, sizes: PlaneChoice): ObjectMap {
  const firstDynamic = (sizes.globals + 1) * ENTRY;
  const tableBytes = firstDynamic + DYNAMIC_OBJECTS * ENTRY;
  const pointers = up(start + 3 * tableBytes, 4096);
  const unset = pointers + covered;
  const owners = sizes.unset ? unset + covered : unset;
  return {
    table: start,
    tableBytes,
    firstDynamic,
    pointers,
    unset: sizes.unset ? unset : null,
    owners,
    writes: sizes.writes ? up(owners + covered / 2, 8) : null,
  };
}
