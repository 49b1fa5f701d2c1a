/** The largest costs that were found, as tables: by what they are a function of, with the case that shows it. */
import { blank, table, wrap, WIDTH, type Line } from './layout.js';
import { printable } from './printable.js';
import type { Report, ShownCost, WorstCaseReport, WorstCostReport } from './report.js';

/** As versions are called in a report. */
const ORIGINAL = 'original';
const MOST_LINES = 16;

export function worstCostLines(
  { worstCosts, worstCases }: Pick<Report, 'worstCosts' | 'worstCases'>,
  verbose: boolean,
): Line[] {
  const found = worstCosts.filter(({ bound }) => bound === null);
  const bounds = worstCosts.filter(({ bound }) => bound !== null);
  return [...foundLines(found, verbose), ...caseLines(worstCases), ...boundLines(bounds, verbose)];
}

function foundLines(found: readonly WorstCostReport[], verbose: boolean): Line[] {
  const [first] = found;
  if (first === undefined) return [];
  const most = Math.max(...found.map(({ cases }) => cases));
  const heading: Line = {
    role: 'heading',
    text:
      `Largest cost found, searching ${most.toLocaleString('en-US')} cases of each entry point` +
      (verbose ? '' : ' (--verbose: by size; --deep: longer)'),
  };
  const rows = verbose ? found.flatMap(comparisons) : extremes(overSizes(found));
  if (rows.length === 0) return [];
  const columns = verbose ? first.size.map(({ name }) => name) : [];
  return [
    blank(),
    heading,
    ...table(
      [
        ['candidate', 'entry point', 'metric', ...columns, 'original', 'candidate', ''],
        ...rows.map(({ of, candidate, before, after }) => [
          printable(candidate),
          of.entryPoint,
          of.metric,
          ...(verbose ? of.size.map(({ value }) => value) : []),
          ...numbers(before, after),
        ]),
      ],
      { indent: 2, rightFrom: 3 },
    ),
  ];
}

/** The largest of all sizes: of single ones, which few cases may have had, a reader would compare what was not searched for. */
function overSizes(found: readonly WorstCostReport[]): Comparison[] {
  const all = new Map<string, Comparison>();
  for (const each of found.flatMap(comparisons)) {
    const key = JSON.stringify([each.candidate, each.of.entryPoint, each.of.metric]);
    const known = all.get(key) ?? each;
    const before = Math.max(known.before, each.before);
    all.set(key, { ...known, before, after: Math.max(known.after, each.after) });
  }
  return [...all.values()];
}

/** One candidate beside the original, in one class. */
interface Comparison {
  readonly of: WorstCostReport;
  readonly candidate: string;
  readonly before: number;
  readonly after: number;
}

function comparisons(of: WorstCostReport): Comparison[] {
  const before = of.largest.find(({ candidate }) => candidate === ORIGINAL)?.value ?? 0;
  return of.largest
    .filter(({ candidate }) => candidate !== ORIGINAL)
    .map(({ candidate, value: after }) => ({ of, candidate, before, after }));
}

/** For each candidate and metric: the entry point in which it rose most, and the one in which it fell most. */
function extremes(all: readonly Comparison[]): Comparison[] {
  const keyOf = ({ of, candidate }: Comparison): string => `${candidate}\0${of.metric}`;
  const candidates = [...new Set(all.map(({ candidate }) => candidate))];
  const keys = [...new Set(all.map(keyOf))];
  const ordered = candidates.flatMap((each) => keys.filter((key) => key.startsWith(`${each}\0`)));
  return ordered.flatMap((key) => {
    const own = all
      .filter((each) => keyOf(each) === key && each.before !== each.after)
      .sort((a, b) => factor(a) - factor(b) || b.before - a.before);
    const least = own[0];
    const most = own.at(-1);
    return [
      ...(least !== undefined && factor(least) < 1 ? [least] : []),
      ...(most !== undefined && factor(most) > 1 ? [most] : []),
    ];
  });
}

function factor({ before, after }: Pick<Comparison, 'before' | 'after'>): number {
  return (after + 1) / (before + 1);
}

function numbers(before: number, after: number): string[] {
  const ratio = before === 0 || before === after ? '' : `× ${(after / before).toFixed(2)}`;
  return [String(before), String(after), ratio];
}

function caseLines(cases: readonly WorstCaseReport[]): Line[] {
  return cases.flatMap((each) =>
    each.shows.flatMap((shown) =>
      shown.tellsOf.flatMap((candidate) => tellingLines(each, shown, candidate)),
    ),
  );
}

function tellingLines(
  { entryPoint, scenario }: WorstCaseReport,
  { metric, values }: ShownCost,
  candidate: string,
): Line[] {
  const of = (id: string): number => values.find((each) => each.candidate === id)?.value ?? 0;
  const [before, after] = [of(ORIGINAL), of(candidate)];
  const way = after > before ? 'rises' : 'falls';
  const head = `where ${printable(candidate)} ${way} most: ${entryPoint}, ${metric}, ${before} → ${after}, in`;
  const lines = scenario.trimEnd().split('\n');
  const kept = lines.slice(0, lines.length > MOST_LINES ? MOST_LINES - 1 : MOST_LINES);
  const left = lines.length - kept.length;
  return [
    ...wrap('  ', head.split(' '), ' ', WIDTH),
    ...kept.map((text): Line => ({ role: 'dim', text: `    ${printable(text)}` })),
    ...(left > 0 ? [{ role: 'dim' as const, text: `    ${left} more lines: --json` }] : []),
  ];
}

/** A table for each bound. */
function boundLines(bounds: readonly WorstCostReport[], verbose: boolean): Line[] {
  const texts = [...new Set(bounds.flatMap(({ bound }) => bound ?? []))];
  return texts.flatMap((text) => {
    const own = bounds.filter(({ bound }) => bound === text);
    const all = own.flatMap(comparisons);
    const rows = verbose ? all : all.filter(({ before, after }) => before !== after);
    const cases = [...new Set(own.map((each) => `${each.entryPoint}\0${each.cases}`))];
    const total = cases.reduce((sum, each) => sum + Number(each.split('\0')[1]), 0);
    return [
      blank(),
      {
        role: 'heading' as const,
        text: `No call costs more, by ${total.toLocaleString('en-US')} cases that are all of these`,
      },
      ...wrap('  ', printable(text).split(' '), ' ', WIDTH),
      ...(rows.length === 0
        ? [{ role: 'plain' as const, text: '  the same bounds as in the original' }]
        : table(
            [
              ['candidate', 'entry point', 'metric', 'original', 'candidate', ''],
              ...rows.map(({ of, candidate, before, after }) => [
                printable(candidate),
                of.entryPoint,
                of.metric,
                ...numbers(before, after),
              ]),
            ],
            { indent: 2, rightFrom: 3 },
          )),
    ];
  });
}
