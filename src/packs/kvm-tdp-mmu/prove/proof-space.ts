/** One scope of a proof and all its cases by number: every table, state of the root, call and schedule within the bound. */
import { entryPoint } from '../entry-points.js';
import type { GeneratedCase } from '../generate/case.js';
import type { Call, Configuration, Root, Scenario, Table } from '../scenario.js';
import { EMPTY_SCHEDULE, type Schedule, type ScheduleRule } from '../schedule.js';
import { enumerateCalls } from './enumerate-calls.js';
import { countTables, scaledPages, tableNumber, type TableSpace } from './enumerate-tables.js';
import { fewLeafKinds, leafKinds } from './leaf-kinds.js';

export interface ProofSpace {
  readonly id: string;
  readonly dimension: 'sequential' | 'yield';
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

function space(
  id: string,
  dimension: ProofSpace['dimension'],
  configuration: Configuration,
  rootLevel: number,
  few: boolean,
): ProofSpace {
  const kinds = few ? fewLeafKinds(configuration) : leafKinds(configuration);
  const kindNames = [
    'non-present',
    ...(few ? [] : ['MMIO at 4K']),
    ...kinds.map(({ name }) => name),
    'page table',
  ];
  const tables = { levelBits: 1, rootLevel, kinds, mmio: !few };
  return { id, dimension, configuration, tables, kindNames };
}

export const PROOF_SPACES: readonly ProofSpace[] = [
  space('ept-2-levels', 'sequential', EPT, 2, false),
  space('ept-3-levels', 'sequential', EPT, 3, true),
  space('ept-no-ad-2-levels', 'sequential', { ...EPT, adBits: false }, 2, false),
  space('ept-2-levels-yields', 'yield', EPT, 2, true),
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
  #last: { number: number; table: Table } | null = null;

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
    this.count = this.#tables * ROOT_STATES.length * this.#calls.length * this.#schedules.length;
  }

  /** `number` below `count`. The table changes slowest: it is built once for all that is done with it. */
  at(number: number): GeneratedCase {
    let left = number;
    const digit = <T>(values: readonly T[]): T => {
      const value = values[left % values.length];
      left = Math.floor(left / values.length);
      if (value === undefined) throw new Error('nothing to choose from');
      return value;
    };
    const schedule = digit(this.#schedules);
    const call = digit(this.#calls);
    const state = digit(ROOT_STATES);
    const { tables, configuration } = this.space;
    const root = { ...state, level: tables.rootLevel as Root['level'], table: this.#table(left) };
    const scenario: Scenario = {
      configuration,
      roots: [root],
      slots: [
        {
          addressSpace: 0,
          baseGfn: 0n,
          pages: BigInt(scaledPages(tables, tables.rootLevel + 1)),
          dirtyLog: false,
          maxLevel: 3,
        },
      ],
      calls: [call],
    };
    return { scenario, schedule };
  }

  #table(number: number): Table {
    if (this.#last?.number !== number) {
      const { tables } = this.space;
      this.#last = { number, table: tableNumber(tables, tables.rootLevel, number, 0) };
    }
    return this.#last.table;
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
