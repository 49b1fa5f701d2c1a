/** One generated case: the same seed, entry point, dimension and index give the same scenario and schedule, anywhere. */
import { endOfReach } from '../geometry.js';
import type { Root, Scenario } from '../scenario.js';
import type { Schedule } from '../schedule.js';
import { generateCalls } from './calls.js';
import { generateConfiguration } from './configuration.js';
import { Random } from './random.js';
import { generateRoots } from './roots.js';
import { generateSchedule } from './schedules.js';
import { generateSlots } from './slots.js';
import { generateFocus, TableGenerator } from './tables.js';

export interface GeneratedCase {
  readonly scenario: Scenario;
  readonly schedule: Schedule;
}

export interface GenerateOptions {
  readonly seed: string;
  readonly entry: string;
  readonly dimension: string;
  readonly index: number;
  /** Functions that schedules may name. */
  readonly scopes: readonly string[];
}

export function generateCase(options: GenerateOptions): GeneratedCase {
  const { seed, entry, dimension, index, scopes } = options;
  // Not every draw has what the entry point needs (a slot, a valid root): then the next one is taken.
  for (let attempt = 0; attempt < 100; attempt++) {
    const random = new Random([seed, entry, dimension, index, attempt].join('\0'));
    const scenario = generateScenario(random, entry);
    if (scenario === null) continue;
    const yields = dimension !== 'sequential' && dimension !== 'cost';
    return { scenario, schedule: generateSchedule(random, scenario, entry, yields, scopes) };
  }
  throw new Error(`nothing generated in a hundred attempts has what ${entry} needs`);
}

export function generateScenario(random: Random, entry: string): Scenario | null {
  const configuration = generateConfiguration(random);
  const flags = generateRoots(random, configuration);
  const end = endOfReach({ configuration, roots: flags });
  const focus = generateFocus(random, end);
  const tables = new TableGenerator(random, configuration, focus, end, random.between(3, 9));
  const roots: Root[] = [];
  for (const root of flags) roots.push(tables.root(root, roots));
  const slots = generateSlots(random, { configuration, roots, calls: [] });
  const scenario = { configuration, roots, slots, calls: [] };
  const calls = generateCalls(random, scenario, entry);
  return calls && { ...scenario, calls };
}
