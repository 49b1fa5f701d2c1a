/**
 * What two threads have done so far, up to the order of accesses that commute (a Mazurkiewicz trace): two prefixes of runs with
 * the same one leave the machine in the same state. Each access is known by what it follows: the one before it in its thread, the last
 * write of what it accesses and, for a write, the reads since. Their sum does not depend on the order in which they are added.
 */
import { isRead, type Point } from './points.js';

interface Access {
  readonly object: bigint;
  readonly isRead: boolean;
  readonly event: string;
}

interface Cell {
  write: number;
  /** A sum: reads among each other have no order. */
  reads: number;
}

export class History {
  private readonly threads: [number, number] = [1, 2];
  private readonly pending: [Access | null, Access | null] = [null, null];
  private readonly cells = new Map<bigint, Cell>();
  private sum = 0;
  private other = 0;

  /** A thread has come to a point: the access of its last one has been made, that of this one has not. */
  comesTo(point: Point): void {
    const last = this.pending[point.thread];
    if (last !== null) this.make(point.thread, last);
    this.pending[point.thread] =
      point.object === 0n || point.event === 'begin'
        ? null
        : { object: point.object, isRead: isRead(point), event: point.event };
  }

  get key(): string {
    return `${String(this.sum)} ${String(this.other)}`;
  }

  private make(thread: 0 | 1, { object, isRead: reads, event }: Access): void {
    let cell = this.cells.get(object);
    if (cell === undefined)
      this.cells.set(object, (cell = { write: textHash(String(object)), reads: 0 }));
    const before = mix(mix(this.threads[thread], cell.write), textHash(event));
    const hash = mix(before, reads ? 0 : cell.reads);
    this.threads[thread] = hash;
    if (reads) cell.reads = (cell.reads + hash) >>> 0;
    else {
      cell.write = hash;
      cell.reads = 0;
    }
    // Two sums of 32 bits: one alone would meet by chance among some ten thousand prefixes.
    this.sum = (this.sum + mix(hash, 0x9e3779b9)) >>> 0;
    this.other = (this.other + mix(hash, 0x85ebca6b)) >>> 0;
  }
}

function mix(a: number, b: number): number {
  let h =
    Math.imul(a ^ (b >>> 15) ^ 0x27d4eb2f, 0x85ebca6b) ^ Math.imul(b ^ 0x165667b1, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 13), 0x27d4eb2d);
  return (h ^ (h >>> 16)) >>> 0;
}

const texts = new Map<string, number>();

function textHash(text: string): number {
  let known = texts.get(text);
  if (known === undefined) {
    known = 7;
    for (let at = 0; at < text.length; at++) known = mix(known, text.charCodeAt(at));
    if (texts.size < 100_000) texts.set(text, known);
  }
  return known;
}
