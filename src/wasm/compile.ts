/** Typed units to a program: link and lower, lay out the memory, generate the module. */
import type { Diagnostic } from '../base/diagnostic.js';
import { err, ok, type Result } from '../base/result.js';
import type { TypedUnit } from '../c/typed.js';
import {
  ADDRESS_BASE,
  isStrict,
  type CompileOptions,
  type ObjectTables,
  type Program,
  type Signature,
} from '../exec/program.js';
import { integerOf } from '../ir/type-shape.js';
import { generate, symbolAddress, tableIndices } from './generate.js';
import { dataImage, layObjects } from './lay-objects.js';
import { link } from './link.js';
import type { LinkedCode, LinkedProgram } from './linked-program.js';
import { plainName } from './call-graph.js';
import { CELLS, dataStart, memoryMap, SIGNATURES, TYPES, type MemoryMap } from './memory-map.js';
import { globalNumbers, objectImage } from './object-image.js';
import { optimise } from './optimise.js';

export async function compileProgram(
  units: readonly TypedUnit[],
  options: CompileOptions,
): Promise<Result<Program, Diagnostic[]>> {
  const plain = compilePlain(units, options);
  const level = options.optimize ?? 0;
  if (!plain.ok || level === 0) return plain;
  return ok({ ...plain.value, wasm: await optimise(plain.value.wasm, level) });
}

/** As it comes from our own generator. */
export function compilePlain(
  units: readonly TypedUnit[],
  options: Omit<CompileOptions, 'optimize'>,
): Result<Program, Diagnostic[]> {
  const linked = linkUnits(units, options);
  if (!linked.ok) return err(linked.error);
  return ok({ ...assemble(linked.value, options), units: linked.value.units });
}

/** What code is made of: plain data, so that another thread may go on with it. */
export interface Assembly {
  readonly program: LinkedCode;
  readonly signatures: ReadonlyMap<string, Signature>;
}

export interface Linked extends Assembly {
  /** Those that were given, and those of the archive that were needed. */
  readonly units: readonly TypedUnit[];
}

export type AssembleOptions = Pick<
  CompileOptions,
  'kind' | 'inline' | 'heapBytes' | 'stackBytes' | 'fuel' | 'bounded' | 'givesWay'
>;

/** The first half of compiling: all that needs the units. */
export function linkUnits(
  units: readonly TypedUnit[],
  options: CompileOptions,
): Result<Linked, Diagnostic[]> {
  const linked = link(units, options);
  if (!linked.ok) return err(linked.error);
  const { units: used, ...program } = linked.value;
  return ok({ program, units: used, signatures: exportedSignatures(used, linked.value) });
}

/** The second half: memory and code. */
export function assemble(
  { program: linked, signatures }: Assembly,
  options: AssembleOptions,
): Omit<Program, 'units'> {
  const start = dataStart(options.stackBytes);
  const layout = layObjects(linked.objects, start, options.kind);
  const map = memoryMap({
    stackBytes: options.stackBytes,
    dataBytes: layout.bytes,
    heapBytes: options.heapBytes,
    coverBytes: linked.coverSites.length,
    objects: isStrict(options.kind)
      ? {
          globals: linked.objects.length,
          unset: options.kind === 'tracking' || options.kind === 'recording',
          writes: options.kind === 'recording',
        }
      : null,
  });
  const addressOf = symbolAddress(map, layout.addresses);
  const indices = tableIndices(linked);
  const numbers = globalNumbers(linked.objects);
  const generated = generate(linked, map, layout.addresses, {
    kind: options.kind,
    inline: options.inline ?? true,
    numbers,
    bounded: options.bounded ?? new Set(),
    givesWay: options.givesWay ?? null,
  });
  const image = dataImage(
    linked.objects,
    layout,
    start,
    addressOf,
    (symbol) => indices.get(symbol) ?? 0,
  );
  return {
    kind: options.kind,
    wasm: generated.wasm,
    globals: new Map(
      [...linked.exportedObjects].map(([name, symbol]) => [
        name,
        ADDRESS_BASE + BigInt(addressOf(symbol)),
      ]),
    ),
    exports: signatures,
    reached: linked.reached,
    gaps: linked.gaps,
    coverSites: linked.coverSites,
    trapSites: linked.trapSites,
    exempt: linked.exempt,
    fuel: options.fuel,
    image: [
      { offset: SIGNATURES, bytes: new Uint8Array(generated.signatures.buffer) },
      { offset: TYPES, bytes: new Uint8Array(generated.types.buffer) },
      { offset: start, bytes: image },
      ...objectImage(map, linked.objects, layout.addresses, numbers),
    ],
    memory: {
      pages: map.pages,
      data: map.data,
      stack: map.stack,
      heap: map.heap,
      coverage: map.coverage.start,
      trap: CELLS.trap,
      fuel: CELLS.fuel,
      stackPointer: CELLS.stackPointer,
      suspension: CELLS.suspension,
      objects: objectTables(map, linked, generated.typeNames),
    },
  };
}

function objectTables(
  map: MemoryMap,
  linked: LinkedCode,
  types: readonly string[],
): ObjectTables | null {
  if (map.objects === null) return null;
  const functions = new Map(linked.functions.map((fn) => [fn.symbol, fn]));
  return {
    ...map.objects,
    trapObject: CELLS.trapObject,
    trapWriter: CELLS.trapWriter,
    trapType: CELLS.trapType,
    types,
    functions: linked.table.map((symbol) => {
      const fn = functions.get(symbol);
      return { name: plainName(symbol), type: fn?.type ?? null, site: fn?.site ?? -1 };
    }),
    globals: linked.objects.map(({ symbol, place }) => ({
      name: plainName(symbol),
      place,
    })),
  };
}

function exportedSignatures(
  units: readonly TypedUnit[],
  linked: LinkedProgram,
): ReadonlyMap<string, Signature> {
  const functions = new Map(linked.functions.map((fn) => [fn.symbol, fn]));
  const signatures = new Map<string, Signature>();
  for (const [name, symbol] of linked.exports) {
    const fn = functions.get(symbol);
    if (fn === undefined) continue;
    const unit = units.find((candidate) => candidate.defines(name));
    const checked = unit?.function(name);
    const returns = checked?.ok === true ? integerOf(checked.value.ref.type.returns) : null;
    signatures.set(name, { ...fn.signature, unsigned: returns?.signed === false });
  }
  return signatures;
}
