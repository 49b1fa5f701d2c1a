/**
 * Small cases, so that every step at every place can be tried: a few tables with a few entries, one call. They come from the
 * same generators as all others, cut down; what was cut away leaves a state that a VM can be in.
 */
import { endOfReach } from '../geometry.js';
import { generateCalls } from '../generate/calls.js';
import { generateConfiguration } from '../generate/configuration.js';
import { Random } from '../generate/random.js';
import { generateRoots } from '../generate/roots.js';
import { generateSlots } from '../generate/slots.js';
import { generateFocus, TableGenerator } from '../generate/tables.js';
import { brokenInvariants } from '../invariants.js';
import { memoryAt } from './memory.js';
import { targetsOf } from './targets.js';
import type { Call, Entry, Scenario, Table } from '../scenario.js';

/** Entries that a table keeps, by level. */
const MOST = [0, 3, 3, 2, 2, 1] as const;
const MOST_TABLES = 6;

export interface SmallOptions {
  readonly seed: string;
  readonly entry: string;
  readonly dimension: string;
  readonly index: number;
}

export function smallScenario({ seed, entry, dimension, index }: SmallOptions): Scenario {
  for (let attempt = 0; attempt < 400; attempt++) {
    const random = new Random(['small', seed, entry, dimension, index, attempt].join('\0'));
    const scenario = oneScenario(random, entry);
    if (scenario !== null && brokenInvariants(scenario).length === 0) return scenario;
  }
  throw new Error(`nothing generated in four hundred attempts has what ${entry} needs`);
}

function oneScenario(random: Random, entry: string): Scenario | null {
  const configuration = generateConfiguration(random);
  const flags = generateRoots(random, configuration).slice(0, random.chance(0.8) ? 1 : 2);
  const end = endOfReach({ configuration, roots: flags });
  const tables = new TableGenerator(
    random,
    configuration,
    generateFocus(random, end),
    end,
    MOST_TABLES,
  );
  const roots = flags
    .map((root) => tables.root(root))
    .map((root) => ({ ...root, table: cut(random, root.table, root.level) }));
  const slots = generateSlots(random, { configuration, roots, calls: [] });
  const scenario = { configuration, roots, slots, calls: [] };
  const calls = generateCalls(random, scenario, entry);
  const call = calls?.at(-1);
  if (call === undefined) return null;
  return { ...scenario, calls: [ofOneHost(scenario, aimed(random, scenario, call))] };
}

/** Page faults are for what is in a table already, or beside it: there others come by. */
function aimed(random: Random, scenario: Scenario, call: Call): Call {
  if (call.entry !== 'kvm_tdp_mmu_map' || random.chance(0.3)) return call;
  const targets = targetsOf(scenario).filter(
    ({ root, entry }) => BigInt(root) === call.args['root'] && entry?.kind !== 'table',
  );
  const target = targets[random.below(Math.max(1, targets.length))];
  if (target === undefined) return call;
  const maxLevel = BigInt(random.pick([1, 1, 2, 3]));
  const write = random.chance(0.7) ? 1n : 0n;
  return { ...call, args: { ...call.args, gfn: target.gfn, maxLevel, write } };
}

/** A page fault brings the memory that any other fault would bring. */
function ofOneHost(scenario: Scenario, call: Call): Call {
  if (call.entry !== 'kvm_tdp_mmu_map') return call;
  const { root = 0n, gfn = 0n, maxLevel = 1n } = call.args;
  const { pfn, hostWritable, level } = memoryAt(scenario, Number(root), gfn);
  const args = {
    pfn,
    mapWritable: hostWritable ? 1n : 0n,
    maxLevel: maxLevel < level ? maxLevel : level,
    // Whoever else faults there would have to know.
    writeTracked: 0n,
  };
  return { ...call, args: { ...call.args, ...args } };
}

/** Tables first: without them there is little to race for. */
function cut(random: Random, table: Table, level: number): Table {
  const limit = MOST[level] ?? 1;
  const all = [...table.entries];
  const kept: [number, Entry][] = all.filter(([, entry]) => entry.kind === 'table').slice(0, limit);
  const rest = all.filter(([, entry]) => entry.kind !== 'table');
  while (kept.length < limit && rest.length > 0) {
    const [chosen] = rest.splice(random.below(Math.min(rest.length, 8)), 1);
    if (chosen !== undefined) kept.push(chosen);
  }
  kept.sort(([a], [b]) => a - b);
  return {
    ...table,
    entries: new Map(
      kept.map(([index, entry]): [number, Entry] =>
        entry.kind === 'table'
          ? [index, { kind: 'table', table: cut(random, entry.table, level - 1) }]
          : [index, entry],
      ),
    ),
  };
}
