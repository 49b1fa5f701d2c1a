/** What would have to be for a place to be executed that no case came to. */
import type { Steered, WatchedSite } from '../gen/steer.js';
import { sitesAt } from '../gen/steer.js';
import type { UnreachedReport } from '../report/report.js';
import type { OpenVersion } from '../version/build-version.js';
import type { PreparedVersion } from '../version/prepare.js';

export function whatItTakes(
  version: PreparedVersion,
  source: OpenVersion,
  sites: readonly WatchedSite[],
  { counts, runs }: Pick<Steered<unknown>, 'counts' | 'runs'>,
  place: string,
): UnreachedReport {
  const own = sitesAt(sites, place);
  const way = wayTo(sites, counts, own);
  const conditions = (way ?? []).map((site) => ({
    outcome: sites[site]?.branch ?? '',
    asked: askedIn(sites, counts, site),
  }));
  const notCalled =
    way !== null || own.length === 0 ? null : (sites[own[0] ?? 0]?.function ?? null);
  return {
    candidate: version.id,
    place,
    runs,
    needs: conditions,
    notCalled:
      notCalled === null
        ? null
        : { function: notCalled, callers: callersOf(version, source, notCalled) },
  };
}

/**
 * Outcomes on the shortest way from what was executed to one of these sites, the first to be met first; null: their function was not
 * called at all.
 */
function wayTo(
  sites: readonly WatchedSite[],
  counts: readonly number[],
  own: readonly number[],
): number[] | null {
  const behind = new Map<number, number | null>(own.map((site) => [site, null]));
  const queue = [...own];
  for (let site = queue.shift(); site !== undefined; site = queue.shift()) {
    const isOutcome = sites[site]?.branch != null;
    if (isOutcome && askedIn(sites, counts, site) > 0) {
      const way: number[] = [];
      for (let at: number | null = site; at !== null; at = behind.get(at) ?? null)
        if (sites[at]?.branch != null) way.push(at);
      return way;
    }
    for (const need of sites[site]?.needs ?? []) {
      if (behind.has(need)) continue;
      behind.set(need, site);
      queue.push(need);
    }
  }
  return null;
}

/** In how many runs the condition was evaluated, whatever came out of it. */
function askedIn(sites: readonly WatchedSite[], counts: readonly number[], site: number): number {
  const place = conditionOf(sites[site]?.branch ?? null);
  let most = 0;
  sites.forEach((each, at) => {
    if (conditionOf(each.branch) === place && each.function === sites[site]?.function)
      most = Math.max(most, counts[at] ?? 0);
  });
  return most;
}

function conditionOf(branch: string | null): string | null {
  return branch === null ? null : (/^(.*?:\d+:\d+) /.exec(branch)?.[1] ?? branch);
}

/** Functions with a body that name it. */
function callersOf({ reach }: PreparedVersion, source: OpenVersion, name: string): string[] {
  const reached = new Set([...reach.values()].flatMap((each) => [...each]));
  return [...source.declarations.values()]
    .filter((each) => each.kind === 'function' && each.name !== name && each.mentions.has(name))
    .map((each) => each.name)
    .filter((each) => reached.has(each))
    .sort();
}
