/** The engine against gcc on the same text: every fixture, every module kind (see fixtures/README.md). */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Machine, programImage, type Outcome } from '../exec/machine.js';
import type { CompileOptions, ModuleKind } from '../exec/program.js';
import { compileProgram } from './compile.js';
import { callLeaving, leftEverywhere } from './testing/leave-everywhere.js';
import { typedUnit } from './testing/typed-unit.js';

const folder = new URL('./fixtures/', import.meta.url);
const fixtures = readdirSync(folder).filter((name) => name.endsWith('.c'));
const ROUNDS = 40;
const hasGcc = spawnSync('gcc', ['--version']).status === 0;
if (!hasGcc) console.warn('gcc is not installed: the engine is NOT compared with it');

const scratch = mkdtempSync(join(tmpdir(), 'patchcheck-'));
afterAll(() => rmSync(scratch, { recursive: true }));

function native(name: string): readonly string[] {
  const driver = join(scratch, 'driver.c');
  writeFileSync(
    driver,
    `#include <stdio.h>
unsigned long result(int);
int main(void) { for (int n = 0; n < ${ROUNDS}; n++) printf("%lu\\n", result(n)); return 0; }`,
  );
  const binary = join(scratch, name.replace('.c', ''));
  const flags = ['-O0', '-w', '-fwrapv', '-fno-strict-aliasing', '-ffp-contract=off'];
  execFileSync('gcc', [...flags, '-o', binary, driver, new URL(name, folder).pathname]);
  return execFileSync(binary, { encoding: 'utf8' }).trim().split('\n');
}

const OPTIONS: Omit<CompileOptions, 'kind'> = {
  exports: ['result'],
  exportedGlobals: [],
  cover: null,
  loopCounter: null,
  scopes: null,
  heapBytes: 4096,
  stackBytes: 1 << 18,
  fuel: 1n << 40n,
};

const kinds: readonly (readonly [ModuleKind, number])[] = [
  ['fast', 0],
  ['fast', 2],
  ['fast', 3],
  ['checked', 2],
  ['inspectable', 1],
];

describe.skipIf(!hasGcc)('results equal to gcc', () => {
  for (const name of fixtures) {
    const expected = hasGcc ? native(name) : [];
    const unit = typedUnit(name, readFileSync(new URL(name, folder), 'utf8'));
    it.each(kinds)(`${name} %s -O%i`, async (kind, optimize) => {
      const program = await compileProgram([unit], { ...OPTIONS, kind, optimize });
      if (!program.ok) throw new Error(program.error.map((d) => d.message).join('\n'));
      const machine = new Machine(programImage(program.value));
      expect(results((n) => machine.call('result', [n]))).toEqual(expected);
    });
    it.each([true, false])(`${name} left at every block, inlined: %s`, (inline) => {
      const machine = leftEverywhere([unit], { ...OPTIONS, inline });
      if (!machine.ok) throw new Error(machine.error.map((d) => d.message).join('\n'));
      let left = 0;
      const got = results((n) => {
        const run = callLeaving(machine.value, 'result', [n]);
        left += run.left;
        return run.outcome;
      });
      expect(got).toEqual(expected);
      expect(left).toBeGreaterThan(ROUNDS);
    });
  }
});

function results(call: (n: number) => Outcome): string[] {
  return Array.from({ length: ROUNDS }, (_, n) => {
    const outcome = call(n);
    return outcome.kind === 'returned' ? String(outcome.value) : JSON.stringify(outcome, text);
  });
}

function text(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
