/**
 * All schedules of a scope: every step of the rely at every access to the SPTE that it changes, every other task at every
 * access to an SPTE that holds something or lies beside one, and both right before the call returns, steps also before it does
 * anything. Places are those that a run
 * of the version came by, so each version has schedules of its own; what is compared are the sets of what they come to.
 */
import { Random } from '../generate/random.js';
import { referencesOfZapper } from '../invariants.js';
import { lockOf, mayRunWithin } from '../rely/locks.js';
import type { Step } from '../rely/rules.js';
import type { Call, LeafEntry, Scenario } from '../scenario.js';
import type { Action, Place, Schedule, ScheduleRule } from '../schedule.js';
import type { SeenPlace } from './places.js';
import { targetKey, targetsOf } from './targets.js';
import type { Target } from './targets.js';
import { tasksOf } from './tasks.js';

export interface Scope {
  readonly dimension: 'yield' | 'concurrent';
  /** At most so many schedules; the rest is drawn at random. */
  readonly most: number;
  /** Pairs of steps and tasks as well. */
  readonly pairs: boolean;
  readonly seed: string;
  /** Entry points that tasks may call in this version. */
  readonly entries: (entry: string) => boolean;
}

export interface Schedules {
  readonly schedules: readonly Schedule[];
  /** Nothing of the scope is left out. */
  readonly complete: boolean;
  /** The first ones, if these are all in which one step or task comes in between; null where some of those are left out. */
  readonly singles: number | null;
}

export function schedulesOf(
  scenario: Scenario,
  places: readonly SeenPlace[],
  scope: Scope,
): Schedules {
  const [call] = scenario.calls;
  if (call === undefined) return { schedules: [], complete: true, singles: 0 };
  const single =
    scope.dimension === 'concurrent'
      ? concurrentRules(scenario, call, places, scope)
      : yieldRules(scenario, call, places, scope);
  const legal = (rules: Rules): boolean => referencesSuffice(scenario, rules);
  const ones = single.filter(legal);
  const all = scope.pairs ? [...ones, ...pairsOf(single).filter(legal)] : ones;
  const singles = ones.length <= scope.most ? ones.length : null;
  if (all.length <= scope.most)
    return { schedules: all.map((rules) => ({ rules })), complete: true, singles };
  // Single ones before pairs, spread over all places.
  const random = new Random(`schedules\0${scope.seed}`);
  const first = singles === null ? [] : [...ones];
  const rest = singles === null ? [...ones] : all.slice(singles);
  while (first.length < scope.most && rest.length > 0) {
    const [chosen] = rest.splice(random.below(rest.length), 1);
    if (chosen !== undefined) first.push(chosen);
  }
  return { schedules: first.map((rules) => ({ rules })), complete: false, singles };
}

/** Each vCPU puts its own reference, once. */
function referencesSuffice({ roots, calls }: Scenario, rules: Rules): boolean {
  const puts = new Map<number, number>();
  const all = [...calls, ...rules.flatMap(({ action: a }) => (a.kind === 'task' ? [a.call] : []))];
  for (const { entry, args } of all) {
    if (entry !== 'kvm_tdp_mmu_put_root') continue;
    const root = Number(args['root'] ?? 0n);
    puts.set(root, (puts.get(root) ?? 0) + 1);
  }
  return [...puts].every(([root, count]) => {
    const of = roots[root];
    return of !== undefined && count <= of.references - referencesOfZapper(of);
  });
}

type Rules = readonly ScheduleRule[];

function* concurrent(
  scenario: Scenario,
  call: Call,
  places: readonly SeenPlace[],
  scope: Scope,
): Generator<Rules> {
  const targets = targetsOf(scenario);
  const known = new Set(targets.map(targetKey));
  const near = places.filter(
    ({ event, spte }) => isAccess(event) && spte !== null && known.has(targetKey(spte)),
  );
  const [begin, end] = ['begin', 'end'].map((event) => places.find((each) => each.event === event));
  for (const target of targets) {
    for (const step of stepsOn(scenario, call, target)) {
      const own = { root: target.root, level: target.level, gfn: target.gfn };
      for (const place of near) {
        if (place.spte === null || targetKey(place.spte) !== targetKey(target)) continue;
        if (place.spte.root !== null && place.spte.root !== target.root) continue;
        yield [ruleAt(place, { kind: 'step', step, at: null })];
      }
      // Who does not come by the SPTE may still come by what another task makes of it.
      for (const place of [begin, end])
        if (place !== undefined) yield [ruleAt(place, { kind: 'step', step, at: own })];
    }
  }
  // At the end nothing is held; what could have run within the call may as well run right behind it.
  for (const task of tasksOf(scenario)) {
    if (!scope.entries(task.entry)) continue;
    for (const place of near) {
      if (mayRunWithin(call, place.held, task)) yield [ruleAt(place, { kind: 'task', call: task })];
    }
    if (end !== undefined && mayRunWithin(call, lockOf(call), task))
      yield [ruleAt(end, { kind: 'task', call: task })];
  }
}

function concurrentRules(...args: Parameters<typeof concurrent>): Rules[] {
  return [...concurrent(...args)];
}

/** One reschedule, and what others do while mmu_lock is dropped; several reschedules; and what happens around an allocation. */
function yieldRules(
  scenario: Scenario,
  call: Call,
  places: readonly SeenPlace[],
  scope: Scope,
): Rules[] {
  const known = new Set(targetsOf(scenario).map(targetKey));
  const polls = uniqueBySpte(
    places.filter(
      ({ event, spte }) => event === 'poll' && spte !== null && known.has(targetKey(spte)),
    ),
  );
  const found: Rules[] = [];
  const yields = polls.map((place) => ruleAt(place, { kind: 'reschedule' }));
  for (let subset = 1; subset < 1 << Math.min(yields.length, 4); subset++)
    found.push(yields.filter((_, at) => (subset & (1 << at)) !== 0));
  const acts: Action[] = tasksOf(scenario)
    .filter((task) => scope.entries(task.entry) && mayRunWithin(call, 'none', task))
    .map((task) => ({ kind: 'task', call: task }));
  for (const asked of yields)
    for (const action of acts)
      found.push([asked, { place: { ...asked.place, event: 'unlocked' }, action }]);
  for (const place of uniqueBySpte(places.filter(({ event }) => event === 'unlocked')))
    for (const action of acts) found.push([ruleAt(place, action)]);
  return found;
}

const isAccess = (event: Place['event']): boolean =>
  event === 'read' ||
  event === 'write' ||
  event === 'xchg' ||
  event === 'cmpxchg' ||
  event === 'and';

function uniqueBySpte(places: readonly SeenPlace[]): readonly SeenPlace[] {
  const unique = new Map<string, SeenPlace>();
  for (const place of places) {
    const key = place.spte === null ? '' : targetKey(place.spte);
    if (!unique.has(key)) unique.set(key, place);
  }
  return [...unique.values()];
}

function ruleAt(seen: SeenPlace | undefined, action: Action): ScheduleRule {
  const spte = seen?.spte ?? null;
  const isPoll = seen?.event === 'poll';
  const place: Place = {
    function: isPoll || seen === undefined || seen.function === '' ? '*' : seen.function,
    event: seen?.event ?? 'end',
    gfn: spte === null ? null : { first: spte.gfn, last: spte.gfn },
    level: spte?.level ?? null,
    ...(seen?.holds == null || isPoll || seen.event === 'unlocked' ? {} : { holds: seen.holds }),
  };
  return { place, action };
}

/** Steps that could become legal on the SPTE at some moment; where one is not, nothing happens. */
function stepsOn(scenario: Scenario, call: Call, { root, entry }: Target): Step[] {
  // No vCPU runs on an invalid root, nor in a VM that is torn down.
  if (scenario.roots[root]?.invalid !== false || call.entry === 'kvm_tdp_mmu_zap_all') return [];
  if (entry?.kind !== 'leaf') return [];
  return stepsOnLeaf(
    scenario.configuration.adBits || scenario.configuration.format === 'npt',
    entry,
  );
}

function stepsOnLeaf(adBits: boolean, leaf: LeafEntry): Step[] {
  const steps: Step[] = [];
  if (adBits) {
    steps.push('accessed');
    if (leaf.mmuWritable) steps.push('dirty');
  } else steps.push('fast-access');
  if (leaf.mmuWritable) steps.push('fast-write');
  return steps;
}

const isTaskAtEnd = ({ place, action }: ScheduleRule): boolean =>
  place.event === 'end' && action.kind === 'task';

/** In both orders where they meet at the same place: rules of one place come one at an access. */
function* pairs(single: readonly Rules[]): Generator<Rules> {
  for (const [at, a] of single.entries()) {
    for (const [other, b] of single.entries()) {
      const [first, second] = [a.at(-1), b.at(-1)];
      if (first === undefined || second === undefined) continue;
      // What comes twice on one side can come twice on the other: at the end there is always time.
      if (other === at && !isTaskAtEnd(first)) continue;
      if (other < at && !samePlace(first, second)) continue;
      yield [...a, ...b];
    }
  }
}

function pairsOf(single: readonly Rules[]): Rules[] {
  return [...pairs(single)];
}

function samePlace(a: ScheduleRule, b: ScheduleRule): boolean {
  const key = ({ place }: ScheduleRule): string =>
    [place.event, place.function, place.level, place.gfn?.first, place.holds].join(' ');
  return key(a) === key(b);
}
