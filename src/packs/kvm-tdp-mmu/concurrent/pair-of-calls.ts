/** Small cases of two calls at once: of every kind that may run beside the first, its own kind more often than others. */
import type { GeneratedCase } from '../generate/case.js';
import { Random } from '../generate/random.js';
import { brokenInvariants, referencesOfZapper } from '../invariants.js';
import type { Call, Scenario } from '../scenario.js';
import { smallScenario } from './small-scenario.js';
import { tasksOf } from './tasks.js';
import { callsOnRoots, mayBeBeside } from './threads.js';

const TWICE = 0.3;
/** Scenarios that are tried for one that has something to run beside. */
const ATTEMPTS = 20;

/** `entries`: those that may be called. null: nothing may run beside. */
export function pairOfCalls(
  seed: string,
  entry: string,
  index: number,
  entries: ReadonlySet<string>,
): GeneratedCase | null {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const number = index * ATTEMPTS + attempt;
    const random = new Random(['beside', seed, entry, number].join('\0'));
    const small = smallScenario({ seed, entry, dimension: 'threads', index: number });
    const scenario = random.chance(0.5) ? withRootOnItsWayOut(small) : small;
    const calls = [...tasksOf(scenario), ...callsOnRoots(scenario)].filter((call) =>
      entries.has(call.entry),
    );
    const kinds = [...new Set(calls.map((call) => call.entry))];
    // Most often it is the function itself that does not stand to run twice at once.
    const twice = kinds.includes(entry) && random.chance(TWICE);
    const kind = twice ? entry : kinds[random.below(Math.max(1, kinds.length))];
    const ofKind = calls.filter((call) => call.entry === kind);
    const beside = ofKind[random.below(Math.max(1, ofKind.length))];
    if (beside === undefined) continue;
    const tight = random.chance(0.5) ? onLastReferences(scenario, beside) : scenario;
    for (const each of [tight, scenario])
      if (mayBeBeside(each, beside)) return { scenario: each, schedule: { rules: [], beside } };
  }
  return null;
}

/** The root that is let go of has been zapped before: with its last reference it goes. */
function withRootOnItsWayOut(scenario: Scenario): Scenario {
  const [call] = scenario.calls;
  if (call?.entry !== 'kvm_tdp_mmu_put_root') return scenario;
  const roots = scenario.roots.map((root, at) =>
    call.args['root'] === BigInt(at)
      ? {
          ...root,
          invalid: true,
          scheduledToZap: false,
          table: { entries: new Map(), nxHugePageDisallowed: false },
        }
      : root,
  );
  return { ...scenario, roots };
}

/** Nobody has a reference but who is about to work on the root, or to let it go. */
function onLastReferences(scenario: Scenario, beside: Call): Scenario {
  const roots = scenario.roots.map((root, at) => {
    const calls = [...scenario.calls, beside].filter(({ args }) => args['root'] === BigInt(at));
    if (calls.length === 0) return root;
    return { ...root, references: calls.length + referencesOfZapper(root) };
  });
  const tight = { ...scenario, roots };
  return brokenInvariants(tight).length === 0 ? tight : scenario;
}
