/** Costs stand apart: they are counts, and a difference in them is no wrong behaviour. */
import type { Cost, Trace } from '../trace.js';

export interface CostDifference {
  readonly metric: string;
  readonly old: number;
  readonly new: number;
}

const METRICS: readonly [string, keyof Cost][] = [
  ['loops', 'loops'],
  ['SPTE reads', 'reads'],
  ['SPTE reads in removed tables', 'removedReads'],
  ['polls', 'polls'],
  ['reschedule points', 'reschedulePoints'],
  ['longest stretch', 'longestStretch'],
];

/** Totals over the calls, and the largest of the longest stretches; only what differs. */
export function compareCosts(before: Trace, after: Trace): CostDifference[] {
  const differences = METRICS.map(([metric, key]) => ({
    metric,
    old: total(before.costs, key),
    new: total(after.costs, key),
  }));
  const flushes = { metric: 'flushes', old: flushCount(before), new: flushCount(after) };
  return [...differences, flushes].filter((one) => one.old !== one.new);
}

function total(costs: readonly Cost[], key: keyof Cost): number {
  const values = costs.map((cost) => cost[key]);
  return key === 'longestStretch' ? Math.max(0, ...values) : values.reduce((a, b) => a + b, 0);
}

function flushCount(trace: Trace): number {
  return trace.events.filter((e) => e.kind === 'flush-all' || e.kind === 'flush-range').length;
}
