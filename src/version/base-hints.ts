/** What a candidate says about the state that it was written for: a commit, and the blobs of the files that it changes. */
import type { Candidate } from '../mail/candidate.js';
import { sourcePath } from '../patch/file-diff.js';

export interface BaseHint {
  readonly candidate: string;
  readonly baseCommit: string | null;
  /** Path → id as the `index` line abbreviates it, before the first patch that touches the file. */
  readonly blobs: ReadonlyMap<string, string>;
}

/** In the order of the candidates; without those that say nothing, or that build on another candidate. `wanted` as in `applyAll`. */
export function baseHints(candidates: readonly Candidate[], wanted: readonly string[]): BaseHint[] {
  const taken = candidates.filter(({ id, superseded, onTopOf }) =>
    onTopOf !== null ? false : wanted.length > 0 ? wanted.includes(id) : !superseded,
  );
  return taken
    .map(({ id, baseCommit, patches }): BaseHint => {
      const blobs = new Map<string, string>();
      const seen = new Set<string>();
      for (const file of patches.flatMap((patch) => patch.files)) {
        const from = sourcePath(file);
        if (from !== null && !seen.has(from) && file.oldBlob !== null)
          blobs.set(from, file.oldBlob);
        seen.add(file.path);
        if (from !== null) seen.add(from);
      }
      return { candidate: id, baseCommit, blobs };
    })
    .filter(({ baseCommit, blobs }) => baseCommit !== null || blobs.size > 0);
}
