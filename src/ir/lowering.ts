/**
 * The state of lowering one function, and the questions that it asks of the linker. The files `lower-*.ts` are functions
 * over it, one per part of the language.
 */
import type { Local, Global, FunctionRef, TypedUnit, TypedFunction, Expr } from '../c/typed.js';
import type { FunctionType } from '../c/types.js';
import { calledType } from '../c/called-type.js';
import type { Span } from '../c/ast.js';
import { unsupportedMessage, type UnsupportedConstruct } from '../c/unsupported.js';
import { FunctionBuilder } from './function-builder.js';
import { i32, i64, local as readLocal } from './build.js';
import type { Address, BlockId, Expr as IrExpr, LocalId, SiteId, SlotId, Symbol } from './ir.js';
import { alignOf, shapeOf, sizeOf } from './type-shape.js';
import { isStrict } from '../exec/program.js';
import type { LoweringOptions } from './lowering-options.js';

/** What a function needs of the rest of the program. Failures are collected there; lowering goes on with a stand-in. */
export interface ProgramView {
  readonly unit: TypedUnit;
  /** null: a weak name that nobody defines; its address is null. */
  functionSymbol(ref: FunctionRef, use: Span, addressTaken: boolean): Symbol | null;
  object(global: Global, use: Span): { readonly symbol: Symbol; readonly size: number } | null;
  /** A read-only object with these bytes. */
  constant(bytes: Uint8Array): Symbol;
  /** A function that a module option names (scopes), by its plain name. */
  namedFunction(name: string): Symbol;
  namedObject(name: string): Symbol;
  /** A C library function that the compiler calls by itself. */
  libraryFunction(name: string, use: Span): Symbol | null;
  site(span: Span): SiteId;
  coverSite(lines: readonly string[], branch: string | null): number;
  fail(span: Span, message: string): void;
}

/** A value while it is computed with. */
export type Value =
  | { readonly kind: 'scalar'; readonly expr: IrExpr }
  | { readonly kind: 'wide'; readonly low: IrExpr; readonly high: IrExpr }
  | { readonly kind: 'record'; readonly address: Address; readonly size: number }
  | { readonly kind: 'none' };

export const NOTHING: Value = { kind: 'none' };

export function scalar(expr: IrExpr): Value {
  return { kind: 'scalar', expr };
}

/** Where a local lives. */
export type Storage =
  | { readonly kind: 'register'; readonly id: LocalId }
  | { readonly kind: 'wide'; readonly low: LocalId; readonly high: LocalId }
  | { readonly kind: 'slot'; readonly slot: SlotId }
  /** A VLA: the local holds its address. */
  | { readonly kind: 'elsewhere'; readonly pointer: LocalId };

export interface Scope {
  readonly parent: Scope | null;
  readonly slots: SlotId[];
  /** Holds the stack pointer from before the block's variable-length arrays. */
  savedStack: LocalId | null;
}

export interface Label {
  readonly block: BlockId;
  scope: Scope | null;
  /** Enclosing scopes that had a variable-length array before the label. */
  grown: ReadonlySet<Scope>;
}

export interface JumpTarget {
  readonly block: BlockId;
  readonly scope: Scope;
}

export class Lowering {
  readonly b = new FunctionBuilder();
  readonly storage = new Map<Local, Storage>();
  /** Sizes of the global objects that are mentioned. */
  readonly objectSizes = new Map<Symbol, number>();
  scope: Scope = { parent: null, slots: [], savedStack: null };
  readonly functionScope = this.scope;
  /** The scope is known once the label was met. */
  readonly labels = new Map<string, Label>();
  /** Labels whose address is taken, in order: their index is their value. */
  readonly labelAddresses: string[] = [];
  readonly breaks: JumpTarget[] = [];
  readonly continues: JumpTarget[] = [];
  /** Blocks of `case` and `default` statements of the enclosing switches. */
  readonly cases = new Map<object, BlockId>();
  readonly gotos: { readonly label: string; readonly from: Scope; readonly block: BlockId }[] = [];
  readonly computedGotos: {
    readonly target: IrExpr;
    readonly from: Scope;
    readonly block: BlockId;
    readonly span: Span;
  }[] = [];
  /** Statements that count each time they begin, with the counter's name. */
  readonly countedBodies = new Map<object, string>();
  /** What `once` means, innermost last. */
  readonly once: (() => Value)[] = [];
  /** Holds the address where the caller wants the result. */
  resultPointer: LocalId | null = null;
  /** Holds the address of the variable arguments. */
  variableArguments: LocalId | null = null;
  /** Number under which entering and leaving this function is reported, or null. */
  readonly scopeId: number | null;
  mayFallOff = false;
  movesStack = false;

  /** For a checked module: what C leaves undefined is watched. */
  readonly strict: boolean;

  constructor(
    readonly program: ProgramView,
    readonly fn: TypedFunction,
    readonly options: LoweringOptions,
  ) {
    this.strict = isStrict(options.kind);
    this.scopeId = options.scopes?.functions.get(fn.ref.name) ?? null;
  }

  /** For calls through pointers, and what they may call. */
  typeOfCalls(type: FunctionType): { readonly type?: string } {
    const text = this.strict ? calledType(type) : null;
    return text === null ? {} : { type: text };
  }

  /** Reports that this function is entered or left, where the options ask for it. */
  callScope(which: 'enter' | 'leave'): void {
    const scopes = this.options.scopes;
    if (scopes === null || this.scopeId === null) return;
    this.b.emit({
      kind: 'call',
      target: { kind: 'direct', symbol: this.program.namedFunction(scopes[which]) },
      signature: { params: ['i32'], result: null },
      args: [i32(this.scopeId)],
      result: null,
      valueUsed: false,
      site: this.site(this.fn.span),
    });
  }

  site(span: Span): SiteId {
    return this.program.site(span);
  }

  /** What is written from here on, this piece of text writes. */
  writing(span: Span): void {
    if (this.options.kind === 'recording') this.b.writes = this.site(span);
  }

  unsupported(span: Span, construct: UnsupportedConstruct, detail: string): void {
    this.program.fail(span, unsupportedMessage(construct, detail));
  }

  /** A frame slot for a value that has no name. */
  temporary(size: number, align = 8): SlotId {
    const site = this.site(this.fn.span);
    return this.b.newSlot({ name: '', size, align, declared: false, scoped: false, site });
  }

  storageOf(local: Local): Storage {
    const known = this.storage.get(local);
    if (known !== undefined) return known;
    const made = this.place(local);
    this.storage.set(local, made);
    return made;
  }

  private place(local: Local): Storage {
    const shape = shapeOf(local.type);
    if (!local.addressTaken) {
      if (shape.kind === 'scalar' && local.type.kind !== 'array') {
        return { kind: 'register', id: this.b.newLocal(shape.type) };
      }
      if (shape.kind === 'wide') {
        return { kind: 'wide', low: this.b.newLocal('i64'), high: this.b.newLocal('i64') };
      }
    }
    const scoped = this.scope !== this.functionScope;
    const slot = this.b.newSlot({
      name: local.name,
      size: sizeOf(local.type),
      align: Math.max(1, local.align, alignOf(local.type)),
      declared: true,
      scoped,
      site: this.site(local.span),
    });
    if (scoped) this.scope.slots.push(slot);
    return { kind: 'slot', slot };
  }

  label(name: string): Label {
    const known = this.labels.get(name);
    if (known !== undefined) return known;
    const made: Label = { block: this.b.newBlock(), scope: null, grown: new Set() };
    this.labels.set(name, made);
    return made;
  }

  labelIndex(name: string): number {
    const at = this.labelAddresses.indexOf(name);
    if (at >= 0) return at;
    this.labelAddresses.push(name);
    return this.labelAddresses.length - 1;
  }

  /** The value, safe from whatever is executed later. */
  keep(value: Value): Value {
    switch (value.kind) {
      case 'scalar':
        return scalar(this.b.keep(value.expr));
      case 'wide':
        return { kind: 'wide', low: this.b.keep(value.low), high: this.b.keep(value.high) };
      case 'record': {
        const slot = this.temporary(value.size);
        const address: Address = { kind: 'slot', slot, offset: 0 };
        this.b.emit({ kind: 'copy', to: address, from: value.address, size: value.size });
        return { kind: 'record', address, size: value.size };
      }
      case 'none':
        return value;
    }
  }

  /** Stands for a value that could not be lowered; the failure is already noted. */
  standIn(e: Expr): Value {
    const shape = shapeOf(e.type);
    switch (shape.kind) {
      case 'scalar':
        return scalar(
          shape.type === 'i32' || shape.type === 'i64'
            ? shape.type === 'i32'
              ? i32(0)
              : i64(0)
            : { kind: 'float', type: shape.type, value: 0 },
        );
      case 'wide':
        return { kind: 'wide', low: i64(0), high: i64(0) };
      case 'record': {
        const slot = this.temporary(shape.size);
        return { kind: 'record', address: { kind: 'slot', slot, offset: 0 }, size: shape.size };
      }
      case 'none':
        return NOTHING;
    }
  }

  read(id: LocalId): IrExpr {
    const type = this.b.locals[id];
    if (type === undefined) throw new Error(`no local ${id}`);
    return readLocal(id, type);
  }
}

/** The one scalar of a value that must be one. */
export function theScalar(value: Value): IrExpr {
  if (value.kind !== 'scalar') throw new Error(`a scalar was expected, not ${value.kind}`);
  return value.expr;
}
