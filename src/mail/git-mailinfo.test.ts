/** `git mailsplit` and `git mailinfo` are the judges: same mails, same patch text, byte for byte. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bytesToText } from '../patch/byte-text.js';
import { splitText } from './mail-text.js';
import { splitMbox } from './mbox.js';
import { readMessage } from './message.js';
import { readMails } from './mail-input.js';
import { inMaildirOrder } from './maildir.js';
import { difficultMail, difficultMbox } from './testing/difficult-mail.js';

const full = process.env['PATCHCHECK_FULL'] === '1';
const hasGit = spawnSync('git', ['--version']).status === 0;
const root = join(import.meta.dirname, '../..');

describe.skipIf(!hasGit)('reading mail, judged by git', () => {
  let dir = '';
  const git = (args: readonly string[], input?: Buffer) =>
    spawnSync('git', args, {
      cwd: dir,
      input,
      encoding: 'latin1',
      env: {
        ...process.env,
        LC_ALL: 'C',
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CEILING_DIRECTORIES: tmpdir(),
      },
    });

  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'patchcheck-mail-'));
  });
  afterAll(() => {
    rmSync(dir, { recursive: true, force: true });
  });

  /** Splits and reads with git; the mails, and for each its patch part, or null where git refuses the mail. */
  function asGitReads(mbox: string): { readonly mail: string; readonly patch: string | null }[] {
    const split = join(dir, 'split');
    rmSync(split, { recursive: true, force: true });
    mkdirSync(split);
    writeFileSync(join(dir, 'mbox'), mbox, 'latin1');
    const done = git(['mailsplit', '-osplit', 'mbox']);
    expect(done.status, done.stderr).toBe(0);
    return readdirSync(split)
      .sort()
      .map((name) => {
        const mail = readFileSync(join(split, name));
        const info = git(['mailinfo', '--encoding=UTF-8', 'msg', 'patch'], mail);
        return {
          mail: bytesToText(mail),
          patch: info.status === 0 ? bytesToText(readFileSync(join(dir, 'patch'))) : null,
        };
      });
  }

  /** How many mails were compared that hold a patch. */
  function compare(mbox: string): number {
    const theirs = asGitReads(mbox);
    const ours = splitMbox('mbox', mbox);
    if (!ours.ok) throw new Error(ours.error.message);
    expect(ours.value.length).toBe(theirs.length);
    let compared = 0;
    for (const [i, mail] of ours.value.entries()) {
      const their = theirs[i];
      if (their === undefined) throw new Error('no mail');
      // git keeps the separator line, we do not.
      expect(mail.lines.map((line) => line.text).join('')).toBe(
        their.mail.slice(their.mail.indexOf('\n') + 1),
      );
      if (their.patch === null) continue;
      const { patch } = splitText(readMessage(mail).body);
      expect(patch.map((line) => line.text).join(''), their.mail).toBe(their.patch);
      if (their.patch !== '') compared++;
    }
    return compared;
  }

  it('on the thread of October 2024', () => {
    const mbox = readFileSync(join(root, 'patches/20241023-tdp-fast-forward.mbox'));
    expect(compare(bytesToText(mbox))).toBe(2);
  });

  it('on an mboxrd, and on a maildir', () => {
    const text = (body: string): string =>
      `From a Wed Oct 23 09:18:00 2024\nFrom: a@example.org\nSubject: x\n\n${body}\n`;
    const mbox = text('>From here\n>>From there\n >From no\n>From\n') + text('>From x\n');
    const file = join(dir, 'rd');
    writeFileSync(file, mbox, 'latin1');
    const split = join(dir, 'split');
    rmSync(split, { recursive: true, force: true });
    mkdirSync(split);
    expect(git(['mailsplit', '--mboxrd', '-osplit', 'rd']).stdout).toBe('2\n');
    const ours = splitMbox('rd', mbox, { mboxrd: true });
    if (!ours.ok) throw new Error(ours.error.message);
    ours.value.forEach((mail, i) => {
      const their = bytesToText(readFileSync(join(split, `000${i + 1}`)));
      expect(mail.lines.map((line) => line.text).join('')).toBe(
        their.slice(their.indexOf('\n') + 1),
      );
    });

    const mails = fc.sample(difficultMail, { numRuns: 40, seed: 3 });
    const maildir = join(dir, 'maildir');
    for (const sub of ['cur', 'new']) mkdirSync(join(maildir, sub), { recursive: true });
    const names = mails.map((mail, i) => {
      const name = `${i % 2 === 0 ? 'cur' : 'new'}/17296${i * 7}.M${100 - i}P1.host:2,S`;
      writeFileSync(join(maildir, name), mail, 'latin1');
      return name;
    });
    const sorted = inMaildirOrder(names).map((name) => {
      const path = join(maildir, name);
      return { path, bytes: readFileSync(path) };
    });
    const read = readMails([{ kind: 'mails', files: sorted }]);
    expect(read.diagnostics).toEqual([]);
    rmSync(split, { recursive: true, force: true });
    mkdirSync(split);
    expect(git(['mailsplit', '-osplit', 'maildir']).stdout).toBe('40\n');
    let compared = 0;
    readdirSync(split)
      .sort()
      .forEach((name, i) => {
        const info = git(['mailinfo', 'msg', 'patch'], readFileSync(join(split, name)));
        const message = read.messages[i];
        if (info.status !== 0 || message === undefined) return;
        compared++;
        expect(
          splitText(message.body)
            .patch.map((line) => line.text)
            .join(''),
        ).toBe(bytesToText(readFileSync(join(dir, 'patch'))));
      });
    expect(compared).toBeGreaterThan(25);
  });

  it('on generated difficult mails', { timeout: 600_000 }, () => {
    let compared = 0;
    fc.assert(
      fc.property(difficultMbox, (mbox) => {
        compared += compare(mbox);
      }),
      { numRuns: full ? 500 : 60, seed: 2024 },
    );
    expect(compared).toBeGreaterThan(500);
  });
});
