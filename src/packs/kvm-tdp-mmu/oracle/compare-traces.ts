/**
 * Do two runs of the same case mean the same? Safety comes first (a WARN, a broken rule, a run that stops), then what the runs did
 * call by call, then the state they left. Costs, tracepoints, extra yields, the kind of access and the moment of a flush are no
 * difference. Where the old run ends in undefined behaviour, a BUG or never, it says nothing against the new one.
 */
import type { Dimension } from '../../../pack-api/pack.js';
import { entryPoint } from '../entry-points.js';
import type { Scenario } from '../scenario.js';
import type { CaseTrace, Trace, TraceEvent } from '../trace.js';
import { endingText, eventText } from '../trace-text.js';
import { canonical } from './canonical.js';
import type { CallTrace, CanonicalTrace } from './canonical.js';
import { compareMasks } from './compare-masks.js';
import { accountFlushes, invalidRoots, lostFlush } from './flushes.js';
import { isFact, isNote, plainNote } from './final-notes.js';
import type { Mismatch } from './mismatch.js';
import { Places } from './places.js';
import { violations } from './protocol.js';

export interface CompareOptions {
  /** What the cases may do: differences that are no matter of safety are found in it. */
  readonly dimension: Dimension;
  readonly entry: string;
}

/** Both traces are of the same case. */
export function compareTraces(
  before: CaseTrace,
  after: CaseTrace,
  { dimension }: CompareOptions,
): Mismatch | null {
  const { scenario } = before;
  if (before.ending.kind !== 'returned' || after.ending.kind === 'out-of-fuel') return null;
  const [old, now] = [canonical(before), canonical(after)];
  return (
    compareEndings(after, dimension) ??
    compareSafety(old, now, before) ??
    compareCalls(old, now, scenario, dimension) ??
    compareFinal(old, now, dimension) ??
    compareMasks(before.masks, after.masks, dimension)
  );
}

function compareEndings(after: Trace, dimension: Dimension): Mismatch | null {
  const { ending } = after;
  const mismatch = (in_: Dimension, what: string): Mismatch => ({
    dimension: in_,
    kind: ending.kind,
    what,
    old: 'returned',
    new: endingText(ending),
    index: null,
  });
  switch (ending.kind) {
    case 'returned':
    case 'out-of-fuel':
      return null;
    case 'trap':
      return mismatch('safety', `the new version ends in ${endingText(ending)}`);
    case 'bug': {
      const bug = after.events.find((event) => event.kind === 'bug');
      return mismatch('safety', bug === undefined ? 'the new version hits BUG()' : eventText(bug));
    }
    case 'endless':
      return mismatch(dimension, 'the new version never ends, and the old one does');
    case 'deadlock':
      return mismatch(dimension, `the new version ${endingText(ending)}, and the old one does not`);
  }
}

// Safety -----------------------------------------------------------------------------------------------------------------------

function compareSafety(old: CanonicalTrace, now: CanonicalTrace, of: CaseTrace): Mismatch | null {
  return (
    compareWarnings(old, now) ??
    compareRules(old, now, of) ??
    compareLeaks(old, now) ??
    compareNotes(old, now) ??
    compareVmBugs(old, now)
  );
}

type Said = Extract<TraceEvent, { kind: 'warn' }>;

/**
 * The place and the wording of a WARN are the author's affair, how often it fires depends on how often one looks: what counts is
 * whether the run WARNs, and of how many different things.
 */
function compareWarnings(old: CanonicalTrace, now: CanonicalTrace): Mismatch | null {
  const warnings = ({ events }: CanonicalTrace): Map<string, { event: Said; index: number }> => {
    const found = new Map<string, { event: Said; index: number }>();
    events.forEach((event, index) => {
      if (event.kind !== 'warn') return;
      const key = event.condition.replaceAll(/\s+/g, '');
      if (!found.has(key)) found.set(key, { event, index });
    });
    return found;
  };
  const [then, here] = [warnings(old), warnings(now)];
  if (here.size > then.size) {
    const added = [...here].find(([key]) => !then.has(key))?.[1];
    if (added === undefined) return null;
    const text = eventText(added.event);
    return safety('warn', `only the new version WARNs: ${text}`, null, text, added.index);
  }
  if (here.size < then.size) {
    const gone = [...then].find(([key]) => !here.has(key))?.[1];
    if (gone === undefined) return null;
    const text = eventText(gone.event);
    return safety('warn-gone', `only the old version WARNs: ${text}`, text, null, gone.index);
  }
  return null;
}

function compareRules(
  old: CanonicalTrace,
  now: CanonicalTrace,
  { scenario, schedule }: CaseTrace,
): Mismatch | null {
  const rules = (trace: CanonicalTrace): Map<string, number> => {
    const found = new Map<string, number>();
    trace.events.forEach((event, index) => {
      if (event.kind === 'lock-rule' && !found.has(event.rule)) found.set(event.rule, index);
    });
    for (const { rule, event } of violations(trace, scenario, schedule)) {
      if (!found.has(rule)) found.set(rule, event);
    }
    return found;
  };
  const [then, here] = [rules(old), rules(now)];
  for (const [rule, index] of here) {
    if (then.has(rule)) continue;
    return safety('rule', `only the new version breaks a rule: ${rule}`, null, rule, index);
  }
  return null;
}

function compareLeaks(old: CanonicalTrace, now: CanonicalTrace): Mismatch | null {
  if (now.leaked.length <= old.leaked.length) return null;
  const names = now.leaked.join(', ');
  return safety('leak', `only the new version leaks: ${names}`, null, names, null);
}

function compareVmBugs(old: CanonicalTrace, now: CanonicalTrace): Mismatch | null {
  const dead = (trace: CanonicalTrace): number =>
    trace.events.findIndex((event) => event.kind === 'vm-bugged');
  if (dead(now) < 0 || dead(old) >= 0) return null;
  const what = 'only the new version declares the VM dead (KVM_BUG_ON)';
  return safety('vm-bugged', what, null, 'the VM is dead', dead(now));
}

function safety(
  kind: string,
  what: string,
  old: string | null,
  now: string | null,
  index: number | null,
): Mismatch {
  return { dimension: 'safety', kind, what, old, new: now, index };
}

// Calls ------------------------------------------------------------------------------------------------------------------------

function compareCalls(
  old: CanonicalTrace,
  now: CanonicalTrace,
  scenario: Scenario,
  dimension: Dimension,
): Mismatch | null {
  const places = { old: new Places(scenario), now: new Places(scenario) };
  const invalid = invalidRoots(scenario);
  for (const [number, then] of old.calls.entries()) {
    const here = now.calls[number];
    if (here === undefined) return null; // the ending has said why
    const info = entryPoint(then.entry);
    const rules = {
      returnsFlush: info?.returns === 'flush',
      handedIn: scenario.calls[number]?.args['flush'] === 1n,
    };
    const flushes = {
      old: accountFlushes(then, rules, places.old, invalid),
      now: accountFlushes(here, rules, places.now, invalid),
    };
    const found =
      compareChanges(then, here) ??
      compareReturns(then, here, info?.returns === 'value') ??
      compareFlushes(then, here, flushes) ??
      compareReports(then, here) ??
      compareStatistics(then, here) ??
      compareFrees(then, here);
    if (found !== null) return { dimension, ...found };
    if (then.entry === 'kvm_tdp_mmu_invalidate_all_roots') {
      scenario.roots.forEach((_, root) => invalid.add(root));
    }
  }
  return null;
}

type Found = Omit<Mismatch, 'dimension'>;

type Change = Extract<TraceEvent, { kind: 'spte' }>;

/** Which SPTEs changed, from what to what, in which order; by what kind of access is for the rules to judge. */
function compareChanges(old: CallTrace, now: CallTrace): Found | null {
  const changes = (call: CallTrace): { event: Change; index: number }[] =>
    call.events.flatMap((event, at) =>
      event.kind === 'spte' ? [{ event, index: call.first + at }] : [],
    );
  const [then, here] = [changes(old), changes(now)];
  for (let at = 0; at < Math.max(then.length, here.length); at++) {
    const [a, b] = [then[at], here[at]];
    const [was, is] = [a && eventText(a.event), b && eventText(b.event)];
    if (was === is) continue;
    const index = (b ?? a)?.index ?? null;
    const lines = { old: was ?? null, new: is ?? null, index };
    if (b === undefined || a === undefined) {
      const who = b === undefined ? 'old' : 'new';
      return { kind: 'spte', what: `only the ${who} version changes ${was ?? is ?? ''}`, ...lines };
    }
    const what = `SPTE change ${String(at + 1)} differs: ${was ?? ''} in the old version, ${is ?? ''} in the new version`;
    return { kind: 'spte', what, ...lines };
  }
  return null;
}

function compareReturns(old: CallTrace, now: CallTrace, byValue: boolean): Found | null {
  const say = (call: CallTrace): string =>
    call.end?.returns == null ? 'nothing' : String(BigInt.asIntN(64, call.end.returns));
  const at = now.first + now.events.length;
  if (byValue && say(old) !== say(now)) {
    return {
      kind: 'return',
      what: `${now.entry} returns ${say(now)} in the new version, ${say(old)} in the old version`,
      old: say(old),
      new: say(now),
      index: at,
    };
  }
  const results = (call: CallTrace): string[] =>
    call.events
      .filter((event) => event.kind === 'result')
      .map(eventText)
      .sort();
  const difference = firstDifference(results(old), results(now));
  if (difference === null) return null;
  const what = `${now.entry} gives back ${difference.new ?? 'nothing'} in the new version, ${difference.old ?? 'nothing'} in the old version`;
  return { kind: 'return', what, ...difference, index: at };
}

function compareFlushes(
  old: CallTrace,
  now: CallTrace,
  flushes: Record<'old' | 'now', ReturnType<typeof accountFlushes>>,
): Found | null {
  const loss = lostFlush(flushes.old, flushes.now);
  if (loss === null) return null;
  const flush = (call: CallTrace): string | null => {
    const event = call.events.find((e) => e.kind === 'flush-all' || e.kind === 'flush-range');
    if (event !== undefined) return eventText(event);
    return call.end?.returns === 1n ? 'returns that a flush is owed' : null;
  };
  const index = loss.event < 0 ? null : now.first + loss.event;
  return { kind: loss.kind, what: loss.what, old: flush(old), new: flush(now), index };
}

/**
 * Reports to memory management and the dirty log. Their order is not seen by anyone. Marking a page dirty twice is marking it
 * dirty; marking it accessed twice activates it, so there the number counts.
 */
function compareReports(old: CallTrace, now: CallTrace): Found | null {
  const dirty = (call: CallTrace): string[] =>
    [
      ...new Set(
        call.events.filter((e) => e.kind === 'pfn-dirty' || e.kind === 'dirty-log').map(eventText),
      ),
    ].sort();
  const accessed = (call: CallTrace): string[] =>
    call.events
      .filter((e) => e.kind === 'pfn-accessed')
      .map(eventText)
      .sort();
  for (const reports of [dirty, accessed]) {
    const difference = firstDifference(reports(old), reports(now));
    if (difference === null) continue;
    const who = difference.old === null ? 'new' : 'old';
    const what = `only the ${who} version reports: ${difference.old ?? difference.new ?? ''}`;
    const text = difference.new ?? difference.old;
    const index = now.events.findIndex((event) => eventText(event) === text);
    return { kind: 'report', what, ...difference, index: index < 0 ? null : now.first + index };
  }
  return null;
}

/** Net over the call. */
function compareStatistics(old: CallTrace, now: CallTrace): Found | null {
  const net = (call: CallTrace): string[] => {
    const sums = new Map<string, bigint>();
    for (const event of call.events) {
      if (event.kind !== 'page-stats' && event.kind !== 'table-pages') continue;
      const what =
        event.kind === 'table-pages' ? 'page tables' : `pages at level ${String(event.level)}`;
      sums.set(what, (sums.get(what) ?? 0n) + event.delta);
    }
    return [...sums]
      .filter(([, sum]) => sum !== 0n)
      .map(([what, sum]) => `${what}: ${String(sum)}`)
      .sort();
  };
  const difference = firstDifference(net(old), net(now));
  if (difference === null) return null;
  const what = `statistics differ: ${difference.old ?? 'no change'} in the old version, ${difference.new ?? 'no change'} in the new version`;
  return { kind: 'statistics', what, ...difference, index: null };
}

/** What was freed by the end of the call; a spare that was allocated and given back again is no one's business. */
function compareFrees(old: CallTrace, now: CallTrace): Found | null {
  const freed = (call: CallTrace): string[] =>
    call.events
      .flatMap((e) => (e.kind === 'free' && !e.name.startsWith('unused') ? [eventText(e)] : []))
      .sort();
  const difference = firstDifference(freed(old), freed(now));
  if (difference === null) return null;
  const who = difference.old === null ? 'new' : 'old';
  const what = `only the ${who} version does: ${difference.old ?? difference.new ?? ''}`;
  return { kind: 'free', what, ...difference, index: null };
}

/** Of two sorted lists: the first line that only one of them has. */
function firstDifference(
  old: readonly string[],
  now: readonly string[],
): { old: string | null; new: string | null } | null {
  for (let at = 0; at < Math.max(old.length, now.length); at++) {
    const [was, is] = [old[at], now[at]];
    if (was === is) continue;
    if (is === undefined || (was !== undefined && was < is)) return { old: was ?? null, new: null };
    return { old: null, new: is };
  }
  return null;
}

// Final state ------------------------------------------------------------------------------------------------------------------

/** Which table it happens to depends on the order of allocation; how often it happens does not. */
function compareNotes(old: CanonicalTrace, now: CanonicalTrace): Mismatch | null {
  const left = new Map<string, number>();
  for (const line of old.final) {
    const kind = plainNote(line);
    left.set(kind, (left.get(kind) ?? 0) + 1);
  }
  for (const line of now.final) {
    if (!isNote(line) || isFact(line)) continue;
    const kind = plainNote(line);
    const expected = left.get(kind) ?? 0;
    left.set(kind, expected - 1);
    if (expected > 0) continue;
    const what = `only the new version ends so: ${line.slice('note '.length)}`;
    return safety('state', what, null, line, null);
  }
  return null;
}

function compareFinal(
  old: CanonicalTrace,
  now: CanonicalTrace,
  dimension: Dimension,
): Mismatch | null {
  // Versions may make tables in another order, so facts about them are no sequence.
  const lines = ({ final }: CanonicalTrace): string[] => [
    ...final.filter((line) => !isNote(line)),
    ...final.filter(isFact).sort(),
  ];
  const [then, here] = [lines(old), lines(now)];
  for (let at = 0; at < Math.max(then.length, here.length); at++) {
    const [was, is] = [then[at], here[at]];
    if (was === is) continue;
    const what = `the final state differs: ${was ?? 'nothing'} in the old version, ${is ?? 'nothing'} in the new version`;
    return { dimension, kind: 'final', what, old: was ?? null, new: is ?? null, index: null };
  }
  return null;
}
