/**
 * A witness for the terminal: its page tables as a small tree, its calls and schedule, and both traces side by side, at most 100
 * columns wide. Rows that differ are marked as diff -y does; long stretches of equal rows are left out.
 */
import { pagesAt } from './geometry.js';
import type { Configuration, Entry, MemorySlot, Root, Scenario, Table } from './scenario.js';
import type { Schedule } from './schedule.js';
import { callLine, entryWords, runsOf } from './scenario-text.js';
import { scheduleLines } from './schedule-text.js';
import { alignLines } from './side-by-side.js';
import { gfnRangeText, hex } from './text-lines.js';
import { endingText, eventText } from './trace-text.js';
import type { Trace, TraceEvent } from './trace.js';

export const WIDTH = 100;

export function drawCase(
  scenario: Scenario,
  schedule: Schedule,
  before: Trace,
  after: Trace,
  names: readonly [string, string],
): string[] {
  const lines = [
    ...drawScenario(scenario),
    ...drawSchedule(schedule),
    '',
    ...drawTraces(before, after, names),
  ];
  return lines.map((line) => line.trimEnd());
}

export function drawScenario(scenario: Scenario): string[] {
  const lines = [configurationText(scenario.configuration)];
  scenario.slots.forEach((slot, at) => lines.push(slotText(slot, at)));
  scenario.roots.forEach((root, at) => {
    lines.push(rootText(root, at));
    lines.push(...drawTable(root.table, root.level, 0n, ''));
  });
  for (const call of scenario.calls) lines.push(callLine(call));
  return lines.flatMap((line) => wrap(line, WIDTH, '    '));
}

function configurationText(c: Configuration): string {
  const features = [c.format.toUpperCase(), `${String(c.maxPhysAddr)} address bits`];
  features.push(c.adBits ? 'A/D bits' : 'no A/D bits');
  if (c.pml) features.push('PML');
  if (c.l1tf) features.push('L1TF');
  if (c.noMmioCaching) features.push('MMIO not cached');
  if (c.noExecOnly) features.push('no execute-only pages');
  if (c.meMask !== 0n) features.push(`encryption mask ${hex(c.meMask)}`);
  return features.join(', ');
}

function slotText(slot: MemorySlot, at: number): string {
  const range = { first: slot.baseGfn, last: slot.baseGfn + slot.pages - 1n };
  const parts = [`slot ${String(at)}: gfns ${gfnRangeText(range)}`];
  if (slot.addressSpace === 1) parts.push('of SMM');
  if (slot.dirtyLog) parts.push('dirty-logged');
  parts.push(`pages up to ${['4K', '2M', '1G'][slot.maxLevel - 1] ?? ''}`);
  return parts.join(', ');
}

function rootText(root: Root, at: number): string {
  const parts = [`r${String(at)}: ${String(root.level)} levels`];
  if (root.invalid) parts.push(root.scheduledToZap ? 'invalid, to be zapped' : 'invalid');
  if (root.smm) parts.push('SMM');
  if (root.guestMode) parts.push('nested guest');
  if (root.table.entries.size === 0) parts.push('empty');
  return parts.join(', ');
}

function drawTable(table: Table, level: number, gfn: bigint, indent: string): string[] {
  const runs = runsOf(table, level);
  return runs.flatMap(({ first, last, entry }, at) => {
    const isLast = at === runs.length - 1;
    const index = first === last ? String(first) : `${String(first)}..${String(last)}`;
    const here = gfn + BigInt(first) * pagesAt(level);
    const end = gfn + BigInt(last + 1) * pagesAt(level) - 1n;
    const gfns =
      here === end ? `gfn ${hex(here)}` : `gfns ${gfnRangeText({ first: here, last: end })}`;
    const line = `${indent}${isLast ? '`-- ' : '|-- '}[${index}] ${entryText(entry)}  (${gfns})`;
    if (entry.kind !== 'table') return [line];
    const deeper = indent + (isLast ? '    ' : '|   ');
    return [line, ...drawTable(entry.table, level - 1, here, deeper)];
  });
}

function entryText(entry: Entry): string {
  if (entry.kind !== 'table') return entryWords(entry);
  const nx = entry.table.nxHugePageDisallowed ? ', instead of an executable huge page' : '';
  return entry.table.entries.size === 0 ? `empty table${nx}` : `table${nx}`;
}

function drawSchedule(schedule: Schedule): string[] {
  return scheduleLines(schedule).flatMap((line) => wrap(line, WIDTH, '    '));
}

// Traces -----------------------------------------------------------------------------------------------------------------------

function drawTraces(before: Trace, after: Trace, names: readonly [string, string]): string[] {
  const rows = [...alignLines(traceLines(before), traceLines(after))];
  const finals = [...alignLines(before.final, after.final)];
  const width = Math.floor((WIDTH - 3) / 2);
  const lines = heading(names, width);
  lines.push(...drawRows(rows, width));
  // A run that was stopped has no final state, only the one it was stopped in.
  const bothReturned = [before, after].every(({ ending }) => ending.kind === 'returned');
  if (bothReturned && finals.some(({ mark }) => mark !== ' ')) {
    lines.push(...sideBySide('final state', ' ', 'final state', width));
    lines.push(...drawRows(finals, width));
  }
  return lines;
}

type Row = ReturnType<typeof alignLines>[number];

const CONTEXT = 3;

/** Equal rows far from any difference are left out, and counted. */
function drawRows(rows: readonly Row[], width: number): string[] {
  const near = (at: number): boolean =>
    rows.slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1).some(({ mark }) => mark !== ' ');
  const same = rows.every(({ mark }) => mark === ' ');
  const shown = rows.map((_, at) => near(at) || (same && rows.length <= 4 * CONTEXT));
  const lines: string[] = [];
  let hidden = 0;
  const tellHidden = (): void => {
    if (hidden > 0) lines.push(...sideBySide(`... ${String(hidden)} equal ...`, ' ', '', width));
    hidden = 0;
  };
  rows.forEach(({ left, mark, right }, at) => {
    if (shown[at] !== true) {
      hidden++;
      return;
    }
    tellHidden();
    lines.push(...sideBySide(left ?? '', mark, right ?? '', width));
  });
  tellHidden();
  return lines;
}

/** The names of both sides above their columns. */
export function heading([left, right]: readonly [string, string], width: number): string[] {
  return [...sideBySide(left, ' ', right, width), `${'-'.repeat(width)}-+-${'-'.repeat(width)}`];
}

export function sideBySide(left: string, mark: string, right: string, width: number): string[] {
  const [a, b] = [wrap(left, width, '  '), wrap(right, width, '  ')];
  return Array.from(
    { length: Math.max(a.length, b.length) },
    (_, at) => `${(a[at] ?? '').padEnd(width)} ${at === 0 ? mark : ' '} ${b[at] ?? ''}`,
  );
}

/** Events as lines; neighbours that changed alike share one. */
function traceLines(trace: Trace): string[] {
  const lines: (string | SpteRun)[] = [];
  for (const event of trace.events) {
    const last = lines.at(-1);
    const next = runOf(event);
    if (next === null) lines.push(eventText(event));
    else if (typeof last === 'object' && continuesRun(last, next)) {
      lines[lines.length - 1] = { ...last, last: next.last };
    } else lines.push(next);
  }
  if (trace.ending.kind !== 'returned') lines.push(endingText(trace.ending));
  return repeated(lines.map((line) => (typeof line === 'string' ? line : runText(line))));
}

/** A line that comes again and again is one line. */
function repeated(lines: readonly string[]): string[] {
  const result: string[] = [];
  for (let at = 0; at < lines.length;) {
    const line = lines[at] ?? '';
    let end = at + 1;
    while (lines[end] === line) end++;
    result.push(end - at === 1 ? line : `${line}, ${String(end - at)} times`);
    at = end;
  }
  return result;
}

interface SpteRun {
  readonly table: string;
  readonly first: number;
  readonly last: number;
  readonly change: string;
}

function runOf(event: TraceEvent): SpteRun | null {
  const match = event.kind === 'spte' ? /^(.+)\[(\d+)\]$/.exec(event.at) : null;
  if (event.kind !== 'spte' || match?.[1] === undefined) return null;
  const index = Number(match[2]);
  return { table: match[1], first: index, last: index, change: `${event.from} => ${event.to}` };
}

function continuesRun(open: SpteRun, next: SpteRun): boolean {
  return open.table === next.table && open.last + 1 === next.first && open.change === next.change;
}

function runText({ table, first, last, change }: SpteRun): string {
  return `${table}[${first === last ? String(first) : `${String(first)}..${String(last)}`}]: ${change}`;
}

/** Breaks at blanks where it can; the rest of a line is indented. */
function wrap(text: string, width: number, indent: string): string[] {
  const lines: string[] = [];
  let left = text;
  while (left.length > width) {
    const blank = left.lastIndexOf(' ', width);
    const at = blank > indent.length + 8 ? blank : width;
    lines.push(left.slice(0, at));
    left = indent + left.slice(at).trimStart();
  }
  lines.push(left);
  return lines;
}
