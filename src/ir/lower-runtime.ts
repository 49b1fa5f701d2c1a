/** Calls of the run-time support that is part of every module: 128-bit arithmetic that has no instruction. */
import type { Expr, ValueType } from './ir.js';
import type { Lowering } from './lowering.js';

export function callRuntime(
  f: Lowering,
  name: string,
  args: readonly Expr[],
  result: ValueType,
): Expr {
  const local = f.b.newLocal(result);
  f.b.emit({
    kind: 'call',
    target: { kind: 'runtime', name },
    signature: { params: args.map((arg) => arg.type), result },
    args,
    result: local,
    valueUsed: true,
    site: 0,
  });
  return f.read(local);
}
