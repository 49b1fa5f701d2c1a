/**
 * Every mutant of a share of the sites, checked as a run checks a candidate. Mutants are made from the model tree, or from the
 * kernel tree that MUTATE_TREE names. What was found out before, with the same sources, is not found out again.
 */
import { setImmediate } from 'node:timers/promises';
import { assetsOf, defaultPack } from '../../cli/packs.js';
import { chooseTree } from '../../cli/trees.js';
import { editChecker, type EditChecker, type EditVerdict, type Stage } from './edit-checker.js';
import { reasonOf } from './equivalent.js';
import {
  appendResult,
  carriedOver,
  earlierResults,
  keyOf,
  placeOf,
  readResults,
  resultsFolder,
  SHARES,
  type MutantResult,
} from './results.js';
import { sitesOf, type Site } from './sites.js';
import { edited } from './source-edit.js';

const SEED = 'mutants';

/**
 * Until the mutant is found: what `apply` runs by default (and a little more), whether that cost more or less, then what `--deep`
 * adds: fewer small cases, each of them searched to its end.
 */
const STAGES: readonly Stage[] = [
  {
    name: 'default',
    pairs: false,
    sizes: {
      scenarios: 1000,
      yields: 63,
      strict: 10,
      explored: 4,
      schedules: 400,
      interleaved: 2,
      searched: 0,
      steered: 0,
      budget: 4_000_000,
      references: 0,
      repeats: 0,
    },
  },
  {
    name: 'deep',
    pairs: false,
    sizes: {
      scenarios: 0,
      yields: 0,
      strict: 0,
      explored: 4,
      schedules: 1000,
      interleaved: 8,
      searched: 0,
      steered: 0,
      budget: 80_000_000,
      references: 0,
      repeats: 0,
    },
  },
];
/** Scenarios that one which is said to mean the same goes through, over all entry points that reach it. */
const DEEP_SCENARIOS = 100_000;
/** So many of them at once, each with a memory of its own. */
const SIDE_BY_SIDE = 20;

export async function runMutants(share: number): Promise<void> {
  const chosen = chooseTree({ tree: process.env['MUTATE_TREE'] ?? 'model' });
  if (!chosen.ok) throw new Error(chosen.error.message);
  const pack = defaultPack();
  const checker = editChecker({ ...chosen.value, pack, assets: assetsOf(pack), seed: SEED });
  const all = sitesOf(
    checker.base.units.map((unit) => unit.index),
    pack.files,
  );
  const sites = chosenSites(all).filter((_, at) => at % SHARES === share);
  const folder = resultsFolder();
  const known = new Map(readResults(folder).map((result) => [keyOf(result), result]));
  const finders = new Finders();
  for (const result of known.values()) finders.learn(result);
  const earlier = new Map(earlierResults().map((result) => [keyOf(result), result.verdict]));

  /** Those that are said to mean the same. */
  const suspended: { readonly site: Site; readonly result: MutantResult }[] = [];
  let done = 0;
  for (const site of sites) {
    const key = keyOf({ place: placeOf(site), shown: site.shown });
    const before = known.get(key) ?? null;
    const result = before ?? firstResult(checker, site, finders, earlier.get(key) ?? null);
    const undecided = result.verdict.kind === 'survived' && result.deep === null;
    if (undecided && reasonOf(site) !== null) {
      suspended.push({ site, result });
      continue;
    }
    if (before === null) appendResult(folder, share, result);
    finders.learn(result);
    report(++done);
    // else nothing is printed before the end
    await setImmediate();
  }
  for (let from = 0; from < suspended.length; from += SIDE_BY_SIDE) {
    const some = suspended.slice(from, from + SIDE_BY_SIDE);
    const edits = some.map(({ site }) => ({ path: site.path, text: edited(site.edit) }));
    checker.deep(edits, DEEP_SCENARIOS).forEach((deep, at) => {
      const result = some[at]?.result;
      if (result !== undefined) appendResult(folder, share, { ...result, deep });
      report(++done);
    });
    await setImmediate();
  }

  function report(count: number): void {
    if (count % 25 === 0 || count === sites.length)
      console.log(`share ${share + 1}: ${count} of ${sites.length} mutants`);
  }
}

function firstResult(
  checker: EditChecker,
  site: Site,
  finders: Finders,
  earlier: EditVerdict | null,
): MutantResult {
  const { operator, shown, within } = site;
  const sameMeaning = reasonOf(site) !== null;
  // What the deep run comes to decides, and it runs many times what the first stage does.
  const stages = sameMeaning ? STAGES.slice(0, 1) : STAGES;
  const verdict =
    (sameMeaning ? earlier : null) ??
    checker.check(site.path, edited(site.edit), stages, finders.of(site.function));
  const place = placeOf(site);
  return { operator, function: site.function, place, shown, within, verdict, deep: null };
}

/** Entry points that found earlier mutants of a function: they are asked first, the best one before all. */
class Finders {
  private readonly counts = new Map<string, Map<string, number>>();

  learn({ function: name, verdict }: MutantResult): void {
    if (verdict.kind !== 'found') return;
    const own = this.counts.get(name) ?? new Map<string, number>();
    this.counts.set(name, own);
    own.set(verdict.entry, (own.get(verdict.entry) ?? 0) + 1);
  }

  of(name: string): readonly string[] {
    const own = [...(this.counts.get(name) ?? [])];
    return own.sort((a, b) => b[1] - a[1]).map(([entry]) => entry);
  }
}

/**
 * MUTATE_FUNCTION: only its sites, or those of several, with commas between. MUTATE_EVERY=n: each n-th site.
 * MUTATE_SURVIVORS=folder: only what survived in an earlier run, whose results are there.
 */
function chosenSites(sites: readonly Site[]): readonly Site[] {
  const names = process.env['MUTATE_FUNCTION']?.split(',');
  const every = Number(process.env['MUTATE_EVERY'] ?? '1');
  const carried = new Set(carriedOver().map(keyOf));
  return sites
    .filter((site) => names?.includes(site.function) ?? true)
    .filter((site) => !carried.has(keyOf({ place: placeOf(site), shown: site.shown })))
    .filter((_, at) => at % every === 0);
}
