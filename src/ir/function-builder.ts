/** Grows one function's control-flow graph: blocks, locals, frame slots. */
import { local } from './build.js';
import type {
  Block,
  BlockId,
  Expr,
  Instruction,
  LocalId,
  SiteId,
  Slot,
  SlotId,
  Terminator,
  ValueType,
} from './ir.js';

interface OpenBlock {
  readonly instructions: Instruction[];
  end: Terminator | null;
}

export class FunctionBuilder {
  private readonly blocks: OpenBlock[] = [{ instructions: [], end: null }];
  private current: OpenBlock | null = this.blocks[0] ?? null;
  readonly locals: ValueType[] = [];
  readonly slots: Slot[] = [];
  /** Where C writes what is written from here on; null: that is not recorded. */
  writes: SiteId | null = null;

  newBlock(): BlockId {
    this.blocks.push({ instructions: [], end: null });
    return this.blocks.length - 1;
  }

  /** Continues in `block`; what was open before goes there unless it has ended. */
  enter(block: BlockId): void {
    if (this.current?.end === null) this.current.end = { kind: 'goto', to: block };
    const target = this.blocks[block];
    if (target === undefined) throw new Error(`no block ${block}`);
    this.current = target;
  }

  /** Is anything reached here? */
  get reachable(): boolean {
    return this.current !== null && this.current.end === null;
  }

  emit(instruction: Instruction): void {
    if (this.current?.end === null) this.current.instructions.push(this.located(instruction));
  }

  private located(i: Instruction): Instruction {
    const writes = this.writes;
    if (writes === null) return i;
    return i.kind === 'store' || i.kind === 'copy' || i.kind === 'zero' ? { ...i, writes } : i;
  }

  end(terminator: Terminator): void {
    if (this.current?.end === null) this.current.end = terminator;
  }

  goto(block: BlockId): void {
    this.end({ kind: 'goto', to: block });
  }

  branch(test: Expr, then: BlockId, otherwise: BlockId, site?: SiteId): void {
    if (test.kind === 'int') this.goto(test.value !== 0n ? then : otherwise);
    else this.end({ kind: 'branch', test, then, otherwise, ...(site !== undefined && { site }) });
  }

  newLocal(type: ValueType): LocalId {
    this.locals.push(type);
    return this.locals.length - 1;
  }

  newSlot(slot: Slot): SlotId {
    this.slots.push(slot);
    return this.slots.length - 1;
  }

  slot(id: SlotId): Slot {
    const slot = this.slots[id];
    if (slot === undefined) throw new Error(`no slot ${id}`);
    return slot;
  }

  set(id: LocalId, value: Expr): void {
    this.emit({ kind: 'set', local: id, value });
  }

  /** The local is a variable of the text, which assigns to it. */
  assign(id: LocalId, value: Expr): void {
    const writes = this.writes;
    this.emit({ kind: 'set', local: id, value, ...(writes !== null && { writes }) });
  }

  /** The value, computed here and now, as something that nothing later can change. */
  keep(value: Expr): Expr {
    switch (value.kind) {
      case 'int':
      case 'float':
      case 'slot-address':
      case 'global-address':
      case 'function-address':
        return value;
      default: {
        const id = this.newLocal(value.type);
        this.set(id, value);
        return local(id, value.type);
      }
    }
  }

  /** Only what the entry reaches, renumbered in the order of a depth-first walk, so that dead code leaves no trace. */
  finish(): readonly Block[] {
    const number = new Map<BlockId, BlockId>();
    const order: { readonly instructions: readonly Instruction[]; readonly end: Terminator }[] = [];
    const pending: BlockId[] = [0];
    for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
      if (number.has(id)) continue;
      const block = this.blocks[id];
      if (block === undefined) throw new Error(`no block ${id}`);
      const end = block.end ?? { kind: 'fall-off' as const };
      number.set(id, order.length);
      order.push({ instructions: block.instructions, end });
      pending.push(...successors(end).reverse());
    }
    const renumber = (id: BlockId): BlockId => number.get(id) ?? 0;
    return order.map(({ instructions, end }) => ({
      instructions,
      end: withTargets(end, renumber),
    }));
  }
}

export function successors(end: Terminator): BlockId[] {
  switch (end.kind) {
    case 'goto':
      return [end.to];
    case 'branch':
      return [end.then, end.otherwise];
    case 'table':
      return [...end.targets, end.otherwise];
    case 'return':
    case 'fall-off':
    case 'trap':
      return [];
  }
}

export function withTargets(end: Terminator, map: (id: BlockId) => BlockId): Terminator {
  switch (end.kind) {
    case 'goto':
      return { kind: 'goto', to: map(end.to) };
    case 'branch':
      return { ...end, then: map(end.then), otherwise: map(end.otherwise) };
    case 'table':
      return { ...end, targets: end.targets.map(map), otherwise: map(end.otherwise) };
    case 'return':
    case 'fall-off':
    case 'trap':
      return end;
  }
}
