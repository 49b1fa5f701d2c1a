/**
 * Inlining, callees first. The kernel's text is written for a compiler that inlines: accessors of one line in headers,
 * static functions that are called once. Arguments that are constants, addresses of objects or unchanging locals take the
 * parameter's place, so that tests on them fold and accesses through them need no check.
 */
import { float, int, local } from './build.js';
import type {
  Block,
  Expr,
  Instruction,
  IrFunction,
  LocalId,
  Slot,
  Symbol,
  ValueType,
} from './ir.js';
import { assignedBy, liveAtEntry } from './liveness.js';
import { propagate } from './propagate.js';
import { reachableBlocks, rewriteEnd, rewriteInstruction, type Replacement } from './rewrite.js';

export interface InlineOptions {
  /** Functions that must not vanish into their only caller. */
  readonly kept: ReadonlySet<Symbol>;
  /** Functions that can come back to themselves. */
  readonly recursive: ReadonlySet<Symbol>;
  /** Functions whose calls stay calls. */
  readonly never: ReadonlySet<Symbol>;
  objectSize(symbol: Symbol): number;
}

/** Weights: how large a function may be to go into every caller, into its only one, and how large a caller may become. */
const SMALL = 180;
const ONLY_CALLER = 800;
const MAX_CALLER = 6000;
/** A function that is inlined may call what its caller named, which may do so in its turn. */
const ROUNDS = 3;

type Known = Pick<Replacement, 'objectSize' | 'called'>;

export function inlineCalls(
  functions: readonly IrFunction[],
  options: InlineOptions,
): readonly IrFunction[] {
  const originals = new Map(functions.map((fn) => [fn.symbol, fn]));
  const callers = countCallers(functions);
  const facts: Known = {
    objectSize: (symbol) => options.objectSize(symbol),
    called: (symbol) => originals.get(symbol) ?? null,
  };
  const done = new Map<Symbol, IrFunction>();
  const visiting = new Set<Symbol>();
  const visit = (fn: IrFunction): IrFunction => {
    const known = done.get(fn.symbol);
    if (known !== undefined) return known;
    if (visiting.has(fn.symbol)) return fn;
    visiting.add(fn.symbol);
    const pick = (symbol: Symbol): IrFunction | null => {
      const callee = done.get(symbol);
      if (callee === undefined || !canInline(callee, options)) return null;
      const size = weightOf(callee);
      const only = callers.get(symbol) === 1 && !options.kept.has(symbol);
      return size <= (only ? ONLY_CALLER : SMALL) ? callee : null;
    };
    let made = fn;
    for (let round = 0; round < ROUNDS; round++) {
      // what was called through a pointer before may be known now
      for (const symbol of calleesOf(made)) {
        const callee = originals.get(symbol);
        if (callee !== undefined) visit(callee);
      }
      const inlined = inlineInto(made, pick, facts);
      if (inlined === made) break;
      made = propagate(inlined, facts);
    }
    done.set(fn.symbol, made);
    return made;
  };
  functions.forEach(visit);
  const all = functions.map((fn) => done.get(fn.symbol) ?? fn);
  return withoutUnused(all, options.kept);
}

function calleesOf(fn: IrFunction): readonly Symbol[] {
  const symbols: Symbol[] = [];
  for (const block of fn.blocks) {
    for (const i of block.instructions) {
      if (i.kind === 'call' && i.target.kind === 'direct') symbols.push(i.target.symbol);
    }
  }
  return symbols;
}

function countCallers(functions: readonly IrFunction[]): ReadonlyMap<Symbol, number> {
  const counts = new Map<Symbol, number>();
  for (const fn of functions) {
    for (const symbol of calleesOf(fn)) counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
  }
  return counts;
}

function withoutUnused(
  functions: readonly IrFunction[],
  kept: ReadonlySet<Symbol>,
): readonly IrFunction[] {
  const bodies = new Map(functions.map((fn) => [fn.symbol, fn]));
  const used = new Set<Symbol>();
  const pending = [...kept];
  for (let symbol = pending.pop(); symbol !== undefined; symbol = pending.pop()) {
    const fn = bodies.get(symbol);
    if (used.has(symbol) || fn === undefined) continue;
    used.add(symbol);
    pending.push(...calleesOf(fn));
  }
  return functions.filter((fn) => used.has(fn.symbol));
}

function canInline(fn: IrFunction, options: InlineOptions): boolean {
  return (
    !fn.movesStack &&
    !fn.mayFallOff &&
    !options.recursive.has(fn.symbol) &&
    !options.never.has(fn.symbol) &&
    !fn.slots.some((slot) => slot.align > 16) &&
    !usesFrameAddress(fn)
  );
}

const frameUsers = new WeakMap<IrFunction, boolean>();

function usesFrameAddress(fn: IrFunction): boolean {
  const known = frameUsers.get(fn);
  if (known !== undefined) return known;
  let found = false;
  const look = (e: Expr): void => {
    if (e.kind === 'frame-address') found = true;
  };
  for (const block of fn.blocks) {
    for (const i of block.instructions) {
      if (i.kind === 'set') look(i.value);
      if (i.kind === 'store') look(i.value);
      if (i.kind === 'call') i.args.forEach(look);
    }
    if (block.end.kind === 'return' && block.end.value !== null) look(block.end.value);
  }
  frameUsers.set(fn, found);
  return found;
}

/* ---------- size ---------- */

const weights = new WeakMap<IrFunction, number>();

function weightOf(fn: IrFunction): number {
  const known = weights.get(fn);
  if (known !== undefined) return known;
  let weight = 0;
  for (const block of fn.blocks) {
    weight += 2;
    for (const i of block.instructions) weight += weightOfInstruction(i);
  }
  weights.set(fn, weight);
  return weight;
}

function weightOfInstruction(i: Instruction): number {
  switch (i.kind) {
    case 'call':
      return 4 + i.args.length;
    case 'set':
    case 'evaluate':
      return weightOfExpr(i.value);
    case 'store':
      return 2 + weightOfExpr(i.value);
    case 'copy':
    case 'zero':
      return 3 + i.size / 8;
    case 'trap-if':
      return 3 + weightOfExpr(i.test);
    case 'cover':
    case 'scope':
      return 1;
    default:
      return 6;
  }
}

function weightOfExpr(e: Expr): number {
  switch (e.kind) {
    case 'int-unary':
    case 'float-unary':
    case 'cast':
      return 1 + weightOfExpr(e.value);
    case 'int-binary':
    case 'float-binary':
      return 1 + weightOfExpr(e.left) + weightOfExpr(e.right);
    case 'load':
      return e.address.kind === 'pointer' ? 4 + weightOfExpr(e.address.pointer) : 1;
    case 'select':
      return 1 + weightOfExpr(e.test) + weightOfExpr(e.then) + weightOfExpr(e.otherwise);
    default:
      return 0;
  }
}

/* ---------- one caller ---------- */

class Caller {
  readonly locals: ValueType[];
  readonly slots: Slot[];
  readonly blocks: { instructions: Instruction[]; end: Block['end'] }[] = [];

  constructor(readonly fn: IrFunction) {
    this.locals = [...fn.locals];
    this.slots = [...fn.slots];
  }
}

function inlineInto(
  fn: IrFunction,
  pick: (symbol: Symbol) => IrFunction | null,
  known: Known,
): IrFunction {
  let weight = weightOf(fn);
  let changed = false;
  const caller = new Caller(fn);
  fn.blocks.forEach((block) => {
    caller.blocks.push({ instructions: [], end: block.end });
  });
  fn.blocks.forEach((block, id) => {
    let at = id;
    for (const i of block.instructions) {
      const callee =
        i.kind === 'call' && i.target.kind === 'direct' && i.target.symbol !== fn.symbol
          ? pick(i.target.symbol)
          : null;
      if (i.kind !== 'call' || callee === null || weight + weightOf(callee) > MAX_CALLER) {
        caller.blocks[at]?.instructions.push(i);
        continue;
      }
      if (!sameTypes(i, callee)) {
        caller.blocks[at]?.instructions.push(i);
        continue;
      }
      weight += weightOf(callee);
      changed = true;
      const after = caller.blocks.length;
      caller.blocks.push({ instructions: [], end: block.end });
      splice(caller, at, after, i, callee, known);
      at = after;
    }
  });
  if (!changed) return fn;
  return {
    ...fn,
    locals: caller.locals,
    slots: caller.slots,
    blocks: reachableBlocks(caller.blocks),
  };
}

/** A call through another prototype is left to the emitter, which adapts the arguments. */
function sameTypes(call: Extract<Instruction, { kind: 'call' }>, callee: IrFunction): boolean {
  const { params, result } = callee.signature;
  return (
    params.length === call.args.length &&
    params.every((type, at) => call.args[at]?.type === type) &&
    result === call.signature.result
  );
}

function splice(
  caller: Caller,
  from: number,
  after: number,
  call: Extract<Instruction, { kind: 'call' }>,
  callee: IrFunction,
  known: Known,
): void {
  const assigned = new Set<LocalId>();
  for (const block of callee.blocks) {
    for (const i of block.instructions) {
      const id = assignedBy(i);
      if (id !== null) assigned.add(id);
    }
  }
  const newLocal = (type: ValueType): LocalId => {
    caller.locals.push(type);
    return caller.locals.length - 1;
  };
  const before = caller.blocks[from];
  if (before === undefined) throw new Error('no block');
  const values = new Map<LocalId, Expr>();
  const moved = new Map<LocalId, LocalId>();
  call.args.forEach((arg, id) => {
    if (!assigned.has(id) && standsForItself(arg)) {
      values.set(id, arg);
      return;
    }
    const made = newLocal(arg.type);
    moved.set(id, made);
    before.instructions.push({ kind: 'set', local: made, value: arg });
  });
  const unset = liveAtEntry(callee.blocks);
  callee.locals.forEach((type, id) => {
    if (id < call.args.length) return;
    const made = newLocal(type);
    moved.set(id, made);
    // an inlined body may run many times, and each time begins as a call would
    if (unset.has(id)) before.instructions.push({ kind: 'set', local: made, value: zero(type) });
  });
  const firstSlot = caller.slots.length;
  const scopedSlots: number[] = [];
  callee.slots.forEach((slot, id) => {
    caller.slots.push({ ...slot, scoped: slot.declared });
    if (!slot.declared) return;
    scopedSlots.push(firstSlot + id);
  });
  const wide = callee.slots.flatMap((slot, id) =>
    slot.declared && !slot.scoped ? [firstSlot + id] : [],
  );
  if (wide.length > 0) before.instructions.push({ kind: 'scope', slots: wide, how: 'enter' });
  callee.slots.forEach((slot, id) => {
    if (slot.declared && slot.size > 0) {
      before.instructions.push({
        kind: 'zero',
        to: { kind: 'slot', slot: firstSlot + id, offset: 0 },
        size: slot.size,
        fresh: true,
      });
    }
  });

  const firstBlock = caller.blocks.length;
  before.end = { kind: 'goto', to: firstBlock };
  const replacement: Replacement = {
    read: (id, type) => {
      const value = values.get(id);
      return value ?? local(moved.get(id) ?? id, type);
    },
    write: (id) => moved.get(id) ?? id,
    slot: (id) => firstSlot + id,
    block: (id) => firstBlock + id,
    slotSize: (slot) => caller.slots[slot]?.size ?? 0,
    ...known,
  };
  for (const block of callee.blocks) {
    const instructions = block.instructions
      .map((i) => rewriteInstruction(i, replacement))
      .filter((i) => !(i.kind === 'trap-if' && i.test.kind === 'int' && i.test.value === 0n));
    if (block.end.kind === 'return') {
      if (call.result !== null && block.end.value !== null) {
        const end = rewriteEnd(block.end, replacement);
        if (end.kind === 'return' && end.value !== null) {
          instructions.push({ kind: 'set', local: call.result, value: end.value });
        }
      }
      if (scopedSlots.length > 0) {
        instructions.push({ kind: 'scope', slots: scopedSlots, how: 'leave' });
      }
      caller.blocks.push({ instructions, end: { kind: 'goto', to: after } });
    } else {
      caller.blocks.push({ instructions, end: rewriteEnd(block.end, replacement) });
    }
  }
}

/** May be written wherever the parameter is read: nothing in the callee changes it. */
function standsForItself(arg: Expr): boolean {
  switch (arg.kind) {
    case 'int':
    case 'float':
    case 'local':
    case 'slot-address':
    case 'global-address':
    case 'function-address':
      return true;
    default:
      return false;
  }
}

function zero(type: ValueType): Expr {
  return type === 'i32' || type === 'i64' ? int(type, 0) : float(type, 0);
}
