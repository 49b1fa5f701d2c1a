/** Page tables with less in them, and plainer ones. */
import { pagesAt } from './geometry.js';
import type { Entry, LeafEntry, Table } from './scenario.js';
import { PLAIN_LEAF } from './shrink-weight.js';

/** Fewer entries or fewer tables, the largest cuts first. */
export function* smallerTables(table: Table, level: number): Generator<Table> {
  const keys = [...table.entries.keys()];
  const keep = (wanted: readonly number[]): Table => {
    const set = new Set(wanted);
    return { ...table, entries: new Map([...table.entries].filter(([index]) => set.has(index))) };
  };
  if (keys.length > 1) yield keep([]);
  for (let size = Math.floor(keys.length / 2); size > 1; size = Math.floor(size / 2)) {
    for (let from = 0; from < keys.length; from += size) {
      yield keep([...keys.slice(0, from), ...keys.slice(from + size)]);
    }
  }
  for (const at of keys.keys()) yield keep(keys.filter((_, i) => i !== at));
  for (const [index, entry] of table.entries) {
    if (entry.kind !== 'table') continue;
    const put = (other: Entry): Table => ({
      ...table,
      entries: new Map([...table.entries].map(([i, e]) => [i, i === index ? other : e])),
    });
    const leaf = [...entry.table.entries.values()].find((e) => e.kind === 'leaf');
    if (leaf !== undefined && level <= 3) {
      yield put({ ...leaf, pfn: leaf.pfn - (leaf.pfn % pagesAt(level)) });
    }
    for (const smaller of smallerTables(entry.table, level - 1)) {
      yield put({ kind: 'table', table: smaller });
    }
  }
}

/** As many tables and entries, but plainer ones. */
export function* plainerTables(table: Table, level: number): Generator<Table> {
  if (table.nxHugePageDisallowed) yield { ...table, nxHugePageDisallowed: false };
  for (const [index, entry] of table.entries) {
    const put = (at: number, other: Entry): Table => {
      const entries = [...table.entries].map(([i, e]): [number, Entry] =>
        i === index ? [at, other] : [i, e],
      );
      return { ...table, entries: new Map(entries.sort(([a], [b]) => a - b)) };
    };
    for (const at of [0, index >> 1, index - 1]) {
      if (at >= 0 && at < index && !table.entries.has(at))
        yield put(at, moved(entry, at - index, level));
    }
    if (entry.kind === 'leaf') for (const plain of plainerLeaves(entry)) yield put(index, plain);
    if (entry.kind === 'mmio' && entry.generation > 0)
      yield put(index, { ...entry, generation: 0 });
    if (entry.kind === 'table') {
      for (const plain of plainerTables(entry.table, level - 1)) {
        yield put(index, { kind: 'table', table: plain });
      }
    }
  }
}

/** A leaf that moves takes its memory along, so that gfn and pfn stay aligned alike. */
function moved(entry: Entry, by: number, level: number): Entry {
  if (entry.kind !== 'leaf') return entry;
  return { ...entry, pfn: entry.pfn + BigInt(by) * pagesAt(level) };
}

function* plainerLeaves(leaf: LeafEntry): Generator<LeafEntry> {
  const plain = { ...PLAIN_LEAF, pfn: leaf.pfn };
  yield plain;
  yield { ...plain, accessed: false, dirty: false };
  for (const key of ['executable', 'accessed', 'dirty', 'hostWritable'] as const) {
    if (leaf[key] !== PLAIN_LEAF[key]) yield { ...leaf, [key]: PLAIN_LEAF[key] };
  }
  if (leaf.accessTracked) yield { ...leaf, accessTracked: false };
  if (leaf.hostWritable && !leaf.mmuWritable) yield { ...leaf, mmuWritable: true };
  if (leaf.mmuWritable && !leaf.writable) yield { ...leaf, writable: true };
}
