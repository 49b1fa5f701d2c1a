/** Loads of one access, and addresses that are used more than once. */
import type { Address, Expr as IrExpr, ValueType } from './ir.js';
import type { Lowering } from './lowering.js';

/** An address that may be used more than once. */
export function shared(f: Lowering, address: Address): Address {
  return address.kind === 'pointer' ? { ...address, pointer: f.b.keep(address.pointer) } : address;
}

export type AccessBytes = 1 | 2 | 4 | 8;

export function accessBytes(bytes: number): AccessBytes {
  if (bytes === 1 || bytes === 2 || bytes === 4 || bytes === 8) return bytes;
  throw new Error(`no access of ${bytes} bytes`);
}

export function load(
  address: Address,
  bytes: AccessBytes,
  type: ValueType,
  signed = false,
): IrExpr {
  return { kind: 'load', type, bytes, signed, address };
}

/** Powers of two that make up an odd number of bytes, low ones first. */
export function chunks(bytes: number): { readonly at: number; readonly bytes: AccessBytes }[] {
  const out: { at: number; bytes: AccessBytes }[] = [];
  for (let at = 0; at < bytes;) {
    const left = bytes - at;
    const size: AccessBytes = left >= 8 ? 8 : left >= 4 ? 4 : left >= 2 ? 2 : 1;
    out.push({ at, bytes: size });
    at += size;
  }
  return out;
}
