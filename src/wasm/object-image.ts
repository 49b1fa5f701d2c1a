/** What the tables of objects and the plane of pointers hold before the first run of a strict module: its globals. */
import { ADDRESS_BASE, OBJECT_KINDS } from '../exec/program.js';
import type { Symbol } from '../ir/ir.js';
import type { LinkedObject } from './linked-program.js';
import { CELLS, ENTRY, type MemoryMap } from './memory-map.js';
import { FIELDS, HISTORY } from './runtime-objects.js';

export type ImagePart = { readonly offset: number; readonly bytes: Uint8Array };

/** Object numbers of the globals, in the order of their addresses. */
export function globalNumbers(objects: readonly LinkedObject[]): ReadonlyMap<Symbol, number> {
  return new Map(objects.map(({ symbol }, at) => [symbol, (at + 1) * ENTRY]));
}

export function objectImage(
  map: MemoryMap,
  objects: readonly LinkedObject[],
  addresses: ReadonlyMap<Symbol, number>,
  numbers: ReadonlyMap<Symbol, number>,
): readonly ImagePart[] {
  const tables = map.objects;
  if (tables === null) return [];
  const { firstDynamic, tableBytes } = tables;
  const entries = new DataView(new ArrayBuffer(firstDynamic));
  const histories = new DataView(new ArrayBuffer(firstDynamic));
  const pointers = new DataView(new ArrayBuffer(map.data.end - map.data.start));
  for (const { symbol, size, relocations } of objects) {
    const at = addresses.get(symbol) ?? 0;
    const entry = numbers.get(symbol) ?? 0;
    entries.setBigUint64(entry + FIELDS.base, ADDRESS_BASE + BigInt(at), true);
    FIELDS.limits.forEach((limit, power) => {
      entries.setUint32(entry + limit, Math.max(0, size - 2 ** power + 1), true);
    });
    entries.setUint32(entry + FIELDS.size, size, true);
    entries.setUint32(entry + FIELDS.kind, OBJECT_KINDS.global, true);
    histories.setUint32(entry + HISTORY.at, at, true);
    histories.setUint32(entry + HISTORY.size, size, true);
    for (const { offset, target, addend } of relocations) {
      if (target.kind !== 'object' || target.symbol === null || (at + offset) % 8 !== 0) continue;
      const to = numbers.get(target.symbol);
      const address = addresses.get(target.symbol);
      if (to === undefined || address === undefined) continue;
      const note = at + offset - map.data.start;
      pointers.setUint32(note, (address + Number(addend)) >>> 0, true);
      pointers.setUint32(note + 4, to, true);
    }
  }
  const cells = new DataView(new ArrayBuffer(8));
  cells.setUint32(0, firstDynamic, true);
  cells.setUint32(4, firstDynamic, true);
  return [
    { offset: CELLS.nextObject, bytes: new Uint8Array(cells.buffer) },
    { offset: tables.table, bytes: new Uint8Array(entries.buffer) },
    { offset: tables.table + tableBytes, bytes: new Uint8Array(entries.buffer) },
    { offset: tables.table + 2 * tableBytes, bytes: new Uint8Array(histories.buffer) },
    { offset: map.data.start + tables.pointers, bytes: new Uint8Array(pointers.buffer) },
  ];
}
