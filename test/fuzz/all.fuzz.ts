/**
 * `npm run fuzz`: PATCHCHECK_FUZZ inputs (default 100,000) from PATCHCHECK_FUZZ_SEED on, and one in 200 as a process, on the built
 * command: what it answers, what it prints, and what it leaves in the directory.
 */
import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { command } from '../cli/built-command.js';
import { runProcesses } from './processes.js';
import { describeFuzz, faultText, runFuzz } from './run-fuzz.js';

const count = Number(process.env['PATCHCHECK_FUZZ'] ?? 100_000);
const seed = Number(process.env['PATCHCHECK_FUZZ_SEED'] ?? 1000);
const tell = (text: string): unknown => process.stderr.write(`${text}\n`);

it(`answers ${count} inputs`, async () => {
  const outcome = await runFuzz(seed, count, (so) => tell(describeFuzz(so)));
  tell(describeFuzz(outcome));
  expect(outcome.faults.map(faultText)).toEqual([]);
});

it.skipIf(!existsSync(command))('ends with 0, 1 or 2, and writes nothing else', async () => {
  const sample = Math.ceil(count / 200);
  const { ran, statuses, faults } = await runProcesses(seed + 1, sample, (done) =>
    tell(`fuzz: ${done} of ${sample} processes`),
  );
  const commands = [...ran].map(([name, times]) => `${name} ${times}`).join(', ');
  const ended = [...statuses].sort().map(([status, times]) => `${times} with ${status}`);
  tell(
    `fuzz: ${sample} processes from seed ${seed + 1} (${commands}): ${ended.join(', ')}; ` +
      `${faults.length} faults`,
  );
  expect(faults).toEqual([]);
});
