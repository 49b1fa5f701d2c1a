/**
 * The report as plain data: what the text shows and what `--json` writes. Field names are a promise to programs
 * (`report-schema.json` states them for others, and a test holds both together).
 */
import type { Diagnostic } from '../base/diagnostic.js';

export const SCHEMA_VERSION = 1;

export type Verdict = 'no-difference' | 'proved' | 'differs' | 'inconclusive' | 'not-checked';
export type Dimension = 'sequential' | 'yield' | 'concurrent' | 'safety' | 'cost';
export type ApplyStatus = 'exact' | 'clean' | 'offset' | 'fuzz' | 'failed';
export type ChangeKind = 'added' | 'removed' | 'modified' | 'affected';
export type ExitCode = 0 | 1 | 2;

export interface HunkReport {
  readonly status: ApplyStatus;
  /** Line in the base file where the hunk's old side was found; null when it failed. */
  readonly line: number | null;
  /** Lines between where the diff says and where it was found. */
  readonly offset: number;
  /** Lines of context that were ignored. */
  readonly fuzz: number;
}

export interface FileReport {
  readonly path: string;
  readonly baseBlob: string | null; // 40 digits
  readonly expectedBaseBlob: string | null; // as the diff abbreviates it
  readonly resultBlob: string | null;
  readonly expectedResultBlob: string | null;
  readonly hunks: readonly HunkReport[];
}

export interface FunctionReport {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly change: ChangeKind;
  /** Name of the TypeScript reference, when one describes this function. */
  readonly reference: string | null;
}

/** One patch of a series of several. Its checks carry its id as their candidate. */
export interface StepReport {
  /** `name#2/7`. */
  readonly id: string;
  /** The state before it: `name#1/7`; for the first what the series is applied to. */
  readonly against: string;
  readonly subject: string;
  readonly messageId: string;
  readonly apply: { readonly status: ApplyStatus; readonly files: readonly FileReport[] };
  readonly functions: readonly FunctionReport[];
}

export interface CandidateReport {
  readonly id: string;
  readonly subject: string;
  readonly author: string;
  readonly messageId: string;
  readonly origin: 'series' | 'reply';
  readonly onTopOf: string | null;
  readonly apply: { readonly status: ApplyStatus; readonly files: readonly FileReport[] };
  readonly functions: readonly FunctionReport[];
  /** Empty for a candidate that is one patch. */
  readonly steps: readonly StepReport[];
}

export interface CheckReport {
  readonly candidate: string;
  readonly against: string;
  readonly entryPoint: string;
  readonly dimension: Dimension;
  readonly verdict: Verdict;
  /** Runs compared: scenarios, and schedules in all (1 a scenario in `sequential`). */
  readonly scenarios: number;
  readonly schedules: number;
  /** Of `safety`: how many of them ran once more with every access and every bit checked. */
  readonly strictScenarios: number;
  /** Of `concurrent`, where calls of two kernel threads were interleaved; else null. */
  readonly threads: ThreadsReport | null;
  readonly bound: string | null;
  /** Changed lines that this entry point can reach, and those of them that ran, as `path:line`. */
  readonly linesChanged: readonly string[];
  readonly linesCovered: readonly string[];
  /**
   * Outcomes of the conditions on changed lines that this entry point can reach, and those of them that were seen, as
   * `path:line:column OUTCOME: TEXT`. OUTCOME: `true`, `false`; of a case `taken`, of a switch without default `otherwise`.
   */
  readonly branchesChanged: readonly string[];
  readonly branchesTaken: readonly string[];
  readonly witness: string | null;
  readonly reason: string | null;
}

/** Pairs of calls at once, the orders that they were run in, and for how many pairs these are all with at most so many preemptions. */
export interface ThreadsReport {
  readonly pairs: number;
  readonly orders: number;
  readonly whole: number;
  readonly preemptions: number;
}

export interface CostReport {
  readonly candidate: string;
  readonly entryPoint: string;
  readonly metric: string;
  readonly original: number;
  readonly value: number;
  readonly scenario: string;
}

export interface WorkloadRow {
  readonly root: number;
  readonly level: number;
  readonly loops: number;
  readonly reads: number;
  readonly polls: number;
  readonly entries: number;
}

export interface WorkloadReport {
  readonly name: string;
  readonly candidate: string;
  readonly rows: readonly WorkloadRow[];
  readonly total: Omit<WorkloadRow, 'root' | 'level'>;
}

/** A place on a changed line that nothing executed, also when it was searched for. */
export interface UnreachedReport {
  readonly candidate: string;
  /** `path:line`, or the outcome of a condition as in `branchesChanged`. */
  readonly place: string;
  /** Runs of the search; all counts are of these. */
  readonly runs: number;
  /** Outcomes that lead there, the first to be met first: it never came to that one. `asked`: runs that evaluated the condition. */
  readonly needs: readonly { readonly outcome: string; readonly asked: number }[];
  /** Its function was never called. Callers: of those that entry points reach. */
  readonly notCalled: { readonly function: string; readonly callers: readonly string[] } | null;
}

/** What an entry point cost most, over the cases of one class, or all cases of a proof scope. */
export interface WorstCostReport {
  readonly entryPoint: string;
  readonly metric: string;
  /** What the cases of the class have in common, by name. */
  readonly size: readonly { readonly name: string; readonly value: string }[];
  /** Every case within this bound was run: no case of it costs more. null: as far as a search came. */
  readonly bound: string | null;
  /** That were run for this entry point; of a bound: all there are. */
  readonly cases: number;
  /** The largest value of each version; each may be that of another case. */
  readonly largest: readonly { readonly candidate: string; readonly value: number }[];
}

/** A case of a search, and what it shows. */
export interface WorstCaseReport {
  readonly entryPoint: string;
  readonly size: WorstCostReport['size'];
  /** Text in the pack's litmus form. */
  readonly scenario: string;
  readonly shows: readonly ShownCost[];
}

/** No case that was found costs a version more, or costs it more than another version. */
export interface ShownCost {
  readonly metric: string;
  readonly candidate: string;
  /** null: as it is. */
  readonly over: string | null;
  /** Candidates of which a reader is shown this case before all others: it rises most there, or falls most. */
  readonly tellsOf: readonly string[];
  /** What the case costs each version. */
  readonly values: readonly { readonly candidate: string; readonly value: number }[];
}

/** What one call on a whole VM's memory costs. */
export interface SizedCostReport {
  readonly candidate: string;
  readonly entryPoint: string;
  /** How the memory is mapped. */
  readonly mapping: string;
  readonly gib: number;
  /** null: it was not run, or not to its end. */
  readonly costs: readonly { readonly metric: string; readonly value: number }[] | null;
  readonly notRun: string | null;
}

export interface WitnessReport {
  readonly id: string;
  readonly candidate: string;
  readonly against: string;
  readonly entryPoint: string;
  readonly dimension: Dimension;
  /** Text in the pack's litmus form. */
  readonly scenario: string;
  readonly schedule: string;
  readonly mismatch: string;
  /** The tables drawn, and both traces side by side. */
  readonly drawing: readonly string[];
  readonly replay: string;
}

export interface AcceptedReport {
  readonly candidate: string;
  readonly entryPoint: string;
  readonly dimension: Dimension;
  readonly reason: string;
}

export interface NotCheckedReport {
  readonly candidate: string;
  readonly file: string;
  readonly function: string;
  readonly reason: string;
}

export interface Report {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  readonly tool: { readonly name: 'patchcheck'; readonly version: string };
  readonly seed: string;
  readonly exitCode: ExitCode;
  readonly verdict: Verdict;
  /** Why the run is not whole (interrupted, cut by --max-seconds); null for a whole one. */
  readonly partial: string | null;
  readonly tree: {
    readonly kind: string;
    readonly path: string;
    readonly revision: string | null;
    readonly configuration: string;
    /** Why it is another tree than the one that was named, or what the mails ask for and it does not have. */
    readonly notes: readonly string[];
  };
  readonly candidates: readonly CandidateReport[];
  readonly checks: readonly CheckReport[];
  /** Checks that differ and do not count: the change is meant, or known. */
  readonly accepted: readonly AcceptedReport[];
  readonly costs: readonly CostReport[];
  readonly workloads: readonly WorkloadReport[];
  readonly sizedCosts: readonly SizedCostReport[];
  readonly unreached: readonly UnreachedReport[];
  readonly worstCosts: readonly WorstCostReport[];
  readonly worstCases: readonly WorstCaseReport[];
  readonly witnesses: readonly WitnessReport[];
  readonly modelled: readonly string[];
  readonly notChecked: readonly NotCheckedReport[];
  /** Worth saying, and no obstacle. */
  readonly remarks: readonly { readonly candidate: string; readonly diagnostic: Diagnostic }[];
  /** What went wrong with single candidates or functions; rendered as text, carried as data. */
  readonly problems: readonly { readonly candidate: string; readonly diagnostic: Diagnostic }[];
}
