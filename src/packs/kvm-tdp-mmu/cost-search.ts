/**
 * Where calls cost most. Cases are put into classes by what a cost is a function of: levels of the roots, page tables, the range that is
 * asked for; within a class the dearest are changed a little at a time.
 */
import type { CostSearch } from '../../pack-api/pack.js';
import { generateCalls } from './generate/calls.js';
import { generateCase, type GeneratedCase } from './generate/case.js';
import { changedRoots } from './generate/change-tables.js';
import { Random } from './generate/random.js';
import { generateSlots } from './generate/slots.js';
import { countTables, endOfReach, pagesAt } from './geometry.js';
import { brokenInvariants } from './invariants.js';
import type { Call, MemorySlot, Root, Scenario } from './scenario.js';
import { argumentsFit } from './shrink.js';

/** Upper ends of classes: a path to one page of a 5-level root has five tables; 2M and 1G of pages. */
const TABLES = [5, 10, 20] as const;
const PAGES = [1n, 1n << 9n, 1n << 18n, null] as const;
const LEVELS = [4, 5] as const;

/** Of tables, in one step of the search. */
const MOST_CHANGES = 3;

const CLASSES = LEVELS.flatMap((levels) =>
  TABLES.flatMap((tables) => PAGES.map((pages) => ({ levels, tables, pages }))),
);

export const COST_SEARCH: CostSearch<GeneratedCase> = {
  columns: ['root levels', 'page tables', 'pages'],
  classes: CLASSES.map(({ levels, tables, pages }) => [
    String(levels),
    `≤ ${String(tables)}`,
    pages === null ? 'more' : pages === 1n ? '1' : `≤ ${pages.toLocaleString('en-US')}`,
  ]),

  begin: (seed, entry, index) => {
    const found = generateCase({ seed, entry, dimension: 'cost', index, scopes: [] });
    return { ...found, scenario: withOneCall(found.scenario, entry) };
  },

  change: ({ scenario, schedule }, entry, draw) => {
    const changed = changedScenario(new Random(draw), scenario, entry);
    return changed && { scenario: changed, schedule };
  },

  classOf: ({ scenario }) => {
    const tables = countTables(scenario);
    const pages = pagesAsked(scenario);
    const levels = scenario.roots.some((root) => root.level === 5) ? 5 : 4;
    const at = CLASSES.findIndex(
      (each) =>
        each.levels === levels &&
        tables <= each.tables &&
        (each.pages === null || (pages !== null && pages <= each.pages)),
    );
    return at < 0 ? null : at;
  },
};

/** A second call of the entry point would count as if one cost twice as much; what leads up to it stays. */
function withOneCall(scenario: Scenario, entry: string): Scenario {
  const others = scenario.calls.filter((call) => call.entry !== entry);
  return { ...scenario, calls: [...others, ...scenario.calls.slice(-1)] };
}

/** In a state that a VM can be in; null: that change leads to none. */
function changedScenario(random: Random, scenario: Scenario, entry: string): Scenario | null {
  const way = random.weighted([
    [3, 'calls'],
    [1, 'slots'],
    [8, 'tables'],
  ] as const);
  switch (way) {
    case 'calls':
      return withCalls(random, scenario, entry);
    case 'slots': {
      const slots = random.chance(0.5)
        ? generateSlots(random, scenario)
        : ([0, 1] as const).map((space) => wholeSlot(scenario, space));
      return withCalls(random, { ...scenario, slots }, entry);
    }
    case 'tables': {
      let { roots } = scenario;
      for (let n = random.between(1, MOST_CHANGES); n > 0; n--)
        roots = changedRoots(random, { ...scenario, roots }) ?? roots;
      return roots === scenario.roots ? null : withRoots(random, scenario, roots, entry);
    }
  }
}

/** Calls and slots stay where they still fit. */
function withRoots(
  random: Random,
  scenario: Scenario,
  roots: readonly Root[],
  entry: string,
): Scenario | null {
  const same = { ...scenario, roots };
  if (isPossible(same)) return same;
  const whole = ([0, 1] as const).map((space) => wholeSlot(same, space));
  return withCalls(random, { ...same, slots: whole }, entry);
}

function withCalls(random: Random, scenario: Scenario, entry: string): Scenario | null {
  const calls = generateCalls(random, { ...scenario, calls: [] }, entry);
  const changed = calls && withOneCall({ ...scenario, calls }, entry);
  return changed !== null && isPossible(changed) ? changed : null;
}

function isPossible(scenario: Scenario): boolean {
  return argumentsFit(scenario) && brokenInvariants(scenario).length === 0;
}

/** All that the roots can map. */
function wholeSlot(scenario: Scenario, addressSpace: 0 | 1): MemorySlot {
  const pages = endOfReach(scenario);
  return { addressSpace, baseGfn: 0n, pages, dirtyLog: false, maxLevel: 3 };
}

/** How many pages the last call asks for; null: whatever the roots map. */
function pagesAsked({ calls, slots }: Scenario): bigint | null {
  const args: Call['args'] = calls.at(-1)?.args ?? {};
  const { start, end, gfn, slot, level, mask } = args;
  if (start !== undefined && end !== undefined) return end - start;
  if (gfn !== undefined && level !== undefined) return pagesAt(Number(level) + 1);
  if (gfn !== undefined) return mask === undefined ? 1n : 64n;
  return slot === undefined ? null : (slots[Number(slot)]?.pages ?? null);
}
