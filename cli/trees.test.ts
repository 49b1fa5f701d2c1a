/** Which tree a run works on, and what of a git repository is read for it. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blobId } from '../src/patch/blob-id.js';
import type { BaseHint } from '../src/version/base-hints.js';
import type { GitTree } from './git-tree.js';
import { packageRoot } from './packs.js';
import { parseTreeName } from './tree-name.js';
import { chooseTree, type ChosenTree, type TreeOptions } from './trees.js';

const MODEL = join(packageRoot, 'fixtures/linux');
const MMU = 'arch/x86/kvm/mmu';
const ITER = `${MMU}/tdp_iter.c`;
const hasGit = spawnSync('git', ['--version']).status === 0;
if (!hasGit) console.warn('there is no git here: trees of repositories are not tested');

const directory = mkdtempSync(join(tmpdir(), 'patchcheck-trees-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function chosen(options: TreeOptions): ChosenTree {
  const result = chooseTree(options);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

describe('what is named', () => {
  const directories = new Set(['/a', '/a@b', '/a@b/c']);
  const parse = (named: string) => parseTreeName(named, (path) => directories.has(path));

  it('is a directory, whatever its name', () => {
    expect(parse('/a@b')).toEqual({ kind: 'directory', path: '/a@b' });
    expect(parse('/a@b/c')).toEqual({ kind: 'directory', path: '/a@b/c' });
  });

  it('is a revision of the longest directory before an @', () => {
    expect(parse('/a@v6.12')).toEqual({ kind: 'revision', path: '/a', revision: 'v6.12' });
    expect(parse('/a@b@HEAD@{1}')).toEqual({
      kind: 'revision',
      path: '/a@b',
      revision: 'HEAD@{1}',
    });
    expect(parse('/a@')).toEqual({ kind: 'revision', path: '/a', revision: '' });
  });

  it('is nothing else', () => {
    expect(parse('/b@x')).toEqual({ kind: 'missing', path: '/b@x' });
    expect(parse('@x')).toEqual({ kind: 'missing', path: '@x' });
    expect(parse('model')).toEqual({ kind: 'model' });
  });
});

describe('what is not named', () => {
  const around = join(directory, 'around');
  beforeAll(() => {
    cpSync(MODEL, around, { recursive: true });
    writeFileSync(join(around, 'Makefile'), 'VERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 3\n');
  });

  it('is the kernel tree around the directory', () => {
    const { tree, configuration } = chosen({ tree: undefined, from: join(around, MMU) });
    expect(tree.kind).toBe('directory');
    expect(tree.label).toBe(around);
    expect(configuration.version.release).toBe('6.12.3');
  });

  it('is a refusal where that tree has no TDP MMU, and never another tree', () => {
    const old = join(directory, 'old');
    mkdirSync(join(old, 'arch/x86/kvm'), { recursive: true });
    writeFileSync(join(old, 'Makefile'), 'VERSION = 5\nPATCHLEVEL = 4\n');
    const result = chooseTree({ tree: undefined, from: join(old, 'arch') });
    expect(!result.ok && result.error.message).toContain('this is no kernel tree with');
  });

  it('is the model tree elsewhere, in the checkout of patchcheck too, unless that is not wanted', () => {
    expect(chosen({ tree: undefined, from: directory }).tree.kind).toBe('model');
    expect(chosen({ tree: undefined, from: packageRoot }).tree.kind).toBe('model');
    expect(chosen({ tree: undefined, from: join(MODEL, MMU) }).tree.kind).toBe('model');
    expect(chosen({ tree: 'model', from: join(around, MMU) }).tree.kind).toBe('model');
    const strict = chooseTree({ tree: undefined, from: directory, otherwise: 'refuse' });
    expect(!strict.ok && strict.error.message).toBe('there is no kernel tree here');
  });

  it('says which tree lies around a directory that is not its root', () => {
    const result = chooseTree({ tree: join(around, 'arch') });
    expect(!result.ok && result.error.help).toBe(`name its root: --tree ${around}`);
  });
});

describe.skipIf(!hasGit)('a git repository', () => {
  const root = join(directory, 'linux@home');
  const git = (...args: readonly string[]): string =>
    execFileSync(
      'git',
      ['-c', 'user.name=A U Thor', '-c', 'user.email=author@example.org', ...args],
      { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    ).trim();
  const text = (tree: { read(path: string): Uint8Array | null }, path: string): string | null => {
    const bytes = tree.read(path);
    return bytes === null ? null : new TextDecoder().decode(bytes);
  };

  beforeAll(() => {
    cpSync(MODEL, root, { recursive: true });
    symlinkSync('tdp_iter.c', join(root, MMU, 'inside.c'));
    symlinkSync('../../../../../etc/passwd', join(root, MMU, 'outside.c'));
    symlinkSync('loop.c', join(root, MMU, 'loop.c'));
    git('init', '-q', '-b', 'main');
    git('add', '-f', '.');
    git('commit', '-q', '-m', 'first');
    git('tag', '-a', 'v1', '-m', 'v1');
    appendFileSync(join(root, ITER), '/* second */\n');
    git('commit', '-q', '-a', '-m', 'second');
    appendFileSync(join(root, ITER), '/* not committed */\n');
  });

  it('is read at a revision: every file as it was, and nothing of the directory', () => {
    const { tree } = chosen({ tree: `${root}@v1` });
    expect(tree.kind).toBe('git');
    expect(tree.revision).toBe(git('rev-parse', 'v1^{commit}'));
    for (const each of readdirSync(MODEL, { recursive: true, withFileTypes: true })) {
      if (!each.isFile()) continue;
      const path = join(each.parentPath, each.name).slice(MODEL.length + 1);
      expect(text(tree, path), path).toBe(readFileSync(join(MODEL, path), 'utf8'));
    }
    expect(text(chosen({ tree: `${root}@HEAD` }).tree, ITER)).toMatch(/second \*\/\n$/);
    expect(text(chosen({ tree: root }).tree, ITER)).toMatch(/not committed \*\/\n$/);
  });

  it('has no more read of it than is needed', () => {
    const { tree } = chosen({ tree: `${root}@HEAD` });
    const { blobs } = tree as GitTree;
    expect(blobs.size).toBeGreaterThan(10);
    const readme = tree.read('README.md');
    expect(readme).not.toBeNull();
    const other = chosen({ tree: `${root}@HEAD` }).tree as GitTree;
    expect(other.blobs.has(blobId(readme ?? new Uint8Array()))).toBe(false);
  });

  it('keeps to the tree: links, directories, files that are not there', () => {
    const { tree } = chosen({ tree: `${root}@HEAD` });
    expect(text(tree, `${MMU}/inside.c`)).toBe(text(tree, ITER));
    for (const [name, why] of [
      ['outside.c', 'a link that leaves the tree'],
      ['loop.c', 'a link that leads to itself'],
    ] as const) {
      expect(tree.read(`${MMU}/${name}`)).toBeNull();
      expect(tree.refused?.get(`${MMU}/${name}`)).toBe(why);
    }
    expect(tree.read(MMU)).toBeNull();
    expect(tree.refused?.get(MMU)).toBe('a directory where a file should be');
    for (const path of ['nowhere.c', '../x', '/etc/passwd', `${MMU}/../mmu/tdp_iter.c`, '-r/x'])
      expect(tree.read(path), path).toBeNull();
    expect(tree.list?.(MMU)).toContain(ITER);
    expect(tree.list?.(MMU)).toEqual(chosen({ tree: root }).tree.list?.(MMU));
  });

  it.each([
    'nowhere',
    '',
    '--help',
    '--output=pwned',
    '-x',
    'HEAD:arch',
    'HEAD\n',
    '$(touch pwned)',
  ])('refuses the revision %j with what to do', (revision) => {
    const result = chooseTree({ tree: `${root}@${revision}` });
    expect(result.ok).toBe(false);
    expect(!result.ok && result.error.message).toContain('the repository has no commit');
    expect(!result.ok && result.error.help).toContain('log --oneline');
    expect(existsSync(join(root, 'pwned'))).toBe(false);
    expect(existsSync('pwned')).toBe(false);
  });

  it('runs nothing that the repository brings, and asks nobody', () => {
    const canary = join(directory, 'canary');
    const script = join(root, 'evil.sh');
    writeFileSync(script, `#!/bin/sh\ntouch ${canary}\ncat\n`, { mode: 0o755 });
    const settings = {
      'core.fsmonitor': script,
      'core.pager': script,
      'core.sshCommand': script,
      'core.hooksPath': root,
      'core.editor': script,
      'diff.external': script,
      'filter.evil.smudge': script,
      'filter.evil.clean': script,
      'diff.evil.textconv': script,
      'alias.cat-file': `!${script}`,
      'alias.rev-parse': `!${script}`,
      'remote.origin.url': `ext::${script}`,
      'remote.origin.promisor': 'true',
      'protocol.ext.allow': 'always',
      'extensions.partialClone': 'origin',
    };
    const own = readFileSync(join(root, '.git/config'));
    for (const [name, value] of Object.entries(settings)) git('config', name, value);
    for (const hook of ['post-checkout', 'post-index-change', 'reference-transaction'])
      writeFileSync(join(root, '.git/hooks', hook), `#!/bin/sh\ntouch ${canary}\n`, {
        mode: 0o755,
      });
    writeFileSync(join(root, '.git/info/attributes'), '* filter=evil diff=evil\n');
    rmSync(canary, { force: true });
    const { tree, findBase } = chosen({ tree: `${root}@HEAD` });
    expect(text(tree, ITER)).toMatch(/second/);
    expect(chosen({ tree: root }).findBase([hint('v1')]).ok).toBe(true);
    expect(findBase([]).ok).toBe(true);
    // A blob that is not there would be fetched from the promisor.
    const lost = git('rev-parse', `HEAD:${ITER}`);
    const object = join(root, '.git/objects', lost.slice(0, 2), lost.slice(2));
    const kept = readFileSync(object);
    rmSync(object);
    const without = chosen({ tree: `${root}@HEAD` }).tree;
    expect(without.read(ITER)).toBeNull();
    expect(without.refused?.get(ITER)).toContain('is not in this repository');
    writeFileSync(object, kept);
    writeFileSync(join(root, '.git/config'), own);
    expect(existsSync(canary)).toBe(false);
  });

  it('is not mistaken for the one that GIT_DIR names', () => {
    const before = process.env['GIT_DIR'];
    process.env['GIT_DIR'] = '/nowhere';
    const { tree } = chosen({ tree: `${root}@v1` });
    if (before === undefined) delete process.env['GIT_DIR'];
    else process.env['GIT_DIR'] = before;
    expect(tree.revision).toBe(git('rev-parse', 'v1^{commit}'));
  });

  const blobAt = (revision: string): string => git('rev-parse', `${revision}:${ITER}`);
  const hint = (revision: string, more: Partial<BaseHint> = {}): BaseHint => ({
    candidate: 'author',
    baseCommit: null,
    blobs: new Map([[ITER, blobAt(revision).slice(0, 12)]]),
    ...more,
  });

  describe('and the state that mails were written for', () => {
    const found = (hints: readonly BaseHint[], tree = root) => {
      const result = chosen({ tree }).findBase(hints);
      if (!result.ok) throw new Error(result.error.message);
      return result.value;
    };

    it('is the directory as it is, where that has the blobs', () => {
      const own = blobId(new Uint8Array(readFileSync(join(root, ITER))));
      expect(found([hint('v1', { blobs: new Map([[ITER, own]]) })])).toEqual({
        tree: null,
        notes: [],
      });
      expect(found([])).toEqual({ tree: null, notes: [] });
    });

    it.each(['v1', 'HEAD'])('is found by the blobs of %s, and said loudly', (revision) => {
      const base = found([hint(revision)]);
      expect(base?.tree?.tree.revision).toBe(git('rev-parse', `${revision}^{commit}`));
      expect(base?.notes.join('\n')).toContain('NOT THE DIRECTORY AS IT IS');
      expect(base?.notes.join('\n')).toContain(
        `${ITER} is expected as ${blobAt(revision).slice(0, 12)}, the directory has`,
      );
    });

    it('is the base-commit, where no index line says more', () => {
      const commit = git('rev-parse', 'v1^{commit}');
      const base = found([hint('v1', { baseCommit: commit, blobs: new Map() })]);
      expect(base?.tree?.tree.revision).toBe(commit);
    });

    it('is not a base-commit that has other blobs: that is said, and how to take it', () => {
      const commit = git('rev-parse', 'v1^{commit}');
      const base = found([
        hint('v1', { baseCommit: commit, blobs: new Map([[ITER, blobAt('HEAD')]]) }),
      ]);
      expect(base?.tree?.tree.revision).toBe(git('rev-parse', 'HEAD'));
      const none = found([
        hint('v1', { baseCommit: commit, blobs: new Map([[`${MMU}/spte.c`, blobAt('HEAD')]]) }),
      ]);
      expect(none?.tree).toBeNull();
      expect(none?.notes.join('\n')).toContain(`--tree ${root}@${commit.slice(0, 12)}`);
    });

    it('is unknown: what was expected and found, blob by blob, and what to fetch', () => {
      const base = found([
        hint('v1', { baseCommit: 'f'.repeat(40), blobs: new Map([[ITER, '0123456789ab']]) }),
      ]);
      expect(base?.tree).toBeNull();
      expect(base?.notes).toEqual([
        `author: ${ITER} is expected as 0123456789ab, the directory has ${blobId(new Uint8Array(readFileSync(join(root, ITER)))).slice(0, 12)}`,
        'author: its base-commit ffffffffffff is not in the repository',
        'author: the repository has no blob 0123456789ab: fetch its base',
      ]);
    });

    it('is not looked for where a revision was named', () => {
      expect(found([hint('HEAD')], `${root}@v1`)).toBeNull();
    });
  });
});
