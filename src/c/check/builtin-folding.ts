/** What builtins say of constants and types while the parser still runs. */
import type { Span } from '../ast.js';
import type { Expr } from '../typed.js';
import type { CType, FunctionType } from '../types.js';
import { intConstant } from './build.js';
import type { ValueOperand } from './entities.js';
import { value } from './operands.js';

/** Bit counts and byte swaps of constants, as constant expressions need them (`__builtin_ctz(MASK)` in a bit-field width). */
export function foldedBits(
  name: string,
  args: readonly Expr[],
  type: FunctionType,
  span: Span,
): ValueOperand | null {
  const [operand] = args;
  if (operand?.kind !== 'int' || args.length !== 1 || operand.type.kind !== 'int') return null;
  const { bits } = operand.type;
  const unsigned = BigInt.asUintN(bits, operand.value);
  const text = unsigned.toString(2).padStart(bits, '0');
  const ones = [...text].filter((digit) => digit === '1').length;
  const base = name.replace(/(?<=^(ffs|clz|ctz|clrsb|popcount|parity))ll?$/, '');
  const answer = ((): bigint | null => {
    switch (base) {
      case 'ffs':
        return unsigned === 0n ? 0n : BigInt(bits - text.lastIndexOf('1'));
      case 'clz':
        return unsigned === 0n ? null : BigInt(text.indexOf('1'));
      case 'ctz':
        return unsigned === 0n ? null : BigInt(bits - 1 - text.lastIndexOf('1'));
      case 'popcount':
        return BigInt(ones);
      case 'parity':
        return BigInt(ones & 1);
      case 'bswap16':
      case 'bswap32':
      case 'bswap64':
      case 'bswap128':
        return swapped(unsigned, bits);
      case 'abs':
      case 'labs':
      case 'llabs':
        return operand.value < 0n ? BigInt.asIntN(bits, -operand.value) : operand.value;
      default:
        return null;
    }
  })();
  return answer === null ? null : value(intConstant(answer, type.returns, span), 'constant');
}

function swapped(value: bigint, bits: number): bigint {
  let out = 0n;
  for (let i = 0; i < bits; i += 8) out = (out << 8n) | ((value >> BigInt(i)) & 0xffn);
  return out;
}

export function typeClass(type: CType): bigint {
  switch (type.kind) {
    case 'void':
      return 0n;
    case 'int':
    case 'enum':
    case 'bool':
      return 1n;
    case 'pointer':
    case 'array':
    case 'function':
      return 5n;
    case 'float':
      return 8n;
    case 'complex':
      return 9n;
    case 'record':
      return type.record.union ? 13n : 12n;
    case 'va-list':
      return 5n;
  }
}
