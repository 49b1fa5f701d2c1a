/**
 * Where patch(1) puts a hunk, fuzz and all (GNU patch 2.7, option -F). It differs from `git apply` in more than fuzz: it
 * starts from the *old* line plus the offset that earlier hunks were found with, and takes context that is shorter at one
 * end for the sign that the hunk touches that end of the file.
 */
import type { Hunk } from './file-diff.js';
import type { Effort } from './locate-hunk.js';
import { oldLinesOf } from './locate-hunk.js';

export interface FuzzyPlace {
  /** Index (from 0) in the old file at which the hunk's first old line stands or would stand. */
  readonly index: number;
  /** How much context was left out at most, as patch(1) prints it. */
  readonly fuzz: number;
}

export interface FuzzyState {
  /** Where earlier hunks were found, against where they were expected. */
  readonly offset: number;
  /** Lines of the old file, from 1, that are behind us. */
  readonly frozen: number;
}

export function locateFuzzy(
  file: readonly string[],
  hunk: Hunk,
  state: FuzzyState,
  maxFuzz: number,
  effort: Effort,
): FuzzyPlace | null {
  const most = Math.min(maxFuzz, Math.max(hunk.leading, hunk.trailing));
  for (let fuzz = 0; fuzz <= most; fuzz++) {
    const line = locateWith(file, hunk, state, fuzz, effort);
    if (line !== null) return { index: line - 1, fuzz };
  }
  return null;
}

function locateWith(
  file: readonly string[],
  hunk: Hunk,
  state: FuzzyState,
  fuzz: number,
  effort: Effort,
): number | null {
  const wanted = oldLinesOf(hunk);
  const context = Math.max(hunk.leading, hunk.trailing);
  let skipFirst = fuzz + hunk.leading - context;
  const skipLast = fuzz + hunk.trailing - context;
  // `@@ -0,0` and a hunk that only adds: its place is behind the line named.
  const oldStart = wanted.length === 0 ? hunk.oldStart + 1 : hunk.oldStart;
  const guess = oldStart + state.offset;
  if (wanted.length === 0) return guess >= 1 && guess <= file.length + 1 ? guess : null;
  const last = file.length - (wanted.length - skipLast) + 1;
  const down = last - guess;
  let up = guess - (state.frozen + 1);
  const furthest = Math.max(down, up);
  if (guess <= up) up = guess - 1;

  const matches = (line: number): boolean => {
    const first = Math.max(0, skipFirst);
    const end = wanted.length - Math.max(0, skipLast);
    for (let i = first; i < end; i++) {
      effort.left--;
      if (file[line - 1 + i] !== wanted[i]) return false;
    }
    return true;
  };
  if (skipFirst < 0 && oldStart <= 1) {
    // Only the beginning of the file will do, and only the whole file where the end is bound as well.
    if (skipLast < 0 && (wanted.length !== file.length || hunk.leading < state.frozen)) return null;
    return state.frozen <= hunk.leading && 1 - guess <= down && matches(1) ? 1 : null;
  }
  if (skipFirst < 0) skipFirst = 0;
  if (skipLast < 0) {
    const line = file.length - wanted.length + 1;
    return guess - line <= up && matches(line) ? line : null;
  }
  const start = down < 0 ? guess - last : up < 0 ? guess - (state.frozen + 1) : 0;
  for (let offset = start; offset <= furthest; offset++) {
    effort.left -= 2;
    if (effort.left < 0) return null;
    if (offset <= down && guess + offset > state.frozen && matches(guess + offset))
      return guess + offset;
    if (offset > 0 && offset <= up && matches(guess - offset)) return guess - offset;
  }
  return null;
}
