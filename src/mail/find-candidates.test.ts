import { describe, expect, it } from 'vitest';
import type { Candidate } from './candidate.js';
import { findCandidates } from './find-candidates.js';
import { parseMbox } from './message.js';
import { buildThread } from './thread.js';

const DIFF = `diff --git a/f b/f
--- a/f
+++ b/f
@@ -1 +1 @@
-a
+b
`;

interface Mail {
  readonly id: string;
  readonly from?: string;
  readonly subject: string;
  readonly answers?: string;
  readonly text: string;
}

function mbox(...mails: readonly Mail[]): Uint8Array {
  return new TextEncoder().encode(
    mails
      .map(
        (mail) => `From mboxrd@z Thu Jan  1 00:00:00 1970
From: ${mail.from ?? 'Ann Author <ann@example.org>'}
Subject: ${mail.subject}
Message-ID: <${mail.id}>
${mail.answers === undefined ? '' : `In-Reply-To: <${mail.answers}>\n`}
${mail.text}
`,
      )
      .join(''),
  );
}

function find(...mails: readonly Mail[]): {
  readonly candidates: readonly Candidate[];
  readonly said: readonly string[];
} {
  const messages = parseMbox(mbox(...mails), 'x.mbox');
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
      'patch 3, 4 of the 4 in this series is not in the thread',
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
