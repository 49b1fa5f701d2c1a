/** A linked program as one WebAssembly module. */
import { BEGIN, isStrict, SWITCH, TICK, type ModuleKind } from '../exec/program.js';
import type { IrFunction, Signature, Symbol } from '../ir/ir.js';
import { allocatingFunctions, guardProgram } from '../ir/guard/guard-program.js';
import { inlineCalls } from '../ir/inline.js';
import { signatureKey } from '../ir/signature-key.js';
import { plainName, recursiveFunctions } from './call-graph.js';
import { builder } from './encode/builder.js';
import { encodeModule } from './encode/encode-module.js';
import { functionsFromText } from './encode/text-functions.js';
import { FunctionEmitter } from './function-emitter.js';
import { HEAP_END, HEAP_START, type LinkedCode } from './linked-program.js';
import { CELLS, MAX_TABLE, type MemoryMap } from './memory-map.js';
import type { ModuleContext } from './module-context.js';
import { whoReaches } from './reaching-calls.js';
import { runtimeText } from './runtime.js';
import { makeSuspendable } from './suspend/make-suspendable.js';

export interface GeneratedModule {
  readonly wasm: Uint8Array;
  /** One u16 for each entry of the function table. */
  readonly signatures: Uint16Array;
  /** The same of C types: 0, or one more than the index in `typeNames`. */
  readonly types: Uint16Array;
  readonly typeNames: readonly string[];
}

export interface GenerateOptions {
  readonly kind: ModuleKind;
  readonly inline: boolean;
  /** Object numbers of the globals. */
  readonly numbers: ReadonlyMap<Symbol, number>;
  /** Functions, by plain name, that never nest without end. */
  readonly bounded: ReadonlySet<string>;
  /** Suspendable modules: the function whose calls leave the run. */
  readonly givesWay: string | null;
}

function prepared(program: LinkedCode, options: GenerateOptions): readonly IrFunction[] {
  const complete = inlined(program, options);
  if (options.kind !== 'suspendable') return complete;
  return makeSuspendable(complete, program.table, (symbol) => givesWay(symbol, options));
}

function inlined(program: LinkedCode, options: GenerateOptions): readonly IrFunction[] {
  const complete = withFallOff(program.functions);
  // in an inspectable module every frame of the C text is one of the machine
  if (!options.inline || options.kind === 'inspectable' || options.kind === 'recording')
    return complete;
  const sizes = new Map(program.objects.map((object) => [object.symbol, object.size]));
  return inlineCalls(complete, {
    kept: new Set([...program.exports.values(), ...program.table]),
    recursive: recursiveFunctions(complete, program.table, options.bounded),
    // who allocates or frees stays a call, so that its caller can be told
    never: new Set([
      ...(isStrict(options.kind) ? allocatingFunctions(complete) : []),
      ...complete
        .map(({ symbol }) => symbol)
        .filter((name) => options.bounded.has(plainName(name)) || givesWay(name, options)),
    ]),
    objectSize: (symbol) => sizes.get(symbol) ?? 0,
  });
}

function givesWay(symbol: Symbol, options: GenerateOptions): boolean {
  return options.kind === 'suspendable' && plainName(symbol) === options.givesWay;
}

function guarded(
  program: LinkedCode,
  functions: readonly IrFunction[],
  map: MemoryMap,
  options: GenerateOptions,
): { readonly functions: readonly IrFunction[]; readonly exports: ReadonlyMap<string, Symbol> } {
  if (map.objects === null) return { functions, exports: program.exports };
  const { pointers, unset, writes } = map.objects;
  const result = guardProgram(functions, program.exports.values(), {
    layout: {
      pointers,
      unset,
      records: writes !== null,
      cells: CELLS,
      objectOf: (symbol) => options.numbers.get(symbol) ?? 0,
    },
    exempt: (site) => program.exemptSites.has(site),
  });
  const exports = [...program.exports].map(
    ([name, symbol]) => [name, result.entries.get(symbol) ?? symbol] as const,
  );
  return { functions: result.functions, exports: new Map(exports) };
}

/** A function that returns what another one returns may lack a value where that one does. */
function withFallOff(functions: readonly IrFunction[]): readonly IrFunction[] {
  const lacking = new Set(functions.filter((fn) => fn.mayFallOff).map((fn) => fn.symbol));
  for (let before = -1; before !== lacking.size;) {
    before = lacking.size;
    for (const fn of functions) {
      if (fn.passesOn.some((symbol) => lacking.has(symbol))) lacking.add(fn.symbol);
    }
  }
  return functions.map((fn) =>
    lacking.has(fn.symbol) && !fn.mayFallOff ? { ...fn, mayFallOff: true } : fn,
  );
}

/** Table indices begin at 1: FUNCTION_BASE itself is nobody's. */
export function tableIndices(program: LinkedCode): ReadonlyMap<Symbol, number> {
  return new Map(program.table.map((symbol, at) => [symbol, at + 1]));
}

export function symbolAddress(
  map: MemoryMap,
  addresses: ReadonlyMap<Symbol, number>,
): (symbol: Symbol) => number {
  return (symbol) => {
    if (symbol === HEAP_START) return map.heap.start;
    if (symbol === HEAP_END) return map.heap.end;
    const at = addresses.get(symbol);
    if (at === undefined) throw new Error(`no object ${symbol}`);
    return at;
  };
}

export function generate(
  program: LinkedCode,
  map: MemoryMap,
  addresses: ReadonlyMap<Symbol, number>,
  options: GenerateOptions,
): GeneratedModule {
  const { functions: complete, exports } = guarded(
    program,
    prepared(program, options),
    map,
    options,
  );
  const functions = new Map<Symbol, IrFunction>(complete.map((fn) => [fn.symbol, fn]));
  const indices = tableIndices(program);
  if (program.table.length + 1 > MAX_TABLE) throw new Error('too many functions in the table');
  const signatureIds = new Numbers();
  const signatureId = (signature: Signature): number => signatureIds.of(signatureKey(signature));
  const signatures = new Uint16Array(program.table.length + 1);
  const typeIds = new Numbers();
  const types = new Uint16Array(program.table.length + 1);
  const vague = new Set<string>();
  program.table.forEach((symbol, at) => {
    const fn = functions.get(symbol);
    if (fn === undefined) return;
    signatures[at + 1] = signatureId(fn.signature);
    if (fn.type !== undefined) types[at + 1] = typeIds.of(fn.type);
    if (fn.mayFallOff) vague.add(signatureKey(fn.signature));
  });

  let spends: ModuleContext['spends'] = () => true;
  const context: ModuleContext = {
    module: builder,
    kind: options.kind,
    map,
    functions,
    recursive: recursiveFunctions(complete, program.table, options.bounded),
    spends: (call) => spends(call),
    objectAddress: symbolAddress(map, addresses),
    tableIndex: (symbol) => {
      const index = indices.get(symbol);
      if (index === undefined) throw new Error(`${symbol} is not in the table`);
      return index;
    },
    tableSize: program.table.length + 1,
    signatureId,
    typeId: (type) => typeIds.of(type),
    mayFallOff: (signature) => vague.has(signatureKey(signature)),
  };
  const emitters = complete
    .filter(({ symbol }) => !givesWay(symbol, options))
    .map((fn) => new FunctionEmitter(context, fn));
  // of who gives way, the others spend
  spends = whoReaches(complete, program.table, [
    ...context.recursive,
    ...emitters.filter(({ loops }) => loops).map(({ fn }) => fn.symbol),
    ...complete.map(({ symbol }) => symbol).filter((symbol) => givesWay(symbol, options)),
  ]).mayReach;
  const support = functionsFromText(runtimeText(map));
  const wasm = encodeModule({
    memoryPages: map.pages,
    imports: [
      ...(options.kind === 'inspectable'
        ? [{ symbol: TICK, module: 'machine', name: TICK, params: ['i32'], result: null } as const]
        : []),
      ...complete
        .filter(({ symbol }) => givesWay(symbol, options))
        .map(({ symbol }) => {
          return { symbol, module: 'machine', name: SWITCH, params: [], result: null } as const;
        }),
    ],
    functions: [...support, ...emitters.map((emitter) => emitter.emit())],
    table: program.table,
    exports: map.objects === null ? exports : new Map([...exports, [BEGIN, BEGIN]]),
  });
  return { wasm, signatures, types, typeNames: typeIds.names };
}

/** Numbers texts from 1, in the order in which they come. */
class Numbers {
  private readonly numbers = new Map<string, number>();

  of(text: string): number {
    const known = this.numbers.get(text);
    if (known !== undefined) return known;
    this.numbers.set(text, this.numbers.size + 1);
    return this.numbers.size;
  }

  get names(): readonly string[] {
    return [...this.numbers.keys()];
  }
}
