/**
 * The model tree as other tools see it: git applies the thread's diffs to it, gcc compiles every version of it, and each
 * file says its licence. What it does is compared with references and kernels elsewhere.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const repository = resolve(import.meta.dirname, '..');
const modelTree = join(repository, 'fixtures/linux');
const mbox = join(repository, 'patches/20241023-tdp-fast-forward.mbox');

const works = (program: string): boolean => spawnSync(program, ['--version']).status === 0;
const hasGcc = works('gcc');
const hasGit = works('git');

const files = readdirSync(modelTree, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name));

/** The diffs of the thread's mails, by who sent them; git passes over the text around them. */
const diffs = new Map(
  readFileSync(mbox, 'utf8')
    .split(/^From mboxrd@z .*\n/m)
    .filter((mail) => /^diff --git /m.test(mail))
    .map((mail): [string, string] => [
      /^From: (\w+)/m.exec(mail)?.[1] ?? '',
      mail.slice(mail.search(/^diff --git /m)),
    ]),
);

const versions = ['original', 'Bernhard', 'Sean'];
const directories: string[] = [];
afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

/** A copy of the tree with one sender's diff applied, and what git said. */
function versionOf(name: string): { readonly tree: string; readonly said: string } {
  const tree = mkdtempSync(join(tmpdir(), 'patchcheck-model-'));
  directories.push(tree);
  cpSync(modelTree, tree, { recursive: true });
  const diff = diffs.get(name);
  if (diff === undefined) return { tree, said: '' };
  // A repository of its own, or git would look for the paths in the one around it.
  execFileSync('git', ['init', '-q'], { cwd: tree });
  const { status, stderr } = spawnSync('git', ['apply', '-v'], {
    cwd: tree,
    input: diff,
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
  return { tree, said: stderr };
}

it('names its licence in the first line of every file', () => {
  const sources = files.filter((path) => !path.endsWith('README.md'));
  expect(sources.length).toBeGreaterThan(100);
  const silent = sources.filter(
    (path) =>
      !/^(\/\/ SPDX-License-Identifier: GPL-2\.0-only|\/\* SPDX-License-Identifier: GPL-2\.0-only \*\/)\n/.test(
        readFileSync(path, 'utf8'),
      ),
  );
  expect(silent).toEqual([]);
});

it('is tried with the two diffs of the thread', () => {
  expect([...diffs.keys()]).toEqual(['Bernhard', 'Sean']);
});

if (!hasGit)
  console.warn('skipped: no git, so nothing says whether the diffs apply to the model tree');
describe.skipIf(!hasGit)('git apply', () => {
  it.each([
    ['Bernhard', 2],
    ['Sean', 11],
  ])('takes the diff of %s', (name, hunks) => {
    const { said } = versionOf(name);
    const placed = said.match(/^Hunk #\d+ succeeded at \d+ \(offset -?\d+ lines?\)\.$/gm) ?? [];
    // Hunks at their very line are not mentioned; fuzz would be, by another word.
    expect(placed.length).toBeLessThanOrEqual(hunks);
    expect(said).not.toMatch(/fuzz|Context reduced|warning|error/);
  });
});

const FLAGS = [
  '-nostdinc -std=gnu11 -O2 -Wall -Werror -fno-strict-aliasing -fno-strict-overflow -D__KERNEL__',
  '-DKBUILD_MODNAME="kvm"',
  '-Iarch/x86/include -Iinclude -Iarch/x86/include/uapi -Iinclude/uapi',
  '-include linux/kconfig.h -include linux/compiler_types.h -Iarch/x86/kvm',
].flatMap((line) => line.split(' '));

if (!hasGcc) console.warn('skipped: no gcc, so nothing says whether the model tree compiles');
describe.skipIf(!hasGcc || !hasGit)('gcc', () => {
  it.each(versions)('compiles every file of the version %s', (name) => {
    const { tree } = versionOf(name);
    const units = files
      .filter((path) => path.endsWith('.c'))
      .map((path) => path.slice(modelTree.length + 1));
    expect(units).toContain('arch/x86/kvm/mmu/tdp_mmu.c');
    for (const unit of units) {
      const { stderr } = spawnSync('gcc', [...FLAGS, '-S', '-o', '/dev/null', unit], {
        cwd: tree,
        encoding: 'utf8',
      });
      expect(stderr, unit).toBe('');
    }
  });

  /** Headers below linux/ can be included first, as any patch may do; those below asm/ lean on them, as in a kernel. */
  it('compiles the headers by themselves', () => {
    const include = join(modelTree, 'include');
    const names = files
      .map((path) => path.slice(include.length + 1))
      .filter((name) => /^linux\/[^/]*\.h$/.test(name));
    expect(names.length).toBeGreaterThan(50);
    const failed = [...names, 'asm/kvm_host.h', 'asm/vmx.h', 'trace/events/kvm.h'].filter(
      (name) => {
        const { status } = spawnSync('gcc', [...FLAGS, '-fsyntax-only', '-x', 'c', '-'], {
          cwd: modelTree,
          input: `#include <${name}>\n`,
        });
        return status !== 0;
      },
    );
    expect(failed).toEqual([]);
  });
});
