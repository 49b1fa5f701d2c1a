/**
 * Smaller cases, the boldest first: whole roots, calls, schedules and slots go, then subtrees and entries, then flags and numbers
 * become plain. Each candidate is valid (it satisfies the invariants where the case did) and smaller in `weight`, so that
 * taking the first that still fails always ends.
 */
import { entryPoint } from './entry-points.js';
import { pagesAt } from './geometry.js';
import { mayBeBeside } from './concurrent/threads.js';
import { brokenInvariants } from './invariants.js';
import type { Call, Configuration, Entry, MemorySlot, Root, Scenario, Table } from './scenario.js';
import type { Schedule, ScheduleRule } from './schedule.js';
import { plainerTables, smallerTables } from './shrink-tables.js';
import { lighter, weight } from './shrink-weight.js';

export interface Case {
  readonly scenario: Scenario;
  readonly schedule: Schedule;
}

export function* shrinkCandidates(scenario: Scenario, schedule: Schedule): Generator<Case> {
  const input = { scenario, schedule };
  const before = weight(input);
  const valid = brokenInvariants(scenario).length === 0;
  for (const candidate of candidates(input)) {
    if (!lighter(weight(candidate), before)) continue;
    if (valid && brokenInvariants(candidate.scenario).length > 0) continue;
    if (!argumentsFit(candidate.scenario) || !besideFits(candidate)) continue;
    yield candidate;
  }
}

function* candidates(input: Case): Generator<Case> {
  const { scenario, schedule } = input;
  const with_ = (change: Partial<Scenario>): Case => ({
    schedule,
    scenario: { ...scenario, ...change },
  });
  const scheduled = (rules: readonly ScheduleRule[]): Case => ({
    scenario,
    schedule: { ...schedule, rules },
  });

  if (schedule.rules.length > 0) yield scheduled([]);
  for (const calls of without(scenario.calls)) if (calls.length > 0) yield with_({ calls });
  for (const at of scenario.roots.keys()) {
    const smaller = withoutNumber(input, 'root', at);
    if (smaller !== null) yield smaller;
  }
  for (const at of scenario.slots.keys()) {
    const smaller = withoutNumber(input, 'slot', at);
    if (smaller !== null) yield smaller;
  }
  for (const rules of without(schedule.rules)) yield scheduled(rules);
  for (const [at, root] of scenario.roots.entries()) {
    for (const table of smallerTables(root.table, root.level)) {
      yield with_({ roots: replaced(scenario.roots, at, { ...root, table }) });
    }
  }
  for (const [at, root] of scenario.roots.entries()) {
    for (const plain of plainerRoots(root)) {
      yield with_({ roots: replaced(scenario.roots, at, plain) });
    }
  }
  for (const configuration of plainerConfigurations(scenario.configuration)) {
    yield plainer(input, configuration);
  }
  for (const [at, root] of scenario.roots.entries()) {
    for (const table of plainerTables(root.table, root.level)) {
      yield with_({ roots: replaced(scenario.roots, at, { ...root, table }) });
    }
  }
  for (const [at, slot] of scenario.slots.entries()) {
    for (const plain of plainerSlots(slot)) {
      yield with_({ slots: replaced(scenario.slots, at, plain) });
    }
  }
  for (const [at, call] of scenario.calls.entries()) {
    for (const plain of plainerCalls(call)) {
      yield with_({ calls: replaced(scenario.calls, at, plain) });
    }
  }
  if (schedule.beside !== undefined) {
    for (const beside of plainerCalls(schedule.beside))
      yield { scenario, schedule: { ...schedule, beside } };
  }
  for (const [at, rule] of schedule.rules.entries()) {
    for (const plain of plainerRules(rule)) yield scheduled(replaced(schedule.rules, at, plain));
  }
}

// Lists ------------------------------------------------------------------------------------------------------------------------

function replaced<T>(list: readonly T[], at: number, item: T): T[] {
  return list.map((old, i) => (i === at ? item : old));
}

/** The list without one half, then without each single item. */
function* without<T>(list: readonly T[]): Generator<T[]> {
  if (list.length > 2) {
    const half = Math.floor(list.length / 2);
    yield list.slice(0, half);
    yield list.slice(half);
  }
  for (const at of list.keys()) yield list.filter((_, i) => i !== at);
}

// Roots and slots, which calls name by number ------------------------------------------------------------------------------------

function withoutNumbered(
  calls: readonly Call[],
  name: 'root' | 'slot',
  gone: number,
): Call[] | null {
  const left: Call[] = [];
  for (const call of calls) {
    const number = call.args[name];
    if (number === BigInt(gone)) return null;
    const moved = number !== undefined && number > BigInt(gone) ? number - 1n : number;
    left.push(moved === undefined ? call : { ...call, args: { ...call.args, [name]: moved } });
  }
  return left;
}

function withoutNumber(input: Case, name: 'root' | 'slot', gone: number): Case | null {
  const { scenario, schedule } = input;
  const calls = withoutNumbered(scenario.calls, name, gone);
  const others = withoutNumbered(
    schedule.beside === undefined ? [] : [schedule.beside],
    name,
    gone,
  );
  if (calls === null || others === null) return null;
  const [beside] = others;
  const left =
    name === 'root'
      ? { roots: scenario.roots.filter((_, at) => at !== gone) }
      : { slots: scenario.slots.filter((_, at) => at !== gone) };
  return {
    scenario: { ...scenario, ...left, calls },
    schedule: beside === undefined ? schedule : { ...schedule, beside },
  };
}

/** What runs beside may still do so. */
function besideFits({ scenario, schedule: { beside } }: Case): boolean {
  if (beside === undefined) return true;
  return mayBeBeside(scenario, beside) && argumentsFit({ ...scenario, calls: [beside] });
}

/** kvm_tdp_mmu_zap_sp needs the table that it names. */
export function argumentsFit(scenario: Scenario): boolean {
  return scenario.calls.every(({ entry, args }) => {
    if (entry !== 'kvm_tdp_mmu_zap_sp') return true;
    const root = scenario.roots[Number(args['root'])];
    let table = root?.table;
    for (
      let level = root?.level ?? 0;
      table !== undefined && level > Number(args['level']);
      level--
    ) {
      const index = Number(((args['gfn'] ?? 0n) / pagesAt(level)) % 512n);
      const below: Entry | undefined = table.entries.get(index);
      table = below?.kind === 'table' ? below.table : undefined;
    }
    return table !== undefined;
  });
}

// The rest ---------------------------------------------------------------------------------------------------------------------

function* plainerRoots(root: Root): Generator<Root> {
  if (root.level === 5) {
    const only = [...root.table.entries.entries()];
    const [first] = only;
    if (only.length === 1 && first?.[0] === 0 && first[1].kind === 'table') {
      yield { ...root, level: 4, table: { ...first[1].table, nxHugePageDisallowed: false } };
    }
    if (only.length === 0) yield { ...root, level: 4 };
  }
  if (root.invalid) yield { ...root, invalid: false, scheduledToZap: false };
  if (root.smm) yield { ...root, smm: false };
  if (root.guestMode) yield { ...root, guestMode: false };
  if (root.references > 0) yield { ...root, references: root.references - 1 };
}

function* plainerConfigurations(c: Configuration): Generator<Configuration> {
  if (c.format === 'npt') yield { ...c, format: 'ept', meMask: 0n };
  if (c.meMask !== 0n) yield { ...c, meMask: 0n };
  for (const quirk of ['l1tf', 'noMmioCaching', 'noExecOnly'] as const) {
    const { [quirk]: has, ...plain } = c;
    if (has) yield plain;
  }
  if (!c.adBits) yield { ...c, adBits: true };
  if (c.pml) yield { ...c, pml: false };
  if (c.maxPhysAddr !== 48) yield { ...c, maxPhysAddr: 48 };
}

/** Leaves that the other configuration does not know are made plain with it. */
function plainer({ scenario, schedule }: Case, configuration: Configuration): Case {
  const turnsOn = configuration.adBits && !scenario.configuration.adBits;
  if (!turnsOn) return { schedule, scenario: { ...scenario, configuration } };
  const rewrite = (table: Table): Table => ({
    ...table,
    entries: new Map(
      [...table.entries].map(([index, entry]): [number, Entry] => {
        if (entry.kind === 'table') return [index, { kind: 'table', table: rewrite(entry.table) }];
        if (entry.kind !== 'leaf') return [index, entry];
        const dirty = entry.writable;
        return [index, { ...entry, accessTracked: false, accessed: !entry.accessTracked, dirty }];
      }),
    ),
  });
  const roots = scenario.roots.map((root) => ({ ...root, table: rewrite(root.table) }));
  return { schedule, scenario: { ...scenario, configuration, roots } };
}

function* plainerSlots(slot: MemorySlot): Generator<MemorySlot> {
  if (slot.dirtyLog) yield { ...slot, dirtyLog: false };
  if (slot.maxLevel > 1) yield { ...slot, maxLevel: slot.maxLevel === 3 ? 2 : 1 };
  const end = slot.baseGfn + slot.pages;
  for (const base of plainerNumbers(slot.baseGfn)) {
    yield { ...slot, baseGfn: base, pages: end - base };
    yield { ...slot, baseGfn: base };
  }
  for (const pages of plainerNumbers(slot.pages)) if (pages > 0n) yield { ...slot, pages };
}

/** Toward 0, and toward what is aligned. */
function* plainerNumbers(value: bigint): Generator<bigint> {
  if (value === 0n) return;
  yield 0n;
  for (const level of [4, 3, 2]) {
    const size = pagesAt(level);
    if (value % size !== 0n) {
      yield value - (value % size);
      yield value - (value % size) + size;
    }
  }
  for (let half = value / 2n; half > 0n && half > value / 16n; half /= 2n) yield half;
  yield value - 1n;
  yield value & (value - 1n); // without its lowest bit
}

function* plainerCalls(call: Call): Generator<Call> {
  const info = entryPoint(call.entry);
  for (const argument of info?.arguments ?? []) {
    const value = call.args[argument.name];
    if (value === undefined) continue;
    for (const smaller of argumentValues(argument.type, value)) {
      const args = { ...call.args, [argument.name]: smaller };
      if (rangeIsLegal(args)) yield { ...call, args };
    }
  }
}

type ArgumentType = NonNullable<ReturnType<typeof entryPoint>>['arguments'][number]['type'];

function* argumentValues(type: ArgumentType, value: bigint): Generator<bigint> {
  switch (type.kind) {
    case 'root':
    case 'slot':
    case 'pfn': // belongs to the gfn
      return;
    case 'flag':
      if (value !== 0n) yield 0n;
      return;
    case 'level':
      if (value > BigInt(type.least)) yield value - 1n;
      return;
    case 'gfn':
      if (type.role === 'aligned64') return; // its distance from the slot's base matters
      yield* plainerNumbers(value);
      return;
    case 'mask':
      for (let bit = 1n; bit <= value; bit <<= 1n)
        if ((value & bit) !== 0n && value !== bit) yield bit;
      for (let bit = 1n; bit <= value; bit <<= 1n)
        if (value & bit && value !== bit) yield value & ~bit;
      return;
    case 'generation':
      yield* plainerNumbers(value);
      return;
  }
}

export function rangeIsLegal(args: Call['args']): boolean {
  const { start, end } = args;
  return start === undefined || end === undefined || start < end;
}

function* plainerRules(rule: ScheduleRule): Generator<ScheduleRule> {
  const { place } = rule;
  const at = (change: Partial<typeof place>): ScheduleRule => ({
    ...rule,
    place: { ...place, ...change },
  });
  if (place.gfn !== null) yield at({ gfn: null });
  if (place.function !== '*') yield at({ function: '*' });
  if (place.level !== null) yield at({ level: null });
  if (place.gfn !== null && place.gfn.first !== place.gfn.last) {
    const { first, last } = place.gfn;
    const middle = (first + last) / 2n;
    yield at({ gfn: { first, last: first } });
    yield at({ gfn: { first: last, last } });
    yield at({ gfn: { first, last: middle } });
    yield at({ gfn: { first: middle + 1n, last } });
  }
}
