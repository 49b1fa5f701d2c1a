/** Typed units to a program: link and lower, lay out the memory, generate the module. */
import type { Diagnostic } from '../base/diagnostic.js';
import { err, ok, type Result } from '../base/result.js';
import type { TypedUnit } from '../c/typed.js';
import {
  ADDRESS_BASE,
  type CompileOptions,
  type Program,
  type Signature,
} from '../exec/program.js';
import { integerOf } from '../ir/type-shape.js';
import { generate, symbolAddress, tableIndices } from './generate.js';
import { dataImage, dataShadow, layObjects } from './lay-objects.js';
import { link } from './link.js';
import type { LinkedProgram } from './linked-program.js';
import { CELLS, dataStart, memoryMap, SIGNATURES, type MemoryMap } from './memory-map.js';
import { optimise } from './optimise.js';
import { SHADOW_STATES } from './runtime.js';

export async function compileProgram(
  units: readonly TypedUnit[],
  options: CompileOptions,
): Promise<Result<Program, Diagnostic[]>> {
  const linked = link(units, options);
  if (!linked.ok) return err(linked.error);
  const program = assemble(units, linked.value, options);
  const level = options.optimize ?? 0;
  return ok(level === 0 ? program : { ...program, wasm: await optimise(program.wasm, level) });
}

function assemble(
  units: readonly TypedUnit[],
  linked: LinkedProgram,
  options: CompileOptions,
): Program {
  const start = dataStart(options.stackBytes);
  const layout = layObjects(linked.objects, start, options.kind);
  const map = memoryMap({
    stackBytes: options.stackBytes,
    dataBytes: layout.bytes,
    heapBytes: options.heapBytes,
    coverBytes: linked.coverSites.length,
    shadow: options.kind === 'checked',
  });
  const addressOf = symbolAddress(map, layout.addresses);
  const indices = tableIndices(linked);
  const generated = generate(linked, map, layout.addresses, {
    kind: options.kind,
    inline: options.inline ?? true,
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
    units,
    globals: new Map(
      [...linked.exportedObjects].map(([name, symbol]) => [
        name,
        ADDRESS_BASE + BigInt(addressOf(symbol)),
      ]),
    ),
    exports: exportedSignatures(units, linked),
    reached: linked.reached,
    coverSites: linked.coverSites,
    trapSites: linked.trapSites,
    fuel: options.fuel,
    image: [
      { offset: SIGNATURES, bytes: new Uint8Array(generated.signatures.buffer) },
      { offset: start, bytes: image },
      ...shadowImage(map, dataShadow(linked.objects, layout, start)),
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
      shadow: map.shadow,
    },
  };
}

/** What the shadow memory holds before a run: only the data section is addressable. */
function shadowImage(
  map: MemoryMap,
  data: Uint8Array,
): { readonly offset: number; readonly bytes: Uint8Array }[] {
  if (map.shadow === null) return [];
  const bytes = new Uint8Array(map.shadow.end - map.shadow.start).fill(SHADOW_STATES.unallocated);
  bytes.fill(SHADOW_STATES.outOfScope, map.stack.start / 8, map.stack.end / 8);
  bytes.set(data, map.data.start / 8);
  return [{ offset: map.shadow.start, bytes }];
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
