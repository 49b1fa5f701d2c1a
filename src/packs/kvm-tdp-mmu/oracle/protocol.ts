/**
 * Rules of the TDP MMU that a single run already shows to be broken, though nobody else was there to be hurt. Cited from comments
 * in tdp_iter.h, tdp_mmu.c and spte.h.
 */
import { lockOf } from '../rely/locks.js';
import type { Call, Scenario } from '../scenario.js';
import type { Schedule } from '../schedule.js';
import type { CanonicalTrace } from './canonical.js';
import { Places, pointee } from './places.js';
import { RunningTask } from './running-task.js';
import { isVolatileLeaf } from './spte-words.js';

export interface Violation {
  readonly rule: string;
  readonly event: number;
}

export function violations(
  trace: CanonicalTrace,
  scenario: Scenario,
  schedule: Schedule,
): Violation[] {
  const found: Violation[] = [];
  const places = new Places(scenario);
  const adBits = scenario.configuration.format === 'npt' || scenario.configuration.adBits;
  const waiting = new Set<string>();
  const linked = new Set<string>();
  // A thread beside goes on when the call has returned.
  const calls =
    schedule.beside === undefined
      ? trace.calls
      : trace.calls.slice(0, 1).map((call) => ({ ...call, events: trace.events, first: 0 }));
  calls.forEach((call, number) => {
    const running = new RunningTask();
    const tasks: (Call | undefined)[] = [scenario.calls[number], schedule.beside];
    call.events.forEach((event, index) => {
      const task = running.of(event);
      if (event.kind === 'begin-task') tasks[task] ??= taskOf(schedule, event.entry);
      const shared = holdsForRead(tasks[task]);
      const broken = (rule: string): void => {
        found.push({ rule, event: call.first + index });
      };
      if (event.kind === 'call-rcu') waiting.add(event.name);
      if (event.kind === 'free' && event.what === 'table') {
        const scenarios = event.name.startsWith('r');
        // "…freeing it after a grace period, lockless access to that memory won't use it after it is freed"
        if ((scenarios || linked.has(event.name)) && !waiting.has(event.name)) {
          broken('a page table that was linked is freed without a grace period');
        }
      }
      if (event.kind !== 'spte') return;
      const target = pointee(event.to);
      if (target !== null) linked.add(target);
      // "SPTEs must be modified atomically if they are shadow-present, leaf SPTEs, and have volatile bits"
      if (event.how === 'write' && isVolatileLeaf(event.from, adBits)) {
        broken('a leaf SPTE that others may change at any time is overwritten non-atomically');
      }
      const detached = places.of(event.at)?.detached ?? true;
      // With mmu_lock held for read only the owner of a frozen SPTE may write it plainly.
      if (shared && !detached && event.how === 'write' && event.from !== 'frozen') {
        broken('an SPTE is overwritten non-atomically while mmu_lock is held for read');
      }
      places.note(event);
    });
  });
  return found;
}

/** The call of a task, by what it calls: the schedule names it. */
function taskOf({ rules }: Schedule, entry: string): Call | undefined {
  for (const { action } of rules)
    if (action.kind === 'task' && action.call.entry === entry) return action.call;
  return undefined;
}

function holdsForRead(call: Call | undefined): boolean {
  return call !== undefined && lockOf(call) === 'read';
}
