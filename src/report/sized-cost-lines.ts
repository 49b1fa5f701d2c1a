/** Costs over sizes of memory as a table: a line for each mapping and version, a column for each size. */
import { blank, table, wrap, WIDTH, type Line } from './layout.js';
import { printable } from './printable.js';
import type { SizedCostReport } from './report.js';

/** Loops of the first entry point; `verbose`: every entry point and metric. */
export function sizedCostLines(costs: readonly SizedCostReport[], verbose: boolean): Line[] {
  const entries = distinct(costs.map(({ entryPoint }) => entryPoint));
  const shown = verbose ? entries : entries.slice(0, 1);
  return shown.flatMap((entry) => {
    const own = costs.filter(({ entryPoint }) => entryPoint === entry);
    const metrics = distinct(own.flatMap((each) => (each.costs ?? []).map(({ metric }) => metric)));
    return (verbose ? metrics : metrics.slice(0, 1)).flatMap((metric, at) => [
      blank(),
      {
        role: 'heading',
        text:
          `Cost over sizes of memory: ${entry}, ${metric}` +
          (verbose ? '' : ' (--verbose: more; --deep: larger)'),
      },
      ...sizeTable(own, metric),
      ...(at === 0 ? notRunLines(own) : []),
    ]);
  });
}

function sizeTable(own: readonly SizedCostReport[], metric: string): Line[] {
  const sizes = distinct(own.map(({ gib }) => gib));
  const rows = distinct(own.map(({ mapping }) => mapping)).flatMap((mapping) => {
    const mapped = own.filter((each) => each.mapping === mapping);
    if (mapped.every((each) => each.costs === null)) return [];
    return distinct(mapped.map(({ candidate }) => candidate)).map((candidate, at) => {
      const cells = sizes.map((size) => {
        const cell = mapped.find((each) => each.candidate === candidate && each.gib === size);
        const value = cell?.costs?.find((cost) => cost.metric === metric)?.value;
        return value === undefined ? '-' : String(value);
      });
      return [at === 0 ? mapping : '', printable(candidate), ...cells];
    });
  });
  return table([['', '', ...sizes.map(sizeText)], ...rows], { indent: 2, rightFrom: 2 });
}

/** A line for each reason. What has it in every version is named once. */
function notRunLines(own: readonly SizedCostReport[]): Line[] {
  const versions = distinct(own.map(({ candidate }) => candidate));
  const reasons = distinct(own.flatMap(({ notRun }) => (notRun === null ? [] : [notRun])));
  return reasons.flatMap((reason) => {
    const left = own.filter(({ notRun }) => notRun === reason);
    const groups = new Map<string, string[]>();
    for (const { mapping, gib } of left) {
      const same = left.filter((each) => each.mapping === mapping && each.gib === gib);
      const whose =
        same.length === versions.length
          ? ''
          : ` (${same.map(({ candidate }) => printable(candidate)).join(', ')})`;
      const key = `${mapping}${whose}`;
      groups.set(key, distinct([...(groups.get(key) ?? []), sizeText(gib)]));
    }
    const items = [...groups].map(([key, sizes]) => `${key} ${sizes.join(', ')}`);
    return wrap(`  not run (${printable(reason)}): `, items, '; ', WIDTH);
  });
}

function sizeText(gib: number): string {
  return gib % 1024 === 0 ? `${String(gib / 1024)} TiB` : `${String(gib)} GiB`;
}

function distinct<T>(items: readonly T[]): T[] {
  return [...new Set(items)];
}
