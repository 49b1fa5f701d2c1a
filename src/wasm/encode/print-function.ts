/**
 * A function of an encoded module in WebAssembly's text format, folded, so that what people read is what the machine runs. Operands
 * come back from the stack as the format's folding does it: an instruction takes what stands before it.
 */
import { ACCESSES, OPERATORS } from './operators.js';
import { ByteReader, valueType, type ReadFunction, type ReadModule } from './read-module.js';

/** An instruction with its operands, which may have instructions without a value among them. */
interface Form {
  readonly head: string;
  readonly operands: readonly Form[];
  /** Values that it leaves. */
  readonly results: 0 | 1;
}

export interface PrintNotes {
  /** Of a call's constant arguments: what an integer means there, or null. */
  readonly argument: (callee: string, at: number, value: number) => string | null;
}

const WIDTH = 110;
const PREFIX = 0xfc;
const INSTRUCTIONS = new Map([...OPERATORS].map(([name, { code }]) => [code, name]));
const MEMORY = new Map([...ACCESSES].map(([name, { code }]) => [code, name]));

export function printFunction(
  fn: ReadFunction,
  module: ReadModule,
  notes: PrintNotes = { argument: () => null },
): string {
  const { params, result } = fn.signature;
  const head = [`(func $${fn.symbol}`];
  if (params.length > 0) head.push(`(param ${params.join(' ')})`);
  if (result !== null) head.push(`(result ${result})`);
  if (fn.body === null) return `${head.join(' ')})\n`;
  const reader = new ByteReader(fn.body);
  const locals = reader.list(() => {
    const count = reader.unsigned();
    return new Array<string>(count).fill(valueType(reader.byte()));
  });
  const lines = [head.join(' ')];
  const declared = locals.flat();
  if (declared.length > 0) lines.push(`  (local ${declared.join(' ')})`);
  const { forms } = new BodyReader(reader, module, result !== null, notes).block();
  for (const form of forms) lines.push(...layOut(form, 2));
  return `${lines.join('\n')})\n`;
}

class BodyReader {
  constructor(
    private readonly reader: ByteReader,
    private readonly module: ReadModule,
    /** The function has a value. */
    private readonly returns: boolean,
    private readonly notes: PrintNotes,
  ) {}

  /** Up to `end` or `else`. */
  block(): { readonly forms: readonly Form[]; readonly more: boolean } {
    const stack: Form[] = [];
    for (;;) {
      const code = this.reader.byte();
      if (code === 0x0b || code === 0x05) return { forms: stack, more: code === 0x05 };
      this.instruction(code, stack);
    }
  }

  private instruction(code: number, stack: Form[]): void {
    const { reader } = this;
    const push = (head: string, operands: number, results: 0 | 1): void => {
      stack.push({ head, operands: pop(stack, operands), results });
    };
    switch (code) {
      case 0x02:
      case 0x03:
        stack.push(this.nested(code === 0x02 ? 'block' : 'loop'));
        return;
      case 0x04:
        stack.push(this.conditional(pop(stack, 1)));
        return;
      case 0x0c:
        return push(`br ${reader.unsigned()}`, 0, 0);
      case 0x0d:
        return push(`br_if ${reader.unsigned()}`, 1, 0);
      case 0x0e: {
        const labels = [...reader.list(() => reader.unsigned()), reader.unsigned()];
        return push(`br_table ${labels.join(' ')}`, 1, 0);
      }
      case 0x0f:
        return push('return', this.returns ? 1 : 0, 0);
      case 0x10:
        stack.push(this.call(stack));
        return;
      case 0x11: {
        const index = reader.unsigned();
        reader.byte();
        const { params, result } = this.module.signatures[index] ?? { params: [], result: null };
        const type = [
          params.length > 0 ? ` (param ${params.join(' ')})` : '',
          result === null ? '' : ` (result ${result})`,
        ];
        return push(`call_indirect${type.join('')}`, params.length + 1, result === null ? 0 : 1);
      }
      case 0x1b:
        return push('select', 3, 1);
      case 0x20:
        return push(`local.get ${reader.unsigned()}`, 0, 1);
      case 0x21:
        return push(`local.set ${reader.unsigned()}`, 1, 0);
      case 0x22:
        return push(`local.tee ${reader.unsigned()}`, 1, 1);
      case 0x41:
        return push(`i32.const ${reader.signed()}`, 0, 1);
      case 0x42:
        return push(`i64.const ${reader.signed()}`, 0, 1);
      case 0x43:
        return push(`f32.const ${floatText(reader.float(4))}`, 0, 1);
      case 0x44:
        return push(`f64.const ${floatText(reader.float(8))}`, 0, 1);
      case PREFIX:
        return this.prefixed(push);
      default:
        return this.listed(code, push);
    }
  }

  private prefixed(push: (head: string, operands: number, results: 0 | 1) => void): void {
    const code = this.reader.unsigned();
    if (code === 10 || code === 11) {
      this.reader.take(code === 10 ? 2 : 1);
      return push(code === 10 ? 'memory.copy' : 'memory.fill', 3, 0);
    }
    return this.listed(code + 0x100, push);
  }

  private listed(
    code: number,
    push: (head: string, operands: number, results: 0 | 1) => void,
  ): void {
    const memory = MEMORY.get(code);
    if (memory !== undefined) {
      const access = ACCESSES.get(memory);
      const align = 2 ** this.reader.unsigned();
      const offset = this.reader.unsigned();
      const where = offset === 0 ? '' : ` offset=${offset}`;
      const aligned = align === access?.bytes ? '' : ` align=${align}`;
      const stores = access?.result === null;
      return push(`${memory}${where}${aligned}`, stores ? 2 : 1, stores ? 0 : 1);
    }
    const name = INSTRUCTIONS.get(code);
    const operator = name === undefined ? undefined : OPERATORS.get(name);
    if (name === undefined || operator === undefined)
      throw new Error(`no instruction has the code ${code}`);
    push(name, operator.operands, operator.result === null ? 0 : 1);
  }

  private call(stack: Form[]): Form {
    const callee = this.module.functions[this.reader.unsigned()];
    if (callee === undefined) throw new Error('a call of no function');
    const { params, result } = callee.signature;
    const operands = pop(stack, params.length);
    // which argument a constant is can be told where nothing else stands among them
    const noted =
      operands.length !== params.length
        ? operands
        : operands.map((form, at) => {
            const value = /^i32\.const (-?\d+)$/.exec(form.head)?.[1];
            const note =
              value === undefined ? null : this.notes.argument(callee.symbol, at, Number(value));
            return note === null ? form : { ...form, head: `${form.head} (; ${note} ;)` };
          });
    return { head: `call $${callee.symbol}`, operands: noted, results: result === null ? 0 : 1 };
  }

  private result(): string {
    const code = this.reader.byte();
    return code === 0x40 ? '' : ` (result ${valueType(code)})`;
  }

  private nested(word: string): Form {
    const result = this.result();
    return {
      head: word + result,
      operands: this.block().forms,
      results: result === '' ? 0 : 1,
    };
  }

  private conditional(test: readonly Form[]): Form {
    const result = this.result();
    const then = this.block();
    const arms: Form[] = [{ head: 'then', operands: then.forms, results: 0 }];
    if (then.more) arms.push({ head: 'else', operands: this.block().forms, results: 0 });
    return { head: `if${result}`, operands: [...test, ...arms], results: result === '' ? 0 : 1 };
  }
}

/** The last forms that leave `count` values, and what stands among them; fewer behind an `unreachable`. */
function pop(stack: Form[], count: number): readonly Form[] {
  let from = stack.length;
  for (let left = count; left > 0 && from > 0;) {
    from--;
    left -= stack[from]?.results ?? 0;
  }
  // a form without a value that is not between two operands stays outside
  while (from < stack.length && stack[from]?.results === 0) from++;
  return stack.splice(from);
}

function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  return Object.is(value, -0) ? '-0' : String(value);
}

function layOut(form: Form, indent: number): string[] {
  const margin = ' '.repeat(indent);
  const line = oneLine(form, WIDTH - indent);
  if (line !== null) return [margin + line];
  const lines = [`${margin}(${form.head}`];
  for (const operand of form.operands) lines.push(...layOut(operand, indent + 2));
  lines.push(`${lines.pop() ?? ''})`);
  return lines;
}

/** null: it is wider, or holds statements, which get lines of their own. */
function oneLine(form: Form, room: number): string | null {
  let text = `(${form.head}`;
  if (/^(block|loop|then|else)/.test(form.head) && form.operands.length > 1) return null;
  for (const operand of form.operands) {
    const inner = oneLine(operand, room - text.length - 1);
    if (inner === null) return null;
    text += ` ${inner}`;
    if (text.length >= room) return null;
  }
  return `${text})`;
}
