/**
 * Mutants that mean the same as the original, or the same as far as anything can observe: each with the reason. They leave the
 * denominator of the score only when a deep run of 100,000 scenarios shows no difference either.
 */
export interface Equivalent {
  readonly function: string;
  /** As the survivors' list prints it. */
  readonly shown: string | RegExp;
  readonly reason: string;
}

export const EQUIVALENT: readonly Equivalent[] = [];

export function reasonOf(mutant: {
  readonly function: string;
  readonly shown: string;
}): string | null {
  const found = EQUIVALENT.find(
    ({ function: name, shown }) =>
      name === mutant.function &&
      (typeof shown === 'string' ? shown === mutant.shown : shown.test(mutant.shown)),
  );
  return found?.reason ?? null;
}
