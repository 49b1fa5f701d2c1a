/**
 * Calls. Arguments are evaluated from last to first where several of them act, as gcc does on x86-64 (C11 6.5.2.2p10
 * leaves it open). Records travel as pointers to memory that the callee copies; variable arguments in an area of 8-byte
 * slots in the caller's frame, whose address comes last.
 */
import type { Expr } from '../c/typed.js';
import type { CType } from '../c/types.js';
import { addressValue, i64, local } from './build.js';
import { acts } from './effects.js';
import type { Address, CallTarget, Expr as IrExpr, LocalId, Signature, Symbol } from './ir.js';
import { lowerExpr, lowerScalar } from './lower-expression.js';
import { readMemory, writeMemory } from './lower-place.js';
import { NOTHING, scalar, type Lowering, type Value } from './lowering.js';
import { returnsInMemory, shapeOf, signatureOf, sizeOf } from './type-shape.js';

type Call = Extract<Expr, { kind: 'call' }>;

export function lowerCall(f: Lowering, e: Call, used: boolean): Value {
  // code that nothing reaches may call what does not exist
  if (!f.b.reachable) return f.standIn(e);
  const type = e.functionType;
  if (e.callee.kind === 'direct' && e.callee.function.name === 'alloca') {
    // declared by a header, but no function could do it
    return lowerExpr(f, { ...e, kind: 'builtin', name: 'alloca' });
  }
  const fixed = type.prototyped ? type.params.length : e.args.length;
  if (e.callee.kind === 'direct' && e.callee.function.error !== undefined) {
    // gcc proves that such a call is dead, by inlining if need be; here it is watched instead.
    f.b.end({ kind: 'trap', trap: 'unreachable', argument: null, site: f.site(e.span) });
    return f.standIn(e);
  }
  const target: CallTarget =
    e.callee.kind === 'direct'
      ? direct(f.program.functionSymbol(e.callee.function, e.span, false))
      : { kind: 'indirect', pointer: calleePointer(f, e, e.callee.pointer) };
  const values = lowerArguments(f, e.args);
  f.writing(e.span);
  const args: IrExpr[] = [];
  let result: Address | null = null;
  if (returnsInMemory(type.returns)) {
    result = { kind: 'slot', slot: f.temporary(sizeOf(type.returns), 16), offset: 0 };
    args.push(addressValue(result));
  }
  values.slice(0, fixed).forEach((value) => args.push(...passed(f, value)));
  if (type.variadic) args.push(variableArguments(f, e.args.slice(fixed), values.slice(fixed)));
  const params: readonly CType[] = type.prototyped ? type.params : e.args.map((arg) => arg.type);
  const signature: Signature = signatureOf(type, params);
  const resultLocal: LocalId | null =
    signature.result === null ? null : f.b.newLocal(signature.result);
  f.b.emit({
    kind: 'call',
    target,
    signature,
    ...(e.callee.kind === 'direct' ? {} : f.typeOfCalls(type)),
    args,
    result: resultLocal,
    valueUsed: used,
    site: f.site(e.span),
  });
  if (result !== null) return readMemory(f, result, type.returns);
  return resultLocal === null || signature.result === null
    ? NOTHING
    : scalar(local(resultLocal, signature.result));
}

/** A weak function that nobody defines is called through a null pointer, which stops the run. */
export function direct(symbol: Symbol | null): CallTarget {
  return symbol === null ? { kind: 'indirect', pointer: i64(0) } : { kind: 'direct', symbol };
}

function calleePointer(f: Lowering, e: Call, pointer: Expr): IrExpr {
  const value = lowerScalar(f, pointer);
  return e.args.some(acts) ? f.b.keep(value) : value;
}

/** Values in the order of the text, evaluated from last to first where the order can be seen. */
export function lowerArguments(f: Lowering, args: readonly Expr[]): readonly Value[] {
  const values = new Map<number, Value>();
  let laterActs = false;
  for (let index = 0; index < args.length; index++) {
    const arg = args[index];
    if (arg !== undefined && acts(arg)) laterActs = true;
  }
  for (let index = args.length - 1; index >= 0; index--) {
    const arg = args[index];
    if (arg === undefined) continue;
    const value = lowerExpr(f, arg);
    values.set(index, laterActs && index > 0 ? f.keep(value) : value);
  }
  return args.map((_, index) => values.get(index) ?? NOTHING);
}

/** How a value goes into a parameter. */
function passed(f: Lowering, value: Value): readonly IrExpr[] {
  switch (value.kind) {
    case 'scalar':
      return [value.expr];
    case 'wide':
      return [value.low, value.high];
    case 'record': {
      // what a pointer designates is copied here, where it can be checked; the callee copies what it is given
      const kept = value.address.kind === 'pointer' ? f.keep(value) : value;
      return [kept.kind === 'record' ? addressValue(kept.address) : i64(0)];
    }
    case 'none':
      return [];
  }
}

export const roundUp = (bytes: number, to: number): number => Math.ceil(bytes / to) * to;

function variableArguments(f: Lowering, args: readonly Expr[], values: readonly Value[]): IrExpr {
  const size = args.reduce((sum, arg) => sum + roundUp(sizeOf(arg.type), 8), 0);
  if (size === 0) return i64(0);
  const slot = f.temporary(size);
  let offset = 0;
  args.forEach((arg, index) => {
    const value = values[index];
    if (value === undefined || shapeOf(arg.type).kind === 'none') return;
    writeMemory(f, { kind: 'slot', slot, offset }, arg.type, value);
    offset += roundUp(sizeOf(arg.type), 8);
  });
  return addressValue({ kind: 'slot', slot, offset: 0 });
}
