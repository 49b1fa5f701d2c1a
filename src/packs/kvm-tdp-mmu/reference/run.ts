/** Runs a scenario's calls on the references. */
import type { RawRun, RunEnding } from '../../../pack-api/pack.js';
import { decodeRun } from '../decoding.js';
import type { Call, Scenario } from '../scenario.js';
import type { Schedule } from '../schedule.js';
import type { Trace } from '../trace.js';
import { TRAP } from '../words.js';
import { Arguments } from './arguments.js';
import { build } from './build.js';
import { entryImplementations } from './entries.js';
import { writeFinalState } from './final-state.js';
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
  const raw = referenceWords(scenario, schedule, options);
  return raw && decodeRun(raw, { scenario });
}

/** What the C would let out: the layout of pc_out. */
export function referenceWords(
  scenario: Scenario,
  schedule: Schedule,
  options: ReferenceOptions,
): RawRun | null {
  if (scenario.calls.some((call) => !entryImplementations.has(call.entry))) return null;
  const { configuration, slots } = scenario;
  const machine = new Machine(configuration, slots, schedule, options.scopes, options.fuel);
  build(machine, scenario);
  let ending: RunEnding = { kind: 'returned' };
  try {
    for (const call of scenario.calls) {
      machine.beginCall(call.entry);
      machine.endCall(call.entry, perform(machine, call));
    }
  } catch (stopped) {
    if (!(stopped instanceof RunStopped)) throw stopped;
    ending = endingOf(machine, stopped);
  }
  machine.endEvents(ending.kind === 'returned');
  writeFinalState(machine, machine.log.out);
  return { words: machine.log.words(), ending };
}

function perform(machine: Machine, call: Call): bigint | null {
  const implementation = entryImplementations.get(call.entry);
  if (implementation === undefined) throw new Error(`no reference of ${call.entry}`);
  return implementation(machine, new Arguments(machine, call));
}

function endingOf(machine: Machine, { reason }: RunStopped): RunEnding {
  const model = (code: number): RunEnding => ({
    kind: 'trap',
    name: 'model',
    function: '',
    at: '',
    argument: BigInt(code),
  });
  switch (reason.kind) {
    case 'out-of-fuel':
      return reason;
    case 'bug':
      return model(TRAP.BUG);
    case 'deadlock':
      machine.log.said('rule', `waits for ${reason.on}`, 'the references');
      return model(TRAP.DEADLOCK);
  }
}
