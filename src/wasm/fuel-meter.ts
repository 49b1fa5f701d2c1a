/**
 * The fuel of one function. Where it has loops, a local holds what is left between calls that may spend some: a cell of memory that is
 * read and written in each round takes longer than the work of most. Inspectable modules keep it in the cell, as all their state.
 */
import { TICK, tickId } from '../exec/program.js';
import type { FunctionEmitter } from './function-emitter.js';
import { CELLS } from './memory-map.js';
import type { Ref } from './module-context.js';
import type { Call } from './reaching-calls.js';
import { trapNumber } from './runtime.js';

export class FuelMeter {
  /** null: it stays in its cell. */
  private readonly local: number | null;
  private ticks = 0;

  constructor(
    private readonly e: FunctionEmitter,
    loops: boolean,
  ) {
    this.local = loops && e.c.kind !== 'inspectable' ? e.newLocal('i64') : null;
  }

  /** One round of a loop, or one call of a function that calls itself. */
  spend(): Ref[] {
    const { c, fn } = this.e;
    const { module } = c;
    const left = this.local ?? this.e.newLocal('i64');
    const held = (): Ref => module.local.get(left, 'i64');
    const before = this.local === null ? cell(this.e) : held();
    const less = module.local.tee(left, module.i64.sub(before, module.i64.const(1n)), 'i64');
    const stop = this.e.stop(trapNumber('out-of-fuel'), fn.site, module.i64.const(0n));
    const isSpent = (value: Ref): Ref =>
      module.if(module.i64.lt_s(value, module.i64.const(0n)), module.block(null, stop));
    const tick = (): Ref =>
      module.call(TICK, [module.i32.const(tickId(fn.site, this.ticks++))], null);
    return [
      ...(c.kind === 'inspectable' ? [tick()] : []),
      ...(this.local === null ? [setCell(this.e, less), isSpent(held())] : [isSpent(less)]),
    ];
  }

  /** From the cell, where there is a local. */
  take(): Ref[] {
    return this.local === null ? [] : [this.e.c.module.local.set(this.local, cell(this.e))];
  }

  /** To the cell, where there is a local. */
  putBack(): Ref[] {
    if (this.local === null) return [];
    return [setCell(this.e, this.e.c.module.local.get(this.local, 'i64'))];
  }

  /** `made`: the code of the call. */
  aroundCall(call: Call, made: readonly Ref[]): readonly Ref[] {
    return this.e.c.spends(call) ? [...this.putBack(), ...made, ...this.take()] : made;
  }
}

function cell({ c: { module } }: FunctionEmitter): Ref {
  return module.i64.load(0, 8, module.i32.const(CELLS.fuel));
}

function setCell({ c: { module } }: FunctionEmitter, value: Ref): Ref {
  return module.i64.store(0, 8, module.i32.const(CELLS.fuel), value);
}
