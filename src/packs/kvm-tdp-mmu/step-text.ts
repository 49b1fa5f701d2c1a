/**
 * A run step by step: the accesses to SPTEs, polls and locks that the harness reports when it is asked for places (points, of two
 * threads), between the events of the trace. Known gap: the function is that of the pack's scopes, without a line of the source.
 */
import { HOLDS } from './schedule.js';
import { eventText } from './trace-text.js';
import type { TraceEvent } from './trace.js';
import { scopeName } from './scopes.js';
import { GFN, type Step } from './fold-steps.js';
import { placeEvent } from './concurrent/places.js';
import { EVENT, HELD, PLACE, type Head } from './words.js';

const DOES = {
  poll: 'need_resched()?',
  read: 'read',
  write: 'write',
  xchg: 'xchg',
  cmpxchg: 'cmpxchg',
  and: 'and',
  alloc: 'allocate',
  unlocked: 'mmu_lock is dropped',
  end: 'about to return',
  begin: 'about to begin',
  lock: 'take a lock',
  unlock: 'give a lock back',
  'lock-shared': 'read_lock or rcu_read_lock',
  'unlock-shared': 'read_unlock or rcu_read_unlock',
  atomic: 'change an atomic',
  rcu: 'queue for after a grace period',
} as const;

export class StepTeller {
  readonly steps: Step[] = [];
  private scope = '';
  private thread = 0;

  constructor(private readonly threads: boolean) {}

  /** A report of a place or point: words as `pc_report_place()` writes them. */
  place(head: Head, first: bigint, gfn: bigint): void {
    if (head.kind === EVENT.POINT) this.thread = Number((first >> 48n) & 0xffn);
    const held = Number((first >> 40n) & 0xffn);
    const name = scopeName(Number(first & 0xffff_ffffn));
    const lock = held === HELD.READ ? 'read' : held === HELD.WRITE ? 'write' : null;
    const scope = `in ${name === '' ? 'the call' : name}, mmu_lock ${lock === null ? 'not held' : `held for ${lock}`}`;
    if (scope !== this.scope) this.push(scope);
    this.scope = scope;
    const does = DOES[placeEvent(head.how)];
    if (head.index === 0 || head.how === PLACE.UNLOCKED) {
      this.push(does);
      return;
    }
    const holds = HOLDS[Number((first >> 32n) & 0xffn) - 1] ?? '?';
    const text = `${does} level ${String(head.index)} gfn ${GFN}: ${holds}`;
    this.push(text, { first: gfn, last: gfn });
  }

  event(event: TraceEvent): void {
    if (event.kind === 'turn') {
      this.thread = event.thread;
      this.scope = '';
    }
    this.push(eventText(event));
  }

  private push(text: string, gfns: Step['gfns'] = null): void {
    const who = this.threads ? `${this.thread === 0 ? 'first' : 'other'}: ` : '';
    this.steps.push({ text: who + text, gfns, times: 1 });
  }
}
