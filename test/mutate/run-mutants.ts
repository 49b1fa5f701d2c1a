/**
 * Every mutant of a share of the sites, checked as a run checks a candidate; what became of each goes to a file, a line a mutant.
 * Mutants are made from the model tree, or from the kernel tree that MUTATE_TREE names.
 */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { assetsOf, defaultPack } from '../../cli/packs.js';
import { chooseTree } from '../../cli/trees.js';
import type { CampaignSizes } from '../../src/gen/plan-campaign.js';
import { editChecker, type EditVerdict } from './edit-checker.js';
import { EQUIVALENT } from './equivalent.js';
import type { Operator } from './operators.js';
import { sitesOf, type Site } from './sites.js';
import { edited } from './source-edit.js';

export const RESULTS = resolve(import.meta.dirname, '../../.cache/mutate');
/** Two processes share the sites. */
export const SHARES = 2;

export interface MutantResult {
  readonly operator: Operator;
  readonly function: string;
  readonly place: string;
  readonly shown: string;
  /** Why it means the same, if it is said to. */
  readonly equivalent: string | null;
  readonly verdict: EditVerdict;
}

const SEED = 'mutants';

/** What `apply` runs by default, and for those that are said to mean the same, a hundred times as much. */
const DEFAULT = {
  scenarios: 1000,
  yields: 125,
  explored: 4,
  interleaved: 0,
  budget: 4_000_000,
  references: 0,
  repeats: 0,
  strict: 2,
};
const DEEP = { ...DEFAULT, scenarios: 100_000, yields: 12_500, explored: 400, budget: 400_000_000 };

export function runMutants(share: number): void {
  const chosen = chooseTree({ tree: process.env['MUTATE_TREE'] ?? 'model' });
  if (!chosen.ok) throw new Error(chosen.error.message);
  const pack = defaultPack();
  const checker = editChecker({ ...chosen.value, pack, assets: assetsOf(pack) });
  const sites = chosenSites(
    sitesOf(
      checker.base.units.map((unit) => unit.index),
      pack.files,
    ),
  ).filter((_, at) => at % SHARES === share);

  mkdirSync(RESULTS, { recursive: true });
  const file = join(RESULTS, `share-${share}.jsonl`);
  writeFileSync(file, '');
  for (const [at, site] of sites.entries()) {
    const equivalent = EQUIVALENT.find(
      (each) => each.function === site.function && each.shown === site.shown,
    );
    const sizes: CampaignSizes =
      equivalent !== undefined && process.env['MUTATE_DEEP'] === '1' ? DEEP : DEFAULT;
    const verdict = checker.check(site.path, edited(site.edit), sizes, SEED);
    const result: MutantResult = {
      operator: site.operator,
      function: site.function,
      place: `${site.path.replace(/.*\//, '')}:${site.line}`,
      shown: site.shown,
      equivalent: equivalent?.reason ?? null,
      verdict,
    };
    appendFileSync(file, `${JSON.stringify(result)}\n`);
    if (at % 25 === 24) console.log(`share ${share + 1}: ${at + 1} of ${sites.length} mutants`);
  }
}

/** MUTATE_FUNCTION: only its sites. MUTATE_EVERY=n: each n-th site. */
function chosenSites(sites: readonly Site[]): readonly Site[] {
  const name = process.env['MUTATE_FUNCTION'];
  const every = Number(process.env['MUTATE_EVERY'] ?? '1');
  return sites
    .filter((site) => name === undefined || site.function === name)
    .filter((_, at) => at % every === 0);
}
