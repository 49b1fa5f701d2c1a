/** `npm run fuzz`: PATCHCHECK_FUZZ inputs (default 100,000) from PATCHCHECK_FUZZ_SEED on, and one in 200 as a process. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { fuzzInputs } from './fuzz.js';
import { describeFuzz, faultText, runFuzz } from './run-fuzz.js';

const count = Number(process.env['PATCHCHECK_FUZZ'] ?? 100_000);
const seed = Number(process.env['PATCHCHECK_FUZZ_SEED'] ?? 1000);
const command = resolve(import.meta.dirname, '../../dist/cli/main.js');

it(`answers ${count} inputs`, () => {
  const outcome = runFuzz(seed, count);
  process.stderr.write(`${describeFuzz(outcome)}\n`);
  expect(outcome.faults.map(faultText)).toEqual([]);
});

it.skipIf(!existsSync(command))(`ends with 0, 1 or 2, and writes nothing: ${count / 200}`, () => {
  const directory = mkdtempSync(join(tmpdir(), 'patchcheck-fuzz-'));
  try {
    const path = join(directory, 'input');
    const inputs = fuzzInputs(seed + 1, Math.ceil(count / 200));
    for (const { kind, text } of inputs) {
      writeFileSync(path, text, 'latin1');
      const args =
        kind === 'witness'
          ? ['replay', path, '--tree', 'model']
          : ['list', path, '--tree', 'model', '--fuzz', '2'];
      const ran = spawnSync(process.execPath, ['--max-old-space-size=1024', command, ...args], {
        cwd: directory,
        encoding: 'latin1',
        timeout: 120_000,
      });
      const said = `${ran.stdout}${ran.stderr}`;
      expect([0, 1, 2], said).toContain(ran.status);
      expect(said).not.toContain('a fault of patchcheck');
      // Of what is printed; UTF-8 has bytes from 0x80 on.
      expect(said).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f]/);
      expect(readdirSync(directory)).toEqual(['input']);
    }
    process.stderr.write(
      `fuzz: ${inputs.length} processes, exit status 0, 1 or 2, nothing written\n`,
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
