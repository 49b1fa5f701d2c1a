/** Worker processes that really die, hang and run out of memory: each costs the input it was at, and no other. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { CheckArguments } from '../../cli/check-options.js';
import { runJobs, type JobEnd, type PoolOptions } from '../../cli/ci/pool.js';
import type { CiJob } from '../../cli/ci/worker-job.js';

const directory = mkdtempSync(join(tmpdir(), 'patchcheck-pool-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Stands in for a worker of `ci`: what a job is called is what happens to it, for good. */
const FAULTY = `
const kept = [];

process.on('message', (message) => {
  if (message.kind !== 'job') return;
  const { name } = message.job;
  if (name.startsWith('killed')) process.kill(process.pid, 'SIGKILL');
  if (name.startsWith('throws')) throw new RangeError('what nobody thought of');
  if (name.startsWith('endless')) for (;;);
  if (name.startsWith('memory')) for (;;) kept.push(new Array(1000).fill(name));
  process.send({ kind: 'result', result: { name, pid: process.pid } });
  // Dies of this one when it has another in hand.
  if (name.startsWith('leaves'))
    process.once('message', () => process.kill(process.pid, 'SIGKILL'));
});
process.on('disconnect', () => process.exit(0));
`;
const program = join(directory, 'worker.mjs');
writeFileSync(program, FAULTY);

async function ends(
  names: readonly string[],
  pool: Partial<PoolOptions> = {},
): Promise<Record<string, string>> {
  const told: Record<string, string> = {};
  await runJobs(
    names.map((name): CiJob => ({ name, paths: [name], accept: [] })),
    {
      workers: 2,
      options: {} as CheckArguments,
      seconds: 2,
      interrupt: new AbortController().signal,
      program: pathToFileURL(program),
      megabytes: 32,
      ...pool,
    },
    ({ name }, end) => {
      expect(told).not.toHaveProperty(name);
      told[name] = wordOf(end);
    },
  );
  return told;
}

function wordOf(end: JobEnd): string {
  switch (end.kind) {
    case 'result':
      return 'result';
    case 'crashed':
      return end.how;
    case 'hung':
      return `hung ${end.seconds}`;
  }
}

describe('one input', () => {
  it.each([
    ['killed', /^signal SIGKILL$/],
    ['throws', /^exit status 1: .*RangeError: what nobody thought of/],
    ['endless', /^hung 2$/],
    ['memory', /^signal SIGABRT: .*heap out of memory/],
  ])('that is %s costs itself alone', async (fate, says) => {
    for (const workers of [1, 2]) {
      const told = await ends(['a', 'b', fate, 'c', 'd', 'e'], { workers });
      expect(Object.keys(told).sort()).toEqual(['a', 'b', 'c', 'd', 'e', fate].sort());
      for (const [name, word] of Object.entries(told)) {
        if (name === fate) expect(word).toMatch(says);
        else expect(word).toBe('result');
      }
    }
  });

  it('is not charged with what another has left behind', async () => {
    expect(await ends(['a', 'leaves', 'b', 'c'], { workers: 1 })).toEqual({
      a: 'result',
      leaves: 'result',
      b: 'result',
      c: 'result',
    });
  });

  it('ends at once when the user wants no more', async () => {
    const interrupt = new AbortController();
    setTimeout(() => interrupt.abort(), 700);
    const begun = Date.now();
    const told = await ends(['a', 'endless', 'endless 2', 'b'], {
      seconds: 60,
      interrupt: interrupt.signal,
    });
    expect(told).toEqual({ a: 'result' });
    expect(Date.now() - begun).toBeLessThan(20_000);
  });
});
