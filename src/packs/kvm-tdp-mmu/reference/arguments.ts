/** A call's arguments by name; a missing one is a mistake of ours. */
import type { Call } from '../scenario.js';
import type { Range } from './iterator.js';
import type { Machine, Slot } from './machine.js';
import type { PageTable } from './page-table.js';
import { indexOf } from './page-table.js';
import { childTable } from './iterator.js';
import type { RootState } from './run-state.js';

export class Arguments {
  constructor(
    private readonly machine: Machine,
    private readonly call: Call,
  ) {}

  number(name: string): bigint {
    const value = this.call.args[name];
    if (value === undefined) throw new Error(`${this.call.entry} has no argument ${name}`);
    return value;
  }

  level(name: string): number {
    return Number(this.number(name));
  }

  flag(name: string): boolean {
    return this.number(name) !== 0n;
  }

  root(name: string): RootState {
    const wanted = this.number(name);
    const root = this.machine.scenarioRoots[Number(wanted)];
    if (root === undefined || !this.machine.roots.includes(root))
      throw new Error(`${this.call.entry}: no root ${String(wanted)}`);
    return root;
  }

  slot(name: string): Slot {
    const slot = this.machine.slots[Number(this.number(name))];
    if (slot === undefined) throw new Error(`${this.call.entry}: no such slot`);
    return slot;
  }

  gfn(name: string): number {
    return Number(this.number(name));
  }

  range(): Range {
    return { start: this.gfn('start'), end: this.gfn('end') };
  }

  /** The page table that the SPTE of `gfn` at `level` + 1 points to; the root itself where `level` is its own. */
  table(root: RootState, level: number, gfn: number): PageTable | null {
    let table: PageTable | null = root.table;
    while (table !== null && table.level > level) {
      table = childTable(this.machine, table, indexOf(gfn, table.level));
    }
    return table;
  }
}
