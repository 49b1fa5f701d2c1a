/** What is wrong with the input is said in one message, with status 2; nothing is written, and nobody sees a stack trace. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { editDiff, editMail, mail, MMU } from './model-patch.js';
import { runCommand, type Ran } from './run-command.js';

const directory = mkdtempSync(join(tmpdir(), 'patchcheck-bad-input-'));
const witnesses = join(directory, 'witnesses');
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const ITER = `${MMU}/tdp_iter.c`;
const RESTART = '\titer->yielded = false;\n';

/** Applies a mbox with this text. */
async function apply(mbox: string, ...options: readonly string[]): Promise<Ran> {
  const path = join(directory, 'in.mbox');
  writeFileSync(path, mbox);
  return runApply(path, ...options);
}

async function runApply(path: string, ...options: readonly string[]): Promise<Ran> {
  const scenarios = options.includes('--scenarios') ? [] : ['--scenarios', '2'];
  return runCommand('apply', path, ...scenarios, '--witness-dir', witnesses, ...options);
}

function refused(ran: Ran): void {
  expect(ran.text).not.toMatch(/^\s+at .*[:(]\d+/m);
  expect(ran.text).not.toContain('node_modules');
  expect(ran.text).not.toContain('undefined');
  const messages = ran.text.split('\n').filter((line) => /(^|: )error: /.test(line));
  expect(messages, ran.text).toHaveLength(1);
  expect(ran.status).toBe(2);
  expect(existsSync(witnesses)).toBe(false);
  expect(readdirSync(directory).filter((name) => name.endsWith('.tmp'))).toEqual([]);
}

describe('files', () => {
  it('that do not exist', async () => {
    const ran = await runApply(join(directory, 'nowhere.mbox'));
    refused(ran);
    expect(ran.err).toContain('there is no file');
    expect(ran.err).toContain('nowhere.mbox');
    expect(ran.out).toBe('');
  });

  it('that are a directory without mail', async () => {
    const empty = join(directory, 'empty');
    mkdirSync(empty);
    const ran = await runApply(empty);
    refused(ran);
    expect(ran.err).toContain('holds no mail and no patch');
  });

  it('that are empty', async () => {
    const ran = await apply('');
    refused(ran);
    expect(ran.text).toMatch(/empty|no (mail|message)/);
  });

  it('that are no mail', async () => {
    const ran = await apply('\0\x01\x02 not a mail at all \xff\n');
    refused(ran);
  });

  it('that hold mail without a diff', async () => {
    const ran = await apply(mail(''));
    refused(ran);
    expect(ran.text).toMatch(/no .*(diff|patch|change|candidate)/);
  });
});

describe('diffs', () => {
  it('whose hunk does not apply: the hunk, the line that was searched, and the nearest match', async () => {
    const diff = editDiff(ITER, RESTART, '\titer->yielded = true;\n').replace(
      '-\titer->yielded = false;',
      '-\titer->yielded = no_longer;',
    );
    const ran = await apply(mail(diff));
    refused(ran);
    expect(ran.text).toContain(ITER);
    expect(ran.text).toMatch(/@@ -\d+,7 \+\d+,7 @@|hunk 1/);
    expect(ran.text).toContain('iter->yielded = no_longer;');
    expect(ran.text).toMatch(/nearest/);
    expect(ran.text).toContain('applies: failed');
  });

  it('whose hunk counts lie', async () => {
    const ran = await apply(
      mail(editDiff(ITER, RESTART, '').replace(/@@ -(\d+),7 \+(\d+),6 @@/, '@@ -$1,9 +$2,8 @@')),
    );
    refused(ran);
    expect(ran.text).toMatch(/hunk/);
  });

  it.each(['../../etc/passwd', `${MMU}/../../../../../../etc/passwd`])(
    'whose path leads out of the tree: %s',
    async (path) => {
      const ran = await apply(mail(editDiff(ITER, RESTART, '').replaceAll(ITER, path)));
      refused(ran);
      expect(ran.text).toContain('..');
    },
  );

  it('whose path is absolute', async () => {
    const diff = editDiff(ITER, RESTART, '').replaceAll(`a/${ITER}`, '/etc/passwd');
    const ran = await apply(mail(diff.replaceAll(`b/${ITER}`, '/etc/passwd')));
    refused(ran);
    expect(ran.text).toContain('/etc/passwd');
  });

  it('for a file that the tree does not have', async () => {
    const path = 'arch/x86/kvm/mmu/tdp_other.c';
    const ran = await apply(mail(editDiff(ITER, RESTART, '').replaceAll(ITER, path)));
    refused(ran);
    expect(ran.text).toContain(path);
  });
});

describe('C that does not check', () => {
  const cases = [
    {
      what: 'a syntax error',
      line: '\titer->yielded = = false;',
      message: /error: /,
    },
    {
      what: 'a missing brace',
      line: '\tif (iter->valid) { iter->yielded = false;',
      message: /error: /,
    },
    {
      what: 'a member that is not there',
      line: '\titer->no_such_member = false;',
      message: /no_such_member/,
    },
    {
      what: 'a type that does not fit',
      line: '\titer->yielded = *iter->gfn;',
      message: /error: /,
    },
    {
      what: 'a name that nobody declares',
      line: '\titer->yielded = no_such_name;',
      message: /no_such_name/,
    },
    {
      what: 'instructions',
      line: '\tasm volatile("rdtsc" : "=a" (iter->level) : : "rdx");',
      message: /not supported: inline assembly with instructions/,
    },
  ];
  it.each(cases)('$what: file, line, column, the line and a caret', async ({ line, message }) => {
    const ran = await apply(editMail(ITER, RESTART, `${line}\n`));
    refused(ran);
    expect(ran.text).toMatch(message);
    const at = new RegExp(`^${ITER.replaceAll('.', '\\.')}:(\\d+):(\\d+): error: `, 'm').exec(
      ran.text,
    );
    expect(at, ran.text).not.toBeNull();
    expect(ran.text).toMatch(/^ +\d+ \| .*\n +\| \s*\^+$/m);
  });

  it('points at the line that is wrong', async () => {
    const ran = await apply(editMail(ITER, RESTART, '\titer->no_such_member = false;\n'));
    expect(ran.text).toMatch(/\| \titer->no_such_member = false;\n/);
  });
});

describe('options', () => {
  const good = editMail(ITER, '/* Moves to the entry', '/* Goes to the entry');

  it('a candidate that the thread does not have', async () => {
    const ran = await apply(good, '--candidate', 'nobody');
    refused(ran);
    expect(ran.text).toContain('no candidate nobody');
    expect(ran.text).toContain('help: it has: ');
  });

  it.each(['0', '-1', '1.5', 'many', '1e12'])('--scenarios %s', async (count) => {
    const ran = await apply(good, '--scenarios', count);
    refused(ran);
    expect(ran.err).toContain('--scenarios takes a whole number');
  });

  it('--scenarios given twice', async () => {
    const ran = await apply(good, '--scenarios', '3', '--scenarios', '4');
    refused(ran);
    expect(ran.err).toContain('--scenarios takes a whole number');
  });

  it('--tree without a directory', async () => {
    const ran = await apply(good, '--tree', join(directory, 'nowhere'));
    refused(ran);
    expect(ran.err).toContain('there is no such directory');
  });

  it('--tree with a directory that is no kernel', async () => {
    const ran = await apply(good, '--tree', directory);
    refused(ran);
    expect(ran.err).toContain('this is no kernel tree');
  });

  it('--json into a directory that does not exist', async () => {
    const ran = await apply(good, '--json', join(directory, 'no', 'report.json'));
    refused(ran);
    expect(ran.err).toContain('cannot write');
  });
});

describe('witnesses', () => {
  const cases = [
    { what: 'empty', text: '' },
    { what: 'not one at all', text: 'hello\n' },
    { what: 'cut off', text: 'patchcheck witness 1\ntool: patchcheck 0\npack: kvm-tdp-mmu\n' },
    {
      what: 'with a scenario that is none',
      text: [
        'patchcheck witness 1',
        'tool: patchcheck 0',
        'pack: kvm-tdp-mmu',
        'candidate: x',
        'against: original',
        'entry: clear_dirty_gfn_range',
        'dimension: sequential',
        '[scenario]',
        'nonsense 1 2 3',
        '',
      ].join('\n'),
    },
  ];
  it.each(cases)('$what', async ({ text }) => {
    const path = join(directory, 'bad.witness');
    writeFileSync(path, text);
    const ran = await runCommand('replay', path);
    refused(ran);
    expect(ran.out).toBe('');
  });

  it('that do not exist', async () => {
    const ran = await runCommand('replay', join(directory, 'nowhere.witness'));
    refused(ran);
  });
});
