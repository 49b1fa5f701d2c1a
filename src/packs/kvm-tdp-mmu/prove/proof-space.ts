/** One scope of a proof and all its cases by number: every table, state of the root, call and schedule within the bound. */
import { entryPoint } from '../entry-points.js';
import type { GeneratedCase } from '../generate/case.js';
import type { Call, Configuration, MemorySlot, Root } from '../scenario.js';
import { EMPTY_SCHEDULE, type Schedule, type ScheduleRule } from '../schedule.js';
import { enumerateCalls } from './enumerate-calls.js';
import { countTables, scaledPages, tableNumber, type TableSpace } from './enumerate-tables.js';
import { changingLeafKinds, fewLeafKinds, leafKinds, type LeafKind } from './leaf-kinds.js';

export interface ProofSpace {
  readonly id: string;
  readonly dimension: 'sequential' | 'yield' | 'concurrent';
  readonly configuration: Configuration;
  readonly tables: TableSpace;
  /** What the bound says of the entries. */
  readonly kindNames: readonly string[];
}

const EPT: Configuration = {
  format: 'ept',
  maxPhysAddr: 48,
  adBits: true,
  pml: false,
  suppressVe: false,
  meMask: 0n,
};

const NO_AD: Configuration = { ...EPT, adBits: false };

function space(
  id: string,
  dimension: ProofSpace['dimension'],
  configuration: Configuration,
  rootLevel: number,
  kindsOf: (configuration: Configuration) => readonly LeafKind[],
): ProofSpace {
  const kinds = kindsOf(configuration);
  const mmio = kindsOf === leafKinds;
  const kindNames = [
    'non-present',
    ...(mmio ? ['MMIO at 4K'] : []),
    ...kinds.map(({ name }) => name),
    'page table',
  ];
  const tables = { levelBits: 1, rootLevel, kinds, mmio };
  return { id, dimension, configuration, tables, kindNames };
}

export const PROOF_SPACES: readonly ProofSpace[] = [
  space('ept-2-levels', 'sequential', EPT, 2, leafKinds),
  space('ept-3-levels', 'sequential', EPT, 3, fewLeafKinds),
  space('ept-no-ad-2-levels', 'sequential', NO_AD, 2, leafKinds),
  space('ept-2-levels-yields', 'yield', EPT, 2, fewLeafKinds),
  space('ept-2-levels-steps', 'concurrent', EPT, 2, changingLeafKinds),
  space('ept-no-ad-2-levels-steps', 'concurrent', NO_AD, 2, changingLeafKinds),
];

/** States of the one root: used by a vCPU; and given up, to be zapped by a worker that holds the TDP MMU's reference. */
const ROOT_STATES: readonly Omit<Root, 'table' | 'level'>[] = [
  { smm: false, guestMode: false, invalid: false, scheduledToZap: false, references: 1 },
  { smm: false, guestMode: false, invalid: true, scheduledToZap: true, references: 1 },
];

export class ProofCases {
  readonly #calls: readonly Call[];
  readonly #schedules: readonly Schedule[];
  readonly #tables: number;
  readonly count: number;
  readonly #slots: readonly MemorySlot[];
  #last: { number: number; roots: readonly Root[] } | null = null;

  constructor(
    readonly space: ProofSpace,
    entry: string,
  ) {
    const { tables } = space;
    const pages = scaledPages(tables, tables.rootLevel + 1);
    const info = entryPoint(entry);
    if (info === null) throw new Error(`${entry} is no entry point`);
    this.#calls = enumerateCalls(info, { pages, rootLevel: tables.rootLevel });
    this.#schedules = space.dimension === 'yield' ? pollSubsets(tables) : [EMPTY_SCHEDULE];
    this.#tables = countTables(tables, tables.rootLevel);
    this.#slots = [
      { addressSpace: 0, baseGfn: 0n, pages: BigInt(pages), dirtyLog: false, maxLevel: 3 },
    ];
    this.count = this.#tables * ROOT_STATES.length * this.#calls.length * this.#schedules.length;
  }

  /** `number` below `count`. The root changes slowest: it is built once for all that is done with it. */
  at(number: number): GeneratedCase {
    const schedule = this.#schedules[number % this.#schedules.length];
    const left = Math.floor(number / this.#schedules.length);
    const call = this.#calls[left % this.#calls.length];
    if (schedule === undefined || call === undefined) throw new Error('nothing to choose from');
    const roots = this.#roots(Math.floor(left / this.#calls.length));
    const { configuration } = this.space;
    const { levelBits } = this.space.tables;
    const scenario = { configuration, roots, slots: this.#slots, calls: [call], levelBits };
    return { scenario, schedule };
  }

  /** The one root, in each of its states, with each of the tables. */
  #roots(number: number): readonly Root[] {
    if (this.#last?.number !== number) {
      const { tables } = this.space;
      const state = ROOT_STATES[number % ROOT_STATES.length];
      if (state === undefined) throw new Error('a root has some state');
      const { rootLevel } = tables;
      const table = tableNumber(tables, rootLevel, Math.floor(number / ROOT_STATES.length), 0);
      const roots = [{ ...state, level: rootLevel as Root['level'], table }];
      this.#last = { number, roots };
    }
    return this.#last.roots;
  }
}

/** Every subset of the places at which a walk over the tables can poll. */
function pollSubsets(tables: TableSpace): Schedule[] {
  const places: ScheduleRule[] = [];
  for (let level = tables.rootLevel; level >= 1; level--) {
    const pages = scaledPages(tables, level);
    const end = scaledPages(tables, tables.rootLevel + 1);
    for (let gfn = 0; gfn < end; gfn += pages) {
      const range = { first: BigInt(gfn), last: BigInt(gfn) };
      places.push({
        place: { function: '*', event: 'poll', gfn: range, level },
        action: { kind: 'reschedule' },
      });
    }
  }
  return Array.from({ length: 2 ** places.length }, (_, subset) => ({
    rules: places.filter((_, at) => (subset >> at) & 1),
  }));
}
