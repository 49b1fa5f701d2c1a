/**
 * Which lines a candidate changed. Followed through the hunks rather than found by comparing the two files, so that it
 * says what the patch says, and also when several patches of a series touch the same file.
 */
import type { Image } from './apply-file.js';

export interface ChangedLines {
  /** Lines of the new file that the patch brought in, from 1, ascending. */
  readonly added: readonly number[];
  /** Lines of the old file that are gone, from 1, ascending. */
  readonly removed: readonly number[];
}

export function changedLines(oldLineCount: number, image: Image): ChangedLines {
  const kept = new Set<number>();
  const added: number[] = [];
  image.forEach((line, index) => {
    if (line.origin === 0) added.push(index + 1);
    else kept.add(line.origin);
  });
  const removed: number[] = [];
  for (let line = 1; line <= oldLineCount; line++) if (!kept.has(line)) removed.push(line);
  return { added, removed };
}
