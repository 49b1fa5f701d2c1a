/** What a search for a base looks at in a repository besides objects: names that come and go. */
import { createHash } from 'node:crypto';
import { runGit } from '../git.js';

/** Stands among the files that a result depends on. No tree has such a path. */
export const REPOSITORY = '//refs';

/** Every ref with its commit, and where HEAD is; null where there is no repository. */
export function repositoryState(directory: string): string | null {
  const head = runGit(directory, ['rev-parse', '--verify', 'HEAD']);
  const refs = runGit(directory, ['for-each-ref', '--format=%(objectname) %(refname)']);
  if (head.kind !== 'ok' || refs.kind !== 'ok') return null;
  return createHash('sha1').update(head.bytes).update(refs.bytes).digest('hex');
}
