/** Rebuilds IR with parts replaced; constants fold on the way, and accesses through known addresses become direct. */
import {
  addressValue,
  binary,
  cast,
  floatBinary,
  floatUnary,
  pointerAddress,
  select,
  unary,
} from './build.js';
import type {
  Address,
  Block,
  BlockId,
  CallTarget,
  Expr,
  Instruction,
  IrFunction,
  LocalId,
  SlotId,
  Symbol,
  Terminator,
} from './ir.js';
import { successors, withTargets } from './function-builder.js';
import { signatureKey } from './signature-key.js';

export type Callable = Pick<IrFunction, 'signature' | 'type'>;

export interface Replacement {
  /** What reading a local means now. */
  read(id: LocalId, type: Extract<Expr, { kind: 'local' }>['type']): Expr;
  write(id: LocalId): LocalId;
  slot(id: SlotId): SlotId;
  block(id: BlockId): BlockId;
  slotSize(slot: SlotId): number;
  objectSize(symbol: Symbol): number;
  /** What a function can be called as. */
  called(symbol: Symbol): Callable | null;
}

export function rewriteExpr(e: Expr, r: Replacement): Expr {
  switch (e.kind) {
    case 'int':
    case 'float':
    case 'global-address':
    case 'function-address':
    case 'frame-address':
      return e;
    case 'local':
      return r.read(e.id, e.type);
    case 'int-unary':
      return unary(e.op, e.of, rewriteExpr(e.value, r));
    case 'int-binary':
      return binary(e.op, e.of, rewriteExpr(e.left, r), rewriteExpr(e.right, r));
    case 'float-unary':
      return floatUnary(e.op, e.type, rewriteExpr(e.value, r));
    case 'float-binary':
      return floatBinary(e.op, e.of, rewriteExpr(e.left, r), rewriteExpr(e.right, r));
    case 'cast':
      return cast(e.op, e.type, rewriteExpr(e.value, r));
    case 'load':
      return { ...e, address: rewriteAddress(e.address, e.bytes, r) };
    case 'select':
      return select(rewriteExpr(e.test, r), rewriteExpr(e.then, r), rewriteExpr(e.otherwise, r));
    case 'slot-address':
      return { ...e, slot: r.slot(e.slot) };
  }
}

export function rewriteAddress(address: Address, bytes: number, r: Replacement): Address {
  switch (address.kind) {
    case 'slot':
      return { ...address, slot: r.slot(address.slot) };
    case 'global':
      return address;
    case 'raw':
      return { ...address, base: rewriteExpr(address.base, r) };
    case 'pointer': {
      const pointer = rewriteExpr(address.pointer, r);
      const at = address.offset;
      if (pointer.kind === 'slot-address') {
        const offset = pointer.offset + at;
        if (offset >= 0 && offset + bytes <= r.slotSize(pointer.slot)) {
          return { kind: 'slot', slot: pointer.slot, offset };
        }
      }
      if (pointer.kind === 'global-address') {
        const offset = pointer.offset + at;
        if (offset >= 0 && offset + bytes <= r.objectSize(pointer.symbol)) {
          return { kind: 'global', symbol: pointer.symbol, offset };
        }
      }
      if (pointer === address.pointer) return address;
      return pointerAddress(
        addressValue({ kind: 'pointer', pointer, offset: at, site: address.site }),
        0,
        address.site,
      );
    }
  }
}

export function rewriteInstruction(i: Instruction, r: Replacement): Instruction {
  const expr = (e: Expr): Expr => rewriteExpr(e, r);
  switch (i.kind) {
    case 'set':
      return { ...i, local: r.write(i.local), value: expr(i.value) };
    case 'store':
      return { ...i, address: rewriteAddress(i.address, i.bytes, r), value: expr(i.value) };
    case 'evaluate':
      return { ...i, value: expr(i.value) };
    case 'copy':
      return {
        ...i,
        to: rewriteAddress(i.to, i.size, r),
        from: rewriteAddress(i.from, i.size, r),
      };
    case 'zero':
      return { ...i, to: rewriteAddress(i.to, i.size, r) };
    case 'move-bytes':
      return { ...i, to: expr(i.to), from: expr(i.from), size: expr(i.size) };
    case 'fill-bytes':
      return { ...i, to: expr(i.to), byte: expr(i.byte), size: expr(i.size) };
    case 'call':
      return {
        ...i,
        target: i.target.kind === 'indirect' ? through(expr(i.target.pointer), i, r) : i.target,
        args: i.args.map(expr),
        result: i.result === null ? null : r.write(i.result),
      };
    case 'trap-if':
      return {
        ...i,
        test: expr(i.test),
        argument: i.argument === null ? null : expr(i.argument),
      };
    case 'cover':
      return i;
    case 'alloca':
      return { ...i, result: r.write(i.result), size: expr(i.size) };
    case 'save-stack':
      return { ...i, result: r.write(i.result) };
    case 'restore-stack':
      return { ...i, from: r.write(i.from) };
    case 'scope':
      return { ...i, slots: i.slots.map((slot) => r.slot(slot)) };
    case 'allocate':
      return {
        ...i,
        result: r.write(i.result),
        pointer: expr(i.pointer),
        size: expr(i.size),
      };
    case 'free':
      return { ...i, pointer: expr(i.pointer) };
    case 'observe':
      return { ...i, value: expr(i.value) };
    case 'undefine':
      return { ...i, local: r.write(i.local) };
    case 'guard':
      return {
        ...i,
        result: r.write(i.result),
        pointer: expr(i.pointer),
        object: expr(i.object),
      };
  }
}

/** A pointer that is known is a call like any other; with another signature or C type it traps where it is called. */
function through(
  pointer: Expr,
  call: Extract<Instruction, { kind: 'call' }>,
  r: Replacement,
): CallTarget {
  const known = pointer.kind === 'function-address' ? r.called(pointer.symbol) : null;
  if (pointer.kind !== 'function-address' || known === null || !callableAs(known, call))
    return { kind: 'indirect', pointer };
  return { kind: 'direct', symbol: pointer.symbol };
}

function callableAs(fn: Callable, call: Callable): boolean {
  const sameType = fn.type === undefined || call.type === undefined || fn.type === call.type;
  return sameType && signatureKey(fn.signature) === signatureKey(call.signature);
}

export function rewriteEnd(end: Terminator, r: Replacement): Terminator {
  const to = (id: BlockId): BlockId => r.block(id);
  switch (end.kind) {
    case 'goto':
      return { kind: 'goto', to: to(end.to) };
    case 'branch': {
      const test = rewriteExpr(end.test, r);
      if (test.kind === 'int') {
        return { kind: 'goto', to: to(test.value !== 0n ? end.then : end.otherwise) };
      }
      return { ...end, test, then: to(end.then), otherwise: to(end.otherwise) };
    }
    case 'table': {
      const index = rewriteExpr(end.index, r);
      if (index.kind === 'int') {
        const at = Number(BigInt.asUintN(32, index.value));
        return { kind: 'goto', to: to(end.targets[at] ?? end.otherwise) };
      }
      return { ...end, index, targets: end.targets.map(to), otherwise: to(end.otherwise) };
    }
    case 'return':
      return end.value === null ? end : { ...end, value: rewriteExpr(end.value, r) };
    case 'fall-off':
      return end;
    case 'trap':
      return end.argument === null ? end : { ...end, argument: rewriteExpr(end.argument, r) };
  }
}

/** Drops what the entry does not reach, and numbers the rest by a depth-first walk. */
export function reachableBlocks(blocks: readonly Block[]): readonly Block[] {
  const number = new Map<BlockId, BlockId>();
  const order: Block[] = [];
  const pending: BlockId[] = [0];
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    if (number.has(id)) continue;
    const block = blocks[id];
    if (block === undefined) throw new Error(`no block ${id}`);
    number.set(id, order.length);
    order.push(block);
    pending.push(...successors(block.end).reverse());
  }
  return order.map(({ instructions, end }) => ({
    instructions,
    end: withTargets(end, (id) => number.get(id) ?? 0),
  }));
}
