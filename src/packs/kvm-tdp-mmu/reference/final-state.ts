/** The state after a run as lines of text: roots in list order, the SPTEs below each in pre-order, then the statistics. */
import { childTable } from './iterator.js';
import type { Machine } from './machine.js';
import type { PageTable } from './page-table.js';
import type { RootState } from './run-state.js';

export function finalLines(machine: Machine): string[] {
  const lines: string[] = [];
  for (const root of machine.roots) {
    lines.push(rootLine(root));
    listTable(machine, root.table, root.table.name, lines);
  }
  for (const level of [1, 2, 3]) {
    const delta = machine.pageStats.get(level) ?? 0n;
    if (delta !== 0n) lines.push(`pages at level ${String(level)}: ${signed(delta)}`);
  }
  if (machine.tablePages !== 0n) lines.push(`page tables: ${signed(machine.tablePages)}`);
  if (machine.nxSplits !== 0n) lines.push(`NX splits: ${signed(machine.nxSplits)}`);
  if (machine.bugged) lines.push('VM bugged');
  if (machine.mmioCreated > 0) {
    lines.push(`note MMIO SPTEs created: ${String(machine.mmioCreated)}`);
  }
  for (const { name, nxHugePageDisallowed } of machine.made) {
    if (nxHugePageDisallowed) lines.push(`note page table ${name}: NX huge page disallowed`);
  }
  return lines;
}

function signed(value: bigint): string {
  return value > 0n ? `+${String(value)}` : String(value);
}

function rootLine(root: RootState): string {
  const { table } = root;
  const words = [`root ${table.name}`, `level ${String(table.level)}`];
  words.push(root.invalid ? 'invalid' : 'valid');
  if (root.scheduledToZap) words.push('scheduled');
  if (table.role.smm) words.push('smm');
  if (table.role.guestMode) words.push('guest-mode');
  words.push(`references ${String(root.references)}`);
  return words.join(' ');
}

/** Lines are named by where an SPTE is now; the table it points to by where it was first linked. */
function listTable(machine: Machine, table: PageTable, place: string, lines: string[]): void {
  for (const [index, text] of machine.entryTexts(table)) {
    const at = `${place}[${String(index)}]`;
    lines.push(`${at} ${text}`);
    const child = childTable(machine, table.read(index), table.level);
    if (child !== null) listTable(machine, child, at, lines);
  }
}
