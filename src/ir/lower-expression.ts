/**
 * Rvalues. Operands are evaluated left to right; an operand whose neighbour stores or calls is computed into a local
 * first. Two choices follow gcc where C leaves them open: in `x op= f()` the right side is evaluated before x is read, and
 * a call's arguments from last to first (see `lower-call.ts`).
 */
import type { Expr } from '../c/typed.js';
import { binary, cast, float, i32, i64, not, select, truth } from './build.js';
import { LABEL_BASE } from './label-base.js';
import { acts, readsOnce } from './effects.js';
import type { Address, Expr as IrExpr, IntValueType } from './ir.js';
import { lowerArith, lowerCompare, negate, complement } from './lower-arithmetic.js';
import { lowerBuiltin } from './lower-builtin.js';
import { lowerCall } from './lower-call.js';
import { branchesOn, isWatched } from './cover-branch.js';
import { lowerCondition } from './lower-condition.js';
import { convert } from './lower-conversion.js';
import {
  addressOf,
  keepPlace,
  lowerPlace,
  readPlace,
  writePlace,
  type Place,
} from './lower-place.js';
import { early, watchedBool } from './lower-strict.js';
import { lowerStatementExpression } from './lower-statement.js';
import { lowerVaArg, lowerVaCopy, lowerVaStart } from './lower-variadic.js';
import { NOTHING, scalar, theScalar, type Lowering, type Value } from './lowering.js';
import { integerOf, shapeOf } from './type-shape.js';

/** Two operands, left first. */
export function lowerPair(f: Lowering, left: Expr, right: Expr): readonly [Value, Value] {
  if (acts(right)) {
    if (readsOnce(left)) {
      const second = f.keep(lowerExpr(f, right));
      return [lowerExpr(f, left), second];
    }
    const first = f.keep(lowerExpr(f, left));
    return [first, lowerExpr(f, right)];
  }
  const first = lowerExpr(f, left);
  return [first, lowerExpr(f, right)];
}

export function lowerScalar(f: Lowering, e: Expr): IrExpr {
  return theScalar(lowerExpr(f, e));
}

/** For its effects alone. */
export function lowerEffect(f: Lowering, e: Expr): void {
  switch (e.kind) {
    case 'compound-assign':
      lowerCompoundAssign(f, e, false);
      return;
    case 'convert':
      if (e.type.kind === 'void') lowerEffect(f, e.operand);
      else evaluate(f, e);
      return;
    case 'comma':
      lowerEffect(f, e.left);
      lowerEffect(f, e.right);
      return;
    case 'conditional':
      if (acts(e)) {
        branches(
          f,
          e.test,
          () => lowerEffect(f, e.then),
          () => lowerEffect(f, e.otherwise),
        );
      } else evaluate(f, e);
      return;
    case 'call':
      lowerCall(f, e, false);
      return;
    default:
      evaluate(f, e);
  }
}

function evaluate(f: Lowering, e: Expr): void {
  const value = lowerExpr(f, e);
  const isVolatile = e.kind === 'load' && e.from.type.volatile === true;
  if (isVolatile && value.kind === 'scalar') f.b.emit({ kind: 'evaluate', value: value.expr });
}

/** Executes one of two pieces of code, and goes on behind them. */
export function branches(f: Lowering, test: Expr, then: () => void, otherwise: () => void): void {
  const yes = f.b.newBlock();
  const no = f.b.newBlock();
  const after = f.b.newBlock();
  lowerCondition(f, test, yes, no);
  f.b.enter(yes);
  then();
  f.b.goto(after);
  f.b.enter(no);
  otherwise();
  f.b.goto(after);
  f.b.enter(after);
}

export function lowerExpr(f: Lowering, e: Expr): Value {
  switch (e.kind) {
    case 'int': {
      const shape = shapeOf(e.type);
      if (shape.kind === 'wide') {
        return { kind: 'wide', low: i64(e.value), high: i64(e.value >> 64n) };
      }
      return scalar(shape.kind === 'scalar' && shape.type === 'i32' ? i32(e.value) : i64(e.value));
    }
    case 'float': {
      const shape = shapeOf(e.type);
      const narrow = shape.kind === 'scalar' && shape.type === 'f32';
      return scalar(float(narrow ? 'f32' : 'f64', e.value));
    }
    case 'load':
      return loaded(f, e);
    case 'address':
      return scalar(addressOf(f, e.of));
    case 'function-address': {
      const symbol = f.program.functionSymbol(e.function, e.span, true);
      return scalar(symbol === null ? i64(0) : { kind: 'function-address', type: 'i64', symbol });
    }
    case 'label-address':
      return scalar(i64(LABEL_BASE + 16n * BigInt(f.labelIndex(e.label))));
    case 'convert':
      if (e.type.kind === 'void') {
        lowerEffect(f, e.operand);
        return NOTHING;
      }
      return convert(f, lowerExpr(f, e.operand), e.operand.type, e.type);
    case 'negate':
      return negate(f, lowerExpr(f, e.operand), e.type, e.span);
    case 'complement':
      return complement(lowerExpr(f, e.operand));
    case 'not': {
      const value = lowerExpr(f, e.operand);
      return scalar(
        value.kind === 'wide'
          ? not(binary('or', 'i64', value.low, value.high))
          : not(theScalar(value)),
      );
    }
    case 'arith': {
      const [left, right] = lowerPair(f, e.left, e.right);
      return lowerArith(f, e, left, right);
    }
    case 'compare': {
      const [left, right] = lowerPair(f, e.left, e.right);
      return scalar(lowerCompare(f, e, left, right));
    }
    case 'pointer-add':
      return lowerPointerAdd(f, e);
    case 'pointer-difference': {
      const [left, right] = lowerPair(f, e.left, e.right);
      return scalar(
        divideExactly(binary('sub', 'i64', theScalar(left), theScalar(right)), e.scale),
      );
    }
    case 'and':
    case 'or':
      return lowerLogical(f, e);
    case 'conditional':
      return lowerConditional(f, e);
    case 'elvis': {
      const test = f.keep(lowerExpr(f, e.test));
      const isSet = truthOf(test);
      f.once.push(() => test);
      const value = joined(
        f,
        e,
        (yes, no) => branchesOn(f, e.test.span, isSet, yes, no),
        () => lowerExpr(f, e.value),
        () => {
          // `once` of an outer expression may be meant in the other arm
          const inner = f.once.pop();
          const otherwise = lowerExpr(f, e.otherwise);
          if (inner !== undefined) f.once.push(inner);
          return otherwise;
        },
      );
      f.once.pop();
      return value;
    }
    case 'once': {
      const read = f.once[f.once.length - 1];
      if (read === undefined) throw new Error('`once` outside of its expression');
      return read();
    }
    case 'comma':
      lowerEffect(f, e.left);
      return lowerExpr(f, e.right);
    case 'assign': {
      let place = lowerPlace(f, e.to);
      if (acts(e.value)) place = keepPlace(f, place);
      const value = lowerExpr(f, e.value);
      f.writing(e.span);
      return writePlace(f, place, e.to.type, value);
    }
    case 'compound-assign':
      return lowerCompoundAssign(f, e, true);
    case 'call':
      return lowerCall(f, e, true);
    case 'builtin':
      return lowerBuiltin(f, e);
    case 'va-start':
      lowerVaStart(f, e);
      return NOTHING;
    case 'va-end':
      lowerEffect(f, e.list);
      return NOTHING;
    case 'va-copy':
      lowerVaCopy(f, e);
      return NOTHING;
    case 'va-arg':
      return lowerVaArg(f, e);
    case 'statement':
      return lowerStatementExpression(f, e);
  }
}

function loaded(f: Lowering, e: Extract<Expr, { kind: 'load' }>): Value {
  const place = lowerPlace(f, e.from);
  const value = readPlace(f, place, e.type);
  const fromMemory = place.kind === 'memory' && e.type.kind === 'bool' && value.kind === 'scalar';
  return fromMemory ? watchedBool(f, value.expr, e.span) : value;
}

export function truthOf(value: Value): IrExpr {
  return value.kind === 'wide'
    ? truth(binary('or', 'i64', value.low, value.high))
    : truth(theScalar(value));
}

function lowerCompoundAssign(
  f: Lowering,
  e: Extract<Expr, { kind: 'compound-assign' }>,
  used: boolean,
): Value {
  const place: Place = keepPlace(f, lowerPlace(f, e.to));
  let old: Value | null = null;
  f.once.push(() => {
    const now = readPlace(f, place, e.to.type);
    old = used && e.postfix ? f.keep(now) : now;
    return old;
  });
  const value = lowerExpr(f, e.value);
  f.once.pop();
  f.writing(e.span);
  const written = writePlace(f, place, e.to.type, value);
  return e.postfix && old !== null ? old : written;
}

function lowerPointerAdd(f: Lowering, e: Extract<Expr, { kind: 'pointer-add' }>): Value {
  if (typeof e.scale !== 'number') {
    const scaled = acts(e.scale) || acts(e.index);
    const pointer = scaled ? f.keep(lowerExpr(f, e.pointer)) : lowerExpr(f, e.pointer);
    const [index, scale] = lowerPair(f, e.index, e.scale);
    const bytes = binary('mul', 'i64', theScalar(index), theScalar(scale));
    return scalar(binary('add', 'i64', theScalar(pointer), bytes));
  }
  const [pointer, index] = lowerPair(f, e.pointer, e.index);
  return scalar(binary('add', 'i64', theScalar(pointer), times(theScalar(index), e.scale)));
}

function log2(value: number): number | null {
  const power = Math.log2(value);
  return Number.isInteger(power) ? power : null;
}

function times(index: IrExpr, scale: number): IrExpr {
  if (scale === 0) return i64(0);
  const power = log2(scale);
  if (power === null) return binary('mul', 'i64', index, i64(scale));
  // (a + c) << n as (a << n) + (c << n), so that the constant ends up in the access
  if (index.kind === 'int-binary' && index.op === 'add' && index.right.kind === 'int') {
    const shifted = binary('shl', 'i64', index.left, i64(power));
    return binary('add', 'i64', shifted, i64(index.right.value << BigInt(power)));
  }
  return binary('shl', 'i64', index, i64(power));
}

function divideExactly(bytes: IrExpr, scale: number): IrExpr {
  if (scale === 0) return i64(0); // pointers to empty structs: gcc's division by zero, never meant
  const power = log2(scale);
  return power === null
    ? binary('div_s', 'i64', bytes, i64(scale))
    : binary('shr_s', 'i64', bytes, i64(power));
}

function lowerLogical(f: Lowering, e: Extract<Expr, { kind: 'and' | 'or' }>): Value {
  if (isWatched(f, e.span)) return lowerOutcome(f, e);
  if (early(f, e.right)) {
    const left = truthOf(lowerExpr(f, e.left));
    const right = truthOf(lowerExpr(f, e.right));
    return scalar(binary(e.kind, 'i32', left, right));
  }
  if (e.left.kind === 'int' && (e.left.value !== 0n) === (e.kind === 'or')) {
    return scalar(i32(e.kind === 'or' ? 1 : 0)); // the right side is never reached
  }
  const result = f.b.newLocal('i32');
  const right = f.b.newBlock();
  const after = f.b.newBlock();
  const first = truthOf(lowerExpr(f, e.left));
  f.b.set(result, first);
  const value = f.read(result);
  f.b.branch(value, e.kind === 'and' ? right : after, e.kind === 'and' ? after : right);
  f.b.enter(right);
  f.b.set(result, truthOf(lowerExpr(f, e.right)));
  f.b.goto(after);
  f.b.enter(after);
  return scalar(value);
}

/** By way of branches, where it is of interest how each operand turns out. */
function lowerOutcome(f: Lowering, e: Expr): Value {
  const result = f.b.newLocal('i32');
  const yes = f.b.newBlock();
  const no = f.b.newBlock();
  const after = f.b.newBlock();
  lowerCondition(f, e, yes, no);
  for (const [block, value] of [
    [yes, 1],
    [no, 0],
  ] as const) {
    f.b.enter(block);
    f.b.set(result, i32(value));
    f.b.goto(after);
  }
  f.b.enter(after);
  return scalar(f.read(result));
}

function lowerConditional(f: Lowering, e: Extract<Expr, { kind: 'conditional' }>): Value {
  const shape = shapeOf(e.type).kind;
  if (e.test.kind === 'int') {
    return lowerExpr(f, e.test.value !== 0n ? e.then : e.otherwise);
  }
  const chooses = shape === 'scalar' && early(f, e.then) && early(f, e.otherwise);
  if (chooses && !isWatched(f, e.test.span)) {
    const test = truthOf(lowerExpr(f, e.test));
    return scalar(select(test, lowerScalar(f, e.then), lowerScalar(f, e.otherwise)));
  }
  return joined(
    f,
    e,
    (yes, no) => lowerCondition(f, e.test, yes, no),
    () => lowerExpr(f, e.then),
    () => lowerExpr(f, e.otherwise),
  );
}

/** The value of one of two arms, in locals (records: in a temporary). */
function joined(
  f: Lowering,
  e: Expr,
  test: (yes: number, no: number) => void,
  then: () => Value,
  otherwise: () => Value,
): Value {
  const yes = f.b.newBlock();
  const no = f.b.newBlock();
  const after = f.b.newBlock();
  const result = resultPlace(f, e);
  test(yes, no);
  for (const [block, arm] of [
    [yes, then],
    [no, otherwise],
  ] as const) {
    f.b.enter(block);
    const value = arm();
    if (result !== null && value.kind !== 'none') writePlace(f, result, e.type, value);
    f.b.goto(after);
  }
  f.b.enter(after);
  return result === null ? NOTHING : readPlace(f, result, e.type);
}

function resultPlace(f: Lowering, e: Expr): Place | null {
  const shape = shapeOf(e.type);
  switch (shape.kind) {
    case 'scalar':
      return { kind: 'register', id: f.b.newLocal(shape.type), type: shape.type };
    case 'wide':
      return { kind: 'wide-register', low: f.b.newLocal('i64'), high: f.b.newLocal('i64') };
    case 'record': {
      const address: Address = { kind: 'slot', slot: f.temporary(shape.size), offset: 0 };
      return { kind: 'memory', address };
    }
    case 'none':
      return null;
  }
}

/** An i64 whose value is that of an integer expression of any width. */
export function asI64(value: IrExpr, e: Expr): IrExpr {
  if (value.type === 'i64') return value;
  const integer = integerOf(e.type);
  return cast(integer?.signed === false ? 'i64.extend_u' : 'i64.extend_s', 'i64', value);
}

export function intType(e: Expr): IntValueType {
  const shape = shapeOf(e.type);
  return shape.kind === 'scalar' && shape.type === 'i32' ? 'i32' : 'i64';
}
