/** Runs a scenario's calls on the references. */
import type { Call, Scenario } from '../scenario.js';
import type { Schedule } from '../schedule.js';
import type { Cost, Ending, Trace } from '../trace.js';
import { Arguments } from './arguments.js';
import { build } from './build.js';
import { entryImplementations } from './entries.js';
import { finalLines } from './final-state.js';
import { Machine } from './machine.js';
import { RunStopped } from './run-state.js';

export interface ReferenceOptions {
  /** C functions that places of a schedule may name, and that name the place of a yield. */
  readonly scopes: ReadonlySet<string>;
  readonly fuel: number;
}

/** null: an entry point that the references do not know. */
export function runReferences(
  scenario: Scenario,
  schedule: Schedule,
  options: ReferenceOptions,
): Trace | null {
  if (scenario.calls.some((call) => !entryImplementations.has(call.entry))) return null;
  const { configuration, slots } = scenario;
  const machine = new Machine(configuration, slots, schedule, options.scopes, options.fuel);
  build(machine, scenario);
  const costs: Cost[] = [];
  let ending: Ending = { kind: 'returned' };
  try {
    for (const call of scenario.calls) {
      machine.beginCall(call.entry);
      try {
        machine.endCall(call.entry, perform(machine, call));
      } finally {
        costs.push({ ...machine.counts });
      }
    }
  } catch (stopped) {
    if (!(stopped instanceof RunStopped)) throw stopped;
    ending = endingOf(stopped);
  }
  return { events: machine.events, costs, final: finalLines(machine), ending };
}

function perform(machine: Machine, call: Call): bigint | null {
  const implementation = entryImplementations.get(call.entry);
  if (implementation === undefined) throw new Error(`no reference of ${call.entry}`);
  return implementation(machine, new Arguments(machine, call));
}

function endingOf({ reason }: RunStopped): Ending {
  switch (reason.kind) {
    case 'bug':
    case 'out-of-fuel':
    case 'deadlock':
      return reason;
    case 'null-pointer':
      return {
        kind: 'trap',
        name: 'out-of-bounds',
        function: reason.function,
        at: '',
        detail: 'a null pointer',
      };
  }
}
