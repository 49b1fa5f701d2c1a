/** The points at which two threads came by what they share, as the harness reports them when it is asked to. */
import type { RawRun } from '../../../pack-api/pack.js';
import type { Place, PlaceEvent } from '../schedule.js';
import { scopeName } from '../scopes.js';
import { EVENT, eventsIn, headOf } from '../words.js';
import { placeEvent } from './places.js';

export interface Point {
  readonly kind: 'point';
  readonly thread: 0 | 1;
  readonly event: PlaceEvent;
  /** '' where no scope was running. */
  readonly function: string;
  /** 0: no SPTE is at hand, or one whose table is not set up. */
  readonly level: number;
  readonly gfn: bigint;
  /** Names what is accessed, within one run; 0n: nothing, the access of the thread's last point has been made. */
  readonly object: bigint;
}

/** In the order of the run. `end`: the thread's call has returned. */
export type Move = Point | { readonly kind: 'end'; readonly thread: 0 | 1 };

export function movesOf({ words }: Pick<RawRun, 'words'>): readonly Move[] {
  const moves: Move[] = [];
  for (const { at, kind } of eventsIn(words)) {
    if (kind === EVENT.POINT) moves.push(pointOf(words, at));
    if (kind === EVENT.END) moves.push({ kind: 'end', thread: 0 });
    if (kind === EVENT.TASK_END) moves.push({ kind: 'end', thread: 1 });
  }
  return moves;
}

function pointOf(words: BigUint64Array, at: number): Point {
  const head = headOf(words[at] ?? 0n);
  const first = words[at + 1] ?? 0n;
  return {
    kind: 'point',
    thread: first >> 48n === 0n ? 0 : 1,
    event: placeEvent(head.how),
    function: scopeName(Number(first & 0xffff_ffffn)),
    level: head.index,
    gfn: words[at + 2] ?? 0n,
    object: words[at + 3] ?? 0n,
  };
}

/** The place of a point, as a rule of a schedule names it: others may fit it too. */
export function placeOf({ event, function: name, level, gfn }: Point): Place {
  return {
    function: name === '' ? '*' : name,
    event,
    gfn: level === 0 ? null : { first: gfn, last: gfn },
    level: level === 0 ? null : level,
  };
}

/** How often threads have come to a point that the place of another fits, as pc_rule_fits() in c/include/pc/harness/schedule.c sees it. */
export class Visits {
  /** By thread, event and function, `''` for all of them: a rule may name none. */
  private readonly counts: Record<0 | 1, Map<PlaceEvent, Map<string, VisitCount>>> = [
    new Map(),
    new Map(),
  ];

  /** Of the point's own place, by its thread, before this time. */
  note({ thread, event, function: name, level, gfn }: Point): number {
    const events = this.counts[thread];
    let functions = events.get(event);
    if (functions === undefined) events.set(event, (functions = new Map<string, VisitCount>()));
    const spte = level === 0 ? null : (gfn << 3n) | BigInt(level);
    if (name !== '') visit(functions, '', spte);
    return visit(functions, name, spte);
  }
}

interface VisitCount {
  /** Whatever SPTE is at hand. */
  all: number;
  /** By gfn and level. */
  readonly sptes: Map<bigint, number>;
}

function visit(functions: Map<string, VisitCount>, name: string, spte: bigint | null): number {
  let count = functions.get(name);
  if (count === undefined) functions.set(name, (count = { all: 0, sptes: new Map() }));
  const before = count.all++;
  if (spte === null) return before;
  const own = count.sptes.get(spte) ?? 0;
  count.sptes.set(spte, own + 1);
  return own;
}

const READS: ReadonlySet<PlaceEvent> = new Set(['read', 'lock-shared', 'unlock-shared']);

/** It changes nothing that another such access would see. */
export function isRead({ event }: Point): boolean {
  return READS.has(event);
}
