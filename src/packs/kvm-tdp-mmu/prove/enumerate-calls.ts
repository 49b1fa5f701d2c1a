/** Every call of an entry point on a small geometry: all arguments that its parameters can take, one after another. */
import { FIRST_LEAF_PFN } from '../geometry.js';
import type { Argument, EntryPointInfo } from '../entry-points.js';
import type { Call } from '../scenario.js';

export interface CallSpace {
  /** Pages that the root maps, all of them in the one slot. */
  readonly pages: number;
  readonly rootLevel: number;
}

type Args = Readonly<Record<string, bigint>>;

/** Roots and slots are those with index 0. */
export function enumerateCalls(entry: EntryPointInfo, space: CallSpace): Call[] {
  let all: Args[] = [{}];
  for (const argument of entry.arguments)
    all = all.flatMap((known) =>
      choices(argument, known, space).map((value) => ({ ...known, [argument.name]: value })),
    );
  return all.map((args) => ({ entry: entry.name, args }));
}

function choices(
  { type }: Argument,
  known: Args,
  { pages, rootLevel }: CallSpace,
): readonly bigint[] {
  switch (type.kind) {
    case 'root':
    case 'slot':
    case 'generation':
      return [0n];
    case 'flag':
      return [0n, 1n];
    case 'mask':
      // Of the slot's pages, at least one.
      return upTo(1, 2 ** Math.min(pages, 16) - 1);
    case 'pfn':
      return [FIRST_LEAF_PFN + (known['gfn'] ?? 0n)];
    case 'level':
      return upTo(type.least, Math.max(type.least, Math.min(type.most, rootLevel)));
    case 'gfn':
      switch (type.role) {
        case 'start':
        case 'single':
          return upTo(0, pages - 1);
        case 'end':
          return upTo(Number(known['start'] ?? 0n) + 1, pages);
        case 'aligned64':
          return [0n];
      }
  }
}

function upTo(first: number, last: number): bigint[] {
  return Array.from({ length: last - first + 1 }, (_, at) => BigInt(first + at));
}
