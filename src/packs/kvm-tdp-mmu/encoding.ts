/** A scenario with its schedule as the words of pc_in (layout: c/include/pc/words.h). */
import { entryPoint } from './entry-points.js';
import type { Call, Entry, LeafEntry, MemorySlot, Root, Scenario, Table } from './scenario.js';
import type { Place, Schedule, ScheduleRule } from './schedule.js';
import { SCOPES } from './scopes.js';
import { ACTION, CONFIG, ENTRY, IN, IN_WORDS, LEAF, MAGIC, PLACE, ROOT, TABLE } from './words.js';

const bit = (set: boolean, value: bigint): bigint => (set ? value : 0n);
const ANY_SCOPE = (1n << 64n) - 1n;
/** A scope that never runs: a rule that names a function the pack does not know matches nothing. */
const NO_SCOPE = 0xffffn;

/** Throws where a call names an entry point or an argument wrongly: scenarios are checked before they get here. */
export function encodeScenario(scenario: Scenario, schedule: Schedule): BigUint64Array {
  const { configuration, roots, slots, calls } = scenario;
  const words: bigint[] = new Array<bigint>(IN.HEADER).fill(0n);
  words[IN.MAGIC] = MAGIC;
  words[IN.FORMAT] = configuration.format === 'ept' ? 0n : 1n;
  words[IN.MAXPHYADDR] = BigInt(configuration.maxPhysAddr);
  words[IN.FLAGS] = bit(configuration.adBits, CONFIG.AD_BITS) | bit(configuration.pml, CONFIG.PML);
  words[IN.ME_MASK] = configuration.meMask;
  words[IN.ROOTS] = BigInt(roots.length);
  words[IN.ROOTS_AT] = BigInt(words.length);
  for (const root of roots) pushRoot(words, root);
  words[IN.SLOTS] = BigInt(slots.length);
  words[IN.SLOTS_AT] = BigInt(words.length);
  for (const slot of slots) pushSlot(words, slot);
  words[IN.CALLS] = BigInt(calls.length);
  words[IN.CALLS_AT] = BigInt(words.length);
  for (const call of calls) pushCall(words, call);
  const rules = schedule.rules.filter((rule) => rule.action.kind !== 'step');
  words[IN.RULES] = BigInt(rules.length);
  words[IN.RULES_AT] = BigInt(words.length);
  for (const rule of rules) pushRule(words, rule);
  words[IN.LENGTH] = BigInt(words.length);
  if (words.length > IN_WORDS) throw new Error('the scenario does not fit into pc_in');
  return BigUint64Array.from(words);
}

function pushRoot(words: bigint[], root: Root): void {
  const flags =
    bit(root.smm, ROOT.SMM) |
    bit(root.guestMode, ROOT.GUEST_MODE) |
    bit(root.invalid, ROOT.INVALID) |
    bit(root.scheduledToZap, ROOT.SCHEDULED);
  words.push(BigInt(root.level) | (flags << 8n), BigInt(root.references));
  pushTable(words, root.table);
}

function pushTable(words: bigint[], table: Table): void {
  const flags = bit(table.nxHugePageDisallowed, TABLE.NX_DISALLOWED);
  words.push(BigInt(table.entries.size) | (flags << 32n));
  for (const [index, entry] of table.entries) pushEntry(words, index, entry);
}

function pushEntry(words: bigint[], index: number, entry: Entry): void {
  const head = (kind: bigint, flags: bigint): bigint =>
    BigInt(index) | (kind << 16n) | (flags << 24n);
  switch (entry.kind) {
    case 'leaf':
      words.push(head(ENTRY.LEAF, leafFlags(entry)), entry.pfn);
      break;
    case 'mmio':
      words.push(head(ENTRY.MMIO, bit(entry.writable, LEAF.WRITABLE)), BigInt(entry.generation));
      break;
    case 'table':
      words.push(head(ENTRY.TABLE, 0n), 0n);
      pushTable(words, entry.table);
      break;
    case 'frozen':
      words.push(head(ENTRY.FROZEN, 0n), 0n);
      break;
  }
}

function leafFlags(leaf: LeafEntry): bigint {
  return (
    bit(leaf.writable, LEAF.WRITABLE) |
    bit(leaf.mmuWritable, LEAF.MMU_WRITABLE) |
    bit(leaf.hostWritable, LEAF.HOST_WRITABLE) |
    bit(leaf.executable, LEAF.EXECUTABLE) |
    bit(leaf.accessed, LEAF.ACCESSED) |
    bit(leaf.dirty, LEAF.DIRTY) |
    bit(leaf.accessTracked, LEAF.ACCESS_TRACKED)
  );
}

function pushSlot(words: bigint[], slot: MemorySlot): void {
  words.push(
    BigInt(slot.addressSpace) | bit(slot.dirtyLog, 1n << 8n) | (BigInt(slot.maxLevel) << 16n),
    slot.baseGfn,
    slot.pages,
  );
}

function pushCall(words: bigint[], call: Call): void {
  const entry = entryPoint(call.entry);
  if (entry === null) throw new Error(`${call.entry} is no entry point`);
  words.push(BigInt(entry.number) | (BigInt(entry.arguments.length) << 16n));
  for (const { name } of entry.arguments) {
    const value = call.args[name];
    if (value === undefined) throw new Error(`${call.entry} needs an argument ${name}`);
    words.push(value);
  }
}

const EVENTS: Readonly<Record<Place['event'], bigint>> = {
  poll: PLACE.POLL,
  read: PLACE.READ,
  write: PLACE.WRITE,
  xchg: PLACE.XCHG,
  cmpxchg: PLACE.CMPXCHG,
  alloc: PLACE.ALLOC,
  unlocked: PLACE.UNLOCKED,
};

function pushRule(words: bigint[], { place, action }: ScheduleRule): void {
  const scope = place.function === '*' ? ANY_SCOPE : BigInt(SCOPES.get(place.function) ?? NO_SCOPE);
  words.push(
    scope,
    EVENTS[place.event],
    place.gfn === null ? 0n : 1n,
    place.gfn?.first ?? 0n,
    place.gfn?.last ?? 0n,
    BigInt(place.level ?? 0),
    action.kind === 'reschedule' ? ACTION.RESCHEDULE : ACTION.FAIL,
    0n,
  );
}
