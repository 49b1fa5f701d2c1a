/**
 * The thread that the project starts from, on Linux 6.12: how its diffs apply, to the blob, and the tables of the workload, which must be
 * those of the model tree. Debian's package moves: where the three files are others than the reply was written for, that is
 * said, and what depends on them is left out.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { packNamed } from '../../cli/packs.js';
import { chooseTree } from '../../cli/trees.js';
import { kernelTrees } from '../../src/c/preprocess/testing/kernel-trees.js';
import type { RowCost } from '../../src/pack-api/pack.js';
import { blobId } from '../../src/patch/blob-id.js';
import type { AppliedCandidate } from '../../src/version/apply-all.js';
import type { OpenVersion } from '../../src/version/build-version.js';
import { machineFor } from '../versions/open-versions.js';
import { openAll, THREAD, threadAppliedTo } from '../versions/thread-candidates.js';

const MMU = 'arch/x86/kvm/mmu';
/** As the reply's `index` lines name them: base and result. */
const BLOBS: Readonly<Record<string, readonly [string, string]>> = Object.fromEntries(
  [
    ...readFileSync(THREAD, 'latin1').matchAll(
      /^diff --git a\/(\S+) b\/\S+\r?\nindex ([0-9a-f]{7,40})\.\.([0-9a-f]{7,40})/gm,
    ),
  ].map(([, path = '', base = '', result = '']) => [path, [base, result]]),
);

const pack = packNamed('kvm-tdp-mmu');

interface Checked {
  readonly applied: readonly AppliedCandidate[];
  /** Of the workload, by version. */
  readonly tables: ReadonlyMap<string, readonly RowCost[]>;
}

function check(directory: string): Checked {
  const chosen = chooseTree({ tree: directory });
  if (!chosen.ok) throw new Error(chosen.error.message);
  const applied = threadAppliedTo(chosen.value.tree);
  const versions = openAll(chosen.value, applied, { together: true });
  const tables = new Map<string, readonly RowCost[]>();
  for (const version of versions) tables.set(version.id, workloadOf(version));
  return { applied, tables };
}

function workloadOf(version: OpenVersion): readonly RowCost[] {
  const machine = machineFor(version, 'fast');
  const [workload] = pack.workloads;
  if (workload === undefined) throw new Error('the pack has no workload');
  const raw = pack.execute(machine, workload.case);
  expect(raw.ending).toEqual({ kind: 'returned' });
  return pack.rowCosts(raw);
}

const linux = kernelTrees['6.12'];

describe.skipIf(linux === null)('the thread on Linux 6.12', () => {
  const root = linux?.root ?? '';
  let here: Checked;
  let model: Checked;
  let moved: readonly string[] = [];

  beforeAll(() => {
    moved = ['tdp_iter.c', 'tdp_iter.h', 'tdp_mmu.c']
      .map((name) => `${MMU}/${name}`)
      .filter((path) => {
        const id = blobId(new Uint8Array(readFileSync(join(root, path))));
        return !id.startsWith(BLOBS[path]?.[0] ?? '-');
      });
    if (moved.length > 0)
      console.warn(`linux-source-6.12 has moved: ${moved.join(', ')} are not the reply's blobs`);
    here = check(root);
    model = check('model');
  }, 600_000);

  const files = (author: string) =>
    here.applied.find(({ candidate }) => candidate.id.startsWith(author))?.application;

  it("the reply's diff applies exactly, and gives the blobs that it promises", ({ skip }) => {
    if (moved.length > 0) skip(`the package has moved: ${moved.join(', ')}`);
    const sean = files('sean');
    expect(sean?.status).toBe('exact');
    expect(sean?.files.map(({ path }) => path)).toHaveLength(3);
    for (const { path, baseBlob, resultBlob, hunks } of sean?.files ?? []) {
      const [base = '-', result = '-'] = BLOBS[path] ?? [];
      expect(baseBlob?.startsWith(base), path).toBe(true);
      expect(resultBlob?.startsWith(result), path).toBe(true);
      expect(hunks.every(({ status }) => status === 'exact')).toBe(true);
    }
  });

  it('the series applies with an offset, and its tdp_mmu.c was another blob', ({ skip }) => {
    if (moved.length > 0) skip(`the package has moved: ${moved.join(', ')}`);
    const bernhard = files('bernhard');
    expect(bernhard?.status).toBe('offset');
    const walker = bernhard?.files.find(({ path }) => path === `${MMU}/tdp_mmu.c`);
    expect(walker?.expectedBaseBlob).toBe('1951f76db657');
    expect(walker?.baseBlob?.startsWith('3b996c1fdaab')).toBe(true);
  });

  it('has the tables of the model tree, loop for loop, read for read', () => {
    expect([...here.tables.keys()]).toEqual(['original', 'bernhard-kauer', 'sean-christopherson']);
    expect([...here.tables]).toEqual([...model.tables]);
    const totals = [...here.tables.values()].map((rows) =>
      rows.reduce((sum, { loops }) => sum + loops, 0),
    );
    // The author's own measurements, and what the reply's diff makes of them.
    expect(totals).toEqual([9216, 303, 18]);
    const reads = here.tables.get('bernhard-kauer')?.map((row) => row.reads);
    expect(reads).toEqual([3659, 2086, 1042, 512, 528, 528, 528, 512]);
  });
});
