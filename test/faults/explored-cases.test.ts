/**
 * Which small cases are explored, and what of them is compared: a fault in code that is executed only when others act in between is
 * looked for in the cases where they can make it be; and what single actions of others lead to is compared even where there are too
 * many pairs of them to try.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { assetsOf, defaultPack } from '../../cli/packs.js';
import { chooseTree } from '../../cli/trees.js';
import { runChunk, type RunnableVersion } from '../../src/gen/campaign.js';
import { overlayTree } from '../../src/tree/overlay-tree.js';
import { utf8Text } from '../../src/tree/text.js';
import { openVersion } from '../../src/version/build-version.js';
import { coveredVersion, editedLines } from '../versions/covered-version.js';
import { faultFinder, type FaultFinder } from './find-fault.js';
import { RACES } from './races.js';

const PATH = 'arch/x86/kvm/mmu/tdp_mmu.c';
const RETRY = '\t\t\t\tgoto retry;\n\t\t} else {';

describe('explored cases', () => {
  let finder: FaultFinder;
  beforeAll(() => {
    finder = faultFinder();
  }, 120_000);

  it('are those in which what changed is executed under some schedule', () => {
    const pack = defaultPack();
    const assets = assetsOf(pack);
    const chosen = chooseTree({ tree: 'model' });
    if (!chosen.ok) throw new Error(chosen.error.message);
    const { tree, configuration } = chosen.value;
    const before = utf8Text(tree.read(PATH) ?? new Uint8Array());
    const after = before.replace(RETRY, RETRY.replace('goto retry;', ';'));
    expect(after).not.toBe(before);
    const edited = overlayTree(tree, new Map([[PATH, new TextEncoder().encode(after)]]));
    const lines = editedLines(PATH, before, after);
    const sides = [
      { id: 'original', of: tree, cover: lines.removed },
      { id: 'edited', of: edited, cover: lines.added },
    ].map(({ id, of, cover }): RunnableVersion => {
      const opened = openVersion(pack, id, of, configuration, assets);
      if (!opened.ok) throw new Error(opened.error.message);
      const version = coveredVersion(opened.value, cover);
      if (!version.ok) throw new Error(version.error[0]?.message);
      return version.value;
    });
    const found = (versions: readonly RunnableVersion[]): readonly string[] =>
      runChunk(
        pack,
        versions,
        {
          entry: '__tdp_mmu_zap_root',
          dimension: 'concurrent',
          from: 0,
          count: 2,
          exploring: { budget: 100_000_000n },
        },
        { seed: 'faults', referenceCases: 0, repeatCases: 0 },
      ).mismatches.map(({ what }) => what);
    expect(found(sides)).not.toEqual([]);
    // Who takes the first cases that come sees nothing.
    expect(found(sides.map((side) => ({ ...side, takeCoverage: () => [0] })))).toEqual([]);
  }, 120_000);

  it('are compared by what single actions lead to, though not all pairs of actions are tried', () => {
    const race = RACES.find(({ name }) => name === 'write protection is not tried again');
    if (race === undefined) throw new Error('there is no such race');
    const found = finder.explore(race, 8, { most: 400, pairs: true });
    expect(found.map(({ what }) => what).join('\n')).toMatch(/comes to/);
  }, 120_000);
});
