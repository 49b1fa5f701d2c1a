/** What the README shows is what the command prints: every stretch between two `…`, in order. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { command, root, whyNotBuilt } from '../cli/built-command.js';

const why = whyNotBuilt();
if (why !== null) process.stderr.write(`SKIPPED: test/golden/readme.test.ts: ${why}\n`);

/** The block of the README that begins with the report's first line, as stretches of lines. */
function shown(): string[][] {
  const lines = readFileSync(join(root, 'README.md'), 'utf8').split('\n');
  const first = lines.findIndex((line) => line.startsWith('    Tree: '));
  const behind = lines.findIndex((line, at) => at > first && /^\S/.test(line));
  const stretches: string[][] = [[]];
  for (const line of lines.slice(first, behind).map((each) => each.slice(4))) {
    if (line.trim() === '…') stretches.push([]);
    else stretches.at(-1)?.push(line);
  }
  return stretches;
}

it.skipIf(why !== null)(
  'the README shows a real run',
  () => {
    const args = ['apply', 'patches/20241023-tdp-fast-forward.mbox'];
    const { stdout } = spawnSync(process.execPath, [command, ...args], {
      encoding: 'utf8',
      cwd: root,
    });
    const stretches = shown();
    expect(stretches.length).toBeGreaterThan(1);
    let from = 0;
    for (const stretch of stretches) {
      const text = stretch.join('\n').trim();
      const at = stdout.indexOf(text, from);
      if (at < 0) expect(stdout.slice(from)).toContain(text);
      from = at + text.length;
    }
  },
  600_000,
);
