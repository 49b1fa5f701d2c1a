/**
 * gfns worth aiming at in a scenario: where something begins or ends, what lies next to it, and the limits of tables and hosts.
 */
import { endOfReach, pagesAt, visitEntries } from '../geometry.js';
import type { Scenario } from '../scenario.js';
import type { Random } from './random.js';

export interface GfnRange {
  readonly start: bigint;
  readonly end: bigint; // exclusive
}

export class Points {
  private aims: Aims | null = null;

  constructor(
    private readonly random: Random,
    private readonly scenario: Scenario,
    private readonly limit = endOfReach(scenario),
  ) {}

  /** Many calls and schedules ask for none. */
  private get known(): Aims {
    this.aims ??= aimsOf(this.scenario, Number(this.limit));
    return this.aims;
  }

  /** A legal gfn, often of something that is mapped. */
  gfn(): bigint {
    const { random } = this;
    const { mapped } = this.known;
    const inside = mapped[random.below(Math.max(1, mapped.length))];
    if (inside !== undefined && random.chance(0.75)) {
      const size = inside.pages;
      const offset = random.pick([0, 0, 1, size - 1, Math.floor(size / 2), random.below(size)]);
      return this.legal(BigInt(inside.start + (offset < size ? offset : 0)));
    }
    return this.legal(this.near(this.point()));
  }

  /** A range, never empty, within the host's address space. */
  range(): GfnRange {
    const { random } = this;
    if (random.chance(0.08)) return { start: 0n, end: this.limit };
    let start = this.legal(this.near(this.point()));
    let end = this.near(this.point());
    if (random.chance(0.35)) {
      // Of a certain length, from a point on.
      end = start + random.pick([1n, 2n, 31n, 32n, 33n, 63n, 64n, 65n, 511n, 512n, 513n, 0x40000n]);
    }
    if (end < start) [start, end] = [end < 0n ? 0n : end, start];
    if (end > this.limit) end = this.limit;
    return start < end ? { start, end } : { start: this.legal(end - 1n), end: end > 0n ? end : 1n };
  }

  /** A gfn inside a range, often of something that is mapped. */
  gfnWithin(outer: GfnRange): bigint {
    for (let attempt = 0; attempt < 6; attempt++) {
      const gfn = this.gfn();
      if (gfn >= outer.start && gfn < outer.end) return gfn;
    }
    return this.rangeWithin(outer).start;
  }

  /** A range inside another. */
  rangeWithin(outer: GfnRange): GfnRange {
    const clamp = (gfn: bigint): bigint =>
      gfn < outer.start ? outer.start : gfn > outer.end ? outer.end : gfn;
    const { start, end } = this.range();
    const inner = { start: clamp(start), end: clamp(end) };
    return inner.start < inner.end && this.random.chance(0.7) ? inner : outer;
  }

  private point(): bigint {
    return BigInt(this.random.pickOr(this.known.gfns, 0));
  }

  private near(gfn: bigint): bigint {
    const { random } = this;
    return random.weighted<() => bigint>([
      [6, () => gfn],
      [1, () => gfn + 1n],
      [1, () => gfn - 1n],
      [1, () => gfn - (gfn % pagesAt(2))],
      [1, () => gfn - (gfn % pagesAt(3))],
      [1, () => gfn - (gfn % pagesAt(2)) + pagesAt(2)],
      [1, () => gfn + BigInt(random.between(-40, 40))],
    ])();
  }

  private legal(gfn: bigint): bigint {
    if (gfn < 0n) return 0n;
    return gfn >= this.limit ? this.limit - 1n : gfn;
  }
}

interface Aims {
  /** Beginnings and ends of what lies in tables, and of slots. */
  readonly gfns: number[];
  readonly mapped: { readonly start: number; readonly pages: number }[];
}

function aimsOf(scenario: Scenario, end: number): Aims {
  const aims: Aims = { gfns: [0, end], mapped: [] };
  let last = -1;
  visitEntries(scenario, (_root, level, gfn, entry) => {
    const pages = 2 ** (9 * (level - 1));
    if (gfn + pages > end) return;
    if (entry.kind !== 'table') aims.mapped.push({ start: gfn, pages });
    // Of neighbours the boundary between them counts once.
    if (gfn !== last) aims.gfns.push(gfn);
    aims.gfns.push(gfn + pages);
    last = gfn + pages;
  });
  for (const { baseGfn, pages } of scenario.slots) {
    // Each slot weighs as much as a few entries: calls are about slots.
    for (let n = 0; n < 4; n++) aims.gfns.push(Number(baseGfn), Number(baseGfn + pages));
  }
  return aims;
}
