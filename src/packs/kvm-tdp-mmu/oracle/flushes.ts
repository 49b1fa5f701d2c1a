/**
 * TLB flushes are obligations. A change that takes something away owes one; it is met by a flush, or handed to the caller through a
 * return value that says "flush". Meeting it elsewhere is no difference. What counts is what the old version is *seen* to keep to:
 * that it flushed at all, before it let mmu_lock go, before it released a frozen SPTE, before it freed the table. Invalid roots
 * are owed nothing, their vCPUs flush when they leave them.
 */
import type { Scenario } from '../scenario.js';
import type { CallTrace } from './canonical.js';
import { Places, pointee } from './places.js';
import { owesFlush } from './spte-words.js';

export interface Obligation {
  /** Index of the event in the call; -1: handed in by the caller. */
  readonly event: number;
  readonly at: string;
  met: boolean;
  /** What went by before it was met, in this run. */
  unlocked: boolean;
  released: boolean;
  freed: boolean;
  /** What came after it was met: shows that the version keeps to the order. */
  metBeforeUnlock: boolean;
  metBeforeRelease: boolean;
  metBeforeFree: boolean;
}

export interface FlushAccount {
  readonly obligations: readonly Obligation[];
  /** The call flushed something or told its caller to. */
  readonly any: boolean;
}

interface Owed extends Obligation {
  readonly gfn: { readonly first: bigint; readonly end: bigint } | null;
  readonly table: string | null;
  readonly frozenAt: string | null;
}

export interface FlushRules {
  readonly returnsFlush: boolean;
  /** The caller owes a flush already. */
  readonly handedIn: boolean;
}

/** `invalid`: roots that are invalid when the call begins. `places` follows the trace from call to call. */
export function accountFlushes(
  call: CallTrace,
  rules: FlushRules,
  places: Places,
  invalid: ReadonlySet<number>,
): FlushAccount {
  const owed: Owed[] = [];
  let any = false;
  if (rules.handedIn) owed.push(obligation(-1, 'the caller', null, null, null));
  call.events.forEach((event, index) => {
    switch (event.kind) {
      case 'spte': {
        if (event.from === 'frozen' && event.to !== 'frozen') released(owed, event.at);
        const place = places.of(event.at);
        places.note(event);
        if (place === null || place.detached || !owesFlush(event.from, event.to)) break;
        if (place.root !== null && invalid.has(place.root)) break;
        const gfn = { first: place.gfn, end: place.gfn + place.pages };
        const frozenAt = event.to === 'frozen' ? event.at : null;
        owed.push(obligation(index, event.at, gfn, pointee(event.from), frozenAt));
        break;
      }
      case 'flush-all':
        any = true;
        for (const one of owed) one.met = true;
        break;
      case 'flush-range':
        any = true;
        for (const one of owed) {
          const end = event.gfn + event.pages;
          if (one.gfn !== null && event.gfn <= one.gfn.first && one.gfn.end <= end) one.met = true;
        }
        break;
      case 'yield':
        for (const one of owed) {
          if (one.met) one.metBeforeUnlock ||= !one.unlocked;
          else one.unlocked = true;
        }
        break;
      case 'free':
        for (const one of owed) {
          if (one.table !== event.name) continue;
          if (one.met) one.metBeforeFree ||= !one.freed;
          else one.freed = true;
        }
        break;
      default:
        break;
    }
  });
  if (rules.returnsFlush && call.end?.returns === 1n) {
    any = true;
    for (const one of owed) one.met = true;
  }
  return { obligations: owed, any };
}

function obligation(
  event: number,
  at: string,
  gfn: Owed['gfn'],
  table: string | null,
  frozenAt: string | null,
): Owed {
  return {
    event,
    at,
    gfn,
    table,
    frozenAt,
    met: false,
    unlocked: false,
    released: false,
    freed: false,
    metBeforeUnlock: false,
    metBeforeRelease: false,
    metBeforeFree: false,
  };
}

function released(owed: readonly Owed[], at: string): void {
  for (const one of owed) {
    if (one.frozenAt !== at) continue;
    if (one.met) one.metBeforeRelease ||= !one.released;
    else one.released = true;
  }
}

export interface FlushLoss {
  readonly kind: string;
  readonly what: string;
  readonly event: number;
}

/** The first obligation that the old version meets and the new one does not; both changed the same SPTEs in the same order. */
export function lostFlush(before: FlushAccount, after: FlushAccount): FlushLoss | null {
  const then = new Map(before.obligations.map((one) => [one.event, one]));
  for (const now of after.obligations) {
    const old = then.get(now.event);
    if (old === undefined) continue;
    const loss = (kind: string, what: string): FlushLoss => ({ kind, what, event: now.event });
    const change =
      now.event < 0 ? 'the flush that the caller owes' : `the flush owed for ${now.at}`;
    if (old.met && !now.met) return loss('flush-lost', `${change} is lost`);
    if (old.metBeforeUnlock && now.unlocked) {
      return loss('flush-late', `${change} comes only after mmu_lock was dropped`);
    }
    if (old.metBeforeRelease && now.released) {
      return loss('flush-late', `${change} comes only after the frozen SPTE was released`);
    }
    if (old.metBeforeFree && now.freed) {
      return loss('flush-late', `${change} comes only after the page table was freed`);
    }
  }
  if (after.any && !before.any) {
    return { kind: 'flush-added', what: 'TLBs are flushed where nothing was flushed', event: -1 };
  }
  return null;
}

/** Roots that are invalid at the start. */
export function invalidRoots(scenario: Scenario): Set<number> {
  return new Set(scenario.roots.flatMap((root, at) => (root.invalid ? [at] : [])));
}
