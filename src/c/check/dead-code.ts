/**
 * Operands that a constant decides against (`IS_ENABLED(X) && f()`): they are still checked, as gcc does, but what is merely
 * not supported in them is not reached. A violation of the language stays one.
 */
import type { Context } from './entities.js';
import { Rejection } from './rejection.js';

/** null: not supported, and dead. */
export function whereDead<T>(context: Context, dead: boolean, check: () => T): T | null {
  if (!dead) return check();
  const { unit, fn } = context;
  const { depth } = unit;
  const breakables = fn?.breakables.length ?? 0;
  try {
    return check();
  } catch (error) {
    if (!(error instanceof Rejection) || error.diagnostic.code !== 'unsupported') throw error;
    unit.depth = depth;
    if (fn !== null) {
      fn.breakables.length = breakables;
      fn.pendingSizes.length = 0;
    }
    return null;
  }
}
