/**
 * The iterator: visits the SPTEs of a root in pre-order, tables before what they point to. It always walks *towards a goal gfn*,
 * so that after a yield it can start again at the root and arrive where it was. Described in tdp_iter.h and tdp_iter.c.
 *
 * It reads an SPTE each time it arrives at one, and once more before it steps down (the table may have been unlinked since).
 */
import type { Machine } from './machine.js';
import { ENTRIES, indexOf, pagesPerEntry, roundToLevel } from './page-table.js';
import type { PageTable } from './page-table.js';
import { isLast, isPresent } from './spte.js';
import type { RootState } from './run-state.js';

const MAX_ROOT_LEVEL = 5;

/** spte_to_child_pt: the table that an SPTE points to, if it points to one. */
export function childTable(machine: Machine, spte: bigint, level: number): PageTable | null {
  if (!isPresent(spte) || isLast(spte, level)) return null;
  return machine.tableAt((spte & machine.masks.baseAddress) >> 12n) ?? null;
}

export class TdpIterator {
  /** Where the walk is heading; at rest, the first gfn not dealt with yet. */
  goal = 0n;
  /** The goal when the walk last began: yielding again before it moved would never end. */
  yieldedAt = 0n;
  yielded = false;
  valid = false;
  gfn = 0n;
  level = 0;
  spte = 0n;
  /** Tables on the way, by level. */
  private readonly path = new Map<number, PageTable>();
  private rootLevel = 0;

  constructor(
    private readonly machine: Machine,
    private readonly minLevel: number,
  ) {}

  start(root: PageTable, gfn: bigint): void {
    const badLevel = root.level < 1 || root.level > MAX_ROOT_LEVEL;
    if (this.machine.warnIf(badLevel, 'tdp_iter_start', 'the root has no legal level')) {
      this.valid = false;
      return;
    }
    this.goal = gfn;
    this.rootLevel = root.level;
    this.path.set(root.level, root);
    this.restart();
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

  get table(): PageTable {
    const table = this.path.get(this.level);
    if (table === undefined)
      throw new Error(`the walk has no table at level ${String(this.level)}`);
    return table;
  }

  get index(): number {
    return indexOf(this.gfn, this.level);
  }

  private stepDown(): boolean {
    if (this.level === this.minLevel) return false;
    this.spte = this.machine.read(this.table, this.index);
    const child = childTable(this.machine, this.spte, this.level);
    if (child === null) return false;
    this.path.set(this.level - 1, child);
    this.arrive(this.level - 1, this.goal);
    return true;
  }

  private stepSide(): boolean {
    if (this.index === ENTRIES - 1) return false;
    this.arrive(this.level, this.gfn + pagesPerEntry(this.level));
    this.goal = this.gfn;
    return true;
  }

  private stepUp(): boolean {
    if (this.level === this.rootLevel) return false;
    this.arrive(this.level + 1, this.gfn);
    return true;
  }

  private arrive(level: number, gfn: bigint): void {
    this.level = level;
    this.gfn = roundToLevel(gfn, level);
    this.spte = this.machine.read(this.table, this.index);
  }
}

export interface Range {
  readonly start: bigint;
  readonly end: bigint; // exclusive
}

/** Every SPTE at `minLevel` or above that the walk over the range meets; each one handed out is a loop of the walker. */
export function* visit(
  machine: Machine,
  root: RootState,
  minLevel: number,
  range: Range,
): Generator<TdpIterator> {
  for (const iterator of steps(machine, root, minLevel, range)) {
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
  for (const iterator of steps(machine, root, 1, range)) {
    if (!isPresent(iterator.spte) || !isLast(iterator.spte, iterator.level)) continue;
    machine.countLoop();
    yield iterator;
  }
}

function* steps(
  machine: Machine,
  root: RootState,
  minLevel: number,
  range: Range,
): Generator<TdpIterator> {
  const iterator = new TdpIterator(machine, minLevel);
  iterator.start(root.table, range.start);
  while (iterator.valid && iterator.gfn < range.end) {
    yield iterator;
    iterator.next();
  }
}
