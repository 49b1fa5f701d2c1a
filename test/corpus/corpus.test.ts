/**
 * The corpus of patches against Linux 6.12: refactorings must not differ, faults must be found in the dimension that was written
 * down before anything was run. A slice of the tuned part by default; `npm run test:corpus` takes all, the part kept aside, too.
 */
import { describe, expect, it } from 'vitest';
import { diskTree } from '../../cli/disk-tree.js';
import { kernelTree } from '../native/twin.js';
import { readCorpus } from './corpus.js';
import type { EditPatch } from './edit-format.js';
import { KNOWN_MISSES } from './known-misses.js';
import { lineOf, scoreOf, summary } from './score.js';
import { editedFiles, Unpatched } from './try-patches.js';

/** `tuned`, `aside`, `all`, or names of patches. */
const asked = process.env['PATCHCHECK_CORPUS'] ?? '';
const SCENARIOS = Number(process.env['PATCHCHECK_CORPUS_SCENARIOS'] ?? (asked === '' ? 60 : 400));
/** Of the default run: every so-manieth of the tuned part. */
const SLICE = 12;

const { tuned, aside } = readCorpus();

function chosen(): { readonly what: string; readonly patches: readonly EditPatch[] }[] {
  switch (asked) {
    case '':
      return [
        {
          what: `every ${String(SLICE)}th of the tuned part`,
          patches: tuned.filter((_, at) => at % SLICE === 0),
        },
      ];
    case 'tuned':
      return [{ what: 'the tuned part', patches: tuned }];
    case 'aside':
      return [{ what: 'the part kept aside', patches: aside }];
    case 'all':
      return [
        { what: 'the tuned part', patches: tuned },
        { what: 'the part kept aside', patches: aside },
      ];
    default: {
      const names = asked.split(/[ ,]+/);
      return [{ what: asked, patches: tuned.filter(({ name }) => names.includes(name)) }];
    }
  }
}

const tree = kernelTree('6.12');

describe('patches against Linux 6.12', () => {
  if (tree === null) {
    console.warn('skipped: no sources of Linux 6.12 (scripts/get-linux-source.sh 6.12 gets them)');
    it.skip('get the verdicts that they must', () => undefined);
    return;
  }

  it('apply, every one of them', () => {
    const on = diskTree('directory', tree, tree);
    for (const patch of [...tuned, ...aside]) {
      const files = editedFiles(on, patch);
      expect(files.size, patch.name).toBeGreaterThan(0);
    }
  });

  it.each(chosen())('get the verdicts that they must: $what', { timeout: 3_600_000 }, (part) => {
    const unpatched = Unpatched.open(tree);
    const sizes = { sequential: SCENARIOS, yield: SCENARIOS / 2 };
    const tried = unpatched.try(part.patches, sizes, (one) => {
      process.stdout.write(lineOf(one));
    });
    const score = scoreOf(tried);
    process.stdout.write(summary(part.what, score, SCENARIOS));
    expect(score.falseAlarms, 'refactorings that were said to differ').toEqual([]);
    expect(score.problems).toEqual([]);
    const unknown = score.missed.filter((name) => !KNOWN_MISSES.has(name));
    expect(unknown, 'differences that were not found').toEqual([]);
  });
});
