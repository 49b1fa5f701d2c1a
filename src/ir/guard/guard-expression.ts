/** An expression with its accesses guarded: its value, the object that it points into, and the bits that have no value. */
import { ADDRESS_BASE } from '../../exec/program.js';
import { binary, cast, i32, i64, local, select } from '../build.js';
import type { Address, Expr, SiteId } from '../ir.js';
import { looksUp, originsOf } from './carriers.js';
import type { FunctionGuard } from './guard-function.js';
import { chosenWriter, eitherWriter, writerAt } from './last-writes.js';
import {
  bitsOf,
  unsetOfBinary,
  unsetOfSelect,
  unsetOfUnary,
  wholly,
  type Unset,
} from './unset-bits.js';

export interface Guarded {
  readonly value: Expr;
  /** null: none that is known. An address made of integers has the object that lives there, which is looked for at the access. */
  readonly object: Expr | null;
  /** null: every bit has a value. */
  readonly unset: Unset;
  /** Recording modules: site + 1 of the write that it came from (0: of none); null: of none that is known. */
  readonly writer: Expr | null;
}

/** `wants`: the object is of interest. */
export function guardExpr(g: FunctionGuard, e: Expr, wants: boolean): Guarded {
  switch (e.kind) {
    case 'int':
    case 'float':
    case 'function-address':
    case 'frame-address':
      return { value: e, object: null, unset: null, writer: null };
    case 'slot-address':
      return {
        value: e,
        object: local(g.objectOfSlot(e.slot), 'i32'),
        unset: null,
        writer: null,
      };
    case 'global-address': {
      const object = g.layout.objectOf(e.symbol);
      return { value: e, object: object === 0 ? null : i32(object), unset: null, writer: null };
    }
    case 'local': {
      const object = wants ? g.objectOfLocal(e.id) : null;
      const unset = g.unsetOfLocal(e.id);
      const writer = g.writerOfLocal(e.id);
      return {
        value: local(g.renamed(e.id), e.type),
        object: object === null ? null : local(object, 'i32'),
        unset: unset === null ? null : local(unset, bitsOf(e.type)),
        writer: writer === null ? null : local(writer, 'i32'),
      };
    }
    case 'int-unary': {
      const operand = guardExpr(g, e.value, wants && e.op === 'as_pointer');
      if (e.op === 'as_pointer') return wants ? looked(g, operand) : { ...operand, object: null };
      const shared = operand.unset !== null && e.op === 'eqz' ? kept(g, operand) : operand;
      return {
        value: { ...e, value: shared.value },
        object: null,
        unset: unsetOfUnary(e.op, e.of, shared.value, shared.unset),
        writer: shared.writer,
      };
    }
    case 'int-binary':
      return guardBinary(g, e, wants);
    case 'float-unary': {
      const operand = guardExpr(g, e.value, false);
      return {
        value: { ...e, value: operand.value },
        object: null,
        unset: wholly([operand.unset], e.type),
        writer: operand.writer,
      };
    }
    case 'float-binary': {
      const left = shareable(g, guardExpr(g, e.left, false));
      const right = shareable(g, guardExpr(g, e.right, false));
      const any = wholly([left.unset, right.unset], e.type);
      return {
        value: { ...e, left: left.value, right: right.value },
        object: null,
        unset: any !== null && e.type === 'i32' ? binary('and', 'i32', any, i32(1)) : any,
        writer: eitherWriter(left, right),
      };
    }
    case 'cast': {
      const operand = guardExpr(g, e.value, false);
      return {
        value: { ...e, value: operand.value },
        object: null,
        unset: unsetOfCast(e, operand.unset),
        writer: operand.writer,
      };
    }
    case 'select': {
      const then = shareable(g, guardExpr(g, e.then, wants));
      const otherwise = shareable(g, guardExpr(g, e.otherwise, wants));
      const test = kept(g, guardExpr(g, e.test, false));
      const object =
        then.object === null && otherwise.object === null
          ? null
          : select(test.value, then.object ?? i32(0), otherwise.object ?? i32(0));
      return {
        value: { ...e, test: test.value, then: then.value, otherwise: otherwise.value },
        object,
        unset: unsetOfSelect(e.type, test, then.unset, otherwise.unset),
        writer: chosenWriter(test, then, otherwise),
      };
    }
    case 'load':
      return guardLoad(g, e, wants);
  }
}

function unsetOfCast(e: Extract<Expr, { kind: 'cast' }>, unset: Unset): Unset {
  if (unset === null) return null;
  switch (e.op) {
    case 'i32.wrap':
    case 'i64.extend_s':
    case 'i64.extend_u':
      return cast(e.op, e.type, unset);
    case 'reinterpret':
      return unset;
    case 'f32.demote':
    case 'f64.promote':
    case 'convert_s':
    case 'convert_u':
    case 'trunc_s':
    case 'trunc_u':
      return wholly([unset], e.type);
  }
}

/** Everything about it may be written several times. */
export function kept(g: FunctionGuard, guarded: Guarded): Guarded {
  return {
    value: g.keep(guarded.value),
    object: guarded.object === null ? null : g.keep(guarded.object),
    unset: guarded.unset === null ? null : g.keep(guarded.unset),
    writer: guarded.writer === null ? null : g.keep(guarded.writer),
  };
}

/** An integer becomes a pointer: it gets the object that lives there, unless it came from a pointer. */
function looked(g: FunctionGuard, operand: Guarded): Guarded {
  const value = g.keep(operand.value);
  const object = g.newLocal('i32');
  g.runtime('adopt', [value, operand.object ?? i32(0)], object, 0);
  return { value, object: local(object, 'i32'), unset: operand.unset, writer: operand.writer };
}

function guardBinary(
  g: FunctionGuard,
  e: Extract<Expr, { kind: 'int-binary' }>,
  wants: boolean,
): Guarded {
  const derived = wants && (originsOf(e).length > 0 || looksUp(e));
  let left = guardExpr(g, e.left, derived);
  let right = guardExpr(g, e.right, derived);
  if (left.unset !== null || right.unset !== null || g.records) {
    left = kept(g, left);
    right = kept(g, right);
  }
  const value: Expr = { ...e, left: left.value, right: right.value };
  const unset = unsetOfBinary(e.op, e.of, left, right);
  const object = derived ? joined(g, left.object, right.object) : null;
  return { value, object, unset, writer: eitherWriter(left, right) };
}

/** Where writes are recorded, a value may be written several times. */
function shareable(g: FunctionGuard, guarded: Guarded): Guarded {
  return g.records ? kept(g, guarded) : guarded;
}

/** Of a sum or a union of bits: the one that is known; with two, none. */
function joined(g: FunctionGuard, a: Expr | null, b: Expr | null): Expr | null {
  if (a === null) return b;
  if (b === null) return a;
  const left = g.keep(a);
  const right = g.keep(b);
  const onlyLeft = select(right, i32(0), left);
  return select(left, onlyLeft, right);
}

/* ---------- memory ---------- */

/** The place, checked; an access of exempt code stays as it is. */
export function guardAddress(
  g: FunctionGuard,
  address: Address,
  size: number,
): { readonly place: Address; readonly exempt: boolean } {
  if (address.kind !== 'pointer') return { place: address, exempt: false };
  const pointer = guardPointer(g, address.pointer, address.site);
  if (g.program.exempt(address.site))
    return { place: { ...address, pointer: pointer.value }, exempt: true };
  return {
    place: g.guard(
      pointer.value,
      address.offset,
      size,
      pointer.object,
      pointer.writer,
      address.site,
    ),
    exempt: false,
  };
}

/** A pointer that is about to be used: kept, and every bit of it has a value. */
export function guardPointer(g: FunctionGuard, e: Expr, site: SiteId): Guarded {
  const pointer = shareable(g, guardExpr(g, e, true));
  const value = g.keep(pointer.value);
  g.needSet(pointer.unset, site, null, pointer.writer);
  return { value, object: pointer.object, unset: null, writer: pointer.writer };
}

function guardLoad(g: FunctionGuard, e: Extract<Expr, { kind: 'load' }>, wants: boolean): Guarded {
  const { place, exempt } = guardAddress(g, e.address, e.bytes);
  const load: Expr = { ...e, address: place };
  if (exempt) return { value: load, object: null, unset: null, writer: null };
  const writer = writerAt(g, place, e.bytes);
  const from = g.unsetPlace(place);
  const unset: Unset =
    from === null
      ? null
      : { kind: 'load', type: bitsOf(e.type), bytes: e.bytes, signed: e.signed, address: from };
  if (unset !== null && place.kind === 'raw')
    g.lastRead = binary(
      'add',
      'i64',
      cast('i64.extend_u', 'i64', g.offsetOf(place)),
      i64(ADDRESS_BASE),
    );
  const known = wants && e.type === 'i64' && e.bytes === 8 ? g.pointerPlace(place) : null;
  if (known === null) return { value: load, object: null, unset, writer };
  // what is noted of the word belongs to the pointer that was stored there last as one
  const value = g.keep(load);
  const note = g.keep({ kind: 'load', type: 'i64', bytes: 8, signed: false, address: known });
  const same = binary('eq', 'i32', cast('i32.wrap', 'i32', note), cast('i32.wrap', 'i32', value));
  const object = cast('i32.wrap', 'i32', binary('shr_u', 'i64', note, i64(32)));
  return { value, object: select(same, object, i32(0)), unset, writer };
}

/** Notes at a place what is known of the pointer that is stored there. */
export function notePointer(g: FunctionGuard, place: Address, value: Expr, object: Expr): void {
  const note = g.pointerPlace(place);
  if (note === null) return;
  const high = binary('shl', 'i64', cast('i64.extend_u', 'i64', object), i64(32));
  const low = binary('and', 'i64', value, i64(0xffff_ffffn));
  g.emit({ kind: 'store', address: note, bytes: 8, value: binary('or', 'i64', high, low) });
}
