/**
 * Follows page tables through a trace: which gfns an SPTE's path means, in which root, and whether its table still hangs below it.
 */
import { pagesIn } from '../geometry.js';
import type { Scenario } from '../scenario.js';
import type { TraceEvent } from '../trace.js';

export interface SptePlace {
  /** Index of the scenario's root; null: a root that the run itself made. */
  readonly root: number | null;
  readonly level: number;
  readonly gfn: bigint;
  /** That it maps, or its table below does. */
  readonly pages: bigint;
  /** The table is (or hangs below) one that was unlinked. */
  readonly detached: boolean;
}

interface TablePlace {
  readonly parent: string | null;
  readonly root: number | null;
  readonly level: number;
  readonly gfn: bigint;
}

export class Places {
  private readonly tables = new Map<string, TablePlace>();
  private readonly unlinked = new Set<string>();

  constructor(private readonly scenario: Scenario) {
    scenario.roots.forEach(({ level }, root) => {
      this.tables.set(`r${String(root)}`, { parent: null, root, level, gfn: 0n });
    });
  }

  /** Where the SPTE is before the event is noted. */
  of(path: string): SptePlace | null {
    const split = splitPath(path);
    const table = split && this.table(split.table);
    if (split === null || table === null) return null;
    return {
      root: table.root,
      level: table.level,
      gfn: table.gfn + BigInt(split.index) * pagesIn(this.scenario, table.level),
      pages: pagesIn(this.scenario, table.level),
      detached: this.isDetached(split.table),
    };
  }

  note(event: TraceEvent): void {
    if (event.kind !== 'spte') return;
    const before = pointee(event.from);
    const after = pointee(event.to);
    if (before !== null) this.unlinked.add(before);
    if (after === null) return;
    const place = this.of(event.at);
    const split = splitPath(event.at);
    if (place === null || split === null) return;
    this.unlinked.delete(after);
    this.tables.set(after, {
      parent: split.table,
      root: place.root,
      level: place.level - 1,
      gfn: place.gfn,
    });
  }

  private table(name: string): TablePlace | null {
    const known = this.tables.get(name);
    if (known !== undefined) return known;
    const split = splitPath(name); // a table of the scenario is named by its place
    const parent = split && this.table(split.table);
    if (split === null || parent === null) return null;
    const place = {
      parent: split.table,
      root: parent.root,
      level: parent.level - 1,
      gfn: parent.gfn + BigInt(split.index) * pagesIn(this.scenario, parent.level),
    };
    this.tables.set(name, place);
    return place;
  }

  private isDetached(name: string): boolean {
    if (this.unlinked.size === 0) return false;
    for (let at: string | null = name; at !== null; at = this.table(at)?.parent ?? null) {
      if (this.unlinked.has(at)) return true;
    }
    return false;
  }
}

/** The table that an SPTE's text names. */
export function pointee(text: string): string | null {
  return /^-> (\S+)/.exec(text)?.[1] ?? null;
}

function splitPath(path: string): { table: string; index: number } | null {
  const open = path.lastIndexOf('[');
  if (open <= 0 || !path.endsWith(']')) return null;
  return { table: path.slice(0, open), index: Number(path.slice(open + 1, -1)) };
}
