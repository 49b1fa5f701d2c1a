/** The example files say what the command understands: every line of theirs that calls it is run, as far as its arguments. */
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { command, root, whyNotBuilt } from './built-command.js';

const why = whyNotBuilt();
if (why !== null) process.stderr.write(`SKIPPED: test/cli/examples.test.ts: ${why}\n`);
const directory = join(root, 'examples');

/** The words behind `patchcheck` in each call, with the variables of the CI systems filled in. */
function calls(): { readonly file: string; readonly words: readonly string[] }[] {
  return readdirSync(directory).flatMap((file) =>
    readFileSync(join(directory, file), 'utf8')
      .split('\n')
      .filter((line) => !line.trimStart().startsWith('#'))
      .flatMap((line) => {
        const found = /\bpatchcheck ((?:apply|ci|merge|verify) .*?)(?: \|\| .*)?$/.exec(line);
        if (found === null) return [];
        const filled = (found[1] ?? '')
          .replaceAll(/\$\{\{ matrix\.part \}\}|\$CI_NODE_INDEX/g, '2')
          .replaceAll('$CI_NODE_TOTAL', '4')
          .replaceAll('"$@"', 'nowhere.patch')
          .replaceAll(/\$\{PATCHCHECK_ARGS:-\}/g, '')
          .replaceAll('part-*.json', 'part-1.json');
        return [{ file, words: filled.trim().split(/\s+/) }];
      }),
  );
}

describe.skipIf(why !== null)('the examples', () => {
  it('call the command in every file', () => {
    expect([...new Set(calls().map(({ file }) => file))].sort()).toEqual(
      readdirSync(directory).sort(),
    );
  });

  it.each(calls())('$file: $words', ({ words }) => {
    const ran = spawnSync(process.execPath, [command, ...words], {
      cwd: directory,
      encoding: 'utf8',
      input: '',
    });
    // The arguments are understood: what is missing is the tree, or the file.
    expect(ran.stderr).not.toContain('See patchcheck --help');
    expect(ran.stderr).toMatch(/error: /);
    expect(ran.status).toBe(2);
  });
});
