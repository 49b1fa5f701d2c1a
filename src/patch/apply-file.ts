/** The hunks of one file, applied to its content; the outcome of each, and which lines are new. */
import type { FileDiff, Hunk } from './file-diff.js';
import type { ImageLine } from './locate-hunk.js';
import { anchorsOf, locate, newLinesOf, oldLinesOf, wantedIndex } from './locate-hunk.js';
import type { NearestMatch } from './nearest-match.js';
import { nearestMatch } from './nearest-match.js';
import { splitLines } from './byte-text.js';

/** `exact`: at its line; `offset`: somewhere else; `fuzz`: with fewer lines of context; `failed`: nowhere. */
export type HunkStatus = 'exact' | 'offset' | 'fuzz' | 'failed';

export interface HunkOutcome {
  readonly hunk: Hunk;
  readonly status: HunkStatus;
  /** Line in the file as it is after the hunk, from 1; for a failed hunk the line at which it was looked for first. */
  readonly line: number;
  /** How far from the line that the heading names. */
  readonly offset: number;
  /** Lines of context that were left out of the comparison. */
  readonly fuzz: number;
  /** For a failed hunk. */
  readonly failure: HunkFailure | null;
}

export interface HunkFailure {
  readonly nearest: NearestMatch | null;
  /** The new lines of the hunk stand in the tree already: the patch, or this part of it, was applied before. */
  readonly alreadyAppliedAt: number | null;
}

/** The lines of a file while it is patched. */
export type Image = readonly ImageLine[];

export function imageOf(text: string): Image {
  return splitLines(text).map((line, i) => ({ text: line, origin: i + 1, patched: false }));
}

export function imageText(image: Image): string {
  return image.map((line) => line.text).join('');
}

export interface PatchedImage {
  readonly image: Image;
  readonly hunks: readonly HunkOutcome[];
}

export function applyHunks(before: Image, diff: FileDiff): PatchedImage {
  const image: ImageLine[] = before.map((line) => ({ ...line, patched: false }));
  const hunks = diff.hunks.map((hunk) => applyHunk(image, hunk));
  return { image, hunks };
}

/** Applies in place; a hunk that has no place leaves the image as it is. */
function applyHunk(image: ImageLine[], hunk: Hunk): HunkOutcome {
  const wanted = oldLinesOf(hunk);
  const from = wantedIndex(hunk);
  const index = locate(image, wanted, from, anchorsOf(hunk));
  if (index < 0) {
    const applied = locate(image, newLinesOf(hunk), from, { beginning: false, end: false });
    return {
      hunk,
      status: 'failed',
      line: from + 1,
      offset: 0,
      fuzz: 0,
      failure: {
        nearest: nearestMatch(image, wanted, from),
        alreadyAppliedAt: applied < 0 || hunk.newCount === 0 ? null : applied + 1,
      },
    };
  }
  const replacement: ImageLine[] = [];
  let old = index;
  for (const line of hunk.lines) {
    switch (line.kind) {
      case 'context':
        replacement.push({
          text: line.text,
          origin: image[old]?.origin ?? 0,
          patched: true,
        });
        old++;
        break;
      case 'removed':
        old++;
        break;
      case 'added':
        replacement.push({ text: line.text, origin: 0, patched: true });
        break;
    }
  }
  const rest = image.splice(index).slice(wanted.length);
  for (const line of replacement) image.push(line);
  for (const line of rest) image.push(line);
  const offset = index - from;
  return {
    hunk,
    status: offset === 0 ? 'exact' : 'offset',
    line: index + 1,
    offset,
    fuzz: 0,
    failure: null,
  };
}
