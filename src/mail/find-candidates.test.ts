import { describe, expect, it } from 'vitest';
import type { Candidate } from './candidate.js';
import { findCandidates } from './find-candidates.js';
import { parseMbox } from './message.js';
import type { ShortMail } from './testing/mail-text.js';
import { mboxText } from './testing/mail-text.js';
import { buildThread } from './thread.js';

const DIFF = `diff --git a/f b/f
--- a/f
+++ b/f
@@ -1 +1 @@
-a
+b
`;

function find(...mails: readonly ShortMail[]): {
  readonly candidates: readonly Candidate[];
  readonly said: readonly string[];
} {
  const messages = parseMbox(new TextEncoder().encode(mboxText(...mails)), 'x.mbox');
  if (!messages.ok) throw new Error(messages.error.message);
  const { candidates, diagnostics } = findCandidates(buildThread(messages.value));
  return {
    candidates,
    said: diagnostics.map((d) => `${d.at?.line ?? 0}: ${d.message}`),
  };
}

const problems = (candidate: Candidate | undefined): string[] =>
  (candidate?.problems ?? []).map((d) => `${d.at?.line ?? 0}: ${d.message}`);

describe('candidates of a thread', () => {
  it('says so when there is no mail or no diff', () => {
    const empty = parseMbox(new Uint8Array(0), 'x.mbox');
    expect(!empty.ok && empty.error.message).toBe('x.mbox is empty');
    expect(find({ id: '1@x', subject: 'Hello', text: 'No diff.' }).said).toEqual([
      '2: this mail holds no diff',
    ]);
    expect(
      find(
        { id: '1@x', subject: 'Hello', text: 'No diff.' },
        { id: '2@x', subject: 'Re: Hello', answers: '1@x', text: DIFF.replace(/^/gm, '> ') },
      ).said,
    ).toEqual(['2: none of the 2 mails holds a diff of its own']);
  });

  it('takes a [PATCH] without a diff for a problem of that candidate', () => {
    const { candidates } = find({ id: '1@x', subject: '[PATCH] f: Fix', text: 'Forgot it.' });
    expect(problems(candidates[0])).toEqual([
      '2: this mail says that it is a patch, and holds no diff',
    ]);
  });

  it('does not take quoted diffs, and takes unquoted ones between talk', () => {
    const { candidates } = find(
      { id: '1@x', subject: '[PATCH] f: Fix', text: `Fix it.\n---\n${DIFF}` },
      {
        id: '2@x',
        from: 'Rob Reviewer <rob@example.org>',
        subject: 'Re: [PATCH] f: Fix',
        answers: '1@x',
        text: `${DIFF.replace(/^/gm, '> ')}\nWhy not\n\n${DIFF.replace('+b', '+c')}\nThanks,\nRob\n`,
      },
      { id: '3@x', subject: 'Re: [PATCH] f: Fix', answers: '2@x', text: 'Yes.' },
    );
    expect(candidates.map((c) => [c.id, c.origin, c.subject])).toEqual([
      ['ann-author', 'series', 'f: Fix'],
      ['rob-reviewer', 'reply', 'f: Fix'],
    ]);
    expect(candidates[1]?.patches[0]?.files[0]?.hunks[0]?.lines[1]?.text).toBe('c\n');
  });

  it('puts a series together in its order, cover letter and all', () => {
    const { candidates } = find(
      { id: '0@x', subject: '[PATCH v2 0/2] f: Two things', text: 'Cover.' },
      { id: '2@x', subject: '[PATCH v2 2/2] f: Second', answers: '0@x', text: DIFF },
      { id: '1@x', subject: '[PATCH v2 1/2] f: First', answers: '0@x', text: DIFF },
    );
    expect(candidates).toHaveLength(1);
    expect(candidates[0]).toMatchObject({
      id: 'ann-author-v2',
      subject: 'f: Two things',
      revision: 2,
      superseded: false,
      messageId: '0@x',
    });
    expect(candidates[0]?.patches.map((p) => [p.number, p.subject])).toEqual([
      [1, 'f: First'],
      [2, 'f: Second'],
    ]);
  });

  it('says which patches are missing, and which are there twice', () => {
    const { candidates } = find(
      { id: '1@x', subject: '[PATCH 1/4] f: First', text: DIFF },
      { id: '2@x', subject: '[PATCH 2/4] f: Second', answers: '1@x', text: DIFF },
      {
        id: '2b@x',
        subject: '[PATCH 2/4] f: Second',
        answers: '1@x',
        text: DIFF.replace('b\n', 'c\n'),
      },
    );
    expect(candidates).toHaveLength(1);
    expect(problems(candidates[0]).map((p) => p.replace(/^\d+: /, ''))).toEqual([
      'patch 2 of the series is there twice, with different contents',
      'patches 3, 4 of the 4 in this series are not in the thread',
    ]);
  });

  it('knows older revisions', () => {
    const { candidates } = find(
      { id: '1@x', subject: '[PATCH] f: Fix', text: DIFF },
      { id: '2@x', subject: '[RFC PATCHv2] f: Fix', answers: '1@x', text: DIFF },
    );
    expect(candidates.map((c) => [c.id, c.revision, c.superseded])).toEqual([
      ['ann-author', 1, true],
      ['ann-author-v2', 2, false],
    ]);
  });

  it('keeps revisions of two people apart', () => {
    const { candidates } = find(
      { id: '1@x', subject: '[PATCH] f: Fix', text: DIFF },
      {
        id: '2@x',
        from: 'Bob <b@example.org>',
        subject: '[PATCH v2] f: Fix',
        answers: '1@x',
        text: DIFF,
      },
    );
    expect(candidates.map((c) => [c.id, c.superseded])).toEqual([
      ['ann-author', false],
      ['bob-v2', false],
    ]);
  });

  it('fills a revision that was sent in part from the one before, and says so', () => {
    const { candidates } = find(
      { id: '1@x', subject: '[PATCH 1/2] f: First', text: DIFF },
      { id: '2@x', subject: '[PATCH 2/2] f: Second', answers: '1@x', text: DIFF },
      {
        id: '3@x',
        subject: '[PATCH v2 2/2] f: Second',
        answers: '2@x',
        text: DIFF.replace('+b', '+c'),
      },
    );
    expect(candidates.map((c) => [c.id, c.superseded, problems(c)])).toEqual([
      ['ann-author', true, []],
      ['ann-author-v2', false, []],
    ]);
    expect(candidates[1]?.patches.map((p) => p.messageId)).toEqual(['1@x', '3@x']);
    expect(candidates[1]?.remarks.map((d) => d.message)).toEqual([
      'patch 1 of 2 was not sent again in revision 2; that of revision 1 is taken',
    ]);
  });

  it('takes what git format-patch writes, with and without numbers, for one series', () => {
    const second = DIFF.replace('-a\n+b', '-b\n+c');
    const numbered = find(
      { id: '', subject: '[PATCH 1/2] f: First', text: DIFF },
      { id: '', from: 'Bob <b@example.org>', subject: '[PATCH 2/2] f: Second', text: second },
    );
    expect(numbered.candidates.map((c) => [c.id, c.patches.length])).toEqual([['ann-author', 2]]);
    const plain = find(
      { id: '', subject: '[PATCH] f: First', text: DIFF },
      { id: '', subject: '[PATCH] f: Second', text: second },
    );
    expect(plain.candidates.map((c) => [c.id, c.patches.length])).toEqual([['ann-author', 2]]);
    const sent = find(
      { id: '1@x', subject: '[PATCH] f: First', text: DIFF },
      { id: '2@x', subject: '[PATCH] f: Second', text: second },
    );
    expect(sent.candidates.map((c) => c.patches.length)).toEqual([1, 1]);
  });

  it('reads in-body headers, trailers and the base', () => {
    const { candidates } = find({
      id: '1@x',
      subject: '[PATCH] f: Fix',
      text: `From: Bob Builder <bob@example.org>

Because it is broken.

Fixes: 0123456789ab ("f: Break")
Signed-off-by: Bob Builder <bob@example.org>
---
${DIFF}
base-commit: 8cf0b93919e13d1e8d4466eb4080a4c4d9d66d7b
prerequisite-patch-id: 8cf0b93919e13d1e8d4466eb4080a4c4d9d66d7b
`,
    });
    expect(candidates[0]).toMatchObject({
      id: 'bob-builder',
      author: 'Bob Builder <bob@example.org>',
      baseCommit: '8cf0b93919e13d1e8d4466eb4080a4c4d9d66d7b',
      prerequisites: ['8cf0b93919e13d1e8d4466eb4080a4c4d9d66d7b'],
    });
    const [patch] = candidates[0]?.patches ?? [];
    expect(patch?.message).toMatch(/^Because it is broken\./);
    expect(patch?.trailers.map((t) => t.key)).toEqual(['Fixes', 'Signed-off-by']);
  });

  it('takes what stands below scissors in a reply', () => {
    const { candidates } = find(
      { id: '1@x', subject: '[PATCH] f: Fix', text: DIFF },
      {
        id: '2@x',
        from: 'Rob <rob@example.org>',
        subject: 'Re: [PATCH] f: Fix',
        answers: '1@x',
        text: `How about this?\n\n-- >8 --\nFrom: Eve <eve@example.org>\nSubject: f: Fix it better\n\nText.\n---\n${DIFF.replace('+b', '+c')}`,
      },
    );
    expect(candidates[1]).toMatchObject({
      id: 'rob',
      author: 'Eve <eve@example.org>',
      subject: 'f: Fix it better',
      answers: 'ann-author',
    });
  });

  it('does not offer a copy of the patch that a reply did not quote', () => {
    const { candidates } = find(
      { id: '1@x', subject: '[PATCH] f: Fix', text: DIFF },
      {
        id: '2@x',
        subject: 'RE: [PATCH] f: Fix',
        answers: '1@x',
        text: `Fine.\n\nFrom: Ann\n${DIFF}`,
      },
    );
    expect(candidates.map((c) => c.id)).toEqual(['ann-author']);
  });

  it('takes the same mail once', () => {
    const mail = { id: '1@x', subject: '[PATCH] f: Fix', text: DIFF };
    expect(find(mail, mail).candidates).toHaveLength(1);
  });

  it('makes ids that can be typed and are never taken', () => {
    const from = [
      "Ren=?utf-8?q?=C3=A9?= d'Ärger (Acme) <r@example.org>",
      'original@example.org',
      '<x@example.org>',
      'Ann Author <ann@example.org>',
      '"Author, Ann" <ann@example.org>',
      '李雷 <li.lei@example.org>',
      'Ann Author <other@example.org>',
    ];
    const { candidates } = find(
      ...from.map((who, i) => ({ id: `${i}@x`, from: who, subject: `[PATCH] ${i}`, text: DIFF })),
    );
    expect(candidates.map((c) => c.id)).toEqual([
      'rene-d-arger',
      'original-2',
      'x',
      'ann-author',
      'author-ann',
      'li-lei',
      'ann-author-2',
    ]);
  });

  it('keeps a damaged candidate apart from the others', () => {
    const { candidates } = find(
      { id: '1@x', subject: '[PATCH] f: Fix', text: DIFF },
      { id: '2@x', subject: 'Re: [PATCH] f: Fix', text: DIFF.replace('-1 +1', '-1,3 +1,3') },
    );
    expect(problems(candidates[0])).toEqual([]);
    expect(problems(candidates[1])).toHaveLength(1);
    expect(problems(candidates[1])[0]).toMatch(/^21: this hunk's heading does not count its lines/);
  });

  it('is not led in circles', () => {
    const { candidates } = find(
      { id: '1@x', subject: '[PATCH] f: Fix', answers: '2@x', text: DIFF },
      { id: '2@x', subject: 'Re: [PATCH] f: Fix', answers: '1@x', text: 'No.' },
    );
    expect(candidates).toHaveLength(1);
  });
});
