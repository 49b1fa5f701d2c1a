/**
 * Lvalues: where an object lies, reading and writing it. Bit-fields are read and written as gcc does it, as a load
 * (and store) of the storage unit that `check` chose, with masks (SysV x86-64 ABI, C11 6.7.2.1p11).
 */
import type { Expr, InitStep, LValue } from '../c/typed.js';
import type { CType } from '../c/types.js';
import {
  addressValue,
  binary,
  i32,
  i64,
  int,
  local,
  offsetAddress,
  pointerAddress,
} from './build.js';
import type { Address, Expr as IrExpr, LocalId, ValueType } from './ir.js';
import { readBits, writeBits, type BitPlace } from './lower-bit-field.js';
import { lowerExpr } from './lower-expression.js';
import { watchAlignment, watchedElement } from './lower-strict.js';
import { NOTHING, scalar, theScalar, type Lowering, type Value } from './lowering.js';
import { accessBytes, chunks, load, shared } from './memory-access.js';
import { integerOf, shapeOf, sizeOf } from './type-shape.js';

export type Place =
  | { readonly kind: 'register'; readonly id: LocalId; readonly type: ValueType }
  | { readonly kind: 'wide-register'; readonly low: LocalId; readonly high: LocalId }
  | { readonly kind: 'memory'; readonly address: Address }
  | BitPlace;

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
      const element = watchedElement(f, lv.pointer, true);
      const pointer = element ?? theScalar(lowerExpr(f, lv.pointer));
      const aligned = watchAlignment(f, pointer, lv.type, lv.pointer.span);
      return memory(pointedAt(f, aligned, sizeOf(lv.type), lv.pointer));
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
      return watchedElement(f, lv.pointer, false) ?? theScalar(lowerExpr(f, lv.pointer));
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

function loadScalar(address: Address, type: CType, as: ValueType): IrExpr {
  if (as === 'f32') return load(address, 4, 'f32');
  if (as === 'f64') return load(address, 8, 'f64'); // long double too: kept as a double in its first 8 bytes
  const integer = integerOf(type) ?? { bits: 64, signed: false };
  return load(address, accessBytes(integer.bits / 8), as, integer.signed);
}

/* ---------- writing ---------- */

/** Stores and gives back what a read would now give; the value is safe to use later. */
export function writePlace(f: Lowering, place: Place, type: CType, value: Value): Value {
  switch (place.kind) {
    case 'register': {
      const expr = theScalar(value);
      f.b.assign(place.id, expr);
      return scalar(expr.kind === 'int' ? expr : local(place.id, place.type));
    }
    case 'wide-register': {
      const kept = f.keep(value);
      if (kept.kind !== 'wide') throw new Error('a 128-bit value was expected');
      f.b.assign(place.low, kept.low);
      f.b.assign(place.high, kept.high);
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
            if (size > 0) f.b.emit({ kind: 'zero', to: place.address, size, fresh: false });
            break;
          }
          case 'register':
            f.b.assign(place.id, zeroOf(place.type));
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
        f.writing(step.value.span);
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
