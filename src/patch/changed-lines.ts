/**
 * Which lines a candidate changed. Followed through the hunks rather than found by comparing the two files, so that it
 * says what the patch says, and also when several patches of a series touch the same file.
 */
export interface ChangedLines {
  /** Lines of the new file that the patch brought in, from 1, ascending. */
  readonly added: readonly number[];
  /** Lines of the old file that are gone, from 1, ascending. */
  readonly removed: readonly number[];
}

/** `origins`: for each line of the new file the line of the old file that it is, from 1, or 0. */
export function changedLines(oldLineCount: number, origins: ArrayLike<number>): ChangedLines {
  const kept = new Set<number>();
  const added: number[] = [];
  for (let index = 0; index < origins.length; index++) {
    const origin = origins[index] ?? 0;
    if (origin === 0) added.push(index + 1);
    else kept.add(origin);
  }
  const removed: number[] = [];
  for (let line = 1; line <= oldLineCount; line++) if (!kept.has(line)) removed.push(line);
  return { added, removed };
}
