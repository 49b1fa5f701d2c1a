/**
 * The diff that leads from one state of a tree to another, exact to the line: what a patch did, once fuzz, offsets and repairs
 * are behind it. Made from the lines that are known to have changed, so nothing is searched for.
 */
import type { Place } from '../base/diagnostic.js';
import type { Tree } from '../tree/tree.js';
import type { ChangedFile } from './application.js';
import { blobId } from './blob-id.js';
import { bytesToText, splitLines } from './byte-text.js';
import type { ChangedLines } from './changed-lines.js';
import type { FileDiff, Hunk, HunkLine } from './file-diff.js';

const CONTEXT = 3;

export function exactDiff(before: Tree, after: Tree, changed: readonly ChangedFile[]): FileDiff[] {
  return changed.flatMap((file): FileDiff[] => {
    const path = file.newPath ?? file.oldPath;
    if (path === null) return [];
    // A file that took the place of one that moved away: all of the old one is gone.
    const from = file.oldPath ?? path;
    const old = before.read(from);
    const now = file.newPath === null ? null : after.read(file.newPath);
    if (old === null && now === null) return [];
    const lines = linesOf(old);
    const removed = file.oldPath === null ? lines.map((_, i) => i + 1) : file.removed;
    const hunks = hunksBetween(lines, linesOf(now), { added: file.added, removed }, path);
    return [
      {
        path,
        change: changeOf(from, path, after, old !== null, now !== null),
        oldMode: null,
        newMode: null,
        oldBlob: old === null ? null : blobId(old),
        newBlob: now === null ? null : blobId(now),
        binary: false,
        hunks,
        at: placeIn(path, 1),
      },
    ];
  });
}

function changeOf(
  from: string,
  path: string,
  after: Tree,
  was: boolean,
  is: boolean,
): FileDiff['change'] {
  if (!was) return { kind: 'create' };
  if (!is) return { kind: 'delete' };
  if (from === path) return { kind: 'modify' };
  return { kind: after.read(from) === null ? 'rename' : 'copy', from, similarity: null };
}

function linesOf(bytes: Uint8Array | null): string[] {
  return bytes === null ? [] : splitLines(bytesToText(bytes));
}

/** A line of either side: `old` and `now` are the numbers of the next line on each, from 0. */
interface Step {
  readonly kind: HunkLine['kind'];
  readonly text: string;
  readonly old: number;
  readonly now: number;
}

function hunksBetween(
  old: readonly string[],
  now: readonly string[],
  { added, removed }: ChangedLines,
  path: string,
): Hunk[] {
  const [gone, come] = [new Set(removed), new Set(added)];
  const steps: Step[] = [];
  for (let i = 0, j = 0; i < old.length || j < now.length;) {
    const at = { old: i, now: j };
    if (i < old.length && (gone.has(i + 1) || j === now.length))
      steps.push({ kind: 'removed', text: old[i++] ?? '', ...at });
    else if (j < now.length && (come.has(j + 1) || i === old.length))
      steps.push({ kind: 'added', text: now[j++] ?? '', ...at });
    else {
      steps.push({ kind: 'context', text: old[i++] ?? '', ...at });
      j++;
    }
  }
  const near = nearChanges(steps);
  const hunks: Hunk[] = [];
  for (let start = near.indexOf(true); start >= 0; start = near.indexOf(true, start)) {
    let end = near.indexOf(false, start);
    if (end < 0) end = steps.length;
    hunks.push(hunkOf(steps.slice(start, end), path));
    start = end;
  }
  return hunks;
}

function nearChanges(steps: readonly Step[]): boolean[] {
  const near = steps.map(() => false);
  steps.forEach((step, at) => {
    if (step.kind === 'context') return;
    const to = Math.min(steps.length - 1, at + CONTEXT);
    for (let k = Math.max(0, at - CONTEXT); k <= to; k++) near[k] = true;
  });
  return near;
}

function hunkOf(steps: readonly Step[], path: string): Hunk {
  const first = steps[0] ?? { old: 0, now: 0 };
  const oldCount = steps.filter((step) => step.kind !== 'added').length;
  const newCount = steps.filter((step) => step.kind !== 'removed').length;
  // A side without lines names the line before (POSIX diff -u).
  const oldStart = first.old + (oldCount === 0 ? 0 : 1);
  const newStart = first.now + (newCount === 0 ? 0 : 1);
  const lines = steps.map(({ kind, text, old, now }): HunkLine => ({
    kind,
    text,
    line: (kind === 'removed' ? old : now) + 1,
  }));
  const leading = steps.findIndex((step) => step.kind !== 'context');
  const trailing = steps.length - 1 - steps.findLastIndex((step) => step.kind !== 'context');
  const at = placeIn(path, newStart);
  const counts = { oldStart, oldCount, newStart, newCount };
  return { ...counts, section: '', lines, leading, trailing, at };
}

function placeIn(path: string, line: number): Place {
  return { path, line, column: 1, sourceLine: '', length: 1 };
}
