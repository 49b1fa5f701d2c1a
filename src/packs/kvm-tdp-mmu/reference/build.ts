/** Puts a scenario's page tables into a machine. */
import { isDevice } from '../geometry.js';
import type { LeafEntry, Root, Scenario, Table } from '../scenario.js';
import { adTypeOf, encodeEntry, encodeLeaf } from '../spte-value.js';
import type { AdType } from '../spte-value.js';
import type { Machine } from './machine.js';
import type { PageTable, TableRole } from './page-table.js';

export function build(machine: Machine, scenario: Scenario): void {
  for (const root of scenario.roots) {
    const adType = adTypeOf(scenario.configuration, root);
    const values = new LeafValues(machine, adType);
    const table = fill(machine, root.table, root.level, 0, values, {
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
  }
  machine.startRecording();
}

/** The TDP MMU holds one while the root is valid, or until whoever was told to zap it is done. */
export function initialReferences(root: Root): number {
  return root.references + (!root.invalid || root.scheduledToZap ? 1 : 0);
}

/** Leaves are many, and differ in few ways but their pfn. */
class LeafValues {
  private readonly plain = new Map<number, bigint>();

  constructor(
    private readonly machine: Machine,
    readonly adType: AdType,
  ) {}

  of(leaf: LeafEntry, level: number): bigint {
    const key =
      level |
      (leaf.writable ? 8 : 0) |
      (leaf.mmuWritable ? 16 : 0) |
      (leaf.hostWritable ? 32 : 0) |
      (leaf.executable ? 64 : 0) |
      (leaf.accessed ? 128 : 0) |
      (leaf.dirty ? 256 : 0) |
      (leaf.accessTracked ? 512 : 0) |
      (isDevice(leaf.pfn) ? 1024 : 0);
    let value = this.plain.get(key);
    if (value === undefined) {
      const fields = { ...leaf, adType: this.adType };
      value = encodeLeaf(fields, level, this.machine.masks) & ~(leaf.pfn << 12n);
      this.plain.set(key, value);
    }
    return value | (leaf.pfn << 12n);
  }
}

function fill(
  machine: Machine,
  source: Table,
  level: number,
  gfn: number,
  values: LeafValues,
  role: TableRole,
): PageTable {
  const table = machine.addTable(machine.reserveTable(), level, gfn, role);
  table.nxHugePageDisallowed = source.nxHugePageDisallowed;
  table.nxTracked = source.nxHugePageDisallowed;
  for (const [index, entry] of source.entries) {
    if (entry.kind === 'leaf') {
      table.store(index, values.of(entry, level));
      continue;
    }
    const first = table.gfnOf(index);
    const at = { level, gfn: BigInt(first), adType: values.adType };
    const value = encodeEntry(entry, at, machine.masks, (child) => {
      const below = { ...role, parent: { table, index } };
      return fill(machine, child.table, level - 1, first, values, below).pfn;
    });
    table.store(index, value);
  }
  return table;
}
