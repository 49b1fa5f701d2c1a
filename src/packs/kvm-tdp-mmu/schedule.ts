/**
 * One schedule type serves every dimension. It is keyed on places and values, never on how often something happened: versions
 * make different numbers of calls. The first rule that matches a place decides; no match means "no" / "nothing happens".
 */
export type Place = {
  /** Walker or other scope function that is running (innermost of the pack's scopes), or '*' for any. */
  readonly function: string;
  /** poll: need_resched() or rwlock_needbreak(); read/write/xchg/cmpxchg: an access to a shared SPTE; alloc: may fail. */
  readonly event: 'poll' | 'read' | 'write' | 'xchg' | 'cmpxchg' | 'alloc' | 'unlocked';
  /** The SPTE that the access or the walker is at: gfn range and level; null: any. */
  readonly gfn: { readonly first: bigint; readonly last: bigint } | null;
  readonly level: number | null;
};

export type Action =
  | { readonly kind: 'reschedule' } // at a poll: yes
  | { readonly kind: 'fail' } // at alloc
  /** Another CPU changes an SPTE, as a rely rule allows: used from the dimension `concurrent` on. */
  | { readonly kind: 'step'; readonly rule: string; readonly at: string; readonly to: string };

export interface ScheduleRule {
  readonly place: Place;
  readonly action: Action;
}

export interface Schedule {
  readonly rules: readonly ScheduleRule[];
}

export const EMPTY_SCHEDULE: Schedule = { rules: [] };
