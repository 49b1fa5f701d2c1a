/** `replay --trace`: the thread's endless yield, step by step, as found and as edited. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from './run-command.js';

const directory = mkdtempSync(join(tmpdir(), 'patchcheck-trace-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

describe('the steps of a witness', () => {
  let witness: string;

  const edited = (from: RegExp, to: string): string => {
    const text = readFileSync(witness, 'utf8');
    expect(text).toMatch(from);
    const path = join(directory, 'edited.witness');
    writeFileSync(path, text.replace(from, to));
    return path;
  };

  beforeAll(async () => {
    await runCommand(
      ...['apply', 'patches/20241023-tdp-fast-forward.mbox', '--tree', 'model'],
      ...['--function', '__tdp_mmu_zap_root', '--candidate', 'bernhard-kauer'],
      ...['--witness-dir', directory],
    );
    witness = join(directory, 'w1.witness');
  }, 120_000);

  it('show the cycle that one side falls into, the same each time', async () => {
    const traced = await runCommand('replay', witness, '--trace', '--tree', 'model');
    expect(traced.status).toBe(1);
    const again = await runCommand('replay', witness, '--trace', '--tree', 'model');
    expect(again.out).toBe(traced.out);
    await expect(traced.out).toMatchFileSnapshot('replay-trace.endless.golden.txt');
  }, 60_000);

  it('stay away without the option', async () => {
    const plain = await runCommand('replay', witness, '--tree', 'model');
    expect(plain.out).not.toContain('Step by step');
  }, 60_000);

  it('are shown where an edited witness shows no difference, with status 0', async () => {
    const path = edited(/^when poll: reschedule$/m, '');
    const traced = await runCommand('replay', path, '--trace', '--tree', 'model');
    expect(traced.status).toBe(0);
    expect(traced.out).toContain('not reproduced: ');
    await expect(traced.out).toMatchFileSnapshot('replay-trace.edited.golden.txt');
  }, 60_000);
});
