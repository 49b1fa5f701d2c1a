/**
 * Addresses of accesses. A C pointer p is good when p - ADDRESS_BASE lies between the null zone and the end of the heap; one
 * unsigned comparison says so, and also what the offset of the access may add (see MAX_FOLDED_OFFSET). The null zone
 * is subtracted before and added again by the offset of the Wasm instruction, which costs nothing.
 */
import { ADDRESS_BASE } from '../exec/program.js';
import { addressValue, splitConstant } from '../ir/build.js';
import { MAX_FOLDED_OFFSET, type Address, type Expr, type SiteId } from '../ir/ir.js';
import { emitExpr } from './emit-expression.js';
import type { FunctionEmitter } from './function-emitter.js';
import { NULL_ZONE } from './memory-map.js';
import type { Ref } from './module-context.js';
import { trapNumber } from './runtime.js';

/** Operands of a Wasm access: base, and the constant that the instruction adds. */
export interface WasmAddress {
  readonly base: Ref;
  readonly offset: number;
}

export function emitAddress(e: FunctionEmitter, address: Address, bytes: number): WasmAddress {
  const { module } = e.c;
  switch (address.kind) {
    case 'slot':
      return { base: e.fp(), offset: e.slotOffset(address.slot) + address.offset };
    case 'global':
      return {
        base: module.i32.const(e.c.objectAddress(address.symbol) + address.offset),
        offset: 0,
      };
    case 'pointer': {
      if (address.offset + bytes > MAX_FOLDED_OFFSET) return ranged(e, address, bytes);
      const offset = NULL_ZONE + address.offset;
      const base = narrow(e, address.pointer, address.offset, address.site);
      return { base, offset };
    }
    case 'raw':
      return { base: emitExpr(e, address.base), offset: address.offset };
  }
}

/** An object too large for the check of its base to cover it. */
function ranged(
  e: FunctionEmitter,
  address: Extract<Address, { kind: 'pointer' }>,
  bytes: number,
): WasmAddress {
  const { module } = e.c;
  const pointer = emitExpr(e, addressValue(address));
  const base = module.call(
    'pc.range',
    [pointer, module.i64.const(BigInt(bytes)), module.i32.const(address.site)],
    e.i32(),
  );
  return { base, offset: 0 };
}

/** The same, as an address that may be used several times; what has to be done first is in `before`. */
export function sharedAddress(
  e: FunctionEmitter,
  address: Address,
  bytes: number,
  before: Ref[],
): () => WasmAddress {
  const { module } = e.c;
  const first = emitAddress(e, address, bytes);
  if (address.kind === 'slot') return () => ({ base: e.fp(), offset: first.offset });
  const kept = e.newLocal('i32');
  before.push(module.local.set(kept, first.base));
  return () => ({ base: module.local.get(kept, e.i32()), offset: first.offset });
}

function narrow(e: FunctionEmitter, pointer: Expr, offset: number, site: SiteId): Ref {
  const { module } = e.c;
  const local = pointer.kind === 'local' && e.frame.locals === null ? pointer.id : null;
  if (local !== null && e.checked.has(local)) {
    return module.local.get(e.narrowedLocal(local), e.i32());
  }
  const at = e.newLocal('i64');
  const i64 = 'i64';
  const test = module.if(
    module.i64.ge_u(
      module.local.tee(at, biased(e, pointer), i64),
      module.i64.const(BigInt(e.c.map.heap.end - NULL_ZONE)),
    ),
    module.block(
      null,
      e.stop(
        trapNumber('out-of-bounds'),
        site,
        module.i64.add(
          module.local.get(at, i64),
          module.i64.const(BigInt.asIntN(64, ADDRESS_BASE + BigInt(NULL_ZONE + offset))),
        ),
      ),
    ),
  );
  let wrapped = module.i32.wrap(module.local.get(at, i64));
  if (local !== null) {
    e.checked.add(local);
    wrapped = module.local.tee(e.narrowedLocal(local), wrapped, e.i32());
  }
  return module.block(null, [test, wrapped], e.i32());
}

/** The pointer less ADDRESS_BASE and the null zone, constants folded. */
function biased(e: FunctionEmitter, pointer: Expr): Ref {
  const { module } = e.c;
  const bias = ADDRESS_BASE + BigInt(NULL_ZONE);
  const { base, constant } = splitConstant(pointer);
  if (base.kind === 'int') {
    return module.i64.const(BigInt.asIntN(64, constant - bias));
  }
  if (base.kind === 'slot-address') {
    return frameDistance(e, base, constant);
  }
  if (base.kind === 'int-binary' && base.op === 'add' && base.left.kind === 'slot-address') {
    return module.i64.add(frameDistance(e, base.left, constant), emitExpr(e, base.right));
  }
  return module.i64.add(emitExpr(e, base), module.i64.const(BigInt.asIntN(64, constant - bias)));
}

function frameDistance(
  e: FunctionEmitter,
  base: Extract<Expr, { kind: 'slot-address' }>,
  constant: bigint,
): Ref {
  const { module } = e.c;
  const distance = BigInt(e.slotOffset(base.slot) + base.offset - NULL_ZONE) + constant;
  return module.i64.add(module.i64.extend_u(e.fp()), module.i64.const(distance));
}
