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
const older = kernelTrees['6.1'] ?? null;
if (older === null) console.warn('skipped: no sources of Linux 6.1');

const directory = mkdtempSync(join(tmpdir(), 'patchcheck-verdicts-'));
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

interface Verdicts {
  readonly status: number;
  readonly said: readonly string[];
  readonly remarks: readonly string[];
}

async function verdicts(tree: string, ...more: readonly string[]): Promise<Verdicts> {
  const path = join(directory, 'report.json');
  const { status } = await runCommand(
    ...['apply', THREAD, '--tree', tree, '--json', path, '--no-cache', '--quiet'],
    ...['--function', '__tdp_mmu_zap_root', '--scenarios', '80', ...more],
  );
  const report = JSON.parse(readFileSync(path, 'utf8')) as Report;
  const said = report.checks.map(
    ({ candidate, against, entryPoint, dimension, verdict, scenarios }) =>
      `${candidate} against ${against}, ${entryPoint}, ${dimension}: ${verdict} ${scenarios}`,
  );
  return { status, said, remarks: report.remarks.map(({ diagnostic }) => diagnostic.message) };
}

describe.skipIf(linux === null)('the thread on Linux 6.12', () => {
  it('has the verdicts of the model tree, in as many scenarios', async () => {
    const model = await verdicts('model');
    expect(model.status).toBe(1);
    expect(model.said.filter((line) => line.includes('yield: differs')).length).toBeGreaterThan(5);
    const { status, said } = await verdicts(linux?.root ?? '');
    expect({ status, said }).toEqual({ status: model.status, said: model.said });
  }, 600_000);
});

describe.skipIf(older === null)('the patch on Linux 6.1', () => {
  it('is held against its C alone where the references describe another walk', async () => {
    const { status, said, remarks } = await verdicts(
      older?.root ?? '',
      '--candidate',
      'bernhard-kauer',
    );
    expect(status).toBe(1);
    const differing = said.filter((line) => line.includes(': differs'));
    expect(differing.length).toBeGreaterThan(0);
    for (const line of differing) expect(line).toMatch(/^bernhard-kauer against original.*yield/);
    expect(remarks.join('\n')).toContain('do not describe this tree');
  }, 600_000);
});
