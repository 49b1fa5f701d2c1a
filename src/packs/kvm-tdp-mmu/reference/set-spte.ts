/**
 * Changing an SPTE: how it must be written, and the bookkeeping that follows. Described in tdp_iter.h (need for atomic writes)
 * and tdp_mmu.c (handle_changed_spte, handle_removed_pt, tdp_mmu_set_spte and its atomic sisters).
 */
import type { TdpIterator } from './iterator.js';
import { tableOf } from './iterator.js';
import type { Machine } from './machine.js';
import { ENTRIES, pagesPerEntry, roundToLevel } from './page-table.js';
import type { PageTable } from './page-table.js';
import { RunStopped } from './run-state.js';
import { isPresent, isPresentLeaf } from './spte.js';

/** An SPTE's place, and the first gfn it maps. */
export interface Slot {
  readonly table: PageTable;
  readonly index: number;
  readonly gfn: number;
}

/** Only a present leaf that others may touch meanwhile must not be overwritten blindly. */
function needsAtomicWrite(machine: Machine, spte: bigint, level: number): boolean {
  return isPresentLeaf(spte, level) && machine.rules.isVolatile(spte);
}

/** With mmu_lock held for write: returns the value that was replaced. */
export function overwrite(machine: Machine, slot: Slot, old: bigint, value: bigint): bigint {
  const { table, index } = slot;
  if (needsAtomicWrite(machine, old, table.level)) {
    return machine.write('xchg', table, index, value);
  }
  machine.write('write', table, index, value);
  return old;
}

/** tdp_mmu_clear_spte_bits: returns the value before. */
export function clearBits(machine: Machine, slot: Slot, old: bigint, mask: bigint): bigint {
  const { table, index } = slot;
  if (needsAtomicWrite(machine, old, table.level)) {
    return machine.write('and', table, index, table.read(index) & ~mask);
  }
  machine.write('write', table, index, old & ~mask);
  return old;
}

/** Bookkeeping of a change that was made: statistics, dirty and accessed reports, tables that fell off. */
export function spteChanged(
  machine: Machine,
  slot: Slot,
  old: bigint,
  value: bigint,
  shared: boolean,
): void {
  const { rules } = machine;
  const where = 'handle_changed_spte';
  const { level } = slot.table;
  const wasLeaf = isPresentLeaf(old, level);
  const isLeaf = isPresentLeaf(value, level);
  const gone = !isPresent(value);
  const moved = rules.pfn(old) !== rules.pfn(value);

  machine.warnIf(slot.gfn % pagesPerEntry(level) !== 0, where, 'gfn not aligned to its level');
  if (wasLeaf && isLeaf && moved) machine.bug(where, 'a present leaf changed its pfn');
  if (old === value) return;

  if (isLeaf) {
    const broken = rules.writableInvariantBroken(value);
    if (broken !== null) machine.warn('check_spte_writable_invariants', broken);
  }
  if (!isPresent(old) && gone) {
    const expected = rules.isMmio(old) || rules.isMmio(value) || rules.isFrozen(value);
    machine.warnIf(!expected, where, 'one non-present value replaced another');
    return;
  }

  if (wasLeaf !== isLeaf) machine.addPageStats(level, isLeaf ? 1 : -1);
  if (wasLeaf && rules.isDirty(old) && (gone || !rules.isDirty(value) || moved)) {
    machine.reportDirty(rules.pfn(old));
  }
  if (isPresent(old) && !wasLeaf) {
    const replaced = isLeaf || gone || machine.warnIf(moved, where, 'a table became another');
    const child = replaced ? tableOf(machine, old) : null;
    if (child !== null) removeTable(machine, child, shared);
  }
  if (wasLeaf && rules.isAccessed(old) && (gone || !rules.isAccessed(value) || moved)) {
    machine.reportAccessed(rules.pfn(old));
  }
}

/**
 * A table that was unlinked: freezes what it holds, so that nobody puts anything there any more, does the bookkeeping
 * for it, and frees the table after a grace period.
 */
function removeTable(machine: Machine, table: PageTable, shared: boolean): void {
  machine.addTablePages(-1);
  if (table.nxHugePageDisallowed) {
    table.nxHugePageDisallowed = false;
    machine.untrackNx(table);
  }
  machine.scope('handle_removed_pt', () => {
    machine.duringRemoval(() => {
      for (let index = 0; index < ENTRIES; index++) {
        // Most are non-present: each is one access, and nothing follows from it.
        const absent = machine.absentFrom(table, index);
        if (absent > 0) {
          if (shared) machine.freezeAbsent(table, index, absent);
          else machine.readRemoved(absent);
          index += absent - 1;
          continue;
        }
        const slot = { table, index, gfn: table.gfnOf(index) };
        const old = shared ? freezeShared(machine, slot) : freezeExclusive(machine, slot);
        if (old !== null) spteChanged(machine, slot, old, machine.masks.frozen, shared);
      }
    });
    machine.freeAfterGracePeriod(table);
  });
}

function freezeShared(machine: Machine, { table, index }: Slot): bigint {
  const old = machine.write('xchg', table, index, machine.masks.frozen);
  // A frozen SPTE is in another task's hands; nobody else runs here, so it would be waited for forever.
  if (machine.rules.isFrozen(old)) {
    throw new RunStopped({
      kind: 'deadlock',
      on: `entry ${String(index)} of page table ${String(table.ordinal)}`,
    });
  }
  return old;
}

/** Non-present SPTEs stay as they are: mmu_lock keeps others from filling them. */
function freezeExclusive(machine: Machine, slot: Slot): bigint | null {
  const old = machine.read(slot.table, slot.index);
  return isPresent(old) ? overwrite(machine, slot, old, machine.masks.frozen) : null;
}

export function slotOf(iterator: TdpIterator): Slot {
  return { table: iterator.table, index: iterator.index, gfn: iterator.gfn };
}

/** With mmu_lock held for write. */
export function setSpte(machine: Machine, slot: Slot, old: bigint, value: bigint): bigint {
  const frozen = machine.rules.isFrozen(old) || machine.rules.isFrozen(value);
  machine.warnIf(frozen, 'tdp_mmu_set_spte', 'to or from frozen while mmu_lock is held for write');
  const replaced = overwrite(machine, slot, old, value);
  spteChanged(machine, slot, replaced, value, false);
  return replaced;
}

export function setAtIterator(machine: Machine, iterator: TdpIterator, value: bigint): void {
  machine.warnIf(iterator.yielded, 'tdp_mmu_iter_set_spte', 'the walk has yielded');
  iterator.spte = setSpte(machine, slotOf(iterator), iterator.spte, value);
}

/** With mmu_lock held for read; false: somebody else was faster, and the iterator has the new value. */
function tryReplace(machine: Machine, iterator: TdpIterator, value: bigint): boolean {
  const unusable = iterator.yielded || machine.rules.isFrozen(iterator.spte);
  machine.warnIf(
    unusable,
    '__tdp_mmu_set_spte_atomic',
    'the walk has yielded or met a frozen SPTE',
  );
  const { table, index } = slotOf(iterator);
  const current = table.read(index);
  if (current !== iterator.spte) {
    iterator.spte = current;
    return false;
  }
  machine.write('cmpxchg', table, index, value);
  return true;
}

export function setAtomically(machine: Machine, iterator: TdpIterator, value: bigint): boolean {
  if (!tryReplace(machine, iterator, value)) return false;
  spteChanged(machine, slotOf(iterator), iterator.spte, value, true);
  return true;
}

/** Freeze, flush, and only then release the SPTE: until the flush nobody may map anything else there. */
export function zapAtomically(machine: Machine, iterator: TdpIterator): boolean {
  if (!tryReplace(machine, iterator, machine.masks.frozen)) return false;
  const slot = slotOf(iterator);
  flushGfn(machine, iterator);
  machine.write('write', slot.table, slot.index, machine.masks.nonpresent);
  spteChanged(machine, slot, iterator.spte, machine.masks.nonpresent, true);
  return true;
}

export function flushGfn(machine: Machine, at: { gfn: number; level: number }): void {
  machine.flushRange(roundToLevel(at.gfn, at.level), pagesPerEntry(at.level));
}
