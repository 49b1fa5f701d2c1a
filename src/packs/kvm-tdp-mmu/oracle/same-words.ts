/**
 * The cheap first question of a comparison, asked of the words that two runs let out: is there nothing in them that an oracle
 * could hold against the new one? Costs are left out; so are yields, and the moment at which a grace period ended, wherever no
 * flush can depend on them. "No" only means that the traces have to be looked at.
 */
import type { RawRun, RunEnding } from '../../../pack-api/pack.js';
import { EVENT, EVENT_WORDS, OUT } from '../words.js';

export function sameRaw(a: RawRun, b: RawRun): boolean {
  if (a === b) return true;
  if (!sameEnding(a.ending, b.ending)) return false;
  const [then, now] = [halvesOf(a), halvesOf(b)];
  const [lengthThen, lengthNow] = [a.words.length, b.words.length];
  const [endThen, endNow] = [then[2 * OUT.EVENTS_END] ?? 0, now[2 * OUT.EVENTS_END] ?? 0];
  return (
    lengthThen - endThen === lengthNow - endNow &&
    sameHeader(then, now) &&
    same(then, endThen, now, endNow, lengthThen - endThen) &&
    (sameEvents(then, endThen, now, endNow) || sameButForYields(then, endThen, now, endNow))
  );
}

/** Traps are compared by name and function: the place moves with every edit above it. */
function sameEnding(a: RunEnding, b: RunEnding): boolean {
  if (a.kind !== 'trap' || b.kind !== 'trap') return a.kind === b.kind;
  return a.name === b.name && a.function === b.function && a.argument === b.argument;
}

/** Words as pairs of 32 bits, the low half first. */
function halvesOf({ words }: RawRun): Uint32Array {
  return new Uint32Array(words.buffer, words.byteOffset, 2 * words.length);
}

/** All of the header but where things end, and the texts. */
function sameHeader(a: Uint32Array, b: Uint32Array): boolean {
  for (let at = 0; at < 2 * OUT.PRIVATE; at++) {
    if (at >> 1 === OUT.USED || at >> 1 === OUT.EVENTS_END) continue;
    if (a[at] !== b[at]) return false;
  }
  const texts = (a[2 * OUT.STRINGS_END] ?? 0) - OUT.TEXT;
  return same(a, OUT.TEXT, b, OUT.TEXT, texts);
}

/** `count` words of each. */
function same(a: Uint32Array, atA: number, b: Uint32Array, atB: number, count: number): boolean {
  for (let n = 0; n < 2 * count; n++) if (a[2 * atA + n] !== b[2 * atB + n]) return false;
  return true;
}

function sameEvents(a: Uint32Array, endA: number, b: Uint32Array, endB: number): boolean {
  return endA === endB && same(a, OUT.EVENTS, b, OUT.EVENTS, endA - OUT.EVENTS);
}

/** Numbers of words by kind of event, the head included; 0: no such event. */
const SIZES = Uint8Array.from({ length: 256 }, (_, kind) => {
  const words = EVENT_WORDS.get(kind);
  return words === undefined ? 0 : words + 1;
});

/**
 * Equal but for yields, and for when tables were freed within a call. Without a single flush nothing is met before a yield or
 * a free, so none of them can make it late; and tables that were handed to RCU before they were freed break no rule.
 */
function sameButForYields(a: Uint32Array, endA: number, b: Uint32Array, endB: number): boolean {
  const [left, right] = [new Events(a, endA), new Events(b, endB)];
  for (;;) {
    const more = left.next();
    if (more !== right.next()) return false;
    if (left.strange || right.strange) return false;
    if (!more) return sameNumbers(left.freed, right.freed);
    const size = left.size;
    if (!same(a, left.at, b, right.at, size)) return false;
    if (left.kind === EVENT.BEGIN || left.kind === EVENT.END) {
      if (!sameNumbers(left.freed, right.freed)) return false;
      left.freed.length = right.freed.length = 0;
    }
  }
}

/** Events one by one, without yields and frees; what was freed since the last call began or ended is kept apart. */
class Events {
  at = 0;
  kind = 0;
  size = 0;
  /** Something that this comparison does not judge. */
  strange = false;
  readonly freed: number[] = [];
  private behind: number = OUT.EVENTS;
  private readonly waiting = new Set<number>();

  constructor(
    private readonly halves: Uint32Array,
    private readonly end: number,
  ) {}

  next(): boolean {
    while (this.behind < this.end) {
      this.at = this.behind;
      const low = this.halves[2 * this.at] ?? 0;
      this.kind = low & 0xff;
      this.size = SIZES[this.kind] ?? 0;
      this.behind += this.size;
      const flushes = this.kind === EVENT.FLUSH_ALL || this.kind === EVENT.FLUSH_RANGE;
      if (this.size === 0 || flushes) {
        this.strange = true;
        return true;
      }
      if (this.kind === EVENT.YIELD) continue;
      // The ordinal, above the 36 bits of kind, manner, count and index.
      const ordinal = (this.halves[2 * this.at + 1] ?? 0) >>> 4;
      if (this.kind === EVENT.CALL_RCU) {
        if ((low >>> 8) & 0xf) this.strange = true; // something else than a page table
        this.waiting.add(ordinal);
      }
      if (this.kind !== EVENT.FREE) return true;
      if (!this.waiting.has(ordinal)) this.strange = true;
      this.freed.push(2 * ordinal + ((low >>> 8) & 1));
    }
    return false;
  }
}

/** In any order. */
function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  const [left, right] = [[...a].sort((x, y) => x - y), [...b].sort((x, y) => x - y)];
  return left.every((n, at) => n === right[at]);
}
