/** What happens to a frame's memory when it is entered and left: zeros, and in checked modules red zones and scopes. */
import type { SlotId } from '../ir/ir.js';
import type { FunctionEmitter } from './function-emitter.js';
import { CELLS } from './memory-map.js';
import type { Ref } from './module-context.js';
import { SHADOW_STATES } from './runtime.js';

/** Up to this many bytes are zeroed by plain stores. */
const STORED = 128;

export function zeroFrame(e: FunctionEmitter, start: number, end: number): Ref[] {
  const { module } = e.c;
  if (end - start > STORED) {
    const at = module.i32.add(e.fp(), module.i32.const(start));
    return [module.memory.fill(at, module.i32.const(0), module.i32.const(end - start))];
  }
  const out: Ref[] = [];
  let at = start;
  while (at < end) {
    if (at % 8 === 0 && end - at >= 8) {
      out.push(module.i64.store(at, 8, e.fp(), module.i64.const(0n)));
      at += 8;
    } else if (at % 4 === 0 && end - at >= 4) {
      out.push(module.i32.store(at, 4, e.fp(), module.i32.const(0)));
      at += 4;
    } else {
      out.push(module.i32.store8(at, 1, e.fp(), module.i32.const(0)));
      at += 1;
    }
  }
  return out;
}

/** Red zones around the objects of the frame; those of inner blocks begin out of scope. */
export function guardSlots(e: FunctionEmitter): Ref[] {
  if (!hasObjects(e)) return [];
  const { module } = e.c;
  const out = [fillShadow(e, 0, e.frame.size, SHADOW_STATES.redZone)];
  e.fn.slots.forEach((slot, id) => {
    if (slot.size === 0) return;
    if (!slot.declared || !slot.scoped) out.push(scope(e, id, true));
    else out.push(scope(e, id, false));
  });
  return [module.block(null, out)];
}

export function hasObjects(e: FunctionEmitter): boolean {
  return e.fn.slots.some((slot) => slot.size > 0);
}

export function fillShadow(e: FunctionEmitter, from: number, bytes: number, state: number): Ref {
  const { module } = e.c;
  const start = e.c.map.shadow?.start ?? 0;
  const at = module.i32.add(
    module.i32.shr_u(module.i32.add(e.fp(), module.i32.const(from)), module.i32.const(3)),
    module.i32.const(start),
  );
  return module.memory.fill(at, module.i32.const(state), module.i32.const(Math.ceil(bytes / 8)));
}

export function scope(e: FunctionEmitter, slot: SlotId, enter: boolean): Ref {
  const { module } = e.c;
  const offset = e.frame.slots[slot] ?? 0;
  return module.call(
    'pc.shadow_scope',
    [
      module.i32.add(e.fp(), module.i32.const(offset)),
      module.i32.const(e.fn.slots[slot]?.size ?? 0),
      module.i32.const(enter ? 1 : 0),
    ],
    null,
  );
}

/** With shadow memory: what lies between the stack pointer and `to` is nobody's any more. */
export function forgetStack(e: FunctionEmitter, to: Ref): Ref {
  const { module } = e.c;
  const from = module.i32.load(0, 4, module.i32.const(CELLS.stackPointer));
  return module.call('pc.shadow_stack', [from, to], null);
}
