import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Candidate } from './candidate.js';
import { findCandidates } from './find-candidates.js';
import type { MailInput } from './mail-input.js';
import { readMails } from './mail-input.js';
import { splitMbox } from './mbox.js';
import { parseQuiltSeries } from './quilt-series.js';
import { mboxText } from './testing/mail-text.js';
import { buildThread } from './thread.js';

const DIFF = `diff --git a/f b/f
--- a/f
+++ b/f
@@ -1 +1 @@
-a
+b
`;
const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const file = (path: string, content: string | Uint8Array): MailInput => ({
  kind: 'file',
  file: { path, bytes: typeof content === 'string' ? bytes(content) : content },
});

function find(...inputs: readonly MailInput[]): readonly Candidate[] {
  const read = readMails(inputs);
  expect(read.diagnostics).toEqual([]);
  const { candidates } = findCandidates(buildThread(read.messages));
  expect(candidates.flatMap((c) => c.problems)).toEqual([]);
  return candidates;
}
const summary = (candidates: readonly Candidate[]): unknown[] =>
  candidates.map((c) => [c.id, c.subject, c.patches.map((p) => p.files.map((f) => f.path))]);

describe('what can be read', () => {
  const mail = { id: '1@x', subject: '[PATCH] f: Fix', text: DIFF };

  it('a packed mbox', () => {
    const packed = gzipSync(bytes(mboxText(mail)));
    expect(summary(find(file('x.mbox.gz', packed)))).toEqual([['ann-author', 'f: Fix', [['f']]]]);
    const broken = readMails([file('x.gz', packed.subarray(0, 40))]);
    expect(broken.diagnostics[0]?.message).toBe('x.gz is packed with gzip, and cannot be unpacked');
  });

  it('a mail saved alone, also with CRLF', () => {
    const eml = mboxText(mail)
      .replace(/^From .*\n/, '')
      .replace(/\n/g, '\r\n');
    expect(summary(find(file('x.eml', eml)))).toEqual([['ann-author', 'f: Fix', [['f']]]]);
  });

  it('several files of one thread, in any order', () => {
    const reply = {
      id: '2@x',
      from: 'Rob <rob@example.org>',
      subject: 'Re: [PATCH] f: Fix',
      answers: '1@x',
      text: DIFF.replace('+b', '+c'),
    };
    const candidates = find(file('2.mbox', mboxText(reply)), file('1.mbox', mboxText(mail)));
    expect(candidates.map((c) => [c.id, c.origin, c.answers])).toEqual([
      ['ann-author', 'series', null],
      ['rob', 'reply', 'ann-author'],
    ]);
  });

  it('a plain diff, called after its file, with line ends as they are', () => {
    expect(summary(find(file('/x/Fix it.diff', DIFF)))).toEqual([['fix-it', '', [['f']]]]);
    const dos = DIFF.replace('-a\n+b', '-a\r\n+b\r');
    const [candidate] = find(file('x.diff', dos));
    expect(candidate?.patches[0]?.files[0]?.hunks[0]?.lines.map((l) => l.text)).toEqual([
      'a\r\n',
      'b\r\n',
    ]);
    const [all] = find(file('x.diff', DIFF.replace(/\n/g, '\r\n')));
    expect(all?.patches[0]?.files[0]?.hunks[0]?.lines.map((l) => l.text)).toEqual(['a\n', 'b\n']);
  });

  it('what git show prints', () => {
    const shown = `commit 8cf0b93919e13d1e8d4466eb4080a4c4d9d66d7b
Author: Ann Author <ann@example.org>
Date:   Wed Oct 23 09:18:00 2024 +0000

    f: Fix

${DIFF}`;
    expect(summary(find(file('x.txt', shown)))).toEqual([['x', '', [['f']]]]);
  });

  it('a directory of patches, and a quilt series, in their order', () => {
    const patch = (number: number, text: string): { path: string; bytes: Uint8Array } => ({
      path: `out/000${number}-x.patch`,
      bytes: bytes(
        mboxText({ id: '', subject: `[PATCH ${number}/2] f: ${number}`, text }).replace(
          'From mboxrd@z Thu Jan  1 00:00:00 1970',
          'From 8cf0b93919e13d1e8d4466eb4080a4c4d9d66d7b Mon Sep 17 00:00:00 2001',
        ),
      ),
    });
    const queue = find({
      kind: 'queue',
      path: 'out',
      files: [patch(0, 'Cover.'), patch(1, DIFF), patch(2, DIFF)],
    });
    expect(summary(queue)).toEqual([['ann-author', 'f: 0', [['f'], ['f']]]]);

    const names = parseQuiltSeries('# comment\n\nfirst.patch\nsub/second.patch -p1 # why\n');
    expect(names).toEqual({ ok: true, value: ['first.patch', 'sub/second.patch'] });
    const refused = parseQuiltSeries('first.patch -R\n');
    expect(!refused.ok && refused.error.message).toContain('-R');
    const quilt = find({
      kind: 'queue',
      path: 'debian/patches/series',
      files: [
        {
          path: 'first.patch',
          bytes: bytes(`Description: First\nAuthor: Bob <b@x.org>\n---\n${DIFF}`),
        },
        { path: 'sub/second.patch', bytes: bytes(DIFF) },
      ],
    });
    expect(quilt.map((c) => c.patches.length)).toEqual([2]);
  });

  it('an mboxcl, whose mails hold lines that look like separators', () => {
    const body = `Look:\n\nFrom a Wed Oct 23 09:18:00 2024\n\n${DIFF}`;
    const one = (length: number): string =>
      `From a Wed Oct 23 09:18:00 2024\nFrom: a@x\nSubject: [PATCH] x\nContent-Length: ${length}\n\n${body}\n`;
    const right = splitMbox('x', one(body.length) + one(body.length));
    expect(right.ok && right.value.map((mail) => mail.line)).toEqual([2, 18]);
    // A length that leads nowhere is not believed, in any mail.
    const wrong = splitMbox('x', one(body.length) + one(body.length + 3));
    expect(wrong.ok && wrong.value.length).toBe(4);
  });

  it('a saved patchwork page', () => {
    const page = `diff mbox series

f: Fix the thing

Message ID 20241023091902.1-1-ann@example.org (mailing list archive)
State New
Headers show
Series f: Fix the thing | expand

Commit Message

Ann Author Oct. 23, 2024, 9:18 a.m. UTC
It is broken.

Signed-off-by: Ann Author <ann@example.org>
---
 f | 2 +-
 1 file changed, 1 insertion(+), 1 deletion(-)

Comments

Rob Reviewer Oct. 23, 2024, 11 p.m. UTC | #1
On Wed, Oct 23, 2024, Ann Author wrote:
> It is broken.

Ann Author Oct. 23, 2024, 9:18 a.m. UTC

How about

${DIFF.replace('+b', '+c')}
Rob
Ann Author Oct. 24, 2024, noon UTC | #2
No.
diff mbox series

Patch

${DIFF.replace('@@\n', '@@  int f(void)\n').trimEnd()}`;
    const read = readMails([file('page.txt', page)]);
    expect(read.diagnostics).toEqual([]);
    expect(read.remarks.map((d) => d.message)).toEqual([
      'the page has lost the newline at the end of its patch; it was put back',
    ]);
    expect(read.messages.map((m) => [m.from.name, m.subjectText, m.date])).toEqual([
      ['Ann Author', '[PATCH] f: Fix the thing', 'Oct. 23, 2024, 9:18 a.m. UTC'],
      ['Rob Reviewer', 'Re: [PATCH] f: Fix the thing', 'Oct. 23, 2024, 11 p.m. UTC'],
      ['Ann Author', 'Re: [PATCH] f: Fix the thing', 'Oct. 24, 2024, noon UTC'],
    ]);
    const { candidates } = findCandidates(buildThread(read.messages));
    expect(candidates.map((c) => [c.id, c.messageId, c.problems])).toEqual([
      ['ann-author', '20241023091902.1-1-ann@example.org', []],
      ['rob-reviewer', null, []],
    ]);
    const [hunk] = candidates[0]?.patches[0]?.files[0]?.hunks ?? [];
    expect(hunk?.section).toBe('int f(void)');
    expect(hunk?.at.line).toBe(page.split('\n').indexOf('@@ -1 +1 @@  int f(void)') + 1);
  });

  it('and says what it cannot read', () => {
    const said = (content: string | Uint8Array): string | undefined =>
      readMails([file('x', content)]).diagnostics[0]?.message;
    expect(said('')).toBe('x is empty');
    expect(said('\n\n')).toBe('x is empty');
    expect(said('Just text.\n')).toBe('x is neither a mail nor a diff');
    expect(said(new Uint8Array([0, 1, 2, 255]))).toBe('x is neither a mail nor a diff');
  });
});
