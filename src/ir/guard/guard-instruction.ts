/** Instructions with their accesses guarded, and what is noted of pointers and unset bits beside them. */
import { DEAD, OBJECT_KINDS } from '../../exec/program.js';
import { adapt } from '../lower-conversion.js';
import { cast, i32, int, local } from '../build.js';
import type { Address, Expr, Instruction, Signature, SiteId, SlotId } from '../ir.js';
import {
  guardAddress,
  guardExpr,
  guardPointer,
  kept,
  notePointer,
  type Guarded,
} from './guard-expression.js';
import { guardedSignature, type FunctionGuard } from './guard-function.js';
import { setWriter, wrote } from './last-writes.js';
import { MAX_CALLERS } from './layout.js';
import { allUnset, bitsOf, wholly } from './unset-bits.js';

export function guardInstruction(g: FunctionGuard, i: Instruction): void {
  switch (i.kind) {
    case 'set':
      assign(g, i.local, guardExpr(g, i.value, g.objectOfLocal(i.local) !== null), i.writes);
      return;
    case 'undefine': {
      const unset = g.unsetOfLocal(i.local);
      const type = g.fn.locals[i.local] ?? 'i32';
      if (unset !== null) g.emit({ kind: 'set', local: unset, value: allUnset(type) });
      setWriter(g, i.local, null);
      return;
    }
    case 'evaluate':
      g.emit({ kind: 'evaluate', value: guardExpr(g, i.value, false).value });
      return;
    case 'observe': {
      const { value, unset, writer } = guardExpr(g, i.value, false);
      g.needSet(unset, i.site, g.causeOf(i.value), writer);
      if (unset === null) g.emit({ kind: 'evaluate', value });
      return;
    }
    case 'store':
      store(g, i);
      return;
    case 'copy': {
      const from = guardAddress(g, i.from, i.size);
      const to = guardAddress(g, i.to, i.size);
      g.emit({ kind: 'copy', to: to.place, from: from.place, size: i.size });
      if (!to.exempt && !from.exempt) g.copied(to.place, from.place, i32(i.size));
      if (!to.exempt) wrote(g, to.place, i32(i.size), i.writes, null);
      return;
    }
    case 'zero': {
      const to = guardAddress(g, i.to, i.size);
      g.emit({ ...i, to: to.place });
      if (!to.exempt) g.mark(to.place, i32(i.size), !i.fresh);
      if (!to.exempt && !i.fresh) wrote(g, to.place, i32(i.size), i.writes, null);
      return;
    }
    case 'move-bytes':
      moveBytes(g, i);
      return;
    case 'fill-bytes':
      fillBytes(g, i);
      return;
    case 'call':
      call(g, i);
      return;
    case 'trap-if': {
      const test = guardExpr(g, i.test, false);
      const argument = i.argument === null ? null : guardExpr(g, i.argument, false).value;
      const both = test.unset === null && !g.records ? test : kept(g, test);
      // a _Bool may be read early, before it is known whether anybody needs it
      if (i.trap !== 'invalid-value') g.needSet(both.unset, i.site, g.causeOf(i.test), both.writer);
      g.blame(both.writer);
      g.emit({ ...i, test: both.value, argument });
      return;
    }
    case 'cover':
    case 'save-stack':
      g.emit(i.kind === 'save-stack' ? { ...i, result: g.renamed(i.result) } : i);
      return;
    case 'alloca':
      alloca(g, i);
      return;
    case 'restore-stack':
      g.forget();
      g.runtime('kill_allocas', [local(g.renamed(i.from), 'i32'), i32(g.fn.site)], null, g.fn.site);
      g.emit({ ...i, from: g.renamed(i.from) });
      return;
    case 'scope':
      for (const slot of i.slots) {
        switch (i.how) {
          case 'enter':
            enterSlot(g, slot);
            break;
          case 'arrive':
            arriveAtSlot(g, slot);
            break;
          case 'leave':
            leaveSlot(g, slot, g.fn.site);
            break;
        }
      }
      if (i.how === 'leave') g.forget();
      return;
    case 'allocate': {
      const pointer = guardPointer(g, i.pointer, i.site);
      const size = guardPointer(g, i.size, i.site);
      const object = g.objectOfLocal(i.result) ?? g.newLocal('i32');
      g.runtime('allocate', [pointer.value, size.value, i32(i.site)], object, i.site);
      g.emit({ kind: 'set', local: g.renamed(i.result), value: pointer.value });
      setUnset(g, i.result, null);
      setWriter(g, i.result, null);
      g.checked.delete(g.renamed(i.result));
      return;
    }
    case 'free': {
      const pointer = guardPointer(g, i.pointer, i.site);
      g.forget();
      g.blame(pointer.writer);
      g.runtime('free', [pointer.value, pointer.object ?? i32(0), i32(i.site)], null, i.site);
      return;
    }
    case 'guard':
      throw new Error('guarded twice');
  }
}

/** The shadows are computed from the values as they were before. */
function assign(g: FunctionGuard, id: number, from: Guarded, writes?: SiteId): void {
  const object = g.objectOfLocal(id);
  if (object !== null) g.emit({ kind: 'set', local: object, value: from.object ?? i32(0) });
  setUnset(g, id, from.unset);
  setWriter(g, id, from.writer, writes);
  g.emit({ kind: 'set', local: g.renamed(id), value: from.value });
  g.checked.delete(g.renamed(id));
}

function setUnset(g: FunctionGuard, id: number, value: Expr | null): void {
  const unset = g.unsetOfLocal(id);
  if (unset === null) return;
  const type = g.fn.locals[id] ?? 'i32';
  g.emit({ kind: 'set', local: unset, value: value ?? g.zeroOf(type) });
}

function store(g: FunctionGuard, i: Extract<Instruction, { kind: 'store' }>): void {
  const wants = i.value.type === 'i64' && i.bytes === 8;
  let from = guardExpr(g, i.value, wants);
  if (from.object !== null || from.unset !== null || g.records) from = kept(g, from);
  const { place, exempt } = guardAddress(g, i.address, i.bytes);
  g.emit({ kind: 'store', address: place, bytes: i.bytes, value: from.value });
  if (exempt) return;
  const unset = g.unsetPlace(place);
  if (unset !== null) {
    const value = from.unset ?? g.zeroOf(i.value.type);
    g.emit({ kind: 'store', address: unset, bytes: i.bytes, value });
  }
  if (from.object !== null) notePointer(g, place, from.value, from.object);
  wrote(g, place, i32(i.bytes), i.writes, from.writer);
}

function moveBytes(g: FunctionGuard, i: Extract<Instruction, { kind: 'move-bytes' }>): void {
  const size = guardPointer(g, i.size, i.site).value;
  const from = guardPointer(g, i.from, i.site);
  const to = guardPointer(g, i.to, i.site);
  const exempt = g.program.exempt(i.site);
  if (!exempt) {
    range(g, to, size, i.site);
    range(g, from, size, i.site);
  }
  g.emit({ ...i, to: to.value, from: from.value, size });
  if (exempt) return;
  g.runtime('copied', [low(to.value), low(from.value), low(size)], null, i.site);
  wrote(g, placeOf(to), low(size), i.site, null);
}

function fillBytes(g: FunctionGuard, i: Extract<Instruction, { kind: 'fill-bytes' }>): void {
  const size = guardPointer(g, i.size, i.site).value;
  const byte = guardExpr(g, i.byte, false);
  const to = guardPointer(g, i.to, i.site);
  const exempt = g.program.exempt(i.site);
  if (!exempt) range(g, to, size, i.site);
  g.emit({ ...i, to: to.value, byte: byte.value, size });
  if (!g.tracks || exempt) return;
  const mask = wholly([byte.unset], 'i32') ?? i32(0);
  g.runtime('mark', [low(to.value), low(size), mask], null, i.site);
  wrote(g, placeOf(to), low(size), i.site, null);
}

const placeOf = ({ value }: Guarded): Address => ({ kind: 'raw', base: low(value), offset: 0 });

const low = (e: Expr): Expr => cast('i32.wrap', 'i32', e);

function range(g: FunctionGuard, pointer: Guarded, size: Expr, site: SiteId): void {
  const at = g.newLocal('i32');
  g.blame(pointer.writer);
  g.runtime('check', [pointer.value, pointer.object ?? i32(0), size, i32(site)], at, site);
}

/* ---------- calls ---------- */

function call(g: FunctionGuard, i: Extract<Instruction, { kind: 'call' }>): void {
  if (i.target.kind === 'runtime') {
    const args = i.args.map((arg) => guardExpr(g, arg, false));
    g.emit({
      ...i,
      args: args.map(({ value }) => value),
      result: i.result === null ? null : g.renamed(i.result),
    });
    if (i.result !== null && i.signature.result !== null)
      setUnset(
        g,
        i.result,
        wholly(
          args.map(({ unset }) => unset),
          i.signature.result,
        ),
      );
    if (i.result !== null) setWriter(g, i.result, null);
    return;
  }
  const pointer = i.target.kind === 'direct' ? null : guardPointer(g, i.target.pointer, i.site);
  const target =
    pointer === null ? i.target : { kind: 'indirect' as const, pointer: pointer.value };
  const callee = i.target.kind === 'direct' ? g.program.signatureOf(i.target.symbol) : null;
  const signature: Signature = callee ?? i.signature;
  const args = signature.params.map((type, at): Guarded => {
    const arg = i.args[at];
    // a call through another prototype: what is missing is zero, what is too much is dropped
    const value = arg === undefined ? int('i32', 0) : arg;
    return guardExpr(g, adapt(value, type), true);
  });
  const passed = [
    ...args.map(({ value }) => value),
    ...args.flatMap(({ object, value }) => (value.type === 'i64' ? [object ?? i32(0)] : [])),
    ...(g.tracks ? args.map(({ unset, value }) => unset ?? g.zeroOf(value.type)) : []),
    ...(g.records ? args.map(({ writer }) => writer ?? i32(0)) : []),
  ];
  const noted = !g.outermost && i.target.kind === 'direct' && g.program.allocates(i.target.symbol);
  if (noted) pushCaller(g, i.site);
  if (pointer !== null) g.blame(pointer.writer);
  g.emit({
    ...i,
    target,
    signature: guardedSignature(signature, g.layout),
    args: passed,
    result: i.result === null ? null : g.renamed(i.result),
  });
  if (noted) popCaller(g);
  g.forget();
  if (i.result === null) return;
  const { resultObject, resultUnset, resultWriter } = g.layout.cells;
  if (g.records) setWriter(g, i.result, g.cell(resultWriter, 'i32'));
  const object = g.objectOfLocal(i.result);
  if (object !== null) {
    const known = signature.result === 'i64' ? g.cell(resultObject, 'i32') : i32(0);
    g.emit({ kind: 'set', local: object, value: known });
  }
  const unset = g.cell(resultUnset, 'i64');
  const bits = bitsOf(g.fn.locals[i.result] ?? 'i32');
  setUnset(g, i.result, bits === 'i32' ? low(unset) : unset);
}

function pushCaller(g: FunctionGuard, site: SiteId): void {
  const { depth, callers } = g.layout.cells;
  const at = g.keep(g.cell(depth, 'i32'));
  const place = wrapped(at);
  g.emit({
    kind: 'store',
    address: { kind: 'raw', base: place, offset: callers },
    bytes: 4,
    value: i32(site),
  });
  g.setCell(depth, {
    kind: 'int-binary',
    type: 'i32',
    of: 'i32',
    op: 'add',
    left: at,
    right: i32(1),
  });
}

function popCaller(g: FunctionGuard): void {
  const { depth } = g.layout.cells;
  const now = g.cell(depth, 'i32');
  g.setCell(depth, {
    kind: 'int-binary',
    type: 'i32',
    of: 'i32',
    op: 'sub',
    left: now,
    right: i32(1),
  });
}

/** Byte offset in the ring of callers. */
function wrapped(depth: Expr): Expr {
  const slot: Expr = {
    kind: 'int-binary',
    type: 'i32',
    of: 'i32',
    op: 'and',
    left: depth,
    right: i32(MAX_CALLERS - 1),
  };
  return { kind: 'int-binary', type: 'i32', of: 'i32', op: 'shl', left: slot, right: i32(2) };
}

/* ---------- objects on the stack ---------- */

function alloca(g: FunctionGuard, i: Extract<Instruction, { kind: 'alloca' }>): void {
  const size = guardPointer(g, i.size, i.site).value;
  const result = g.renamed(i.result);
  g.emit({ ...i, result, size });
  const object = g.objectOfLocal(i.result) ?? g.newLocal('i32');
  g.runtime('alloca_object', [low(local(result, 'i64')), low(size), i32(i.site)], object, i.site);
  setUnset(g, i.result, null);
  setWriter(g, i.result, null);
  g.checked.delete(result);
}

/** A jump into a scope finds an object that exists by then, with what was in it. */
function arriveAtSlot(g: FunctionGuard, slot: SlotId): void {
  if (!g.escaping.has(slot)) return;
  const { size, site } = g.fn.slots[slot] ?? { size: 0, site: 0 };
  const object = g.objectOfSlot(slot);
  const place = g.offsetOf({ kind: 'slot', slot, offset: 0 });
  g.runtime('arrive', [local(object, 'i32'), place, i32(size), i32(site)], object, site);
}

/** The slot's object begins, without a value. */
export function enterSlot(g: FunctionGuard, slot: SlotId): void {
  const { size, declared, site } = g.fn.slots[slot] ?? { size: 0, declared: false, site: 0 };
  if (size === 0 && !g.escaping.has(slot)) return;
  if (g.escaping.has(slot)) {
    const place = g.offsetOf({ kind: 'slot', slot, offset: 0 });
    g.runtime(
      'object',
      [place, i32(size), i32(OBJECT_KINDS.stack), i32(site)],
      g.objectOfSlot(slot),
      site,
    );
  }
  if (declared && size > 0) g.mark({ kind: 'slot', slot, offset: 0 }, i32(size), false);
}

export function leaveSlot(g: FunctionGuard, slot: SlotId, site: SiteId): void {
  if (!g.escaping.has(slot)) return;
  const object = g.objectOfSlot(slot);
  g.runtime('kill', [local(object, 'i32'), i32(DEAD.left), i32(site)], null, site);
  g.emit({ kind: 'set', local: object, value: i32(0) });
}
