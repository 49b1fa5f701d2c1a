/**
 * Mutants that mean the same as the original, or the same as far as anything can observe: each with the reason. They leave the
 * denominator of the score only when a deep run (`MUTATE_DEEP=1`, 100,000 scenarios) shows no difference either.
 */
export interface Equivalent {
  readonly function: string;
  /** As the survivors' list prints it. */
  readonly shown: string;
  readonly reason: string;
}

export const EQUIVALENT: readonly Equivalent[] = [];
