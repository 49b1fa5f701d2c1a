/** How large and how far from ordinary a case is: what shrinking makes less of. */
import type { LeafEntry, Scenario, Table } from './scenario.js';
import type { Schedule } from './schedule.js';

export const PLAIN_LEAF: LeafEntry = {
  kind: 'leaf',
  pfn: 0n,
  writable: true,
  mmuWritable: true,
  hostWritable: true,
  executable: true,
  accessed: true,
  dirty: true,
  accessTracked: false,
};

/** Compared position by position: tables, entries, schedule and calls before how plain the rest is. */
type Weight = readonly number[];

export function weight({
  scenario,
  schedule,
}: {
  readonly scenario: Scenario;
  readonly schedule: Schedule;
}): Weight {
  let tables = 0;
  let entries = 0;
  let flags = 0;
  let sizes = 0;
  const visit = (table: Table, level: number): void => {
    tables++;
    if (table.nxHugePageDisallowed) flags++;
    for (const [index, entry] of table.entries) {
      sizes += bits(index);
      if (entry.kind === 'table') visit(entry.table, level - 1);
      else entries++;
      if (entry.kind === 'leaf') flags += leafFlags(entry);
      if (entry.kind === 'mmio') sizes += bits(entry.generation);
    }
  };
  for (const root of scenario.roots) {
    visit(root.table, root.level);
    flags += Number(root.smm) + Number(root.guestMode) + Number(root.invalid);
    flags += Number(root.scheduledToZap) + root.references + (root.level - 4) * 2;
  }
  for (const slot of scenario.slots) {
    flags += Number(slot.dirtyLog) + slot.maxLevel + 2;
    sizes += bigBits(slot.baseGfn) + bigBits(slot.pages);
  }
  const { configuration } = scenario;
  flags += Number(configuration.pml) + Number(configuration.format === 'npt') * 2;
  flags += Number(!configuration.adBits) + Number(configuration.meMask !== 0n);
  flags += Number(configuration.l1tf ?? false) + Number(configuration.noMmioCaching ?? false);
  flags += Number(configuration.noExecOnly ?? false);
  sizes += Math.abs(configuration.maxPhysAddr - 48);
  const beside = schedule.beside === undefined ? [] : [schedule.beside];
  for (const call of [...scenario.calls, ...beside]) {
    for (const value of Object.values(call.args)) sizes += bigBits(value);
  }
  let places = 0;
  for (const { place, action } of schedule.rules) {
    if (action.kind === 'leave') sizes += bits(action.time);
    if (place.function !== '*') places++;
    if (place.level !== null) places++;
    if (place.gfn !== null) {
      places += 2;
      sizes += bigBits(place.gfn.first) + bigBits(place.gfn.last - place.gfn.first);
    }
  }
  const steps = schedule.rules.length;
  return [
    scenario.calls.length,
    tables,
    entries,
    steps,
    scenario.slots.length,
    places,
    flags,
    sizes,
  ];
}

export function lighter(a: Weight, b: Weight): boolean {
  for (const [at, value] of a.entries()) {
    const other = b[at] ?? 0;
    if (value !== other) return value < other;
  }
  return false;
}

const bits = (value: number): number => (value === 0 ? 0 : 1 + Math.floor(Math.log2(value)));
/** Aligned numbers are plainer than others of their size. */
const bigBits = (value: bigint): number => {
  const text = value.toString(2);
  return value === 0n ? 0 : text.length + text.replaceAll('0', '').length;
};

/** How far a leaf is from an ordinary one: writable, executable, accessed, dirty. */
function leafFlags(leaf: LeafEntry): number {
  const keys = [
    'writable',
    'mmuWritable',
    'hostWritable',
    'executable',
    'accessed',
    'dirty',
  ] as const;
  const unlike = keys.filter((key) => leaf[key] !== PLAIN_LEAF[key]).length;
  return unlike + Number(leaf.accessTracked);
}
