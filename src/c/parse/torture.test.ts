/**
 * gcc's own collection of C programs (gcc.c-torture/execute of its test suite), where it is at hand: each is read, and must
 * mean the same to gcc afterwards.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hasGcc, judge, readBack } from './testing/gcc-judge.js';
import { plainTokens } from './testing/plain-tokens.js';

const directory = process.env['PATCHCHECK_GCC_TORTURE'];

/** Options that decide what a program means. */
function optionsOf(text: string): string[] {
  const options = /dg-options\s+"([^"]*)"/.exec(text)?.[1] ?? '';
  return options.split(/\s+/).filter((option) => /^-(std=|f(?!dump|profile)|D)/.test(option));
}

if (directory === undefined || !hasGcc) {
  it.skip('SKIPPED: needs gcc, and PATCHCHECK_GCC_TORTURE naming a directory of C programs', () =>
    undefined);
} else {
  it('every program is read as gcc reads it', () => {
    const wrong: string[] = [];
    let read = 0;
    for (const name of readdirSync(directory).filter((file) => file.endsWith('.c'))) {
      const source = join(directory, name);
      const options = ['-std=gnu17', '-O1', ...optionsOf(readFileSync(source, 'latin1'))];
      const run = spawnSync('gcc', [...options, '-w', '-E', '-P', source], { encoding: 'latin1' });
      if (run.status !== 0) continue;
      const original = judge(run.stdout, options);
      if (!original.ok) continue;
      const { tokens, pragmas } = plainTokens(run.stdout, name);
      const again = readBack(tokens, pragmas);
      const same = judge(again.text, options);
      if (again.refused.length > 0) wrong.push(...again.refused);
      else if (!same.ok) wrong.push(`${name}: ${same.error}`);
      else if (same.trees !== original.trees || same.code !== original.code) wrong.push(name);
      else read++;
    }
    expect(wrong).toEqual([]);
    expect(read).toBeGreaterThan(0);
  }, 1_800_000);
}
