/** The thread's verdicts are about the patches, not about a tree: on Linux 6.12 they are those of the model tree, check by check. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { kernelTrees } from '../../src/c/preprocess/testing/kernel-trees.js';
import type { Report } from '../../src/report/report.js';
import { root } from '../cli/built-command.js';
import { runCommand } from '../cli/run-command.js';

const THREAD = join(root, 'patches/20241023-tdp-fast-forward.mbox');
const linux = kernelTrees['6.12'] ?? null;
if (linux === null) console.warn('skipped: no sources of Linux 6.12');

const directory = mkdtempSync(join(tmpdir(), 'patchcheck-verdicts-'));
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

async function verdicts(tree: string): Promise<{ status: number; said: readonly string[] }> {
  const path = join(directory, 'report.json');
  const { status } = await runCommand(
    ...['apply', THREAD, '--tree', tree, '--json', path, '--no-cache', '--quiet'],
    ...['--function', '__tdp_mmu_zap_root', '--scenarios', '32'],
  );
  const report = JSON.parse(readFileSync(path, 'utf8')) as Report;
  const said = report.checks.map(
    ({ candidate, against, entryPoint, dimension, verdict, scenarios }) =>
      `${candidate} against ${against}, ${entryPoint}, ${dimension}: ${verdict} ${scenarios}`,
  );
  return { status, said };
}

describe.skipIf(linux === null)('the thread on Linux 6.12', () => {
  it('has the verdicts of the model tree, in as many scenarios', async () => {
    const model = await verdicts('model');
    expect(model.status).toBe(1);
    expect(model.said.filter((line) => line.includes('yield: differs')).length).toBeGreaterThan(5);
    expect(await verdicts(linux?.root ?? '')).toEqual(model);
  }, 600_000);
});
