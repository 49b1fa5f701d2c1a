/**
 * The built command as a process: usage, help, version, streams. It is tested when it is newer than every source; a run of the
 * tests that comes before the build skips this, and says so.
 */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { command, root, whyNotBuilt } from './built-command.js';
import { editMail, mail, MMU } from './model-patch.js';

const why = whyNotBuilt();
if (why !== null) process.stderr.write(`SKIPPED: test/cli/usage.test.ts: ${why}\n`);

describe.skipIf(why !== null)('the command', () => {
  it.each([['--help'], ['-h'], ['apply', '--help'], ['replay', '--help'], ['functions', '--help']])(
    'helps: %s %s',
    (...args) => {
      const ran = run(args.filter((arg) => arg !== undefined));
      expect(ran.status).toBe(0);
      expect(ran.out).toContain('patchcheck');
      expect(ran.err).toBe('');
    },
  );

  it.each(['--version', '-V'])('says which one it is: %s', (option) => {
    const ran = run([option]);
    expect(ran.status).toBe(0);
    expect(ran.out).toMatch(/^patchcheck \d+\.\d+\.\d+ \(node v.*binaryen \d.*\)\n$/);
  });

  it.each([
    { args: [], says: 'Name a command' },
    { args: ['aply'], says: 'apply' },
    { args: ['apply'], says: 'at least 1' },
    { args: ['apply', 'x.mbox', '--scenrios', '3'], says: 'scenrios' },
    { args: ['apply', 'x.mbox', '--tree'], says: 'tree' },
    { args: ['apply', 'x.mbox', '--fail-on', 'rain'], says: 'rain' },
    { args: ['replay'], says: 'at least 1' },
    { args: ['apply', 'nowhere.mbox'], says: 'there is no file nowhere.mbox' },
  ])('refuses $args', ({ args, says }) => {
    const ran = run(args);
    expect(ran.err).toContain(says);
    expect(ran.err).not.toMatch(/^\s+at /m);
    expect(ran.err).not.toContain('fault of patchcheck');
    expect(ran.out).toBe('');
    expect(ran.status).toBe(2);
  });

  it('reads standard input, and writes nothing but JSON with --json -', () => {
    const ran = run(
      ['apply', '-', '--json', '-'],
      editMail(`${MMU}/tdp_iter.c`, 'bool moved;', 'bool  moved;'),
    );
    expect(ran.err).toBe('');
    expect(JSON.parse(ran.out)).toMatchObject({ verdict: 'proved', exitCode: 0 });
    expect(ran.status).toBe(0);
  });

  it('refuses a mail without a diff on standard input', () => {
    const ran = run(['apply', '-'], mail(''));
    expect(ran.status).toBe(2);
    expect(ran.out).toContain('error: ');
    expect(ran.out + ran.err).not.toContain('there is no file');
  });

  it('reads a witness from standard input', () => {
    const ran = run(['replay', '-'], 'hello\n');
    expect(ran.status).toBe(2);
    expect(ran.err).toContain('this is no patchcheck witness');
  });
});

function run(
  args: readonly string[],
  input = '',
): { status: number | null; out: string; err: string } {
  const ran = spawnSync(process.execPath, [command, ...args], {
    cwd: root,
    input,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  return { status: ran.status, out: ran.stdout, err: ran.stderr };
}
