/** Runs among others, as the engine asks for them: small cases, their places, their schedules, and what runs come to. */
import type { Exploration, RawRun, RunMachine } from '../../../pack-api/pack.js';
import { encodeScenario } from '../encoding.js';
import type { GeneratedCase } from '../generate/case.js';
import { faultsOf } from '../oracle/faults.js';
import { outcomeOf } from '../oracle/outcome.js';
import { hasOthers } from '../schedule.js';
import type { Schedule } from '../schedule.js';
import type { CaseTrace } from '../trace.js';
import { IN, OPTION, OUT } from '../words.js';
import { placesOf } from './places.js';
import { schedulesOf } from './schedules.js';
import { smallScenario } from './small-scenario.js';

type Execute = (machine: RunMachine, words: BigUint64Array, fuel?: bigint) => RawRun;

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
    alone: ({ scenario }) => ({ scenario, schedule: { rules: [] } }),
    covers: ({ schedule }) => hasOthers(schedule),
    observe(machine, { scenario }, fuel) {
      const words = encodeScenario(scenario, WATCHED).slice();
      words[IN.OPTIONS] = BigInt(OPTION.PLACES);
      return execute(machine, words, fuel);
    },
    schedules({ scenario }, observed, dimension, { most, pairs, entries }) {
      const { schedules, complete } = schedulesOf(scenario, placesOf(observed), {
        dimension: dimension === 'yield' ? 'yield' : 'concurrent',
        most,
        pairs,
        seed: JSON.stringify(scenario.calls, (_, value: unknown) =>
          typeof value === 'bigint' ? String(value) : value,
        ),
        entries: (entry) => entries.has(entry),
      });
      return { cases: schedules.map((schedule) => ({ scenario, schedule })), complete };
    },
    essence: ({ words }) => words.subarray(OUT.TEXT),
    faults: faultsOf,
    outcome: outcomeOf,
  };
}
