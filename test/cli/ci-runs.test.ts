/**
 * `ci` on a real repository and with real workers: the base that mails name, a worker that is killed in its middle, Ctrl-C, options
 * that results depend on. Tested when the build is newer than every source, as in usage.test.ts.
 */
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  appendFileSync,
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
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blobId } from '../../src/patch/blob-id.js';
import type { CiSummary } from '../../src/report/ci-summary.js';
import { command, root, whyNotBuilt } from './built-command.js';
import { editMail, MMU } from './model-patch.js';

const why = whyNotBuilt();
if (why !== null) process.stderr.write(`SKIPPED: test/cli/ci-runs.test.ts: ${why}\n`);
const directory = mkdtempSync(join(tmpdir(), 'patchcheck-ci-runs-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const ITER = `${MMU}/tdp_iter.c`;
const COMMENT = editMail(ITER, '/* Moves to the entry', '/* Goes to the entry');

const env = {
  ...process.env,
  NO_COLOR: '1',
  XDG_CACHE_HOME: join(directory, 'cache'),
  HOME: directory,
  GIT_CONFIG_GLOBAL: '/dev/null',
};

function run(...args: readonly string[]) {
  const ran = spawnSync(process.execPath, [command, ...args], { encoding: 'utf8', env });
  return { status: ran.status, out: ran.stdout, err: ran.stderr };
}

function summaryOf(path: string): CiSummary {
  return JSON.parse(readFileSync(path, 'utf8')) as CiSummary;
}

describe.skipIf(why !== null)('ci on a repository', () => {
  const tree = join(directory, 'linux');
  const patches = join(directory, 'patches');
  let first = '';
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.org', ...args], {
      cwd: tree,
      encoding: 'utf8',
      env,
    }).trim();
  const named = (name: string, line: (diff: string) => string): void =>
    writeFileSync(join(patches, name), line(COMMENT));

  beforeAll(() => {
    cpSync(join(root, 'fixtures/linux'), tree, { recursive: true });
    mkdirSync(patches);
    git('init', '-q', '-b', 'master');
    git('add', '-f', '.');
    git('commit', '-q', '-m', 'first');
    first = git('rev-parse', 'HEAD');
    const blob = blobId(new Uint8Array(readFileSync(join(tree, ITER))));
    appendFileSync(join(tree, ITER), '/* later */\n');
    git('commit', '-q', '-a', '-m', 'second');
    named('a-blob.patch', (diff) =>
      diff.replace(/^--- a/m, `index ${blob.slice(0, 12)}..000000000000 100644\n--- a`),
    );
    named('b-commit.patch', (diff) => diff.replace(/^-- $/m, `base-commit: ${first}\n-- `));
    named('c-says-nothing.patch', (diff) => diff);
    named('d-unknown.patch', (diff) =>
      diff.replace(/^-- $/m, `base-commit: ${'1'.repeat(40)}\n-- `),
    );
  });

  it('checks each where it was written for, and says so, as apply does', () => {
    const json = join(directory, 'based.json');
    const args = ['ci', patches, '--tree', tree, '--scenarios', '1', '--json', json];
    const ran = run(...args);
    expect(ran.err).toBe('');
    const at = (name: string, path = json): unknown[] => {
      const found = summaryOf(path).inputs.find((input) => input.name.endsWith(name));
      const { kind, revision, notes } = found?.report.tree ?? { kind: '', revision: '', notes: [] };
      return [kind, revision, notes.some((note) => note.startsWith('NOT THE DIRECTORY AS IT IS'))];
    };
    expect(at('a-blob.patch')).toEqual(['git', first, true]);
    expect(at('b-commit.patch')).toEqual(['git', first, true]);
    expect(at('c-says-nothing.patch')).toEqual(['directory', null, false]);
    expect(at('d-unknown.patch')).toEqual(['directory', null, false]);
    expect(ran.out).toContain(`(at ${first.slice(0, 12)}, which it was written for)`);
    for (const { report } of summaryOf(json).inputs)
      expect([report.verdict, report.candidates[0]?.apply.status]).toEqual([
        'proved',
        report.tree.kind === 'git' && report.tree.revision === first
          ? expect.stringMatching(/^(?:exact|clean)$/)
          : 'clean',
      ]);
    const again = join(directory, 'based-again.json');
    run(...args.slice(0, -1), again);
    expect(readFileSync(again, 'utf8')).toBe(readFileSync(json, 'utf8'));

    // A commit that nobody had yesterday: what was looked for in vain is looked for again.
    const found = join(directory, 'fetched.json');
    writeFileSync(
      join(patches, 'd-unknown.patch'),
      readFileSync(join(patches, 'd-unknown.patch'), 'utf8').replace('1'.repeat(40), () => {
        git('checkout', '-q', '-b', 'topic', first);
        git('commit', '-q', '--allow-empty', '-m', 'topic');
        const topic = git('rev-parse', 'HEAD');
        git('checkout', '-q', 'master');
        return topic;
      }),
    );
    run(...args.slice(0, -1), found);
    expect(at('d-unknown.patch', found)).toEqual(['git', git('rev-parse', 'topic'), true]);
    const kept = join(directory, 'kept.json');
    run(...args.slice(0, -1), kept, '--no-find-base');
    expect(at('a-blob.patch', kept)).toEqual(['directory', null, false]);
  }, 300_000);
});

const linux = process.platform === 'linux';

describe.skipIf(why !== null || !linux)('ci, when something happens to it', () => {
  const patches = join(directory, 'slow');
  const json = join(directory, 'slow.json');
  const options = ['--tree', 'model', '--workers', '1', '--no-cache', '--json', json];

  beforeAll(() => {
    mkdirSync(patches);
    // Runs for a minute or more, so that it can be met while it runs.
    const slow = editMail(
      `${MMU}/tdp_mmu.c`,
      '? PT_WRITABLE_MASK : shadow_dirty_mask;',
      '? (PT_WRITABLE_MASK) : shadow_dirty_mask;',
    );
    writeFileSync(join(patches, 'a.patch'), COMMENT);
    writeFileSync(join(patches, 'b-slow.patch'), slow);
    writeFileSync(join(patches, 'c.patch'), COMMENT);
  });

  /** The process is there, and has told of its first input. */
  async function started(): Promise<{
    child: ChildProcess;
    ended: Promise<number | null>;
    out: () => string;
  }> {
    const child = spawn(
      process.execPath,
      [command, 'ci', patches, ...options, '--scenarios', '1000000'],
      { env, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let out = '';
    child.stdout.on('data', (text: Buffer) => (out += text.toString()));
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    while (!out.includes('a.patch: ')) await pause(50);
    await pause(500);
    return { child, ended, out: () => out };
  }

  it('loses one input to a worker that is killed', async () => {
    const { child, ended } = await started();
    const [worker, ...others] = childrenOf(child.pid ?? 0);
    expect(others).toEqual([]);
    process.kill(worker ?? 0, 'SIGKILL');
    // A worker that has done others before may have died of those: the input gets another one, and that is killed as well.
    let next: number | undefined;
    while (next === undefined || next === worker) {
      await pause(50);
      [next] = childrenOf(child.pid ?? 0);
    }
    await pause(500);
    process.kill(next, 'SIGKILL');
    expect(await ended).toBe(2);
    const { inputs, counts } = summaryOf(json);
    expect(counts).toMatchObject({ proved: 2, inconclusive: 1 });
    expect(inputs[1]?.report.problems[0]?.diagnostic.message).toBe(
      'the check crashed (signal SIGKILL): a fault of patchcheck',
    );
  }, 120_000);

  it('prints what it has when the user wants no more', async () => {
    const { child, ended, out } = await started();
    const workers = childrenOf(child.pid ?? 0);
    const asked = Date.now();
    child.kill('SIGINT');
    expect(await ended).toBe(2);
    expect(Date.now() - asked).toBeLessThan(10_000);
    expect(out()).toMatch(/1 input: .*; exit 2\n$/);
    expect(summaryOf(json)).toMatchObject({ exitCode: 2, counts: { proved: 1 } });
    for (const pid of workers) expect(isAlive(pid)).toBe(false);
  }, 120_000);
});

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function childrenOf(pid: number): number[] {
  const path = `/proc/${pid}/task/${pid}/children`;
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '')
    .map(Number);
}

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
