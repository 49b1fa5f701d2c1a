/** The state after a run, in words: roots in list order, every page table that was ever there, then the statistics. */
import type { WordWriter } from '../word-writer.js';
import { COUNTER, FINAL, ROOT } from '../words.js';
import { childTable } from './iterator.js';
import type { Machine } from './machine.js';
import { ENTRIES } from './page-table.js';
import type { PageTable } from './page-table.js';
import type { RootState } from './run-state.js';

export function writeFinalState(machine: Machine, out: WordWriter): void {
  const reached = new Set<PageTable>();
  for (const root of machine.roots) {
    reach(machine, root.table, reached);
    out.push(FINAL.ROOT, root.table.ordinal << 4);
    out.push(root.references, root.table.level | (flagsOf(root) << 8));
  }
  for (const table of machine.tables) writeTable(machine, table, reached.has(table), out);
  const counter = (which: number, value: number): void => {
    out.push(FINAL.COUNTER | (which << 24));
    out.pushNumber(value);
  };
  for (const level of [1, 2, 3])
    counter(COUNTER.PAGES_4K + level - 1, machine.pageStats[level] ?? 0);
  counter(COUNTER.TDP_MMU_PAGES, machine.tablePages);
  counter(COUNTER.TABLE_PAGES, machine.tablePages);
  counter(COUNTER.NX_SPLITS, machine.nxSplits);
  counter(COUNTER.NX_TRACKED, machine.nxSplits);
  counter(COUNTER.VM_BUGGED, machine.bugged ? 1 : 0);
  counter(COUNTER.RCU_DEPTH, machine.readers);
  counter(COUNTER.RCU_PENDING, machine.callbacks);
  counter(COUNTER.MMIO_CREATED, machine.mmioCreated);
}

function flagsOf({ table, invalid, scheduledToZap }: RootState): number {
  return (
    (table.role.smm ? ROOT.SMM : 0) |
    (table.role.guestMode ? ROOT.GUEST_MODE : 0) |
    (invalid ? ROOT.INVALID : 0) |
    (scheduledToZap ? ROOT.SCHEDULED : 0)
  );
}

function reach(machine: Machine, table: PageTable, reached: Set<PageTable>): void {
  reached.add(table);
  if (table.level === 1) return;
  for (let index = 0; index < ENTRIES; index++) {
    const child = childTable(machine, table, index);
    if (child !== null && !reached.has(child) && !child.freed) reach(machine, child, reached);
  }
}

const LIVE = 1;
const FREED = 2;
const REACHABLE = 4;
const NX_DISALLOWED = 8;

/** Runs of entries that are not plainly non-present, in which each differs from the last by the same. */
function writeTable(
  machine: Machine,
  table: PageTable,
  isReachable: boolean,
  out: WordWriter,
): void {
  const { ordinal, level, gfn, halves, freed } = table;
  const reachable = isReachable ? REACHABLE : 0;
  if (freed) {
    out.push(FINAL.TABLE | ((FREED | reachable) << 8), ordinal << 4);
    return;
  }
  const { low: absentLow, high: absentHigh } = machine.absent;
  const head = out.length;
  out.push(0);
  out.push(level);
  out.pushNumber(gfn);
  const isAbsent = (index: number): boolean =>
    halves[2 * index] === absentLow && halves[2 * index + 1] === absentHigh;
  let runs = 0;
  for (let index = 0; index < ENTRIES;) {
    const first = index++;
    if (isAbsent(first)) continue;
    const [low = 0, high = 0] = [halves[2 * first], halves[2 * first + 1]];
    let [stepLow, stepHigh] = [0, 0];
    for (let at = first + 1; at < ENTRIES; at++) {
      const [thisLow = 0, thisHigh = 0] = [halves[2 * at], halves[2 * at + 1]];
      const [lastLow = 0, lastHigh = 0] = [halves[2 * at - 2], halves[2 * at - 1]];
      const byLow = (thisLow - lastLow) >>> 0;
      const byHigh = (thisHigh - lastHigh - (thisLow < lastLow ? 1 : 0)) >>> 0;
      if (at === first + 1) [stepLow, stepHigh] = [byLow, byHigh];
      if (isAbsent(at) || byLow !== stepLow || byHigh !== stepHigh) break;
      index = at + 1;
    }
    out.push(first | ((index - first) << 16));
    out.push(low, high);
    if (index - first > 1) out.push(stepLow, stepHigh);
    runs++;
  }
  const how = LIVE | reachable | (table.nxHugePageDisallowed ? NX_DISALLOWED : 0);
  out.setHalves(
    head,
    FINAL.TABLE | (how << 8) | ((runs & 0xff) << 24),
    (runs >> 8) | (ordinal << 4),
  );
}
