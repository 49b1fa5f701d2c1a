/** What people have in hand: every form of it, through the command. Nothing is run here: `list` reads as `apply` does. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import type { CandidateList, ListedCandidate } from '../../src/report/candidate-list.js';
import { editDiff, editMail, mail, MMU } from './model-patch.js';
import { runCommand, type Ran } from './run-command.js';

const directory = mkdtempSync(join(tmpdir(), 'patchcheck-inputs-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const ITER = `${MMU}/tdp_iter.c`;
const DIFF = editDiff(ITER, '\titer->yielded = false;\n', '\titer->yielded = 0;\n');
const MAIL = mail(DIFF);
const hasGit = spawnSync('git', ['--version']).status === 0;

function put(name: string, content: string | Uint8Array): string {
  const path = join(directory, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

async function list(...args: readonly string[]): Promise<CandidateList> {
  const ran = await runCommand('list', ...args, '--json');
  return JSON.parse(ran.out) as CandidateList;
}

function shape(candidates: readonly ListedCandidate[]): unknown[] {
  return candidates.map((each) => [each.id, each.patches.length, each.problems.length]);
}

const eml = MAIL.slice(MAIL.indexOf('\n') + 1);
const mboxrd = (text: string): string => `From a Wed Oct 23 09:18:00 2024\n${text}\n`;

describe('one patch, as', () => {
  const forms: Readonly<Record<string, string | Uint8Array>> = {
    'a.mbox': MAIL,
    'a.mbox.gz': gzipSync(MAIL),
    'a.eml': eml,
    'dos.eml': eml.replaceAll('\n', '\r\n'),
    'plain.diff': DIFF,
    'lore.mbox': mboxrd(eml),
  };
  it.each(Object.keys(forms))('%s', async (name) => {
    const path = put(name, forms[name] ?? '');
    const found = await list(path);
    expect(shape(found.candidates)).toEqual([[name === 'plain.diff' ? 'plain' : 'a-u-thor', 1, 0]]);
    expect(found.candidates[0]?.patches[0]?.files).toEqual([ITER]);
    expect((await runCommand('list', path)).status).toBe(0);
  });
});

describe('several patches, as', () => {
  const numbered = (n: number): string =>
    mail(DIFF, `[PATCH ${n}/2] KVM: Step ${n}`).replace('one@', `${n}@`);

  it('files named one by one, in any order', async () => {
    const found = await list(put('s/2.eml', numbered(2)), put('s/1.eml', numbered(1)));
    expect(found.candidates.map((each) => each.patches.map((patch) => patch.subject))).toEqual([
      ['KVM: Step 1', 'KVM: Step 2'],
    ]);
  });

  it('a directory as git format-patch writes it, cover letter included', async () => {
    put(
      'out/0000-cover-letter.patch',
      mail('', '[PATCH 0/2] KVM: Two steps').replace('one@', '0@'),
    );
    put('out/0001-one.patch', numbered(1));
    put('out/0002-two.patch', numbered(2));
    put('out/notes.txt', 'not a patch');
    const found = await list(join(directory, 'out'));
    expect(found.candidates.map((each) => each.subject)).toEqual(['KVM: Two steps']);
    expect(shape(found.candidates)).toEqual([['a-u-thor', 2, 0]]);
  });

  it('a quilt series, by its directory and by its name', async () => {
    put('quilt/series', '# first\na.patch\nsub/b.patch -p1\n');
    put('quilt/a.patch', `Description: first\n---\n${DIFF}`);
    put('quilt/sub/b.patch', DIFF);
    put('quilt/left-out.patch', DIFF);
    for (const path of [join(directory, 'quilt'), join(directory, 'quilt/series')])
      expect((await list(path)).candidates.map((each) => each.patches.length)).toEqual([2]);
  });

  it('a maildir', async () => {
    for (const sub of ['cur', 'new', 'tmp'])
      mkdirSync(join(directory, 'dir', sub), { recursive: true });
    put('dir/cur/1700000001.M1P1.host:2,S', numbered(2).slice(numbered(2).indexOf('\n') + 1));
    put('dir/new/1700000000.M1P1.host', numbered(1).slice(numbered(1).indexOf('\n') + 1));
    put('dir/tmp/1700000002.M1P1.host', 'half a mail');
    expect(shape((await list(join(directory, 'dir'))).candidates)).toEqual([['a-u-thor', 2, 0]]);
  });

  it('what b4 am writes: one mbox under names of its own, with a cover letter beside it', async () => {
    const from = 'From git@z Thu Jan  1 00:00:00 1970\n';
    const one = (n: number): string =>
      `${from}${numbered(n).slice(numbered(n).indexOf('\n') + 1)}\n`;
    const found = await list(put('b4.mbx', one(1) + one(2)));
    expect(shape(found.candidates)).toEqual([['a-u-thor', 2, 0]]);
  });

  it('parts that are missing are said', async () => {
    const path = put('half.mbox', numbered(2));
    const ran = await runCommand('list', path);
    expect(ran.status).toBe(2);
    expect(ran.out).toContain('patch 1 of the 2 in this series is not in the thread');
  });

  it('parts that are there twice are said when they differ', async () => {
    const answer = (text: string): string =>
      text.replace('\nSubject:', '\nIn-Reply-To: <1@example.org>\nSubject:');
    const other = answer(numbered(2)).replace('<2@', '<3@').replace('= 0;', '= 00;');
    const found = await list(put('twice.mbox', numbered(1) + answer(numbered(2)) + other));
    expect(found.candidates[0]?.problems[0]?.message).toContain('is there twice');
  });
});

describe('mboxrd', () => {
  it('is taken at its word', async () => {
    const text = mail(DIFF).replace('Does one thing.', '>From here on it is better.');
    const path = put('rd.mbox', text.replace('\n---\n', '\n\nLink: x\n---\n'));
    expect((await list(path, '--mboxrd')).candidates).toHaveLength(1);
  });
});

describe('revisions', () => {
  const v = (n: number, value: string): string =>
    mail(DIFF.replace('= 0;', `= ${value};`), `[PATCH v${n}] KVM: One thing`).replace(
      'one@',
      `v${n}@`,
    );
  it('the newest by default, another one when asked', async () => {
    const path = put('revisions.mbox', v(1, '1') + v(2, '2') + v(3, '3'));
    const all = await list(path);
    expect(all.candidates.map((each) => [each.revision, each.superseded])).toEqual([
      [1, true],
      [2, true],
      [3, false],
    ]);
    const second = await list(path, '--revision', '2');
    expect(second.candidates.map((each) => each.id)).toEqual(['a-u-thor-v2']);
    const ran = await runCommand('apply', path, '--revision', '7');
    expect(ran.status).toBe(2);
    expect(ran.out).toContain('the thread has no revision 7');
    expect(ran.out).toContain('it has: v1, v2, v3');
  });
});

describe('a reply', () => {
  const ask = (text: string): string =>
    mboxrd(
      `From: R E Viewer <r@example.org>\nSubject: Re: [PATCH] KVM: x86/mmu: One thing\n` +
        `Message-ID: <two@example.org>\nIn-Reply-To: <one@example.org>\n\n${text}`,
    );
  it('with tabs that became blanks is repaired, and that is said', async () => {
    const blanks = DIFF.replace('= 0;', '= !1;').replaceAll('\t', '        ');
    const found = await list(
      put('blanks.mbox', MAIL + ask(`Rather:\n\n${blanks}`)),
      '--tree',
      join(import.meta.dirname, '../../fixtures/linux'),
    );
    expect(found.candidates.map((each) => [each.id, each.origin, each.applies])).toEqual([
      ['a-u-thor', 'series', 'clean'],
      ['r-e-viewer', 'reply', 'clean'],
    ]);
    expect(found.candidates[1]?.remarks[0]?.message).toContain('tabs had become blanks');
  });

  it('with a hunk that names no file is placed by its text', async () => {
    const hunk = DIFF.slice(DIFF.indexOf('@@'))
      .replace(/^@@ .*$/m, '@@')
      .replace('= 0;', '= !1;');
    const found = await list(
      put('bare.mbox', MAIL + ask(`Rather:\n\n${hunk}\n`)),
      '--tree',
      join(import.meta.dirname, '../../fixtures/linux'),
    );
    expect(found.candidates[1]?.problems).toEqual([]);
    expect(found.candidates[1]?.patches[0]?.files).toEqual([ITER]);
  });

  it('that goes on from the patch is on top of it', async () => {
    const more = editMail(ITER, 'bool moved;', 'bool  moved;');
    const further = DIFF.replace('-\titer->yielded = false;', '-\titer->yielded = 0;').replace(
      '+\titer->yielded = 0;',
      '+\titer->yielded = !1;',
    );
    expect(more).toContain('moved');
    const found = await list(
      put('top.mbox', MAIL + ask(`And then:\n\n${further}`)),
      '--tree',
      join(import.meta.dirname, '../../fixtures/linux'),
    );
    expect(found.candidates.map((each) => each.onTopOf)).toEqual([null, 'a-u-thor']);
  });
});

describe('is refused', () => {
  function refused(ran: Ran, says: string): void {
    expect(ran.status).toBe(2);
    expect(ran.text).toContain(says);
    expect(ran.text).not.toMatch(/^\s+at /m);
  }
  it('a bomb', async () => {
    const bomb = gzipSync(gzipSync(Buffer.alloc(80 * 1024 * 1024)));
    refused(await runCommand('list', put('bomb.gz', bomb)), 'neither a mail nor a diff');
    const once = gzipSync(Buffer.alloc(80 * 1024 * 1024, 'a\n'));
    refused(await runCommand('list', put('once.gz', once)), 'cannot be unpacked');
  });
  it('a directory without mail', async () => {
    mkdirSync(join(directory, 'nothing'));
    refused(await runCommand('list', join(directory, 'nothing')), 'holds no mail and no patch');
  });
  it('a series that names what lies outside of its directory', async () => {
    put('evil/series', '../a.mbox\n');
    refused(await runCommand('list', join(directory, 'evil')), 'is refused');
    put('link/series', 'x.patch\n');
    symlinkSync('/etc/passwd', join(directory, 'link/x.patch'));
    refused(await runCommand('list', join(directory, 'link')), 'leads out of');
  });
  it('a revision or fuzz that is no number', async () => {
    const path = put('a.mbox', MAIL);
    refused(await runCommand('list', path, '--revision', 'x'), '--revision takes a whole number');
    refused(await runCommand('list', path, '--fuzz', '-1'), '--fuzz takes a whole number');
  });
});

describe('fuzz', () => {
  it('is given only where it is asked for', async () => {
    const moved = DIFF.replace(/^ (?=.*\{$)/m, ' /* other */ ').replace(
      /(@@.*@@.*\n )(.*)\n/,
      '$1a line that the tree does not have\n',
    );
    const path = put('fuzzy.mbox', mail(moved));
    const tree = join(import.meta.dirname, '../../fixtures/linux');
    expect((await list(path, '--tree', tree)).candidates[0]?.applies).toBe('failed');
    expect((await list(path, '--tree', tree, '--fuzz', '2')).candidates[0]?.applies).toBe('fuzz');
  });
});

describe.skipIf(!hasGit)('git format-patch itself', () => {
  it('is read as it was written', async () => {
    const repo = join(directory, 'repo');
    mkdirSync(repo);
    const git = (...args: readonly string[]): string => {
      const ran = spawnSync('git', args, {
        cwd: repo,
        encoding: 'utf8',
        env: {
          ...process.env,
          GIT_CONFIG_GLOBAL: '/dev/null',
          GIT_CONFIG_NOSYSTEM: '1',
          GIT_AUTHOR_NAME: 'Äuthor Ünicode',
          GIT_AUTHOR_EMAIL: 'a@example.org',
          GIT_COMMITTER_NAME: 'C',
          GIT_COMMITTER_EMAIL: 'c@example.org',
        },
      });
      expect(ran.status, ran.stderr).toBe(0);
      return ran.stdout;
    };
    git('init', '-q');
    writeFileSync(join(repo, 'f.c'), 'int a;\n');
    git('add', '.');
    git('commit', '-qm', 'first');
    for (const n of [1, 2]) {
      writeFileSync(join(repo, 'f.c'), `int a${n};\n`);
      git('commit', '-qam', `f: Step ${n} — with a dash`);
    }
    const mbox = git('format-patch', '--stdout', '--base=HEAD~2', 'HEAD~2');
    const found = await list(put('formatted.mbox', mbox));
    expect(shape(found.candidates)).toEqual([['author-unicode', 2, 0]]);
    expect(found.candidates[0]?.baseCommit).toBe(git('rev-parse', 'HEAD~2').trim());
    expect(readFileSync(join(repo, 'f.c'), 'utf8')).toBe('int a2;\n');
  });
});
