/**
 * A case one step away from another, for a search that is led by what its cases execute: arguments move to boundaries and to the
 * constants of the code, entries of tables become others, tables and slots change, flags turn, schedules are drawn anew.
 */
import { argumentsFit } from '../shrink.js';
import { isLegalCall } from './legal-calls.js';
import { brokenInvariants } from '../invariants.js';
import { endOfReach, pagesAt } from '../geometry.js';
import { entryPoint } from '../entry-points.js';
import type {
  Call,
  Configuration,
  Entry,
  LeafEntry,
  MemorySlot,
  Root,
  Scenario,
  Table,
} from '../scenario.js';
import { generateCalls } from './calls.js';
import type { GeneratedCase } from './case.js';
import { changedRoots } from './change-tables.js';
import { generateConfiguration } from './configuration.js';
import { Random } from './random.js';
import { generateSchedule } from './schedules.js';
import { generateSlots } from './slots.js';

export interface VaryOptions {
  readonly entry: string;
  /** Any text. */
  readonly draw: string;
  /** Of the code that is to be executed. */
  readonly constants: readonly bigint[];
  /** Functions that schedules may name. */
  readonly scopes: readonly string[];
}

/** null: that step leads to no state that a VM can be in. */
export function variedCase(input: GeneratedCase, options: VaryOptions): GeneratedCase | null {
  const random = new Random(options.draw);
  const steps = random.weighted([
    [5, 1],
    [3, 2],
    [2, 4],
  ]);
  let current = input;
  for (let n = 0; n < steps; n++) {
    const next = step(random, current, options);
    if (next !== null && isPossible(next)) current = next;
  }
  return current === input ? null : current;
}

function isPossible({ scenario }: GeneratedCase): boolean {
  return (
    scenario.calls.every((call) => isLegalCall(scenario, call)) &&
    argumentsFit(scenario) &&
    brokenInvariants(scenario).length === 0
  );
}

function step(
  random: Random,
  input: GeneratedCase,
  { entry, constants, scopes }: VaryOptions,
): GeneratedCase | null {
  const { scenario, schedule } = input;
  const way = random.weighted([
    [8, 'argument'],
    [2, 'calls'],
    [5, 'entry'],
    [4, 'tables'],
    [2, 'root'],
    [2, 'slot'],
    [1, 'slots'],
    [1, 'configuration'],
    [2, 'schedule'],
  ] as const);
  const with_ = (change: Partial<Scenario>): GeneratedCase => ({
    schedule,
    scenario: { ...scenario, ...change },
  });
  switch (way) {
    case 'argument': {
      const calls = withOtherArgument(random, scenario, constants);
      return calls && with_({ calls });
    }
    case 'calls': {
      const calls = generateCalls(random, { ...scenario, calls: [] }, entry);
      return calls && with_({ calls });
    }
    case 'entry':
      return atRoot(random, scenario, with_, (root) => withOtherEntry(random, root));
    case 'tables': {
      const roots = changedRoots(random, scenario);
      return roots && with_({ roots });
    }
    case 'root':
      return atRoot(random, scenario, with_, (root) => withOtherFlag(random, root));
    case 'slot': {
      const at = random.below(Math.max(1, scenario.slots.length));
      const slot = scenario.slots[at];
      if (slot === undefined) return null;
      const other = otherSlot(random, slot, constants);
      return with_({ slots: scenario.slots.map((each, i) => (i === at ? other : each)) });
    }
    case 'slots':
      return with_({ slots: generateSlots(random, scenario) });
    case 'configuration':
      return with_({ configuration: otherConfiguration(random, scenario.configuration) });
    case 'schedule': {
      const yields = entryPoint(entry)?.yields !== false;
      return { scenario, schedule: generateSchedule(random, scenario, entry, yields, scopes) };
    }
  }
}

/** Often of the same width and format: most tables fit no other. */
function otherConfiguration(random: Random, known: Configuration): Configuration {
  const drawn = generateConfiguration(random);
  if (random.chance(0.3)) return drawn;
  return { ...drawn, format: known.format, maxPhysAddr: known.maxPhysAddr };
}

function atRoot(
  random: Random,
  { roots }: Scenario,
  with_: (change: Partial<Scenario>) => GeneratedCase,
  change: (root: Root) => Root | null,
): GeneratedCase | null {
  const at = random.below(Math.max(1, roots.length));
  const root = roots[at];
  const other = root === undefined ? null : change(root);
  return other && with_({ roots: roots.map((each, i) => (i === at ? other : each)) });
}

// Arguments --------------------------------------------------------------------------------------------------------------------

/** Of the last call, which is the entry point's. */
function withOtherArgument(
  random: Random,
  scenario: Scenario,
  constants: readonly bigint[],
): Call[] | null {
  const call = scenario.calls.at(-1);
  const known = call === undefined ? null : entryPoint(call.entry);
  if (call === undefined || known === null || known.arguments.length === 0) return null;
  const argument = known.arguments[random.below(known.arguments.length)];
  const value = argument === undefined ? undefined : call.args[argument.name];
  if (argument === undefined || value === undefined) return null;
  if (call.entry === 'kvm_tdp_mmu_alloc_root' && argument.type.kind === 'level') return null;
  const other = otherValue(random, scenario, argument.type, value, call.args, constants);
  if (other === null || other < 0n) return null;
  const args = { ...call.args, [argument.name]: other };
  const { pfn } = call.args;
  // a frame lies as its gfn does, or no huge page could map it
  if (argument.name === 'gfn' && pfn !== undefined)
    args['pfn'] = pfn - (pfn % pagesAt(3)) + (other % pagesAt(3));
  return [...scenario.calls.slice(0, -1), { ...call, args }];
}

type ArgumentType = NonNullable<ReturnType<typeof entryPoint>>['arguments'][number]['type'];

function otherValue(
  random: Random,
  scenario: Scenario,
  type: ArgumentType,
  value: bigint,
  args: Call['args'],
  constants: readonly bigint[],
): bigint | null {
  switch (type.kind) {
    case 'root':
      return BigInt(random.below(scenario.roots.length));
    case 'slot':
      return scenario.slots.length === 0 ? null : BigInt(random.below(scenario.slots.length));
    case 'flag':
      return value === 0n ? 1n : 0n;
    case 'level':
      return BigInt(random.between(type.least, type.most));
    case 'gfn':
      return type.role === 'aligned64'
        ? value + 64n * BigInt(random.between(-2, 2))
        : otherGfn(random, scenario, value, args, constants);
    case 'mask':
      return value ^ (1n << BigInt(random.below(64)));
    case 'pfn': // belongs to the gfn
      return null;
    case 'generation':
      return constantNear(random, constants) ?? random.belowBig(1n << 20n);
  }
}

/** At an edge of a table or a page, of the range, or as far from either as a constant says. */
function otherGfn(
  random: Random,
  scenario: Scenario,
  value: bigint,
  { start, end }: Call['args'],
  constants: readonly bigint[],
): bigint {
  const size = pagesAt(random.between(1, 4));
  const down = value - (value % size);
  const away = constantNear(random, constants) ?? 1n;
  const limit = endOfReach(scenario);
  const other = random.pick<bigint>([
    down,
    down + size,
    down - 1n,
    down + size - 1n,
    down + 1n,
    value + 1n,
    value - 1n,
    away,
    value + away,
    value - away,
    down + away,
    (start ?? value) + away,
    (end ?? value) - away,
    limit - 1n,
    limit,
    0n,
  ]);
  return other > limit ? limit : other;
}

function constantNear(random: Random, constants: readonly bigint[]): bigint | null {
  const constant = constants[random.below(Math.max(1, constants.length))];
  return constant === undefined ? null : constant + BigInt(random.between(-1, 1));
}

// Tables -----------------------------------------------------------------------------------------------------------------------

function withOtherEntry(random: Random, root: Root): Root | null {
  const table = changeEntry(random, root.table, root.level);
  return table && { ...root, table };
}

/** Some entry on the way down; null: there is none. */
function changeEntry(random: Random, table: Table, level: number): Table | null {
  const all = [...table.entries];
  const chosen = all[random.below(Math.max(1, all.length))];
  if (chosen === undefined) return null;
  const [index, entry] = chosen;
  if (entry.kind === 'table' && random.chance(0.75)) {
    const below = changeEntry(random, entry.table, level - 1);
    return below && withEntry(table, index, { kind: 'table', table: below });
  }
  if (entry.kind === 'table') {
    const flipped = { ...entry.table, nxHugePageDisallowed: !entry.table.nxHugePageDisallowed };
    return withEntry(table, index, random.chance(0.7) ? { kind: 'table', table: flipped } : null);
  }
  if (random.chance(0.15)) return withEntry(table, index, null);
  if (entry.kind !== 'leaf') {
    if (entry.kind === 'mmio')
      return withEntry(table, index, { ...entry, generation: random.below(1 << 19) });
    return null;
  }
  if (level === 1 && random.chance(0.1))
    return withEntry(table, index, { kind: 'mmio', generation: 0, writable: true });
  return withEntry(table, index, otherLeaf(random, entry));
}

const LEAF_FLAGS = [
  'writable',
  'mmuWritable',
  'hostWritable',
  'executable',
  'accessed',
  'dirty',
  'accessTracked',
] as const;

function otherLeaf(random: Random, leaf: LeafEntry): LeafEntry {
  const flag = random.pick(LEAF_FLAGS);
  return { ...leaf, [flag]: !leaf[flag] };
}

function withEntry(table: Table, index: number, entry: Entry | null): Table {
  const entries = new Map(table.entries);
  if (entry === null) entries.delete(index);
  else entries.set(index, entry);
  return { ...table, entries };
}

// The rest ---------------------------------------------------------------------------------------------------------------------

function withOtherFlag(random: Random, root: Root): Root {
  switch (random.pick(['smm', 'guestMode', 'invalid', 'scheduledToZap', 'references'] as const)) {
    case 'smm':
      return { ...root, smm: !root.smm };
    case 'guestMode':
      return { ...root, guestMode: !root.guestMode };
    case 'invalid':
      return { ...root, invalid: !root.invalid, references: root.references + 1 };
    case 'scheduledToZap':
      return { ...root, invalid: true, scheduledToZap: !root.scheduledToZap };
    case 'references':
      return { ...root, references: random.below(4) };
  }
}

/** At least one. */
function otherPages(
  random: Random,
  { baseGfn, pages }: MemorySlot,
  constants: readonly bigint[],
): bigint {
  const size = pagesAt(random.between(2, 3));
  const end = baseGfn + pages;
  const other = random.pick([
    pages + 1n,
    pages - 1n,
    constantNear(random, constants) ?? pages + 31n,
    end - (end % size) + size - baseGfn,
  ]);
  return other > 0n ? other : 1n;
}

function otherSlot(random: Random, slot: MemorySlot, constants: readonly bigint[]): MemorySlot {
  switch (random.pick(['dirtyLog', 'maxLevel', 'start', 'end'] as const)) {
    case 'dirtyLog':
      return { ...slot, dirtyLog: !slot.dirtyLog };
    case 'maxLevel':
      return { ...slot, maxLevel: random.pick([1, 2, 3]) };
    case 'start': {
      const size = pagesAt(random.between(1, 3));
      const down = slot.baseGfn - (slot.baseGfn % size);
      return { ...slot, baseGfn: down, pages: slot.pages + slot.baseGfn - down };
    }
    case 'end':
      return { ...slot, pages: otherPages(random, slot, constants) };
  }
}
