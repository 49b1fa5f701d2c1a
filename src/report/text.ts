/**
 * The report for people. Everything is laid out from the data of `report.ts`; colours and the terminal are the edge's
 * business: this returns plain lines with a role, and the edge paints them.
 */
import { renderDiagnostic } from './diagnostic-text.js';
import { printable } from './printable.js';
import { checkLines } from './check-lines.js';
import { blank, table, wrap, WIDTH, type Line } from './layout.js';
import { sizedCostLines } from './sized-cost-lines.js';
import { worstCostLines } from './worst-cost-lines.js';
import { stepLines } from './step-lines.js';
import { VERDICT_WORDS } from './text-words.js';
import type { CandidateReport, Report, WitnessReport, WorkloadReport } from './report.js';

export function renderReport(report: Report, options: { readonly verbose: boolean }): Line[] {
  return [
    ...treeLines(report),
    ...report.candidates.flatMap((candidate) => candidateLines(candidate)),
    ...workloadLines(report),
    ...checkLines(report, options.verbose),
    ...stepLines(report),
    ...costLines(report, options.verbose),
    ...worstCostLines(report, options.verbose),
    ...sizedCostLines(report.sizedCosts, options.verbose),
    ...witnessGroups(report.witnesses).flatMap((group) => witnessLines(group)),
    ...acceptedLines(report),
    ...notCheckedLines(report),
    ...modelledLines(report),
    ...report.remarks.flatMap((remark) =>
      renderDiagnostic(remark.diagnostic, 'note').map((text): Line => ({ role: 'dim', text })),
    ),
    ...report.problems.flatMap((problem) => [
      blank(),
      ...renderDiagnostic(problem.diagnostic).map((text): Line => ({ role: 'bad', text })),
    ]),
    ...closingLines(report),
  ];
}

function treeLines(report: Report): Line[] {
  const { kind, path, revision, configuration, notes } = report.tree;
  const name =
    kind === 'model'
      ? "patchcheck's model tree, not your kernel"
      : `${printable(path)}${revision === null ? '' : ` at ${revision}`}`;
  return [
    { role: 'heading', text: `Tree: ${name} (${configuration})` },
    ...notes.flatMap((note) => wrap('  ', printable(note).split(' '), ' ', WIDTH)),
  ];
}

function candidateLines(candidate: CandidateReport): Line[] {
  const lines: Line[] = [
    blank(),
    { role: 'heading', text: `${candidate.id}: ${printable(candidate.subject)}` },
    {
      role: 'dim',
      text:
        `  ${printable(candidate.author)}, ` +
        (candidate.origin === 'series' ? 'the series' : 'a diff inside a reply') +
        (candidate.onTopOf === null ? '' : `, on top of ${candidate.onTopOf}`),
    },
  ];
  for (const file of candidate.apply.files) {
    const hunks = file.hunks.map((hunk) =>
      hunk.status === 'failed'
        ? 'failed'
        : hunk.status === 'offset' || hunk.status === 'fuzz'
          ? `line ${hunk.line ?? '?'} (${signed(hunk.offset)}${hunk.fuzz > 0 ? `, fuzz ${hunk.fuzz}` : ''})`
          : `line ${hunk.line ?? '?'}`,
    );
    lines.push(...wrap(`  ${printable(file.path)}: `, hunks, ', ', WIDTH));
    lines.push(...blobLines(file));
  }
  lines.push({ role: 'plain', text: `  applies: ${candidate.apply.status}` });
  for (const change of ['added', 'removed', 'modified', 'affected'] as const) {
    const names = candidate.functions.filter((f) => f.change === change).map((f) => f.name);
    if (names.length > 0) lines.push(...wrap(`  ${change}: `, names, ', ', WIDTH));
  }
  return lines;
}

function blobLines(file: CandidateReport['apply']['files'][number]): Line[] {
  const lines: Line[] = [];
  const { baseBlob, expectedBaseBlob, resultBlob, expectedResultBlob } = file;
  if (expectedBaseBlob !== null && baseBlob !== null && !baseBlob.startsWith(expectedBaseBlob)) {
    lines.push({
      role: 'dim',
      text: `    written for blob ${expectedBaseBlob.slice(0, 12)}, this tree has ${baseBlob.slice(0, 12)}`,
    });
  } else if (
    expectedResultBlob !== null &&
    resultBlob !== null &&
    expectedBaseBlob !== null &&
    !resultBlob.startsWith(expectedResultBlob)
  ) {
    lines.push({
      role: 'bad',
      text: `    gives blob ${resultBlob.slice(0, 12)}, the diff promises ${expectedResultBlob.slice(0, 12)}`,
    });
  }
  return lines;
}

function signed(offset: number): string {
  return offset < 0 ? `offset ${offset}` : `offset +${offset}`;
}

function workloadLines(report: Report): Line[] {
  const names = [...new Set(report.workloads.map((workload) => workload.name))];
  return names.flatMap((name) => {
    const columns = report.workloads.filter((workload) => workload.name === name);
    return [blank(), ...workloadTable(name, columns)];
  });
}

function workloadTable(name: string, columns: readonly WorkloadReport[]): Line[] {
  const first = columns[0];
  if (!first) return [];
  const head = ['zap root', 'entries'];
  for (const column of columns) head.push(column.candidate, '', '');
  const units = ['', ''];
  columns.forEach(() => units.push('loops', 'reads', 'polls'));
  const rows = first.rows.map((row, at) => {
    const cells = [`(${row.root}, ${row.level})`, String(row.entries)];
    for (const column of columns) {
      const own = column.rows[at];
      cells.push(String(own?.loops ?? ''), String(own?.reads ?? ''), String(own?.polls ?? ''));
    }
    return cells;
  });
  const total = ['total', String(first.total.entries)];
  for (const { total: sum } of columns)
    total.push(String(sum.loops), String(sum.reads), String(sum.polls));
  return [
    { role: 'heading', text: `Workload ${name}` },
    ...table([head, units, ...rows, total], { indent: 2, rightFrom: 1 }),
  ];
}

function costLines(report: Report, verbose: boolean): Line[] {
  if (report.costs.length === 0) return [];
  const shown = verbose ? report.costs : extremes(report.costs);
  const rows = shown.map((cost) => [
    cost.candidate,
    cost.entryPoint,
    cost.metric,
    String(cost.original),
    String(cost.value),
    ratio(cost.original, cost.value),
  ]);
  const title = 'Cost in one scenario, where it changed most';
  return [
    blank(),
    { role: 'heading', text: verbose ? title : `${title} (--verbose: for every entry point)` },
    ...table([['candidate', 'entry point', 'metric', 'original', 'candidate', ''], ...rows], {
      indent: 2,
      rightFrom: 3,
    }),
  ];
}

/** For each candidate and metric: the entry point where it rose most, and the one where it fell most. */
function extremes(costs: Report['costs']): Report['costs'] {
  const keys = [...new Set(costs.map((cost) => `${cost.candidate}\0${cost.metric}`))];
  return keys.flatMap((key) => {
    const own = costs
      .filter((cost) => `${cost.candidate}\0${cost.metric}` === key)
      .sort((a, b) => factor(a) - factor(b));
    const [least] = own;
    const most = own.at(-1);
    return [least, most].filter(
      (cost, at, both) =>
        cost !== undefined &&
        both.indexOf(cost) === at &&
        (at === 0 ? cost.value < cost.original : cost.value > cost.original),
    ) as Report['costs'];
  });
}

function factor({
  original,
  value,
}: {
  readonly original: number;
  readonly value: number;
}): number {
  return (value + 1) / (original + 1);
}

function ratio(original: number, value: number): string {
  if (original === 0 || original === value) return '';
  return `× ${(value / original).toFixed(2)}`;
}

/** Witnesses that say the same of the same pair: the first is drawn, the others are named. */
function witnessGroups(witnesses: readonly WitnessReport[]): (readonly WitnessReport[])[] {
  const groups = new Map<string, WitnessReport[]>();
  for (const witness of witnesses) {
    const { candidate, against, dimension, mismatch } = witness;
    const key = JSON.stringify([candidate, against, dimension, mismatch]);
    const group = groups.get(key);
    if (group) group.push(witness);
    else groups.set(key, [witness]);
  }
  return [...groups.values()];
}

const MAX_DRAWING = 36;

function witnessLines(group: readonly WitnessReport[]): Line[] {
  const [witness, ...others] = group;
  if (witness === undefined) return [];
  const { drawing } = witness;
  const shown = drawing.length <= MAX_DRAWING ? drawing : drawing.slice(0, MAX_DRAWING - 1);
  const lines: Line[] = [
    blank(),
    {
      role: 'bad',
      text: `Witness ${witness.id}: ${witness.candidate} against ${witness.against}, ${witness.entryPoint}, ${witness.dimension}`,
    },
    ...wrap('  ', witness.mismatch.split(' '), ' ', WIDTH),
    ...shown.map((text): Line => ({ role: 'plain', text: `  ${text}`.trimEnd() })),
  ];
  if (shown.length < drawing.length)
    lines.push({
      role: 'dim',
      text: `  ${drawing.length - shown.length} more lines: replay shows them`,
    });
  lines.push({ role: 'plain', text: `  replay: ${witness.replay}` });
  if (others.length > 0) {
    const names = others.map((other) => `${other.entryPoint} (${other.id})`);
    lines.push(...wrap('  the same through: ', names, ', ', WIDTH));
  }
  return lines;
}

function acceptedLines(report: Report): Line[] {
  if (report.accepted.length === 0) return [];
  return [
    blank(),
    { role: 'heading', text: 'Differences that do not count' },
    ...report.accepted.map(({ candidate, entryPoint, dimension, reason }): Line => ({
      role: 'plain',
      text: `  ${candidate}, ${entryPoint}, ${dimension}: ${printable(reason)}`,
    })),
  ];
}

function notCheckedLines(report: Report): Line[] {
  if (report.notChecked.length === 0) return [];
  const byReason = new Map<string, string[]>();
  for (const { candidate, file, function: name, reason } of report.notChecked) {
    const key = `${candidate}: ${reason}`;
    const list = byReason.get(key) ?? [];
    list.push(name === '' ? printable(file) : `${name} (${printable(file)})`);
    byReason.set(key, list);
  }
  const lines: Line[] = [blank(), { role: 'heading', text: 'Not checked' }];
  for (const [reason, names] of byReason) lines.push(...wrap(`  ${reason}: `, names, ', ', WIDTH));
  return lines;
}

function modelledLines(report: Report): Line[] {
  if (report.modelled.length === 0) return [];
  return [
    blank(),
    { role: 'heading', text: 'Modelled, not executed from the tree' },
    ...wrap('  ', [...report.modelled], ', ', WIDTH).map((line): Line => ({
      ...line,
      role: 'dim',
    })),
  ];
}

function closingLines(report: Report): Line[] {
  const lines: Line[] = [blank()];
  if (report.partial !== null) lines.push({ role: 'bad', text: `Partial: ${report.partial}` });
  lines.push({
    role: report.exitCode === 0 ? 'good' : 'bad',
    text: `${VERDICT_WORDS[report.verdict]}; seed ${report.seed}; exit ${report.exitCode}`,
  });
  return lines;
}
