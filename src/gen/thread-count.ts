/** Pairs of calls at once, the orders in which the candidate ran them, and of how many pairs these were all (`THREAD_BOUND`). */
export interface ThreadCount {
  readonly pairs: number;
  readonly orders: number;
  readonly whole: number;
}

export const NO_THREADS: ThreadCount = { pairs: 0, orders: 0, whole: 0 };

export function addThreads(a: ThreadCount, b: ThreadCount): ThreadCount {
  return { pairs: a.pairs + b.pairs, orders: a.orders + b.orders, whole: a.whole + b.whole };
}
