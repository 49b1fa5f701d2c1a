/** Gives every object an address in the data section and makes the section's first bytes. */
import { ADDRESS_BASE, FUNCTION_BASE, isStrict, type ModuleKind } from '../exec/program.js';
import type { Symbol } from '../ir/ir.js';
import type { LinkedObject } from './linked-program.js';

export interface DataLayout {
  readonly addresses: ReadonlyMap<Symbol, number>;
  readonly bytes: number;
}

/** Bytes between objects that no object owns, in strict modules. */
const RED_ZONE = 32;

export function layObjects(
  objects: readonly LinkedObject[],
  start: number,
  kind: ModuleKind,
): DataLayout {
  const gap = isStrict(kind) ? RED_ZONE : 0;
  const addresses = new Map<Symbol, number>();
  let at = start + gap;
  for (const object of objects) {
    const align = Math.max(object.align, isStrict(kind) ? 8 : 1);
    at = Math.ceil(at / align) * align;
    addresses.set(object.symbol, at);
    // an object without bytes still has an address of its own
    at += Math.max(object.size, 1) + gap;
  }
  const end = Math.ceil(at / 64) * 64;
  return { addresses, bytes: end - start };
}

export function dataImage(
  objects: readonly LinkedObject[],
  layout: DataLayout,
  start: number,
  addressOf: (symbol: Symbol) => number,
  tableIndex: (symbol: Symbol) => number,
): Uint8Array {
  const image = new Uint8Array(layout.bytes);
  const view = new DataView(image.buffer);
  for (const object of objects) {
    const at = (layout.addresses.get(object.symbol) ?? start) - start;
    if (object.bytes !== null) image.set(object.bytes, at);
    for (const { offset, target, addend } of object.relocations) {
      const value =
        target.symbol === null
          ? 0n
          : target.kind === 'object'
            ? ADDRESS_BASE + BigInt(addressOf(target.symbol))
            : FUNCTION_BASE + 16n * BigInt(tableIndex(target.symbol));
      view.setBigUint64(at + offset, BigInt.asUintN(64, value + addend), true);
    }
  }
  return image;
}
