/** The places that a run came by, as the harness reports them when it is asked to. */
import type { RawRun } from '../../../pack-api/pack.js';
import type { LockMode } from '../rely/locks.js';
import type { Holds, PlaceEvent } from '../schedule.js';
import { HOLDS } from '../schedule.js';
import { scopeName } from '../scopes.js';
import { EVENT, eventsIn, headOf, HELD, PLACE } from '../words.js';

export interface SeenPlace {
  readonly event: PlaceEvent;
  /** '' where no scope was running. */
  readonly function: string;
  /** null: no SPTE is at hand. */
  readonly spte: {
    readonly root: number | null;
    readonly level: number;
    readonly gfn: bigint;
  } | null;
  readonly holds: Holds | null;
  readonly held: LockMode;
}

const EVENT_NAMES: ReadonlyMap<number, PlaceEvent> = new Map<number, PlaceEvent>([
  [PLACE.POLL, 'poll'],
  [PLACE.READ, 'read'],
  [PLACE.WRITE, 'write'],
  [PLACE.XCHG, 'xchg'],
  [PLACE.CMPXCHG, 'cmpxchg'],
  [PLACE.ALLOC, 'alloc'],
  [PLACE.UNLOCKED, 'unlocked'],
  [PLACE.AND, 'and'],
  [PLACE.END, 'end'],
  [PLACE.LOCK, 'lock'],
  [PLACE.UNLOCK, 'unlock'],
  [PLACE.LOCK_SHARED, 'lock-shared'],
  [PLACE.UNLOCK_SHARED, 'unlock-shared'],
  [PLACE.ATOMIC, 'atomic'],
  [PLACE.BEGIN, 'begin'],
  [PLACE.RCU, 'rcu'],
]);

export function placeEvent(number: number): PlaceEvent {
  const event = EVENT_NAMES.get(number);
  if (event === undefined) throw new Error(`pc_out: no place ${String(number)}`);
  return event;
}

/** In the order of the run, each once. */
export function placesOf({ words }: Pick<RawRun, 'words'>): readonly SeenPlace[] {
  const seen = new Map<bigint, Map<bigint, Set<bigint>>>();
  const places: SeenPlace[] = [];
  for (const { at, kind } of eventsIn(words)) {
    if (kind !== EVENT.PLACE) continue;
    const word = words[at] ?? 0n;
    const first = words[at + 1] ?? 0n;
    const gfn = words[at + 2] ?? 0n;
    const gfns = known(
      known(seen, word, () => new Map<bigint, Set<bigint>>()),
      first,
      () => new Set<bigint>(),
    );
    if (gfns.has(gfn)) continue;
    gfns.add(gfn);
    places.push(placeOf(word, first, gfn));
  }
  return places;
}

function known<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}

function placeOf(word: bigint, first: bigint, gfn: bigint): SeenPlace {
  const head = headOf(word);
  const held = Number(first >> 40n);
  const root = head.table === 0 ? null : head.table - 1;
  return {
    event: placeEvent(head.how),
    function: scopeName(Number(first & 0xffff_ffffn)),
    spte: head.index === 0 ? null : { root, level: head.index, gfn },
    holds: head.index === 0 ? null : (HOLDS[Number((first >> 32n) & 0xffn) - 1] ?? null),
    held: held === HELD.READ ? 'read' : held === HELD.WRITE ? 'write' : 'none',
  };
}
