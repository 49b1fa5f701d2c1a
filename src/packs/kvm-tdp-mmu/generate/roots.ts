/** How many roots a VM has, and in which states: valid, invalid, waiting to be zapped; of SMM, of nested guests. */
import type { Configuration, Root } from '../scenario.js';
import type { Random } from './random.js';

type Flags = Omit<Root, 'table'>;

export function generateRoots(random: Random, configuration: Configuration): Flags[] {
  const count = random.weighted([
    [5, 1],
    [4, 2],
    [2, 3],
  ]);
  const nptLevel = random.chance(0.3) ? 5 : 4;
  const roots: Flags[] = [];
  while (roots.length < count) {
    const root = oneRoot(random, configuration, nptLevel);
    if (root.invalid || !roots.some((other) => !other.invalid && sameRole(other, root))) {
      roots.push(root);
    }
  }
  return roots;
}

function oneRoot(random: Random, configuration: Configuration, nptLevel: 4 | 5): Flags {
  const invalid = random.chance(0.25);
  const scheduledToZap = invalid && random.chance(0.6);
  const mayHaveFive = configuration.maxPhysAddr > 48;
  return {
    level: configuration.format === 'npt' ? nptLevel : mayHaveFive && random.chance(0.5) ? 5 : 4,
    smm: random.chance(0.25),
    guestMode: random.chance(configuration.pml ? 0.5 : 0.2),
    invalid,
    scheduledToZap,
    references: invalid && !scheduledToZap ? random.between(1, 4) : random.between(0, 2),
  };
}

function sameRole(a: Flags, b: Flags): boolean {
  return a.level === b.level && a.smm === b.smm && a.guestMode === b.guestMode;
}
