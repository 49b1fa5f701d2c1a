/**
 * One version of a case among others: run under every schedule of a scope, and what that comes to as a set. Two versions are held
 * against each other by their sets: what is wrong with the new one under some schedule, and with the old one under none, is a
 * difference; so is an outcome that the old one never comes to, where its scope was searched to the end.
 */
import { createHash } from 'node:crypto';
import type { Dimension, Pack, RawRun, RunMachine, ScheduleScope } from '../pack-api/pack.js';

export interface Explored<Case> {
  /** By key: what is wrong, and the first case that shows it. */
  readonly faults: ReadonlyMap<string, { readonly what: string; readonly input: Case }>;
  /** By text, of the schedules that are comparable: the first case that comes to it. */
  readonly outcomes: ReadonlyMap<string, Case>;
  /** Of the case in which nobody else acts. */
  readonly alone: { readonly faults: ReadonlySet<string>; readonly outcome: string | null };
  /**
   * All comparable schedules were run to their end, so that what they come to can be held against another version's. Where others
   * act only at yields, none are: to yield more often, or elsewhere, is no difference.
   */
  readonly complete: boolean;
  /** Every schedule of the scope was run to its end, whether or not the outcomes can be held against each other. */
  readonly whole: boolean;
  readonly schedules: number;
  /** Digests of all that runs let out: where these are the same, so is everything else. */
  readonly digests: ReadonlySet<string>;
  /** Fuel that all runs used. */
  readonly spent: bigint;
}

export interface ExploreOptions {
  readonly scope: ScheduleScope;
  /** Of all runs together; what is left over then is not run. */
  readonly budget: bigint;
  /** Nothing is looked at but the digests: neither faults nor outcomes come out. */
  readonly blind?: boolean;
}

/** Fuel of one run: small cases need little, and one that uses it up decides nothing. */
export const RUN_FUEL = 2_000_000n;
/** What a run takes before its first step, as steps: most small cases take no more. */
const PER_RUN = 3_000n;
/** And for each word that it let out, which somebody has to read. */
const PER_WORD = 10n;
/** Others act once each, so a run among them takes little more than one alone. */
const PATIENCE = 20n;
/** Key of the fault of a run that does not end: to be made sure of before it is believed. */
export const ENDLESS = 'endless';

export function explore<Case, Trace>(
  pack: Pack<Case, Trace>,
  machine: RunMachine,
  input: Case,
  dimension: Dimension,
  { scope, budget, blind = false }: ExploreOptions,
): Explored<Case> | null {
  const { exploration } = pack;
  if (exploration === null) return null;
  const base = exploration.base(input);
  const search = exploration.search(machine, base, dimension, scope, RUN_FUEL);
  const threaded = exploration.threaded(base);
  let spent = threaded ? 0n : machine.spent();
  if (search === null) return null;

  const faults = new Map<string, { what: string; input: Case }>();
  const outcomes = new Map<string, Case>();
  const seen = new Set<string>();
  const comparable = search.comparable ?? 0;
  let schedules = 0;
  let undecided = 0;
  const single = exploration.alone(base);
  const alone = look(single, pack.execute(machine, single, RUN_FUEL));
  const aloneSpent = machine.spent();
  spent += aloneSpent;
  while (spent <= budget) {
    const each = search.next();
    if (each === null) break;
    const raw = search.run(machine, each, RUN_FUEL);
    spent += machine.spent() + PER_RUN + PER_WORD * BigInt(raw.words.length);
    schedules++;
    search.saw(raw);
    if (raw.ending.kind !== 'out-of-fuel') look(each, raw);
    else {
      if (schedules <= comparable) undecided++;
      // The models stop a run that decides nothing; one that used up its fuel is suspected to be endless.
      const stuck = !threaded && machine.spent() >= RUN_FUEL && aloneSpent * PATIENCE < RUN_FUEL;
      if (stuck) look(each, { ...raw, ending: { kind: 'endless', cycle: [] } });
    }
  }
  const whole = search.whole();
  return {
    faults,
    outcomes,
    alone,
    complete: search.comparable !== null && schedules >= comparable && undecided === 0,
    whole,
    schedules,
    digests: seen,
    spent,
  };

  /** Many schedules come to the very same run: those are looked at once. */
  function look(
    each: Case,
    raw: RawRun,
  ): { readonly faults: ReadonlySet<string>; readonly outcome: string | null } {
    const key = digest(exploration?.essence(raw) ?? raw.words, raw);
    if (seen.has(key)) return { faults: new Set(), outcome: null };
    seen.add(key);
    if (blind) return { faults: new Set(), outcome: null };
    const trace = pack.decode(raw, each);
    const own = new Set<string>();
    for (const fault of exploration?.faults(trace) ?? []) {
      own.add(fault.key);
      if (!faults.has(fault.key)) faults.set(fault.key, { what: fault.what, input: each });
    }
    if (threaded || raw.ending.kind !== 'returned') return { faults: own, outcome: null };
    const outcome = (exploration?.outcome(trace) ?? []).join('\n');
    if (schedules <= comparable && !outcomes.has(outcome)) outcomes.set(outcome, each);
    return { faults: own, outcome };
  }
}

function digest(words: BigUint64Array, { ending }: RawRun): string {
  const bytes = Buffer.from(words.buffer, words.byteOffset, words.byteLength);
  return createHash('sha1').update(ending.kind).update(bytes).digest('base64');
}

export interface ExploredDifference<Case> {
  readonly kind: 'fault' | 'outcome';
  /** Of a fault: its key. */
  readonly key: string;
  readonly what: string;
  readonly input: Case;
}

/** The first thing that `after` can come to and `before` cannot. */
export function compareExplored<Case>(
  before: Explored<Case>,
  after: Explored<Case>,
  names: { readonly against: string; readonly candidate: string },
): ExploredDifference<Case> | null {
  for (const [key, { what, input }] of after.faults) {
    // What is wrong without anyone else belongs to a smaller dimension.
    if (before.faults.has(key) || after.alone.faults.has(key)) continue;
    const none = `${names.against} does under none of ${before.schedules} schedules`;
    return { kind: 'fault', key, what: `${names.candidate} ${what}; ${none}`, input };
  }
  if (!before.complete || before.alone.outcome === null) return null;
  // Alone they differ already: a smaller dimension says so.
  if (before.alone.outcome !== after.alone.outcome) return null;
  for (const [outcome, input] of after.outcomes) {
    if (before.outcomes.has(outcome)) continue;
    return {
      kind: 'outcome',
      key: '',
      what: outcomeText(outcome, [...before.outcomes.keys()], before.schedules, names),
      input,
    };
  }
  return null;
}

/** Said by the line that no outcome of the other version has, or by what the nearest one has instead. */
function outcomeText(
  outcome: string,
  others: readonly string[],
  schedules: number,
  { against, candidate }: { readonly against: string; readonly candidate: string },
): string {
  const lines = outcome.split('\n');
  const known = new Set(others.flatMap((each) => each.split('\n')));
  const odd = lines.find((line) => !known.has(line));
  const never = `${against} never does, under ${schedules} schedules`;
  if (odd !== undefined) return `${candidate} comes to: ${odd}; ${never}`;
  return `${candidate} comes to a state that ${against} does not come to under any of ${schedules} schedules`;
}
