/** What `ci` found in a directory: plain data, to be stored, merged and shown. */
import type { CheckedInput, CheckedInputs } from './formats/checked-input.js';
import { findingsOf, isBetweenRivals, sentenceOf, someOf } from './formats/findings.js';
import type { Line } from './layout.js';
import { printable } from './printable.js';
import type { ExitCode, Report, Verdict } from './report.js';
import { count, VERDICT_WORDS } from './text-words.js';

export const SUMMARY_SCHEMA_VERSION = 1;

export interface CiSummary extends CheckedInputs {
  readonly schemaVersion: typeof SUMMARY_SCHEMA_VERSION;
  readonly counts: Readonly<Record<Verdict, number>>;
}

export function ciSummary(tool: CheckedInputs['tool'], inputs: readonly CheckedInput[]): CiSummary {
  const counts: Record<Verdict, number> = {
    differs: 0,
    inconclusive: 0,
    'no-difference': 0,
    proved: 0,
    'not-checked': 0,
  };
  for (const { report } of inputs) counts[report.verdict]++;
  const codes = inputs.map(({ report }) => report.exitCode);
  return {
    schemaVersion: SUMMARY_SCHEMA_VERSION,
    tool,
    exitCode: worst(codes),
    counts,
    inputs: [...inputs].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)),
  };
}

/** As the verdicts of one input add up: any difference, then anything undecided. */
function worst(codes: readonly ExitCode[]): ExitCode {
  if (codes.includes(1)) return 1;
  return codes.includes(2) ? 2 : 0;
}

export function summaryLines(summary: CiSummary): Line[] {
  return [...summary.inputs.map((input) => summaryLine(input)), closingLine(summary)];
}

export function summaryLine({ name, report }: CheckedInput): Line {
  const role = report.exitCode !== 0 ? 'bad' : report.verdict === 'not-checked' ? 'dim' : 'good';
  return { role, text: `${printable(name)}: ${printable(storyOf(report))}${elsewhere(report)}` };
}

/** Where the mails name another state than the one that is checked in general. */
function elsewhere({ tree }: Report): string {
  if (tree.revision === null || tree.notes.length === 0) return '';
  return ` (at ${printable(tree.revision.slice(0, 12))}, which it was written for)`;
}

/** The one sentence that says most. */
function storyOf(report: Report): string {
  const findings = findingsOf(report);
  const news = findings.filter(({ accepted }) => accepted === null);
  const differs =
    news.find((finding) => finding.kind === 'differs' && !isBetweenRivals(finding)) ??
    news.find(({ kind }) => kind === 'differs');
  if (differs !== undefined) return `DIFFERS: ${sentenceOf(differs)}`;
  const problem = news.find(({ kind }) => kind === 'problem');
  if (problem !== undefined) return `INCONCLUSIVE: ${problem.message}`;
  const open = news.find(({ kind }) => kind === 'inconclusive');
  if (open !== undefined) return `INCONCLUSIVE: ${sentenceOf(open)}`;
  if (report.partial !== null) return `INCONCLUSIVE: ${report.partial}`;
  const known = report.accepted[0];
  if (known !== undefined) return `differs, and that is known: ${known.reason}`;
  const scenarios = findings.reduce((sum, finding) => sum + finding.scenarios, 0);
  switch (report.verdict) {
    case 'differs':
    case 'inconclusive':
    case 'no-difference':
      return `${VERDICT_WORDS[report.verdict]} in ${count(scenarios, 'scenario')}`;
    case 'proved':
      return `${VERDICT_WORDS.proved}: ${findings[0]?.message ?? ''}`;
    case 'not-checked': {
      const reasons = [...new Set(findings.map(({ message }) => message))];
      return `${VERDICT_WORDS['not-checked']}: ${someOf(reasons, 2)}`;
    }
  }
}

function closingLine({ inputs, counts, exitCode }: CiSummary): Line {
  const parts = [
    `${counts.differs} differ`,
    `${counts['no-difference']} no difference found`,
    `${counts.proved} proved equal`,
    `${counts['not-checked']} not checked`,
    `${counts.inconclusive} inconclusive`,
  ];
  return {
    role: exitCode === 0 ? 'good' : 'bad',
    text: `${count(inputs.length, 'input')}: ${parts.join(', ')}; exit ${exitCode}`,
  };
}
