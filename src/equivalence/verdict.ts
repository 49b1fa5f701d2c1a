/**
 * How verdicts add up (diff(1)'s habit): any `differs` gives 1; otherwise what could not be decided gives 2; otherwise 0.
 * The top verdict is the weakest claim among the checks.
 */
import type { CheckReport, ExitCode, Verdict } from '../report/report.js';

/** From what must be said first to what is the least news. */
const WEAKEST_FIRST: readonly Verdict[] = [
  'differs',
  'inconclusive',
  'no-difference',
  'proved',
  'not-checked',
];

export function topVerdict(verdicts: readonly Verdict[]): Verdict {
  for (const verdict of WEAKEST_FIRST) if (verdicts.includes(verdict)) return verdict;
  return 'not-checked';
}

export interface ExitRules {
  /** Dimensions that count towards exit 1 (`cost` only with --fail-on cost). */
  readonly failOnCost: boolean;
  readonly strict: boolean;
}

export function exitCode(
  checks: readonly Pick<CheckReport, 'verdict' | 'dimension'>[],
  problems: number,
  partial: boolean,
  rules: ExitRules,
): ExitCode {
  const counted = checks.filter((check) => check.dimension !== 'cost' || rules.failOnCost);
  if (counted.some((check) => check.verdict === 'differs')) return 1;
  if (problems > 0 || partial) return 2;
  if (counted.some((check) => check.verdict === 'inconclusive')) return 2;
  if (rules.strict && counted.some((check) => check.verdict === 'not-checked')) return 2;
  return 0;
}
