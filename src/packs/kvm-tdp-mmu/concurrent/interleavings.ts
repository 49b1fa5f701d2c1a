/**
 * The orders in which two threads can come by what they share: fewest preemptions first, up to a bound; equivalent ones once. A
 * thread is left only before an access that one of the other's conflicts with: left elsewhere, the same could be had later.
 * Beyond the bound, or where there are too many, orders are drawn at random: by turns among the places where something conflicts, and by
 * PCT (Burckhardt et al., "A Randomized Scheduler with Probabilistic Guarantees of Finding Bugs"): a thread to begin with, and d - 1
 * points of all that the threads come by, at which the one that runs is left. A fault that takes d such decisions is met with a
 * probability of at least 1 in 2 * k^(d - 1) for each order drawn, k being the number of points.
 */
import { Random } from '../generate/random.js';
import { printRule } from '../schedule-text.js';
import type { ScheduleRule } from '../schedule.js';
import { History } from './history.js';
import { isRead, movesOf, placeOf, Visits, type Move, type Point } from './points.js';

export interface Bound {
  readonly preemptions: number;
  /** Runs of the search, and after it of random orders. */
  readonly most: number;
  readonly random: number;
  readonly seed: string;
}

interface Order {
  readonly rules: readonly ScheduleRule[];
  readonly preemptions: number;
}

/** Which threads have accessed something, and how. */
interface Users {
  readonly read: [boolean, boolean];
  readonly written: [boolean, boolean];
}

/** Orders that wait to be tried; nobody wants more. */
const MOST_WAITING = 200_000;

export class Interleavings {
  private readonly queues: Order[][];
  private readonly users = new Map<bigint, Users>();
  /** Orders that leave a thread before an access that nobody has been seen to conflict with. */
  private readonly idle = new Map<bigint, { readonly point: Point; readonly order: Order }[]>();
  private readonly left = new Set<string>();
  private readonly places = new Map<string, ScheduleRule>();
  /** Where threads may be left at all, as the first run came by it; of the second thread's beginning nobody leaves. */
  private readonly points: ScheduleRule[] = [];
  private readonly random: Random;
  private current: Order | null = null;
  private runs = 0;
  private drawn = 0;
  private undecided = false;
  /** The bound on preemptions, or on waiting orders, has cut something off. */
  private cut = false;

  constructor(private readonly bound: Bound) {
    this.queues = Array.from({ length: bound.preemptions + 1 }, () => []);
    this.queues[0]?.push({ rules: [], preemptions: 0 });
    this.random = new Random(`interleavings\0${bound.seed}`);
  }

  /** Rules under which to run next; null: enough. */
  next(): readonly ScheduleRule[] | null {
    this.current = this.runs < this.bound.most ? this.shift() : null;
    if (this.current !== null) {
      this.runs++;
      return this.current.rules;
    }
    return this.draw();
  }

  /** What the last run did; null: it did not end. */
  saw(words: BigUint64Array, ended: boolean): void {
    if (!ended) this.undecided = true;
    if (this.current === null) return;
    const moves = movesOf({ words });
    this.noteUsers(moves);
    this.branch(moves, this.current);
  }

  /** Every order of up to so many preemptions has been run to its end. */
  get whole(): boolean {
    return !this.undecided && this.queues.every((queue) => queue.length === 0);
  }

  /** And there are none with more. */
  get all(): boolean {
    return this.whole && !this.cut;
  }

  private shift(): Order | null {
    for (const queue of this.queues) {
      const order = queue.shift();
      if (order !== undefined) return order;
    }
    return null;
  }

  /** Some places of those where a thread may be left, at random. */
  private draw(): readonly ScheduleRule[] | null {
    if (this.all || this.drawn >= this.bound.random || this.places.size < 2) return null;
    this.drawn++;
    if (this.drawn % 2 === 0 && this.points.length > 0) return this.prioritised();
    const known = [...this.places.values()];
    const count = 2 + this.random.below(2 * this.bound.preemptions);
    const rules = new Set<ScheduleRule>();
    for (let at = 0; at < count; at++) {
      const rule = known[this.random.below(known.length)];
      if (rule !== undefined) rules.add(rule);
    }
    return [...rules];
  }

  /** Depths from 2 on, up to one more than the bound searches through. */
  private prioritised(): readonly ScheduleRule[] {
    const changes = 1 + ((this.drawn / 2 - 1) % (this.bound.preemptions + 1));
    const rules = new Set<ScheduleRule>();
    const [begin] = this.points;
    if (begin?.place.event === 'begin' && this.random.chance(0.5)) rules.add(begin);
    for (let at = 0; at < changes; at++) {
      const rule = this.points[this.random.below(this.points.length)];
      if (rule !== undefined) rules.add(rule);
    }
    return [...rules];
  }

  private noteUsers(moves: readonly Move[]): void {
    for (const move of moves) {
      if (move.kind === 'end' || move.object === 0n) continue;
      let users = this.users.get(move.object);
      if (users === undefined)
        this.users.set(move.object, (users = { read: [false, false], written: [false, false] }));
      const of = isRead(move) ? users.read : users.written;
      if (of[move.thread]) continue;
      of[move.thread] = true;
      const idle = this.idle.get(move.object) ?? [];
      this.idle.set(
        move.object,
        idle.filter(({ point, order }) => {
          if (!this.conflicts(point)) return true;
          this.push(order);
          return false;
        }),
      );
    }
  }

  private conflicts(point: Point): boolean {
    const other = point.thread === 0 ? 1 : 0;
    const users = this.users.get(point.object);
    if (point.event === 'begin') return true;
    if (users === undefined) return false;
    return users.written[other] || (!isRead(point) && users.read[other]);
  }

  /** Every way to leave a thread later than this order does. */
  private branch(moves: readonly Move[], order: Order): void {
    const history = new History();
    const ended: [boolean, boolean] = [false, false];
    const visits = new Visits();
    // How often each rule has been met so far; those of the order come in the order of the run.
    let met = 0;
    for (const move of moves) {
      if (move.kind === 'end') {
        ended[move.thread] = true;
        continue;
      }
      history.comesTo(move);
      if (move.object === 0n) continue;
      const place = placeOf(move);
      const time = visits.note(move);
      const rule: ScheduleRule = { place, action: { kind: 'leave', thread: move.thread, time } };
      if (this.runs === 1) this.points.push(rule);
      const due = order.rules[met];
      if (due?.action.kind === 'leave' && isAt(due, place, move.thread, time)) {
        met++;
        continue;
      }
      if (met < order.rules.length || ended[move.thread === 0 ? 1 : 0]) continue;
      this.consider(move, rule, order, history.key);
    }
  }

  private consider(point: Point, rule: ScheduleRule, order: Order, history: string): void {
    // The first thread may as well not have begun.
    const preemptions = order.preemptions + (point.event === 'begin' ? 0 : 1);
    const key = `${String(point.thread)} ${history}`;
    if (this.left.has(key)) return;
    const next = { rules: [...order.rules, rule], preemptions };
    if (!this.conflicts(point)) {
      const idle = this.idle.get(point.object) ?? [];
      if (idle.length < MOST_WAITING) idle.push({ point, order: next });
      this.idle.set(point.object, idle);
      return;
    }
    this.left.add(key);
    this.places.set(printRule(rule), rule);
    this.push(next);
  }

  private push(order: Order): void {
    const queue = this.queues[order.preemptions];
    if (queue === undefined || queue.length >= MOST_WAITING) this.cut = true;
    else queue.push(order);
  }
}

function isAt(
  { place: at, action }: ScheduleRule,
  place: ScheduleRule['place'],
  thread: number,
  time: number,
): boolean {
  return (
    action.kind === 'leave' &&
    action.thread === thread &&
    action.time === time &&
    at.event === place.event &&
    at.function === place.function &&
    at.level === place.level &&
    at.gfn?.first === place.gfn?.first
  );
}
