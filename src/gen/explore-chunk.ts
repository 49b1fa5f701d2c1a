/** Explored cases on every version side by side: each pair of versions is held against each other by what they can come to. */
import type { Pack } from '../pack-api/pack.js';
import { caseOf } from './case-of.js';
import {
  ORIGINAL,
  type CampaignOptions,
  type Chunk,
  type ChunkResult,
  type FoundMismatch,
  type RunnableVersion,
  type StuckCase,
} from './campaign.js';
import { compareExplored, ENDLESS, explore, RUN_FUEL, type Explored } from './explore.js';
import { addThreads, NO_THREADS, type ThreadCount } from './thread-count.js';

/** One action of others in a schedule. */
export const PLAIN_SCOPE = { most: 400, pairs: false } as const;

export function exploreChunk<Case, Trace>(
  pack: Pack<Case, Trace>,
  versions: readonly RunnableVersion[],
  chunk: Chunk,
  options: CampaignOptions,
): ChunkResult {
  const { exploration } = pack;
  const counts = new Map<string, Counts>();
  const mismatches = new Map<string, FoundMismatch>();
  const stuck = new Map<string, StuckCase>();
  const unstable: { version: string; index: number }[] = [];
  const covered = versions.map(() => new Set<number>());
  // of a proof all is single steps of other CPUs: tasks have no scope of their own
  const scope = {
    ...(options.scope ?? PLAIN_SCOPE),
    entries: chunk.scope === undefined ? commonEntries(versions) : new Set<string>(),
  };
  let left = chunk.exploring?.budget ?? 0n;

  for (let index = chunk.from; exploration && index < chunk.from + chunk.count; index++) {
    if (chunk.scope !== undefined) {
      const input = caseOf(pack, options.seed, chunk, index);
      if (input !== null && !sameDigests(input)) left -= exploreCase(index, input, left).spent;
      continue;
    }
    // what one case leaves, the others may take
    let share = left > 0n ? left / BigInt(chunk.from + chunk.count - index) : 0n;
    for (let tried = 0, telling = false; !telling && tried < TRIES && share > 0n;) {
      const found = tellingCase(pack, versions, chunk, index, tried, (number) =>
        chunk.exploring?.threads === true
          ? exploration.generateThreads(options.seed, chunk.entry, number, scope.entries)
          : exploration.generate(options.seed, chunk.entry, chunk.dimension, number),
      );
      if (found === null) break;
      tried = found.tried;
      const { spent, covers } = exploreCase(index, found.input, share);
      left -= spent;
      share -= spent;
      telling = covers;
    }
  }
  return {
    chunk,
    pairs: [...counts].map(([key, each]) => ({ ...splitPair(key), ...each })),
    mismatches: [...mismatches.values()],
    stuck: [...stuck.values()],
    costs: [],
    worst: null,
    covered: versions.map(({ id }, at) => ({
      version: id,
      sites: [...(covered[at] ?? [])].sort((a, b) => a - b),
    })),
    unstable,
  };

  /** What most cases of a proof come to, without a look at what it is: then they are counted. */
  function sameDigests(input: Case): boolean {
    const runs: { readonly id: string; readonly found: Explored<Case> }[] = [];
    for (const { id, machine, changed } of versions) {
      const known = changed.has(chunk.entry)
        ? undefined
        : runs.find((run) => run.id === ORIGINAL)?.found;
      const found =
        known ??
        explore(pack, machine, input, chunk.dimension, { scope, budget: left, blind: true });
      const first = runs[0]?.found ?? found;
      if (found === null || first === null || !found.whole || !found.complete) return false;
      if (!sameSet(found.digests, first.digests)) return false;
      runs.push({ id, found });
    }
    runs.forEach((against, at) => {
      for (const candidate of runs.slice(at + 1)) {
        const count = countOf(`${candidate.id}\0${against.id}`);
        count.compared++;
        count.schedules += candidate.found.schedules;
      }
    });
    return true;
  }

  function countOf(key: string): Counts {
    const count = counts.get(key) ?? {
      compared: 0,
      undecided: 0,
      schedules: 0,
      threads: NO_THREADS,
    };
    counts.set(key, count);
    return count;
  }

  /** `covers`: something that changed was executed under some schedule, or there is nothing that could be. */
  function exploreCase(
    index: number,
    input: Case,
    budget: bigint,
  ): { readonly spent: bigint; readonly covers: boolean } {
    let most = 0n;
    let original: ExploredVersion<Case> | undefined;
    const runs = versions.map((version): ExploredVersion<Case> => {
      const { id } = version;
      if (original !== undefined && !version.changed.has(chunk.entry)) return { ...original, id };
      const machine = exploration?.threaded(input) === true ? version.threads : version.machine;
      if (machine == null) return { id, found: null };
      const found = explore(pack, machine, input, chunk.dimension, { scope, budget });
      if (found !== null && found.spent > most) most = found.spent;
      if (index < options.repeatCases && counts.size === 0 && found !== null) {
        const again = explore(pack, machine, input, chunk.dimension, { scope, budget });
        if (!sameSets(found, again)) unstable.push({ version: id, index });
      }
      const explored = { id, found };
      if (id === ORIGINAL) original = explored;
      return explored;
    });
    let covers = false;
    versions.forEach((version, at) => {
      for (const site of version.takeCoverage()) {
        covered[at]?.add(site);
        covers = true;
      }
    });
    runs.forEach((against, at) => {
      for (const candidate of runs.slice(at + 1)) compare(index, candidate, against);
    });
    // of threads, which run on machines of their own, nothing is known
    return { spent: most, covers: covers || exploration?.threaded(input) === true };
  }

  function compare(
    index: number,
    candidate: ExploredVersion<Case>,
    against: ExploredVersion<Case>,
  ): void {
    const key = `${candidate.id}\0${against.id}`;
    const count = countOf(key);
    if (chunk.scope !== undefined && !isWhole(candidate, against)) count.undecided++;
    // A case that does not end even without others is another dimension's.
    if (candidate.found === null || against.found === null) return;
    count.compared++;
    count.schedules += candidate.found.schedules;
    if (chunk.exploring?.threads === true) {
      const { schedules: orders, whole } = candidate.found;
      count.threads = addThreads(count.threads, { pairs: 1, orders, whole: whole ? 1 : 0 });
    }
    const difference =
      compareExplored(against.found, candidate.found, {
        against: against.id,
        candidate: candidate.id,
      }) ??
      (against.id === ORIGINAL
        ? null
        : compareExplored(candidate.found, against.found, {
            against: candidate.id,
            candidate: against.id,
          }));
    if (difference === null) return;
    if (difference.key === ENDLESS) {
      if (stuck.has(key)) return;
      const input = pack.print(difference.input);
      stuck.set(key, { candidate: candidate.id, against: against.id, index, input });
      return;
    }
    if (mismatches.has(key)) return;
    mismatches.set(key, {
      candidate: candidate.id,
      against: against.id,
      dimension: chunk.dimension,
      index,
      what: difference.what,
      input: pack.print(difference.input),
    });
  }
}

/** So many cases are looked at for one in which what changed is executed: schedules of others say nothing about it. */
const TRIES = 16;

/**
 * The first case from number `from` on in which what changed is executed though nobody else acts. Where there is none, the first of
 * all: what others do may lead to it, so whoever asked explores it, and asks again behind it if that was not so.
 */
function tellingCase<Case, Trace>(
  pack: Pack<Case, Trace>,
  versions: readonly RunnableVersion[],
  { entry }: Chunk,
  index: number,
  from: number,
  generate: (number: number) => Case | null,
): { readonly input: Case; readonly tried: number } | null {
  const { exploration } = pack;
  const changed = versions.filter((version) => version.changed.has(entry));
  let best: { readonly input: Case; readonly tried: number; readonly covering: number } | null =
    null;
  for (let attempt = from; exploration && attempt < TRIES; attempt++) {
    const input = generate(index * TRIES + attempt);
    if (input === null) continue;
    const covering = versions.filter((version) => {
      version.takeCoverage();
      pack.execute(version.machine, exploration.alone(input), RUN_FUEL);
      return version.takeCoverage().length > 0;
    });
    if (best === null || covering.length > best.covering)
      best = { input, tried: attempt + 1, covering: covering.length };
    if (changed.every((version) => covering.includes(version))) break;
  }
  return best;
}

interface ExploredVersion<Case> {
  readonly id: string;
  /** null: it does not end even without others. */
  readonly found: Explored<Case> | null;
}

interface Counts {
  compared: number;
  undecided: number;
  schedules: number;
  threads: ThreadCount;
}

function sameSet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((each) => b.has(each));
}

/** Of both sides every schedule ran to its end. */
function isWhole<Case>(...sides: readonly ExploredVersion<Case>[]): boolean {
  return sides.every(({ found }) => found !== null && found.whole && found.complete);
}

/** Tasks may call only what every version has, else the sets are of different worlds. */
export function commonEntries(
  versions: readonly { readonly entries: ReadonlySet<string> }[],
): ReadonlySet<string> {
  const [first, ...others] = versions;
  return new Set(
    [...(first?.entries ?? [])].filter((entry) =>
      others.every(({ entries }) => entries.has(entry)),
    ),
  );
}

function sameSets<Case>(a: Explored<Case>, b: Explored<Case> | null): boolean {
  const keys = (each: Explored<Case>): string =>
    JSON.stringify([[...each.faults.keys()], [...each.outcomes.keys()], each.schedules]);
  return b !== null && keys(a) === keys(b);
}

function splitPair(key: string): { candidate: string; against: string } {
  const [candidate = '', against = ''] = key.split('\0');
  return { candidate, against };
}
