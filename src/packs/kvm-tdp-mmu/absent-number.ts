/** Calls name roots and slots by number: whether a scenario has them. */
import { entryPoint } from './entry-points.js';
import type { Call, Scenario } from './scenario.js';

/** The first argument that names what is not there; null: all is. */
export function absentNumber(
  { entry, args }: Call,
  { roots, slots }: Pick<Scenario, 'roots' | 'slots'>,
): { readonly name: string; readonly what: string } | null {
  for (const { name, type } of entryPoint(entry)?.arguments ?? []) {
    if (type.kind !== 'root' && type.kind !== 'slot') continue;
    const value = args[name] ?? 0n;
    const known = type.kind === 'root' ? roots : slots;
    if (value >= BigInt(known.length))
      return { name, what: `there is no ${type.kind} ${String(value)}` };
  }
  return null;
}
