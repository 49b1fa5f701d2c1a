/**
 * Where everything lies in the linear memory. C code cannot reach the null zone nor what follows the limit, so the
 * machine's own cells are there: control block, signature table, coverage bytes, shadow memory.
 *
 *   0            null zone: control block, signatures of the functions in the table
 *   64 KiB       nothing: folded offsets may land here (see MAX_FOLDED_OFFSET)
 *   128 KiB      stack, grows down
 *                data, heap
 *   limit        nothing, as long as the largest folded offset
 *                coverage bytes; shadow memory of checked modules
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
} as const;

export const SIGNATURES = 0x1000;
export const MAX_TABLE = (NULL_ZONE - SIGNATURES) / 2;

export interface MemoryMap {
  readonly stack: { readonly start: number; readonly end: number };
  readonly data: { readonly start: number; readonly end: number };
  readonly heap: { readonly start: number; readonly end: number };
  readonly coverage: { readonly start: number; readonly end: number };
  /** Shadow of address 0; one byte for eight. null: no shadow. */
  readonly shadow: { readonly start: number; readonly end: number } | null;
  readonly pages: number;
}

const up = (value: number, to: number): number => Math.ceil(value / to) * to;

export const STACK_START = NULL_ZONE + MAX_FOLDED_OFFSET;

export function dataStart(stackBytes: number): number {
  return STACK_START + up(stackBytes, 4096);
}

export function memoryMap(sizes: {
  readonly stackBytes: number;
  readonly dataBytes: number;
  readonly heapBytes: number;
  readonly coverBytes: number;
  readonly shadow: boolean;
}): MemoryMap {
  const stackEnd = dataStart(sizes.stackBytes);
  const dataEnd = stackEnd + sizes.dataBytes;
  const heapStart = up(dataEnd, 4096);
  const heapEnd = heapStart + up(sizes.heapBytes, 4096);
  const coverage = heapEnd + MAX_FOLDED_OFFSET + 4096;
  const coverageEnd = up(coverage + sizes.coverBytes, 4096);
  const shadow = sizes.shadow
    ? { start: coverageEnd, end: coverageEnd + (heapEnd + MAX_FOLDED_OFFSET + 4096) / 8 }
    : null;
  return {
    stack: { start: STACK_START, end: stackEnd },
    data: { start: stackEnd, end: dataEnd },
    heap: { start: heapStart, end: heapEnd },
    coverage: { start: coverage, end: coverage + sizes.coverBytes },
    shadow,
    pages: Math.ceil((shadow?.end ?? coverageEnd) / PAGE),
  };
}
