/** One function's code in the binary format (WebAssembly Core Specification 5.4). */
import type { ValueType } from '../../ir/ir.js';
import type { Bytes } from './bytes.js';
import type { Code, ResultType } from './code.js';

export const TYPE_CODES: Readonly<Record<ValueType, number>> = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
};

const typeCode = (type: ResultType): number => (type === null ? 0x40 : TYPE_CODES[type]);

const END = 0x0b;
const PREFIXED = 0x100;

/** Numbers of functions and of signatures in their module. */
export interface Numbering {
  functionIndex(symbol: string): number;
  signatureIndex(params: readonly ValueType[], result: ResultType): number;
}

export class BodyEncoder {
  /** Labels of the constructs around, innermost last; null where nothing can go. */
  private readonly labels: (string | null)[] = [];

  constructor(
    private readonly out: Bytes,
    private readonly numbering: Numbering,
  ) {}

  all(codes: readonly Code[]): void {
    for (const code of codes) this.code(code);
  }

  private depth(label: string): number {
    const at = this.labels.lastIndexOf(label);
    if (at < 0) throw new Error(`no label ${label} here`);
    return this.labels.length - 1 - at;
  }

  private operator(code: number): void {
    if (code >= PREFIXED) {
      this.out.byte(0xfc);
      this.out.unsigned(code - PREFIXED);
    } else this.out.byte(code);
  }

  code(x: Code): void {
    const { out } = this;
    switch (x.kind) {
      case 'plain':
        this.all(x.args);
        this.operator(x.code);
        return;
      case 'const':
        this.constant(x.type, x.value);
        return;
      case 'access':
        this.all(x.args);
        out.byte(x.code);
        out.byte(x.align);
        out.unsigned(x.offset);
        return;
      case 'get':
        out.byte(0x20);
        out.unsigned(x.local);
        return;
      case 'set':
      case 'tee':
        this.code(x.value);
        out.byte(x.kind === 'set' ? 0x21 : 0x22);
        out.unsigned(x.local);
        return;
      case 'block':
      case 'loop':
        if (x.label === null) {
          this.all(x.body);
          return;
        }
        out.byte(x.kind === 'block' ? 0x02 : 0x03);
        out.byte(typeCode(x.type));
        this.labels.push(x.label);
        this.all(x.body);
        this.labels.pop();
        out.byte(END);
        return;
      case 'if':
        this.code(x.test);
        out.byte(0x04);
        out.byte(typeCode(x.type));
        this.labels.push(null);
        this.code(x.then);
        if (x.otherwise !== null) {
          out.byte(0x05);
          this.code(x.otherwise);
        }
        this.labels.pop();
        out.byte(END);
        return;
      case 'branch':
        if (x.test !== null) this.code(x.test);
        out.byte(x.test === null ? 0x0c : 0x0d);
        out.unsigned(this.depth(x.label));
        return;
      case 'switch':
        this.code(x.index);
        out.byte(0x0e);
        out.unsigned(x.labels.length);
        for (const label of x.labels) out.unsigned(this.depth(label));
        out.unsigned(this.depth(x.otherwise));
        return;
      case 'return':
        if (x.value !== null) this.code(x.value);
        out.byte(0x0f);
        return;
      case 'call':
        this.all(x.args);
        out.byte(0x10);
        out.unsigned(this.numbering.functionIndex(x.symbol));
        return;
      case 'call-indirect':
        this.all(x.args);
        this.code(x.index);
        out.byte(0x11);
        out.unsigned(this.numbering.signatureIndex(x.params, x.type));
        out.byte(0);
        return;
      case 'select':
        this.code(x.then);
        this.code(x.otherwise);
        this.code(x.test);
        out.byte(0x1b);
        return;
      case 'memory-copy':
        this.all(x.args);
        this.operator(PREFIXED + 10);
        out.byte(0);
        out.byte(0);
        return;
      case 'memory-fill':
        this.all(x.args);
        this.operator(PREFIXED + 11);
        out.byte(0);
        return;
    }
  }

  private constant(type: ValueType, value: number | bigint): void {
    const { out } = this;
    switch (type) {
      case 'i32':
        out.byte(0x41);
        out.signed32(Number(value));
        return;
      case 'i64':
        out.byte(0x42);
        out.signed64(BigInt(value));
        return;
      case 'f32':
        out.byte(0x43);
        out.float(Number(value), 32);
        return;
      case 'f64':
        out.byte(0x44);
        out.float(Number(value), 64);
        return;
    }
  }
}
