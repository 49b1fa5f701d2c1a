/**
 * What `verify` takes from a git tree: the commits of a range as they would be sent, or what is not committed yet. git writes the
 * diffs; nothing that the repository configures is run for it (no filter, textconv, external diff, signature program).
 */
import { diagnostic, type Diagnostic } from '../src/base/diagnostic.js';
import { err, ok, type Result } from '../src/base/result.js';
import type { MailInput } from '../src/mail/mail-input.js';
import { runGit } from './git.js';
import { repositoryAt } from './git-revision.js';

export interface CommitsToCheck {
  readonly mails: readonly MailInput[];
  /** The commit that they are applied to. */
  readonly base: string;
  /** What the report calls it. */
  readonly name: string;
}

/** Diffs as everybody reads them, whatever the repository is told to do. */
const PLAIN = [
  '--no-ext-diff',
  '--no-textconv',
  '--no-color',
  '--full-index',
  '--find-renames',
  '--src-prefix=a/',
  '--dst-prefix=b/',
  '--ignore-submodules=all',
];

/** A kernel that is a part of its repository has paths of its own, and what is changed outside of it is not asked about. */
function plainIn(directory: string): readonly string[] {
  const repository = repositoryAt(directory);
  const inside = repository.ok && (repository.value?.prefix ?? '') !== '';
  return [...PLAIN, inside ? '--relative' : '--no-relative'];
}

export function commitsToCheck(
  directory: string,
  range: string | undefined,
): Result<CommitsToCheck, Diagnostic> {
  return range === undefined ? uncommitted(directory) : committed(directory, range);
}

function committed(directory: string, range: string): Result<CommitsToCheck, Diagnostic> {
  if (range === '' || range.startsWith('-') || /[\0-\x20]/.test(range))
    return err(diagnostic('bad-input', `${range}: this is no range of commits`, null, [], RANGES));
  // As format-patch takes it: one commit is where the series begins.
  const whole = range.includes('..') ? range : `${range}..HEAD`;
  const listed = git(directory, [
    'rev-list',
    '--reverse',
    '--no-merges',
    '--end-of-options',
    whole,
    '--',
  ]);
  if (!listed.ok) return listed;
  const commits = listed.value
    .trim()
    .split('\n')
    .filter((line) => line !== '');
  const [first] = commits;
  if (first === undefined)
    return err(diagnostic('bad-input', `${range} holds no commit`, null, [], RANGES));
  if (commits.length > MAX_COMMITS)
    return err(diagnostic('limit', `${range} holds more than ${MAX_COMMITS} commits`));
  const parent = git(directory, ['rev-parse', '--verify', '--end-of-options', `${first}^`]);
  if (!parent.ok) return parent;
  const base = parent.value.trim();
  const mbox = bytesOf(directory, [
    'format-patch',
    '--stdout',
    '--numbered',
    '--subject-prefix=PATCH',
    '--no-signature',
    '--no-attach',
    '--no-thread',
    '--no-cover-letter',
    '--no-add-header',
    '--no-to',
    '--no-cc',
    '--no-notes',
    '--no-signoff',
    '--no-base',
    ...plainIn(directory),
    '--end-of-options',
    whole,
  ]);
  if (!mbox.ok) return mbox;
  const file = { path: range, bytes: mbox.value };
  return ok({ mails: [{ kind: 'file', file }], base, name: range });
}

const RANGES =
  'name commits as git does: HEAD~3.., v6.12..topic, or nothing for what is not committed';
const MAX_COMMITS = 1000;

/** The working tree against HEAD, and the index where it is a third thing. */
function uncommitted(directory: string): Result<CommitsToCheck, Diagnostic> {
  const head = git(directory, ['rev-parse', '--verify', 'HEAD']);
  if (!head.ok) return head;
  const off = filtersOff(directory);
  if (!off.ok) return off;
  const plain = plainIn(directory);
  const [working, index] = [[], ['--cached']].map((which) =>
    bytesOf(directory, [...off.value, 'diff', ...which, ...plain, 'HEAD', '--']),
  );
  if (working === undefined || index === undefined) throw new Error('two diffs were asked for');
  if (!working.ok) return working;
  if (!index.ok) return index;
  const mails: MailInput[] = [];
  const take = (path: string, bytes: Uint8Array): void => {
    if (bytes.length > 0) mails.push({ kind: 'file', file: { path, bytes } });
  };
  take('working-tree', working.value);
  if (!index.value.equals(working.value)) take('index', index.value);
  if (mails.length === 0)
    return err(diagnostic('bad-input', 'there is nothing that is not committed', null, [], RANGES));
  return ok({ mails, base: head.value.trim(), name: 'working-tree' });
}

/** Comparing a file of the working tree would run its clean filter: every filter that is configured is taken out. */
function filtersOff(directory: string): Result<readonly string[], Diagnostic> {
  const asked = runGit(directory, [
    'config',
    '--null',
    '--name-only',
    '--get-regexp',
    '^filter\\.',
  ]);
  // git says nothing and fails where there are none.
  if (asked.kind === 'refused' && asked.message === '') return ok([]);
  if (asked.kind !== 'ok') return err(refusal(asked.message));
  const names = new Set(
    asked.bytes
      .toString('utf8')
      .split('\0')
      .map((key) => /^(filter\..*)\.[^.]*$/s.exec(key)?.[1])
      .filter((name) => name !== undefined),
  );
  return ok(
    [...names].flatMap((name) =>
      ['clean=', 'smudge=', 'process=', 'required=false'].flatMap((set) => [
        '-c',
        `${name}.${set}`,
      ]),
    ),
  );
}

function git(directory: string, args: readonly string[]): Result<string, Diagnostic> {
  const bytes = bytesOf(directory, args);
  return bytes.ok ? ok(bytes.value.toString('utf8')) : bytes;
}

function bytesOf(directory: string, args: readonly string[]): Result<Buffer, Diagnostic> {
  const off = ['-c', 'log.showSignature=false', '-c', 'diff.orderFile=/dev/null'];
  const answer = runGit(directory, [...off, ...args]);
  return answer.kind === 'ok' ? ok(answer.bytes) : err(refusal(answer.message));
}

function refusal(message: string): Diagnostic {
  return diagnostic('bad-input', `git: ${message}`);
}
