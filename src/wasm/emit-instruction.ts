/** IR instructions as WebAssembly statements. */
import { ADDRESS_BASE, FUNCTION_BASE } from '../exec/program.js';
import { adapt } from '../ir/lower-conversion.js';
import type { Address, Expr, Instruction, Signature } from '../ir/ir.js';
import { emitAddress, sharedAddress } from './emit-address.js';
import { emitExpr } from './emit-expression.js';
import { emitGuard } from './emit-guard.js';
import { RED_ZONE } from './frame.js';
import type { FunctionEmitter } from './function-emitter.js';
import { CELLS, SIGNATURES, STACK_START, TYPES } from './memory-map.js';
import type { Ref } from './module-context.js';
import { trapNumber } from './runtime.js';

export function emitInstruction(e: FunctionEmitter, i: Instruction): Ref[] {
  const { module } = e.c;
  switch (i.kind) {
    case 'set': {
      const value = emitExpr(e, i.value);
      return [e.setLocal(i.local, value)];
    }
    case 'evaluate':
      return [module.drop(emitExpr(e, i.value))];
    case 'store': {
      const { base, offset } = emitAddress(e, i.address, i.bytes);
      return [storeAt(e, base, offset, i.bytes, i.value)];
    }
    case 'copy':
      return copy(e, i.to, i.from, i.size);
    case 'zero':
      return zero(e, i.to, i.size);
    case 'move-bytes': {
      const to = range(e, i.to, i.size, i.site);
      const from = range(e, i.from, i.size, i.site);
      return [module.memory.copy(to, from, module.i32.wrap(emitExpr(e, i.size)))];
    }
    case 'fill-bytes': {
      const to = range(e, i.to, i.size, i.site);
      const byte = emitExpr(e, i.byte);
      return [module.memory.fill(to, byte, module.i32.wrap(emitExpr(e, i.size)))];
    }
    case 'call':
      return emitCall(e, i);
    case 'trap-if': {
      const test = emitExpr(e, i.test);
      const argument = i.argument === null ? module.i64.const(0n) : emitExpr(e, i.argument);
      const stop = e.stop(trapNumber(i.trap), i.site, argument);
      if (i.cause !== undefined) stop.unshift(cause(e, i.cause));
      return [module.if(test, module.block(null, stop))];
    }
    case 'cover':
      return [
        module.i32.store8(
          0,
          1,
          module.i32.const(e.c.map.coverage.start + i.site),
          module.i32.const(1),
        ),
      ];
    case 'alloca':
      return alloca(e, i);
    case 'save-stack':
      return [e.setLocal(i.result, module.i32.load(0, 4, module.i32.const(CELLS.stackPointer)))];
    case 'restore-stack': {
      // 0: the block is left before its first variable-length array
      return [module.if(e.getLocal(i.from), e.setStack(e.getLocal(i.from)))];
    }
    case 'scope':
    case 'undefine':
      return [];
    case 'allocate':
      return [e.setLocal(i.result, emitExpr(e, i.pointer))];
    case 'free':
      return [module.drop(emitExpr(e, i.pointer))];
    case 'observe':
      return [module.drop(emitExpr(e, i.value))];
    case 'guard':
      return emitGuard(e, i);
  }
}

function cause(e: FunctionEmitter, site: number): Ref {
  const { module } = e.c;
  return module.i32.store(0, 4, module.i32.const(CELLS.trapCause), module.i32.const(site + 1));
}

function storeAt(
  e: FunctionEmitter,
  base: Ref,
  offset: number,
  bytes: 1 | 2 | 4 | 8,
  value: Expr,
): Ref {
  const { module } = e.c;
  const x = emitExpr(e, value);
  switch (value.type) {
    case 'f32':
      return module.f32.store(offset, 4, base, x);
    case 'f64':
      return module.f64.store(offset, 8, base, x);
    case 'i32':
      if (bytes === 1) return module.i32.store8(offset, 1, base, x);
      if (bytes === 2) return module.i32.store16(offset, 2, base, x);
      return module.i32.store(offset, 4, base, x);
    case 'i64':
      if (bytes === 1) return module.i64.store8(offset, 1, base, x);
      if (bytes === 2) return module.i64.store16(offset, 2, base, x);
      if (bytes === 4) return module.i64.store32(offset, 4, base, x);
      return module.i64.store(offset, 8, base, x);
  }
}

function range(e: FunctionEmitter, pointer: Expr, size: Expr, site: number): Ref {
  const { module } = e.c;
  return module.call(
    'pc.range',
    [emitExpr(e, pointer), emitExpr(e, size), module.i32.const(site)],
    e.i32(),
  );
}

/** Up to this many bytes are copied or zeroed by plain loads and stores. */
const INLINE_BYTES = 64;

function chunks(size: number): { readonly at: number; readonly bytes: 1 | 2 | 4 | 8 }[] {
  const out: { at: number; bytes: 1 | 2 | 4 | 8 }[] = [];
  for (let at = 0; at < size;) {
    const left = size - at;
    const bytes = left >= 8 ? 8 : left >= 4 ? 4 : left >= 2 ? 2 : 1;
    out.push({ at, bytes });
    at += bytes;
  }
  return out;
}

function copy(e: FunctionEmitter, to: Address, from: Address, size: number): Ref[] {
  const { module } = e.c;
  const before: Ref[] = [];
  const target = sharedAddress(e, to, size, before);
  const source = sharedAddress(e, from, size, before);
  if (size > INLINE_BYTES) {
    const plus = ({ base, offset }: { base: Ref; offset: number }): Ref =>
      offset === 0 ? base : module.i32.add(base, module.i32.const(offset));
    return [...before, module.memory.copy(plus(target()), plus(source()), module.i32.const(size))];
  }
  const moves = chunks(size).map(({ at, bytes }) => {
    const f = source();
    const t = target();
    switch (bytes) {
      case 8:
        return module.i64.store(
          t.offset + at,
          8,
          t.base,
          module.i64.load(f.offset + at, 8, f.base),
        );
      case 4:
        return module.i32.store(
          t.offset + at,
          4,
          t.base,
          module.i32.load(f.offset + at, 4, f.base),
        );
      case 2:
        return module.i32.store16(
          t.offset + at,
          2,
          t.base,
          module.i32.load16_u(f.offset + at, 2, f.base),
        );
      case 1:
        return module.i32.store8(
          t.offset + at,
          1,
          t.base,
          module.i32.load8_u(f.offset + at, 1, f.base),
        );
    }
  });
  return [...before, ...moves];
}

function zero(e: FunctionEmitter, to: Address, size: number): Ref[] {
  const { module } = e.c;
  const before: Ref[] = [];
  const target = sharedAddress(e, to, size, before);
  if (size > 2 * INLINE_BYTES) {
    const { base, offset } = target();
    const at = offset === 0 ? base : module.i32.add(base, module.i32.const(offset));
    return [...before, module.memory.fill(at, module.i32.const(0), module.i32.const(size))];
  }
  const stores = chunks(size).map(({ at, bytes }) => {
    const t = target();
    const nothing = (): Ref => module.i32.const(0);
    switch (bytes) {
      case 8:
        return module.i64.store(t.offset + at, 8, t.base, module.i64.const(0n));
      case 4:
        return module.i32.store(t.offset + at, 4, t.base, nothing());
      case 2:
        return module.i32.store16(t.offset + at, 2, t.base, nothing());
      case 1:
        return module.i32.store8(t.offset + at, 1, t.base, nothing());
    }
  });
  return [...before, ...stores];
}

/* ---------- calls ---------- */

function emitCall(e: FunctionEmitter, i: Extract<Instruction, { kind: 'call' }>): Ref[] {
  const { module } = e.c;
  const out: Ref[] = [];
  if (e.frame.callSite !== null) {
    out.push(module.i32.store(e.frame.callSite, 4, e.fp(), module.i32.const(i.site)));
  }
  let mayFallOff = false;
  let call: Ref;
  let returned = i.signature.result;
  switch (i.target.kind) {
    case 'runtime': {
      const args = i.args.map((arg) => emitExpr(e, arg));
      call = module.call(`pc.${i.target.name}`, args, i.signature.result);
      break;
    }
    case 'direct': {
      const callee = e.c.functions.get(i.target.symbol);
      if (callee === undefined) throw new Error(`no function ${i.target.symbol}`);
      mayFallOff = callee.mayFallOff;
      returned = callee.signature.result;
      const args = callee.signature.params.map((type, at) => {
        const arg = i.args[at];
        return emitExpr(
          e,
          arg === undefined
            ? adapt({ kind: 'int', type: 'i32', value: 0n }, type)
            : adapt(arg, type),
        );
      });
      call = module.call(i.target.symbol, args, callee.signature.result);
      break;
    }
    case 'indirect': {
      const pointer = e.newLocal('i64');
      out.push(module.local.set(pointer, emitExpr(e, i.target.pointer)));
      const args = i.args.map((arg) => emitExpr(e, arg));
      const index = tableIndexOf(e, pointer, i, out);
      const { params, result } = i.signature;
      mayFallOff = e.c.mayFallOff(i.signature);
      call = module.call_indirect(index, args, params, result);
      break;
    }
  }
  out.push(...e.fuel.aroundCall(i, useResult(e, i, call, returned)));
  if (mayFallOff && i.valueUsed) out.push(missingReturn(e, i.site));
  return out;
}

/** Of a function pointer whose function has the signature; everything else traps. In line: calls through tables are what kernels do. */
function tableIndexOf(
  e: FunctionEmitter,
  pointer: number,
  { signature, type, site }: Extract<Instruction, { kind: 'call' }>,
  out: Ref[],
): Ref {
  const { module } = e.c;
  const at = e.newLocal('i64');
  const index = (): Ref => module.i32.wrap(module.local.get(at, 'i64'));
  const given = (): Ref => module.local.get(pointer, 'i64');
  const wantedType = type === undefined ? null : e.c.typeId(type);
  const bad = (): Ref =>
    module.block(null, [
      ...(wantedType === null ? [] : [noteType(e, wantedType)]),
      ...e.stop(trapNumber('bad-call'), site, given()),
    ]);
  const number = module.i64.rotr(
    module.i64.sub(given(), module.i64.const(FUNCTION_BASE)),
    module.i64.const(4n),
  );
  const size = module.i64.const(BigInt(e.c.tableSize));
  out.push(module.if(module.i64.ge_u(module.local.tee(at, number, 'i64'), size), bad()));
  const known = module.i32.load16_u(SIGNATURES, 2, module.i32.shl(index(), module.i32.const(1)));
  const wanted = module.i32.const(e.c.signatureId(signature));
  out.push(module.if(module.i32.ne(known, wanted), bad()));
  if (wantedType !== null) out.push(watchedType(e, index, wantedType, bad));
  return index();
}

/** The function's C type is another one; of one without a prototype only the signature is known. */
function watchedType(e: FunctionEmitter, index: () => Ref, wanted: number, bad: () => Ref): Ref {
  const { module } = e.c;
  const own = e.newLocal('i32');
  const given = module.i32.load16_u(TYPES, 2, module.i32.shl(index(), module.i32.const(1)));
  const other = module.i32.ne(module.local.tee(own, given, 'i32'), module.i32.const(wanted));
  const isKnown = module.if(module.local.get(own, 'i32'), bad());
  return module.if(other, module.block(null, [isKnown]));
}

function noteType(e: FunctionEmitter, wanted: number): Ref {
  const { module } = e.c;
  return module.i32.store(0, 4, module.i32.const(CELLS.trapType), module.i32.const(wanted));
}

function useResult(
  e: FunctionEmitter,
  i: Extract<Instruction, { kind: 'call' }>,
  call: Ref,
  returned: Signature['result'],
): Ref[] {
  const { module } = e.c;
  if (returned === null) return [call]; // a value that the callee does not give stays what the local was
  if (i.result === null) return [module.drop(call)];
  const wanted = e.locals[i.result] ?? 'i32';
  if (wanted === returned) return [e.setLocal(i.result, call)];
  const kept = e.newLocal(returned);
  const first = module.local.set(kept, call);
  if (e.frame.locals !== null) throw new Error('a call and its callee disagree');
  const value = emitExpr(e, adapt({ kind: 'local', type: returned, id: kept }, wanted));
  return [first, e.setLocal(i.result, value)];
}

function missingReturn(e: FunctionEmitter, site: number): Ref {
  const { module } = e.c;
  return module.if(
    module.i32.load(0, 4, module.i32.const(CELLS.missingReturn)),
    module.block(null, e.stop(trapNumber('missing-return'), site, module.i64.const(0n))),
  );
}

function alloca(e: FunctionEmitter, i: Extract<Instruction, { kind: 'alloca' }>): Ref[] {
  const { module } = e.c;
  const i64 = 'i64';
  const at = e.newLocal('i64');
  const stack = (): Ref => module.i32.load(0, 4, module.i32.const(CELLS.stackPointer));
  const size = e.newLocal('i64');
  const room = module.i64.sub(module.i64.extend_u(stack()), module.i64.const(BigInt(STACK_START)));
  const tooLarge = module.i64.gt_u(
    module.local.tee(size, emitExpr(e, i.size), i64),
    module.local.tee(at, room, i64),
  );
  // a red zone between what was there and the fresh bytes
  const gap = e.c.map.objects === null ? 0 : RED_ZONE;
  const lowered = module.i64.and(
    module.i64.sub(
      module.i64.sub(module.i64.extend_u(stack()), module.i64.const(BigInt(gap))),
      module.local.get(size, i64),
    ),
    module.i64.const(BigInt(-i.align)),
  );
  const overflow = (): Ref =>
    module.block(null, e.stop(trapNumber('stack-overflow'), i.site, module.i64.const(0n)));
  return [
    module.if(tooLarge, overflow()),
    module.local.set(at, lowered),
    module.if(
      module.i64.lt_s(module.local.get(at, i64), module.i64.const(BigInt(STACK_START))),
      overflow(),
    ),
    e.setStack(module.i32.wrap(module.local.get(at, i64))),
    // as the kernel's CONFIG_INIT_STACK_ALL_ZERO; what an earlier run left there must not be seen
    module.memory.fill(
      module.i32.wrap(module.local.get(at, i64)),
      module.i32.const(0),
      module.i32.wrap(module.local.get(size, i64)),
    ),
    e.setLocal(
      i.result,
      module.i64.add(module.local.get(at, i64), module.i64.const(BigInt.asIntN(64, ADDRESS_BASE))),
    ),
  ];
}
