/** The corpus: every `.edit` file, and the third of it that was kept aside. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEditPatch, type EditPatch } from './edit-format.js';

const DIRECTORY = join(import.meta.dirname, 'edits');

export interface Corpus {
  /** What generators, oracles and models were tuned on. */
  readonly tuned: readonly EditPatch[];
  /** What nobody looked at before they were: every third in the order of the hashes of the names. */
  readonly aside: readonly EditPatch[];
}

export function readCorpus(): Corpus {
  const patches = readdirSync(DIRECTORY)
    .filter((file) => file.endsWith('.edit'))
    .map((file) =>
      parseEditPatch(file.slice(0, -'.edit'.length), readFileSync(join(DIRECTORY, file), 'utf8')),
    );
  const byHash = patches
    .map((patch) => ({ patch, hash: createHash('sha256').update(patch.name).digest('hex') }))
    .sort((a, b) => (a.hash < b.hash ? -1 : 1))
    .map(({ patch }, at) => ({ patch, aside: at % 3 === 0 }));
  const named = (a: EditPatch, b: EditPatch): number => (a.name < b.name ? -1 : 1);
  const of = (aside: boolean): EditPatch[] =>
    byHash
      .filter((each) => each.aside === aside)
      .map(({ patch }) => patch)
      .sort(named);
  return { tuned: of(false), aside: of(true) };
}
