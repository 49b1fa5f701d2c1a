import { describe, expect, it } from 'vitest';
import { parseDiff } from './parse-diff.js';
import { patchText } from './patch-text.js';
import { printDiff } from './print-diff.js';

const parse = (text: string) => parseDiff(patchText('a.patch', text));

function fault(text: string): string {
  const parsed = parse(text);
  return parsed.ok ? 'accepted' : `${parsed.error.at?.line ?? 0}: ${parsed.error.message}`;
}

const SIMPLE = `Some text before.
diff --git a/mm/slab.c b/mm/slab.c
index 04c247bfe318..53aebc044ca6 100644
--- a/mm/slab.c
+++ b/mm/slab.c
@@ -1,3 +1,3 @@ static int f(void)
 int a;
-int b;
+int c;
 int d;
-- 
2.47.0
`;

describe('reading diffs', () => {
  it('reads files, blob ids, hunks and their lines in the mail', () => {
    const parsed = parse(SIMPLE);
    if (!parsed.ok) throw new Error(parsed.error.message);
    const [file] = parsed.value;
    expect(file).toMatchObject({
      path: 'mm/slab.c',
      change: { kind: 'modify' },
      oldBlob: '04c247bfe318',
      newBlob: '53aebc044ca6',
      oldMode: '100644',
      at: { line: 2 },
    });
    expect(file?.hunks).toHaveLength(1);
    expect(file?.hunks[0]).toMatchObject({
      at: { path: 'a.patch', line: 6, sourceLine: '@@ -1,3 +1,3 @@ static int f(void)' },
      section: 'static int f(void)',
      leading: 1,
      trailing: 1,
      lines: [
        { kind: 'context', text: 'int a;\n', line: 7 },
        { kind: 'removed', text: 'int b;\n', line: 8 },
        { kind: 'added', text: 'int c;\n', line: 9 },
        { kind: 'context', text: 'int d;\n', line: 10 },
      ],
    });
  });

  it('knows new, deleted, renamed and copied files, modes, and files without a newline', () => {
    const parsed = parse(`diff --git a/new.c b/new.c
new file mode 100755
index 000000000000..e69de29bb2d1
diff --git a/old.c b/old.c
deleted file mode 100644
index 257cc5642cb1..000000000000
--- a/old.c
+++ /dev/null
@@ -1 +0,0 @@
-foo
\\ No newline at end of file
diff --git a/x y.c b/z.c
similarity index 90%
rename from x y.c
rename to z.c
diff --git a/p.c b/q.c
similarity index 100%
copy from p.c
copy to q.c
diff --git a/run.sh b/run.sh
old mode 100644
new mode 100755
diff --git a/logo.png b/logo.png
index 1234567..89abcde 100644
Binary files a/logo.png and b/logo.png differ
`);
    if (!parsed.ok) throw new Error(parsed.error.message);
    expect(parsed.value.map((f) => [f.path, f.change, f.newMode, f.binary])).toEqual([
      ['new.c', { kind: 'create' }, '100755', false],
      ['old.c', { kind: 'delete' }, '100644', false],
      ['z.c', { kind: 'rename', from: 'x y.c', similarity: 90 }, null, false],
      ['q.c', { kind: 'copy', from: 'p.c', similarity: 100 }, null, false],
      ['run.sh', { kind: 'modify' }, '100755', false],
      ['logo.png', { kind: 'modify' }, '100644', true],
    ]);
    const again = parse(printDiff(parsed.value.filter((f) => !f.binary)));
    expect(again.ok && again.value.map((f) => [f.path, f.change, f.newMode])).toEqual(
      parsed.value
        .filter((f) => !f.binary)
        .map((f) => [f.path, f.change, f.change.kind === 'delete' ? f.oldMode : f.newMode]),
    );
    expect(parsed.value[1]?.hunks[0]?.lines).toEqual([{ kind: 'removed', text: 'foo', line: 10 }]);
  });

  it('reads diffs of diff(1), without prefixes, and with quoted names', () => {
    const parsed = parse(`--- linux-6.12.orig/mm/a.c	2024-10-23 09:18:00.000000000 +0200
+++ linux-6.12/mm/a.c	2024-10-23 09:19:00.000000000 +0200
@@ -1 +1 @@
-a
+b
--- /dev/null
+++ b/mm/new.c
@@ -0,0 +1 @@
+b
diff --git mm/b.c mm/b.c
--- mm/b.c
+++ mm/b.c
@@ -1 +1 @@
-a
+b
diff --git "a/t\\303\\244b\\t.c" "b/t\\303\\244b\\t.c"
--- "a/t\\303\\244b\\t.c"
+++ "b/t\\303\\244b\\t.c"
@@ -1 +1 @@
-a
+b
`);
    if (!parsed.ok) throw new Error(parsed.error.message);
    expect(parsed.value.map((f) => [f.path, f.change.kind])).toEqual([
      ['mm/a.c', 'modify'],
      ['mm/new.c', 'create'],
      ['mm/b.c', 'modify'],
      ['täb\t.c', 'modify'],
    ]);
    expect(printDiff(parsed.value.slice(3)))
      .toBe(`diff --git "a/t\\303\\244b\\011.c" "b/t\\303\\244b\\011.c"
--- "a/t\\303\\244b\\011.c"
+++ "b/t\\303\\244b\\011.c"
@@ -1 +1 @@
-a
+b
`);
  });

  it('takes a line from which a mail program took the blank', () => {
    const parsed = parse('--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n a\n\n-b\n+c\n');
    expect(parsed.ok && parsed.value[0]?.hunks[0]?.lines[1]).toMatchObject({
      kind: 'context',
      text: '\n',
    });
  });

  it.each([
    [
      'too few lines',
      '@@ -1,4 +1,4 @@\n a\n-b\n+c\n',
      /^3: .*4 old and 4 new lines, 2 old and 2 new follow/,
    ],
    [
      'too many old lines',
      '@@ -1,2 +1,4 @@\n a\n-b\n-c\n+d\n',
      /^3: .*line 6 is one old line too many/,
    ],
    [
      'surplus lines',
      '@@ -1,2 +1,2 @@\n a\n-b\n+c\n+d\n',
      /^3: .*line 7 still belongs to the change/,
    ],
    ['text in between', '@@ -1,3 +1,3 @@\n a\nfoo\n-b\n+c\n', /^3: .*follow before line 5/],
    ['a cut-off line', '@@ -1,2 +1,2 @@\n a\n-b\n+c', /^6: the patch ends in the middle of a line/],
    ['no change', '@@ -1,2 +1,2 @@\n a\n b\n', /^3: this hunk changes nothing/],
    ['huge numbers', '@@ -1,999999999 +1,999999999 @@\n a\n-b\n+c\n', /^3: .*does not count/],
  ])('refuses a hunk with %s', (_, hunk, expected) => {
    expect(fault(`--- a/f\n+++ b/f\n${hunk}`)).toMatch(expected);
  });

  it('refuses a hunk that belongs to no file', () => {
    expect(fault('text\n@@ -1 +1 @@\n-a\n+b\n')).toBe('2: this hunk belongs to no file');
  });

  it.each([
    ['a/../../etc/passwd', 'leaves the tree'],
    ['a//etc/passwd', null],
    ['a/.git/config', "git's own directory"],
    ['a/x/.GIT/hooks/post-checkout', "git's own directory"],
    ['a/.git ./config', "git's own directory"],
    ['a/./x', 'has a part "."'],
  ])('refuses the path %s', (name, why) => {
    const found = fault(`--- ${name}\n+++ b${name.slice(1)}\n@@ -1 +1 @@\n-a\n+b\n`);
    if (why === null) expect(found).toBe('accepted');
    else expect(found).toContain(why);
  });

  it('refuses absolute paths', () => {
    const diff = 'diff --git a/x b/x\nrename from /etc/passwd\nrename to x\n';
    expect(fault(diff)).toBe('1: the path "/etc/passwd" is refused: the path is absolute');
  });

  it('refuses headers that contradict themselves', () => {
    expect(fault('diff --git a/x b/x\n--- a/y\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n')).toContain(
      'names two files, "y" and "x"',
    );
  });

  it('refuses a new file with old lines, and a deleted one with new lines', () => {
    expect(fault('--- /dev/null\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n')).toContain('depends on old');
    expect(fault('--- a/x\n+++ /dev/null\n@@ -1 +1 @@\n-a\n+b\n')).toContain('still has contents');
  });

  it('passes over prose that looks like a header', () => {
    expect(parse('diff --git is a command\n\nand so on\n')).toEqual({ ok: true, value: [] });
  });
});
