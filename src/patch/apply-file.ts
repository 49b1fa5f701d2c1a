/** The hunks of one file, applied to its content; the outcome of each, and which lines are new. */
import type { FileDiff, Hunk } from './file-diff.js';
import type { Effort, ImageLine } from './locate-hunk.js';
import {
  MAX_EFFORT,
  anchorsOf,
  locate,
  newLinesOf,
  oldLinesOf,
  wantedIndex,
} from './locate-hunk.js';
import type { NearestMatch } from './nearest-match.js';
import { nearestMatch } from './nearest-match.js';
import { locateFuzzy } from './locate-fuzzy.js';
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
  /** The search was given up: it took too long. */
  readonly gaveUp: boolean;
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

/** As `git apply` does it; with `fuzz`, as `patch -F` does. */
export function applyHunks(
  before: Image,
  diff: FileDiff,
  fuzz: number | null = null,
  effort: Effort = { left: MAX_EFFORT },
): PatchedImage {
  if (fuzz !== null) return applyFuzzily(before, diff, fuzz, effort);
  const image: ImageLine[] = before.map((line) => ({ ...line, patched: false }));
  let failures = 0;
  const hunks = diff.hunks.map((hunk) => {
    const outcome = applyHunk(image, hunk, effort, failures < MAX_EXPLAINED);
    if (outcome.status === 'failed') failures++;
    return outcome;
  });
  return { image, hunks };
}

/** Why a hunk fails is found out for the first few of a file. */
const MAX_EXPLAINED = 3;

/** Applies in place; a hunk that has no place leaves the image as it is. */
function applyHunk(image: ImageLine[], hunk: Hunk, effort: Effort, explain: boolean): HunkOutcome {
  const wanted = oldLinesOf(hunk);
  const from = wantedIndex(hunk);
  const index = effort.left < 0 ? -1 : locate(image, wanted, from, anchorsOf(hunk), effort);
  if (index < 0) return failedHunk(image, hunk, from, effort, explain);
  effort.left -= image.length - index;
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
  return placedHunk(hunk, index, index - from, 0);
}

/** Places are looked for in the old file throughout; context stays as the file has it. */
function applyFuzzily(
  before: Image,
  diff: FileDiff,
  maxFuzz: number,
  effort: Effort,
): PatchedImage {
  const texts = before.map((line) => line.text);
  const image: ImageLine[] = [];
  const hunks: HunkOutcome[] = [];
  let offset = 0;
  let frozen = 0;
  let growth = 0;
  let failures = 0;
  const copyTo = (count: number): void => {
    for (; frozen < count; frozen++) {
      const line = before[frozen];
      if (line !== undefined) image.push(line);
    }
  };
  for (const hunk of diff.hunks) {
    const state = { offset, frozen };
    const place = effort.left < 0 ? null : locateFuzzy(texts, hunk, state, maxFuzz, effort);
    if (place === null) {
      const from = Math.max(0, hunk.oldStart - 1 + offset);
      hunks.push(failedHunk(before, hunk, from, effort, failures++ < MAX_EXPLAINED));
      continue;
    }
    const expected = hunk.oldStart - (hunk.oldCount === 0 ? 0 : 1);
    offset = place.index - expected;
    let old = place.index;
    for (const line of hunk.lines) {
      switch (line.kind) {
        case 'context':
          old++;
          break;
        case 'removed':
          copyTo(old);
          frozen++;
          old++;
          break;
        case 'added':
          copyTo(old);
          image.push({ text: line.text, origin: 0, patched: true });
          break;
      }
    }
    hunks.push(placedHunk(hunk, place.index + growth, offset, place.fuzz));
    growth += hunk.newCount - hunk.oldCount;
  }
  copyTo(before.length);
  return { image, hunks };
}

function placedHunk(hunk: Hunk, index: number, offset: number, fuzz: number): HunkOutcome {
  const status = fuzz > 0 ? 'fuzz' : offset === 0 ? 'exact' : 'offset';
  return { hunk, status, line: index + 1, offset, fuzz, failure: null };
}

function failedHunk(
  image: Image,
  hunk: Hunk,
  from: number,
  effort: Effort,
  explain: boolean,
): HunkOutcome {
  const gaveUp = effort.left < 0;
  const why = explain && !gaveUp;
  const anywhere = { beginning: false, end: false };
  const applied = why ? locate(image, newLinesOf(hunk), from, anywhere, effort) : -1;
  return {
    hunk,
    status: 'failed',
    line: from + 1,
    offset: 0,
    fuzz: 0,
    failure: {
      nearest: why ? nearestMatch(image, oldLinesOf(hunk), from) : null,
      gaveUp,
      alreadyAppliedAt: applied < 0 || hunk.newCount === 0 ? null : applied + 1,
    },
  };
}
