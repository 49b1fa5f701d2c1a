/**
 * Scenarios as text that a person can read and edit, in the manner of a litmus test:
 *
 *     configuration ept maxphyaddr 48 ad-bits suppress-ve
 *     slot address-space 0 gfns 0x0..0x3ffff max-level 2
 *     root level 4 references 1
 *       [0] table
 *         [3] leaf pfn 0x40000 RWX A D mmu-w host-w
 *     call kvm_tdp_mmu_zap_leafs start 0x0 end 0x200 flush 0
 *
 * Roots and slots count from 0 in the order in which they stand. `[8..39] leaf pfn 0x100 …` are leaves that map consecutive
 * memory. Printing and parsing are inverse to each other; `#` begins a comment.
 */
import { nthOfRun } from './geometry.js';
import type { Call, Configuration, Entry, MemorySlot, Root, Scenario, Table } from './scenario.js';
import { leafWords } from './spte-text.js';
import { gfnRangeText, hex } from './text-lines.js';

export { parseScenario } from './scenario-parser.js';

export function printScenario(scenario: Scenario): string {
  const lines = [configurationLine(scenario.configuration)];
  for (const slot of scenario.slots) lines.push(slotLine(slot));
  for (const root of scenario.roots) {
    lines.push(rootLine(root));
    printTable(root.table, root.level, '  ', lines);
  }
  for (const call of scenario.calls) lines.push(callLine(call));
  return lines.join('\n') + '\n';
}

function configurationLine(c: Configuration): string {
  const words = ['configuration', c.format, 'maxphyaddr', String(c.maxPhysAddr)];
  if (c.adBits) words.push('ad-bits');
  if (c.pml) words.push('pml');
  if (c.suppressVe) words.push('suppress-ve');
  if (c.l1tf) words.push('l1tf');
  if (c.noMmioCaching) words.push('no-mmio-caching');
  if (c.noExecOnly) words.push('no-exec-only');
  if (c.meMask !== 0n) words.push('me-mask', hex(c.meMask));
  return words.join(' ');
}

function slotLine(slot: MemorySlot): string {
  const last = slot.baseGfn + slot.pages - 1n;
  const gfns = gfnRangeText({ first: slot.baseGfn, last });
  const words = ['slot', 'address-space', String(slot.addressSpace), 'gfns', gfns];
  if (slot.dirtyLog) words.push('dirty-log');
  words.push('max-level', String(slot.maxLevel));
  return words.join(' ');
}

function rootLine(root: Root): string {
  const words = ['root', 'level', String(root.level)];
  if (root.smm) words.push('smm');
  if (root.guestMode) words.push('guest-mode');
  if (root.invalid) words.push('invalid');
  if (root.scheduledToZap) words.push('scheduled');
  if (root.table.nxHugePageDisallowed) words.push('nx-huge-page-disallowed');
  words.push('references', String(root.references));
  return words.join(' ');
}

export function callLine(call: Call): string {
  // Flags and levels read better as they are written in C.
  const number = (value: bigint): string => (value < 10n ? String(value) : hex(value));
  const args = Object.entries(call.args).map(([name, value]) => `${name} ${number(value)}`);
  return ['call', call.entry, ...args].join(' ');
}

function printTable(table: Table, level: number, indent: string, lines: string[]): void {
  for (const { first, last, entry } of runsOf(table, level)) {
    const at = first === last ? `[${String(first)}]` : `[${String(first)}..${String(last)}]`;
    lines.push(`${indent}${at} ${entryWords(entry)}`);
    if (entry.kind === 'table') printTable(entry.table, level - 1, indent + '  ', lines);
  }
}

interface EntryRun {
  readonly first: number;
  readonly last: number;
  readonly entry: Entry;
}

/** Neighbours that one line can say: leaves of consecutive memory, and equal MMIO entries. */
export function runsOf(table: Table, level: number): EntryRun[] {
  const runs: EntryRun[] = [];
  for (const [index, entry] of [...table.entries].sort(([a], [b]) => a - b)) {
    const run = runs.at(-1);
    if (run?.last === index - 1 && continues(run, entry, level)) {
      runs[runs.length - 1] = { ...run, last: index };
    } else {
      runs.push({ first: index, last: index, entry });
    }
  }
  return runs;
}

function continues(run: EntryRun, entry: Entry, level: number): boolean {
  if (entry.kind === 'table' || entry.kind !== run.entry.kind) return false;
  const next = nthOfRun(run.entry, run.last + 1 - run.first, level);
  return entryWords(next) === entryWords(entry);
}

export function entryWords(entry: Entry): string {
  switch (entry.kind) {
    case 'leaf':
      return leafWords(entry);
    case 'mmio':
      return `mmio gen ${String(entry.generation)}${entry.writable ? '' : ' read-only'}`;
    case 'table':
      return entry.table.nxHugePageDisallowed ? 'table nx-huge-page-disallowed' : 'table';
    case 'frozen':
      return 'frozen';
  }
}
