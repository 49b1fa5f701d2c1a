import type { RunEnding } from '../../src/pack-api/pack.js';

/** The twin's trap code as the engine reports it. */
export function runEnding(trap: number): RunEnding {
  if (trap === 0) return { kind: 'returned' };
  return { kind: 'trap', name: 'model', function: '', at: '', argument: BigInt(trap) };
}
