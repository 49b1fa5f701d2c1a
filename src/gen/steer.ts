/**
 * Generation led by coverage, towards places that the cases of a campaign did not execute: cases that came near are changed a little,
 * and whatever executes something new is kept to go on from. A place is as far away as there are conditions in between that would have
 * to go the other way (`WatchedSite.needs`).
 */
import type { Dimension, Pack, RunMachine } from '../pack-api/pack.js';

/** As a compiled module names it: a statement, or one outcome of a condition. */
export interface WatchedSite {
  readonly function: string;
  /** `path:line` each; empty at an outcome. */
  readonly lines: readonly string[];
  /** `path:line:column OUTCOME: TEXT`; null at a statement. */
  readonly branch: string | null;
  /** Outcomes of the same function, by number, any of which leads here; empty: it is executed whenever the function is called. */
  readonly needs: readonly number[];
}

/** A version of which every line of the code under test is watched. */
export interface WatchedVersion {
  readonly machine: RunMachine;
  readonly sites: readonly WatchedSite[];
  /** Sites that ran since the last time it was asked, ascending. */
  takeCoverage(): readonly number[];
}

export interface Target {
  /** `path:line`, or the outcome of a condition: as in WatchedSite. */
  readonly place: string;
  readonly entries: readonly string[];
}

export interface SteerOptions {
  readonly seed: string;
  /** Runs. */
  readonly budget: number;
  /** Entry points that can yield. */
  readonly yields: ReadonlySet<string>;
  /** Integer constants of the changed code. */
  readonly constants: readonly bigint[];
}

export interface Steered<Case> {
  readonly runs: number;
  /** Cases that executed what none before did, in the order in which they were found. */
  readonly found: readonly {
    readonly entry: string;
    readonly dimension: Dimension;
    readonly input: Case;
    readonly places: readonly string[];
  }[];
  /** By site: in how many runs it was executed. */
  readonly counts: readonly number[];
}

/** Generated cases of each entry point to begin with. */
const FIRST = 24;
/** Of each place the nearest cases are changed in turn. */
const NEAREST = 4;
/** One change of so many begins anew, with a case that has nothing to do with any. */
const NEW_ONES = 12;
const FUEL = 2_000_000n;
/** A place in a function that was not called is farther than any number of conditions. */
const NOT_CALLED = 100;

export function steer<Case, Trace>(
  pack: Pack<Case, Trace>,
  watched: WatchedVersion,
  targets: readonly Target[],
  options: SteerOptions,
): Steered<Case> {
  const open = targets.map((target) => new Goal<Case>(target, watched.sites));
  const counts = watched.sites.map(() => 0);
  const found: Steered<Case>['found'][number][] = [];
  const entries = [...new Set(targets.flatMap((target) => target.entries))];
  let runs = 0;
  watched.takeCoverage();
  for (const entry of entries) {
    for (let index = 0; index < FIRST && isOpen(); index++) run(entry, generated(entry, index));
  }
  for (let turn = 0; isOpen(); turn++) {
    const left = open.filter((goal) => !goal.reached);
    const goal = left[turn % left.length];
    const entry = goal?.target.entries[Math.floor(turn / left.length) % goal.target.entries.length];
    if (goal === undefined || entry === undefined) break;
    const near = goal.nearest(entry);
    const from = near[Math.floor(turn / 2) % Math.max(1, near.length)];
    const draw = [options.seed, entry, 'steer', turn].join('\0');
    const varied =
      from === undefined || turn % NEW_ONES === 0
        ? null
        : pack.vary(from, entry, draw, options.constants);
    run(entry, varied ?? generated(entry, FIRST + turn));
  }
  return { runs, found, counts };

  function isOpen(): boolean {
    return runs < options.budget && open.some((goal) => !goal.reached);
  }

  /** Every other one with reschedules, where there can be any. */
  function generated(entry: string, index: number): Case {
    const dimension = options.yields.has(entry) && index % 2 === 1 ? 'yield' : 'sequential';
    return pack.generate(`${options.seed}\0steer`, entry, dimension, index);
  }

  function run(entry: string, input: Case): void {
    runs++;
    const raw = pack.execute(watched.machine, input, FUEL);
    const sites = new Set(watched.takeCoverage());
    if (raw.ending.kind === 'out-of-fuel') return;
    for (const site of sites) counts[site] = (counts[site] ?? 0) + 1;
    const places: string[] = [];
    for (const goal of open) {
      if (goal.reached || !goal.target.entries.includes(entry)) continue;
      if (goal.see(entry, input, sites)) places.push(goal.target.place);
    }
    if (places.length === 0) return;
    const dimension = pack.isSequential(input) ? 'sequential' : 'yield';
    found.push({ entry, dimension, input, places });
  }
}

/** One place that is to be executed, with the cases that came nearest to it. */
class Goal<Case> {
  reached = false;
  private readonly own: readonly number[];
  private readonly near = new Map<string, { input: Case; distance: number }[]>();

  constructor(
    readonly target: Target,
    private readonly sites: readonly WatchedSite[],
  ) {
    this.own = sitesAt(sites, target.place);
  }

  nearest(entry: string): readonly Case[] {
    return (this.near.get(entry) ?? []).map(({ input }) => input);
  }

  /** Whether these sites reach it. */
  see(entry: string, input: Case, ran: ReadonlySet<number>): boolean {
    const distance = distanceOf(this.sites, this.own, ran);
    if (distance === 0) return (this.reached = true);
    const known = this.near.get(entry) ?? [];
    const last = known.at(-1);
    // Of equal ones the later: they have come further from where all began.
    if (known.length < NEAREST || (last !== undefined && distance <= last.distance)) {
      known.push({ input, distance });
      known.sort((a, b) => a.distance - b.distance);
      this.near.set(entry, known.slice(0, NEAREST));
    }
    return false;
  }
}

/** Sites at a `path:line` or of an outcome. */
export function sitesAt(sites: readonly WatchedSite[], place: string): number[] {
  return sites.flatMap(({ lines, branch }, at) =>
    branch === place || lines.includes(place) ? [at] : [],
  );
}

/** How many conditions would have to go another way before one of these sites is executed; 0: one was. */
function distanceOf(
  sites: readonly WatchedSite[],
  from: readonly number[],
  ran: ReadonlySet<number>,
): number {
  const seen = new Set(from);
  for (let [layer, distance] = [[...from], 0]; layer.length > 0; distance++) {
    if (layer.some((site) => ran.has(site))) return distance;
    const needs = layer.map((site) => sites[site]?.needs ?? []);
    layer = [...new Set(needs.flat())].filter((site) => !seen.has(site));
    for (const site of layer) seen.add(site);
  }
  return NOT_CALLED;
}
