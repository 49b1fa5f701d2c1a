/**
 * `ci`, `merge` and `verify` as processes: a directory of everything, a second run from the cache, shards put together, a git tree whose
 * configuration wants to run something. Tested when the build is newer than every source, as in usage.test.ts.
 */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CiSummary } from '../../src/report/ci-summary.js';
import { command, root, whyNotBuilt } from './built-command.js';
import { editMail, MMU } from './model-patch.js';

const why = whyNotBuilt();
if (why !== null) process.stderr.write(`SKIPPED: test/cli/ci.test.ts: ${why}\n`);
const directory = mkdtempSync(join(tmpdir(), 'patchcheck-ci-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const TDP_MMU = `${MMU}/tdp_mmu.c`;
const README =
  'diff --git a/README b/README\nnew file mode 100644\n--- /dev/null\n+++ b/README\n@@ -0,0 +1 @@\n+hello\n';

function run(args: readonly string[], cwd = root) {
  const ran = spawnSync(process.execPath, [command, ...args], {
    cwd,
    encoding: 'utf8',
    env: {
      ...process.env,
      NO_COLOR: '1',
      XDG_CACHE_HOME: join(directory, 'cache'),
      HOME: directory,
      GIT_CONFIG_GLOBAL: '/dev/null',
    },
  });
  return { status: ran.status, out: ran.stdout, err: ran.stderr };
}

describe.skipIf(why !== null)('ci', () => {
  const patches = join(directory, 'patches');
  const json = join(directory, 'all.json');
  const some = ['--tree', 'model', '--scenarios', '8', '--function', 'clear_dirty_gfn_range'];
  let first: ReturnType<typeof run>;
  let summary: CiSummary;

  beforeAll(() => {
    mkdirSync(join(patches, 'deep/er'), { recursive: true });
    const put = (name: string, text: string): void => writeFileSync(join(patches, name), text);
    put('bad.patch', 'no patch at all\n');
    put('comment.patch', editMail(TDP_MMU, '/* In use now. */', '/* In use. */'));
    put('deep/docs.patch', `Description: docs\n---\n${README}`);
    put('deep/er/driver.diff', README.replaceAll('README', 'drivers/x.c'));
    put(
      'same.mbox',
      editMail(
        TDP_MMU,
        '? PT_WRITABLE_MASK : shadow_dirty_mask;',
        '? (PT_WRITABLE_MASK) : shadow_dirty_mask;',
      ),
    );
    put('notes.txt', 'nothing\n');
    first = run(['ci', patches, ...some, '--json', json]);
    summary = JSON.parse(readFileSync(json, 'utf8')) as CiSummary;
  }, 300_000);

  it('says a line for each, goes on after a bad one, and adds up', () => {
    expect(first.err).toBe('');
    expect(first.out).toContain('bad.patch: INCONCLUSIVE: ');
    expect(first.out).toContain(
      `comment.patch: proved equal: every input: the preprocessed tokens of ${TDP_MMU} are equal`,
    );
    expect(first.out).toContain('docs.patch: not checked: no C changed');
    expect(first.out).toContain('driver.diff: not checked: no pack covers this file');
    expect(first.out).toMatch(/same\.mbox: no difference found in \d+ scenarios/);
    expect(first.out).toMatch(
      /5 inputs: 0 differ, 1 no difference found, 1 proved equal, 2 not checked, 1 inconclusive; exit 2\n$/,
    );
    expect(first.status).toBe(2);
    expect(summary.inputs.map(({ name }) => name.slice(patches.length + 1))).toEqual([
      'bad.patch',
      'comment.patch',
      'deep/docs.patch',
      'deep/er/driver.diff',
      'same.mbox',
    ]);
  });

  it('writes reports that the schema takes', () => {
    const schema: unknown = JSON.parse(
      readFileSync(join(root, 'src/report/report-schema.json'), 'utf8'),
    );
    const validate = new Ajv({ strict: true, allowUnionTypes: true }).compile(schema as object);
    for (const { report } of summary.inputs)
      expect(validate(report), JSON.stringify(validate.errors)).toBe(true);
  });

  it('finds the same again, from the cache, and runs what has changed', () => {
    const again = join(directory, 'again.json');
    const second = run(['ci', patches, ...some, '--json', again, '--quiet']);
    expect(second.out).toMatch(/^5 inputs: .*; exit 2\n$/);
    expect(readFileSync(again, 'utf8')).toBe(readFileSync(json, 'utf8'));
    writeFileSync(join(patches, 'deep/docs.patch'), 'broken\n');
    const third = run(['ci', patches, ...some]);
    writeFileSync(join(patches, 'deep/docs.patch'), `Description: docs\n---\n${README}`);
    expect(third.out).toContain('docs.patch: INCONCLUSIVE');
  });

  it('in shards, which merge puts together', () => {
    const parts = [1, 2, 3].map((part) => {
      const path = join(directory, `${part}.json`);
      run(['ci', patches, ...some, '--quiet', '--shard', `${part}/3`, '--json', path]);
      return path;
    });
    const merged = run([
      'merge',
      ...parts,
      '--format',
      'json',
      '--format',
      `ktap=${join(directory, 'm.ktap')}`,
    ]);
    expect(JSON.parse(merged.out)).toEqual(summary);
    expect(merged.status).toBe(2);
    expect(readFileSync(join(directory, 'm.ktap'), 'utf8')).toMatch(/^KTAP version 1\n1\.\.5\n/);
    const twice = run(['merge', ...parts, parts[0] ?? '']);
    expect(twice.status).toBe(2);
    expect(twice.err).toContain('is in two of the reports');
    writeFileSync(join(directory, 'no.json'), '{}');
    expect(run(['merge', join(directory, 'no.json')]).err).toContain('is no report');
  });

  it('needs a tree that is named', () => {
    const ran = run(['ci', patches], directory);
    expect(ran.status).toBe(2);
    expect(ran.err).toContain('--tree');
  });

  it.each([
    [['--shard', '4/3'], '--shard 4/3'],
    [['--format', 'pdf'], 'there is no such format'],
    [['--format', 'ktap', '--format', 'sarif'], 'standard output takes one format'],
    [['--format', 'mail'], 'is written to a file'],
    [['--expect', 'same:x'], '--expect same:x'],
    [['--baseline', 'nowhere'], 'nowhere'],
  ])('refuses %s', (options, says) => {
    const ran = run(['ci', patches, '--tree', 'model', ...options]);
    expect(ran.err).toContain(says);
    expect(ran.status).toBe(2);
  });
});

describe.skipIf(why !== null)('verify', () => {
  const repo = join(directory, 'repo');
  const trace = join(directory, 'trace');
  const git = (...args: readonly string[]): void => {
    const ran = spawnSync('git', args, {
      cwd: repo,
      encoding: 'utf8',
      env: {
        ...process.env,
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_AUTHOR_NAME: 'A U Thor',
        GIT_AUTHOR_EMAIL: 'a@example.org',
        GIT_COMMITTER_NAME: 'C',
        GIT_COMMITTER_EMAIL: 'c@example.org',
      },
    });
    expect(ran.status, ran.stderr).toBe(0);
  };
  const edit = (find: string, replace: string): void => {
    const path = join(repo, TDP_MMU);
    const text = readFileSync(path, 'utf8');
    expect(text).toContain(find);
    writeFileSync(
      path,
      text.replace(find, () => replace),
    );
  };

  beforeAll(() => {
    cpSync(join(root, 'fixtures/linux'), repo, { recursive: true });
    writeFileSync(join(repo, 'Makefile'), 'VERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 0\n');
    git('init', '-q');
    git('add', '-f', '.');
    git('commit', '-qm', 'base');
    edit('/* In use now. */', '/* In use. */');
    git('commit', '-qam', 'KVM: Say it shorter');
    writeFileSync(join(repo, 'README'), 'hello\n');
    git('add', 'README');
    git('commit', '-qm', 'README: Say hello');
    // Everything that a repository may name to be run.
    for (const [key, value] of [
      ['core.fsmonitor', `touch ${trace}`],
      ['core.hooksPath', directory],
      ['core.pager', `touch ${trace}`],
      ['diff.external', `touch ${trace}`],
      ['diff.x.textconv', `touch ${trace}`],
      ['diff.x.command', `touch ${trace}`],
      ['filter.x.clean', `touch ${trace}`],
      ['filter.x.process', `touch ${trace}`],
      ['filter.x.required', 'true'],
      ['gpg.program', `touch ${trace}`],
      ['log.showSignature', 'true'],
      ['diff.noprefix', 'true'],
      ['diff.relative', 'true'],
      ['format.attach', 'true'],
      ['format.coverLetter', 'true'],
      ['color.ui', 'always'],
    ] as const)
      git('config', key, value);
    writeFileSync(join(repo, '.git/info/attributes'), '*.c diff=x filter=x\n*.h diff=x filter=x\n');
  }, 60_000);

  it('takes a range as it would be sent, each commit and the whole', () => {
    const ran = run(['verify', 'HEAD~2..', '--scenarios', '4', '--json', '-'], repo);
    const report = JSON.parse(ran.out) as CiSummary['inputs'][number]['report'];
    expect(report.problems).toEqual([]);
    expect(report.tree.kind).toBe('git');
    expect(report.candidates.map(({ id, steps }) => [id, steps.length])).toEqual([['a-u-thor', 2]]);
    expect(report.checks.map(({ candidate, verdict }) => [candidate, verdict])).toEqual([
      ['a-u-thor', 'not-checked'],
      ['a-u-thor#1/2', 'proved'],
      ['a-u-thor#2/2', 'not-checked'],
    ]);
    expect(ran.status).toBe(0);
    expect(existsSync(trace)).toBe(false);
  });

  it('takes the kernel around a directory, and one that is a part of its repository', () => {
    const inside = run(
      ['verify', 'HEAD~2..', '--scenarios', '4', '--quiet'],
      join(repo, 'arch/x86'),
    );
    expect(inside).toEqual({ status: 0, err: '', out: 'proved equal; seed 1; exit 0\n' });
    const around = join(directory, 'around');
    cpSync(repo, join(around, 'linux'), {
      recursive: true,
      filter: (path) => !path.endsWith('.git'),
    });
    const part = join(around, 'linux');
    for (const args of [
      ['init', '-q', around],
      ['-C', around, 'add', '-f', '.'],
      ['-C', around, '-c', 'user.name=A', '-c', 'user.email=a@x', 'commit', '-qm', 'base'],
    ])
      expect(spawnSync('git', args).status).toBe(0);
    const path = join(part, TDP_MMU);
    writeFileSync(path, readFileSync(path, 'utf8').replace('/* In use. */', '/* Used. */'));
    const ran = run(['verify', '--scenarios', '4', '--quiet'], part);
    expect(ran).toEqual({ status: 0, err: '', out: 'proved equal; seed 1; exit 0\n' });
  }, 300_000);

  it('without a range takes what is not committed, in the index and beside it', () => {
    edit('/* In use. */', '/* Used. */');
    git(
      '-c',
      'filter.x.clean=',
      '-c',
      'filter.x.process=',
      '-c',
      'filter.x.required=false',
      '-c',
      'core.fsmonitor=false',
      'add',
      '.',
    );
    edit('/* Used. */', '/* It is used. */');
    const ran = run(['verify', '--scenarios', '4', '--json', '-'], repo);
    const report = JSON.parse(ran.out) as CiSummary['inputs'][number]['report'];
    expect(report.candidates.map(({ id, apply }) => [id, apply.status])).toEqual([
      ['working-tree', 'exact'],
      ['index', 'exact'],
    ]);
    expect(report.checks.map(({ verdict }) => verdict)).toEqual(['proved', 'proved']);
    expect(existsSync(trace)).toBe(false);
  });

  it.each([
    [['verify', 'HEAD~1.. --output=x'], 'no range of commits'],
    [['verify', 'no-such-branch'], 'git: '],
    [['verify', 'HEAD..HEAD'], 'holds no commit'],
  ])('refuses %s', (args, says) => {
    const ran = run(args, repo);
    expect(ran.err).toContain(says);
    expect(ran.status).toBe(2);
  });
});
