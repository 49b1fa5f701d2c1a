/** Splitting huge pages down to a level. Described in tdp_mmu.c (tdp_mmu_split_huge_pages_root). */
import { visit } from './iterator.js';
import type { Range, TdpIterator } from './iterator.js';
import { childTableAt, splitHugePage } from './link.js';
import type { Machine } from './machine.js';
import { putRoot, rootsWithReferences } from './roots.js';
import type { RootState } from './run-state.js';
import { isHuge } from './spte.js';
import { maybeYield } from './yielding.js';

/** A table set aside for the next split: allocated with the lock dropped, so the walk starts again before it is used. */
interface Spare {
  ordinal: number | null;
}

type Step = 'done' | 'again' | 'no-memory';

function splitHere(machine: Machine, iterator: TdpIterator, spare: Spare, shared: boolean): Step {
  if (maybeYield(machine, iterator, false)) return 'done';
  if (!iterator.isPresent || !isHuge(iterator.spte)) return 'done';
  if (spare.ordinal === null) {
    machine.leaveReadSection();
    spare.ordinal = machine.allocate(true); // with mmu_lock dropped
    if (spare.ordinal === null) return 'no-memory';
    machine.enterReadSection();
    iterator.yielded = true;
    return 'done';
  }
  const table = childTableAt(machine, iterator, spare.ordinal);
  if (!splitHugePage(machine, iterator, table, shared)) return 'again';
  spare.ordinal = null;
  return 'done';
}

/** tdp_mmu_split_huge_pages_root; false: no memory. The read section is left either way. */
export function splitInRoot(
  machine: Machine,
  root: RootState,
  range: Range,
  targetLevel: number,
  shared: boolean,
): boolean {
  return machine.scope('tdp_mmu_split_huge_pages_root', () =>
    splitEach(machine, root, range, targetLevel, shared),
  );
}

function splitEach(
  machine: Machine,
  root: RootState,
  range: Range,
  targetLevel: number,
  shared: boolean,
): boolean {
  const spare: Spare = { ordinal: null };
  machine.enterReadSection();
  for (const iterator of visit(machine, root, targetLevel + 1, range)) {
    let step: Step;
    do step = splitHere(machine, iterator, spare, shared);
    while (step === 'again');
    if (step === 'no-memory') return false;
  }
  machine.leaveReadSection();
  if (spare.ordinal !== null) machine.freeSpare(spare.ordinal, root.table.role);
  return true;
}

/** kvm_tdp_mmu_try_split_huge_pages: gives up quietly when memory is short. */
export function trySplit(
  machine: Machine,
  addressSpace: number,
  range: Range,
  targetLevel: number,
  shared: boolean,
): void {
  for (const root of rootsWithReferences(machine, addressSpace, true)) {
    if (!splitInRoot(machine, root, range, targetLevel, shared)) {
      putRoot(machine, root);
      return;
    }
  }
}
