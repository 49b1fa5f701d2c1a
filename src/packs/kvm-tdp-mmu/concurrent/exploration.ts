/** Runs among others, as the engine asks for them: small cases, their schedules, and what runs come to. */
import { THREAD_BOUND } from '../../../pack-api/pack.js';
import type {
  Exploration,
  RawRun,
  RunMachine,
  ScheduleScope,
  ScheduleSearch,
} from '../../../pack-api/pack.js';
import { encodeScenario } from '../encoding.js';
import type { GeneratedCase } from '../generate/case.js';
import { faultsOf } from '../oracle/faults.js';
import { outcomeOf } from '../oracle/outcome.js';
import { hasOthers } from '../schedule.js';
import type { Schedule } from '../schedule.js';
import type { Scenario } from '../scenario.js';
import type { CaseTrace } from '../trace.js';
import { IN, OPTION, OUT } from '../words.js';
import { Interleavings } from './interleavings.js';
import { placesOf } from './places.js';
import { schedulesOf } from './schedules.js';
import { smallScenario } from './small-scenario.js';
import { pairOfCalls } from './pair-of-calls.js';

type Execute = (machine: RunMachine, words: BigUint64Array, fuel?: bigint) => RawRun;
type Search = ScheduleSearch<GeneratedCase>;

/** Polls are reported where there is a schedule at all: a rule that never applies is one. */
const WATCHED: Schedule = {
  rules: [
    {
      place: { function: '(nowhere)', event: 'poll', gfn: null, level: null },
      action: { kind: 'reschedule' },
    },
  ],
};

export function exploration(execute: Execute): Exploration<GeneratedCase, CaseTrace> {
  return {
    dimensions: ['yield', 'concurrent'],
    generate: (seed, entry, dimension, index) => ({
      scenario: smallScenario({ seed, entry, dimension, index }),
      schedule: { rules: [] },
    }),
    generateThreads: pairOfCalls,
    alone: ({ scenario }) => ({ scenario, schedule: { rules: [] } }),
    base: ({ scenario, schedule: { beside } }) => ({
      scenario,
      schedule: beside === undefined ? { rules: [] } : { rules: [], beside },
    }),
    covers: ({ schedule }) => hasOthers(schedule),
    threaded: ({ schedule }) => schedule.beside !== undefined,
    search: (machine, input, dimension, scope, fuel) =>
      input.schedule.beside === undefined
        ? listed(execute, machine, input.scenario, dimension, scope, fuel)
        : interleaved(execute, input),
    essence: ({ words }) => words.subarray(OUT.TEXT),
    faults: faultsOf,
    outcome: outcomeOf,
  };
}

/** All schedules by the places that a run comes by when nobody acts. */
function listed(
  execute: Execute,
  machine: RunMachine,
  scenario: Scenario,
  dimension: string,
  { most, pairs, entries }: ScheduleScope,
  fuel: bigint,
): Search | null {
  const observed = observe(execute, machine, { scenario, schedule: WATCHED }, OPTION.PLACES, fuel);
  if (observed.ending.kind === 'out-of-fuel') return null;
  const { schedules, complete, singles } = schedulesOf(scenario, placesOf(observed), {
    dimension: dimension === 'yield' ? 'yield' : 'concurrent',
    most,
    pairs,
    seed: seedOf(scenario),
    entries: (entry) => entries.has(entry),
  });
  let at = 0;
  let ended = true;
  return {
    next: () => {
      const schedule = schedules[at++];
      return schedule === undefined ? null : { scenario, schedule };
    },
    run: (on, input, limit) => execute(on, encodeScenario(input.scenario, input.schedule), limit),
    saw: ({ ending }) => {
      ended &&= ending.kind !== 'out-of-fuel';
    },
    whole: () => ended && complete && at > schedules.length,
    // To yield more often, or elsewhere, is no difference.
    comparable: dimension === 'yield' ? null : singles,
  };
}

/** All orders of two threads. Which they come by depends on when each yields: only what is wrong is held against another version. */
function interleaved(execute: Execute, { scenario, schedule: { beside } }: GeneratedCase): Search {
  const orders = new Interleavings({ ...THREAD_BOUND, seed: seedOf(scenario) });
  return {
    next: () => {
      const rules = orders.next();
      if (rules === null) return null;
      return { scenario, schedule: beside === undefined ? { rules } : { rules, beside } };
    },
    run: (on, input, limit) => observe(execute, on, input, OPTION.POINTS, limit),
    saw: ({ words, ending }) => {
      orders.saw(words, ending.kind !== 'out-of-fuel');
    },
    whole: () => orders.whole,
    comparable: null,
  };
}

/** Runs a case with what the option says reported. */
export function observe(
  execute: Execute,
  machine: RunMachine,
  { scenario, schedule }: GeneratedCase,
  option: number,
  fuel?: bigint,
): RawRun {
  // who asks for the same case gets the same words
  const words = encodeScenario(scenario, schedule).slice();
  words[IN.OPTIONS] = BigInt(option);
  return execute(machine, words, fuel);
}

function seedOf(scenario: Scenario): string {
  return JSON.stringify(scenario.calls, (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
}
