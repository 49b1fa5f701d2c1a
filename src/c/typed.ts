/**
 * The typed tree that `c/check` hands to `ir/`. Every implicit conversion is explicit, every lvalue is marked, sizes and
 * offsets are numbers. LP64, little endian, GNU C as the kernel is built.
 */
import type { Diagnostic } from '../base/diagnostic.js';
import type { Result } from '../base/result.js';
import type { Span } from './ast.js';
import type { CType, FunctionType, RecordField } from './types.js';
import type { Token } from './token.js';
import type { TokenList } from './token-list.js';

/* ---------- objects ---------- */

/** A variable or parameter of a function. Identity is the object itself. */
export interface Local {
  readonly name: string;
  readonly type: CType;
  /** Bytes; from the type and `aligned`. */
  readonly align: number;
  readonly param: boolean;
  /** `&x`, array, record, volatile: it must live in memory. */
  readonly addressTaken: boolean;
  readonly span: Span;
}

/** An object with static storage duration. `symbol` is unique in the unit (statics in functions are `f.x` or `f.x.2`). */
export interface Global {
  readonly symbol: string;
  readonly name: string;
  readonly type: CType;
  readonly align: number;
  readonly linkage: 'external' | 'internal';
  /** false: only declared `extern` here. */
  readonly defined: boolean;
  readonly weak: boolean;
  readonly readonly: boolean;
  /**
   * Bytes and relocations; null where it is tentative or zero. Of a file-scope object it is known once the unit was asked
   * for `global(symbol)`: a function that merely mentions a table does not need the table understood. Of string literals,
   * `__func__`, compound literals and statics in functions it is known from the start.
   */
  readonly init: StaticInit | null;
  readonly span: Span;
  /** Those of the unit that found it, which may be another version of the one that hands it out: ask `TypedUnit.tokenOf`. */
  readonly tokens: TokenList;
}

export interface StaticInit {
  /** As long as the object (a flexible array member's initialiser may make it longer than its type). */
  readonly bytes: Uint8Array;
  readonly relocations: readonly {
    readonly offset: number;
    readonly target: Global | FunctionRef;
    readonly addend: bigint;
  }[];
}

export interface FunctionRef {
  readonly kind: 'function';
  readonly name: string;
  readonly linkage: 'external' | 'internal';
  readonly type: FunctionType;
  /** The text of `__attribute__((error("…")))`: gcc refuses a call to it that is not optimised away (BUILD_BUG_ON). */
  readonly error?: string;
  /** Declared weak: its address may be null where nobody defines it. */
  readonly weak?: true;
}

export interface TypedFunction {
  readonly ref: FunctionRef;
  readonly params: readonly Local[];
  /** Every local object, parameters included. */
  readonly locals: readonly Local[];
  readonly body: Stmt;
  readonly inline: boolean;
  readonly noreturn: boolean;
  /** `__attribute__((naked, no_sanitize("…"), …))` by name, for packs and modes that care. */
  readonly attributes: readonly string[];
  readonly span: Span;
  /** What its spans count. */
  readonly tokens: FunctionTokens;
}

/** The tokens of a unit as the spans of a function count them, which may have been checked in another version of the unit. */
export class FunctionTokens {
  constructor(
    private readonly tokens: TokenList,
    private readonly offset = 0,
  ) {}

  at(index: number): Token | undefined {
    return this.tokens.at(index + this.offset);
  }

  /** The same function in a unit where it stands so many tokens further on. */
  in(tokens: TokenList, offset: number): FunctionTokens {
    return new FunctionTokens(tokens, this.offset + offset);
  }
}

/* ---------- expressions ---------- */

/** Designates an object: an address plus a type. Bit-fields have no address of their own. */
export type LValue = { readonly type: CType; readonly span: Span } & (
  | { readonly kind: 'local'; readonly local: Local }
  | { readonly kind: 'global'; readonly global: Global }
  /** `*p`; `pointer` is an rvalue of pointer type. */
  | { readonly kind: 'deref'; readonly pointer: Expr }
  /** `offset` bytes into `base` (all anonymous steps folded). */
  | {
      readonly kind: 'field';
      readonly base: LValue;
      readonly offset: number;
      readonly field: RecordField;
    }
  | {
      readonly kind: 'bitfield';
      readonly base: LValue;
      readonly field: RecordField;
      /**
       * Byte offset in `base` of the bytes to access and how many: 1, 2, 4, 8, or in packed records 3, 5, 6, 7, 9
       * (then byte by byte). `type` is the declared type; an assignment truncates to `bitWidth`, and its value is
       * what a load would give afterwards.
       */
      readonly offset: number;
      readonly unit: number;
      /** From the lowest bit of the unit (little endian). */
      readonly bitOffset: number;
      readonly bitWidth: number;
    }
  /** The anonymous object of a compound literal: initialised each time it is evaluated, then designated. */
  | { readonly kind: 'compound-literal'; readonly local: Local; readonly init: readonly InitStep[] }
  /** An rvalue of record type that a member is taken from (`f().x`): put in a temporary. */
  | { readonly kind: 'temporary'; readonly local: Local; readonly value: Expr }
  /** `__func__`, string literals: read-only static arrays. */
  | { readonly kind: 'string'; readonly global: Global }
);

export type ArithOp = '+' | '-' | '*' | '/' | '%' | '<<' | '>>' | '&' | '|' | '^';
export type CompareOp = '==' | '!=' | '<' | '<=' | '>' | '>=';

/** An rvalue. Operands of arithmetic already have the operation's type; a shift's count keeps its own promoted type. */
export type Expr = { readonly type: CType; readonly span: Span } &
  /** In the range of `type`, which is an integer, _Bool, enum or pointer type (`(void *)0`, ERR_PTR constants: 0 … 2^64-1). */
  (
    | { readonly kind: 'int'; readonly value: bigint }
    /** A long double (bits 80) is computed as a double, and kept as one in the first 8 of its 16 bytes. */
    | { readonly kind: 'float'; readonly value: number }
    /** Lvalue conversion (C11 6.3.2.1p2). For record types the value is "the bytes there". */
    | { readonly kind: 'load'; readonly from: LValue }
    /** `&lvalue`, and array-to-pointer decay of an lvalue. */
    | { readonly kind: 'address'; readonly of: LValue }
    | { readonly kind: 'function-address'; readonly function: FunctionRef }
    | { readonly kind: 'label-address'; readonly label: string }
    /**
     * Any conversion between scalar types (C11 6.3), implicit or cast: integer ↔ integer, ↔ _Bool, ↔ float,
     * ↔ pointer, ↔ enum; and to void.
     */
    | { readonly kind: 'convert'; readonly operand: Expr; readonly explicit: boolean }
    | { readonly kind: 'negate' | 'complement'; readonly operand: Expr }
    /** `!x`: operand scalar, result int. */
    | { readonly kind: 'not'; readonly operand: Expr }
    | { readonly kind: 'arith'; readonly op: ArithOp; readonly left: Expr; readonly right: Expr }
    | {
        readonly kind: 'compare';
        readonly op: CompareOp;
        readonly left: Expr;
        readonly right: Expr;
      }
    /** `pointer + index * scale` bytes; `index` is converted to a 64-bit integer type; subtraction comes negated. */
    | {
        readonly kind: 'pointer-add';
        readonly pointer: Expr;
        readonly index: Expr;
        readonly scale: number | Expr; // Expr: bytes of a variable-length element
      }
    | {
        readonly kind: 'pointer-difference';
        readonly left: Expr;
        readonly right: Expr;
        readonly scale: number;
      }
    | { readonly kind: 'and' | 'or'; readonly left: Expr; readonly right: Expr } // short circuit, int
    /** Arms have the result's type (or are void). */
    | {
        readonly kind: 'conditional';
        readonly test: Expr;
        readonly then: Expr;
        readonly otherwise: Expr;
      }
    /** `a ?: b`: `test` is evaluated once; `value` converts it and contains exactly one `once` node. */
    | {
        readonly kind: 'elvis';
        readonly test: Expr;
        readonly value: Expr;
        readonly otherwise: Expr;
      }
    /** Inside `elvis` and `compound-assign`: the value computed before. */
    | { readonly kind: 'once' }
    | { readonly kind: 'comma'; readonly left: Expr; readonly right: Expr }
    /** Value: what was stored, after conversion (records: copied). */
    | { readonly kind: 'assign'; readonly to: LValue; readonly value: Expr }
    /**
     * `to op= …`, `++x`, `x--`: `to` is evaluated once, its loaded value is the `once` in `value`;
     * the result is the new value, or for `postfix` the old.
     */
    | {
        readonly kind: 'compound-assign';
        readonly to: LValue;
        readonly value: Expr;
        readonly postfix: boolean;
      }
    | {
        readonly kind: 'call';
        readonly callee:
          | { readonly kind: 'direct'; readonly function: FunctionRef }
          | { readonly kind: 'indirect'; readonly pointer: Expr };
        readonly functionType: FunctionType;
        readonly args: readonly Expr[];
      }
    /**
     * `__builtin_*` that is no constant and no plain function: name without the prefix; all of them, with their types, are
     * in `check/builtins.ts`. `__sync_x` is `sync_x`, `__atomic_x` is `atomic_x`.
     * `add_overflow`, `sub_overflow`, `mul_overflow`: (a, b, pointer), each operand with its own integer type, the result
     * exact in the pointee's type; the typed variants (`__builtin_uadd_overflow`) come as these too.
     */
    | { readonly kind: 'builtin'; readonly name: string; readonly args: readonly Expr[] }
    /** Every `list`, `to`, `from` is a pointer to the va_list object (type pointer to 'va-list'). */
    | { readonly kind: 'va-start' | 'va-end'; readonly list: Expr }
    | { readonly kind: 'va-copy'; readonly to: Expr; readonly from: Expr }
    | { readonly kind: 'va-arg'; readonly list: Expr }
    /** `({ … })`: the value of `result`, evaluated last, after `body`, before its locals end; null: void. */
    | { readonly kind: 'statement'; readonly body: Stmt; readonly result: Expr | null }
  );

/* ---------- statements ---------- */

/*
 * Tests (`if`, `while`, `?:`, `!`, `&&` …) are scalars of any type: nonzero counts. `__attribute__((cleanup))` is lowered:
 * the calls stand in the tree on every way out of the scope. Of a jump into a block nothing is checked.
 */

/** One step of initialising an automatic object, in order; bytes not written by any step are zero when `zero` came first. */
export type InitStep =
  | { readonly kind: 'zero'; readonly to: LValue }
  | { readonly kind: 'store'; readonly to: LValue; readonly value: Expr }
  | { readonly kind: 'bytes'; readonly to: LValue; readonly bytes: Uint8Array };

export type Stmt = { readonly span: Span } & (
  | { readonly kind: 'block'; readonly items: readonly Stmt[]; readonly locals: readonly Local[] }
  | { readonly kind: 'expression'; readonly expr: Expr }
  | { readonly kind: 'declare'; readonly local: Local; readonly init: readonly InitStep[] | null }
  /** A variable-length array: `size` bytes, evaluated when the declaration is reached. */
  | { readonly kind: 'declare-vla'; readonly local: Local; readonly size: Expr }
  | {
      readonly kind: 'if';
      readonly test: Expr;
      readonly then: Stmt;
      readonly otherwise: Stmt | null;
    }
  | { readonly kind: 'while'; readonly test: Expr; readonly body: Stmt }
  | { readonly kind: 'do'; readonly body: Stmt; readonly test: Expr }
  | {
      readonly kind: 'for';
      readonly init: Stmt | null;
      readonly test: Expr | null;
      readonly step: Expr | null;
      readonly body: Stmt;
      readonly locals: readonly Local[];
    }
  | { readonly kind: 'switch'; readonly value: Expr; readonly body: Stmt }
  | { readonly kind: 'case'; readonly first: bigint; readonly last: bigint; readonly body: Stmt }
  | { readonly kind: 'default'; readonly body: Stmt }
  | { readonly kind: 'label'; readonly name: string; readonly body: Stmt }
  | { readonly kind: 'goto'; readonly label: string }
  | { readonly kind: 'computed-goto'; readonly target: Expr }
  | { readonly kind: 'break' | 'continue' | 'empty' }
  | { readonly kind: 'return'; readonly value: Expr | null }
  /** Only an asm with an empty template gets here (a compiler barrier, or a value laundered through "+r"). */
  | { readonly kind: 'barrier' }
);

/* ---------- the unit ---------- */

/** A translation unit that is checked as far as somebody asks. */
export interface TypedUnit {
  readonly path: string;
  readonly tokens: TokenList;
  /** Names of all functions with a body in this unit, in order. */
  readonly definedFunctions: readonly string[];
  /** Checks the body on first use. A diagnostic where it is not understood. */
  function(name: string): Result<TypedFunction, Diagnostic>;
  /** Is there a body for this name here? */
  defines(name: string): boolean;
  /** A file-scope object by name (or any Global by its symbol), with its initialiser checked. */
  global(name: string): Result<Global, Diagnostic>;
  definesGlobal(name: string): boolean;
  /** Where an object of this unit is declared in it. */
  tokenOf(global: Global): Token | undefined;
  /** A type by name: `struct kvm_mmu_page`, `gfn_t`, `u64 *`. */
  type(text: string): Result<CType, Diagnostic>;
  /** The value of an integer constant expression written as text, e.g. an enumerator. */
  constant(text: string): Result<bigint, Diagnostic>;
}
