/** Puts a scenario's page tables into a machine. */
import type { Entry, Root, Scenario, Table } from '../scenario.js';
import { adTypeOf, encodeEntry } from '../spte-value.js';
import type { AdType } from '../spte-value.js';
import type { Machine } from './machine.js';
import { pagesPerEntry } from './page-table.js';
import type { PageTable, TableRole } from './page-table.js';

export function build(machine: Machine, scenario: Scenario): void {
  scenario.roots.forEach((root, index) => {
    const adType = adTypeOf(scenario.configuration, root);
    const table = fill(machine, root.table, `r${String(index)}`, root.level, 0n, adType, {
      smm: root.smm,
      guestMode: root.guestMode,
      adDisabled: adType === 'disabled',
      parent: null,
    });
    machine.roots.push({
      table,
      invalid: root.invalid,
      scheduledToZap: root.scheduledToZap,
      references: initialReferences(root),
    });
  });
}

/** The TDP MMU holds one while the root is valid, or until whoever was told to zap it is done. */
export function initialReferences(root: Root): number {
  return root.references + (!root.invalid || root.scheduledToZap ? 1 : 0);
}

function fill(
  machine: Machine,
  source: Table,
  name: string,
  level: number,
  gfn: bigint,
  adType: AdType,
  role: TableRole,
): PageTable {
  const table = machine.addTable(name, level, gfn, role);
  table.linked = true;
  table.nxHugePageDisallowed = source.nxHugePageDisallowed;
  table.nxTracked = source.nxHugePageDisallowed;
  for (const [index, entry] of source.entries) {
    const at = { level, gfn: gfn + BigInt(index) * pagesPerEntry(level), adType };
    const below = (child: Extract<Entry, { kind: 'table' }>): bigint =>
      fill(machine, child.table, `${name}[${String(index)}]`, level - 1, at.gfn, adType, {
        ...role,
        parent: { table, index },
      }).pfn;
    table.store(index, encodeEntry(entry, at, machine.masks, below));
  }
  return table;
}
