/** `__atomic_*` and `__sync_*`: one thread runs at a time, so each is its plain reading, in one piece. */
import type { ArithOp } from '../c/typed.js';
import type { CType } from '../c/types.js';
import { binary, i32, int } from './build.js';
import type { Address, Expr as IrExpr } from './ir.js';
import type { Builtin } from './lower-builtin.js';
import { lowerArguments } from './lower-call.js';
import { integerArith } from './lower-arithmetic.js';
import { normalise } from './lower-conversion.js';
import { pointedAt, readMemory, writeMemory } from './lower-place.js';
import { NOTHING, scalar, theScalar, type Lowering, type Value } from './lowering.js';
import { integerOf, shapeOf, sizeOf } from './type-shape.js';
import { addWide, compareWide, complementWide, subWide, wideArith } from './wide.js';

const OPERATIONS: Readonly<Record<string, ArithOp>> = {
  add: '+',
  sub: '-',
  and: '&',
  or: '|',
  xor: '^',
};

export function lowerAtomic(f: Lowering, e: Builtin): Value | null {
  if (/^(sync_synchronize|atomic_(thread|signal)_fence)$/.test(e.name)) return NOTHING;
  if (!/^(atomic|sync)_/.test(e.name)) return null;
  const values = lowerArguments(f, e.args).map((value) => f.keep(value));
  const first = e.args[0];
  const pointer = values[0];
  if (first === undefined || pointer === undefined || first.type.kind !== 'pointer') return null;
  const type = first.type.to;
  const object = (index: number): Address => {
    const arg = e.args[index];
    const value = values[index];
    if (arg === undefined || value === undefined) throw new Error('an argument is missing');
    return pointedAt(f, theScalar(value), sizeOf(type), arg);
  };
  const at = object(0);
  const value = (index: number): Value => values[index] ?? NOTHING;
  const read = (address: Address): Value => f.keep(readMemory(f, address, type));
  const write = (address: Address, what: Value): void => {
    writeMemory(f, address, type, what);
  };

  const fetch =
    /^(?:sync_fetch_and_|atomic_fetch_)(add|sub|and|or|xor|nand)$/.exec(e.name) ??
    /^(?:sync_(add|sub|and|or|xor|nand)_and_fetch|atomic_(add|sub|and|or|xor|nand)_fetch)$/.exec(
      e.name,
    );
  if (fetch !== null) {
    const operation = fetch[1] ?? fetch[2] ?? '';
    const old = read(at);
    const updated = f.keep(apply(f, operation, old, value(1), type, e));
    write(at, updated);
    return e.name.endsWith('fetch') ? updated : old;
  }
  switch (e.name) {
    case 'atomic_load_n':
      return read(at);
    case 'atomic_load':
      write(object(1), read(at));
      return NOTHING;
    case 'atomic_store_n':
      write(at, value(1));
      return NOTHING;
    case 'atomic_store':
      write(at, read(object(1)));
      return NOTHING;
    case 'atomic_exchange_n':
    case 'sync_lock_test_and_set': {
      const old = read(at);
      write(at, value(1));
      return old;
    }
    case 'atomic_exchange': {
      const old = read(at);
      write(at, read(object(1)));
      write(object(2), old);
      return NOTHING;
    }
    case 'sync_lock_release':
    case 'atomic_clear':
      write(at, zero(type));
      return NOTHING;
    case 'atomic_test_and_set': {
      const old = read(at);
      write(at, scalar(i32(1)));
      return scalar(binary('ne', 'i32', theScalar(old), i32(0)));
    }
    case 'sync_val_compare_and_swap':
    case 'sync_bool_compare_and_swap': {
      const old = read(at);
      const same = equal(f, old, value(1));
      whenever(f, same, () => write(at, value(2)), null);
      return e.name === 'sync_val_compare_and_swap' ? old : scalar(same);
    }
    case 'atomic_compare_exchange_n':
    case 'atomic_compare_exchange': {
      const old = read(at);
      const expected = object(1);
      const same = equal(f, old, read(expected));
      const desired = e.name === 'atomic_compare_exchange' ? read(object(2)) : value(2);
      whenever(
        f,
        same,
        () => write(at, desired),
        () => write(expected, old),
      );
      return scalar(same);
    }
    default:
      return null;
  }
}

function zero(type: CType): Value {
  const shape = shapeOf(type);
  return scalar(int(shape.kind === 'scalar' && shape.type === 'i32' ? 'i32' : 'i64', 0));
}

function equal(f: Lowering, a: Value, b: Value): IrExpr {
  if (a.kind === 'wide' && b.kind === 'wide') {
    return f.b.keep(compareWide(f, '==', a, b, false));
  }
  const left = theScalar(a);
  return f.b.keep(binary('eq', left.type === 'i64' ? 'i64' : 'i32', left, theScalar(b)));
}

function whenever(
  f: Lowering,
  test: IrExpr,
  then: () => void,
  otherwise: (() => void) | null,
): void {
  const yes = f.b.newBlock();
  const no = f.b.newBlock();
  const after = f.b.newBlock();
  f.b.branch(test, yes, no);
  f.b.enter(yes);
  then();
  f.b.goto(after);
  f.b.enter(no);
  otherwise?.();
  f.b.goto(after);
  f.b.enter(after);
}

function apply(
  f: Lowering,
  operation: string,
  old: Value,
  operand: Value,
  type: CType,
  e: Builtin,
): Value {
  const integer = integerOf(type) ?? { bits: 64, signed: false };
  if (old.kind === 'wide' && operand.kind === 'wide') {
    if (operation === 'nand') return complementWide(wideArith(f, '&', old, operand, false, e.span));
    if (operation === 'add') return addWide(f, old, operand);
    if (operation === 'sub') return subWide(f, old, operand);
    return wideArith(f, OPERATIONS[operation] ?? '+', old, operand, false, e.span);
  }
  const a = theScalar(old);
  const b = theScalar(operand);
  const of = a.type === 'i64' ? 'i64' : 'i32';
  const result =
    operation === 'nand'
      ? binary('xor', of, binary('and', of, a, b), int(of, -1))
      : integerArith(f, OPERATIONS[operation] ?? '+', a, b, of, false, e.span);
  return scalar(type.kind === 'bool' ? result : normalise(result, integer));
}
