/** A frame's memory when it is entered: zeros. */
import type { FunctionEmitter } from './function-emitter.js';
import type { Ref } from './module-context.js';

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
