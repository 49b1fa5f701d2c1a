/** What the emission of one function needs to know of the whole module. */
import type binaryen from 'binaryen';
import type { ModuleKind } from '../exec/program.js';
import type { IrFunction, Signature, Symbol } from '../ir/ir.js';
import type { MemoryMap } from './memory-map.js';

export type Binaryen = typeof binaryen;
export type Module = binaryen.Module;
export type Ref = binaryen.ExpressionRef;

export interface ModuleContext {
  readonly binaryen: Binaryen;
  readonly module: Module;
  readonly kind: ModuleKind;
  readonly map: MemoryMap;
  readonly functions: ReadonlyMap<Symbol, IrFunction>;
  /** Functions that can come back to themselves: each call of one costs fuel. */
  readonly recursive: ReadonlySet<Symbol>;
  /** Wasm offset of an object. */
  objectAddress(symbol: Symbol): number;
  /** Index in the function table. */
  tableIndex(symbol: Symbol): number;
  signatureId(signature: Signature): number;
  /** Some function of the table with this signature may end without a value. */
  mayFallOff(signature: Signature): boolean;
}

/** What the type declarations of binaryen leave out. */
interface LoadClass {
  setSigned(load: Ref, signed: boolean): void;
}

/**
 * A 32-bit load. binaryen's API marks it as signed, which an i32 load cannot be, and the optimiser then takes
 * `i64.extend_i32_u` of it for a sign extension (binaryen 132; what comes from text or binary is right).
 */
export function loadI32(c: ModuleContext, offset: number, base: Ref): Ref {
  const load = c.module.i32.load(offset, 4, base);
  (c.binaryen as unknown as { readonly Load: LoadClass }).Load.setSigned(load, false);
  return load;
}
