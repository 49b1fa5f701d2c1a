/** A scenario with its schedule as the words of pc_in (layout: c/include/pc/words.h). */
import { entryPoint } from './entry-points.js';
import type {
  Call,
  Configuration,
  Entry,
  LeafEntry,
  MemorySlot,
  Root,
  Scenario,
  Table,
} from './scenario.js';
import { lockModeOf } from './rely/locks.js';
import { stepRule } from './rely/rules.js';
import { HOLDS } from './schedule.js';
import type { Action, Place, Schedule, ScheduleRule } from './schedule.js';
import { SCOPES } from './scopes.js';
import { WordWriter } from './word-writer.js';
import { ACTION, CONFIG, ENTRY, IN, IN_WORDS, LEAF, MAGIC, PLACE, ROOT, TABLE } from './words.js';

const bit = (set: boolean, value: number): number => (set ? value : 0);
/** A scope that never runs: a rule that names a function the pack does not know matches nothing. */
const NO_SCOPE = 0xffff;

/** Each version of the code runs the same case. */
let last: { scenario: Scenario; schedule: Schedule; words: BigUint64Array } | null = null;
/** Many schedules, or many calls, come one after the other for the same page tables. */
let lastRoots: { roots: readonly Root[]; halves: Uint32Array } | null = null;

/** Throws where a call names an entry point or an argument wrongly: scenarios are checked before they get here. */
export function encodeScenario(scenario: Scenario, schedule: Schedule): BigUint64Array {
  if (last?.scenario === scenario && last.schedule === schedule) return last.words;
  const words = encode(scenario, schedule);
  last = { scenario, schedule, words };
  return words;
}

function encode(scenario: Scenario, schedule: Schedule): BigUint64Array {
  const { configuration, roots, slots, calls } = scenario;
  const out = new WordWriter(IN.HEADER);
  out.setBig(IN.MAGIC, MAGIC);
  out.set(IN.FORMAT, configuration.format === 'ept' ? 0 : 1);
  out.set(IN.MAXPHYADDR, configuration.maxPhysAddr);
  out.set(IN.FLAGS, configurationFlags(configuration));
  out.setBig(IN.ME_MASK, configuration.meMask);
  out.set(IN.ROOTS, roots.length);
  out.set(IN.ROOTS_AT, out.length);
  if (lastRoots?.roots === roots) out.pushHalves(lastRoots.halves);
  else {
    const from = out.length;
    for (const root of roots) pushRoot(out, root);
    lastRoots = { roots, halves: out.halvesFrom(from) };
  }
  out.set(IN.SLOTS, slots.length);
  out.set(IN.SLOTS_AT, out.length);
  for (const slot of slots) pushSlot(out, slot);
  out.set(IN.CALLS, calls.length);
  out.set(IN.CALLS_AT, out.length);
  for (const call of calls) pushCall(out, call);
  // Calls of others lie before the rules that name them.
  if (schedule.beside !== undefined) {
    out.set(IN.BESIDE_AT, out.length);
    pushCall(out, schedule.beside);
  }
  const tasks = schedule.rules.map(({ action }) => {
    const at = out.length;
    if (action.kind === 'task') pushCall(out, action.call);
    return at;
  });
  out.set(IN.RULES, schedule.rules.length);
  out.set(IN.RULES_AT, out.length);
  schedule.rules.forEach((rule, at) => {
    pushRule(out, rule, tasks[at] ?? 0);
  });
  out.set(IN.LENGTH, out.length);
  if (out.length > IN_WORDS) throw new Error('the scenario does not fit into pc_in');
  return out.words();
}

function configurationFlags(c: Configuration): number {
  return (
    bit(c.adBits, CONFIG.AD_BITS) |
    bit(c.pml, CONFIG.PML) |
    bit(c.l1tf ?? false, CONFIG.L1TF) |
    bit(c.noMmioCaching ?? false, CONFIG.NO_MMIO_CACHING) |
    bit(c.noExecOnly ?? false, CONFIG.NO_EXEC_ONLY)
  );
}

function pushRoot(out: WordWriter, root: Root): void {
  const flags =
    bit(root.smm, ROOT.SMM) |
    bit(root.guestMode, ROOT.GUEST_MODE) |
    bit(root.invalid, ROOT.INVALID) |
    bit(root.scheduledToZap, ROOT.SCHEDULED);
  out.push(root.level | (flags << 8));
  out.push(root.references);
  pushTable(out, root.table, root.level);
}

function pushTable(out: WordWriter, table: Table, level: number): void {
  const { size } = table.entries;
  const nx = bit(table.nxHugePageDisallowed, TABLE.NX_DISALLOWED);
  if (size >= LEAST_RUN && pushRun(out, table, level, nx)) return;
  out.push(size, nx);
  for (const [index, entry] of table.entries) pushEntry(out, index, entry, level);
}

/**
 * Shorter tables are not worth a look at whether they are one run of leaves. Those of proofs, which are scaled down to a few entries, are
 * among them: a run goes by the kernel's own nine bits a level.
 */
const LEAST_RUN = 8;

/** A table of nothing but like leaves at even distances is one entry: those of a large VM would not fit otherwise. */
function pushRun(out: WordWriter, { entries }: Table, level: number, nx: number): boolean {
  let at = 0;
  let first: LeafEntry | null = null;
  let start = 0;
  let step = 0;
  for (const [index, entry] of entries) {
    if (entry.kind !== 'leaf') return false;
    if (first === null) {
      first = entry;
      start = index;
    } else {
      if (at === 1) step = index - start;
      const pfn = first.pfn + (BigInt(at * step) << BigInt(9 * (level - 1)));
      const like = leafFlags(entry) === leafFlags(first) && entry.pfn === pfn;
      if (step < 1 || index !== start + at * step || !like) return false;
    }
    at++;
  }
  if (first === null) return false;
  out.push(1, nx);
  out.push(start | (ENTRY.LEAF << 16) | (leafFlags(first) << 24), (at - 1) | ((step - 1) << 16));
  out.pushBig(first.pfn);
  return true;
}

function pushEntry(out: WordWriter, index: number, entry: Entry, level: number): void {
  const head = (kind: number, flags: number): void => {
    out.push(index | (kind << 16) | (flags << 24));
  };
  switch (entry.kind) {
    case 'leaf':
      head(ENTRY.LEAF, leafFlags(entry));
      out.pushBig(entry.pfn);
      break;
    case 'mmio':
      head(ENTRY.MMIO, bit(entry.writable, LEAF.WRITABLE));
      out.push(entry.generation);
      break;
    case 'table':
      head(ENTRY.TABLE, 0);
      out.push(0);
      pushTable(out, entry.table, level - 1);
      break;
    case 'frozen':
      head(ENTRY.FROZEN, 0);
      out.push(0);
      break;
  }
}

function leafFlags(leaf: LeafEntry): number {
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

function pushSlot(out: WordWriter, slot: MemorySlot): void {
  out.push(slot.addressSpace | bit(slot.dirtyLog, 1 << 8) | (slot.maxLevel << 16));
  out.pushBig(slot.baseGfn);
  out.pushBig(slot.pages);
}

function pushCall(out: WordWriter, call: Call): void {
  const entry = entryPoint(call.entry);
  if (entry === null) throw new Error(`${call.entry} is no entry point`);
  out.push(entry.number | (entry.arguments.length << 16));
  for (const { name } of entry.arguments) {
    const value = call.args[name];
    if (value === undefined) throw new Error(`${call.entry} needs an argument ${name}`);
    out.pushBig(value);
  }
}

const EVENTS: Readonly<Record<Place['event'], number>> = {
  poll: PLACE.POLL,
  read: PLACE.READ,
  write: PLACE.WRITE,
  xchg: PLACE.XCHG,
  cmpxchg: PLACE.CMPXCHG,
  alloc: PLACE.ALLOC,
  unlocked: PLACE.UNLOCKED,
  and: PLACE.AND,
  end: PLACE.END,
  lock: PLACE.LOCK,
  unlock: PLACE.UNLOCK,
  'lock-shared': PLACE.LOCK_SHARED,
  'unlock-shared': PLACE.UNLOCK_SHARED,
  atomic: PLACE.ATOMIC,
  begin: PLACE.BEGIN,
  rcu: PLACE.RCU,
};

function pushRule(out: WordWriter, { place, action }: ScheduleRule, call: number): void {
  if (place.function === '*') out.push(0xffff_ffff, 0xffff_ffff);
  else out.push(SCOPES.get(place.function) ?? NO_SCOPE);
  out.push(EVENTS[place.event]);
  out.push(place.gfn === null ? 0 : 1);
  out.pushBig(place.gfn?.first ?? 0n);
  out.pushBig(place.gfn?.last ?? 0n);
  out.push(place.level ?? 0);
  pushAction(out, action, call);
  out.push(place.holds === undefined ? 0 : HOLDS.indexOf(place.holds) + 1);
  const target = action.kind === 'step' ? action.at : null;
  out.push(target === null ? 0 : (target.root + 1) | (target.level << 8));
  out.pushBig(target?.gfn ?? 0n);
  out.push(0);
}

function pushAction(out: WordWriter, action: Action, call: number): void {
  switch (action.kind) {
    case 'reschedule':
      out.push(ACTION.RESCHEDULE);
      out.push(0);
      return;
    case 'fail':
      out.push(ACTION.FAIL);
      out.push(0);
      return;
    case 'step':
      out.push(ACTION.STEP);
      out.push(stepRule(action.step)?.number ?? 0);
      return;
    case 'task':
      out.push(ACTION.TASK);
      out.push(call, lockModeOf(action.call));
      return;
    case 'leave':
      out.push(ACTION.LEAVE);
      out.push(action.thread, action.time);
      return;
  }
}
