/**
 * One IR function as a WebAssembly function. Control flow follows the dominator tree: what a block dominates is written
 * inside or behind it, loops around their headers (N. Ramsey, "Beyond Relooper", ICFP 2022).
 */
import type { Block, BlockId, IrFunction, LocalId, SlotId, ValueType } from '../ir/ir.js';
import { availableChecks } from './available-checks.js';
import { bytesOf, layFrame, type FrameLayout } from './frame.js';
import { FuelMeter } from './fuel-meter.js';
import { goesBack, graphOf, type Graph } from './graph.js';
import { zeroFrame } from './emit-frame.js';
import { emitInstruction } from './emit-instruction.js';
import { emitExpr } from './emit-expression.js';
import { deadLocals, type DeadLocals } from './dead-locals.js';
import { CELLS, STACK_START } from './memory-map.js';
import type { ModuleContext, Ref } from './module-context.js';
import type { WasmFunction } from './encode/encode-module.js';
import { makeReducible } from './reducible.js';
import { trapNumber } from './runtime.js';

/** What is emitted so far may be executed only once per path; null: the function cannot be left normally here. */
export class FunctionEmitter {
  readonly locals: ValueType[];
  readonly blocks: readonly Block[];
  readonly graph: Graph;
  readonly frame: FrameLayout;
  /** Wasm local that holds the frame pointer; -1: no frame. */
  readonly framePointer: number;
  private readonly savedStack: number;
  readonly fuel: FuelMeter;
  /** Inspectable modules only. */
  private readonly dead: DeadLocals | null;
  /** For each pointer local, the Wasm local with its narrowed address. */
  private readonly narrowed = new Map<LocalId, number>();
  /** Pointers that are checked at the point of emission. */
  checked = new Set<LocalId>();
  private readonly available: readonly Set<LocalId>[];
  private readonly merges = new Set<BlockId>();
  private readonly headers = new Set<BlockId>();
  private readonly children: BlockId[][];

  constructor(
    readonly c: ModuleContext,
    readonly fn: IrFunction,
  ) {
    this.locals = [...fn.locals];
    this.blocks = makeReducible(fn.blocks, () => this.newLocal('i32'));
    this.graph = graphOf(this.blocks);
    this.dead = c.kind === 'inspectable' ? deadLocals(this.blocks) : null;
    this.frame = layFrame({ ...fn, locals: this.locals }, c.kind);
    const framed = this.frame.size > 0 || fn.slots.length > 0 || fn.movesStack;
    this.framePointer = framed ? this.newLocal('i32') : -1;
    this.savedStack = framed && this.frame.align > 16 ? this.newLocal('i32') : -1;
    this.available =
      c.kind === 'inspectable'
        ? this.blocks.map(() => new Set<LocalId>())
        : availableChecks(this.blocks, this.graph);
    this.children = this.blocks.map(() => []);
    this.classify();
    this.fuel = new FuelMeter(this, this.loops);
  }

  get loops(): boolean {
    return this.headers.size > 0;
  }

  newLocal(type: ValueType): number {
    this.locals.push(type);
    return this.locals.length - 1;
  }

  private classify(): void {
    const forward = this.blocks.map(() => 0);
    for (const from of this.graph.order) {
      const isTable = this.blocks[from]?.end.kind === 'table';
      for (const to of this.graph.successors[from] ?? []) {
        if (goesBack(this.graph, from, to)) this.headers.add(to);
        else {
          forward[to] = (forward[to] ?? 0) + 1;
          if (isTable) this.merges.add(to);
        }
      }
    }
    forward.forEach((count, block) => {
      if (count > 1) this.merges.add(block);
    });
    for (const block of this.graph.order) {
      const parent = this.graph.dominator[block];
      if (parent !== undefined && parent !== block) this.children[parent]?.push(block);
    }
  }

  emit(): WasmFunction {
    const { params, result } = this.fn.signature;
    const body = [...this.prologue(), ...this.tree(this.graph.order[0] ?? 0)];
    return {
      symbol: this.fn.symbol,
      params,
      result,
      locals: this.locals.slice(params.length),
      body: [...body, this.c.module.unreachable()],
    };
  }

  /* ---------- control flow ---------- */

  /**
   * What follows a block in the end stands behind it, so a long function is one long sequence: only what C nests is nested
   * here (branches, loops, targets of jumps over one another).
   */
  private tree(first: BlockId, insideItsLoop = false): Ref[] {
    const out: Ref[] = [];
    const { module } = this.c;
    let block = first;
    for (;;) {
      if (this.headers.has(block) && !(insideItsLoop && block === first)) {
        const dead = this.cleared(this.dead?.atStart ?? []);
        const body = [...dead, ...this.fuel.spend(), ...this.tree(block, true)];
        append(out, [module.loop(`L${block}`, module.block(null, body))]);
        return out;
      }
      const merges = this.mergesUnder(block);
      const last = merges[0];
      if (last !== undefined) {
        append(out, [module.block(`B${last}`, this.within(block, merges, 1))]);
        block = last;
        continue;
      }
      append(out, this.code(block));
      const end = this.blocks[block]?.end;
      if (end?.kind !== 'goto' || this.jumps(block, end.to)) {
        append(out, this.end(block));
        return out;
      }
      block = end.to;
    }
  }

  /** Blocks that it dominates and that are jumped to, the last one first. */
  private mergesUnder(block: BlockId): readonly BlockId[] {
    return (this.children[block] ?? [])
      .filter((child) => this.merges.has(child))
      .sort((a, b) => (this.graph.position[b] ?? 0) - (this.graph.position[a] ?? 0));
  }

  private within(block: BlockId, merges: readonly BlockId[], at: number): Ref[] {
    const merge = merges[at];
    if (merge === undefined) return [...this.code(block), ...this.end(block)];
    const inside = this.within(block, merges, at + 1);
    return [this.c.module.block(`B${merge}`, inside), ...this.tree(merge)];
  }

  private code(id: BlockId): Ref[] {
    const block = this.blocks[id];
    if (block === undefined) throw new Error(`no block ${id}`);
    this.checked = new Set(this.available[id]);
    const out: Ref[] = [];
    block.instructions.forEach((instruction, at) => {
      append(out, emitInstruction(this, instruction));
      append(out, this.cleared(this.dead?.after[id]?.[at] ?? []));
    });
    return out;
  }

  private end(id: BlockId): Ref[] {
    const { module } = this.c;
    const end = this.blocks[id]?.end;
    if (end === undefined) return [];
    switch (end.kind) {
      case 'goto':
        return this.go(id, end.to);
      case 'branch': {
        const test = emitExpr(this, end.test);
        const then = module.block(null, this.go(id, end.then));
        return [module.if(test, then, module.block(null, this.go(id, end.otherwise)))];
      }
      case 'table': {
        const index = emitExpr(this, end.index);
        return [
          module.switch(
            end.targets.map((to) => this.label(id, to)),
            this.label(id, end.otherwise),
            index,
          ),
        ];
      }
      case 'return': {
        const value = end.value === null ? null : emitExpr(this, end.value);
        return this.leave(value, end.passesOn ? null : 0);
      }
      case 'fall-off':
        return this.leave(this.fn.signature.result === null ? null : this.zero(), 1);
      case 'trap': {
        const argument =
          end.argument === null ? module.i64.const(0n) : emitExpr(this, end.argument);
        return this.stop(trapNumber(end.trap), end.site, argument);
      }
    }
  }

  private go(from: BlockId, to: BlockId): Ref[] {
    return this.jumps(from, to) ? [this.c.module.br(this.label(from, to))] : this.tree(to);
  }

  private jumps(from: BlockId, to: BlockId): boolean {
    return goesBack(this.graph, from, to) || this.merges.has(to);
  }

  private label(from: BlockId, to: BlockId): string {
    return goesBack(this.graph, from, to) ? `L${to}` : `B${to}`;
  }

  /* ---------- entering and leaving ---------- */

  private prologue(): Ref[] {
    const { module } = this.c;
    const out: Ref[] = [];
    out.push(...this.fuel.take());
    if (this.c.recursive.has(this.fn.symbol)) out.push(...this.fuel.spend());
    if (this.framePointer < 0) return out;
    const { size, align, zeroed } = this.frame;
    const stack = (): Ref => module.i32.load(0, 4, module.i32.const(CELLS.stackPointer));
    if (this.savedStack >= 0) out.push(module.local.set(this.savedStack, stack()));
    const lowered = module.i32.sub(stack(), module.i32.const(size));
    const pointer = align > 16 ? module.i32.and(lowered, module.i32.const(-align)) : lowered;
    out.push(
      module.local.set(this.framePointer, pointer),
      module.if(
        module.i32.lt_s(this.fp(), module.i32.const(STACK_START)),
        module.block(
          null,
          this.stop(trapNumber('stack-overflow'), this.fn.site, module.i64.const(0n)),
        ),
      ),
      this.setStack(this.fp()),
    );
    out.push(...zeroFrame(this, zeroed.start, zeroed.end));
    if (this.frame.locals !== null) {
      this.fn.signature.params.forEach((type, id) => {
        out.push(this.storeLocal(id, module.local.get(id, type)));
      });
    }
    return out;
  }

  private leave(value: Ref | null, missing: 0 | 1 | null): Ref[] {
    const { module } = this.c;
    const out: Ref[] = [];
    let result = value;
    const type = this.fn.signature.result;
    if (value !== null && type !== null && (this.framePointer >= 0 || this.fn.mayFallOff)) {
      // the value may be read from the frame
      const kept = this.newLocal(type);
      out.push(module.local.set(kept, value));
      result = module.local.get(kept, type);
    }
    if (this.fn.mayFallOff && missing !== null) {
      out.push(
        module.i32.store(0, 4, module.i32.const(CELLS.missingReturn), module.i32.const(missing)),
      );
    }
    if (this.framePointer >= 0) {
      const before =
        this.savedStack >= 0
          ? module.local.get(this.savedStack, 'i32')
          : module.i32.add(this.fp(), module.i32.const(this.frame.size));
      out.push(this.setStack(before));
    }
    out.push(...this.fuel.putBack());
    out.push(module.return(result));
    return out;
  }

  private zero(): Ref {
    return this.zeroOf(this.fn.signature.result ?? 'i32');
  }

  private zeroOf(type: ValueType): Ref {
    const { module } = this.c;
    switch (type) {
      case 'i64':
        return module.i64.const(0n);
      case 'f32':
        return module.f32.const(0);
      case 'f64':
        return module.f64.const(0);
      case 'i32':
        return module.i32.const(0);
    }
  }

  setStack(value: Ref): Ref {
    const { module } = this.c;
    return module.i32.store(0, 4, module.i32.const(CELLS.stackPointer), value);
  }

  fp(): Ref {
    return this.c.module.local.get(this.framePointer, 'i32');
  }

  private cleared(locals: readonly LocalId[]): Ref[] {
    return locals.map((id) => this.setLocal(id, this.zeroOf(this.locals[id] ?? 'i32')));
  }

  /** Ends the run. */
  stop(trap: number, site: number, argument: Ref): Ref[] {
    const { module } = this.c;
    return [
      ...this.fuel.putBack(),
      module.call('pc.trap', [module.i32.const(trap), module.i32.const(site), argument], null),
      module.unreachable(),
    ];
  }

  /* ---------- locals ---------- */

  getLocal(id: LocalId): Ref {
    const { module } = this.c;
    const type = this.locals[id] ?? 'i32';
    const at = this.frame.locals?.[id];
    if (at === undefined) return module.local.get(id, type);
    switch (type) {
      case 'i32':
        return module.i32.load(at, 4, this.fp());
      case 'i64':
        return module.i64.load(at, 8, this.fp());
      case 'f32':
        return module.f32.load(at, 4, this.fp());
      case 'f64':
        return module.f64.load(at, 8, this.fp());
    }
  }

  setLocal(id: LocalId, value: Ref): Ref {
    this.checked.delete(id);
    return this.storeLocal(id, value);
  }

  private storeLocal(id: LocalId, value: Ref): Ref {
    const { module } = this.c;
    const type = this.locals[id] ?? 'i32';
    const at = this.frame.locals?.[id];
    if (at === undefined) return module.local.set(id, value);
    switch (type) {
      case 'i32':
        return module.i32.store(at, bytesOf(type), this.fp(), value);
      case 'i64':
        return module.i64.store(at, bytesOf(type), this.fp(), value);
      case 'f32':
        return module.f32.store(at, bytesOf(type), this.fp(), value);
      case 'f64':
        return module.f64.store(at, bytesOf(type), this.fp(), value);
    }
  }

  /** The Wasm local that keeps the narrowed address of a pointer local. */
  narrowedLocal(id: LocalId): number {
    const known = this.narrowed.get(id);
    if (known !== undefined) return known;
    const made = this.newLocal('i32');
    this.narrowed.set(id, made);
    return made;
  }

  slotOffset(slot: SlotId): number {
    return this.frame.slots[slot] ?? 0;
  }

  i32(): ValueType {
    return 'i32';
  }
}

/** Not by spreading, which the engine bounds by the stack. */
function append(to: Ref[], more: readonly Ref[]): void {
  for (const each of more) to.push(each);
}
