/**
 * The example files do what they say, as far as that can be seen without the services: YAML is parsed, the scripts in it are run by a
 * shell as the service runs them, part by part; the hook is called as git calls it; b4's settings are read by git and get a mail.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { CiSummary } from '../../src/report/ci-summary.js';
import { readJunit } from '../report/read-junit.js';
import { command, root, whyNotBuilt } from './built-command.js';
import { editMail, mail, MMU } from './model-patch.js';

const why = whyNotBuilt();
if (why !== null) process.stderr.write(`SKIPPED: test/cli/examples.test.ts: ${why}\n`);
const examples = join(root, 'examples');
const directory = mkdtempSync(join(tmpdir(), 'patchcheck-examples-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const TDP_MMU = `${MMU}/tdp_mmu.c`;
const README =
  'diff --git a/README b/README\nnew file mode 100644\n--- /dev/null\n+++ b/README\n@@ -0,0 +1 @@\n+hello\n';

/** On the PATH, `patchcheck` is the build. */
const bin = join(directory, 'bin');
const env: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: `${bin}:${process.env['PATH'] ?? ''}`,
  HOME: directory,
  NO_COLOR: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  XDG_CACHE_HOME: join(directory, 'cache'),
};

function shell(script: string, cwd: string, more: NodeJS.ProcessEnv = {}, input = '') {
  const ran = spawnSync('/bin/sh', ['-e', '-c', script], {
    cwd,
    input,
    encoding: 'utf8',
    env: { ...env, ...more },
  });
  return { status: ran.status, out: ran.stdout, err: ran.stderr };
}

function git(cwd: string, ...args: readonly string[]): string {
  const who = ['-c', 'user.name=A U Thor', '-c', 'user.email=author@example.org'];
  return execFileSync('git', [...who, ...args], { cwd, encoding: 'utf8', env }).trim();
}

describe.skipIf(why !== null)('the examples', () => {
  /** A project as the CI files want it: patches/ and a kernel tree under linux/. */
  const project = join(directory, 'project');
  const linux = join(project, 'linux');
  let whole: CiSummary;

  beforeAll(() => {
    mkdirSync(bin);
    writeFileSync(
      join(bin, 'patchcheck'),
      `#!/bin/sh\nexec "${process.execPath}" "${command}" "$@"\n`,
    );
    chmodSync(join(bin, 'patchcheck'), 0o755);
    mkdirSync(join(project, 'patches'), { recursive: true });
    cpSync(join(root, 'fixtures/linux'), linux, { recursive: true });
    git(linux, 'init', '-q', '-b', 'master');
    git(linux, 'add', '-f', '.');
    git(linux, 'commit', '-qm', 'base');
    const put = (name: string, text: string): void =>
      writeFileSync(join(project, 'patches', name), text);
    put('bad.patch', 'no patch at all\n');
    put('comment.patch', editMail(TDP_MMU, '/* In use now. */', '/* In use. */'));
    put('docs.patch', mail(README));
    put('driver.patch', mail(README.replaceAll('README', 'drivers/x.c')));
    put('more.patch', editMail(TDP_MMU, '/* In use now. */', '/* It is in use. */'));
    const ran = shell('patchcheck ci patches --tree linux --json all.json', project);
    expect(ran.err).toBe('');
    whole = JSON.parse(readFileSync(join(project, 'all.json'), 'utf8')) as CiSummary;
    expect(whole.counts).toMatchObject({ proved: 2, 'not-checked': 2, inconclusive: 1 });
  }, 600_000);

  /** A directory for a job of the matrix, as a checkout of its own. */
  function checkout(name: string): string {
    const to = join(directory, name);
    cpSync(project, to, { recursive: true, filter: (path) => !path.endsWith('.json') });
    return to;
  }

  function theSameAsUnsharded(parts: string): void {
    expect(readdirSync(parts).filter((name) => /^part-\d\.json$/.test(name))).toHaveLength(4);
    const merged = shell('patchcheck merge part-*.json --format json', parts);
    expect(JSON.parse(merged.out)).toEqual(whole);
  }

  it('GitHub Actions: four parts and a merge, as one run would have found', () => {
    const workflow = parse(readFileSync(join(examples, 'github-actions.yml'), 'utf8')) as Workflow;
    const { check, merge } = workflow.jobs;
    const scripts = (job: WorkflowJob): string[] =>
      job.steps.flatMap(({ run }) => (run === undefined ? [] : [run]));
    for (const step of [...check.steps, ...merge.steps])
      expect(step.uses ?? step.run).toMatch(/^(?:[\w-]+\/[\w/-]+@v\d+$|patchcheck )/);
    expect(merge.needs).toBe('check');
    const work = checkout('github');
    for (const part of check.strategy?.matrix.part ?? [])
      for (const script of scripts(check)) {
        const filled = script.replaceAll('${{ matrix.part }}', String(part));
        expect(filled).not.toContain('${{');
        expect(shell(filled, work)).toMatchObject({ status: 0, err: '' });
      }
    theSameAsUnsharded(work);
    const [script = ''] = scripts(merge);
    const merged = shell(script, work);
    expect(merged.err).toBe('');
    expect(merged.out).toContain('5 inputs: ');
    // What is undecided fails this job.
    expect(merged.status).toBe(2);
    const wanted = shell('patchcheck merge all.json --format sarif', project);
    expect(readFileSync(join(work, 'patchcheck.sarif'), 'utf8')).toBe(wanted.out);
    const upload = merge.steps.at(-1);
    expect(upload).toMatchObject({ if: 'always()', with: { sarif_file: 'patchcheck.sarif' } });
  }, 600_000);

  it('GitLab CI: four parts and a report, as one run would have found', () => {
    const jobs = parse(readFileSync(join(examples, 'gitlab-ci.yml'), 'utf8')) as GitLab;
    const { patchcheck: check, 'patchcheck report': report } = jobs;
    expect([check.stage, report.stage]).toEqual(jobs.stages);
    expect(report.needs).toEqual(['patchcheck']);
    const work = checkout('gitlab');
    // As the cache of the job before gives it back.
    cpSync(join(directory, 'cache'), join(work, '.cache'), { recursive: true });
    for (let part = 1; part <= (check.parallel ?? 0); part++)
      for (const script of check.script) {
        const variables = { CI_NODE_INDEX: String(part), CI_NODE_TOTAL: String(check.parallel) };
        const cache = { XDG_CACHE_HOME: join(work, '.cache') };
        expect(shell(script, work, { ...variables, ...cache })).toMatchObject({
          status: 0,
          err: '',
        });
      }
    expect(existsSync(join(work, check.cache?.paths[0] ?? ''))).toBe(true);
    theSameAsUnsharded(work);
    for (const script of report.script) expect(shell(script, work).status).toBe(2);
    const xml = readFileSync(join(work, report.artifacts.reports?.junit ?? ''), 'utf8');
    expect(readJunit(xml).map(({ status }) => status)).toEqual([
      'error',
      'success',
      'skipped',
      'skipped',
      'success',
    ]);
  }, 600_000);

  describe('sendemail-validate', () => {
    const hook = join(linux, '.git/hooks/sendemail-validate');
    const outgoing = join(directory, 'outgoing');
    const edit = (find: string, replace: string, subject: string): void => {
      const path = join(linux, TDP_MMU);
      const text = readFileSync(path, 'utf8');
      expect(text.split(find)).toHaveLength(2);
      writeFileSync(path, text.replace(find, replace));
      git(linux, 'commit', '-qam', subject);
    };

    /** A topic of two commits as format-patch writes it, beside what an earlier revision has left there. */
    function series(name: string, second: readonly [string, string]): string[] {
      git(linux, 'checkout', '-q', '-b', name, 'master');
      edit('/* In use now. */', '/* In use. */', 'KVM: Say it shorter');
      edit(...second, 'KVM: Go on from there');
      const to = join(outgoing, name);
      const options = ['format-patch', '-q', '-v2', '--cover-letter', '-o', to, 'master'];
      git(linux, ...options);
      writeFileSync(join(to, 'v1-0001-old.patch'), 'an earlier one, which is not sent\n');
      git(linux, 'checkout', '-q', 'master');
      return readdirSync(to)
        .filter((file) => file.startsWith('v2-'))
        .sort()
        .map((file) => join(to, file));
    }

    /** As git-send-email calls it: once a file, at the top of the working tree; it stops where one is refused. */
    function send(files: readonly string[], counted: boolean, more: NodeJS.ProcessEnv = {}) {
      const headers = join(directory, 'headers');
      writeFileSync(headers, 'To: list@example.org\n');
      let said = '';
      for (const [at, file] of files.entries()) {
        const counters = {
          GIT_SENDEMAIL_FILE_COUNTER: String(at + 1),
          GIT_SENDEMAIL_FILE_TOTAL: String(files.length),
        };
        const ran = spawnSync(hook, [file, headers], {
          cwd: linux,
          encoding: 'utf8',
          env: { ...env, ...(counted ? counters : {}), ...more },
        });
        said += ran.stdout + ran.stderr;
        if (ran.status !== 0) return { sent: at, status: ran.status, said };
      }
      return { sent: files.length, status: 0, said };
    }

    beforeAll(() => {
      mkdirSync(join(linux, '.git/hooks'), { recursive: true });
      copyFileSync(join(examples, 'sendemail-validate'), hook);
      chmodSync(hook, 0o755);
      git(linux, 'config', 'patchcheck.scenarios', '8');
    });

    it.each([true, false])(
      'lets a series go that does nothing, and says nothing (%s)',
      (counted) => {
        const files = series(`same-${counted}`, ['/* In use. */', '/* Used. */']);
        expect(files).toHaveLength(3);
        expect(send(files, counted)).toEqual({ sent: 3, status: 0, said: '' });
      },
      120_000,
    );

    it('keeps one that differs, with the place; and lets it go where that is meant', () => {
      const files = series('differs', [
        '? PT_WRITABLE_MASK : shadow_dirty_mask;',
        '? shadow_dirty_mask : PT_WRITABLE_MASK;',
      ]);
      const args = { PATCHCHECK_ARGS: '--function clear_dirty_gfn_range' };
      const { sent, status, said } = send(files, true, args);
      expect([sent, status]).toEqual([2, 1]);
      expect(said).toMatch(new RegExp(`^${TDP_MMU}:\\d+: ERROR:BEHAVIOUR_DIFFERS: `, 'm'));
      const meant = ['clear_dirty_gfn_range', 'kvm_tdp_mmu_clear_dirty_slot'].map(
        (entry) => `--expect differs:${entry}`,
      );
      const allowed = { PATCHCHECK_ARGS: [args.PATCHCHECK_ARGS, ...meant].join(' ') };
      expect(send(files, true, allowed)).toMatchObject({ sent: 3, status: 0 });
    }, 600_000);
  });

  it("b4's settings are commands that take a mail and answer as b4 reads", () => {
    const settings = join(examples, 'b4.gitconfig');
    const answer = (key: string, text: string): unknown => {
      const setting = git(project, 'config', '-f', settings, '--get', key);
      const ran = shell(setting, linux, {}, text);
      expect(ran).toMatchObject({ status: 0, err: '' });
      return JSON.parse(ran.out);
    };
    for (const key of ['b4.review-perpatch-check-cmd', 'b4.review-series-check-cmd']) {
      expect(answer(key, mail(README))).toEqual([]);
      const comment = editMail(TDP_MMU, '/* In use now. */', '/* In use. */');
      expect(answer(key, comment)).toMatchObject([{ tool: 'patchcheck', status: 'pass' }]);
    }
  }, 600_000);
});

interface WorkflowJob {
  readonly needs?: string;
  readonly strategy?: { readonly matrix: { readonly part: readonly number[] } };
  readonly steps: readonly { readonly uses?: string; readonly run?: string }[];
}

interface Workflow {
  readonly jobs: { readonly check: WorkflowJob; readonly merge: WorkflowJob };
}

interface GitLabJob {
  readonly stage: string;
  readonly needs?: readonly string[];
  readonly parallel?: number;
  readonly script: readonly string[];
  readonly cache?: { readonly paths: readonly string[] };
  readonly artifacts: { readonly reports?: { readonly junit: string } };
}

interface GitLab {
  readonly stages: readonly string[];
  readonly patchcheck: GitLabJob;
  readonly 'patchcheck report': GitLabJob;
}
