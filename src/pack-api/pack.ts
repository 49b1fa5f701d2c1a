/**
 * All that a domain pack offers and may see. The engine knows nothing of what a pack is about: it builds the versions that the
 * pack plans, runs the pack's cases on them, and asks the pack what the outcomes mean.
 *
 * `Case` is a scenario with its schedule, `Trace` what one run did; both are the pack's own types. Everything is a function
 * from values to values; randomness comes only from the seed text.
 */
import type { Diagnostic } from '../base/diagnostic.js';
import type { Result } from '../base/result.js';

export type Dimension = 'sequential' | 'yield' | 'concurrent' | 'safety' | 'cost';

/** Reads a text file by its path in the tree, or null. */
export type ReadText = (path: string) => string | null;

/** A translation unit to be compiled: main text, which may `#include` files of the tree. */
export interface UnitSource {
  readonly path: string;
  readonly text: string;
}

/** What a pack may ask a preprocessed and indexed unit before it decides how to build on it. */
export interface Probe {
  hasFunction(name: string): boolean;
  /** Parameter types of a declared function as written, normalised; null where it is not declared. */
  parameters(name: string): readonly string[] | null;
  hasField(record: string, field: string): boolean;
  hasTypedef(name: string): boolean;
  macro(name: string): string | null;
}

/** A file of the tree that is not what gets compiled where it is included. */
export interface HiddenFile {
  readonly file: string;
  /** A name of `modelled`. */
  readonly by: string;
  /** Definitions of the file that others take the place of. */
  readonly names: 'all' | ReadonlySet<string>;
}

/**
 * Two calls at once, for builds whose runs can be left: the exported functions that the threads run, of which the first stands for
 * the whole; the function of the pack's C that leaves the thread which calls it; and the u32 global that says, by number, who goes on.
 */
export interface ThreadPlan {
  readonly calls: readonly string[];
  readonly givesWay: string;
  readonly next: string;
}

export interface DisabledEntry {
  readonly entry: string;
  readonly reason: string;
}

/** How one version is built. */
export interface Plan {
  readonly units: readonly UnitSource[];
  /** `NAME=value` for all units, on top of the tree's configuration. */
  readonly defines: readonly string[];
  readonly exports: readonly string[];
  /** Entry point → the function of the harness that calls it. A shim that does not check disables its entry point only. */
  readonly shims: ReadonlyMap<string, string>;
  readonly exportedGlobals: readonly string[];
  /** Exported globals that observe a run and never steer it; left out when two states are compared. */
  readonly observers: readonly { readonly global: string; readonly bytes: number }[];
  /** Exported globals that a reset need not restore: buffers that a run fills from scratch. */
  readonly buffers: readonly { readonly global: string; readonly bytes: number }[];
  readonly heapBytes: number;
  readonly stackBytes: number;
  readonly fuel: bigint;
  /** Functions that call back into what called them; the pack bounds how deep. */
  readonly bounded: ReadonlySet<string>;
  readonly scopes: {
    readonly enter: string;
    readonly leave: string;
    readonly functions: ReadonlyMap<string, number>;
  };
  /** A u64 global to count a macro loop in, by the functions that its step calls; null: not counted. */
  readonly loopCounter: (stepCalls: readonly string[]) => string | null;
  readonly disabled: readonly DisabledEntry[];
  /** null: nobody runs at the same time. */
  readonly threads: ThreadPlan | null;
}

/** The machine as a pack sees it: one compiled version, reset before each run. */
export interface RunMachine {
  /** Brings back the state of the start, fills the named u64 array, and calls the exported function. */
  run(
    call: string,
    input: { readonly global: string; readonly words: BigUint64Array },
    fuel?: bigint,
  ): RunEnding;
  /** Fuel that the last `run` used. */
  spent(): bigint;
  /** Calls an exported function on the state as it is. */
  call(name: string): RunEnding;
  /** `count` words of a u64 global array, from word `from` on: a view, valid until the next run. */
  words(global: string, from: number, count: number): BigUint64Array;
}

export type RunEnding =
  | { readonly kind: 'returned' }
  | {
      readonly kind: 'trap';
      /** A name of `TRAPS` in `src/exec/program.ts`. */
      readonly name: string;
      readonly function: string;
      /** `path:line:column`. */
      readonly at: string;
      readonly argument: bigint;
      /** What was accessed and the earlier causes, for people; strict machines know. */
      readonly explained?: readonly string[];
    }
  | { readonly kind: 'out-of-fuel' }
  /** The state of the machine repeats: `cycle` names the places that it goes through, once each. */
  | { readonly kind: 'endless'; readonly cycle: readonly string[] };

export interface EntryPoint {
  readonly name: string;
  /** Functions of the tree that a call of it may reach at once: itself, for a plain wrapper the function it calls. */
  readonly calls: readonly string[];
  /** It can yield: the dimension applies. */
  readonly yields: boolean;
}

export interface Mismatch {
  readonly dimension: Dimension;
  readonly kind: string;
  /** One sentence for people. */
  readonly what: string;
}

export interface CostSummary {
  readonly metric: string;
  readonly value: number;
}

export interface WorkloadRun<Case> {
  readonly name: string;
  readonly case: Case;
  /** Label of each call, in order. */
  readonly rows: readonly { readonly root: number; readonly level: number }[];
}

/** One call on a whole VM's memory of a certain size. */
export interface SizedRun<Case> {
  readonly entry: string;
  /** How the memory is mapped, in a word. */
  readonly mapping: string;
  readonly gib: number;
  /** It takes long: not by default. */
  readonly large: boolean;
  /** Of the machine that it needs, where that is more than others have. */
  readonly heapBytes: number | null;
  /** Why no machine holds it, or the case. */
  readonly case: { readonly tooLarge: string } | (() => Case);
}

export interface RowCost {
  readonly loops: number;
  readonly reads: number;
  readonly polls: number;
  readonly entries: number;
}

/**
 * A bound within which there are so few cases that all of them can be run: what `proved` stands on. The versions are built for it
 * anew, from the tree with some of its text changed (smaller tables, say); cases are numbered, without a gap that matters.
 */
export interface ProofScope<Case> {
  readonly name: string;
  readonly dimension: Dimension;
  /** The bound in words, for the report. */
  readonly bound: string;
  /** Each case is run under every step of others, one at a time (`Exploration`). */
  readonly exploring: boolean;
  /** Changed code that names a larger number may do what no case of the scope shows. */
  readonly largestConstant: number;
  /** Files of a version's tree as the scope needs them, by path. */
  prepare(tree: ReadText): Result<ReadonlyMap<string, string>, Diagnostic>;
  /** How many numbers `at` takes for calls of an entry point. */
  size(entry: string): number;
  /** The case with a number; null where that combination is none that can be. */
  at(entry: string, index: number): Case | null;
}

/** A search for the cases that cost most: from some to begin with, by small changes to the dearest of each class. */
export interface CostSearch<Case> {
  /** What classes differ in. */
  readonly columns: readonly string[];
  /** A cell for each column. */
  readonly classes: readonly (readonly string[])[];
  /** The case's class by number; null: larger than any. */
  classOf(input: Case): number | null;
  /** Nobody else acts, and the entry point is called once. */
  begin(seed: string, entry: string, index: number): Case;
  /** A case near another, as `draw` (any text) has it; null: that change leads to no case. */
  change(input: Case, entry: string, draw: string): Case | null;
}

/**
 * Runs among others: what differs between two versions under one schedule says little, since they come by other places at other
 * moments. Each version is run under every schedule of a scope, and the sets of what that comes to are compared.
 */
export interface Exploration<Case, Trace> {
  readonly dimensions: readonly Dimension[];
  /** A small case in which nobody else acts yet. */
  generate(seed: string, entry: string, dimension: Dimension, index: number): Case;
  /** The same with a second call, one of `entries`, in a thread of its own; null: nothing may run beside. */
  generateThreads(
    seed: string,
    entry: string,
    index: number,
    entries: ReadonlySet<string>,
  ): Case | null;
  /** The case with everything that others do in it taken away. */
  alone(input: Case): Case;
  /** The case with every choice of when others act taken away: what a search of its schedules begins with. */
  base(input: Case): Case;
  /** Others act in this case: it is judged among the schedules of its scope. */
  covers(input: Case): boolean;
  /** Runs only on a machine whose runs can be left (`Plan.threads`). */
  threaded(input: Case): boolean;
  /** The schedules of a scope, from the base of a case; null: it does not end even when nobody acts. */
  search(
    machine: RunMachine,
    base: Case,
    dimension: Dimension,
    scope: ScheduleScope,
    fuel: bigint,
  ): ScheduleSearch<Case> | null;
  /** The words of a run that decide what it means: equal ones need no second look. */
  essence(raw: RawRun): BigUint64Array;
  /** What is wrong with one run, whatever other versions do. */
  faults(trace: Trace): readonly { readonly key: string; readonly what: string }[];
  /** What the run came to, free of moments and names: equal lines are equal outcomes. */
  outcome(trace: Trace): readonly string[];
}

/** Schedules one after the other; which comes next may depend on what the runs under those before it did. */
export interface ScheduleSearch<Case> {
  next(): Case | null;
  /** Runs the case that came last, so that the search sees what it needs. */
  run(machine: RunMachine, input: Case, fuel: bigint): RawRun;
  saw(raw: RawRun): void;
  /** Every schedule of the scope has been run to its end. */
  whole(): boolean;
  /**
   * So many schedules come first that are a whole scope of their own: what runs under them come to can be held against what another
   * version comes to, and not only what is wrong with them. null: of no schedules can it.
   */
  readonly comparable: number | null;
}

/**
 * Two threads: orders in which one is left for the other at most so often before it has to wait, at most so many of one case, and so many
 * drawn at random where these are not all.
 */
export const THREAD_BOUND = { preemptions: 3, most: 1000, random: 100 } as const;

export interface ScheduleScope {
  /** At most so many schedules of one case. */
  readonly most: number;
  /** Two actions in one schedule as well. */
  readonly pairs: boolean;
  /** Entry points that every version has. */
  readonly entries: ReadonlySet<string>;
}

export interface Pack<Case, Trace> {
  readonly name: string;
  /** Files of the tree whose functions it can check. */
  readonly files: readonly string[];
  /** Options, without CONFIG_, that must be on for these files to be built. */
  readonly requiredOptions: readonly string[];
  /** Headers of the pack that are searched before the tree's, by the name that is included. */
  overrides(assets: ReadText): (included: string) => UnitSource | null;
  /** What of the tree those headers stand in front of. */
  hidden(assets: ReadText): readonly HiddenFile[];
  /** Directories whose code may use what the files of the pack define. */
  readonly neighbours: readonly string[];
  /** Names from overrides and models that replace what the tree would define. */
  readonly modelled: ReadonlyMap<string, string>;
  /** The unit to look at before planning. */
  readonly probe: string;
  /** `without`: entry points whose shims turned out not to check in this version. */
  plan(
    probe: Probe,
    assets: ReadText,
    tree: ReadText,
    without: ReadonlySet<string>,
  ): Result<Plan, Diagnostic>;

  readonly entryPoints: readonly EntryPoint[];
  readonly references: ReadonlyMap<string, string>;
  /**
   * What of a tree is not what the references were written from, so that they need not be true of it: paths of other sources, and
   * options. `blob` knows the id of a file.
   */
  undescribed(
    blob: (path: string) => string | null,
    options: ReadonlyMap<string, string>,
  ): readonly string[];

  /** The same seed, entry point, dimension and index give the same case. */
  generate(seed: string, entry: string, dimension: Dimension, index: number): Case;
  /** The case as a run takes it; nobody writes into it. */
  encode(input: Case): BigUint64Array;
  /** Runs an encoded case; what comes back holds all that the run let out, for a cheap comparison. */
  executeWords(machine: RunMachine, words: BigUint64Array, fuel?: bigint): RawRun;
  /** Both of these. */
  execute(machine: RunMachine, input: Case, fuel?: bigint): RawRun;
  decode(raw: RawRun, input: Case): Trace;
  /** The same run by the TypeScript references, in the form of `execute`; null where they do not cover it. */
  refer(input: Case): RawRun | null;
  /** Cheap first question of a comparison: did both runs let out the very same, costs apart? */
  same(a: RawRun, b: RawRun): boolean;
  /** The outside world did nothing in this case: what differs in it, differs in `sequential`. */
  isSequential(input: Case): boolean;
  compare(before: Trace, after: Trace, dimension: Dimension, entry: string): Mismatch | null;
  /** Totals over the calls of a run, in a fixed order of metrics. */
  costs(raw: RawRun): readonly CostSummary[];

  readonly costSearch: CostSearch<Case>;

  readonly proofScopes: readonly ProofScope<Case>[];
  /** Models that simplify what they stand for, by the name of the function: what reaches one is not proved. */
  readonly approximate: ReadonlySet<string>;
  /** null: others never act. */
  readonly exploration: Exploration<Case, Trace> | null;

  readonly workloads: readonly WorkloadRun<Case>[];
  /** By entry point, then mapping, then size. */
  readonly sizedRuns: readonly SizedRun<Case>[];
  /** One per call. */
  rowCosts(raw: RawRun): readonly RowCost[];

  shrink(input: Case): Iterable<Case>;
  /**
   * A legal case near another, as `draw` (any text) has it; `constants` are of the code that is to be executed. null: that change leads
   * to no case.
   */
  vary(input: Case, entry: string, draw: string, constants: readonly bigint[]): Case | null;
  /** What `found` calls, on the state and under the schedule of another case; null where that is no case. */
  transplant(found: Case, known: Case): Case | null;
  print(input: Case): { readonly scenario: string; readonly schedule: string };
  parse(scenario: string, schedule: string): Result<Case, Diagnostic>;
  draw(
    input: Case,
    before: Trace,
    after: Trace,
    names: readonly [string, string],
  ): readonly string[];
  /** Left out: the pack cannot show steps. */
  readonly steps?: Steps<Case, Trace>;
}

/** A run step by step, for who follows a witness by hand. */
export interface Steps<Case, Trace> {
  /** Runs the case once more; `shown` is its trace, which knows how it ends. Lines, repeats folded. */
  tell(machine: RunMachine, input: Case, shown: Trace): readonly string[];
  draw(
    before: readonly string[],
    after: readonly string[],
    names: readonly [string, string],
  ): readonly string[];
}

export interface RawRun {
  /** A view of the machine's memory: valid until its next run. */
  readonly words: BigUint64Array;
  readonly ending: RunEnding;
}
