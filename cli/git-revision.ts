/** A revision that somebody names, as a commit of a repository: data for git, never an option. */
import { diagnostic, type Diagnostic } from '../src/base/diagnostic.js';
import { err, ok, type Result } from '../src/base/result.js';
import { runGit, type GitAnswer } from './git.js';
import type { GitPlace } from './git-tree.js';

/** Where a directory lies in its repository; null where it is in none. */
export function repositoryAt(directory: string): Result<{ prefix: string } | null, string> {
  const answer = runGit(directory, ['rev-parse', '--show-prefix']);
  if (answer.kind === 'ok') return ok({ prefix: answer.bytes.toString('utf8').replace(/\n$/, '') });
  if (answer.kind === 'refused' && answer.message.includes('not a git repository')) return ok(null);
  return err(answer.message);
}

export function resolveRevision(directory: string, revision: string): Result<GitPlace, Diagnostic> {
  const whole = `--tree ${directory}@${revision}`;
  const repository = repositoryAt(directory);
  if (!repository.ok)
    return err(
      diagnostic('missing', `${whole}: git cannot read the repository: ${repository.error}`),
    );
  if (repository.value === null)
    return err(
      diagnostic(
        'missing',
        `${whole}: ${directory} is in no git repository`,
        null,
        [],
        'name the directory without @ and revision to use its files as they are',
      ),
    );
  const commit = commitOf(directory, revision);
  if (commit.kind !== 'ok')
    return err(
      diagnostic(
        'missing',
        `${whole}: the repository has no commit ${revision}`,
        null,
        commit.message === '' ? [] : [{ message: `git says: ${commit.message}`, at: null }],
        `see what it has with: git -C ${directory} log --oneline; or fetch what is missing`,
      ),
    );
  return ok({
    directory,
    commit: commit.bytes.toString('latin1').trim(),
    prefix: repository.value.prefix,
  });
}

export function commitOf(directory: string, revision: string): GitAnswer {
  if (revision === '' || revision.includes('\0'))
    return { kind: 'refused', message: 'the revision is empty' };
  return runGit(directory, ['rev-parse', '--verify', '--end-of-options', `${revision}^{commit}`]);
}
