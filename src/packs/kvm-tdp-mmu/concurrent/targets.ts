/** The SPTEs of a scenario that steps and tasks are about: all that hold something, and a few that hold nothing beside them. */
import { pagesIn, TABLE_ENTRIES } from '../geometry.js';
import type { Entry, Scenario, Table } from '../scenario.js';
import type { SpteAt } from '../schedule.js';

export interface Target extends SpteAt {
  /** At the start; null: nothing. */
  readonly entry: Entry | null;
}

export function targetsOf(scenario: Scenario): readonly Target[] {
  const found: Target[] = [];
  const { levelBits } = scenario;
  const entries = levelBits === undefined ? TABLE_ENTRIES : 2 ** levelBits;
  const visit = (table: Table, root: number, level: number, gfn: bigint): void => {
    const at = (index: number, entry: Entry | null): void => {
      found.push({ root, level, gfn: gfn + BigInt(index) * pagesIn(scenario, level), entry });
    };
    for (const [index, entry] of table.entries) {
      at(index, entry);
      if (entry.kind === 'table') {
        visit(entry.table, root, level - 1, gfn + BigInt(index) * pagesIn(scenario, level));
      }
    }
    const gap = gapOf(table, entries);
    if (gap !== null) at(gap, null);
  };
  scenario.roots.forEach((root, at) => {
    visit(root.table, at, root.level, 0n);
  });
  return found;
}

/** An index that holds nothing: behind the first entry that has room there, or before it; the first of an empty table. */
function gapOf(table: Table, entries: number): number | null {
  if (table.entries.size === 0) return 0;
  for (const step of [1, -1]) {
    for (const index of table.entries.keys()) {
      const beside = index + step;
      if (beside >= 0 && beside < entries && !table.entries.has(beside)) return beside;
    }
  }
  return null;
}

export function targetKey({ level, gfn }: Pick<SpteAt, 'level' | 'gfn'>): string {
  return `${String(level)} ${gfn.toString(16)}`;
}
