/** Damaged and hostile mail: always an answer, never an exception, nothing outside the tree, in bounded time. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyCandidate } from '../patch/apply-candidate.js';
import { bytesToText } from '../patch/byte-text.js';
import { unsafePath } from '../patch/path-name.js';
import { printDiff } from '../patch/print-diff.js';
import { memoryTree } from '../tree/memory-tree.js';
import type { Tree } from '../tree/tree.js';
import { findCandidates } from './find-candidates.js';
import { readMails } from './mail-input.js';
import { placeCandidates } from './place-candidates.js';
import { difficultMbox } from './testing/difficult-mail.js';
import { mutated, mutations } from './testing/mutate.js';
import { buildThread } from './thread.js';

const full = process.env['PATCHCHECK_FULL'] === '1';
const thread = bytesToText(
  readFileSync(join(import.meta.dirname, '../../patches/20241023-tdp-fast-forward.mbox')),
);

/** Asks only for paths that a patch may touch. */
function guarded(tree: Tree): Tree {
  return {
    ...tree,
    read: (path) => {
      expect(unsafePath(path)).toBeNull();
      return tree.read(path);
    },
  };
}

/** Everything that happens to a mail before its C is read; says how far it came. */
function take(bytes: Uint8Array, tree: Tree): 'unread' | 'no candidate' | 'failed' | 'applied' {
  const read = readMails([{ kind: 'file', file: { path: 'x', bytes } }]);
  if (read.messages.length === 0) {
    expect(read.diagnostics.length).toBeGreaterThan(0);
    return 'unread';
  }
  const found = findCandidates(buildThread(read.messages));
  if (found.candidates.length === 0) {
    expect(found.diagnostics.length).toBeGreaterThan(0);
    return 'no candidate';
  }
  const placed = placeCandidates(guarded(tree), found.candidates);
  expect(new Set(placed.map((each) => each.id)).size).toBe(placed.length);
  let applied = false;
  for (const candidate of placed) {
    expect(candidate.id).toMatch(/^[a-z0-9][a-z0-9-]*$/);
    const done = applyCandidate(guarded(tree), candidate);
    if (done.kind === 'failed') {
      expect(done.diagnostics.length).toBeGreaterThan(0);
      continue;
    }
    applied = true;
    for (const path of done.tree.files.keys()) expect(unsafePath(path)).toBeNull();
    for (const patch of candidate.patches) printDiff(patch.files);
  }
  return applied ? 'applied' : 'failed';
}

const base = memoryTree(originals());

/** A tree that the thread's diffs apply to: the old lines of their hunks, at their places. */
function originals(): Map<string, string> {
  const read = readMails([
    { kind: 'file', file: { path: 'x', bytes: Buffer.from(thread, 'latin1') } },
  ]);
  const files = new Map<string, string[]>();
  for (const candidate of findCandidates(buildThread(read.messages)).candidates) {
    for (const file of candidate.patches[0]?.files ?? []) {
      const lines = files.get(file.path) ?? [];
      files.set(file.path, lines);
      for (const hunk of file.hunks) {
        const old = hunk.lines.filter((line) => line.kind !== 'added');
        old.forEach((line, i) => (lines[hunk.oldStart - 1 + i] = line.text));
      }
    }
  }
  const whole = (lines: readonly string[]): string =>
    Array.from(lines, (line, i) => line ?? `/* ${i} */\n`).join('') + 'end\n';
  return new Map([...files].map(([path, lines]) => [path, whole(lines)]));
}

describe('hostile mail', () => {
  it('the undamaged thread applies, so that damage means something', () => {
    expect(take(Buffer.from(thread, 'latin1'), base)).toBe('applied');
  });

  it('mutations of the thread', { timeout: 600_000 }, () => {
    const seen: Record<string, number> = {};
    fc.assert(
      fc.property(mutations, (steps) => {
        const outcome = take(Buffer.from(mutated(thread, steps), 'latin1'), base);
        seen[outcome] = (seen[outcome] ?? 0) + 1;
      }),
      { numRuns: full ? 20_000 : 250, seed: 5 },
    );
    expect(Object.keys(seen)).toEqual(expect.arrayContaining(['applied', 'failed']));
  });

  it('mutations of difficult mails', { timeout: 600_000 }, () => {
    fc.assert(
      fc.property(difficultMbox, mutations, (mbox, steps) => {
        take(Buffer.from(mutated(mbox, steps), 'latin1'), base);
      }),
      { numRuns: full ? 3000 : 60, seed: 6 },
    );
  });

  const big = (full ? 8 : 1) * 1024 * 1024;
  const head = 'From a Wed Oct 23 09:18:00 2024\nFrom: a@x\nSubject: [PATCH] x\n';
  it.each([
    ['one line of blanks', `${head}\n--- a/f\n${' '.repeat(big)}x\n`],
    ['blanks before a date', `${head}\n--- a/f${' '.repeat(big)}x\n+++ b/f\n@@ -1 +1 @@\n-a\n+b\n`],
    ['a header of blanks', `From a Wed Oct 23 09:18:00 2024\nSubject: ${' '.repeat(big)}x\n\n`],
    [
      'soft line breaks',
      `${head}Content-Transfer-Encoding: quoted-printable\n\n${'abc=\n'.repeat(big / 5)}`,
    ],
    [
      'flowed lines',
      `${head}Content-Type: text/plain; format=flowed\n\n${'abc \n'.repeat(big / 5)}`,
    ],
    [
      'both',
      `${head}Content-Type: text/plain; format=flowed\nContent-Transfer-Encoding: quoted-printable\n\n${'abc =\n \n'.repeat(big / 8)}`,
    ],
    ['base64 lines', `${head}Content-Transfer-Encoding: base64\n\n${'YWJj\n'.repeat(big / 5)}`],
    ['references', `${head}References: ${'<a@x> '.repeat(big / 6)}\n\n`],
    [
      'encoded words',
      `From a Wed Oct 23 09:18:00 2024\nSubject: ${'=?utf-8?q?=41?= '.repeat(big / 16)}\n\n`,
    ],
    [
      'a subject of tags',
      `From a Wed Oct 23 09:18:00 2024\nSubject: ${'[x] Re: '.repeat(big / 8)}\n\n`,
    ],
    ['header lines', `${head}${'X: y\n'.repeat(big / 5)}\n`],
    [
      'boundaries',
      `${head}Content-Type: multipart/mixed; boundary=b\n\n${'--b\n\n'.repeat(big / 5)}`,
    ],
    ['mails', `${head}\n`.repeat(big / head.length)],
    [
      'mails in a row of answers',
      Array.from(
        { length: full ? 60_000 : 10_000 },
        (_, i) =>
          `${head.replace('[PATCH] ', '')}Message-ID: <${i}@x>\nIn-Reply-To: <${i - 1}@x>\n\nx\n`,
      ).join(''),
    ],
    [
      'hunks that match everywhere and nowhere',
      `${head}\n--- a/big\n+++ b/big\n${'@@ -9,4 +9,4 @@\n a\n a\n a\n-b\n+c\n'.repeat(big / 32)}`,
    ],
    [
      'hunks that match far away',
      `${head}\n--- a/big\n+++ b/big\n${'@@ -29000,2 +29000,2 @@\n a\n-a\n+c\n'.repeat(20_000)}`,
    ],
    ['files', `${head}\n${'--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+b\n'.repeat(big / 36)}`],
    [
      'scissors',
      `${head.replace('[PATCH]', 'Re:')}\n${'-- >8 --\n'.repeat(big / 9)}diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+b\n`,
    ],
    ['bare hunks', `${head.replace('[PATCH]', 'Re:')}\n${'@@\n a\n-a\n+c\n\n'.repeat(big / 14)}`],
    ['a number', `${head}\n--- a/f\n+++ b/f\n@@ -${'9'.repeat(big)} +1 @@\n-a\n+b\n`],
    ['names on a header', `${head}\ndiff --git ${'a b '.repeat(big / 4)}\nindex 1..2\n`],
    ['quoted names', `${head}\ndiff --git "a/${'\\303\\244'.repeat(3000)}" "b/x"\nindex 1..2\n`],
  ])('%s in bulk are answered within seconds', { timeout: 60_000 }, (_, text) => {
    const tree = memoryTree({ f: 'a\n', big: 'a\n'.repeat(30_000) });
    const start = process.cpuUsage();
    take(Buffer.from(text, 'latin1'), tree);
    // A quadratic slip takes minutes. Processor time: other tests run beside this one.
    expect(process.cpuUsage(start).user / 1e6).toBeLessThan(full ? 15 : 5);
  });

  it('does not unpack bombs', () => {
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024));
    expect(take(bomb, base)).toBe('unread');
  });
});
