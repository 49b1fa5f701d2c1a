/**
 * Runs generated cases on every version side by side. A campaign is cut into chunks that do not depend on each other, so that
 * any number of workers gives the same result; whoever merges sorts them by entry point, dimension and first index.
 */
import type {
  Dimension,
  Mismatch,
  Pack,
  RawRun,
  RunMachine,
  ScheduleScope,
} from '../pack-api/pack.js';
import { caseOf, givenAt } from './case-of.js';
import { exploreChunk } from './explore-chunk.js';
import { LargestCosts } from './largest-costs.js';
import type { ReadyCase } from './ready-cases.js';
import { NO_THREADS, type ThreadCount } from './thread-count.js';
import { searchWorstCosts, type WorstCosts } from './worst-costs.js';

export interface RunnableVersion {
  readonly id: string;
  readonly machine: RunMachine;
  /** For cases of several threads, where they are wanted. */
  readonly threads?: RunMachine | null;
  /** Entry points that can be called in this version. */
  readonly entries: ReadonlySet<string>;
  /** Entry points that reach something that differs from the original: through all others a run of the original is one of this. */
  readonly changed: ReadonlySet<string>;
  /** Cover sites that ran since the last time it was asked, ascending. */
  takeCoverage(): readonly number[];
}

export interface Chunk {
  readonly entry: string;
  readonly dimension: Dimension;
  readonly from: number;
  readonly count: number;
  /** Cases come by number from this proof scope of the pack; left out: they are generated. */
  readonly scope?: string;
  /** On strict machines, for what only they see: matters of safety. */
  readonly strict?: boolean;
  /** Left out: each case has one schedule. Else each is run under every schedule of a scope, within this much fuel for each version. */
  readonly exploring?: {
    readonly budget: bigint;
    /** Cases of two threads, each in all their orders. */
    readonly threads?: boolean;
  };
  /** These cases, as text, and none by number. */
  readonly given?: readonly { readonly scenario: string; readonly schedule: string }[];
  /** No cases by number: a search of so many for what costs most. */
  readonly searching?: boolean;
}

export interface CampaignOptions {
  readonly seed: string;
  /** Cases with an index below this also go through the references. */
  readonly referenceCases: number;
  /** Cases with an index below this are run twice on every version. */
  readonly repeatCases: number;
  /** Of explored cases. */
  readonly scope?: Omit<ScheduleScope, 'entries'>;
}

/** The lowest case of a chunk on which two versions differ, for one dimension of difference. */
export interface FoundMismatch {
  readonly candidate: string;
  readonly against: string;
  readonly dimension: Dimension;
  readonly index: number;
  readonly what: string;
  /** The case as text, where the index alone does not say it: one of the schedules that were explored. */
  readonly input: { readonly scenario: string; readonly schedule: string } | null;
}

export interface PairCount {
  readonly candidate: string;
  readonly against: string;
  readonly compared: number;
  /** Runs of the candidate that this took. */
  readonly schedules: number;
  /** Of cases of two threads. */
  readonly threads: ThreadCount;
  /** Cases that said nothing: the old version ended in undefined behaviour or either ran out of fuel. */
  readonly undecided: number;
}

/** A case that one version ended and the other did not, within its fuel: whether that one is endless is found out later. */
export interface StuckCase {
  readonly candidate: string;
  readonly against: string;
  readonly index: number;
  /** As in FoundMismatch. */
  readonly input: FoundMismatch['input'];
}

export interface CostChange {
  readonly candidate: string;
  readonly metric: string;
  readonly original: number;
  readonly value: number;
  readonly index: number;
}

export interface ChunkResult {
  readonly chunk: Chunk;
  readonly pairs: readonly PairCount[];
  readonly mismatches: readonly FoundMismatch[];
  /** The lowest index by pair. */
  readonly stuck: readonly StuckCase[];
  /** The case where each metric changed most, by candidate. */
  readonly costs: readonly CostChange[];
  /** Of a search for them, and of proof scopes; null: nobody asked. */
  readonly worst: WorstCosts | null;
  /** Cover sites that ran, by version. */
  readonly covered: readonly { readonly version: string; readonly sites: readonly number[] }[];
  /** A version that did not do the same twice: our fault, never a verdict. */
  readonly unstable: readonly { readonly version: string; readonly index: number }[];
}

/** A run that takes this many times the fuel of another version's, and some more, is suspected to be endless. */
export const PATIENCE = 10n;
export const LEAST_FUEL = 300_000n;

/** Name under which the TypeScript references take part in pairs. */
export const REFERENCE = 'reference';
export const ORIGINAL = 'original';

/** `ready`: the chunk's cases in their order, where they were made before. */
export function runChunk<Case, Trace>(
  pack: Pack<Case, Trace>,
  versions: readonly RunnableVersion[],
  chunk: Chunk,
  options: CampaignOptions,
  ready: readonly ReadyCase[] | null = null,
): ChunkResult {
  const taking = versions.filter((version) => version.entries.has(chunk.entry));
  if (chunk.exploring !== undefined) return exploreChunk(pack, taking, chunk, options);
  if (chunk.searching === true) return searchWorstCosts(pack, taking, chunk, options);
  const pairs = new Map<string, Map<string, Counts>>();
  const mismatches = new Map<string, FoundMismatch>();
  const stuck = new Map<string, StuckCase>();
  const costs = new Map<string, CostChange>();
  const unstable: { version: string; index: number }[] = [];
  const largest = chunk.scope === undefined ? null : new LargestCosts(taking.map(({ id }) => id));
  /** Versions that did not end a case of this chunk: waited for a tenth as long in the rest of it. */
  const gotStuck = new Set<string>();
  for (const version of taking) version.takeCoverage();

  for (let index = chunk.from; index < chunk.from + chunk.count; index++) {
    const made = ready?.[index - chunk.from];
    const input = new Once(() => caseOf(pack, options.seed, chunk, index));
    if (made === undefined && input.value === null) continue;
    const words = made?.words ?? pack.encode(existing(input));
    let spent: bigint | undefined;
    let original: Run<Trace> | undefined;
    const runs = taking.map((version): Run<Trace> => {
      if (original !== undefined && !version.changed.has(chunk.entry))
        return { ...original, id: version.id };
      // Whoever takes many times the fuel of the first version is looked at for being endless, not waited for here.
      const fuel = spent === undefined ? undefined : fairFuel(spent, gotStuck.has(version.id));
      let raw = pack.executeWords(version.machine, words, fuel);
      if (spent === undefined && raw.ending.kind === 'returned') spent = version.machine.spent();
      if (raw.ending.kind === 'out-of-fuel') gotStuck.add(version.id);
      if (index < options.repeatCases && !chunk.strict) {
        raw = { ...raw, words: raw.words.slice() };
        const again = pack.executeWords(version.machine, words, fuel);
        if (!sameWords(raw, again)) unstable.push({ version: version.id, index });
      }
      const decoded = new Once(() => pack.decode(raw, existing(input)));
      const run = { id: version.id, raw, decoded };
      if (version.id === ORIGINAL) original = run;
      return run;
    });
    runs.forEach((against, at) => {
      for (const candidate of runs.slice(at + 1)) comparePair(index, candidate, against);
    });
    largest?.note(
      index,
      runs.map(({ raw }) => (raw.ending.kind === 'returned' ? pack.costs(raw) : null)),
    );
    if (original) {
      for (const run of runs) if (run.raw !== original.raw) noteCosts(index, run, original.raw);
      if (index < referenceCasesOf(chunk, options)) {
        const raw = made === undefined ? pack.refer(existing(input)) : made.referred;
        if (raw !== null) compareReference(raw, input, index, original);
      }
    }
  }
  return {
    chunk,
    pairs: [...pairs].flatMap(([candidate, by]) =>
      [...by].map(([against, counts]) => ({
        candidate,
        against,
        ...counts,
        schedules: counts.compared,
        threads: NO_THREADS,
      })),
    ),
    mismatches: [...mismatches.values()].filter(
      ({ dimension }) => !chunk.strict || dimension === 'safety',
    ),
    stuck: chunk.strict ? [] : [...stuck.values()],
    costs: chunk.strict ? [] : [...costs.values()],
    worst: largest?.found() ?? null,
    covered: taking.map((version) => ({ version: version.id, sites: version.takeCoverage() })),
    unstable,
  };

  function comparePair(index: number, candidate: Run<Trace>, against: Run<Trace>): void {
    const counts = countsOf(candidate.id, against.id);
    const ends = [candidate, against].map((run) => run.raw.ending.kind !== 'out-of-fuel');
    if (ends.includes(false)) {
      counts.undecided++;
      const key = `${candidate.id}\0${against.id}`;
      // Where the original did not end either, it says nothing against the new version.
      const says = ends[1] === true || against.id !== ORIGINAL;
      if (ends.includes(true) && says && !stuck.has(key))
        stuck.set(key, {
          candidate: candidate.id,
          against: against.id,
          index,
          input: givenAt(chunk, index),
        });
      return;
    }
    if (chunk.strict && against.id === ORIGINAL && against.raw.ending.kind === 'trap') {
      counts.undecided++;
      return;
    }
    counts.compared++;
    if (pack.same(candidate.raw, against.raw)) return;
    const before = against.decoded.value;
    const after = candidate.decoded.value;
    const found = compareSides(
      pack,
      { before, after, against: against.id, candidate: candidate.id },
      chunk.dimension,
      chunk.entry,
    );
    if (found) note(candidate.id, against.id, found.dimension, index, found.what);
  }

  function compareReference(
    raw: RawRun,
    input: Once<Case | null>,
    index: number,
    original: Run<Trace>,
  ): void {
    const counts = countsOf(ORIGINAL, REFERENCE);
    counts.compared++;
    if (pack.same(raw, original.raw)) return;
    const reference = pack.decode(raw, existing(input));
    const found = pack.compare(reference, original.decoded.value, chunk.dimension, chunk.entry);
    if (found) note(ORIGINAL, REFERENCE, found.dimension, index, found.what);
  }

  function note(
    candidate: string,
    against: string,
    dimension: Dimension,
    index: number,
    what: string,
  ): void {
    const key = `${candidate}\0${against}\0${dimension}`;
    if (!mismatches.has(key))
      mismatches.set(key, {
        candidate,
        against,
        dimension,
        index,
        what,
        input: givenAt(chunk, index),
      });
  }

  function countsOf(candidate: string, against: string): Counts {
    let by = pairs.get(candidate);
    if (!by) pairs.set(candidate, (by = new Map<string, Counts>()));
    let counts = by.get(against);
    if (!counts) by.set(against, (counts = { compared: 0, undecided: 0 }));
    return counts;
  }

  function noteCosts(index: number, run: { id: string; raw: RawRun }, original: RawRun): void {
    // What a run that was stopped has cost by then says how patient we were.
    if (run.raw.ending.kind !== 'returned' || original.ending.kind !== 'returned') return;
    const before = pack.costs(original);
    pack.costs(run.raw).forEach(({ metric, value }, at) => {
      const was = before[at]?.value ?? 0;
      if (was === value) return;
      const key = `${run.id}\0${metric}`;
      const known = costs.get(key);
      const change: CostChange = { candidate: run.id, metric, original: was, value, index };
      if (known === undefined || worse(change, known)) costs.set(key, change);
    });
  }
}

interface Counts {
  compared: number;
  undecided: number;
}

/** What one version did with a case; traces are decoded when somebody asks, and once. */
interface Run<Trace> {
  readonly id: string;
  readonly raw: RawRun;
  readonly decoded: Once<Trace>;
}

class Once<T> {
  private known: { readonly value: T } | null = null;

  constructor(private readonly make: () => T) {}

  get value(): T {
    this.known ??= { value: this.make() };
    return this.known.value;
  }
}

function existing<Case>(input: Once<Case | null>): Case {
  if (input.value === null) throw new Error('there is no such case');
  return input.value;
}

/** Cases of a chunk with an index below this also go through the references. */
export function referenceCasesOf(
  { dimension, strict }: Chunk,
  { referenceCases }: CampaignOptions,
): number {
  if (strict === true) return 0;
  return dimension === 'sequential' ? referenceCases : referenceCases / 4;
}

/** For a version after another one that spent so much. */
export function fairFuel(spent: bigint, stuckBefore: boolean): bigint {
  const fuel = spent * PATIENCE + LEAST_FUEL;
  return stuckBefore ? fuel / 10n : fuel;
}

/** An increase is news before any decrease; then the larger change. */
export function worse(
  a: Pick<CostChange, 'original' | 'value'>,
  b: Pick<CostChange, 'original' | 'value'>,
): boolean {
  const rise = (change: typeof a): number => change.value - change.original;
  if (rise(a) > 0 || rise(b) > 0) return rise(a) > rise(b);
  return rise(a) < rise(b);
}

function sameWords(a: RawRun, b: RawRun): boolean {
  return a.ending.kind === b.ending.kind && bytesOf(a.words).equals(bytesOf(b.words));
}

function bytesOf(words: BigUint64Array): Buffer {
  return Buffer.from(words.buffer, words.byteOffset, words.byteLength);
}

/**
 * Between two candidates neither is the older one, so each is held against the other; against the original or the references,
 * where the old side runs into undefined behaviour says nothing against the new one.
 */
export function compareSides<Case, Trace>(
  pack: Pack<Case, Trace>,
  sides: {
    readonly before: Trace;
    readonly after: Trace;
    readonly against: string;
    readonly candidate: string;
  },
  dimension: Dimension,
  entry: string,
): Mismatch | null {
  const { before, after, against, candidate } = sides;
  const found = pack.compare(before, after, dimension, entry);
  if (found !== null) return named(found, candidate, against);
  if (against === ORIGINAL || against === REFERENCE) return null;
  const turned = pack.compare(after, before, dimension, entry);
  return turned && named(turned, against, candidate);
}

/** Oracles speak of the new version and the old one; people want to know which. */
function named(mismatch: Mismatch, after: string, before: string): Mismatch {
  const what = mismatch.what
    .replaceAll('the new version', after)
    .replaceAll(/the old (one|version)/g, before);
  return { ...mismatch, what };
}
