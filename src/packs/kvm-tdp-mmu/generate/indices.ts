/**
 * Which entries of a table are filled. Uniform choices hardly ever meet the places where walkers go wrong, so these aim: the
 * ends of a table, gaps and runs around 32 and 64 entries (how far a walk may look ahead), one entry alone, all of them.
 */
import { TABLE_ENTRIES } from '../geometry.js';
import type { Random } from './random.js';

const AIMED = [
  0, 1, 2, 7, 8, 30, 31, 32, 33, 63, 64, 65, 255, 256, 479, 480, 509, 510, 511,
] as const;
const LENGTHS = [2, 3, 30, 31, 32, 33, 34, 63, 64, 65, 100] as const;

export function aimedIndex(random: Random, limit = TABLE_ENTRIES): number {
  const index = random.weighted<() => number>([
    [4, () => 0],
    [2, () => limit - 1],
    [10, () => random.pick(AIMED)],
    [4, () => random.below(TABLE_ENTRIES)],
  ])();
  if (index < limit) return index;
  // Below a lower limit its own edges matter.
  return random.pick([limit - 1, Math.max(0, limit - 2), random.below(limit)]);
}

export type Fill =
  | 'empty'
  | 'single'
  | 'ends'
  | 'gap'
  | 'run'
  | 'sparse'
  | 'alternating'
  | 'dense'
  | 'full'
  | 'all-but-one';

/** Sorted indices below `limit`, filled in the given manner. */
export function filledIndices(random: Random, fill: Fill, limit = TABLE_ENTRIES): number[] {
  const inside = (indices: number[]): number[] =>
    [...new Set(indices.filter((i) => i >= 0 && i < limit))].sort((a, b) => a - b);
  switch (fill) {
    case 'empty':
      return [];
    case 'single':
      return [aimedIndex(random, limit)];
    case 'ends':
      return inside(random.chance(0.5) ? [0, limit - 1] : [limit - 2, limit - 1]);
    case 'gap': {
      const first = aimedIndex(random, limit);
      const second = first + random.pick(LENGTHS) + random.pick([0, 1]);
      const third = second + random.pick(LENGTHS);
      return inside(random.chance(0.4) ? [first, second, third] : [first, second]);
    }
    case 'run': {
      const first = aimedIndex(random, limit);
      const length = random.pick(LENGTHS);
      return inside(Array.from({ length }, (_, i) => first + i));
    }
    case 'sparse':
      return inside(Array.from({ length: random.between(2, 6) }, () => aimedIndex(random, limit)));
    case 'alternating': {
      const first = aimedIndex(random, limit);
      const step = random.pick([2, 3, 31, 32, 33]);
      return inside(Array.from({ length: 12 }, (_, i) => first + i * step));
    }
    case 'dense': {
      const share = random.pick([0.1, 0.5, 0.9]);
      return all(limit).filter(() => random.chance(share));
    }
    case 'full':
      return all(limit);
    case 'all-but-one': {
      const hole = aimedIndex(random, limit);
      return all(limit).filter((i) => i !== hole);
    }
  }
}

function all(limit: number): number[] {
  return Array.from({ length: limit }, (_, i) => i);
}
