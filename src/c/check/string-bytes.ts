/** The bytes that a constant pointer into a string literal leads to. */
import type { Expr } from '../typed.js';

export function stringBytes(expr: Expr): Uint8Array | null {
  if (expr.kind === 'convert' && expr.type.kind === 'pointer') return stringBytes(expr.operand);
  if (expr.kind === 'pointer-add') {
    const bytes = stringBytes(expr.pointer);
    if (bytes === null || expr.index.kind !== 'int' || typeof expr.scale !== 'number') return null;
    const offset = Number(expr.index.value) * expr.scale;
    return offset >= 0 && offset <= bytes.length ? bytes.subarray(offset) : null;
  }
  if (expr.kind !== 'address' || expr.of.kind !== 'string') return null;
  return expr.of.global.init?.bytes ?? null;
}
