/**
 * The test before an access in strict modules: the distance from the object's first byte, compared with the distance at
 * which such an access no longer fits. Dead objects and unknown ones fit none, so one comparison serves; who fails it is
 * looked at closely (`pc.check`).
 */
import type { Instruction } from '../ir/ir.js';
import { emitExpr } from './emit-expression.js';
import type { FunctionEmitter } from './function-emitter.js';
import type { Ref } from './module-context.js';
import { FIELDS } from './runtime-objects.js';

export function emitGuard(e: FunctionEmitter, i: Extract<Instruction, { kind: 'guard' }>): Ref[] {
  const { module } = e.c;
  const { objects } = e.c.map;
  if (objects === null) throw new Error('a guard outside of a strict module');
  const pointer = (): Ref => emitExpr(e, i.pointer);
  const object = (): Ref => emitExpr(e, i.object);
  const place = (): Ref =>
    i.offset === 0 ? pointer() : module.i64.add(pointer(), module.i64.const(BigInt(i.offset)));
  const closely = (): Ref =>
    module.drop(
      module.call(
        'pc.check',
        [place(), object(), module.i64.const(BigInt(i.size)), module.i32.const(i.site)],
        'i32',
      ),
    );
  const narrowed = e.setLocal(i.result, module.i32.wrap(pointer()));
  const limit = FIELDS.limits[[1, 2, 4, 8].indexOf(i.size)];
  if (limit === undefined) return i.size === 0 ? [narrowed] : [closely(), narrowed];
  const distance = module.i64.sub(place(), module.i64.load(objects.table, 8, object()));
  const fits = module.i64.load32_u(objects.table + limit, 4, object());
  return [module.if(module.i64.ge_u(distance, fits), closely()), narrowed];
}
