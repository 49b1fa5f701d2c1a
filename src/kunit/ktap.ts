/** What a test gave, as KTAP version 1 (Documentation/dev-tools/ktap.rst). */
import { together, type CaseRun, type CaseStatus, type SuiteRun, type TestRun } from './results.js';

export interface KtapOptions {
  /** Also what passing cases printed. */
  readonly verbose: boolean;
}

interface Point {
  readonly name: string;
  readonly status: CaseStatus;
  /** Indented lines in front of the result. */
  readonly inner: readonly string[];
  readonly reasons: readonly string[];
}

export function ktap(run: TestRun, options: KtapOptions): readonly string[] {
  const points = [
    ...run.suites.map((suite) => suitePoint(suite, run.path, options)),
    ...(run.module === null ? [] : [casePoint(run.module, options)]),
  ];
  return ['KTAP version 1', `1..${points.length}`, ...numbered(points)];
}

function suitePoint(suite: SuiteRun, path: string, options: KtapOptions): Point {
  const { name, cases, reasons, status } = suite;
  const inner = [
    'KTAP version 1',
    `# Subtest: ${name}`,
    `# file: ${path}`,
    `1..${cases.length}`,
    ...numbered(cases.map((each) => casePoint(each, options))),
    totals(`# ${name}: `, cases),
  ];
  return { name, status, reasons, inner };
}

function casePoint(run: CaseRun, options: KtapOptions): Point {
  const { name, status, runs } = run;
  const printed = options.verbose || status !== 'ok' ? run.printed : [];
  const inner =
    runs === null
      ? printed.map((line) => `# ${line}`)
      : [
          'KTAP version 1',
          `# Subtest: ${name}`,
          `1..${runs.length}`,
          ...numbered(runs.map((each) => casePoint(each, options))),
          totals(`# ${name}: `, runs),
        ];
  return { name, status, reasons: run.reasons, inner };
}

function numbered(points: readonly Point[]): string[] {
  return points.flatMap(({ name, status, inner, reasons }, at) => [
    ...inner.map((line) => `    ${line}`),
    ...(status === 'skipped' ? [] : reasons.map((line) => `    # ${line}`)),
    `${word(status)} ${at + 1} ${name}${directive(status, reasons)}`,
  ]);
}

/** KTAP knows two words; a directive says the rest. */
function word(status: CaseStatus): string {
  switch (status) {
    case 'ok':
    case 'skipped':
      return 'ok';
    case 'not ok':
    case 'undecided':
      return 'not ok';
  }
}

function directive(status: CaseStatus, reasons: readonly string[]): string {
  switch (status) {
    case 'ok':
    case 'not ok':
      return '';
    case 'skipped':
      return ` # SKIP ${reasons.join(' ')}`.trimEnd();
    case 'undecided':
      return ' # TIMEOUT';
  }
}

/** As KUnit prints it: runs with parameters count one by one. */
function totals(prefix: string, cases: readonly CaseRun[]): string {
  const leaves = cases.flatMap((each) => each.runs ?? [each]);
  const count = (status: CaseStatus): number =>
    leaves.filter((each) => each.status === status).length;
  const failed = count('not ok') + count('undecided');
  return `${prefix}pass:${count('ok')} fail:${failed} skip:${count('skipped')} total:${leaves.length}`;
}

export function summary(run: TestRun): string {
  const cases = [
    ...run.suites.flatMap((suite) => suite.cases.flatMap((each) => each.runs ?? [each])),
    ...(run.module === null ? [] : [run.module]),
  ];
  const broken = run.suites.filter((suite) => suite.cases.length === 0).map((suite) => suite.name);
  const status = together([...cases, ...run.suites].map((each) => each.status));
  return (
    totals(`# ${run.path}: ${status}, `, cases) +
    (broken.length > 0 ? `; not run: ${broken.join(', ')}` : '')
  );
}
