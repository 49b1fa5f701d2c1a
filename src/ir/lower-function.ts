/** One typed function to IR: parameters to their places, the body, and what happens at its closing brace. */
import type { Local, TypedFunction } from '../c/typed.js';
import type { CType } from '../c/types.js';
import { coverHeader } from './cover.js';
import type { Address, Block, IrFunction, Symbol } from './ir.js';
import { convert } from './lower-conversion.js';
import { writePlace, lowerPlace } from './lower-place.js';
import { finishGotos, leaveFunction, lowerStatement } from './lower-statement.js';
import { i32 } from './build.js';
import type { LoweringOptions } from './lowering-options.js';
import { Lowering, NOTHING, scalar, type ProgramView, type Value } from './lowering.js';
import { returnsInMemory, shapeOf, signatureOf, sizeOf } from './type-shape.js';

const INT: CType = { kind: 'int', name: 'int', bits: 32, signed: true };
const DOUBLE: CType = { kind: 'float', bits: 64 };

/** What a caller passes for a parameter of an unprototyped definition (C11 6.5.2.2p6). */
function promoted(type: CType): CType {
  switch (type.kind) {
    case 'bool':
      return INT;
    case 'int':
      return type.bits < 32 ? INT : type;
    case 'float':
      return type.bits === 32 ? DOUBLE : type;
    default:
      return type;
  }
}

export function lowerFunction(
  fn: TypedFunction,
  symbol: Symbol,
  program: ProgramView,
  options: LoweringOptions,
): IrFunction {
  const f = new Lowering(program, fn, options);
  const type = fn.ref.type;
  const passedTypes = fn.params.map((param) =>
    type.prototyped ? param.type : promoted(param.type),
  );
  const signature = signatureOf(type, passedTypes);
  signature.params.forEach((param) => f.b.newLocal(param));
  let next = 0;
  if (returnsInMemory(type.returns)) f.resultPointer = next++;
  const incoming = fn.params.map((param, index) => {
    const from = passedTypes[index] ?? param.type;
    const value = arriving(f, from, next);
    next += value.count;
    return { param, from, value: value.value };
  });
  if (type.variadic) f.variableArguments = next;

  f.callScope('enter');
  for (const { param, from, value } of incoming) settle(f, param, from, value);
  coverHeader(f);
  lowerStatement(f, fn.body);
  if (f.b.reachable) {
    if (fn.ref.name === 'main' && shapeOf(type.returns).kind === 'scalar') {
      leaveFunction(f, scalar(i32(0))); // C11 5.1.2.2.3
    } else leaveFunction(f, NOTHING);
  }
  finishGotos(f);
  const blocks = f.b.finish();
  return {
    symbol,
    signature,
    ...f.typeOfCalls(type),
    locals: f.b.locals,
    slots: f.b.slots,
    blocks,
    entry: 0,
    mayFallOff: blocks.some((block) => block.end.kind === 'fall-off'),
    passesOn: blocks.flatMap(passedOn),
    movesStack: f.movesStack,
    site: f.site(fn.span),
  };
}

function passedOn(block: Block): readonly Symbol[] {
  if (block.end.kind !== 'return' || !block.end.passesOn) return [];
  const call = block.instructions.findLast((instruction) => instruction.kind === 'call');
  return call?.kind === 'call' && call.target.kind === 'direct' ? [call.target.symbol] : [];
}

function arriving(
  f: Lowering,
  type: CType,
  first: number,
): { readonly value: Value; readonly count: number } {
  const shape = shapeOf(type);
  switch (shape.kind) {
    case 'scalar':
      return { value: scalar(f.read(first)), count: 1 };
    case 'wide':
      return { value: { kind: 'wide', low: f.read(first), high: f.read(first + 1) }, count: 2 };
    case 'record': {
      const address: Address = {
        kind: 'pointer',
        pointer: f.read(first),
        offset: 0,
        site: f.site(f.fn.span),
      };
      return { value: { kind: 'record', address, size: sizeOf(type) }, count: 1 };
    }
    case 'none':
      return { value: NOTHING, count: 0 };
  }
}

/** Puts an argument where the parameter lives: in the local it came in, or in memory. */
function settle(f: Lowering, param: Local, from: CType, value: Value): void {
  const same = from === param.type;
  if (same && !param.addressTaken && value.kind === 'scalar' && value.expr.kind === 'local') {
    f.storage.set(param, { kind: 'register', id: value.expr.id });
    return;
  }
  if (value.kind === 'none') return;
  const place = lowerPlace(f, { kind: 'local', local: param, type: param.type, span: param.span });
  const arrived = same ? value : convert(f, value, from, param.type);
  writePlace(f, place, param.type, arrived);
}
