/** Page tables of roots: few tables, so that a run stays short, filled in every way and concentrated where calls will look. */
import { pagesAt, TABLE_ENTRIES } from '../geometry.js';
import type { Configuration, Entry, Root, Table } from '../scenario.js';
import { cachesMmio } from '../spte-masks.js';
import { adTypeOf } from '../spte-value.js';
import { aimedIndex, filledIndices } from './indices.js';
import type { Fill } from './indices.js';
import { LeafGenerator } from './leaves.js';
import type { Random } from './random.js';

/** Indices that the roots of a scenario share, by level, so that one call meets several of them. */
export interface Focus {
  readonly indices: ReadonlyMap<number, readonly number[]>;
  /** All levels lead to the first gfn of all, or to the last. */
  readonly corner: boolean;
}

/** `end`: one past the last gfn that may be mapped. */
export function generateFocus(random: Random, end: bigint): Focus {
  const focus = new Map<number, number[]>();
  const corner = random.weighted([
    [12, null],
    [3, 'first'],
    [2, 'last'],
  ] as const);
  // Of each level, the entries that a legal gfn can reach when all entries above it are the first.
  for (const level of [1, 2, 3, 4, 5]) {
    const limit = entriesBelowEnd(end, 0n, level);
    // The first and the last gfn of all are met only when every level leads there.
    if (corner !== null) {
      focus.set(level, [corner === 'first' ? 0 : limit - 1]);
      continue;
    }
    const count = random.weighted([
      [5, 1],
      [3, 2],
      [1, 3],
    ]);
    focus.set(
      level,
      Array.from({ length: count }, () => aimedIndex(random, limit)),
    );
  }
  return { indices: focus, corner: corner !== null };
}

/** How many entries of the table at `gfn` map legal gfns. */
export function entriesBelowEnd(end: bigint, gfn: bigint, level: number): number {
  if (gfn >= end) return 0;
  const entries = (end - gfn + pagesAt(level) - 1n) / pagesAt(level);
  return entries > BigInt(TABLE_ENTRIES) ? TABLE_ENTRIES : Number(entries);
}

export class TableGenerator {
  private tablesLeft: number;
  private readonly mmio: boolean;

  constructor(
    private readonly random: Random,
    private readonly configuration: Configuration,
    private readonly focus: Focus,
    private readonly end: bigint,
    tables: number,
  ) {
    this.tablesLeft = tables;
    this.mmio = cachesMmio(configuration);
  }

  /** `before`: the roots that the VM has already. */
  root(flags: Omit<Root, 'table'>, before: readonly Root[] = []): Root {
    const twin = before.find((root) => this.mayShare(root, flags));
    // Two modes of a guest run on the same memory: what one call finds in one root it often finds in the other.
    if (twin !== undefined && this.random.chance(0.3)) return { ...flags, table: twin.table };
    const leaves = new LeafGenerator(this.random, this.configuration, flags);
    // An invalid root that nobody zaps any more is empty.
    const zapped = flags.invalid && !flags.scheduledToZap && flags.references < 2;
    const empty = zapped || this.random.chance(0.06);
    return { ...flags, table: this.table(flags.level, 0n, leaves, empty) };
  }

  /** Both hold the same kinds of leaves, for the same gfns of the same slots. */
  private mayShare(a: Omit<Root, 'table'>, b: Omit<Root, 'table'>): boolean {
    const { configuration } = this;
    if (a.invalid || b.invalid || a.level !== b.level || a.smm !== b.smm) return false;
    return adTypeOf(configuration, a) === adTypeOf(configuration, b);
  }

  private table(level: number, gfn: bigint, leaves: LeafGenerator, empty: boolean): Table {
    const entries = new Map<number, Entry>();
    const limit = entriesBelowEnd(this.end, gfn, level);
    if (!empty && level <= 3) this.fillWithLeaves(entries, level, gfn, limit, leaves);
    if (!empty && level > 1) this.addTables(entries, level, gfn, limit, leaves);
    return { entries: inOrder(entries), nxHugePageDisallowed: false };
  }

  private addTables(
    entries: Map<number, Entry>,
    level: number,
    gfn: bigint,
    limit: number,
    leaves: LeafGenerator,
  ): void {
    const wanted = this.random.weighted(
      level >= 4
        ? [
            [8, 1],
            [2, 2],
          ]
        : [
            [1, 0],
            [6, 1],
            [4, 2],
            [1, 3],
          ],
    );
    for (let n = 0; n < wanted && this.tablesLeft > 0; n++) {
      const shared = this.random.chance(0.8) ? this.focus.indices.get(level) : undefined;
      const index = this.random.pickOr(shared ?? [], aimedIndex(this.random, limit));
      if (index >= limit || entries.get(index)?.kind === 'table') continue;
      this.tablesLeft--;
      const empty = this.random.chance(level === 2 ? 0.15 : 0.08);
      const table = this.table(level - 1, gfn + BigInt(index) * pagesAt(level), leaves, empty);
      const nxHugePageDisallowed = this.random.chance(0.2);
      entries.set(index, { kind: 'table', table: { ...table, nxHugePageDisallowed } });
    }
  }

  private fillWithLeaves(
    entries: Map<number, Entry>,
    level: number,
    gfn: bigint,
    limit: number,
    leaves: LeafGenerator,
  ): void {
    const fill = this.random.weighted(level === 1 ? SMALL_PAGE_FILLS : HUGE_PAGE_FILLS);
    const indices = filledIndices(this.random, fill, limit);
    if (level === 1 && this.random.chance(this.focus.corner ? 0.8 : 0.4)) {
      indices.push(...(this.focus.indices.get(1) ?? []).filter((i) => i < limit));
    }
    const kind = leaves.kind();
    const [start, pages] = [Number(gfn), Number(pagesAt(level))];
    for (const index of indices) {
      const here = start + index * pages;
      if (level === 1 && this.mmio && this.random.chance(kind.mmio)) {
        entries.set(index, leaves.mmio());
      } else {
        entries.set(index, leaves.leaf(kind, here));
      }
    }
  }
}

/** By index; most tables are filled in order. */
function inOrder(entries: Map<number, Entry>): Map<number, Entry> {
  let last = -1;
  for (const index of entries.keys()) {
    if (index < last) return new Map([...entries].sort(([a], [b]) => a - b));
    last = index;
  }
  return entries;
}

/** What fills hundreds of entries costs as much as ten of the others, and is met often enough: every case has several tables. */
const SMALL_PAGE_FILLS = [
  [12, 'single'],
  [10, 'ends'],
  [16, 'gap'],
  [10, 'run'],
  [16, 'sparse'],
  [4, 'alternating'],
  [1, 'dense'],
  [1, 'full'],
  [1, 'all-but-one'],
  [4, 'empty'],
] as const satisfies [[number, Fill], ...[number, Fill][]];

const HUGE_PAGE_FILLS = [
  [40, 'empty'],
  [20, 'single'],
  [12, 'ends'],
  [12, 'gap'],
  [8, 'run'],
  [12, 'sparse'],
  [4, 'alternating'],
  [1, 'dense'],
  [1, 'full'],
] as const satisfies [[number, Fill], ...[number, Fill][]];
