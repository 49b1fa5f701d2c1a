/** A report does not depend on the machine: any number of threads gives the same text and the same JSON, byte by byte. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { command, root, whyNotBuilt } from './built-command.js';

const THREAD = join(root, 'patches/20241023-tdp-fast-forward.mbox');
/** Several chunks, so that every thread gets some. */
const CASES = ['--function', 'tdp_mmu_zap_leafs', '--scenarios', '120', '--seed', 'workers'];

const why = whyNotBuilt();
if (why !== null) process.stderr.write(`SKIPPED: test/cli/workers.test.ts: ${why}\n`);

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'patchcheck-workers-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

function run(workers: number): { text: string; json: string; status: number | null } {
  const report = join(directory, `${String(workers)}.json`);
  const threads = ['--workers', String(workers), '--json', report];
  const ran = spawnSync(process.execPath, [command, 'apply', THREAD, ...CASES, ...threads], {
    encoding: 'utf8',
  });
  return { text: ran.stdout, json: readFileSync(report, 'utf8'), status: ran.status };
}

it.skipIf(why !== null)(
  'one thread or three, the report is the same',
  () => {
    const [one, three] = [run(1), run(3)];
    expect(one.text).toContain('Checks');
    expect(one.text).toMatch(/no difference found in [1-9]/);
    expect(three).toEqual(one);
  },
  600_000,
);
