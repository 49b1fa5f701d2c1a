/**
 * The same series of two patches in every form that people have it in, through `list` and `apply`: each form has to come to the same
 * patches on the tree. What a form is made by (git, quilt) makes it here where it is installed.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import type { CandidateList } from '../../src/report/candidate-list.js';
import type { Report } from '../../src/report/report.js';
import { editSeries, MMU, modelText } from './model-patch.js';
import { runCommand } from './run-command.js';

const directory = mkdtempSync(join(tmpdir(), 'patchcheck-applied-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const TDP_MMU = `${MMU}/tdp_mmu.c`;
const EDITS = [
  { path: TDP_MMU, find: '/* In use now. */', replace: '/* In use. */' },
  { path: TDP_MMU, find: '/* In use. */', replace: '/* It is used. */' },
];
/** Two mails, each with its separator. */
const MBOX = editSeries(EDITS);
const MAILS = MBOX.split(/^(?=From 0123)/m).map((each) => each.trimEnd() + '\n');
const plain = (mail: string): string => mail.slice(mail.indexOf('\n') + 1);
const diffs = MAILS.map((mail) =>
  mail.slice(mail.indexOf('diff --git')).replace(/^-- \n[^]*/m, ''),
);

function put(name: string, content: string | Uint8Array): string {
  const path = join(directory, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

function has(program: string): boolean {
  return spawnSync(program, ['--version']).error === undefined;
}

/** As an MTA that trusts lengths: nothing in a body is quoted, not even what looks like a separator. */
function mboxcl(): string {
  return MAILS.map((mail, at) => {
    const [headers = '', ...rest] = plain(mail).split('\n\n');
    const body = `Quoted:\nFrom nobody Wed Oct 23 09:18:00 2024\nand on.\n\n${rest.join('\n\n')}`;
    const from = `From a@example.org Wed Oct 23 09:1${at}:00 2024\n`;
    return `${from}${headers}\nContent-Length: ${Buffer.byteLength(body)}\n\n${body}\n`;
  }).join('');
}

/** As `b4 am -o -` prints it: revision and trailers taken care of, its own separator, a base at the end of the first. */
function b4am(): string {
  return MAILS.map((mail, at) => {
    const text = plain(mail)
      .replace(/^(Signed-off-by: .*)$/m, 'Reviewed-by: R E Viewer <r@example.org>\n$1')
      .replace(/^Subject: \[PATCH (\d)\/(\d)\]/m, 'Subject: [PATCH v3 $1/$2]');
    const base = at === 0 ? `base-commit: ${'0'.repeat(39)}1\n` : '';
    return `From git@z Thu Jan  1 00:00:00 1970\n${text.replace(/^-- $/m, () => `${base}-- `)}\n`;
  }).join('');
}

/** Each gives what is named on the command line. */
const FORMS: Readonly<Record<string, () => readonly string[]>> = {
  'an mbox': () => [put('mbox', MBOX)],
  'an mbox, packed': () => [put('x.mbox.gz', gzipSync(MBOX))],
  mboxcl: () => [put('mboxcl', mboxcl())],
  'what b4 am prints': () => [put('b4', b4am())],
  'mails, one by one': () => MAILS.map((mail, at) => put(`eml/${at}.eml`, plain(mail))).reverse(),
  'a maildir': () => {
    for (const sub of ['cur', 'new', 'tmp'])
      mkdirSync(join(directory, 'maildir', sub), { recursive: true });
    put('maildir/cur/1700000002.M1P1.host:2,S', plain(MAILS[1] ?? ''));
    put('maildir/new/1700000001.M1P1.host', plain(MAILS[0] ?? '').replaceAll('\n', '\r\n'));
    return [join(directory, 'maildir')];
  },
  'a directory of patches': () => {
    MAILS.forEach((mail, at) => put(`out/000${at + 1}-step.patch`, mail));
    return [join(directory, 'out')];
  },
  'a quilt series by hand': () => {
    put('by-hand/series', 'one.patch -p1\n# not yet\ntwo.diff # and a comment\n');
    put(
      'by-hand/one.patch',
      `From: A U Thor <author@example.org>\nSubject: One\n\nText.\n\n${diffs[0]}`,
    );
    put('by-hand/two.diff', `Index: linux/${TDP_MMU}\n${'='.repeat(67)}\n${diffs[1]}`);
    return [join(directory, 'by-hand')];
  },
  'a plain diff': () => [put('plain.diff', diffs.join(''))],
};

async function patchesOf(names: readonly string[]): Promise<readonly (readonly string[])[]> {
  const ran = await runCommand('list', ...names, '--json', '--tree', 'model');
  const list = JSON.parse(ran.out) as CandidateList;
  expect(list.problems).toEqual([]);
  expect(list.candidates.map(({ applies, problems }) => [applies, problems])).toEqual([
    ['clean', []],
  ]);
  return list.candidates.flatMap(({ patches }) => patches.map(({ files }) => files));
}

async function applied(names: readonly string[]): Promise<Report> {
  const ran = await runCommand(
    'apply',
    ...names,
    '--tree',
    'model',
    '--scenarios',
    '1',
    '--json',
    '-',
  );
  expect([ran.status, ran.err]).toEqual([0, '']);
  return JSON.parse(ran.out) as Report;
}

function expectTheSeries({ candidates, checks, problems, verdict }: Report, steps: number): void {
  expect(problems).toEqual([]);
  expect(verdict).toBe('proved');
  expect(candidates.map(({ apply, steps: own }) => [apply.status, own.length])).toEqual([
    ['clean', steps],
  ]);
  expect(new Set(checks.map((check) => check.verdict))).toEqual(new Set(['proved']));
  const result = candidates[0]?.apply.files[0]?.resultBlob;
  expect(result).toMatch(/^[0-9a-f]{40}$/);
  results.add(result ?? '');
}

/** Every form leads to one and the same file. */
const results = new Set<string>();

describe('the same series, as', () => {
  it.each(Object.keys(FORMS))('%s', async (form) => {
    const names = FORMS[form]?.() ?? [];
    // A diff has no parts.
    const parts = form === 'a plain diff' ? 1 : 2;
    const found = await patchesOf(names);
    expect(found.flat()).toEqual([TDP_MMU, TDP_MMU]);
    expect(found).toHaveLength(parts);
    expectTheSeries(await applied(names), parts === 1 ? 0 : 2);
    expect(results.size).toBe(1);
  });

  it.skipIf(!has('quilt'))('what quilt itself has made', async () => {
    const tree = join(directory, 'quilted');
    cpSync(resolve(import.meta.dirname, '../../fixtures/linux'), tree, { recursive: true });
    const quilt = (...args: readonly string[]): unknown =>
      execFileSync('quilt', args, { cwd: tree, env: { ...process.env, QUILTRC: '-' } });
    let text = modelText(TDP_MMU);
    for (const [at, { find, replace }] of EDITS.entries()) {
      quilt('new', `${at}.patch`);
      quilt('add', TDP_MMU);
      writeFileSync(join(tree, TDP_MMU), (text = text.replace(find, replace)));
      quilt('refresh');
    }
    const series = [join(tree, 'patches')];
    expect(readFileSync(join(tree, 'patches/series'), 'utf8')).toBe('0.patch\n1.patch\n');
    expect(await patchesOf(series)).toEqual([[TDP_MMU], [TDP_MMU]]);
    expectTheSeries(await applied(series), 2);
    expect(results.size).toBe(1);
  });

  it('a saved patchwork page', async () => {
    const [diff = ''] = diffs;
    const page = [
      'diff mbox series',
      '',
      'KVM: Step 1',
      '',
      'Message ID 1@example.org (mailing list archive)',
      'State New',
      'Headers show',
      'Series KVM: Step 1 | expand',
      '',
      'Commit Message',
      '',
      'A U Thor Oct. 1, 2024, 10 a.m. UTC',
      'Does one thing.',
      '',
      'Signed-off-by: A U Thor <author@example.org>',
      '',
      'Comments',
      '',
      'R E Viewer Oct. 2, 2024, 3:30 p.m. UTC | #1',
      'On Tue, Oct 01, 2024, A U Thor wrote:',
      '> Does one thing.',
      '',
      'Good.',
      '',
      'Patch',
      '',
      diff.replace(/\n$/, '').replace(/^(@@ .* @@)/gm, '$1 '),
    ].join('\n');
    const name = put('page.txt', page);
    expect(await patchesOf([name])).toEqual([[TDP_MMU]]);
    const report = await applied([name]);
    expect(report.candidates).toMatchObject([{ id: 'a-u-thor', apply: { status: 'clean' } }]);
    expect(report.verdict).toBe('proved');
    expect(report.remarks.map(({ diagnostic }) => diagnostic.message).join()).toContain('page');
  });
});
