/** What running a test file gave: plain data. */

export type CaseStatus = 'ok' | 'not ok' | 'skipped' | 'undecided';

export interface CaseRun {
  readonly name: string;
  readonly status: CaseStatus;
  /** Why it failed or was skipped, WARNs, and what it printed: lines for people. */
  readonly reasons: readonly string[];
  readonly printed: readonly string[];
  /** The runs of a case with parameters. */
  readonly runs: readonly CaseRun[] | null;
}

export interface SuiteRun {
  readonly name: string;
  readonly status: CaseStatus;
  readonly reasons: readonly string[];
  readonly cases: readonly CaseRun[];
}

export interface TestRun {
  readonly path: string;
  readonly suites: readonly SuiteRun[];
  /** Of a module that tests itself when it is loaded. */
  readonly module: CaseRun | null;
  /** Files of the tree whose code ran under it. */
  readonly files: readonly string[];
}

/** One failure fails all; what is undecided leaves it so; skipping all is skipping. */
export function together(statuses: readonly CaseStatus[]): CaseStatus {
  if (statuses.includes('not ok')) return 'not ok';
  if (statuses.includes('undecided')) return 'undecided';
  return statuses.length > 0 && statuses.every((each) => each === 'skipped') ? 'skipped' : 'ok';
}

export function statusOf(run: TestRun): CaseStatus {
  const module = run.module === null ? [] : [run.module.status];
  return together([...run.suites.map((suite) => suite.status), ...module]);
}
