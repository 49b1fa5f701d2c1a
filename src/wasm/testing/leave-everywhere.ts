/** For tests of suspendable modules: programs that give way at the beginning of every block, and are left there. */
import { Machine, programImage, type Outcome } from '../../exec/machine.js';
import { LEAVING, RETURNING, type CompileOptions } from '../../exec/program.js';
import type { TypedUnit } from '../../c/typed.js';
import type { Diagnostic } from '../../base/diagnostic.js';
import { ok, type Result } from '../../base/result.js';
import type { Instruction, IrFunction } from '../../ir/ir.js';
import { assemble, linkUnits } from '../compile.js';

const GIVE = 'give way';

export function leftEverywhere(
  units: readonly TypedUnit[],
  given: Omit<CompileOptions, 'kind'>,
): Result<Machine, readonly Diagnostic[]> {
  const options: CompileOptions = { ...given, kind: 'suspendable', givesWay: GIVE };
  const linked = linkUnits(units, options);
  if (!linked.ok) return linked;
  const { program, signatures } = linked.value;
  const functions = [...program.functions.map(givingWay), GIVES];
  const assembled = assemble({ program: { ...program, functions }, signatures }, options);
  return ok(new Machine(programImage({ ...assembled, units: linked.value.units })));
}

const GIVES: IrFunction = {
  symbol: GIVE,
  signature: { params: [], result: null },
  locals: [],
  slots: [],
  blocks: [{ instructions: [], end: { kind: 'return', value: null, passesOn: false } }],
  entry: 0,
  mayFallOff: false,
  passesOn: [],
  movesStack: false,
  site: 0,
};

function givingWay(fn: IrFunction): IrFunction {
  const call: Instruction = {
    kind: 'call',
    target: { kind: 'direct', symbol: GIVE },
    signature: GIVES.signature,
    args: [],
    result: null,
    valueUsed: false,
    site: fn.site,
  };
  const blocks = fn.blocks.map(({ instructions, end }) => ({
    instructions: [call, ...instructions],
    end,
  }));
  return { ...fn, blocks };
}

/** The first so many places are all left, then each so-manieth: a long run has millions. */
const ALL = 500;
const EACH = 251;

/** Calls the function, leaves it wherever it gives way, and calls it again until it returns. `left`: how often. */
export function callLeaving(
  machine: Machine,
  name: string,
  args: readonly (bigint | number)[] = [],
): { readonly outcome: Outcome; readonly left: number } {
  let places = 0;
  let left = 0;
  machine.onSwitch = () => {
    if (machine.suspension === RETURNING) machine.suspension = 0;
    else if (places++ < ALL || places % EACH === 0) machine.suspension = LEAVING;
  };
  machine.suspension = 0;
  let outcome = machine.call(name, args);
  while (outcome.kind === 'returned' && machine.suspension === LEAVING) {
    left++;
    machine.suspension = RETURNING;
    // the arguments are in the frame
    outcome = machine.goOn(name);
  }
  return { outcome, left };
}
