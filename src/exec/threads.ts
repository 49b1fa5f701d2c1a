/**
 * Threads of one machine. Each has a stack of its own in the C stack's range, and below it room for what Asyncify keeps of a call that
 * was left. One runs at a time; where it gives way, the C side has said who goes on (see `ThreadPlan`).
 * For Asyncify's interface: binaryen, src/passes/Asyncify.cpp.
 */
import type { RunMachine, ThreadPlan } from '../pack-api/pack.js';
import type { Machine, Outcome } from './machine.js';
import { runMachine, type Buffer64 } from './run-machine.js';

/** Of one thread: what is kept of a call that was left takes some hundred bytes a frame. */
const KEPT_BYTES = 1 << 16;

/** Bytes of stack for all threads, where one alone would need `stackBytes`. */
export function threadStackBytes(stackBytes: number, { calls }: ThreadPlan): number {
  return calls.length * (stackBytes + KEPT_BYTES);
}

const NORMAL = 0;
const UNWINDING = 1;
const REWINDING = 2;

/** A machine of a suspendable module. Its runs begin with the first of the calls, and end when that has returned or somebody stops. */
export function threadMachine(
  machine: Machine,
  buffers: readonly Buffer64[],
  plan: ThreadPlan,
): RunMachine {
  return runMachine(machine, buffers, (name, fuel) => new Threads(machine, plan).run(name, fuel));
}

class Threads {
  private readonly begun: boolean[];
  private readonly stacks: number[];
  private readonly kept: readonly number[];
  private current = 0;

  constructor(
    private readonly machine: Machine,
    private readonly plan: ThreadPlan,
  ) {
    const { stack } = machine.image.memory;
    const { length } = plan.calls;
    const size = Math.floor((stack.end - stack.start) / length / 16) * 16;
    this.begun = plan.calls.map(() => false);
    this.stacks = plan.calls.map((_, thread) => stack.end - thread * size);
    this.kept = this.stacks.map((end) => end - size);
  }

  run(name: string, fuel: bigint): Outcome {
    const { machine } = this;
    const { calls } = this.plan;
    if (name !== calls[0]) throw new Error(`${name} is not the call that the first thread makes`);
    machine.onSwitch = () => {
      this.give();
    };
    this.begun[0] = true;
    let outcome = machine.call(name, [], fuel);
    for (;;) {
      const left = outcome.kind === 'returned' && this.state() === UNWINDING;
      if (left) this.leave();
      else if (outcome.kind !== 'returned' || this.current === 0) return outcome;
      outcome = this.enter(machine.readU32(machine.address(this.plan.next)));
    }
  }

  private state(): number {
    return this.machine.support('asyncify_get_state')() ?? NORMAL;
  }

  /** In the thread that gives way: once to leave it, and once when it is gone on with. */
  private give(): void {
    if (this.state() === REWINDING) {
      this.machine.support('asyncify_stop_rewind')();
      return;
    }
    const at = this.kept[this.current] ?? 0;
    this.machine.setWord(at, at + 8);
    this.machine.setWord(at + 4, at + KEPT_BYTES);
    this.machine.support('asyncify_start_unwind')(at);
  }

  private leave(): void {
    this.machine.support('asyncify_stop_unwind')();
    this.stacks[this.current] = this.machine.stackPointer;
  }

  private enter(thread: number): Outcome {
    const call = this.plan.calls[thread];
    const stack = this.stacks[thread];
    if (call === undefined || stack === undefined) throw new Error(`no thread ${String(thread)}`);
    this.current = thread;
    this.machine.stackPointer = stack;
    if (this.begun[thread]) this.machine.support('asyncify_start_rewind')(this.kept[thread] ?? 0);
    this.begun[thread] = true;
    return this.machine.goOn(call);
  }
}
