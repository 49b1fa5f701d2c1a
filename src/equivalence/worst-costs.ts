/** What searches for the dearest cases came to, as the report has it. */
import type { AnyPack } from '../engine.js';
import { ORIGINAL } from '../gen/campaign.js';
import type { EntrySummary } from '../gen/merge.js';
import type { DearestCase, WorstCosts } from '../gen/worst-costs.js';
import type { WorstCostReport } from '../report/report.js';
import type { WorstCase } from './telling-cases.js';

type Touching = readonly { readonly id: string; readonly touched: ReadonlySet<string> }[];

/** By entry point, class and metric: the original, and the candidates that touch it. */
export function reportWorstCosts(
  pack: AnyPack,
  versions: Touching,
  summaries: readonly EntrySummary[],
): WorstCostReport[] {
  return searched(summaries).flatMap(({ entry, worst }) =>
    pack.costSearch.classes.flatMap((_, at) =>
      largestOf(
        { entry, worst, own: worst.dearest.filter((each) => each.class === at) },
        versions,
        { size: sizeOf(pack, at), bound: null },
      ),
    ),
  );
}

/** The same of a scope in which every case ran to its end; empty where that was not so. */
export function reportCostBound(
  entry: string,
  bound: string,
  worst: WorstCosts | null,
  versions: Touching,
): WorstCostReport[] {
  if (worst === null || worst.unended > 0) return [];
  return largestOf({ entry, worst, own: worst.dearest }, versions, { size: [], bound });
}

function largestOf(
  { entry, worst, own }: { entry: string; worst: WorstCosts; own: readonly DearestCase[] },
  versions: Touching,
  about: Pick<WorstCostReport, 'size' | 'bound'>,
): WorstCostReport[] {
  const metrics = [...new Set(own.map(({ metric }) => metric))];
  return metrics.map((metric) => ({
    entryPoint: entry,
    metric,
    ...about,
    cases: worst.cases,
    largest: versions
      .filter(({ id, touched }) => id === ORIGINAL || touched.has(entry))
      .map(({ id }) => ({
        candidate: id,
        value: valueIn(
          own.find((each) => each.metric === metric && isLargest(each, id)),
          id,
        ),
      })),
  }));
}

function isLargest({ version, over }: DearestCase, id: string): boolean {
  return over === null && version === id;
}

function valueIn(found: DearestCase | undefined, id: string): number {
  return found?.values.find(({ version }) => version === id)?.value ?? 0;
}

/** Of all classes, for each version (that touches the entry point) and metric. */
export function reportWorstCases(
  pack: AnyPack,
  versions: Touching,
  summaries: readonly EntrySummary[],
): WorstCase[] {
  return searched(summaries).flatMap(({ entry, worst }) => {
    const shown = versions
      .filter(({ id, touched }) => id === ORIGINAL || touched.has(entry))
      .map(({ id }) => id);
    return worst.dearest.flatMap((each): WorstCase[] => {
      const { metric, version, over, values, input } = each;
      if (input === null || !shown.includes(version)) return [];
      return [
        {
          entryPoint: entry,
          metric,
          candidate: version,
          over,
          size: sizeOf(pack, each.class),
          values: values
            .filter((own) => shown.includes(own.version))
            .map((own) => ({ candidate: own.version, value: own.value })),
          scenario: input.scenario,
          tellsOf: [],
        },
      ];
    });
  });
}

function searched(
  summaries: readonly EntrySummary[],
): { readonly entry: string; readonly worst: WorstCosts }[] {
  return summaries.flatMap(({ entry, dimension, worst }) =>
    dimension === 'cost' && worst !== null ? [{ entry, worst }] : [],
  );
}

export function sizeOf({ costSearch }: AnyPack, at: number): WorstCostReport['size'] {
  const cells = costSearch.classes[at] ?? [];
  return costSearch.columns.map((name, column) => ({ name, value: cells[column] ?? '' }));
}
