/**
 * git, asked about objects and nothing else. A repository may come from anybody: no hook, filter, textconv, pager, alias, fsmonitor,
 * replacement or remote of it is used. The commands here read objects only, and what could start another program is switched
 * off for them besides. git itself refuses a repository of another user (safe.directory), and that answer is passed on.
 */
import { spawnSync } from 'node:child_process';

/** The largest answer is the list of a part of the tree, or a batch of its files. */
const MAX_ANSWER_BYTES = 512 * 1024 * 1024;
const MAX_MILLISECONDS = 120_000;

export type GitAnswer =
  | { readonly kind: 'ok'; readonly bytes: Buffer }
  /** git ran and said no; its first line of complaint. */
  | { readonly kind: 'refused'; readonly message: string }
  /** There is no git, or it did not come to an end. */
  | { readonly kind: 'failed'; readonly message: string };

const OFF = ['core.fsmonitor=false', 'core.hooksPath=/dev/null', 'protocol.allow=never'];

export function runGit(
  directory: string,
  args: readonly string[],
  input: string | null = null,
): GitAnswer {
  const settings = OFF.flatMap((each) => ['-c', each]);
  const ran = spawnSync('git', ['--no-pager', '-C', directory, ...settings, ...args], {
    env: environment(),
    input: input ?? '',
    maxBuffer: MAX_ANSWER_BYTES,
    timeout: MAX_MILLISECONDS,
    windowsHide: true,
  });
  if (ran.error !== undefined) return { kind: 'failed', message: whyFailed(ran.error) };
  if (ran.status === 0) return { kind: 'ok', bytes: ran.stdout };
  const complaint = ran.stderr.toString('utf8').trim();
  if (ran.status === null) return { kind: 'failed', message: `git was ended by ${ran.signal}` };
  return { kind: 'refused', message: complaint.split('\n')[0] ?? '' };
}

/** What the shell around us says about git (GIT_DIR in a hook, say) is about another repository. */
function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'));
  return {
    ...Object.fromEntries(kept),
    // In front of whatever the repository says of single protocols.
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_NO_LAZY_FETCH: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    LC_ALL: 'C',
  };
}

function whyFailed(error: Error): string {
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT') return 'there is no git on this machine';
  if (code === 'ETIMEDOUT') return `git took more than ${MAX_MILLISECONDS / 1000} s`;
  if (code === 'ENOBUFS') return `git answered with more than ${MAX_ANSWER_BYTES} bytes`;
  return `git could not be started (${code})`;
}
