/**
 * Memory slots around what is mapped. A valid root maps memory of slots only, and no leaf crosses a slot's boundary; within that,
 * boundaries are put everywhere: at a leaf's edge, aligned to 2M and 1G, next to either, and between two leaves.
 */
import { endOfReach, pagesAt, visitEntries } from '../geometry.js';
import type { MemorySlot, Scenario } from '../scenario.js';
import type { Random } from './random.js';

interface Interval {
  readonly first: bigint;
  readonly end: bigint;
}

export function generateSlots(random: Random, scenario: Omit<Scenario, 'slots'>): MemorySlot[] {
  return ([0, 1] as const).flatMap((space) => slotsOf(random, { ...scenario, slots: [] }, space));
}

function slotsOf(random: Random, scenario: Scenario, addressSpace: 0 | 1): MemorySlot[] {
  const limit = endOfReach(scenario);
  const mapped = mergedLeaves(scenario, addressSpace);
  if (mapped.length === 0) {
    if (!random.chance(0.5)) return [];
    const first = random.belowBig(limit);
    const pages = 1n + random.belowBig(limit - first < 0x80000n ? limit - first : 0x80000n);
    return [slot(random, addressSpace, { first, end: first + pages })];
  }
  const cuts = boundaries(random, mapped);
  return cuts.map((interval, at) => {
    const low = cuts[at - 1]?.end ?? 0n;
    const high = cuts[at + 1]?.first ?? limit;
    // The next slot's own start may move down, but not below the middle of the gap.
    const middleLow = at === 0 ? low : low + (interval.first - low + 1n) / 2n;
    const middleHigh = at === cuts.length - 1 ? high : interval.end + (high - interval.end) / 2n;
    return slot(random, addressSpace, {
      first: lower(random, interval.first, middleLow),
      end: raise(random, interval.end, middleHigh),
    });
  });
}

function slot(random: Random, addressSpace: 0 | 1, { first, end }: Interval): MemorySlot {
  return {
    addressSpace,
    baseGfn: first,
    pages: end - first,
    dirtyLog: random.chance(0.3),
    maxLevel: random.pick([1, 2, 2, 3]),
  };
}

/** In numbers, which leaves are too many to be anything else. */
interface Stretch {
  readonly first: number;
  end: number;
}

/** What leaves of valid roots map, merged where they overlap. */
function mergedLeaves(scenario: Scenario, addressSpace: 0 | 1): Stretch[] {
  const leaves: Stretch[] = [];
  let [sorted, last] = [true, -1];
  visitEntries(scenario, (root, level, gfn, entry) => {
    const owner = scenario.roots[root];
    if (entry.kind !== 'leaf' || owner === undefined || owner.invalid) return;
    if ((owner.smm ? 1 : 0) !== addressSpace) return;
    leaves.push({ first: gfn, end: gfn + 2 ** (9 * (level - 1)) });
    if (gfn <= last) sorted = false;
    last = gfn;
  });
  if (!sorted) leaves.sort((a, b) => a.first - b.first || a.end - b.end);
  const merged: Stretch[] = [];
  for (const leaf of leaves) {
    const before = merged.at(-1);
    if (before !== undefined && leaf.first < before.end)
      before.end = Math.max(before.end, leaf.end);
    else merged.push(leaf);
  }
  return merged;
}

/** One to three groups of neighbouring leaves, one slot each. */
function boundaries(random: Random, leaves: readonly Stretch[]): Interval[] {
  const groups = random.weighted([
    [4, 1],
    [3, 2],
    [1, 3],
  ]);
  const starts = new Set([0]);
  while (starts.size < Math.min(groups, leaves.length)) starts.add(random.below(leaves.length));
  const sorted = [...starts].sort((a, b) => a - b);
  return sorted.flatMap((start, at) => {
    const first = leaves[start];
    const last = leaves[(sorted[at + 1] ?? leaves.length) - 1];
    if (first === undefined || last === undefined) return [];
    return [{ first: BigInt(first.first), end: BigInt(last.end) }];
  });
}

function lower(random: Random, from: bigint, limit: bigint): bigint {
  const to = random.pick([
    from,
    from - 1n,
    from - BigInt(random.below(40)),
    from - (from % pagesAt(2)),
    from - (from % pagesAt(3)),
    from - (from % pagesAt(2)) - 1n,
    limit,
  ]);
  return to < limit ? limit : to;
}

function raise(random: Random, from: bigint, limit: bigint): bigint {
  const up = (size: bigint): bigint => ((from + size - 1n) / size) * size;
  const to = random.pick([
    from,
    from + 1n,
    from + BigInt(random.below(40)),
    up(pagesAt(2)),
    up(pagesAt(3)),
    up(pagesAt(2)) + 1n,
    limit,
  ]);
  return to > limit ? limit : to;
}
