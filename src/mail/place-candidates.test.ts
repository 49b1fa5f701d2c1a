import { describe, expect, it } from 'vitest';
import { applyCandidate } from '../patch/apply-candidate.js';
import { blobId } from '../patch/blob-id.js';
import { memoryTree } from '../tree/memory-tree.js';
import type { Candidate } from './candidate.js';
import { findCandidates } from './find-candidates.js';
import { readMails } from './mail-input.js';
import { placeCandidates } from './place-candidates.js';
import type { ShortMail } from './testing/mail-text.js';
import { mboxText } from './testing/mail-text.js';
import { buildThread } from './thread.js';

const SOURCE = `int first(void)
{
	int a = 1;

	if (a)
		return 2;
	return a;
}

int second(void)
{
	int b = 1;

	return b;
}
`;
const id = (text: string): string => blobId(new TextEncoder().encode(text)).slice(0, 12);

const FIXED = SOURCE.replace('int a = 1;', 'int a = 3;');
const PATCH = `diff --git a/f.c b/f.c
index ${id(SOURCE)}..${id(FIXED)} 100644
--- a/f.c
+++ b/f.c
@@ -1,6 +1,6 @@
 int first(void)
 {
-	int a = 1;
+	int a = 3;
 
 	if (a)
 		return 2;
`;

function place(tree: string, ...mails: readonly ShortMail[]): Candidate[] {
  const read = readMails([
    { kind: 'file', file: { path: 'x.mbox', bytes: new TextEncoder().encode(mboxText(...mails)) } },
  ]);
  const { candidates } = findCandidates(buildThread(read.messages));
  return placeCandidates(memoryTree({ 'f.c': tree, 'g.c': 'int g;\n' }), candidates);
}

const patchMail = { id: '1@x', subject: '[PATCH] f: Fix', text: PATCH };
const reply = (text: string): ShortMail => ({
  id: '2@x',
  from: 'Rob <rob@example.org>',
  subject: 'Re: [PATCH] f: Fix',
  answers: '1@x',
  text,
});

const FOLLOW_UP = `diff --git a/f.c b/f.c
--- a/f.c
+++ b/f.c
@@ -2,3 +2,3 @@
 {
-	int a = 3;
+	int a = 4;
 
`;

describe('placing candidates in a tree', () => {
  it('leaves an alternative on the base', () => {
    const other = PATCH.replace('a = 3', 'a = 5').replace(/^index.*\n/m, '');
    expect(place(SOURCE, patchMail, reply(other)).map((c) => c.onTopOf)).toEqual([null, null]);
  });

  it('knows a follow-up by its blob id, also where it would apply to the base', () => {
    const harmless = `diff --git a/f.c b/f.c
index ${id(FIXED)}..1234567 100644
--- a/f.c
+++ b/f.c
@@ -10,5 +10,5 @@
 int second(void)
 {
-	int b = 1;
+	int b = 2;
 
 	return b;
`;
    expect(place(SOURCE, patchMail, reply(harmless)).map((c) => c.onTopOf)).toEqual([
      null,
      'ann-author',
    ]);
  });

  it("knows it by the blob that the patch promises, when the tree is not the author's", () => {
    const elsewhere = `int zero;\n${SOURCE}`;
    const wholeFile = FOLLOW_UP.replace('--- a', `index ${id(FIXED)}..1234567 100644\n--- a`);
    const shifted = PATCH.replace('@@ -1,6 +1,6 @@\n int first(void)\n', '@@ -2,5 +2,5 @@\n');
    const placed = place(elsewhere, { ...patchMail, text: shifted }, reply(wholeFile));
    expect(placed.map((c) => c.onTopOf)).toEqual([null, 'ann-author']);
  });

  it('knows a follow-up without blob ids by what applies', () => {
    expect(place(SOURCE, patchMail, reply(FOLLOW_UP)).map((c) => c.onTopOf)).toEqual([
      null,
      'ann-author',
    ]);
  });

  it('finds the file of a hunk without a header', () => {
    const bare = `Or so:

@@ second @@
 {
-	int b = 1;
+	int b = 2;

Thanks`;
    const [, placed] = place(SOURCE, patchMail, reply(bare));
    expect(placed?.problems).toEqual([]);
    expect(placed?.patches[0]?.files).toMatchObject([
      { path: 'f.c', hunks: [{ oldStart: 11, oldCount: 2, newStart: 11, newCount: 2 }] },
    ]);
  });

  it('finds it also when its tabs have become blanks', () => {
    const bare = '@@ @@\n {\n-        int b = 1;\n+        int b = 2;\n';
    const [, placed] = place(SOURCE, patchMail, reply(bare));
    if (placed === undefined) throw new Error('no candidate');
    const done = applyCandidate(memoryTree({ 'f.c': SOURCE }), placed);
    if (done.kind === 'failed') throw new Error(done.diagnostics[0]?.message);
    expect(Buffer.from(done.tree.read('f.c') ?? []).toString()).toBe(
      SOURCE.replace('int b = 1;', 'int b = 2;'),
    );
  });

  it('refuses such a hunk when it could stand in several places or nowhere', () => {
    const twice = '@@\n {\n-\tint b = 1;\n+\tint b = 2;\n';
    const [, nowhere] = place(SOURCE, patchMail, reply(twice.replace('b = 1', 'c = 1')));
    expect(nowhere?.problems[0]?.message).toBe(
      'this hunk names no file, and its old lines stand in none of the files that the thread is about',
    );
    const [, several] = place(SOURCE, patchMail, reply('@@\n+\tint c;\n {\n'));
    expect(several?.problems[0]?.message).toContain(
      'its old lines stand in 2 places, first at f.c:2 and f.c:11',
    );
  });

  it.each([
    [
      'a terminal',
      (text: string) =>
        text.replace(/^([ +-])\t\t/gm, '$1               ').replace(/^([ +-])\t/gm, '$1       '),
    ],
    ['eight blanks', (text: string) => text.replace(/\t/g, '        ')],
    ['four blanks', (text: string) => text.replace(/\t/g, '    ')],
    ['one blank', (text: string) => text.replace(/\t/g, ' ')],
    ['no-break blanks', (text: string) => text.replace(/\t/g, '\u00a0'.repeat(8))],
  ])('puts back tabs that have become %s, in a reply', (_, damage) => {
    const other = PATCH.replace('a = 3', 'a = 5').replace(/^index.*\n/m, '');
    const [, damaged] = place(SOURCE, patchMail, reply(damage(other)));
    if (damaged === undefined) throw new Error('no candidate');
    const done = applyCandidate(memoryTree({ 'f.c': SOURCE }), damaged);
    if (done.kind === 'failed') throw new Error(done.diagnostics[0]?.message);
    expect(Buffer.from(done.tree.read('f.c') ?? []).toString()).toBe(
      SOURCE.replace('int a = 1;', 'int a = 5;'),
    );
    expect(done.warnings.map((d) => d.message)).toEqual([
      'tabs had become blanks in the diff of f.c; they were put back in 4 lines',
    ]);
  });

  it('says when the repaired result is the blob that the diff names', () => {
    const text = PATCH.replace(/\t/g, '        ');
    const [, damaged] = place(
      SOURCE,
      { ...patchMail, text: PATCH.replace('= 3', '= 7') },
      reply(text),
    );
    if (damaged === undefined) throw new Error('no candidate');
    const done = applyCandidate(memoryTree({ 'f.c': SOURCE }), damaged);
    expect(done.warnings[0]?.notes[0]?.message).toBe('the result is the blob that the diff names');
    expect(done.status).toBe('exact');
  });

  it('refuses damaged tabs in a series, as git does', () => {
    const [damaged] = place(SOURCE, { ...patchMail, text: PATCH.replace(/\t/g, '        ') });
    if (damaged === undefined) throw new Error('no candidate');
    const done = applyCandidate(memoryTree({ 'f.c': SOURCE }), damaged);
    expect(done.kind === 'failed' && done.diagnostics[0]?.help).toMatch(/^tabs have become blanks/);
  });
});
