/**
 * Functions whose calls can be left in the middle and gone on with later. A function that calls what may give way asks after each
 * such call whether the run is being left; then it writes down in its own frame where it is and what its locals hold, and returns. When
 * it is called again at the same place of the same stack, it finds its frame as it was, reads its locals back, and makes the call that
 * it was in once more, and so on to the innermost, which has given way and now returns.
 */
import { LEAVING, RETURNING } from '../../exec/program.js';
import { binary, i32, int, float, local } from '../../ir/build.js';
import { withTargets } from '../../ir/function-builder.js';
import type {
  Address,
  Block,
  BlockId,
  Expr,
  Instruction,
  IrFunction,
  LocalId,
  SlotId,
  Symbol,
  Terminator,
  ValueType,
} from '../../ir/ir.js';
import { liveIntoBlocks } from '../../ir/liveness.js';
import { bytesOf } from '../frame.js';
import { graphOf } from '../graph.js';
import { loopsOf } from '../loops.js';
import { CELLS } from '../memory-map.js';
import { makeReducible } from '../reducible.js';
import { whoReaches, type Call, type Reaching } from '../reaching-calls.js';

/** `gives`: the functions that leave the run when they are called. */
export function makeSuspendable(
  functions: readonly IrFunction[],
  table: readonly Symbol[],
  gives: (symbol: Symbol) => boolean,
): readonly IrFunction[] {
  const ends = functions.map(({ symbol }) => symbol).filter(gives);
  const givingWay = whoReaches(functions, table, ends);
  return functions.map((fn) =>
    givingWay.functions.has(fn.symbol) && !gives(fn.symbol)
      ? new Suspendable(fn, givingWay).made()
      : fn,
  );
}

/** A call that may be left. Its block ends with it, and `after` is what follows. */
interface Point {
  readonly block: BlockId;
  readonly call: Call;
  readonly after: BlockId;
}

/** What is kept in the frame: which call (u32, from 1), the stack pointer (u32), eight bytes for each local. */
const CALL = 0;
const STACK = 4;
const LOCALS = 8;

class Suspendable {
  private readonly locals: ValueType[];
  private readonly blocks: Block[];
  private readonly points: Point[] = [];
  /** Places in the slot of the locals that are kept somewhere. */
  private readonly places = new Map<LocalId, number>();
  private readonly slot: SlotId;
  /** The call that is to be made once more (from 1); 0: none. */
  private readonly again: LocalId;
  private readonly stack: LocalId;

  constructor(
    private readonly fn: IrFunction,
    private readonly givingWay: Reaching,
  ) {
    this.locals = [...fn.locals];
    this.again = this.newLocal('i32');
    this.stack = this.newLocal('i32');
    this.slot = fn.slots.length;
    // what is added below keeps it so
    this.blocks = [...makeReducible(fn.blocks, () => this.newLocal('i32'))];
  }

  made(): IrFunction {
    const { fn, blocks } = this;
    for (let at = 0, { length } = blocks; at < length; at++) this.split(at);
    const graph = graphOf(blocks);
    const live = liveIntoBlocks(blocks);
    const returns = this.points.map((point, at) =>
      this.leaveAndReturn(point, at + 1, live[point.after] ?? new Set()),
    );
    const { first, back } = this.waysBack(returns, loopsOf(graph));
    const fresh = this.add(this.freshFrame(), { kind: 'goto', to: first });
    const returning = binary('eq', 'i32', state(), i32(RETURNING));
    const entry: Block = {
      instructions: [],
      end: { kind: 'branch', test: returning, then: back, otherwise: fresh },
    };
    const size = LOCALS + 8 * this.places.size;
    const kept = { name: '', size, align: 8, declared: false, scoped: false, site: fn.site };
    return {
      ...fn,
      locals: this.locals,
      // a declared slot is zeroed whenever the function is entered
      slots: [...fn.slots.map((slot) => ({ ...slot, declared: false })), kept],
      blocks: [entry, ...blocks].map(({ instructions, end }) => ({
        instructions,
        end: withTargets(end, (to) => to + 1),
      })),
    };
  }

  /** Behind each call that may be left begins a block of its own. */
  private split(first: BlockId): void {
    const whole = this.block(first);
    let block = first;
    let instructions: Instruction[] = [];
    for (const instruction of whole.instructions) {
      if (instruction.kind !== 'call' || !this.givingWay.mayReach(instruction)) {
        instructions.push(instruction);
        continue;
      }
      const call = this.withKeptTarget(instruction, instructions);
      const after = this.add([], whole.end);
      this.blocks[block] = {
        instructions: [...instructions, call],
        end: { kind: 'goto', to: after },
      };
      this.points.push({ block, call, after });
      block = after;
      instructions = [];
    }
    this.blocks[block] = { instructions, end: whole.end };
  }

  /** What the pointer is read from may have changed when the call is made once more. */
  private withKeptTarget(call: Call, before: Instruction[]): Call {
    if (call.target.kind !== 'indirect') return call;
    const kept = this.newLocal('i64');
    before.push({ kind: 'set', local: kept, value: call.target.pointer });
    return { ...call, target: { kind: 'indirect', pointer: local(kept, 'i64') } };
  }

  /** Ends the call's block by asking; the result is the block that makes the call `number` once more. */
  private leaveAndReturn(
    { block, call, after }: Point,
    number: number,
    live: ReadonlySet<LocalId>,
  ): BlockId {
    const kept = [...live].filter((id) => id !== call.result);
    if (call.target.kind === 'indirect' && call.target.pointer.kind === 'local')
      kept.push(call.target.pointer.id);
    const { movesStack, signature } = this.fn;
    const leave = this.add(
      [
        store(this.at(CALL), i32(number)),
        ...(movesStack
          ? [
              { kind: 'save-stack', result: this.stack } as const,
              store(this.at(STACK), local(this.stack, 'i32')),
            ]
          : []),
        ...kept.map((id) => store(this.placeOf(id), this.read(id))),
      ],
      {
        kind: 'return',
        value: signature.result === null ? null : zero(signature.result),
        passesOn: false,
      },
    );
    const end: Terminator = {
      kind: 'branch',
      test: binary('eq', 'i32', state(), i32(LEAVING)),
      then: leave,
      otherwise: after,
    };
    this.blocks[block] = { ...this.block(block), end };
    const args = call.target.kind === 'direct' ? [] : call.signature.params.map(zero);
    return this.add(
      [
        { kind: 'set', local: this.again, value: i32(0) },
        ...kept.map((id) => ({ kind: 'set', local: id, value: this.load(id) }) as const),
        ...(movesStack
          ? [
              { kind: 'set', local: this.stack, value: loadI32(this.at(STACK)) } as const,
              { kind: 'restore-stack', from: this.stack } as const,
            ]
          : []),
        { ...call, args },
      ],
      end,
    );
  }

  /**
   * A call within a loop is gone back to through the loop's header, or the loop would have two entries: in front of it stands a block
   * that asks whether somebody is on the way to a call inside. `back`: where the way begins.
   */
  private waysBack(
    returns: readonly BlockId[],
    loops: ReturnType<typeof loopsOf>,
  ): { readonly first: BlockId; readonly back: BlockId } {
    const targets = [...returns];
    const fronts = new Map<BlockId, BlockId>();
    const { length } = this.blocks;
    // from the innermost outwards: outside of a loop, the way to what is in it leads to its front
    for (const { header, members } of [...loops].reverse()) {
      const inside = this.points.flatMap(({ after }, at) => (members.has(after) ? [at] : []));
      if (inside.length === 0) continue;
      const way = this.table(targets.map((to, at) => (inside.includes(at) ? to : header)));
      const test = local(this.again, 'i32');
      const front = this.add([], { kind: 'branch', test, then: way, otherwise: header });
      fronts.set(header, front);
      for (const at of inside) targets[at] = front;
    }
    const inFront = (to: BlockId): BlockId => fronts.get(to) ?? to;
    for (let at = 0; at < length; at++) {
      const { instructions, end } = this.block(at);
      this.blocks[at] = { instructions, end: withTargets(end, inFront) };
    }
    const back = this.add([{ kind: 'set', local: this.again, value: loadI32(this.at(CALL)) }], {
      kind: 'goto',
      to: this.table(targets),
    });
    return { first: inFront(0), back };
  }

  private table(targets: readonly BlockId[]): BlockId {
    const index = binary('sub', 'i32', local(this.again, 'i32'), i32(1));
    const otherwise = targets[targets.length - 1] ?? 0;
    return this.add([], { kind: 'table', index, targets: targets.slice(0, -1), otherwise });
  }

  private freshFrame(): Instruction[] {
    return this.fn.slots.flatMap(({ declared, size }, slot) =>
      declared && size > 0
        ? [{ kind: 'zero', to: { kind: 'slot', slot, offset: 0 }, size, fresh: true } as const]
        : [],
    );
  }

  private block(id: BlockId): Block {
    const block = this.blocks[id];
    if (block === undefined) throw new Error(`no block ${id}`);
    return block;
  }

  private add(instructions: readonly Instruction[], end: Terminator): BlockId {
    this.blocks.push({ instructions, end });
    return this.blocks.length - 1;
  }

  private newLocal(type: ValueType): LocalId {
    this.locals.push(type);
    return this.locals.length - 1;
  }

  private read(id: LocalId): Expr {
    return local(id, this.locals[id] ?? 'i32');
  }

  private load(id: LocalId): Expr {
    const type = this.locals[id] ?? 'i32';
    const bytes = bytesOf(type);
    return { kind: 'load', type, bytes, signed: false, address: this.placeOf(id) };
  }

  private placeOf(id: LocalId): Address {
    const known = this.places.get(id) ?? LOCALS + 8 * this.places.size;
    this.places.set(id, known);
    return this.at(known);
  }

  private at(offset: number): Address {
    return { kind: 'slot', slot: this.slot, offset };
  }
}

const state = (): Expr => loadI32({ kind: 'raw', base: i32(CELLS.suspension), offset: 0 });

function loadI32(address: Address): Expr {
  return { kind: 'load', type: 'i32', bytes: 4, signed: false, address };
}

function store(address: Address, value: Expr): Instruction {
  return { kind: 'store', address, bytes: bytesOf(value.type), value };
}

function zero(type: ValueType): Expr {
  return type === 'i32' || type === 'i64' ? int(type, 0) : float(type, 0);
}
