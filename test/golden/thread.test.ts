/**
 * The thread's report as a golden file: both of its tables, to the number, and the verdicts beside them. Re-bless with
 * `npx vitest run test/golden -u`, and read the difference.
 */
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { runCommand } from '../cli/run-command.js';

const THREAD = join(
  resolve(import.meta.dirname, '../..'),
  'patches/20241023-tdp-fast-forward.mbox',
);

it('the report on the thread', async () => {
  const { out, status } = await runCommand('apply', THREAD, '--scenarios', '40');
  expect(status).toBe(1);
  // What is modelled changes with the models, and has tests of its own.
  const lines = out.split('\n');
  const upTo = lines.findIndex((line) => line.startsWith('Modelled'));
  const kept = [...lines.slice(0, upTo), ...lines.slice(-2)].join('\n');
  await expect(kept).toMatchFileSnapshot('thread.golden.txt');
});

it('the original counts 9216 loops, the patch 303', async () => {
  const { out } = await runCommand('apply', THREAD, '--scenarios', '1', '--json', '-');
  const report = JSON.parse(out) as {
    workloads: {
      candidate: string;
      rows: { loops: number; entries: number }[];
      total: { loops: number };
    }[];
  };
  const [original, bernhard] = report.workloads;
  expect(original?.rows.map((row) => row.loops)).toEqual([
    3584, 2048, 1024, 512, 512, 512, 512, 512,
  ]);
  expect(original?.rows.map((row) => row.entries)).toEqual([2, 3, 2, 1, 0, 0, 0, 0]);
  expect(original?.total.loops).toBe(9216);
  expect(bernhard?.rows.map((row) => row.loops)).toEqual([118, 69, 35, 17, 16, 16, 16, 16]);
  expect(bernhard?.rows.map((row) => row.entries)).toEqual([2, 3, 2, 1, 0, 0, 0, 0]);
  expect(bernhard?.total.loops).toBe(303);
});
