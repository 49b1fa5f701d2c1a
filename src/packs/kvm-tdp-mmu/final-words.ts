/** The final state, from its words to lines of text. */
import type { NamedTable } from './decoding.js';
import { COUNTER, FINAL, headOf, ODD, OUT, ROOT } from './words.js';

export interface Namer {
  table(ordinal: number): NamedTable | null;
  header(ordinal: number): string;
  spte(value: bigint, level: number): string;
  child(value: bigint, level: number): number | null;
}

interface FinalTable {
  readonly live: boolean;
  readonly reachable: boolean;
  readonly nxDisallowed: boolean;
  readonly odd: number;
  readonly entries: readonly (readonly [number, bigint])[];
}

interface FinalRoot {
  readonly table: number;
  readonly freed: boolean;
  readonly references: number;
  readonly level: number;
  readonly flags: number;
}

interface FinalState {
  readonly roots: FinalRoot[];
  readonly tables: Map<number, FinalTable>;
  readonly counters: Map<number, bigint>;
  readonly headers: { readonly header: number; readonly freed: boolean; readonly table: bigint }[];
  readonly locks: { readonly mode: number; readonly which: number }[];
}

export function finalLines(words: BigUint64Array, from: number, namer: Namer): string[] {
  const state = readState(words, from);
  const lines: string[] = [];
  for (const root of state.roots) {
    if (root.freed) {
      lines.push(`note a freed root is still in the list: ${namer.header(root.table)}`);
      continue;
    }
    const name = namer.table(root.table)?.name ?? '';
    lines.push(rootLine(root, name));
    listTable(state, namer, root.table, root.level, name, lines);
  }
  const counter = (which: number): bigint => BigInt.asIntN(64, state.counters.get(which) ?? 0n);
  for (const level of [1, 2, 3]) {
    const delta = counter(COUNTER.PAGES_4K + level - 1);
    if (delta !== 0n) lines.push(`pages at level ${String(level)}: ${signed(delta)}`);
  }
  const tablePages = counter(COUNTER.TABLE_PAGES);
  if (tablePages !== 0n) lines.push(`page tables: ${signed(tablePages)}`);
  const splits = counter(COUNTER.NX_SPLITS);
  if (splits !== 0n) lines.push(`NX splits: ${signed(splits)}`);
  if (counter(COUNTER.VM_BUGGED) !== 0n) lines.push('VM bugged');

  const accounted = counter(COUNTER.TDP_MMU_PAGES);
  if (accounted !== tablePages) lines.push(`note tdp_mmu_pages: ${signed(accounted)}`);
  const tracked = counter(COUNTER.NX_TRACKED);
  if (tracked !== splits) lines.push(`note tables on the NX list: ${signed(tracked)}`);
  const created = counter(COUNTER.MMIO_CREATED);
  if (created !== 0n) lines.push(`note MMIO SPTEs created: ${String(created)}`);
  noteTables(state, namer, lines);
  noteLeftovers(state, namer, lines);
  if (words[OUT.LOST] !== 0n) lines.push('note not everything that happened fitted into the log');
  return lines;
}

function readState(words: BigUint64Array, from: number): FinalState {
  const state: FinalState = {
    roots: [],
    tables: new Map(),
    counters: new Map(),
    headers: [],
    locks: [],
  };
  const end = Math.min(words.length, Number(words[OUT.USED] ?? 0n));
  let at = from;
  const next = (): bigint => words[at++] ?? 0n;
  while (at < end) {
    const head = headOf(next());
    switch (head.kind) {
      case FINAL.ROOT: {
        const word = next();
        state.roots.push({
          table: head.table,
          freed: head.how === 1,
          references: Number(BigInt.asIntN(32, word)),
          level: Number((word >> 32n) & 0xffn),
          flags: Number(word >> 40n),
        });
        break;
      }
      case FINAL.TABLE: {
        const live = (head.how & 2) === 0;
        const odd = live ? Number((next() >> 8n) & 0xffn) : 0;
        if (live) next(); // gfn: said by where it is linked, or by `odd`
        const entries: [number, bigint][] = [];
        for (let runs = head.index; runs > 0; runs--) {
          const run = Number(next());
          let value = next();
          const length = run >> 16;
          const step = length > 1 ? next() : 0n;
          for (let n = 0; n < length; n++) {
            entries.push([(run & 0xffff) + n, value]);
            value = BigInt.asUintN(64, value + step);
          }
        }
        state.tables.set(head.table, {
          live,
          reachable: (head.how & 4) !== 0,
          nxDisallowed: (head.how & 8) !== 0,
          odd,
          entries,
        });
        break;
      }
      case FINAL.COUNTER:
        state.counters.set(head.index, next());
        break;
      case FINAL.HEADER:
        state.headers.push({ header: head.table, freed: head.index === 1, table: next() });
        break;
      case FINAL.LOCK:
        state.locks.push({ mode: head.how, which: head.index });
        break;
      default:
        throw new Error(`pc_out: no record ${String(head.kind)} in the final state`);
    }
  }
  return state;
}

function signed(value: bigint): string {
  return value > 0n ? `+${String(value)}` : String(value);
}

function rootLine(root: FinalRoot, name: string): string {
  const words = [`root ${name}`, `level ${String(root.level)}`];
  words.push((root.flags & ROOT.INVALID) !== 0 ? 'invalid' : 'valid');
  if ((root.flags & ROOT.SCHEDULED) !== 0) words.push('scheduled');
  if ((root.flags & ROOT.SMM) !== 0) words.push('smm');
  if ((root.flags & ROOT.GUEST_MODE) !== 0) words.push('guest-mode');
  words.push(`references ${String(root.references)}`);
  return words.join(' ');
}

/** Lines are named by where an SPTE is now; the table it points to by the name it got first. */
function listTable(
  state: FinalState,
  namer: Namer,
  ordinal: number,
  level: number,
  place: string,
  lines: string[],
): void {
  for (const [index, value] of state.tables.get(ordinal)?.entries ?? []) {
    const at = `${place}[${String(index)}]`;
    lines.push(`${at} ${namer.spte(value, level)}`);
    const child = namer.child(value, level);
    // A tree is no deeper than its root's level, so even a table linked into itself ends.
    if (child !== null) listTable(state, namer, child, level - 1, at, lines);
  }
}

const ODDITIES: readonly (readonly [number, string])[] = [
  [ODD.SP, 'has no kvm_mmu_page of its own'],
  [ODD.ROLE, 'has another role than its parent'],
  [ODD.GFN, 'has the gfn of another place'],
  [ODD.PTEP, 'points back to another SPTE than the one that links it'],
  [ODD.KIND, 'is not marked as one of the TDP MMU'],
];

function noteTables(state: FinalState, namer: Namer, lines: string[]): void {
  for (const [ordinal, table] of state.tables) {
    const name = namer.table(ordinal)?.name ?? `table ${String(ordinal)}`;
    if (table.live && !table.reachable) lines.push(`note leaked: page table ${name}`);
    for (const [bit, what] of ODDITIES) {
      if ((table.odd & bit) !== 0) lines.push(`note page table ${name} ${what}`);
    }
    if (table.nxDisallowed && name.startsWith('new')) {
      lines.push(`note page table ${name}: NX huge page disallowed`);
    }
    if (!table.reachable) continue;
    for (const [index, value] of table.entries) {
      const child = namer.child(value, namer.table(ordinal)?.level ?? 0);
      if (child !== null && state.tables.get(child)?.live === false) {
        lines.push(`note freed, but linked at ${name}[${String(index)}]`);
      }
    }
  }
}

function noteLeftovers(state: FinalState, namer: Namer, lines: string[]): void {
  for (const { header, freed, table } of state.headers) {
    const name = namer.header(header);
    const owns = namer.table(Number(BigInt.asIntN(64, table)));
    const other = owns === null || owns.name === name ? '' : ` (its table is ${owns.name})`;
    lines.push(`note kvm_mmu_page of ${name}: ${freed ? 'freed' : 'not freed'}${other}`);
  }
  for (const { mode, which } of state.locks) {
    const lock = ['a lock', 'mmu_lock', 'tdp_mmu_pages_lock'][which] ?? 'a lock';
    lines.push(`note ${lock} is held for ${mode === 1 ? 'read' : 'write'}`);
  }
  const depth = state.counters.get(COUNTER.RCU_DEPTH) ?? 0n;
  if (depth !== 0n) lines.push(`note in ${String(depth)} RCU read sections`);
  const pending = state.counters.get(COUNTER.RCU_PENDING) ?? 0n;
  if (pending !== 0n) lines.push(`note ${String(pending)} RCU callbacks are waiting`);
}
