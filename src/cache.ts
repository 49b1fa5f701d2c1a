/**
 * Results that are kept from one run to the next. The edge owns the place where they lie; what it gives back was put there by
 * the same tool, whole, or is not given back at all.
 */
export interface Cache {
  /** What was put under the key; null where nothing is. */
  get(key: string): unknown;
  /** Plain data. Where it cannot be kept, it is not. */
  put(key: string, value: unknown): void;
}

export const NO_CACHE: Cache = { get: () => null, put: () => undefined };
