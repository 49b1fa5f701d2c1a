/**
 * Bit-fields, read and written as gcc does it: a load (and store) of the storage unit that `check` chose, with masks (SysV
 * x86-64 ABI, C11 6.7.2.1p11). Units of odd size happen in packed records and are accessed in pieces.
 */
import { binary, cast, i64, int, offsetAddress, width } from './build.js';
import type { Expr as IrExpr, IntValueType, Address } from './ir.js';
import type { Lowering } from './lowering.js';
import { chunks, load, shared } from './memory-access.js';

export interface BitPlace {
  readonly kind: 'bits';
  /** Of the storage unit. */
  readonly address: Address;
  readonly bytes: number;
  readonly first: number;
  readonly count: number;
  readonly signed: boolean;
  /** Of the value. */
  readonly type: IntValueType;
}

export function readBits(place: BitPlace): IrExpr {
  const { address, bytes, first, count, signed } = place;
  if (bytes === 1 || bytes === 2 || bytes === 4) {
    const unit = load(address, bytes, 'i32');
    return widen(extract(unit, 'i32', first, count, signed), place.type, signed);
  }
  let low: IrExpr = i64(0);
  let high: IrExpr | null = null;
  for (const chunk of chunks(bytes)) {
    const part = load(offsetAddress(address, chunk.at), chunk.bytes, 'i64');
    if (chunk.at >= 8) high = part;
    else low = binary('or', 'i64', low, binary('shl', 'i64', part, i64(chunk.at * 8)));
  }
  if (high === null) return widen(extract(low, 'i64', first, count, signed), place.type, signed);
  // nine bytes: join what lies on both sides
  const joined = binary(
    'or',
    'i64',
    binary('shr_u', 'i64', low, i64(first)),
    binary('shl', 'i64', high, i64(64 - first)),
  );
  return widen(extract(joined, 'i64', 0, count, signed), place.type, signed);
}

function widen(value: IrExpr, type: IntValueType, signed: boolean): IrExpr {
  if (value.type === type) return value;
  if (type === 'i32') return cast('i32.wrap', 'i32', value);
  return cast(signed ? 'i64.extend_s' : 'i64.extend_u', 'i64', value);
}

function extract(
  unit: IrExpr,
  type: IntValueType,
  first: number,
  count: number,
  signed: boolean,
): IrExpr {
  const bits = width(type);
  if (signed) {
    const up = binary('shl', type, unit, int(type, bits - count - first));
    return binary('shr_s', type, up, int(type, bits - count));
  }
  const down = binary('shr_u', type, unit, int(type, first));
  return first + count === bits ? down : binary('and', type, down, int(type, mask(count)));
}

const mask = (count: number): bigint => (1n << BigInt(count)) - 1n;

export function writeBits(f: Lowering, place: BitPlace, value: IrExpr): IrExpr {
  const { bytes, first, count, signed, type } = place;
  const address = shared(f, place.address);
  const kept = f.b.keep(value);
  const unit: IntValueType = bytes <= 4 && bytes !== 3 ? 'i32' : 'i64';
  const wide = widen(kept, unit, false);
  const field = binary('and', unit, wide, int(unit, mask(count)));
  if (bytes === 1 || bytes === 2 || bytes === 4 || bytes === 8) {
    const merged =
      count === bytes * 8
        ? wide
        : binary(
            'or',
            unit,
            binary(
              'and',
              unit,
              load(address, bytes, unit),
              int(unit, ~(mask(count) << BigInt(first)) & mask(width(unit))),
            ),
            binary('shl', unit, field, int(unit, first)),
          );
    f.b.emit({ kind: 'store', address, bytes, value: merged });
  } else {
    for (const chunk of chunks(bytes)) {
      const low = chunk.at * 8;
      const at = offsetAddress(address, chunk.at);
      const covered = (mask(count) << BigInt(first)) >> BigInt(low);
      const here = covered & mask(chunk.bytes * 8);
      const moved =
        first >= low
          ? binary('shl', 'i64', field, i64(first - low))
          : binary('shr_u', 'i64', field, i64(low - first));
      const merged = binary(
        'or',
        'i64',
        binary('and', 'i64', load(at, chunk.bytes, 'i64'), i64(~here & mask(chunk.bytes * 8))),
        binary('and', 'i64', moved, i64(here)),
      );
      if (here !== 0n) f.b.emit({ kind: 'store', address: at, bytes: chunk.bytes, value: merged });
    }
  }
  return truncate(kept, type, count, signed);
}

/** What the bit-field holds after the value was assigned to it. */
function truncate(value: IrExpr, type: IntValueType, count: number, signed: boolean): IrExpr {
  return count === width(type) ? value : extract(value, type, 0, count, signed);
}
