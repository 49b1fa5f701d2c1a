/**
 * The iterator: visits the SPTEs of a root in pre-order, tables before what they point to. It always walks *towards a goal gfn*,
 * so that after a yield it can start again at the root and arrive where it was. Described in tdp_iter.h and tdp_iter.c.
 *
 * It reads an SPTE each time it arrives at one, and once more before it steps down (the table may have been unlinked since).
 */
import { FIRST_TABLE_PFN } from '../geometry.js';
import type { Machine } from './machine.js';
import { ENTRIES, indexOf, pagesPerEntry, roundToLevel } from './page-table.js';
import type { PageTable } from './page-table.js';
import { HUGE_HALF, PRESENT_HALF } from './spte.js';
import type { RootState } from './run-state.js';

const MAX_ROOT_LEVEL = 5;

/** spte_to_child_pt: the table that an SPTE points to, if it points to one. */
export function childTable(machine: Machine, table: PageTable, index: number): PageTable | null {
  const low = table.low(index);
  if ((low & PRESENT_HALF) === 0 || (low & HUGE_HALF) !== 0 || table.level === 1) return null;
  return tableOf(machine, table.read(index));
}

/** The table that the SPTE of a table points to. */
export function tableOf(machine: Machine, spte: bigint): PageTable | null {
  const ordinal = ((spte & machine.masks.baseAddress) >> 12n) - FIRST_TABLE_PFN;
  return machine.tables[Number(ordinal)] ?? null;
}

export class TdpIterator {
  /** Where the walk is heading; at rest, the first gfn not dealt with yet. */
  goal = 0;
  /** The goal when the walk last began: yielding again before it moved would never end. */
  yieldedAt = 0;
  yielded = false;
  valid = false;
  gfn = 0;
  level = 0;
  index = 0;
  table: PageTable;
  private low = 0;
  private high = 0;
  /** Tables on the way, by level. */
  private readonly path: PageTable[] = [];
  private readonly rootLevel: number;

  constructor(
    private readonly machine: Machine,
    root: PageTable,
    private readonly minLevel: number,
    gfn: number,
  ) {
    this.table = root;
    this.rootLevel = root.level;
    const badLevel = root.level < 1 || root.level > MAX_ROOT_LEVEL;
    if (machine.warnIf(badLevel, 'tdp_iter_start', 'the root has no legal level')) return;
    this.goal = gfn;
    this.path[root.level] = root;
    this.restart();
  }

  /** The SPTE as it was read last, or as somebody who changed it says. */
  get spte(): bigint {
    return (BigInt(this.high) << 32n) | BigInt(this.low);
  }

  set spte(value: bigint) {
    this.low = Number(value & 0xffff_ffffn);
    this.high = Number(value >> 32n);
  }

  get isPresent(): boolean {
    return (this.low & PRESENT_HALF) !== 0;
  }

  /** A present SPTE that maps memory. */
  get isLeaf(): boolean {
    return this.isPresent && (this.level === 1 || (this.low & HUGE_HALF) !== 0);
  }

  restart(): void {
    this.yielded = false;
    this.yieldedAt = this.goal;
    this.arrive(this.rootLevel, this.goal);
    this.valid = true;
  }

  next(): void {
    if (this.yielded) {
      this.restart();
      return;
    }
    if (this.stepDown()) return;
    while (!this.stepSide()) {
      if (!this.stepUp()) {
        this.valid = false;
        return;
      }
    }
  }

  private stepDown(): boolean {
    if (this.level === this.minLevel) return false;
    this.read();
    if (!this.isPresent || this.isLeaf) return false;
    const child = tableOf(this.machine, this.spte);
    if (child === null) return false;
    this.path[this.level - 1] = child;
    this.arrive(this.level - 1, this.goal);
    return true;
  }

  private stepSide(): boolean {
    if (this.index === ENTRIES - 1) return false;
    this.index++;
    this.gfn += pagesPerEntry(this.level);
    this.read();
    this.goal = this.gfn;
    return true;
  }

  private stepUp(): boolean {
    if (this.level === this.rootLevel) return false;
    this.arrive(this.level + 1, this.gfn);
    return true;
  }

  private arrive(level: number, gfn: number): void {
    const table = this.path[level];
    if (table === undefined) throw new Error(`the walk has no table at level ${String(level)}`);
    this.table = table;
    this.level = level;
    this.gfn = roundToLevel(gfn, level);
    this.index = indexOf(this.gfn, level);
    this.read();
  }

  private read(): void {
    const { table, index } = this;
    this.machine.countRead(table, index);
    this.low = table.halves[2 * index] ?? 0;
    this.high = table.halves[2 * index + 1] ?? 0;
  }
}

export interface Range {
  readonly start: number;
  readonly end: number; // exclusive
}

/** Every SPTE at `minLevel` or above that the walk over the range meets; each one handed out is a loop of the walker. */
export function* visit(
  machine: Machine,
  root: RootState,
  minLevel: number,
  range: Range,
): Generator<TdpIterator> {
  const iterator = new TdpIterator(machine, root.table, minLevel, range.start);
  for (; iterator.valid && iterator.gfn < range.end; iterator.next()) {
    machine.countLoop();
    yield iterator;
  }
}

/** Only present leaf SPTEs; the others are no loop of the walker. */
export function* visitLeaves(
  machine: Machine,
  root: RootState,
  range: Range,
): Generator<TdpIterator> {
  const iterator = new TdpIterator(machine, root.table, 1, range.start);
  for (; iterator.valid && iterator.gfn < range.end; iterator.next()) {
    if (!iterator.isLeaf) continue;
    machine.countLoop();
    yield iterator;
  }
}
