/**
 * What the code generator makes of typed units, and what may be asked of it. One `Program` per version and module kind.
 *
 * Address space (64-bit addresses in C, 32-bit in Wasm): C address = ADDRESS_BASE + Wasm offset; the base is the kernel's
 * own PAGE_OFFSET with 4-level paging, so `__pa(p)` is the Wasm offset, and IS_ERR_VALUE, NULL and canonical checks behave.
 * The first 64 KiB of Wasm memory hold no object: null and near-null are always wild. Function addresses are
 * FUNCTION_BASE + 16 × table index; FUNCTION_BASE itself is nobody's.
 */
import type { Diagnostic, Place } from '../base/diagnostic.js';
import type { TypedUnit } from '../c/typed.js';
import type { Token } from '../c/token.js';

export const ADDRESS_BASE = 0xffff_8880_0000_0000n;
export const FUNCTION_BASE = 0xffff_ffff_8100_0000n;

/**
 * fast: every access is checked to lie in the memory. checked: to lie in the object, alive, that its pointer was derived from.
 * tracking: as checked, and every bit knows whether somebody gave it a value.
 * recording: as tracking, and every byte knows where it was last written: slow, to run once more what has trapped.
 * inspectable: every local and temporary lives in memory and every frame stores its call site, so that the bytes of
 * memory are the whole state of the machine (for recognising a repeated state).
 * suspendable: as fast, and where one function is called the run can be left, to be gone on with later (exec/threads.ts).
 */
export type ModuleKind =
  'fast' | 'checked' | 'tracking' | 'recording' | 'inspectable' | 'suspendable';

/** Kinds in which every pointer knows its object and what C leaves undefined stops the run. */
export function isStrict(kind: ModuleKind): boolean {
  return kind === 'checked' || kind === 'tracking' || kind === 'recording';
}

/** What the build of the code leaves undefined, beside what C always does. */
export interface BuildRules {
  /** `wraps`: -fwrapv, -fno-strict-overflow (the kernel). */
  readonly signedOverflow: 'wraps' | 'undefined';
  /** `allowed`: CONFIG_HAVE_EFFICIENT_UNALIGNED_ACCESS (the kernel on x86-64). */
  readonly misaligned: 'allowed' | 'undefined';
}

export const KERNEL_RULES: BuildRules = { signedOverflow: 'wraps', misaligned: 'allowed' };

/** A for-loop that a macro wrote around a body of the caller's: `for_each_…(…) { body }`. */
export interface MacroLoop {
  /** Macro names from the outermost (written in the function) to the one that spells `for`. */
  readonly macros: readonly string[];
  readonly function: string;
  /** Names of functions called in the loop's step expression. */
  readonly stepCalls: readonly string[];
  readonly at: Token;
}

export interface CompileOptions {
  readonly kind: ModuleKind;
  /** What checked modules take for undefined; KERNEL_RULES when left out. */
  readonly rules?: BuildRules;
  /** Functions to be called from outside; all they reach is compiled. */
  readonly exports: readonly string[];
  /** Objects whose address the outside needs. */
  readonly exportedGlobals: readonly string[];
  /** Statements that cover a token for which this is true get a coverage site. */
  readonly cover: ((token: Token) => boolean) | null;
  /**
   * Names a u64 global (defined in one of the units) that is incremented each time the body *written under* the macro loop
   * begins (not by the loop macro's own `if … else` around it), or null.
   */
  readonly loopCounter: ((loop: MacroLoop) => string | null) | null;
  /** Functions at whose entry and exit `void enter(int id)` / `void leave(int id)` (C functions of the units) are called. */
  readonly scopes: {
    readonly enter: string;
    readonly leave: string;
    readonly functions: ReadonlyMap<string, number>;
  } | null;
  /** Bytes of heap after data and stack; the C global `extern char __pc_heap[]` marks its start, `__pc_heap_end[]` its end. */
  readonly heapBytes: number;
  readonly stackBytes: number;
  /** Rounds of loops and calls of recursive functions before the run stops with `out-of-fuel`. */
  readonly fuel: bigint;
  /**
   * binaryen's optimisation level, 0 … 3; 0 when left out: after our own inlining, what V8 does by itself makes the
   * levels above worth a sixth of the run time and several times the time to compile.
   */
  readonly optimize?: number;
  /** Gives the unit that defines an external name which none of the others does, as a library archive; null: none. */
  readonly archive?: (name: string) => TypedUnit | null;
  /**
   * What a reached function comes to that has no body or is not understood: `refuse` (when left out) the whole program, or stop
   * the run with `no-body` where it is called.
   */
  readonly gaps?: 'refuse' | 'trap';
  /** Inline calls before code is generated (true when left out; never in inspectable modules). */
  readonly inline?: boolean;
  /** Functions, by plain name, that call back into what called them, but never nest without end. */
  readonly bounded?: ReadonlySet<string>;
  /** Suspendable modules: the function, by plain name, whose calls leave the run. */
  readonly givesWay?: string;
}

/** An exported function as the machine calls it. */
export interface Signature {
  readonly params: readonly ('i32' | 'i64' | 'f32' | 'f64')[];
  readonly result: 'i32' | 'i64' | 'f32' | 'f64' | null;
  /** An integer result is unsigned (pointers too). */
  readonly unsigned: boolean;
}

export interface CoverSite {
  readonly function: string;
  /** `path:line` of every covered token, spelled or expanded; empty at the outcome of a condition. */
  readonly lines: readonly string[];
  /** One outcome of a condition: `path:line:column OUTCOME: TEXT` (see src/ir/cover-branch.ts); null at a statement. */
  readonly branch: string | null;
  /** Outcomes of the same function, by site, any of which leads here; empty: it runs whenever the function is called. */
  readonly needs: readonly number[];
}

export interface TrapSite {
  readonly function: string;
  readonly place: Place;
}

/** Why a run stopped; one list for the whole project (see ARCHITECTURE.md). Stored by the module before `unreachable`. */
export const TRAPS = [
  'out-of-bounds', // outside of the object, or of any
  'null-pointer', // an access in the first 64 KiB
  'use-after-free',
  'use-after-scope', // a local of a block or a call that has ended
  'index-out-of-range', // of the array that it is written on
  'misaligned',
  'division-by-zero',
  'division-overflow',
  'bad-shift',
  'unreachable',
  'missing-return',
  'bad-call', // call through a pointer that is no function of this type
  'stack-overflow', // calls, alloca and arrays of variable length
  'out-of-fuel',
  'model', // `__builtin_pc_trap(code)` in a model: BUG, deadlock, harness errors
  'uninitialised',
  'signed-overflow',
  'invalid-value', // a bool that is neither 0 nor 1
  'invalid-free', // of what was not allocated, or not from its beginning
  'double-free',
  'bad-allocation', // a model's allocator hands out what is no heap
  'too-many-objects', // alive at a time: a limit of the engine
  'no-body', // a call of a function that cannot be executed, where the program was compiled with such gaps
] as const;
export type TrapName = (typeof TRAPS)[number];

export interface ReachedFunction {
  readonly name: string;
  readonly unit: string;
  readonly place: Place;
}

/** A function that calls reach and that cannot be executed. */
export interface Gap {
  readonly name: string;
  readonly reason: Diagnostic;
}

export interface Program {
  readonly kind: ModuleKind;
  readonly wasm: Uint8Array;
  readonly units: readonly TypedUnit[];
  readonly exports: ReadonlyMap<string, Signature>;
  /** Fuel of one run, unless the machine is told otherwise. */
  readonly fuel: bigint;
  /** What the memory holds before the first run, beside zeros. */
  readonly image: readonly { readonly offset: number; readonly bytes: Uint8Array }[];
  /** C addresses of exported globals. */
  readonly globals: ReadonlyMap<string, bigint>;
  readonly reached: readonly ReachedFunction[];
  /** The argument of `no-body` counts in this list. */
  readonly gaps: readonly Gap[];
  readonly coverSites: readonly CoverSite[];
  /** Functions that the code exempts from address checks (`__no_sanitize_address` and the like), as they are reached. */
  readonly exempt: readonly string[];
  readonly trapSites: readonly TrapSite[];
  /** Wasm offsets and sizes, in bytes. */
  readonly memory: {
    readonly pages: number; // of 64 KiB
    readonly data: { readonly start: number; readonly end: number }; // initialised and zero data, all that a reset restores
    readonly stack: { readonly start: number; readonly end: number };
    readonly heap: { readonly start: number; readonly end: number };
    /** One byte per cover site, set to 1 when it ran. Outside `data`: a reset keeps it. */
    readonly coverage: number;
    /** u32 trap name index + 1 (0: none), u32 trap site, u64 argument (address or model code). */
    readonly trap: number;
    /** u64 fuel left. */
    readonly fuel: number;
    /** u32 stack pointer. */
    readonly stackPointer: number;
    /** u32, suspendable modules: 0, LEAVING or RETURNING. */
    readonly suspension: number;
    /** Strict modules: the objects, and what is noted beside the memory. */
    readonly objects: ObjectTables | null;
  };
}

/** What an object is, in its entry … */
export const OBJECT_KINDS = { global: 1, stack: 2, heap: 3 } as const;
/** … and why it is no more. */
export const DEAD = { freed: 16, left: 32 } as const;

/** Where a strict module keeps its objects: see wasm/runtime-objects.ts for the entries. */
export interface ObjectTables {
  readonly table: number;
  readonly tableBytes: number;
  readonly firstDynamic: number;
  readonly owners: number;
  readonly pointers: number;
  readonly unset: number | null;
  /** u32 cells of the last trap: object, bytes of the access, site + 1 of the cause. */
  readonly trapObject: number;
  /** u32 cell, recording modules: site + 1 of the write that the value of the last trap came from, or NEVER_WRITTEN. */
  readonly trapWriter: number;
  /** u32 cell, of a bad call: index + 1 in `types` of what the function was taken for. */
  readonly trapType: number;
  /** C types of functions. */
  readonly types: readonly string[];
  /** By index in the function table, from 1. */
  readonly functions: readonly CalledFunction[];
  /** Sites + 1 where the globals are declared, by entry. */
  readonly globals: readonly GlobalObject[];
}

/** In place of a write's site: the value was read where nobody has written. */
export const NEVER_WRITTEN = 0xffff_ffff;

/** A function whose address is taken. */
export interface CalledFunction {
  readonly name: string;
  /** null: it has no prototype. */
  readonly type: string | null;
  /** Index into the program's trap sites. */
  readonly site: number;
}

export interface GlobalObject {
  readonly name: string;
  readonly place: Place | null;
}

/** Prepares a strict module's tables for a run on memory that is as at the start. */
export const BEGIN = 'pc.begin';

/** Inspectable modules call this import, with the id of the place, wherever fuel is spent. */
export const TICK = 'tick';

/** Suspendable modules call this import in place of the function that gives way. */
export const SWITCH = 'switch';
/** What a suspendable module is at: calls return at once, having kept where they are … */
export const LEAVING = 1;
/** … or go back to where they were. */
export const RETURNING = 2;

const TICKS_PER_FUNCTION = 0x1_0000;

/** Names the place in the program: the function by its trap site, and which of its fuel checks it is. */
export function tickId(functionSite: number, number: number): number {
  if (number >= TICKS_PER_FUNCTION || functionSite >= TICKS_PER_FUNCTION)
    throw new Error('a function or program is too large to be inspected');
  return (functionSite * TICKS_PER_FUNCTION + number) | 0;
}

export function functionSiteOf(tick: number): number {
  return (tick >>> 0) >>> 16;
}
