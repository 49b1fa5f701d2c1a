/**
 * Page tables a small change away from others: one table gets or loses leaves, or a table below it. For searches that go from case to
 * case. Nothing here asks whether a VM can be in that state: that is for the invariants.
 */
import { endOfReach, pagesAt } from '../geometry.js';
import type { Entry, Root, Scenario, Table } from '../scenario.js';
import { aimedIndex, filledIndices, type Fill } from './indices.js';
import { LeafGenerator, type LeafKind } from './leaves.js';
import type { Random } from './random.js';
import { entriesBelowEnd } from './tables.js';

/** How a table's leaves may be laid out anew. */
const FILLS = ['full', 'full', 'alternating', 'dense', 'run', 'ends', 'single', 'empty'] as const;
/** Of leaves that are left when a table is thinned: one of so many. */
const STEPS = [2, 3, 8, 32, 33, 64] as const;

/** The same roots but for one table of one of them; null: that one has nothing to change in the drawn way. */
export function changedRoots(random: Random, scenario: Scenario): Root[] | null {
  const at = random.below(scenario.roots.length);
  const root = scenario.roots[at];
  if (root === undefined) return null;
  const places = placesOf(root);
  const place = places[random.below(places.length)];
  if (place === undefined) return null;
  const changed = changedTable(random, scenario, root, place);
  if (changed === null) return null;
  const table = withTable(root.table, place.path, changed);
  return scenario.roots.map((each, i) => (i === at ? { ...root, table } : each));
}

interface Place {
  /** Indices from the root's table down to this one. */
  readonly path: readonly number[];
  readonly table: Table;
  readonly level: number;
  readonly gfn: bigint;
}

/** The root's own table first. */
function placesOf(root: Root): Place[] {
  const places: Place[] = [{ path: [], table: root.table, level: root.level, gfn: 0n }];
  for (let at = 0; at < places.length; at++) {
    const place = places[at];
    if (place === undefined) break;
    for (const [index, entry] of place.table.entries) {
      if (entry.kind !== 'table') continue;
      places.push({
        path: [...place.path, index],
        table: entry.table,
        level: place.level - 1,
        gfn: place.gfn + BigInt(index) * pagesAt(place.level),
      });
    }
  }
  return places;
}

function changedTable(
  random: Random,
  scenario: Scenario,
  root: Root,
  { table, level, gfn }: Place,
): Table | null {
  const end = endOfReach(scenario);
  const limit = entriesBelowEnd(end, gfn, level);
  if (limit === 0) return null;
  const ways = [
    ...(level <= 3 ? [refilled, refilled, thinned] : []),
    ...(level > 1 ? [withTableBelow, withTableBelow, withTableBelow, withoutTableBelow] : []),
  ];
  const kinds = new LeafGenerator(random, scenario.configuration, root);
  const leaves = new Leaves(random, kinds, end);
  const way = ways[random.below(ways.length)];
  const entries = way?.(leaves, table.entries, { level, gfn, limit }) ?? null;
  return entries && { ...table, entries: new Map([...entries].sort(([a], [b]) => a - b)) };
}

type Entries = ReadonlyMap<number, Entry>;

interface Where {
  readonly level: number;
  readonly gfn: bigint;
  /** Entries below this one map legal gfns. */
  readonly limit: number;
}

/** Leaves of one kind, for the table at hand: all alike, so that a full table is one line of a case's text. */
class Leaves {
  private readonly kind: LeafKind;

  constructor(
    readonly random: Random,
    private readonly leaves: LeafGenerator,
    /** One past the last gfn that may be mapped. */
    readonly end: bigint,
  ) {
    const drawn = leaves.kind();
    this.kind = {
      mmio: 0,
      writable: Math.round(drawn.writable),
      writeProtected: Math.round(drawn.writeProtected),
      hostWritable: Math.round(drawn.hostWritable),
      accessed: Math.round(drawn.accessed),
      dirty: Math.round(drawn.dirty),
      executable: Math.round(drawn.executable),
      tracked: Math.round(drawn.tracked),
      firstPfn: drawn.firstPfn,
    };
  }

  fill(fill: Fill, { level, gfn, limit }: Where): Map<number, Entry> {
    const pages = Number(pagesAt(level));
    return new Map(
      filledIndices(this.random, fill, limit).map((index): [number, Entry] => [
        index,
        this.leaves.leaf(this.kind, Number(gfn) + index * pages),
      ]),
    );
  }
}

/** Other leaves; tables stay. */
function refilled(leaves: Leaves, entries: Entries, where: Where): Entries {
  const tables = [...entries].filter(([, { kind }]) => kind === 'table');
  return new Map([...leaves.fill(leaves.random.pick(FILLS), where), ...tables]);
}

function thinned({ random }: Leaves, entries: Entries): Entries | null {
  const step = random.pick(STEPS);
  const left = [...entries].filter(([index, { kind }]) => kind === 'table' || index % step === 0);
  return left.length === entries.size ? null : new Map(left);
}

/** One table more, in the place of whatever was there. */
function withTableBelow(leaves: Leaves, entries: Entries, where: Where): Entries | null {
  const { random } = leaves;
  const index = aimedIndex(random, where.limit);
  if (entries.get(index)?.kind === 'table') return null;
  const level = where.level - 1;
  const gfn = where.gfn + BigInt(index) * pagesAt(where.level);
  const limit = entriesBelowEnd(leaves.end, gfn, level);
  const table = newTable(leaves, { level, gfn, limit });
  return new Map([...entries, [index, { kind: 'table', table }]]);
}

/** With leaves, or with a table below it and so on. */
function newTable(leaves: Leaves, where: Where): Table {
  const { random } = leaves;
  const deeper = where.level > 3 || (where.level > 1 && random.chance(0.7));
  const entries = deeper
    ? withTableBelow(leaves, new Map(), where)
    : leaves.fill(random.pick(FILLS), where);
  return { entries: entries ?? new Map<number, Entry>(), nxHugePageDisallowed: false };
}

function withoutTableBelow({ random }: Leaves, entries: Entries): Entries | null {
  const tables = [...entries].filter(([, { kind }]) => kind === 'table');
  const gone = tables[random.below(Math.max(1, tables.length))];
  return gone === undefined ? null : new Map([...entries].filter(([index]) => index !== gone[0]));
}

function withTable(table: Table, path: readonly number[], changed: Table): Table {
  const [index, ...rest] = path;
  if (index === undefined) return changed;
  const entries = new Map(table.entries);
  const below = entries.get(index);
  if (below?.kind !== 'table') return table;
  entries.set(index, { kind: 'table', table: withTable(below.table, rest, changed) });
  return { ...table, entries };
}
