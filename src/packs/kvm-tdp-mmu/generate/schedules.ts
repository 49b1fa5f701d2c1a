/** Schedules: when polls say yes, and when memory is short. */
import type { Place, Schedule, ScheduleRule } from '../schedule.js';
import type { Scenario } from '../scenario.js';
import { Points } from './points.js';
import type { Random } from './random.js';

const ANYWHERE: Place = { function: '*', event: 'poll', gfn: null, level: null };

/** Entry points that allocate where it may fail. */
const ALLOCATES = new Set(['tdp_mmu_split_huge_pages_root', 'kvm_tdp_mmu_try_split_huge_pages']);

/** `yields`: the dimension; without it nobody asks for the CPU. `scopes`: walkers that rules may name. */
export function generateSchedule(
  random: Random,
  scenario: Scenario,
  entry: string,
  yields: boolean,
  scopes: readonly string[],
): Schedule {
  const rules: ScheduleRule[] = [];
  const points = new Points(random, scenario);
  if (ALLOCATES.has(entry) && random.chance(0.15)) {
    const place = random.chance(0.5) ? ANYWHERE : aimed(random, points, []);
    rules.push({ place: { ...place, event: 'alloc' }, action: { kind: 'fail' } });
  }
  if (yields) rules.push(...polls(random, points, scopes));
  return { rules };
}

function polls(random: Random, points: Points, scopes: readonly string[]): ScheduleRule[] {
  if (random.chance(0.25)) return [{ place: ANYWHERE, action: { kind: 'reschedule' } }];
  const count = random.weighted([
    [4, 1],
    [2, 2],
    [1, 3],
  ]);
  return Array.from({ length: count }, () => ({
    place: aimed(random, points, scopes),
    action: { kind: 'reschedule' },
  }));
}

function aimed(random: Random, points: Points, scopes: readonly string[]): Place {
  const where = random.below(4);
  let gfn: Place['gfn'] = null;
  if (where !== 0) {
    if (random.chance(0.5)) {
      const at = points.gfn();
      gfn = { first: at, last: at };
    } else {
      const { start, end } = points.range();
      gfn = { first: start, last: end - 1n };
    }
  }
  const level = where === 0 || random.chance(0.3) ? random.pick([1, 1, 2, 2, 3, 4]) : null;
  const scope = random.chance(0.2) ? random.pickOr(scopes, '*') : '*';
  return { function: scope, event: 'poll', gfn, level };
}
