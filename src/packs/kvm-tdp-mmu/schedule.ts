/**
 * One schedule type serves every dimension. It is keyed on places and values, never on how often something happened: versions
 * make different numbers of calls. The first rule that matches a place decides; no match means "no" / "nothing happens".
 */

import type { Step } from './rely/rules.js';
import type { Call } from './scenario.js';

/** What an SPTE holds at the moment that a place is about. */
export const HOLDS = ['nothing', 'frozen', 'mmio', 'leaf', 'table'] as const;
export type Holds = (typeof HOLDS)[number];

export type Place = {
  /** Walker or other scope function that is running (innermost of the pack's scopes), or '*' for any. */
  readonly function: string;
  /**
   * poll: need_resched() or rwlock_needbreak(); read/write/xchg/cmpxchg/and: right before an access to a shared SPTE; alloc: may
   * fail; unlocked: mmu_lock has been dropped in a yield or for an allocation; end: the call is about to return. Of two threads
   * besides: right before a lock is taken or given back (-shared: for read; a read section of RCU is one such), an atomic that is no SPTE is changed, something is queued
   * for after a grace period (rcu); begin: of the call. At `begin` and `end` all rules act, at other
   * places one at a time.
   */
  readonly event: PlaceEvent;
  /** The SPTE that the access or the walker is at: gfn range and level; null: any. */
  readonly gfn: { readonly first: bigint; readonly last: bigint } | null;
  readonly level: number | null;
  /** Only where the SPTE holds this. */
  readonly holds?: Holds;
};

export const PLACE_EVENTS = [
  'poll',
  'read',
  'write',
  'xchg',
  'cmpxchg',
  'alloc',
  'unlocked',
  'and',
  'end',
  'lock',
  'unlock',
  'lock-shared',
  'unlock-shared',
  'atomic',
  'begin',
  'rcu',
] as const;
export type PlaceEvent = (typeof PLACE_EVENTS)[number];

/** An SPTE by where it is in a root, as the tables are when it is asked for. */
export interface SpteAt {
  readonly root: number;
  readonly level: number;
  readonly gfn: bigint;
}

export type Action =
  | { readonly kind: 'reschedule' } // at a poll: yes
  | { readonly kind: 'fail' } // at alloc
  /** Another CPU changes an SPTE, once, as a rely rule allows; null: the SPTE of the place. */
  | { readonly kind: 'step'; readonly step: Step; readonly at: SpteAt | null }
  /** Another task makes a whole call in between, once. */
  | { readonly kind: 'task'; readonly call: Call }
  /** The thread that runs (0: the scenario's call, 1: the one beside) is left for the other, when it comes there for the `time`-th time, from 0. */
  | { readonly kind: 'leave'; readonly thread: 0 | 1; readonly time: number };

export interface ScheduleRule {
  readonly place: Place;
  readonly action: Action;
}

export interface Schedule {
  readonly rules: readonly ScheduleRule[];
  /** What a second kernel thread calls at the same time. */
  readonly beside?: Call;
}

export const EMPTY_SCHEDULE: Schedule = { rules: [] };

/** Others act in it: what a run does then depends on moments, and not on the scenario alone. */
export function hasOthers({ rules, beside }: Schedule): boolean {
  return (
    beside !== undefined ||
    rules.some(({ action }) => action.kind === 'step' || action.kind === 'task')
  );
}
