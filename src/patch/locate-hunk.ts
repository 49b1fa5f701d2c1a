/**
 * Where a hunk goes. The search is that of `git apply`: at its line first, then one line after, one before, two after …;
 * all its old lines must be there, byte for byte; lines that an earlier hunk put down are not matched again; a hunk
 * from line 1 matches at the beginning only, one without context at its end only at the end of the file.
 */
import type { Hunk } from './file-diff.js';

export interface ImageLine {
  readonly text: string;
  /** The line of the original file that this is, from 1; 0 for a line that the patch added. */
  readonly origin: number;
  /** An earlier hunk of the same diff covered it. */
  readonly patched: boolean;
}

/** What may still be spent on searching and moving lines; a hostile patch could ask for hours. */
export interface Effort {
  left: number;
}

/** About a second. The largest patches that kernel lists have seen need a twentieth of it. */
export const MAX_EFFORT = 100_000_000;

export interface Anchors {
  readonly beginning: boolean;
  readonly end: boolean;
}

export function oldLinesOf(hunk: Hunk): string[] {
  return hunk.lines.filter((line) => line.kind !== 'added').map((line) => line.text);
}

export function newLinesOf(hunk: Hunk): string[] {
  return hunk.lines.filter((line) => line.kind !== 'removed').map((line) => line.text);
}

export function anchorsOf(hunk: Hunk): Anchors {
  return { beginning: hunk.oldStart <= 1, end: hunk.trailing === 0 };
}

/** The index (from 0) at which git begins to search: the place in the *new* file, earlier hunks being applied already. */
export function wantedIndex(hunk: Hunk): number {
  return hunk.newStart > 0 ? hunk.newStart - 1 : 0;
}

export function matchesAt(
  image: readonly ImageLine[],
  wanted: readonly string[],
  index: number,
  anchors: Anchors,
  effort: Effort,
): boolean {
  const end = index + wanted.length;
  if (end > image.length || (anchors.end && end !== image.length)) return false;
  if (anchors.beginning && index !== 0) return false;
  for (let i = 0; i < wanted.length; i++) {
    const line = image[index + i];
    const text = wanted[i];
    if (line === undefined || text === undefined || line.patched) return false;
    effort.left--;
    if (line.text === text) continue;
    // git compares bytes: a last line without newline also matches where the file goes on with blanks or a newline.
    const rest = i === wanted.length - 1 && !text.endsWith('\n') && !anchors.end;
    if (
      !rest ||
      !line.text.startsWith(text) ||
      !/^[ \t\v\f\r\n]*$/.test(line.text.slice(text.length))
    )
      return false;
  }
  return true;
}

/** The index at which the lines stand, or -1; also when the effort is spent. */
export function locate(
  image: readonly ImageLine[],
  wanted: readonly string[],
  from: number,
  anchors: Anchors,
  effort: Effort,
): number {
  let start = from;
  if (anchors.beginning) start = 0;
  else if (anchors.end) start = image.length - wanted.length;
  if (start < 0 || start > image.length) start = image.length;
  if (matchesAt(image, wanted, start, anchors, effort)) return start;
  for (let step = 1; step <= image.length; step++) {
    effort.left -= 2;
    if (effort.left < 0) return -1;
    const after = start + step;
    if (after <= image.length && matchesAt(image, wanted, after, anchors, effort)) return after;
    const before = start - step;
    if (before >= 0 && matchesAt(image, wanted, before, anchors, effort)) return before;
  }
  return -1;
}
