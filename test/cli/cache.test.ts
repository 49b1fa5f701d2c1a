/** What an earlier run left makes the next one faster and nothing else: text and report are the same without it, byte by byte. */
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { command, root, whyNotBuilt } from './built-command.js';

const THREAD = join(root, 'patches/20241023-tdp-fast-forward.mbox');
const CASES = ['--function', 'write_protect_gfn', '--scenarios', '60', '--seed', 'cache'];

const why = whyNotBuilt();
if (why !== null) process.stderr.write(`SKIPPED: test/cli/cache.test.ts: ${why}\n`);

let directory = '';
let cache = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'patchcheck-cached-'));
  cache = join(directory, 'cache');
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

interface Ran {
  readonly text: string;
  readonly json: string;
  readonly status: number | null;
}

function run(...more: string[]): Ran {
  const report = join(directory, 'report.json');
  const ran = spawnSync(
    process.execPath,
    [command, 'apply', THREAD, '--tree', 'model', ...CASES, '--json', report, ...more],
    { encoding: 'utf8', cwd: directory, env: { ...process.env, PATCHCHECK_CACHE: cache } },
  );
  return { text: ran.stdout, json: readFileSync(report, 'utf8'), status: ran.status };
}

function files(folder = cache): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? files(path) : [path];
  });
}

it.skipIf(why !== null)(
  'cold, warm, without a cache and with a damaged one',
  () => {
    const none = run('--no-cache');
    expect(none.text).toContain('no difference found');
    expect(existsSync(cache)).toBe(false);
    const cold = run();
    expect(files().length).toBeGreaterThan(0);
    const warm = run();
    expect(cold).toEqual(none);
    expect(warm).toEqual(none);
    for (const path of files()) {
      const bytes = readFileSync(path);
      const at = Math.floor(bytes.length / 2);
      bytes[at] = (bytes[at] ?? 0) ^ 0xff;
      writeFileSync(path, bytes.subarray(0, Math.max(1, bytes.length - 3)));
    }
    const damaged = files().map((path) => statSync(path).size);
    expect(run()).toEqual(none);
    // what was damaged has been made anew
    expect(files().map((path) => statSync(path).size)).not.toEqual(damaged);
  },
  600_000,
);
