/**
 * Every mutant of a share of the sites, checked as a run checks a candidate. Mutants are made from the model tree, or from the
 * kernel tree that MUTATE_TREE names. What was found out before, with the same sources, is not found out again.
 */
import { setImmediate } from 'node:timers/promises';
import { assetsOf, defaultPack } from '../../cli/packs.js';
import { chooseTree } from '../../cli/trees.js';
import type { CampaignSizes } from '../../src/gen/plan-campaign.js';
import { editChecker, type EditChecker, type EditVerdict } from './edit-checker.js';
import { reasonOf } from './equivalent.js';
import {
  appendResult,
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

/** What `apply` runs by default, and a little of what `--deep` adds. */
const DEFAULT: CampaignSizes = {
  scenarios: 1000,
  yields: 63,
  strict: 10,
  explored: 4,
  schedules: 400,
  interleaved: 2,
  budget: 4_000_000,
  references: 0,
  repeats: 0,
};
/** Scenarios that one which is said to mean the same goes through, over all entry points that reach it. */
const DEEP_SCENARIOS = 100_000;

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

  let done = 0;
  for (const site of sites) {
    const before = known.get(keyOf({ place: placeOf(site), shown: site.shown }));
    const result = resultOf(checker, site, before, finders);
    if (result !== before) appendResult(folder, share, result);
    finders.learn(result);
    if (++done % 25 === 0 || done === sites.length)
      console.log(`share ${share + 1}: ${done} of ${sites.length} mutants`);
    // else nothing is printed before the end
    await setImmediate();
  }
}

function resultOf(
  checker: EditChecker,
  site: Site,
  before: MutantResult | undefined,
  finders: Finders,
): MutantResult {
  const text = edited(site.edit);
  const prefer = finders.of(site.function);
  const verdict = before?.verdict ?? checker.check(site.path, text, DEFAULT, prefer);
  let deep = before?.deep ?? null;
  if (deep === null && verdict.kind === 'survived' && reasonOf(site) !== null)
    deep = checker.deep(site.path, text, DEEP_SCENARIOS);
  if (before !== undefined && deep === before.deep) return before;
  const { operator, shown } = site;
  return { operator, function: site.function, place: placeOf(site), shown, verdict, deep };
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
 * MUTATE_FUNCTION: only its sites. MUTATE_EVERY=n: each n-th site. MUTATE_SURVIVORS=folder: only what survived in an earlier run,
 * whose results are there.
 */
function chosenSites(sites: readonly Site[]): readonly Site[] {
  const name = process.env['MUTATE_FUNCTION'];
  const every = Number(process.env['MUTATE_EVERY'] ?? '1');
  const folder = process.env['MUTATE_SURVIVORS'];
  const survived = (verdict: EditVerdict): boolean => verdict.kind === 'survived';
  const wanted =
    folder === undefined
      ? null
      : new Set(
          readResults(folder).flatMap((each) => (survived(each.verdict) ? [keyOf(each)] : [])),
        );
  return sites
    .filter((site) => name === undefined || site.function === name)
    .filter((site) => wanted?.has(keyOf({ place: placeOf(site), shown: site.shown })) ?? true)
    .filter((_, at) => at % every === 0);
}
