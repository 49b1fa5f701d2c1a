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
  if (mapped.firsts.length === 0) {
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

/** gfns of stretches, by number: leaves are too many to be objects. */
interface Stretches {
  readonly firsts: number[];
  /** Exclusive. */
  readonly ends: number[];
}

/** What leaves of valid roots map, merged where they overlap. */
function mergedLeaves(scenario: Scenario, addressSpace: 0 | 1): Stretches {
  const leaves: Stretches = { firsts: [], ends: [] };
  // One root's leaves come in order, and apart; those of the next begin anew.
  let [inOrder, last] = [true, 0];
  visitEntries(scenario, (root, level, gfn, entry) => {
    const owner = scenario.roots[root];
    if (entry.kind !== 'leaf' || owner === undefined || owner.invalid) return;
    if ((owner.smm ? 1 : 0) !== addressSpace) return;
    const end = gfn + 2 ** (9 * (level - 1));
    if (gfn < last) inOrder = false;
    last = end;
    leaves.firsts.push(gfn);
    leaves.ends.push(end);
  });
  return inOrder ? leaves : merged(leaves);
}

function merged({ firsts, ends }: Stretches): Stretches {
  const leaves = firsts.map((first, at) => ({ first, end: ends[at] ?? first }));
  leaves.sort((a, b) => a.first - b.first || a.end - b.end);
  const result: Stretches = { firsts: [], ends: [] };
  for (const { first, end } of leaves) {
    const last = result.ends.length - 1;
    const before = result.ends[last] ?? 0;
    if (last >= 0 && first < before) result.ends[last] = Math.max(before, end);
    else {
      result.firsts.push(first);
      result.ends.push(end);
    }
  }
  return result;
}

/** One to three groups of neighbouring leaves, one slot each. */
function boundaries(random: Random, { firsts, ends }: Stretches): Interval[] {
  const count = firsts.length;
  const groups = random.weighted([
    [4, 1],
    [3, 2],
    [1, 3],
  ]);
  const starts = new Set([0]);
  while (starts.size < Math.min(groups, count)) starts.add(random.below(count));
  const sorted = [...starts].sort((a, b) => a - b);
  return sorted.flatMap((start, at) => {
    const first = firsts[start];
    const end = ends[(sorted[at + 1] ?? count) - 1];
    if (first === undefined || end === undefined) return [];
    return [{ first: BigInt(first), end: BigInt(end) }];
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
