/** A call's arguments by name; a missing one is a mistake of ours. */
import type { Call, MemorySlot } from '../scenario.js';
import type { Range } from './iterator.js';
import type { Machine } from './machine.js';
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
    const wanted = `r${String(this.number(name))}`;
    const root = this.machine.roots.find((r) => r.table.name === wanted);
    if (root === undefined) throw new Error(`${this.call.entry}: no root ${wanted}`);
    return root;
  }

  slot(name: string): MemorySlot {
    const slot = this.machine.slots[Number(this.number(name))];
    if (slot === undefined) throw new Error(`${this.call.entry}: no such slot`);
    return slot;
  }

  range(): Range {
    return { start: this.number('start'), end: this.number('end') };
  }

  /** The page table that the SPTE of `gfn` at `level` + 1 points to; the root itself where `level` is its own. */
  table(root: RootState, level: number, gfn: bigint): PageTable | null {
    let table: PageTable | null = root.table;
    while (table !== null && table.level > level) {
      table = childTable(this.machine, table.read(indexOf(gfn, table.level)), table.level);
    }
    return table;
  }
}
