/** Two entry points often differ for one reason, in the same tables: what was found small through one is tried through the other. */
import { mayBeBeside } from './concurrent/threads.js';
import { brokenInvariants } from './invariants.js';
import type { Call } from './scenario.js';
import { argumentsFit, rangeIsLegal, type Case } from './shrink.js';

/** The calls of `found` on tables, slots and schedule of `known`; null where they do not fit there. */
export function transplant(found: Case, known: Case): Case | null {
  const { roots, slots } = known.scenario;
  const args = Object.assign({}, ...known.scenario.calls.map((call) => call.args)) as Call['args'];
  const count = { root: roots.length, slot: slots.length };
  const fits = (name: 'root' | 'slot', value: bigint | undefined): boolean =>
    value === undefined || value < BigInt(count[name]);
  const calls = found.scenario.calls.map((call) => ({
    ...call,
    args: Object.fromEntries(
      Object.entries(call.args).map(([name, value]) => [name, args[name] ?? value]),
    ),
  }));
  for (const call of calls) {
    if (!fits('root', call.args['root']) || !fits('slot', call.args['slot'])) return null;
    if (!rangeIsLegal(call.args)) return null;
  }
  const scenario = { ...known.scenario, calls };
  if (!argumentsFit(scenario) || brokenInvariants(scenario).length > 0) return null;
  const { schedule } = known;
  if (schedule.beside !== undefined && !mayBeBeside(scenario, schedule.beside)) return null;
  return { scenario, schedule };
}
