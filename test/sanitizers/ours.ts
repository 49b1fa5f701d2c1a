/** Texts of many functions, run by strict modules: one program for all of them. */
import { Machine, programImage } from '../../src/exec/machine.js';
import { KERNEL_RULES, type BuildRules, type ModuleKind } from '../../src/exec/program.js';
import { program } from '../../src/wasm/testing/run.js';
import { ALLOCATOR } from '../../src/wasm/testing/strict-cases.js';
import type { Arguments, Rules } from './cases.js';

const RULES: Readonly<Record<Rules, BuildRules>> = {
  kernel: KERNEL_RULES,
  hosted: { signedOverflow: 'undefined', misaligned: 'undefined' },
};

export interface Call {
  /** The function. */
  readonly name: string;
  readonly args: Arguments;
}

/** For each call the name of the trap, or null: it returned. */
export async function runOurs(
  texts: readonly string[],
  calls: readonly Call[],
  rules: Rules,
  kind: ModuleKind,
): Promise<readonly (string | null)[]> {
  const made = await program([ALLOCATOR, ...texts].join('\n'), {
    kind,
    rules: RULES[rules],
    exports: [...new Set(calls.map((call) => call.name))],
  });
  const machine = new Machine(programImage(made));
  const { heap } = made.memory;
  return calls.map(({ name, args }) => {
    machine.reset(heap.end - heap.start);
    const outcome = machine.call(name, args);
    if (outcome.kind === 'returned') return null;
    return outcome.kind === 'trap' ? outcome.name : outcome.kind;
  });
}
