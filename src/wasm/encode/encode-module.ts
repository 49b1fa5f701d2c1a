/** A module in the binary format (WebAssembly Core Specification 5.5): one memory, one table, functions. */
import type { ValueType } from '../../ir/ir.js';
import { Bytes } from './bytes.js';
import type { Code, ResultType } from './code.js';
import { BodyEncoder, TYPE_CODES, type Numbering } from './encode-body.js';

export interface WasmFunction {
  readonly symbol: string;
  readonly params: readonly ValueType[];
  readonly result: ResultType;
  /** Types of the locals behind the parameters. */
  readonly locals: readonly ValueType[];
  readonly body: readonly Code[];
}

export interface WasmImport {
  readonly symbol: string;
  readonly module: string;
  readonly name: string;
  readonly params: readonly ValueType[];
  readonly result: ResultType;
}

export interface WasmModule {
  readonly memoryPages: number;
  readonly imports: readonly WasmImport[];
  readonly functions: readonly WasmFunction[];
  /** Functions of the table, the first at index 1. */
  readonly table: readonly string[];
  readonly exports: ReadonlyMap<string, string>;
}

const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

export function encodeModule(module: WasmModule): Uint8Array {
  const numbers = new ModuleNumbers(module);
  const functions = new Bytes();
  functions.unsigned(module.functions.length);
  for (const fn of module.functions)
    functions.unsigned(numbers.signatureIndex(fn.params, fn.result));
  const code = bodies(module.functions, numbers);

  const out = new Bytes(code.length + 65536);
  out.raw(Uint8Array.from(HEADER));
  const section = (id: number, fill: (content: Bytes) => void): void => {
    const content = new Bytes();
    fill(content);
    out.byte(id);
    out.sized(content.view());
  };
  const imports = module.imports.map((each) => numbers.signatureIndex(each.params, each.result));
  section(1, (content) => numbers.writeTypes(content));
  section(2, (content) => {
    content.unsigned(imports.length);
    module.imports.forEach((each, at) => {
      content.text(each.module);
      content.text(each.name);
      content.byte(0x00);
      content.unsigned(imports[at] ?? 0);
    });
  });
  section(3, (content) => content.raw(functions.view()));
  section(4, (content) => {
    content.unsigned(1);
    content.byte(0x70);
    limits(content, module.table.length + 1);
  });
  section(5, (content) => {
    content.unsigned(1);
    limits(content, module.memoryPages);
  });
  section(7, (content) => {
    content.unsigned(module.exports.size + 1);
    content.text('memory');
    content.byte(0x02);
    content.unsigned(0);
    for (const [name, symbol] of module.exports) {
      content.text(name);
      content.byte(0x00);
      content.unsigned(numbers.functionIndex(symbol));
    }
  });
  section(9, (content) => {
    content.unsigned(1);
    content.unsigned(0);
    content.raw(Uint8Array.of(0x41, 1, 0x0b)); // i32.const 1
    content.unsigned(module.table.length);
    for (const symbol of module.table) content.unsigned(numbers.functionIndex(symbol));
  });
  section(10, (content) => content.raw(code.view()));
  section(0, (content) => names(content, module));
  return out.done();
}

function limits(content: Bytes, size: number): void {
  content.byte(0x01);
  content.unsigned(size);
  content.unsigned(size);
}

function bodies(functions: readonly WasmFunction[], numbers: ModuleNumbers): Bytes {
  const code = new Bytes(1 << 18);
  code.unsigned(functions.length);
  const one = new Bytes(1 << 14);
  for (const fn of functions) {
    one.clear();
    locals(one, fn.locals);
    new BodyEncoder(one, numbers).all(fn.body);
    one.byte(0x0b);
    code.sized(one.view());
  }
  return code;
}

/** Runs of equal types. */
function locals(out: Bytes, types: readonly ValueType[]): void {
  const runs: { type: ValueType; count: number }[] = [];
  for (const type of types) {
    const last = runs[runs.length - 1];
    if (last?.type === type) last.count++;
    else runs.push({ type, count: 1 });
  }
  out.unsigned(runs.length);
  for (const { type, count } of runs) {
    out.unsigned(count);
    out.byte(TYPE_CODES[type]);
  }
}

/** Names of functions, for profilers and stack traces. */
function names(content: Bytes, module: WasmModule): void {
  content.text('name');
  const list = new Bytes();
  const all = [...module.imports, ...module.functions];
  list.unsigned(all.length);
  all.forEach(({ symbol }, at) => {
    list.unsigned(at);
    list.text(symbol);
  });
  content.byte(1);
  content.sized(list.view());
}

class ModuleNumbers implements Numbering {
  private readonly functions = new Map<string, number>();
  private readonly signatures = new Map<string, number>();
  private readonly types: { params: readonly ValueType[]; result: ResultType }[] = [];

  constructor(module: WasmModule) {
    for (const { symbol } of [...module.imports, ...module.functions]) {
      if (this.functions.has(symbol)) throw new Error(`two functions ${symbol}`);
      this.functions.set(symbol, this.functions.size);
    }
  }

  functionIndex(symbol: string): number {
    const index = this.functions.get(symbol);
    if (index === undefined) throw new Error(`no function ${symbol}`);
    return index;
  }

  signatureIndex(params: readonly ValueType[], result: ResultType): number {
    const key = `${params.join(',')}>${result ?? ''}`;
    const known = this.signatures.get(key);
    if (known !== undefined) return known;
    const index = this.types.length;
    this.signatures.set(key, index);
    this.types.push({ params, result });
    return index;
  }

  writeTypes(content: Bytes): void {
    content.unsigned(this.types.length);
    for (const { params, result } of this.types) {
      content.byte(0x60);
      content.unsigned(params.length);
      for (const type of params) content.byte(TYPE_CODES[type]);
      content.unsigned(result === null ? 0 : 1);
      if (result !== null) content.byte(TYPE_CODES[result]);
    }
  }
}
