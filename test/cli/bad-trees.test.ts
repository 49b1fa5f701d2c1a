/** Trees that are none, or not whole, or not readable: status 2, one message that says what to do, and no stack trace. */
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { editMail, MMU } from './model-patch.js';
import { runCommand, type Ran } from './run-command.js';

const MODEL = resolve(import.meta.dirname, '../../fixtures/linux');
const directory = mkdtempSync(join(tmpdir(), 'patchcheck-bad-trees-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const tree = join(directory, 'linux');
cpSync(MODEL, tree, { recursive: true });

/** Runs something on the tree with a file of it changed, and puts it back. */
async function spoilt(
  path: string,
  spoil: (file: string) => void,
  run: () => Promise<Ran> = () => runCommand('functions', '--tree', tree),
): Promise<Ran> {
  const file = join(tree, path);
  rmSync(file);
  spoil(file);
  const ran = await run();
  rmSync(file, { recursive: true, force: true });
  copyFileSync(join(MODEL, path), file);
  return ran;
}

function refused(ran: Ran): void {
  expect(ran.text).not.toMatch(/^\s+at .*[:(]\d+/m);
  expect(ran.text).not.toContain('node_modules');
  expect(ran.text).not.toContain('a fault of patchcheck');
  expect(
    ran.text.split('\n').filter((line) => /(^|: )error: /.test(line)),
    ran.text,
  ).toHaveLength(1);
  expect(
    ran.text.split('\n').filter((line) => line.startsWith('help: ')),
    ran.text,
  ).toHaveLength(1);
  expect(ran.text.split('\n').length).toBeLessThan(40);
  expect(ran.status).toBe(2);
}

const nothing = (): void => undefined;
const SOURCES = [`${MMU}/tdp_mmu.c`, `${MMU}/tdp_iter.c`, `${MMU}/spte.h`];

describe.each(SOURCES)('%s', (path) => {
  const name = path.slice(MMU.length + 1);
  const cases = [
    { what: 'missing', spoil: nothing, says: name },
    { what: 'a directory', spoil: mkdirSync, says: 'a directory where a file should be' },
    {
      what: 'a link that leaves the tree',
      spoil: (file: string) => symlinkSync(join(MODEL, path), file),
      says: 'a link that leaves the tree',
    },
    {
      what: 'a link to itself',
      spoil: (file: string) => symlinkSync(file, file),
      says: 'a link that leads to itself',
    },
    {
      what: 'a binary',
      spoil: (file: string) =>
        writeFileSync(file, Buffer.from('\x7fELF\x02\x01\x01\0\0\0\0\0int;\n')),
      says: 'a binary file where a source should be',
    },
    {
      what: 'a header loop',
      spoil: (file: string) => writeFileSync(file, `#include "${name}"\n`),
      says: 'nested deeper than',
    },
    {
      what: 'no C',
      spoil: (file: string) => writeFileSync(file, `${readFileSync(join(MODEL, path), 'utf8')}}\n`),
      says: name,
    },
  ];
  it.each(cases)('is $what', async ({ spoil, says }) => {
    const ran = await spoilt(path, spoil);
    refused(ran);
    expect(ran.text).toContain(says);
  });

  it.skipIf(process.getuid?.() === 0)('may not be read (skipped for root)', async () => {
    const ran = await spoilt(path, (file) => {
      writeFileSync(file, 'int x;\n');
      chmodSync(file, 0);
    });
    refused(ran);
    expect(ran.text).toContain('may not be read');
  });
});

it('a construct that is not understood, in a function that is reached', async () => {
  const path = `${MMU}/tdp_iter.c`;
  const text = readFileSync(join(MODEL, path), 'utf8');
  const mbox = join(directory, 'in.mbox');
  writeFileSync(mbox, editMail(path, '\titer->yielded = false;\n', '\titer->yielded = !true;\n'));
  const hostile = text.replace(
    /(void tdp_iter_next\([^)]*\)\n\{\n)/,
    '$1\tasm volatile("cpuid");\n',
  );
  expect(hostile).not.toBe(text);
  const ran = await spoilt(
    path,
    (file) => writeFileSync(file, hostile),
    () => runCommand('apply', mbox, '--scenarios', '1', '--tree', tree),
  );
  refused(ran);
  expect(ran.text).toContain('not supported: inline assembly');
  expect(ran.text).toMatch(/tdp_iter\.c:\d+:\d+: error/);
});

describe('--tree', () => {
  const cases = [
    { what: 'nowhere', named: join(directory, 'nowhere'), says: 'there is no such directory' },
    { what: 'no kernel', named: directory, says: 'this is no kernel tree' },
    { what: 'a file', named: join(tree, `${MMU}/tdp_mmu.c`), says: 'there is no such directory' },
    { what: 'a revision of no repository', named: `${tree}@v6.12`, says: 'in no git repository' },
  ];
  it.each(cases)('names $what', async ({ named, says }) => {
    const ran = await runCommand('functions', '--tree', named);
    refused(ran);
    expect(ran.err).toContain(says);
  });
});

describe('--config', () => {
  const cases = [
    { what: 'binary', text: 'CONFIG_KVM=y\n\0\n', says: 'binary' },
    { what: 'empty', text: '', says: 'sets no option' },
    { what: 'not a .config', text: '# x\nCONFIG_KVM=y\nint main(void);\n', says: ':3:1: error: ' },
    {
      what: 'of a kernel without KVM',
      text: 'CONFIG_X86_64=y\n# CONFIG_KVM is not set\n',
      says: 'without CONFIG_KVM',
    },
    {
      what: 'of another architecture',
      text: 'CONFIG_ARM64=y\nCONFIG_KVM=y\n',
      says: 'without CONFIG_X86_64',
    },
  ];
  it.each(cases)('is $what', async ({ text, says }) => {
    const file = join(directory, 'config');
    writeFileSync(file, text);
    const ran = await runCommand('functions', '--tree', tree, '--config', file);
    refused(ran);
    expect(ran.err).toContain(says);
  });

  it.each([join(directory, 'nothing'), directory])('is no file: %s', async (file) => {
    const ran = await runCommand('functions', '--tree', tree, '--config', file);
    expect(ran.status).toBe(2);
    expect(ran.err).toMatch(/^patchcheck: error: --config: /);
  });
});

describe('control characters in the C', () => {
  it.each([[], ['--json']])('are shown, and never sent (%s)', async (...options) => {
    const path = `${MMU}/tdp_iter.c`;
    const ran = await spoilt(
      path,
      (file) =>
        writeFileSync(
          file,
          `${readFileSync(join(MODEL, path), 'utf8')}\nint one(void) { return \x16\x9b2J\u202e; }\n`,
        ),
      () => runCommand('functions', '--tree', tree, ...options),
    );
    expect(ran.text).toContain('one');
    expect(ran.text).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]/);
  });
});
