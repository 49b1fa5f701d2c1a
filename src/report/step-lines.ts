/** A series, step by step, in one line each where there is nothing to tell. */
import { count, VERDICT_WORDS } from './text-words.js';
import { coverageWords } from './coverage-words.js';
import type { Line } from './layout.js';
import { printable } from './printable.js';
import type { CandidateReport, CheckReport, Report, StepReport, Verdict } from './report.js';

export function isStepCheck(report: Report): (check: CheckReport) => boolean {
  const ids = new Set(report.candidates.flatMap(({ steps }) => steps.map(({ id }) => id)));
  return (check) => ids.has(check.candidate);
}

export function stepLines(report: Report): Line[] {
  return report.candidates
    .filter(({ steps }) => steps.length > 0)
    .flatMap((candidate) => seriesLines(candidate, report.checks));
}

function seriesLines({ id, steps }: CandidateReport, checks: readonly CheckReport[]): Line[] {
  return [
    { role: 'plain', text: '' },
    { role: 'heading', text: `${id}, each patch against the state before it` },
    ...steps.flatMap((step) => {
      const own = checks.filter((check) => check.candidate === step.id);
      return [heading(step), ...verdictLines(own)];
    }),
  ];
}

function heading({ id, subject }: StepReport): Line {
  return { role: 'plain', text: `  ${id.slice(id.indexOf('#') + 1)} ${printable(subject)}` };
}

/** One line a verdict: dimensions and entry points that say the same are counted, not listed. */
function verdictLines(checks: readonly CheckReport[]): Line[] {
  const groups = new Map<string, CheckReport[]>();
  for (const check of checks) {
    const { verdict, reason, bound } = check;
    const key = JSON.stringify([verdict, verdict === 'no-difference' ? null : reason, bound]);
    groups.set(key, [...(groups.get(key) ?? []), check]);
  }
  return [...groups.values()].map((group) => {
    const verdict = group[0]?.verdict ?? 'not-checked';
    const role = isBad(verdict) ? 'bad' : 'good';
    return { role, text: `      ${sentence(verdict, group)}` };
  });
}

function sentence(verdict: Verdict, group: readonly CheckReport[]): string {
  const [first] = group;
  const scenarios = group.reduce((sum, check) => sum + check.scenarios, 0);
  const coverage = coverageWords(group);
  const dimensions = [...new Set(group.map((check) => check.dimension))].join(', ');
  const entries = [...new Set(group.map((check) => check.entryPoint))];
  const parts = [VERDICT_WORDS[verdict]];
  if (scenarios > 0) parts[0] += ` in ${count(scenarios, 'scenario')} (${dimensions})`;
  if (first?.witness != null) parts.push(`${entries.join(', ')}, witness ${first.witness}`);
  if (first?.reason != null) parts.push(first.reason);
  if (first?.bound != null) parts.push(first.bound);
  if (coverage !== null) parts.push(coverage);
  return parts.join('; ');
}

function isBad(verdict: Verdict): boolean {
  return verdict === 'differs' || verdict === 'inconclusive';
}
