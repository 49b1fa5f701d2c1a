/**
 * The revision that mails were written for, in the repository around a directory. `index` lines name the blobs of the files that a
 * diff changes, `base-commit:` names the commit. The directory as it is comes first; where it has other blobs, a commit that has every
 * one of them takes its place, and the report says so. Looked at, in this order: the named commit, the newest tags and
 * branches, the last commits of HEAD; the bounds below keep that to seconds on a whole kernel history.
 */
import type { BaseHint } from '../src/version/base-hints.js';
import { blobId, namesBlob } from '../src/patch/blob-id.js';
import type { Tree } from '../src/tree/tree.js';
import { runGit } from './git.js';
import { commitOf, repositoryAt } from './git-revision.js';
import type { GitPlace } from './git-tree.js';

const MAX_REFS = 1000;
const MAX_COMMITS = 5000;
/** More files than that say no more about the commit. */
const MAX_FILES = 16;

export type BaseSearch =
  /** The directory has what a candidate was written for, or the mails do not say, or git knows nothing of the directory. */
  | { readonly kind: 'as-is'; readonly notes: readonly string[] }
  | { readonly kind: 'found'; readonly place: GitPlace; readonly notes: readonly string[] };

const AS_IS: BaseSearch = { kind: 'as-is', notes: [] };

export function findBase(directory: string, tree: Tree, hints: readonly BaseHint[]): BaseSearch {
  if (hints.length === 0 || hints.some((hint) => has(tree, hint))) return AS_IS;
  const repository = repositoryAt(directory);
  if (!repository.ok) return { kind: 'as-is', notes: [`git: ${repository.error}`] };
  if (repository.value === null) return AS_IS;
  const place = { directory, prefix: repository.value.prefix };
  const notes: string[] = [];
  for (const hint of hints) {
    const found = searchFor(place, hint);
    if (found.kind === 'none') {
      notes.push(...found.notes);
      continue;
    }
    const { commit, called } = found;
    return {
      kind: 'found',
      place: { ...place, commit },
      notes: [
        `NOT THE DIRECTORY AS IT IS: ${hint.candidate} was written for another state, ` +
          `and ${called} has it (--no-find-base keeps to the directory)`,
        ...compared(tree, hint).map((line) => `${line}; ${commit.slice(0, 12)} has what it names`),
      ],
    };
  }
  return {
    kind: 'as-is',
    notes: [...hints.flatMap((hint) => compared(tree, hint)), ...notes],
  };
}

/** The tree holds every blob that the hint names; a hint without blobs is met by its commit alone. */
function has(tree: Tree, { blobs }: BaseHint): boolean {
  if (blobs.size === 0) return false;
  return [...blobs].every(([path, named]) => {
    const bytes = tree.read(path);
    return bytes !== null && namesBlob(named, blobId(bytes)) !== false;
  });
}

function compared(tree: Tree, { candidate, blobs }: BaseHint): string[] {
  return [...blobs].slice(0, MAX_FILES).map(([path, named]) => {
    const bytes = tree.read(path);
    const own = bytes === null ? 'no such file' : blobId(bytes).slice(0, 12);
    return `${candidate}: ${path} is expected as ${named.slice(0, 12)}, the directory has ${own}`;
  });
}

type Found =
  | { readonly kind: 'commit'; readonly commit: string; readonly called: string }
  | { readonly kind: 'none'; readonly notes: readonly string[] };

type Place = Omit<GitPlace, 'commit'>;

interface Commit {
  readonly commit: string;
  readonly called: string;
}

function searchFor(place: Place, hint: BaseHint): Found {
  const { candidate, baseCommit, blobs } = hint;
  const notes: string[] = [];
  if (baseCommit !== null) {
    const known = commitOf(place.directory, baseCommit);
    if (known.kind === 'ok') {
      const commit = known.bytes.toString('latin1').trim();
      const named = { commit, called: `its base-commit ${commit.slice(0, 12)}` };
      if (firstWith(place, [named], blobs) !== null) return { kind: 'commit', ...named };
      notes.push(
        `${candidate}: its base-commit ${commit.slice(0, 12)} has other blobs than its index lines name ` +
          `(are patches missing that it builds on?); --tree ${place.directory}@${commit.slice(0, 12)} takes it all the same`,
      );
    } else
      notes.push(
        `${candidate}: its base-commit ${baseCommit.slice(0, 12)} is not in the repository`,
      );
  }
  if (blobs.size === 0) return { kind: 'none', notes };
  const absent = absentBlobs(place, [...blobs.values()]);
  if (absent.length > 0)
    return {
      kind: 'none',
      notes: [
        ...notes,
        `${candidate}: the repository has no blob ${absent.join(', ')}: fetch its base`,
      ],
    };
  for (const commits of [namedCommits, lastCommits]) {
    const found = firstWith(place, commits(place), blobs);
    if (found !== null) return { kind: 'commit', ...found };
  }
  const looked = `among ${MAX_REFS} tags and branches and the last ${MAX_COMMITS} commits`;
  return {
    kind: 'none',
    notes: [...notes, `${candidate}: no commit ${looked} has the blobs it names`],
  };
}

function firstWith(
  { directory, prefix }: Place,
  commits: readonly Commit[],
  blobs: ReadonlyMap<string, string>,
): Commit | null {
  // A newline would begin another question.
  const files = [...blobs].filter(([path]) => !path.includes('\n')).slice(0, MAX_FILES);
  if (files.length === 0) return commits[0] ?? null;
  const questions = commits.flatMap(({ commit }) =>
    files.map(([path]) => `${commit}:${prefix}${path}\n`),
  );
  const answer = runGit(directory, ['cat-file', '--batch-check', '--buffer'], questions.join(''));
  if (answer.kind !== 'ok') return null;
  const answers = answer.bytes.toString('utf8').split('\n');
  const at = commits.findIndex((_, number) =>
    files.every(([, named], file) => {
      const id = /^([0-9a-f]+) blob \d+$/.exec(answers[number * files.length + file] ?? '')?.[1];
      return id !== undefined && namesBlob(named, id) !== false;
    }),
  );
  return commits[at] ?? null;
}

function absentBlobs({ directory }: Place, ids: readonly string[]): string[] {
  const input = ids.map((id) => `${id}\n`).join('');
  const answer = runGit(directory, ['cat-file', '--batch-check'], input);
  if (answer.kind !== 'ok') return [];
  return [...answer.bytes.toString('utf8').matchAll(/^(\S+) missing$/gm)].map(([, id = '']) => id);
}

function namedCommits({ directory }: Place): Commit[] {
  const answer = runGit(directory, [
    'for-each-ref',
    '--sort=-creatordate',
    `--count=${MAX_REFS}`,
    '--format=%(objecttype) %(objectname) %(*objecttype) %(*objectname) %(refname:short)',
    'refs/tags',
    'refs/heads',
    'refs/remotes',
  ]);
  if (answer.kind !== 'ok') return [];
  const commits: Commit[] = [];
  for (const line of answer.bytes.toString('utf8').split('\n')) {
    const match = /(?:^| )commit ([0-9a-f]+) .*?(\S+)$/.exec(line);
    const [, commit, name] = match ?? [];
    if (commit !== undefined && name !== undefined)
      commits.push({ commit, called: `${name} (${commit.slice(0, 12)})` });
  }
  return commits;
}

function lastCommits({ directory }: Place): Commit[] {
  const answer = runGit(directory, ['rev-list', `--max-count=${MAX_COMMITS}`, 'HEAD']);
  if (answer.kind !== 'ok') return [];
  return answer.bytes
    .toString('latin1')
    .split('\n')
    .filter((commit) => commit !== '')
    .map((commit) => ({ commit, called: `commit ${commit.slice(0, 12)}` }));
}
