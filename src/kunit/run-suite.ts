/**
 * Runs a test as KUnit does: suites in order, cases in order, each with its set-up and its cleaning up. A step that is stopped
 * (a failed assertion, a BUG, undefined behaviour) fails its case and no other; memory stays as the step left it, as in a kernel.
 */
import { Machine, type Outcome } from '../exec/machine.js';
import { programImage } from '../exec/machine.js';
import type { Program } from '../exec/program.js';
import type { Step } from './build-suite.js';
import { readLog, type Said } from './log.js';
import { together, type CaseRun, type CaseStatus, type SuiteRun } from './results.js';

/** Parameters of a case; a generator that never ends is stopped. */
const MAX_RUNS = 10_000;

/** Codes of c/include/pc/kunit.h. */
const ABORT = 3000n;
const STOPS: ReadonlyMap<bigint, string> = new Map([
  [3001n, 'BUG'],
  [3002n, 'sleeps, and nobody would wake it'],
  [3003n, 'kfree() of what is not allocated'],
  [3004n, 'panic or out of memory'],
]);

/** KUnit's enum kunit_status, as the harness defines it. */
const FAILED = 1n;
const SKIPPED = 2n;

/** A module's init may refuse in order to be unloaded at once; that is no failure. */
const EAGAIN = 11n;

interface StepResult {
  readonly value: bigint;
  /** How it was stopped; null: it was not, or by its own assertion. */
  readonly stopped: string | null;
  readonly aborted: boolean;
  readonly outOfFuel: boolean;
}

export class SuiteRunner {
  private readonly machine: Machine;

  constructor(
    private readonly program: Program,
    private readonly fuel: bigint,
  ) {
    this.machine = new Machine(programImage(program));
  }

  suites(): readonly SuiteRun[] {
    const count = Number(this.step('pc_kunit_suite_count').value);
    return Array.from({ length: count }, (_, at) => this.suite(BigInt(at)));
  }

  /** null: the file is no module with an init function. */
  module(name: string): CaseRun | null {
    if (this.step('pc_kunit_has_module').value === 0n) return null;
    this.step('pc_kunit_log_reset');
    const started = this.step('pc_kunit_module_init');
    const said = [...readLog(this.machine)];
    const reasons = said.filter(({ kind }) => kind !== 'print').flatMap(({ lines }) => lines);
    let status: CaseStatus = 'ok';
    if (started.stopped !== null) {
      reasons.push(started.stopped);
      status = started.outOfFuel ? 'undecided' : 'not ok';
    } else if (started.value < 0n && started.value !== -EAGAIN) {
      reasons.push(`its init function returns ${started.value}`);
      status = 'not ok';
    } else if (said.some(({ kind }) => kind === 'warning')) status = 'not ok';
    return { name, status, reasons, printed: printedBy(said), runs: null };
  }

  private suite(suite: bigint): SuiteRun {
    const name = this.text(this.step('pc_kunit_suite_name', suite).value);
    const count = Number(this.step('pc_kunit_case_count', suite).value);
    this.step('pc_kunit_log_reset');
    const init = this.step('pc_kunit_suite_init', suite);
    const reasons = failureOf('suite_init', init);
    if (reasons.length > 0) return { name, status: 'not ok', reasons, cases: [] };
    const cases = Array.from({ length: count }, (_, at) => this.case(suite, BigInt(at)));
    const exit = failureOf('suite_exit', this.step('pc_kunit_suite_exit', suite), false);
    const status = together([
      ...cases.map((each) => each.status),
      ...(exit.length > 0 ? (['not ok'] as const) : []),
    ]);
    return { name, status, reasons: exit, cases };
  }

  private case(suite: bigint, index: bigint): CaseRun {
    const name = this.text(this.step('pc_kunit_case_name', suite, index).value);
    const parametrised = this.step('pc_kunit_case_has_parameters', suite, index).value !== 0n;
    const runs: CaseRun[] = [];
    for (let at = 0; at < MAX_RUNS; at++) {
      this.step('pc_kunit_log_reset');
      const begun = this.step('pc_kunit_case_begin', suite, index, BigInt(at));
      if (begun.stopped !== null)
        return { name, status: 'not ok', reasons: [begun.stopped], printed: [], runs };
      if (begun.value === 0n) break;
      const described = this.text(this.step('pc_kunit_case_description').value);
      const run = this.run(described === '' ? `param-${at}` : described, suite, index);
      if (!parametrised) return { ...run, name };
      runs.push(run);
    }
    const status = together(runs.map((run) => run.status));
    return { name, status, reasons: [], printed: [], runs };
  }

  private run(name: string, suite: bigint, index: bigint): CaseRun {
    const steps: StepResult[] = [];
    const reasons: string[] = [];
    const init = this.step('pc_kunit_case_init', suite);
    steps.push(init);
    reasons.push(...failureOf('init', init));
    if (reasons.length === 0 && !init.aborted) {
      const ran = this.step('pc_kunit_case_run', suite, index);
      steps.push(ran);
      if (ran.stopped !== null) reasons.push(ran.stopped);
    }
    const status = this.step('pc_kunit_case_status').value;
    for (const step of ['pc_kunit_case_exit', 'pc_kunit_case_release'] as const) {
      const ended = this.step(step, suite);
      steps.push(ended);
      if (ended.stopped !== null) reasons.push(`while cleaning up: ${ended.stopped}`);
    }
    const after = this.step('pc_kunit_case_status').value;
    const said = readLog(this.machine);
    const crashed = steps.some((step) => step.stopped !== null && !step.outOfFuel);
    return {
      name,
      status: verdict(
        crashed || reasons.length > 0 ? 'stopped' : 'ended',
        steps.some((step) => step.outOfFuel),
        [status, after],
      ),
      reasons: [
        ...said.filter(({ kind }) => kind !== 'print').flatMap(({ lines }) => lines),
        ...reasons,
      ],
      printed: printedBy(said),
      runs: null,
    };
  }

  private step(step: Step, ...args: readonly bigint[]): StepResult {
    this.machine.prepare();
    const outcome = this.machine.call(step, args, this.fuel);
    if (outcome.kind === 'returned') {
      const value = typeof outcome.value === 'bigint' ? outcome.value : 0n;
      return { value, stopped: null, aborted: false, outOfFuel: false };
    }
    const aborted =
      outcome.kind === 'trap' && outcome.name === 'model' && outcome.argument === ABORT;
    return {
      value: 0n,
      stopped: aborted ? null : this.describe(outcome),
      aborted,
      outOfFuel: outcome.kind === 'out-of-fuel',
    };
  }

  private describe(outcome: Exclude<Outcome, { kind: 'returned' }>): string {
    const { site } = outcome;
    const where =
      site === null || site.place.path === ''
        ? ''
        : ` in ${site.function}() at ${site.place.path}:${site.place.line}:${site.place.column}`;
    if (outcome.kind === 'out-of-fuel') return `runs longer than it may${where}`;
    if (outcome.name === 'no-body') {
      const gap = this.program.gaps[Number(outcome.argument)];
      const place = gap?.reason.at ?? null;
      const at = place === null ? '' : ` (${place.path}:${place.line}:${place.column})`;
      return `calls ${gap?.name ?? '?'}(), which cannot be executed: ${gap?.reason.message ?? ''}${at}`;
    }
    const what = outcome.name === 'model' ? STOPS.get(outcome.argument) : undefined;
    return `STOPPED: ${what ?? outcome.name}${where}`;
  }

  private text(address: bigint): string {
    return address === 0n ? '' : this.machine.text(BigInt.asUintN(64, address));
  }
}

function verdict(
  ended: 'ended' | 'stopped',
  outOfFuel: boolean,
  statuses: readonly bigint[],
): CaseStatus {
  if (statuses.includes(FAILED)) return 'not ok';
  if (outOfFuel) return 'undecided';
  if (ended === 'stopped') return 'not ok';
  return statuses.includes(SKIPPED) ? 'skipped' : 'ok';
}

function printedBy(said: readonly Said[]): string[] {
  return said.filter(({ kind }) => kind === 'print').flatMap(({ lines }) => lines);
}

/** A set-up function that stops or returns an error has failed. */
function failureOf(name: string, step: StepResult, returns = true): string[] {
  if (step.stopped !== null) return [`${name}: ${step.stopped}`];
  return returns && step.value !== 0n ? [`${name} returns ${step.value}`] : [];
}
