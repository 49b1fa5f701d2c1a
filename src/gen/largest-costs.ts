/** What cases of a proof scope cost at most: where all of them ran, that is a bound. */
import type { CostSummary } from '../pack-api/pack.js';
import type { DearestCase, WorstCosts } from './worst-costs.js';

/** A scope is one class. */
const CLASS = 0;

export class LargestCosts {
  private cases = 0;
  private unended = 0;
  /** By metric, then version. */
  private readonly largest: { readonly metric: string; readonly by: (Largest | null)[] }[] = [];

  constructor(private readonly versions: readonly string[]) {}

  /** One case: costs of each version; null: it did not return, and nothing is a bound on it. */
  note(index: number, costs: readonly (readonly CostSummary[] | null)[]): void {
    if (costs.includes(null)) {
      this.unended++;
      return;
    }
    this.cases++;
    costs.forEach((own, version) => {
      own?.forEach(({ metric, value }, which) => {
        const { by } = (this.largest[which] ??= { metric, by: this.versions.map(() => null) });
        if (value <= (by[version]?.value ?? -1)) return;
        const values = costs.map((each) => each?.[which]?.value ?? 0);
        by[version] = { value, index, values };
      });
    });
  }

  found(): WorstCosts {
    const dearest = this.largest.flatMap(({ metric, by }) =>
      by.flatMap((found, at): DearestCase[] => {
        const version = this.versions[at];
        if (found === null || version === undefined) return [];
        const values = this.versions.map((id, i) => ({ version: id, value: found.values[i] ?? 0 }));
        const { index } = found;
        return [{ class: CLASS, metric, version, over: null, values, input: null, index }];
      }),
    );
    return { cases: this.cases, unended: this.unended, dearest };
  }
}

interface Largest {
  readonly value: number;
  readonly index: number;
  /** Of all versions, in this case. */
  readonly values: readonly number[];
}
