/**
 * What names stand for, and where: scopes (C11 6.2.1), name spaces (6.2.3), and the state of the function under check.
 */
import type { Attribute, Expr as ExprSyntax, Initializer, Span } from '../ast.js';
import type { Expr, FunctionRef, Global, Local, LValue, StaticInit, Stmt } from '../typed.js';
import type { CType, EnumType, RecordType } from '../types.js';
import type { Rejection } from './rejection.js';
import type { UnitState } from './unit-state.js';

export type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Names of attributes, which only `__builtin_has_attribute` asks for. */
interface Attributed {
  attributes?: readonly string[];
}

export type MutableLocal = Mutable<Local> &
  Attributed & {
    /** It is const, and its initialiser is a constant. */
    fixed?: boolean;
  };

/** A file-scope or static object; its initialiser is checked when somebody wants its bytes. */
export interface GlobalState extends Mutable<Global>, Attributed {
  pending: { readonly context: Context; readonly init: Initializer } | null;
  /** Why the initialiser was not understood, once known. */
  failure: Rejection | null;
  checking: boolean;
  init: StaticInit | null;
}

export interface FunctionEntity {
  readonly kind: 'function';
  readonly ref: FunctionRef;
  readonly attributes: readonly Attribute[];
}

export type Entity =
  | { readonly kind: 'typedef'; readonly type: CType }
  | { readonly kind: 'enumerator'; readonly value: bigint; readonly type: CType }
  | { readonly kind: 'local'; readonly local: MutableLocal }
  | { readonly kind: 'global'; readonly global: GlobalState }
  | FunctionEntity;

export type Tag =
  | { readonly kind: 'record'; readonly record: RecordType }
  | { readonly kind: 'enum'; readonly type: EnumType };

/** A block, a function prototype or a for statement. File scope is no Scope: it is looked up in the unit's index. */
export class Scope {
  readonly ordinary = new Map<string, Entity>();
  readonly tags = new Map<string, Tag>();
  /** `__label__` names, with the name that is unique in the function. */
  readonly labels = new Map<string, string>();
  constructor(
    readonly parent: Scope | null,
    /** Objects declared here whose `cleanup` function runs on the way out, in order of declaration. */
    readonly cleanups: Cleanup[] = [],
    /** Locals that the typed block will list. */
    readonly locals: Local[] = [],
  ) {}
}

export interface Cleanup {
  readonly local: Local;
  readonly call: () => Stmt;
}

/** How many cleanups of each scope, innermost first, are due at a point of the function. */
export type ScopeSnapshot = readonly { readonly scope: Scope; readonly cleanups: number }[];

/** A jump whose cleanups are known only when all labels are. */
export interface PendingGoto {
  readonly label: string;
  readonly from: ScopeSnapshot;
  readonly span: Span;
  /** The jump, in front of which cleanups are put; null for `&&label`, which only needs the label to exist. */
  readonly items: Stmt[] | null;
}

export interface FunctionState {
  readonly name: string;
  readonly returns: CType;
  readonly locals: Local[];
  readonly labels: Map<string, ScopeSnapshot>;
  readonly gotos: PendingGoto[];
  /** Sizes of variable-length types that were written and not yet computed. */
  readonly pendingSizes: Expr[];
  /** Label addresses that static objects hold: stored on entry, as only the function itself can use them. */
  readonly entryStores: Stmt[];
  /** What break and continue leave, innermost last. */
  readonly breakables: Breakable[];
  labelCount: number;
  temporaryCount: number;
}

export interface Breakable {
  readonly scope: Scope;
  readonly loop: boolean;
  /** The promoted type of a switch's value. */
  readonly switchType: CType | null;
  readonly cases: { readonly first: bigint; readonly last: bigint }[];
  hasDefault: boolean;
}

export interface Context {
  readonly unit: UnitState;
  /** null: file scope. */
  readonly scope: Scope | null;
  /** null: outside of any function. */
  readonly fn: FunctionState | null;
  /** Inside sizeof, typeof, _Generic's control …: nothing here is ever executed. */
  readonly unevaluated: boolean;
  /** In the initialiser of a static object in a function: compound literals are static too, as gcc has it. */
  readonly staticInit?: true;
}

/** Is the expression an integer constant expression (C11 6.6p6), or could it stand unevaluated in one (`1/0`)? */
export type Constancy = 'constant' | 'operands' | 'none';

export interface ValueOperand {
  readonly kind: 'value';
  readonly expr: Expr;
  readonly constancy: Constancy;
  /** A null pointer constant (C11 6.3.2.3p3). */
  readonly nullPointer: boolean;
  /** Width of the bit-field it was read from. */
  readonly bitWidth: number | null;
}

export type Operand =
  | ValueOperand
  | { readonly kind: 'lvalue'; readonly lvalue: LValue }
  /** A function designator: `pointer` is its address, before decay. */
  | {
      readonly kind: 'function';
      readonly pointer: Expr;
      readonly type: CType & { kind: 'function' };
    };

export type { ExprSyntax };
