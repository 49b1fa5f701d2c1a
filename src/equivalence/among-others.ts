/**
 * One case in which others act, judged: what it comes to on one side is a difference only if the other side comes to it under no
 * schedule of its scope. The two traces shown are of the case itself.
 */
import { ORIGINAL } from '../gen/campaign.js';
import { compareExplored, type Explored } from '../gen/explore.js';
import type { Pack } from '../pack-api/pack.js';
import type { Campaign, Seen, Side } from './find-witness.js';

export function compareAmongOthers<Case, Trace>(
  pack: Pack<Case, Trace>,
  input: Case,
  { dimension }: Campaign,
  against: Side<Case, Trace>,
  candidate: Side<Case, Trace>,
  how: 'run' | 'verify',
): Seen<Trace> | null {
  const traceOf = (side: Side<Case, Trace>): Trace | null =>
    how === 'verify' ? side.verify(input) : (side.run(input)?.trace() ?? null);
  const before = traceOf(against);
  const after = traceOf(candidate);
  if (before === null || after === null) return null;
  // Between two candidates neither is the older one.
  const ways: readonly [Side<Case, Trace>, Trace, Side<Case, Trace>, Trace][] =
    against.id === ORIGINAL
      ? [[against, before, candidate, after]]
      : [
          [against, before, candidate, after],
          [candidate, after, against, before],
        ];
  for (const [old, oldTrace, now, nowTrace] of ways) {
    const what = differs(pack, input, dimension, old, oldTrace, now, nowTrace);
    if (what !== null) return { mismatch: { dimension, ...what }, before, after };
  }
  return null;
}

function differs<Case, Trace>(
  pack: Pack<Case, Trace>,
  input: Case,
  dimension: Campaign['dimension'],
  old: Side<Case, Trace>,
  oldTrace: Trace,
  now: Side<Case, Trace>,
  nowTrace: Trace,
): { readonly kind: string; readonly what: string } | null {
  const { exploration } = pack;
  if (exploration === null) return null;
  const shown = oneCase(pack, input, nowTrace);
  const there = oneCase(pack, input, oldTrace);
  const isNew =
    [...shown.faults.keys()].some((key) => !there.faults.has(key)) ||
    [...shown.outcomes.keys()].some((outcome) => !there.outcomes.has(outcome));
  // Nearly always the old side does the same under the same schedule, and all others need not be run.
  if (!isNew) return null;
  const base = exploration.base(input);
  const single = exploration.alone(input);
  const all = old.explore(base, dimension);
  const alone = now.run(single)?.trace() ?? null;
  if (all === null || alone === null) return null;
  const own = oneCase(pack, single, alone);
  const found = compareExplored(
    { ...all, ...merged(all, there) },
    { ...shown, alone: { faults: new Set(own.faults.keys()), outcome: first(own.outcomes) } },
    { against: old.id, candidate: now.id },
  );
  return found === null ? null : { kind: `${found.kind} ${found.key}`, what: found.what };
}

/** What a single run shows, as a set of its own. */
function oneCase<Case, Trace>(
  { exploration }: Pack<Case, Trace>,
  input: Case,
  trace: Trace,
): Explored<Case> {
  const faults = exploration?.faults(trace) ?? [];
  const outcome = exploration?.outcome(trace).join('\n');
  return {
    faults: new Map(faults.map(({ key, what }) => [key, { what, input }])),
    outcomes: new Map(outcome === undefined ? [] : [[outcome, input]]),
    alone: { faults: new Set(), outcome: null },
    complete: false,
    whole: false,
    digests: new Set(),
    schedules: 1,
    spent: 0n,
  };
}

function merged<Case>(
  a: Explored<Case>,
  b: Explored<Case>,
): Pick<Explored<Case>, 'faults' | 'outcomes'> {
  return {
    faults: new Map([...a.faults, ...b.faults]),
    outcomes: new Map([...a.outcomes, ...b.outcomes]),
  };
}

function first(outcomes: ReadonlyMap<string, unknown>): string | null {
  return outcomes.keys().next().value ?? null;
}
