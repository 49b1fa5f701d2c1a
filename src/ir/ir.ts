/**
 * The intermediate form between the typed tree and WebAssembly: one control-flow graph per function. Expressions are pure
 * trees (they may load from memory, never store or call); calls, stores and assignments are instructions, and a call's
 * result goes to a local. So nothing but locals and memory is live at a call, which is what makes the `inspectable`
 * module kind sound. Operators are those of WebAssembly; addresses are C addresses, 64 bits wide.
 */
import type { TrapName } from '../exec/program.js';

export type ValueType = 'i32' | 'i64' | 'f32' | 'f64';
export type IntValueType = 'i32' | 'i64';
export type FloatValueType = 'f32' | 'f64';
export type LocalId = number;
export type BlockId = number;
export type SlotId = number;
/** Index into the program's trap sites. */
export type SiteId = number;
/** Name of a function or object that is unique in the program. */
export type Symbol = string;

export interface Signature {
  readonly params: readonly ValueType[];
  readonly result: ValueType | null;
}

/** An object in the function's memory frame. */
export interface Slot {
  readonly name: string;
  readonly size: number;
  readonly align: number;
  /** A local of the C text (as opposed to a temporary): zeroed on entry, guarded by red zones in checked modules. */
  readonly declared: boolean;
  /** Belongs to a block inside the function, so it is out of scope on entry. */
  readonly scoped: boolean;
  /** Where it is declared, or what needs it. */
  readonly site: SiteId;
}

export interface IrFunction {
  readonly symbol: Symbol;
  readonly signature: Signature;
  /** As `calledType` gives it, in strict lowering; left out: it has no prototype. */
  readonly type?: string;
  /** The first ones are the parameters. */
  readonly locals: readonly ValueType[];
  readonly slots: readonly Slot[];
  readonly blocks: readonly Block[];
  /** Always block 0. */
  readonly entry: BlockId;
  /** Control can reach the closing brace of a function that has a value. */
  readonly mayFallOff: boolean;
  /** Functions whose value it returns as it is: what they lack, it lacks. */
  readonly passesOn: readonly Symbol[];
  /** It moves the stack pointer by itself (alloca, VLA). */
  readonly movesStack: boolean;
  /** Site of the function itself, for stack overflow. */
  readonly site: SiteId;
}

export interface Block {
  readonly instructions: readonly Instruction[];
  readonly end: Terminator;
}

/* ---------- addresses ---------- */

export type Address =
  /** A constant place inside one object: needs no check. */
  | { readonly kind: 'slot'; readonly slot: SlotId; readonly offset: number }
  | { readonly kind: 'global'; readonly symbol: Symbol; readonly offset: number }
  /** `pointer + offset`, checked. 0 ≤ offset < MAX_FOLDED_OFFSET. */
  | {
      readonly kind: 'pointer';
      readonly pointer: Expr;
      readonly offset: number;
      readonly site: SiteId;
    }
  /** A Wasm offset (i32) that a `guard` gave: needs no check. Only `ir/guard` makes it. */
  | { readonly kind: 'raw'; readonly base: Expr; readonly offset: number };

/**
 * No object lies in the first bytes above the null zone, nor in the last of the memory, so that one check of the base covers
 * base + offset up to this distance.
 */
export const MAX_FOLDED_OFFSET = 0x1_0000;

/* ---------- expressions ---------- */

export type IntUnary =
  | 'clz'
  | 'ctz'
  | 'popcnt'
  | 'eqz'
  | 'extend8_s'
  | 'extend16_s'
  | 'extend32_s'
  /** The value itself; checked modules look for the object that lives there. An integer that C converts to a pointer. */
  | 'as_pointer';
export type IntBinary =
  | 'add'
  | 'sub'
  | 'mul'
  | 'div_s'
  | 'div_u'
  | 'rem_s'
  | 'rem_u'
  | 'and'
  | 'or'
  | 'xor'
  | 'shl'
  | 'shr_s'
  | 'shr_u'
  | 'rotl'
  | IntCompare;
export type IntCompare =
  'eq' | 'ne' | 'lt_s' | 'lt_u' | 'le_s' | 'le_u' | 'gt_s' | 'gt_u' | 'ge_s' | 'ge_u';
export type FloatUnary = 'neg' | 'abs' | 'ceil' | 'floor' | 'trunc' | 'nearest' | 'sqrt';
export type FloatBinary = 'add' | 'sub' | 'mul' | 'div' | 'copysign' | FloatCompare;
export type FloatCompare = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge';

export type CastOp =
  | 'i32.wrap'
  | 'i64.extend_s'
  | 'i64.extend_u'
  | 'f32.demote'
  | 'f64.promote'
  | 'reinterpret' // between types of the same width
  | 'convert_s' // integer to float
  | 'convert_u'
  | 'trunc_s' // float to integer, saturating
  | 'trunc_u';

export type Expr =
  | { readonly kind: 'int'; readonly type: IntValueType; readonly value: bigint } // signed
  | { readonly kind: 'float'; readonly type: FloatValueType; readonly value: number }
  | { readonly kind: 'local'; readonly type: ValueType; readonly id: LocalId }
  | {
      readonly kind: 'int-unary';
      readonly type: IntValueType;
      readonly of: IntValueType;
      readonly op: IntUnary;
      readonly value: Expr;
    }
  | {
      readonly kind: 'int-binary';
      readonly type: IntValueType;
      readonly of: IntValueType;
      readonly op: IntBinary;
      readonly left: Expr;
      readonly right: Expr;
    }
  | {
      readonly kind: 'float-unary';
      readonly type: FloatValueType;
      readonly op: FloatUnary;
      readonly value: Expr;
    }
  | {
      readonly kind: 'float-binary';
      readonly type: ValueType;
      readonly of: FloatValueType;
      readonly op: FloatBinary;
      readonly left: Expr;
      readonly right: Expr;
    }
  | { readonly kind: 'cast'; readonly type: ValueType; readonly op: CastOp; readonly value: Expr }
  | {
      readonly kind: 'load';
      readonly type: ValueType;
      readonly bytes: 1 | 2 | 4 | 8;
      readonly signed: boolean;
      readonly address: Address;
    }
  | {
      readonly kind: 'select';
      readonly type: ValueType;
      readonly test: Expr;
      readonly then: Expr;
      readonly otherwise: Expr;
    }
  /** C addresses (i64). */
  | {
      readonly kind: 'slot-address';
      readonly type: 'i64';
      readonly slot: SlotId;
      readonly offset: number;
    }
  | {
      readonly kind: 'global-address';
      readonly type: 'i64';
      readonly symbol: Symbol;
      readonly offset: number;
    }
  | { readonly kind: 'function-address'; readonly type: 'i64'; readonly symbol: Symbol }
  /** Of the frame itself: `__builtin_frame_address(0)`. */
  | { readonly kind: 'frame-address'; readonly type: 'i64' };

/* ---------- instructions ---------- */

export type CallTarget =
  | { readonly kind: 'direct'; readonly symbol: Symbol }
  | { readonly kind: 'indirect'; readonly pointer: Expr }
  /** A function of the run-time support (`wasm/runtime`). */
  | { readonly kind: 'runtime'; readonly name: string };

export type Instruction =
  | {
      readonly kind: 'set';
      readonly local: LocalId;
      readonly value: Expr;
      /** Of this and others: where C writes it, in a recording module. */
      readonly writes?: SiteId;
    }
  | {
      readonly kind: 'store';
      readonly address: Address;
      readonly bytes: 1 | 2 | 4 | 8;
      readonly value: Expr;
      readonly writes?: SiteId;
    }
  /** Evaluates and forgets (a volatile load). */
  | { readonly kind: 'evaluate'; readonly value: Expr }
  | {
      readonly kind: 'copy';
      readonly to: Address;
      readonly from: Address;
      readonly size: number;
      readonly writes?: SiteId;
    }
  /** `fresh`: the storage is new, and zero only so that runs are alike: nobody has given it a value. */
  | {
      readonly kind: 'zero';
      readonly to: Address;
      readonly size: number;
      readonly fresh: boolean;
      readonly writes?: SiteId;
    }
  /** memmove and memset of a computed size (i64), checked. */
  | {
      readonly kind: 'move-bytes';
      readonly to: Expr;
      readonly from: Expr;
      readonly size: Expr;
      readonly site: SiteId;
    }
  | {
      readonly kind: 'fill-bytes';
      readonly to: Expr;
      readonly byte: Expr;
      readonly size: Expr;
      readonly site: SiteId;
    }
  | {
      readonly kind: 'call';
      readonly target: CallTarget;
      readonly signature: Signature;
      /** Of what an indirect call takes its function for, as in IrFunction. */
      readonly type?: string;
      readonly args: readonly Expr[];
      readonly result: LocalId | null;
      /** The value is used by the C text (a function that fell off its end has none). */
      readonly valueUsed: boolean;
      readonly site: SiteId;
    }
  /** Stops the run when `test` is not zero. */
  | {
      readonly kind: 'trap-if';
      readonly test: Expr;
      readonly trap: TrapName;
      readonly argument: Expr | null;
      readonly site: SiteId;
      /** What led to it. */
      readonly cause?: SiteId;
    }
  | { readonly kind: 'cover'; readonly site: number }
  /** `result` = the address of `size` fresh bytes on the stack. */
  | {
      readonly kind: 'alloca';
      readonly result: LocalId;
      readonly size: Expr;
      readonly align: number;
      readonly site: SiteId;
    }
  | { readonly kind: 'save-stack'; readonly result: LocalId }
  | { readonly kind: 'restore-stack'; readonly from: LocalId }
  /** Objects come into scope or leave it; only checked modules care. */
  | {
      readonly kind: 'scope';
      readonly slots: readonly SlotId[];
      /** `arrive`: at a label, from within the scope or from outside. */
      readonly how: 'enter' | 'arrive' | 'leave';
    }
  /** `__builtin_pc_allocate`: `result` points to a new object of `size` bytes (i64) at `pointer`. */
  | {
      readonly kind: 'allocate';
      readonly result: LocalId;
      readonly pointer: Expr;
      readonly size: Expr;
      readonly site: SiteId;
    }
  /** `__builtin_pc_free`: the object that begins at `pointer` is no more. */
  | { readonly kind: 'free'; readonly pointer: Expr; readonly site: SiteId }
  /** `__builtin_pc_observe`: somebody looks at the value, so all of it has to have one. */
  | { readonly kind: 'observe'; readonly value: Expr; readonly site: SiteId }
  /** The local is declared without a value. Only strict lowering makes it. */
  | { readonly kind: 'undefine'; readonly local: LocalId; readonly site: SiteId }
  /**
   * `result` (i32) = the Wasm offset of `pointer + offset`, where `size` bytes of the object that `object` names are
   * accessible; else the run stops. Only `ir/guard` makes it.
   */
  | {
      readonly kind: 'guard';
      readonly result: LocalId;
      readonly pointer: Expr;
      readonly offset: number;
      readonly size: number;
      readonly object: Expr;
      readonly site: SiteId;
    };

export type Terminator =
  | { readonly kind: 'goto'; readonly to: BlockId }
  | {
      readonly kind: 'branch';
      readonly test: Expr; // i32, nonzero: then
      readonly then: BlockId;
      readonly otherwise: BlockId;
      readonly site?: SiteId;
    }
  /** `index` (i32, unsigned) picks; beyond the list: otherwise. */
  | {
      readonly kind: 'table';
      readonly index: Expr;
      readonly targets: readonly BlockId[];
      readonly otherwise: BlockId;
      readonly site?: SiteId;
    }
  /** `passesOn`: the value is that of the call just made, whose callee already said whether it has one. */
  | { readonly kind: 'return'; readonly value: Expr | null; readonly passesOn: boolean }
  /** The closing brace of a function that should have returned a value. */
  | { readonly kind: 'fall-off' }
  | {
      readonly kind: 'trap';
      readonly trap: TrapName;
      readonly argument: Expr | null;
      readonly site: SiteId;
    };
