import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../base/diagnostic.js';
import { memoryTree } from '../tree/memory-tree.js';
import { applyCandidate } from './apply-candidate.js';
import type { Application } from './application.js';
import { parseDiff } from './parse-diff.js';
import { patchText } from './patch-text.js';

const lines = (...text: readonly string[]): string => text.map((line) => `${line}\n`).join('');
const letters = lines(...'abcdefghijklmnopqrst');

/** Applies patches, one text each, in order. */
function apply(
  files: Readonly<Record<string, string>>,
  ...patches: readonly string[]
): Application {
  return applyCandidate(memoryTree(files), {
    problems: [],
    patches: patches.map((text) => {
      const parsed = parseDiff(patchText('x.patch', text));
      if (!parsed.ok) throw new Error(parsed.error.message);
      return { files: parsed.value };
    }),
  });
}

function contentOf(application: Application, path: string): string | null {
  if (application.kind === 'failed') throw new Error(show(application.diagnostics));
  const bytes = application.tree.read(path);
  return bytes === null ? null : Buffer.from(bytes).toString('utf8');
}

function show(diagnostics: readonly Diagnostic[]): string {
  return diagnostics
    .map((d) =>
      [
        `${d.at?.path ?? ''}:${d.at?.line ?? 0}: ${d.message}`,
        ...d.notes.map((n) =>
          n.at === null
            ? `  ${n.message}`
            : `  ${n.message} [${n.at.path}:${n.at.line}: ${n.at.sourceLine}]`,
        ),
        `  help: ${d.help ?? ''}`,
      ].join('\n'),
    )
    .join('\n');
}

const F_TO_X = `diff --git a/f b/f
--- a/f
+++ b/f
@@ -5,3 +5,3 @@
 e
-f
+x
 g
`;

describe('applying a candidate', () => {
  it('says clean where the hunk is at its line and the base is not named', () => {
    const done = apply({ f: letters }, F_TO_X);
    expect(done.status).toBe('clean');
    expect(contentOf(done, 'f')).toBe(letters.replace('f', 'x'));
    expect(done.files[0]).toMatchObject({
      path: 'f',
      oldPath: 'f',
      change: 'modify',
      expectedBaseBlob: null,
      hunks: [{ status: 'exact', line: 5, offset: 0, fuzz: 0 }],
    });
    expect(done.kind === 'applied' && done.changed).toEqual([
      { oldPath: 'f', newPath: 'f', added: [6], removed: [6] },
    ]);
  });

  it('says exact where the base is the blob that the diff names, in full', () => {
    const base = 'd8aa3d2d8ba9ac1f5e5b4f6a0d1d1f4ee3e7d7a1';
    const wrong = apply(
      { f: letters },
      F_TO_X.replace('---', `index ${base}..1234567 100644\n---`),
    );
    expect(wrong.status).toBe('clean');
    const blob = wrong.files[0]?.baseBlob ?? '';
    expect(blob).toMatch(/^[0-9a-f]{40}$/);
    const index = `index ${blob.slice(0, 12)}..1234567 100644\n---`;
    const right = apply({ f: letters }, F_TO_X.replace('---', index));
    expect(right.status).toBe('exact');
    expect(right.files[0]).toMatchObject({ expectedBaseBlob: blob, expectedResultBlob: '1234567' });
    expect(right.kind === 'applied' && show(right.warnings)).toContain('promises blob 1234567');
  });

  it('finds a hunk elsewhere, and says how far', () => {
    const done = apply({ f: `1\n2\n${letters}` }, F_TO_X);
    expect(done.status).toBe('offset');
    expect(done.files[0]?.hunks[0]).toMatchObject({ status: 'offset', line: 7, offset: 2 });
  });

  it('applies a whole patch or nothing, and shows where a hunk would have come closest', () => {
    const other = F_TO_X.replaceAll('/f', '/g').replace('-f\n', '-F\n');
    const done = apply({ f: letters, g: letters }, F_TO_X + other);
    expect(done.status).toBe('failed');
    expect(done.files.map((f) => [f.path, f.status])).toEqual([
      ['f', 'clean'],
      ['g', 'failed'],
    ]);
    expect(done.kind === 'failed' && show(done.diagnostics)).toBe(
      [
        'x.patch:12: hunk 1 of 1 does not apply to g',
        '  it was looked for at line 5 first, then everywhere in the file of 20 lines',
        '  the nearest place is line 5, with 2 of 3 old lines; line 6 differs [g:6: f]',
        '  the patch expects [x.patch:14: F]',
        '  help: use the tree that the patch was made for',
      ].join('\n'),
    );
  });

  it('shows the hunk', () => {
    const done = apply({ f: '1\n' }, F_TO_X);
    expect(done.kind === 'failed' && done.diagnostics[0]?.excerpt).toEqual([
      { line: 5, text: ' e' },
      { line: 6, text: '-f' },
      { line: 7, text: '+x' },
      { line: 8, text: ' g' },
    ]);
  });

  it('says why a hunk is refused although its old lines are there', () => {
    const atEnd = apply({ f: letters }, '--- a/f\n+++ b/f\n@@ -1,2 +1,3 @@\n a\n b\n+x\n');
    expect(atEnd.kind === 'failed' && show(atEnd.diagnostics)).toContain(
      'a hunk without context at its end may only stand at the end of the file',
    );
    const first = apply({ f: `0\n${letters}` }, '--- a/f\n+++ b/f\n@@ -1,2 +1,3 @@\n a\n+x\n b\n');
    expect(first.kind === 'failed' && show(first.diagnostics)).toContain(
      'a hunk from line 1 may only stand at the beginning of the file',
    );
  });

  it('recognises a patch that is applied already', () => {
    const done = apply({ f: letters.replace('f', 'x') }, F_TO_X);
    expect(done.kind === 'failed' && done.diagnostics[0]?.help).toBe(
      'its new lines stand at line 5 already: it seems to be applied to this tree',
    );
  });

  it('names a file that is missing, one that is there already, and one that would not be empty', () => {
    const missing = apply({}, F_TO_X);
    expect(missing.kind === 'failed' && show(missing.diagnostics)).toContain(
      'x.patch:1: the patch changes f, which is not in the tree',
    );
    const create =
      'diff --git a/f b/f\nnew file mode 100644\n--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+a\n';
    const there = apply({ f: letters }, create);
    expect(there.kind === 'failed' && show(there.diagnostics)).toContain('is in the tree already');
    const remove =
      'diff --git a/f b/f\ndeleted file mode 100644\n--- a/f\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n';
    const more = apply({ f: 'a\nb\n' }, remove);
    expect(more.kind).toBe('failed');
  });

  it('refuses binary changes by name', () => {
    const done = apply(
      { 'a.png': 'x' },
      'diff --git a/a.png b/a.png\nindex 1..2 100644\nBinary files a/a.png and b/a.png differ\n',
    );
    expect(done.kind === 'failed' && show(done.diagnostics)).toContain(
      'a.png changes as a binary file, which is not applied',
    );
  });

  it('creates, deletes, renames and copies, also crosswise', () => {
    const done = apply(
      { a: 'a\n', b: 'b\n', gone: 'x\n' },
      `diff --git a/a b/b
rename from a
rename to b
diff --git a/b b/a
rename from b
rename to a
diff --git a/gone b/gone
deleted file mode 100644
--- a/gone
+++ /dev/null
@@ -1 +0,0 @@
-x
diff --git a/a b/copy
copy from a
copy to copy
--- a/a
+++ b/copy
@@ -1 +1,2 @@
 a
+c
diff --git a/new b/new
new file mode 100644
--- /dev/null
+++ b/new
@@ -0,0 +1 @@
+n
`,
    );
    expect(['a', 'b', 'gone', 'copy', 'new'].map((path) => contentOf(done, path))).toEqual([
      'b\n',
      'a\n',
      null,
      'a\nc\n',
      'n\n',
    ]);
    expect(done.kind === 'applied' && done.changed).toEqual([
      { oldPath: 'b', newPath: 'a', added: [], removed: [] },
      { oldPath: 'a', newPath: 'b', added: [], removed: [] },
      { oldPath: 'a', newPath: 'copy', added: [2], removed: [] },
      { oldPath: 'gone', newPath: null, added: [], removed: [1] },
      { oldPath: null, newPath: 'new', added: [1], removed: [] },
    ]);
  });

  it('takes the patches of a series one after the other, and follows lines through them', () => {
    const second = `--- a/f
+++ b/f
@@ -1,7 +1,9 @@
+0
 a
 b
 c
 d
-e
 x
+y
+z
 g
`;
    const done = apply({ f: letters }, F_TO_X, second);
    expect(contentOf(done, 'f')).toBe(lines('0', ...'abcdxyzghijklmnopqrst'));
    if (done.kind !== 'applied') throw new Error('failed');
    expect(done.steps.map((step) => step.changed)).toEqual([
      [{ oldPath: 'f', newPath: 'f', added: [6], removed: [6] }],
      [{ oldPath: 'f', newPath: 'f', added: [1, 7, 8], removed: [5] }],
    ]);
    expect(done.changed).toEqual([
      { oldPath: 'f', newPath: 'f', added: [1, 6, 7, 8], removed: [5, 6] },
    ]);
    expect(done.steps[0]?.tree && Buffer.from(done.steps[0].tree.read('f') ?? []).toString()).toBe(
      letters.replace('f', 'x'),
    );
    expect(done.files).toHaveLength(1);
    expect(done.files[0]?.hunks).toHaveLength(2);
  });

  it('hands on what reading the candidate has found', () => {
    const problem: Diagnostic = { code: 'bad-input', message: 'm', at: null, notes: [] };
    const done = applyCandidate(memoryTree({}), { patches: [], problems: [problem] });
    expect(done).toMatchObject({ kind: 'failed', diagnostics: [problem] });
  });
});
