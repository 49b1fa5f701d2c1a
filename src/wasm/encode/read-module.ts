/**
 * Reads back what `encodeModule` wrote, as far as showing one function needs it: signatures, names, and where each body lies
 * (WebAssembly Core Specification 5.5). Not a reader of modules that others made.
 */
import type { ValueType } from '../../ir/ir.js';
import type { ResultType } from './code.js';

export interface ReadSignature {
  readonly params: readonly ValueType[];
  readonly result: ResultType;
}

export interface ReadFunction {
  readonly symbol: string;
  readonly signature: ReadSignature;
  /** Its locals and code; null: an import. */
  readonly body: Uint8Array | null;
}

export interface ReadModule {
  readonly signatures: readonly ReadSignature[];
  /** In the order of their numbers, imports first. */
  readonly functions: readonly ReadFunction[];
}

const TYPES: Readonly<Record<number, ValueType>> = {
  0x7f: 'i32',
  0x7e: 'i64',
  0x7d: 'f32',
  0x7c: 'f64',
};

export function valueType(code: number): ValueType {
  const type = TYPES[code];
  if (type === undefined) throw new Error(`no value type has the code ${code}`);
  return type;
}

export class ByteReader {
  at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  get ended(): boolean {
    return this.at >= this.bytes.length;
  }

  byte(): number {
    const byte = this.bytes[this.at++];
    if (byte === undefined) throw new Error('the module ends too early');
    return byte;
  }

  take(length: number): Uint8Array {
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  /** LEB128, unsigned. */
  unsigned(): number {
    return Number(this.leb().value);
  }

  /** LEB128, signed. */
  signed(): bigint {
    const { value, bits } = this.leb();
    return BigInt.asIntN(bits, value);
  }

  private leb(): { readonly value: bigint; readonly bits: number } {
    let value = 0n;
    for (let bits = 0; ; bits += 7) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << BigInt(bits);
      if (byte < 0x80) return { value, bits: bits + 7 };
    }
  }

  float(bytes: 4 | 8): number {
    const taken = this.take(bytes);
    const view = new DataView(taken.buffer, taken.byteOffset, bytes);
    return bytes === 4 ? view.getFloat32(0, true) : view.getFloat64(0, true);
  }

  text(): string {
    return new TextDecoder().decode(this.take(this.unsigned()));
  }

  list<T>(read: () => T): T[] {
    return Array.from({ length: this.unsigned() }, read);
  }
}

export function readModule(wasm: Uint8Array): ReadModule {
  const sections = sectionsOf(wasm);
  const open = (id: number): ByteReader => new ByteReader(sections.get(id) ?? Uint8Array.of(0));
  const types = open(1);
  const signatures = types.list((): ReadSignature => {
    types.byte();
    const params = types.list(() => valueType(types.byte()));
    return { params, result: types.list(() => valueType(types.byte()))[0] ?? null };
  });
  const imports = open(2);
  const imported = imports.list(() => {
    imports.text();
    imports.text();
    imports.byte();
    return imports.unsigned();
  });
  const functions = open(3);
  const defined = functions.list(() => functions.unsigned());
  const code = open(10);
  const bodies = code.list(() => code.take(code.unsigned()));
  const names = namesOf(open(0));
  return {
    signatures,
    functions: [...imported, ...defined].map((signature, at) => ({
      symbol: names.get(at) ?? String(at),
      signature: signatures[signature] ?? { params: [], result: null },
      body: bodies[at - imported.length] ?? null,
    })),
  };
}

const HEADER_BYTES = 8;

function sectionsOf(wasm: Uint8Array): Map<number, Uint8Array> {
  const sections = new Map<number, Uint8Array>();
  const reader = new ByteReader(wasm);
  for (reader.at = HEADER_BYTES; !reader.ended;) {
    const id = reader.byte();
    sections.set(id, reader.take(reader.unsigned()));
  }
  return sections;
}

/** Of the custom section `name`: those of functions. */
function namesOf(section: ByteReader): Map<number, string> {
  const names = new Map<number, string>();
  if (section.text() !== 'name') return names;
  section.byte();
  section.unsigned();
  section.list(() => names.set(section.unsigned(), section.text()));
  return names;
}
