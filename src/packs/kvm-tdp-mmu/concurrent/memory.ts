/**
 * The memory behind a gfn. A host has one pfn for it, whoever faults: what is mapped says which, and what is not mapped goes
 * on where its neighbours are. A large page is possible only where all that is mapped in its reach lies as it would there.
 */
import { FIRST_LEAF_PFN, pagesAt } from '../geometry.js';
import type { Scenario } from '../scenario.js';
import { targetsOf } from './targets.js';

export interface Memory {
  readonly pfn: bigint;
  readonly hostWritable: boolean;
  /** The largest level at which it can be mapped. */
  readonly level: bigint;
}

export function memoryAt(scenario: Scenario, root: number, gfn: bigint): Memory {
  const space = scenario.roots[root]?.smm === true;
  const leaves = targetsOf(scenario).flatMap((target) =>
    target.entry?.kind === 'leaf' && (scenario.roots[target.root]?.smm === true) === space
      ? [{ gfn: target.gfn, pages: pagesAt(target.level), leaf: target.entry }]
      : [],
  );
  const own = leaves.find((each) => each.gfn <= gfn && gfn < each.gfn + each.pages);
  const sharing = (level: number): (typeof leaves)[number] | undefined =>
    leaves.find((each) => each.gfn / pagesAt(level) === gfn / pagesAt(level));
  const near = sharing(2) ?? sharing(3);
  // gfn and pfn have the same offset within 1G, in all that is generated.
  const frame = own ?? near;
  const pfn =
    frame === undefined
      ? FIRST_LEAF_PFN + (gfn % pagesAt(3))
      : own === undefined
        ? frame.leaf.pfn - (frame.leaf.pfn % pagesAt(3)) + (gfn % pagesAt(3))
        : own.leaf.pfn + (gfn - own.gfn);
  const hostWritable = own?.leaf.hostWritable ?? true;
  let level = 1n;
  for (const larger of [2, 3]) {
    const first = gfn - (gfn % pagesAt(larger));
    const within = leaves.filter(
      (each) => each.gfn < first + pagesAt(larger) && first < each.gfn + each.pages,
    );
    const lies = within.every(
      (each) => each.leaf.pfn - each.gfn === pfn - gfn && each.leaf.hostWritable === hostWritable,
    );
    if (!lies) break;
    level = BigInt(larger);
  }
  return { pfn, hostWritable, level };
}
