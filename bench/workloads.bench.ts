/**
 * What each kind of module costs beside gcc -O2 on the same text, in the same run: small programs of our own, of the kinds of work that
 * kernel code does (bench/workloads). Both sides come to the same result. Wanted, as geometric means: fast at most 2, checked at most
 * 4, tracking at most 10 times native, none over twice that.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Machine } from '../src/exec/machine.js';
import { machine } from '../src/wasm/testing/run.js';

const folder = join(import.meta.dirname, 'workloads');
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.c'))
  .map((file) => basename(file, '.c'));
const KINDS = ['fast', 'checked', 'tracking'] as const;
type Kind = (typeof KINDS)[number];
const WANTED: Readonly<Record<Kind, number>> = { fast: 2, checked: 4, tracking: 10 };

/** Nanoseconds of the processor that one measurement should take natively. */
const ENOUGH = 40e6;
const REPEATS = 5;
const WARM_UP = 3;

const MAIN = `#include <stdio.h>
#include <stdlib.h>
#include <time.h>
unsigned long run(unsigned long);
int main(int argc, char **argv)
{
	unsigned long rounds = strtoul(argv[1], 0, 10), result = 0;
	struct timespec from, to;

	for (int i = 0; i < atoi(argv[2]); i++) {
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
		result = run(rounds);
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
		printf("%ld\\n", (to.tv_sec - from.tv_sec) * 1000000000L + to.tv_nsec - from.tv_nsec);
	}
	printf("%lu\\n", result);
}
`;

const hasGcc = spawnSync('gcc', ['--version']).status === 0;
const directory = mkdtempSync(join(tmpdir(), 'patchcheck-bench-'));
const ratios = new Map<string, Record<Kind, number>>();

interface Measured {
  readonly nanoseconds: number;
  readonly result: bigint;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

function natively(program: string, rounds: number): Measured {
  const lines = execFileSync(program, [String(rounds), String(REPEATS)], { encoding: 'utf8' });
  const numbers = lines.trim().split('\n');
  const result = BigInt(numbers.pop() ?? '0');
  return { nanoseconds: median(numbers.map(Number)), result };
}

function here(on: Machine, rounds: number): Measured {
  const times: number[] = [];
  let result = 0n;
  for (let i = 0; i < WARM_UP + REPEATS; i++) {
    on.reset(0);
    const start = process.cpuUsage();
    const outcome = on.call('run', [BigInt(rounds)], 1n << 50n);
    const { user, system } = process.cpuUsage(start);
    if (outcome.kind !== 'returned') throw new Error(JSON.stringify({ ...outcome, argument: '' }));
    result = BigInt(outcome.value ?? 0);
    if (i >= WARM_UP) times.push((user + system) * 1000);
  }
  return { nanoseconds: median(times), result };
}

it.runIf(hasGcc).each(names)('%s', async (name) => {
  const path = join(folder, `${name}.c`);
  const main = join(directory, 'main.c');
  const program = join(directory, name);
  writeFileSync(main, MAIN);
  const flags = ['-O2', '-std=gnu11', '-fno-strict-aliasing', '-fwrapv', '-w'];
  // one object for each .c, so that the work is not folded into its caller
  execFileSync('gcc', [...flags, '-o', program, path, main]);
  let rounds = 1;
  while (natively(program, rounds).nanoseconds < ENOUGH) rounds *= 2;
  const native = natively(program, rounds);
  const text = readFileSync(path, 'utf8');
  const own = { fast: 0, checked: 0, tracking: 0 };
  for (const kind of KINDS) {
    const measured = here(await machine(text, { kind, exports: ['run'] }), rounds);
    expect(measured.result, kind).toBe(native.result);
    own[kind] = measured.nanoseconds / native.nanoseconds;
  }
  ratios.set(name, own);
});

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
  if (ratios.size === 0) {
    console.log('SKIPPED: no gcc');
    return;
  }
  const row = (label: string, value: (kind: Kind) => string): string =>
    `  ${label.padEnd(18)}${KINDS.map((kind) => value(kind).padStart(10)).join('')}`;
  const all = [...ratios.values()];
  const mean = (kind: Kind): number =>
    Math.exp(all.reduce((sum, each) => sum + Math.log(each[kind]), 0) / all.length);
  console.log(
    [
      'times gcc -O2, on the same text in the same run',
      row('', (kind) => kind),
      ...[...ratios].map(([name, own]) => row(name, (kind) => own[kind].toFixed(2))),
      row('geometric mean', (kind) => mean(kind).toFixed(2)),
      row('worst', (kind) => Math.max(...all.map((each) => each[kind])).toFixed(2)),
      row('wanted, as a mean', (kind) => WANTED[kind].toFixed(0)),
    ].join('\n'),
  );
});
