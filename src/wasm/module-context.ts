/** What the emission of one function needs to know of the whole module. */
import type { ModuleKind } from '../exec/program.js';
import type { IrFunction, Signature, Symbol } from '../ir/ir.js';
import type { Builder } from './encode/builder.js';
import type { Code } from './encode/code.js';
import type { MemoryMap } from './memory-map.js';
import type { Call } from './reaching-calls.js';

export type Ref = Code;

export interface ModuleContext {
  readonly module: Builder;
  readonly kind: ModuleKind;
  readonly map: MemoryMap;
  readonly functions: ReadonlyMap<Symbol, IrFunction>;
  /** Functions that can come back to themselves: each call of one costs fuel. */
  readonly recursive: ReadonlySet<Symbol>;
  /** What is called may cost fuel. */
  spends(call: Call): boolean;
  /** Wasm offset of an object. */
  objectAddress(symbol: Symbol): number;
  /** Index in the function table. */
  tableIndex(symbol: Symbol): number;
  /** One past the last index. */
  readonly tableSize: number;
  signatureId(signature: Signature): number;
  /** Number of a C type of functions, from 1. */
  typeId(type: string): number;
  /** Some function of the table with this signature may end without a value. */
  mayFallOff(signature: Signature): boolean;
}
