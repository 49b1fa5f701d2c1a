/**
 * Lvalues: where an object lies, reading and writing it. Bit-fields are read and written as gcc does it, as a load
 * (and store) of the storage unit that `check` chose, with masks (SysV x86-64 ABI, C11 6.7.2.1p11).
 */
import type { Expr, InitStep, LValue } from '../c/typed.js';
import type { CType } from '../c/types.js';
import {
  addressValue,
  binary,
  cast,
  i32,
  i64,
  int,
  local,
  offsetAddress,
  pointerAddress,
  width,
} from './build.js';
import type { Address, Expr as IrExpr, IntValueType, LocalId, ValueType } from './ir.js';
import { lowerExpr } from './lower-expression.js';
import { NOTHING, scalar, theScalar, type Lowering, type Value } from './lowering.js';
import { integerOf, shapeOf, sizeOf } from './type-shape.js';

export type Place =
  | { readonly kind: 'register'; readonly id: LocalId; readonly type: ValueType }
  | { readonly kind: 'wide-register'; readonly low: LocalId; readonly high: LocalId }
  | { readonly kind: 'memory'; readonly address: Address }
  | {
      readonly kind: 'bits';
      /** Of the storage unit. */
      readonly address: Address;
      readonly bytes: number;
      readonly first: number;
      readonly count: number;
      readonly signed: boolean;
      /** Of the value. */
      readonly type: IntValueType;
    };

const memory = (address: Address): Place => ({ kind: 'memory', address });

/** The object of `size` bytes that a pointer points to: checked, unless it plainly lies inside a variable. */
export function pointedAt(f: Lowering, pointer: IrExpr, size: number, e: Expr): Address {
  if (pointer.kind === 'slot-address') {
    const inside = pointer.offset >= 0 && pointer.offset + size <= f.b.slot(pointer.slot).size;
    if (inside) return { kind: 'slot', slot: pointer.slot, offset: pointer.offset };
  }
  if (pointer.kind === 'global-address') {
    const whole = f.objectSizes.get(pointer.symbol) ?? 0;
    if (pointer.offset >= 0 && pointer.offset + size <= whole) {
      return { kind: 'global', symbol: pointer.symbol, offset: pointer.offset };
    }
  }
  return pointerAddress(pointer, 0, f.site(e.span));
}

export function globalAddress(
  f: Lowering,
  lv: Extract<LValue, { kind: 'global' | 'string' }>,
): Address {
  const object = f.program.object(lv.global, lv.span);
  if (object === null) return pointerAddress(i64(0), 0, f.site(lv.span));
  const { symbol, size } = object;
  f.objectSizes.set(symbol, size);
  return { kind: 'global', symbol, offset: 0 };
}

export function lowerPlace(f: Lowering, lv: LValue): Place {
  switch (lv.kind) {
    case 'local': {
      const storage = f.storageOf(lv.local);
      switch (storage.kind) {
        case 'register': {
          const type = f.b.locals[storage.id] ?? 'i64';
          return { kind: 'register', id: storage.id, type };
        }
        case 'wide':
          return { kind: 'wide-register', low: storage.low, high: storage.high };
        case 'slot':
          return memory({ kind: 'slot', slot: storage.slot, offset: 0 });
        case 'elsewhere':
          return memory(pointerAddress(f.read(storage.pointer), 0, f.site(lv.span)));
      }
      break;
    }
    case 'global':
    case 'string':
      return memory(globalAddress(f, lv));
    case 'deref': {
      const pointer = theScalar(lowerExpr(f, lv.pointer));
      return memory(pointedAt(f, pointer, sizeOf(lv.type), lv.pointer));
    }
    case 'field': {
      const base = lowerPlace(f, lv.base);
      if (base.kind !== 'memory') throw new Error('a member of something that is not in memory');
      return memory(offsetAddress(base.address, lv.offset));
    }
    case 'bitfield': {
      const base = lowerPlace(f, lv.base);
      if (base.kind !== 'memory') throw new Error('a member of something that is not in memory');
      const integer = integerOf(lv.type) ?? { bits: 32, signed: false };
      return {
        kind: 'bits',
        address: offsetAddress(base.address, lv.offset),
        bytes: lv.unit,
        first: lv.bitOffset,
        count: lv.bitWidth,
        signed: integer.signed,
        type: integer.bits > 32 ? 'i64' : 'i32',
      };
    }
    case 'compound-literal': {
      lowerInit(f, lv.init);
      return lowerPlace(f, { kind: 'local', local: lv.local, type: lv.type, span: lv.span });
    }
    case 'temporary': {
      const value = lowerExpr(f, lv.value);
      const place = lowerPlace(f, {
        kind: 'local',
        local: lv.local,
        type: lv.type,
        span: lv.span,
      });
      writePlace(f, place, lv.type, value);
      return place;
    }
  }
  throw new Error('unreachable');
}

/** The place with its address computed now, so that it can be used twice, and after other effects. */
export function keepPlace(f: Lowering, place: Place): Place {
  if (place.kind !== 'memory' && place.kind !== 'bits') return place;
  if (place.address.kind !== 'pointer') return place;
  const pointer = f.b.keep(place.address.pointer);
  return { ...place, address: { ...place.address, pointer } };
}

export function addressOf(f: Lowering, lv: LValue): IrExpr {
  // a VLA or a member beyond the null zone is an address computation, no access: nothing is checked here
  switch (lv.kind) {
    case 'deref':
      return theScalar(lowerExpr(f, lv.pointer));
    case 'field':
    case 'bitfield':
      return binary('add', 'i64', addressOf(f, lv.base), i64(lv.offset));
    default: {
      const place = lowerPlace(f, lv);
      if (place.kind !== 'memory') throw new Error('the address of something not in memory');
      return addressValue(place.address);
    }
  }
}

/* ---------- reading ---------- */

export function readPlace(f: Lowering, place: Place, type: CType): Value {
  switch (place.kind) {
    case 'register':
      return scalar(local(place.id, place.type));
    case 'wide-register':
      return { kind: 'wide', low: local(place.low, 'i64'), high: local(place.high, 'i64') };
    case 'bits':
      return scalar(readBits(place));
    case 'memory':
      return readMemory(f, place.address, type);
  }
}

export function readMemory(f: Lowering, at: Address, type: CType): Value {
  const shape = shapeOf(type);
  switch (shape.kind) {
    case 'scalar':
      return scalar(loadScalar(at, type, shape.type));
    case 'wide': {
      const address = shared(f, at);
      return {
        kind: 'wide',
        low: load(address, 8, 'i64'),
        high: load(offsetAddress(address, 8), 8, 'i64'),
      };
    }
    case 'record':
      return { kind: 'record', address: at, size: shape.size };
    case 'none':
      return NOTHING;
  }
}

/** An address that may be used more than once. */
function shared(f: Lowering, address: Address): Address {
  return address.kind === 'pointer' ? { ...address, pointer: f.b.keep(address.pointer) } : address;
}

type AccessBytes = 1 | 2 | 4 | 8;

export function accessBytes(bytes: number): AccessBytes {
  if (bytes === 1 || bytes === 2 || bytes === 4 || bytes === 8) return bytes;
  throw new Error(`no access of ${bytes} bytes`);
}

function load(address: Address, bytes: AccessBytes, type: ValueType, signed = false): IrExpr {
  return { kind: 'load', type, bytes, signed, address };
}

function loadScalar(address: Address, type: CType, as: ValueType): IrExpr {
  if (as === 'f32') return load(address, 4, 'f32');
  if (as === 'f64') return load(address, 8, 'f64'); // long double too: kept as a double in its first 8 bytes
  const integer = integerOf(type) ?? { bits: 64, signed: false };
  return load(address, accessBytes(integer.bits / 8), as, integer.signed);
}

/** Powers of two that make up an odd number of bytes, low ones first. */
function chunks(bytes: number): { readonly at: number; readonly bytes: AccessBytes }[] {
  const out: { at: number; bytes: AccessBytes }[] = [];
  for (let at = 0; at < bytes;) {
    const left = bytes - at;
    const size: AccessBytes = left >= 8 ? 8 : left >= 4 ? 4 : left >= 2 ? 2 : 1;
    out.push({ at, bytes: size });
    at += size;
  }
  return out;
}

function readBits(place: Extract<Place, { kind: 'bits' }>): IrExpr {
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

/* ---------- writing ---------- */

/** Stores and gives back what a read would now give; the value is safe to use later. */
export function writePlace(f: Lowering, place: Place, type: CType, value: Value): Value {
  switch (place.kind) {
    case 'register': {
      const expr = theScalar(value);
      f.b.set(place.id, expr);
      return scalar(expr.kind === 'int' ? expr : local(place.id, place.type));
    }
    case 'wide-register': {
      const kept = f.keep(value);
      if (kept.kind !== 'wide') throw new Error('a 128-bit value was expected');
      f.b.set(place.low, kept.low);
      f.b.set(place.high, kept.high);
      return kept;
    }
    case 'bits':
      return scalar(writeBits(f, place, theScalar(value)));
    case 'memory':
      return writeMemory(f, place.address, type, value);
  }
}

export function writeMemory(f: Lowering, address: Address, type: CType, value: Value): Value {
  switch (value.kind) {
    case 'scalar': {
      const kept = value.expr.kind === 'local' ? value.expr : f.b.keep(value.expr);
      const bytes = type.kind === 'float' ? (type.bits === 32 ? 4 : 8) : accessBytes(sizeOf(type));
      f.b.emit({ kind: 'store', address, bytes, value: kept });
      return scalar(kept);
    }
    case 'wide': {
      const at = shared(f, address);
      const kept = f.keep(value);
      if (kept.kind !== 'wide') throw new Error('a 128-bit value was expected');
      f.b.emit({ kind: 'store', address: at, bytes: 8, value: kept.low });
      f.b.emit({ kind: 'store', address: offsetAddress(at, 8), bytes: 8, value: kept.high });
      return kept;
    }
    case 'record': {
      const to = shared(f, address);
      if (value.size > 0) f.b.emit({ kind: 'copy', to, from: value.address, size: value.size });
      return { kind: 'record', address: to, size: value.size };
    }
    case 'none':
      return value;
  }
}

function writeBits(f: Lowering, place: Extract<Place, { kind: 'bits' }>, value: IrExpr): IrExpr {
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

/* ---------- initialisers ---------- */

/** How many bytes of a constant are written by plain stores before a copy from a constant object is better. */
const MAX_STORED_BYTES = 64;

export function lowerInit(f: Lowering, steps: readonly InitStep[]): void {
  for (const step of steps) {
    switch (step.kind) {
      case 'zero': {
        const place = lowerPlace(f, step.to);
        switch (place.kind) {
          case 'memory': {
            const size = sizeOf(step.to.type);
            if (size > 0) f.b.emit({ kind: 'zero', to: place.address, size });
            break;
          }
          case 'register':
            f.b.set(place.id, zeroOf(place.type));
            break;
          case 'wide-register':
            f.b.set(place.low, i64(0));
            f.b.set(place.high, i64(0));
            break;
          case 'bits':
            writeBits(f, place, int(place.type, 0));
            break;
        }
        break;
      }
      case 'store': {
        const value = lowerExpr(f, step.value);
        writePlace(f, lowerPlace(f, step.to), step.to.type, value);
        break;
      }
      case 'bytes': {
        const place = lowerPlace(f, step.to);
        if (place.kind !== 'memory') throw new Error('bytes into something that is not in memory');
        storeBytes(f, place.address, step.bytes);
        break;
      }
    }
  }
}

function zeroOf(type: ValueType): IrExpr {
  return type === 'i32' || type === 'i64' ? int(type, 0) : { kind: 'float', type, value: 0 };
}

function storeBytes(f: Lowering, address: Address, bytes: Uint8Array): void {
  if (bytes.length > MAX_STORED_BYTES) {
    const symbol = f.program.constant(bytes);
    const from: Address = { kind: 'global', symbol, offset: 0 };
    f.b.emit({ kind: 'copy', to: address, from, size: bytes.length });
    return;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const { at, bytes: size } of chunks(bytes.length)) {
    const value =
      size === 8
        ? i64(view.getBigInt64(at, true))
        : i32(
            size === 4
              ? view.getInt32(at, true)
              : size === 2
                ? view.getUint16(at, true)
                : view.getUint8(at),
          );
    f.b.emit({ kind: 'store', address: offsetAddress(address, at), bytes: size, value });
  }
}
