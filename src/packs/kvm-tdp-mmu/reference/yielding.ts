/** tdp_mmu_iter_cond_resched: gives way to others, but only when the walk has got on since it last did. */
import type { TdpIterator } from './iterator.js';
import type { Machine } from './machine.js';

/** True: the lock was dropped; the walk must go on to its next step, which starts again at the root. */
export function maybeYield(machine: Machine, iterator: TdpIterator, flush: boolean): boolean {
  machine.reachReschedulePoint();
  machine.warnIf(iterator.yielded, 'tdp_mmu_iter_cond_resched', 'the walk has yielded already');
  if (iterator.goal === iterator.yieldedAt) return false;
  if (!machine.mustReschedule()) return iterator.yielded;
  if (flush) machine.flushAll();
  machine.leaveReadSection();
  machine.yieldLock();
  machine.enterReadSection();
  machine.warnIf(
    iterator.gfn > iterator.goal,
    'tdp_mmu_iter_cond_resched',
    'the walk is past its goal',
  );
  iterator.yielded = true;
  return true;
}
