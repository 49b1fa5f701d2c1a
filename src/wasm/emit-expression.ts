/** IR expressions as WebAssembly expressions, operator by operator. */
import { ADDRESS_BASE, FUNCTION_BASE } from '../exec/program.js';
import type { Expr } from '../ir/ir.js';
import { emitAddress } from './emit-address.js';
import type { FunctionEmitter } from './function-emitter.js';
import { CELLS } from './memory-map.js';
import type { Ref } from './module-context.js';

export function emitExpr(e: FunctionEmitter, x: Expr): Ref {
  const { module } = e.c;
  switch (x.kind) {
    case 'int':
      return x.type === 'i32' ? module.i32.const(Number(x.value)) : module.i64.const(x.value);
    case 'float':
      return x.type === 'f32' ? module.f32.const(x.value) : module.f64.const(x.value);
    case 'local':
      return e.getLocal(x.id);
    case 'int-unary': {
      const value = emitExpr(e, x.value);
      if (x.op === 'extend32_s') return module.i64.extend32_s(value);
      if (x.op === 'as_pointer') return value;
      return module[x.of][x.op](value);
    }
    case 'int-binary': {
      const left = emitExpr(e, x.left);
      return module[x.of][x.op](left, emitExpr(e, x.right));
    }
    case 'float-unary':
      return module[x.type][x.op](emitExpr(e, x.value));
    case 'float-binary': {
      const left = emitExpr(e, x.left);
      return module[x.of][x.op](left, emitExpr(e, x.right));
    }
    case 'cast':
      return emitCast(e, x);
    case 'load':
      return emitLoad(e, x);
    case 'select': {
      // Wasm evaluates the condition last
      const then = emitExpr(e, x.then);
      const otherwise = emitExpr(e, x.otherwise);
      return module.select(emitExpr(e, x.test), then, otherwise);
    }
    case 'slot-address':
      return frameAddress(e, e.slotOffset(x.slot) + x.offset);
    case 'frame-address':
      // its upper end: what a function that was inlined here keeps lies below, as it would in a frame of its own
      return frameAddress(e, e.framePointer < 0 ? 0 : e.frame.size);
    case 'global-address':
      return module.i64.const(
        BigInt.asIntN(64, ADDRESS_BASE + BigInt(e.c.objectAddress(x.symbol) + x.offset)),
      );
    case 'function-address':
      return module.i64.const(
        BigInt.asIntN(64, FUNCTION_BASE + 16n * BigInt(e.c.tableIndex(x.symbol))),
      );
  }
}

function frameAddress(e: FunctionEmitter, offset: number): Ref {
  const { module } = e.c;
  const frame =
    e.framePointer < 0 ? module.i32.load(0, 4, module.i32.const(CELLS.stackPointer)) : e.fp();
  return module.i64.add(
    module.i64.extend_u(frame),
    module.i64.const(BigInt.asIntN(64, ADDRESS_BASE + BigInt(offset))),
  );
}

/** ADDRESS_BASE has no low bits. */
function wasmOffset(
  e: FunctionEmitter,
  x: Extract<Expr, { kind: 'slot-address' | 'global-address' }>,
): Ref {
  const { module } = e.c;
  if (x.kind === 'global-address')
    return module.i32.const((e.c.objectAddress(x.symbol) + x.offset) | 0);
  return module.i32.add(e.fp(), module.i32.const(e.slotOffset(x.slot) + x.offset));
}

function emitCast(e: FunctionEmitter, x: Extract<Expr, { kind: 'cast' }>): Ref {
  const { module } = e.c;
  if (x.op === 'i32.wrap' && (x.value.kind === 'slot-address' || x.value.kind === 'global-address'))
    return wasmOffset(e, x.value);
  const value = emitExpr(e, x.value);
  const from = x.value.type;
  switch (x.op) {
    case 'i32.wrap':
      return module.i32.wrap(value);
    case 'i64.extend_s':
      return module.i64.extend_s(value);
    case 'i64.extend_u':
      return module.i64.extend_u(value);
    case 'f32.demote':
      return module.f32.demote(value);
    case 'f64.promote':
      return module.f64.promote(value);
    case 'reinterpret':
      switch (x.type) {
        case 'i32':
          return module.i32.reinterpret(value);
        case 'i64':
          return module.i64.reinterpret(value);
        case 'f32':
          return module.f32.reinterpret(value);
        case 'f64':
          return module.f64.reinterpret(value);
      }
      break;
    case 'convert_s':
    case 'convert_u': {
      const type = x.type === 'f32' ? module.f32 : module.f64;
      return type[x.op][from === 'i64' ? 'i64' : 'i32'](value);
    }
    case 'trunc_s':
    case 'trunc_u': {
      const type = x.type === 'i32' ? module.i32 : module.i64;
      const op = x.op === 'trunc_s' ? type.trunc_s_sat : type.trunc_u_sat;
      return op[from === 'f32' ? 'f32' : 'f64'](value);
    }
  }
  throw new Error('no such cast');
}

function emitLoad(e: FunctionEmitter, x: Extract<Expr, { kind: 'load' }>): Ref {
  const { module } = e.c;
  const { base, offset } = emitAddress(e, x.address, x.bytes);
  switch (x.type) {
    case 'f32':
      return module.f32.load(offset, 4, base);
    case 'f64':
      return module.f64.load(offset, 8, base);
    case 'i32':
      switch (x.bytes) {
        case 1:
          return x.signed
            ? module.i32.load8_s(offset, 1, base)
            : module.i32.load8_u(offset, 1, base);
        case 2:
          return x.signed
            ? module.i32.load16_s(offset, 2, base)
            : module.i32.load16_u(offset, 2, base);
        default:
          return module.i32.load(offset, 4, base);
      }
    case 'i64':
      switch (x.bytes) {
        case 1:
          return x.signed
            ? module.i64.load8_s(offset, 1, base)
            : module.i64.load8_u(offset, 1, base);
        case 2:
          return x.signed
            ? module.i64.load16_s(offset, 2, base)
            : module.i64.load16_u(offset, 2, base);
        case 4:
          return x.signed
            ? module.i64.load32_s(offset, 4, base)
            : module.i64.load32_u(offset, 4, base);
        default:
          return module.i64.load(offset, 8, base);
      }
  }
}
