/**
 * Changed lines and branches that a campaign did not execute are gone for once more, by a search that is led by what its cases execute.
 * What it finds runs on every version like any case of the campaign; what it does not find is told with what it would take.
 */
import type { CheckRequest } from '../check-thread.js';
import type { Engine, Runner } from '../engine.js';
import type { CampaignOptions, Chunk, ChunkResult } from '../gen/campaign.js';
import type { EntrySummary } from '../gen/merge.js';
import { steer, type Steered, type Target, type WatchedVersion } from '../gen/steer.js';
import type { EntryPoint } from '../pack-api/pack.js';
import type { UnreachedReport } from '../report/report.js';
import { constantsOn } from '../version/constants-on.js';
import type { OpenVersion } from '../version/build-version.js';
import type { PreparedVersion } from '../version/prepare.js';
import { whatItTakes } from './what-it-takes.js';

export interface SteeredCampaign {
  readonly results: readonly ChunkResult[];
  readonly unreached: readonly UnreachedReport[];
}

/** Each place has its own search; of more, the last ones have none. */
const MOST_PLACES = 64;

export async function steerToUnreached(
  request: CheckRequest,
  versions: readonly PreparedVersion[],
  entries: readonly EntryPoint[],
  runner: Runner,
  summaries: readonly EntrySummary[],
  options: CampaignOptions,
  engine: Engine,
): Promise<SteeredCampaign> {
  const chunks: Chunk[] = [];
  const unreached: UnreachedReport[] = [];
  for (const version of versions) {
    const targets = targetsOf(version, entries, summaries).slice(0, MOST_PLACES);
    const source = targets.length === 0 ? null : version.source();
    if (source?.ok !== true || engine.cancelled()) continue;
    engine.progress(`looking for ways to ${targets.length} places of ${version.id}`);
    const watched = runner.watch(version, linesOf(request.pack.files, source.value));
    if (watched === null) continue;
    const steered = search(request, version, source.value, entries, watched, targets);
    chunks.push(...chunksOf(request, steered));
    const reached = new Set(steered.found.flatMap(({ places }) => places));
    unreached.push(
      ...targets
        .filter(({ place }) => !reached.has(place))
        .map(({ place }) => whatItTakes(version, source.value, watched.sites, steered, place)),
    );
  }
  const results = await runner.executor.run(
    chunks,
    options,
    () => undefined,
    () => engine.cancelled(),
  );
  return { results: results.filter((result) => result !== null), unreached };
}

/** Places on changed lines that nothing executed, with the entry points that might. */
function targetsOf(
  version: PreparedVersion,
  entries: readonly EntryPoint[],
  summaries: readonly EntrySummary[],
): Target[] {
  const ran = new Set(summaries.flatMap(({ covered }) => [...(covered.get(version.id) ?? [])]));
  const reached = new Set<string>();
  const functions = new Map<string, Set<string>>();
  version.sites.forEach((site, at) => {
    for (const place of site.branch === null ? site.lines : [site.branch]) {
      if (ran.has(at)) reached.add(place);
      functions.set(place, (functions.get(place) ?? new Set()).add(site.function));
    }
  });
  return [...functions].flatMap(([place, names]) => {
    const own = entries
      .map(({ name }) => name)
      .filter((name) => version.entries.includes(name))
      .filter((name) => [...names].some((each) => version.reach.get(name)?.has(each)));
    return reached.has(place) || own.length === 0 ? [] : [{ place, entries: own }];
  });
}

function search(
  { pack, seed, sizes }: CheckRequest,
  version: PreparedVersion,
  source: OpenVersion,
  entries: readonly EntryPoint[],
  watched: WatchedVersion,
  targets: readonly Target[],
): Steered<unknown> {
  const lines = new Set(version.sites.flatMap((site) => site.lines));
  return steer(pack, watched, targets, {
    seed,
    budget: sizes.steered,
    yields: new Set(entries.filter(({ yields }) => yields).map(({ name }) => name)),
    constants: constantsOn(source, lines),
  });
}

/** Every line of the code under test. */
function linesOf(files: readonly string[], source: OpenVersion): Set<string> {
  const lines = new Set<string>();
  for (const file of files) {
    const count = source.read(file)?.split('\n').length ?? 0;
    for (let line = 1; line <= count; line++) lines.add(`${file}:${String(line)}`);
  }
  return lines;
}

/** Numbered from where the campaign's own cases end. */
function chunksOf({ pack, sizes }: CheckRequest, { found }: Steered<unknown>): Chunk[] {
  const groups = new Map<
    string,
    { readonly chunk: Chunk; readonly given: ReturnType<typeof pack.print>[] }
  >();
  for (const { entry, dimension, input } of found) {
    const from = dimension === 'yield' ? sizes.yields : sizes.scenarios;
    const key = `${entry}\0${dimension}`;
    const group = groups.get(key) ?? { chunk: { entry, dimension, from, count: 0 }, given: [] };
    groups.set(key, group);
    group.given.push(pack.print(input));
  }
  return [...groups.values()].map(({ chunk, given }) => ({ ...chunk, count: given.length, given }));
}
