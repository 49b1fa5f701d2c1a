/**
 * Threads of one machine, each with a part of the C stack's range. One runs at a time; where it gives way, the C side has said who goes
 * on (see `ThreadPlan`). A call that was left is kept in its own frames (`wasm/suspend`), so a thread is gone on with by calling it again
 * on the same stack.
 */
import type { RunMachine, ThreadPlan } from '../pack-api/pack.js';
import type { Machine, Outcome } from './machine.js';
import { LEAVING, RETURNING } from './program.js';
import { runMachine, type Buffer64 } from './run-machine.js';

/** Bytes of stack for all threads, where one alone would need `stackBytes`: frames also hold what is kept of a call that was left. */
export function threadStackBytes(stackBytes: number, { calls }: ThreadPlan): number {
  return calls.length * 2 * stackBytes;
}

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
  private readonly stacks: readonly number[];
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
  }

  run(name: string, fuel: bigint): Outcome {
    const { machine } = this;
    const { calls } = this.plan;
    if (name !== calls[0]) throw new Error(`${name} is not the call that the first thread makes`);
    machine.onSwitch = () => {
      // in the thread that gives way: once to leave it, and once when it is gone on with
      machine.suspension = machine.suspension === RETURNING ? 0 : LEAVING;
    };
    machine.suspension = 0;
    this.begun[0] = true;
    let outcome = machine.call(name, [], fuel);
    for (;;) {
      const left = outcome.kind === 'returned' && machine.suspension === LEAVING;
      if (!left && (outcome.kind !== 'returned' || this.current === 0)) return outcome;
      outcome = this.enter(machine.readU32(machine.address(this.plan.next)));
    }
  }

  private enter(thread: number): Outcome {
    const { machine } = this;
    const call = this.plan.calls[thread];
    const stack = this.stacks[thread];
    if (call === undefined || stack === undefined) throw new Error(`no thread ${String(thread)}`);
    this.current = thread;
    machine.stackPointer = stack;
    machine.suspension = this.begun[thread] === true ? RETURNING : 0;
    this.begun[thread] = true;
    return machine.goOn(call);
  }
}
