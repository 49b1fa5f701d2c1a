/** A mail whose index line names another state of a file than the directory has: the revision is found, used, and said. */
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blobId } from '../../src/patch/blob-id.js';
import { editMail, MMU } from './model-patch.js';
import { runCommand } from './run-command.js';

const ITER = `${MMU}/tdp_iter.c`;
const directory = mkdtempSync(join(tmpdir(), 'patchcheck-found-base-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const hasGit = spawnSync('git', ['--version']).status === 0;

describe.skipIf(!hasGit)('a mail for an earlier state of a repository', () => {
  const tree = join(directory, 'linux');
  const mbox = join(directory, 'in.mbox');
  let blob = '';
  let commit = '';
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.org', ...args], {
      cwd: tree,
      encoding: 'utf8',
    }).trim();

  beforeAll(() => {
    cpSync(resolve(import.meta.dirname, '../../fixtures/linux'), tree, { recursive: true });
    git('init', '-q');
    git('add', '-f', '.');
    git('commit', '-q', '-m', 'first');
    commit = git('rev-parse', 'HEAD');
    blob = blobId(new Uint8Array(readFileSync(join(tree, ITER))));
    appendFileSync(join(tree, ITER), '/* later */\n');
    git('commit', '-q', '-a', '-m', 'second');
    const text = editMail(ITER, '/* Moves to the entry', '/* Goes to the entry');
    writeFileSync(
      mbox,
      text.replace(/^--- a/m, () => `index ${blob.slice(0, 12)}..000000000000 100644\n--- a`),
    );
  });

  it('is checked there', async () => {
    const ran = await runCommand('apply', mbox, '--tree', tree, '--scenarios', '1');
    const [first = '', second = ''] = ran.out.split('\n');
    expect(first).toBe(
      `Tree: ${tree} at ${commit} (the tree's include/generated/autoconf.h, 6.12)`,
    );
    expect(second).toMatch(
      /^ {2}NOT THE DIRECTORY AS IT IS: a-u-thor was written for another state/,
    );
    expect(ran.out.replace(/\s+/g, ' ')).toContain(
      `is expected as ${blob.slice(0, 12)}, the directory has`,
    );
    expect(ran.out).toContain('applies: exact');
    expect(ran.status).toBe(0);
  });

  it('is checked on the directory with --no-find-base', async () => {
    const options = ['--tree', tree, '--scenarios', '1', '--no-find-base'];
    const ran = await runCommand('apply', mbox, ...options);
    expect(ran.out).toMatch(new RegExp(`^Tree: ${tree} \\(`));
    expect(ran.out).toContain(`written for blob ${blob.slice(0, 12)}, this tree has`);
    expect(ran.out).toContain('applies: clean');
  });
});
