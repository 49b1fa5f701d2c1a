/**
 * The kernel's own test suites, unmodified from a 6.12 tree, with the tree's own lib/ under them: every case passes, as it does in a
 * kernel; and a fault in the code under test makes a case fail. All suites run with PATCHCHECK_FULL=1, a few by default.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assetsIn } from '../../cli/packs.js';
import { kernelConfiguration } from '../../src/c/preprocess/kernel-config/kernel-options.js';
import { kernelTrees } from '../../src/c/preprocess/testing/kernel-trees.js';
import { buildSuite } from '../../src/kunit/build-suite.js';
import { KernelUnits } from '../../src/kunit/kernel-units.js';
import { SuiteRunner } from '../../src/kunit/run-suite.js';
import type { SuiteRun } from '../../src/kunit/results.js';
import { mail, textDiff } from '../cli/model-patch.js';
import { runCommand } from '../cli/run-command.js';

const full = process.env['PATCHCHECK_FULL'] === '1';
const tree = kernelTrees['6.12'];
/** What lib/vsprintf.c includes, and where the hashing of names is. */
const present = tree?.read('mm/internal.h') !== null && tree?.read('fs/namei.c') !== null;
const runnable = tree !== null && present;
const TIME = 1_800_000;
const FUEL = 60_000_000_000n;

if (!runnable)
  console.warn(
    "no kernel tree 6.12 with lib/, mm/ and fs/namei.c: the kernel's own tests are NOT run " +
      '(scripts/get-linux-source.sh 6.12 gets them)',
  );

/** Cases of each suite, as the file lists them. */
const SUITES: readonly (readonly [string, Readonly<Record<string, number>>])[] = [
  ['lib/list-test.c', { 'list-kunit-test': 39, hlist: 18, klist: 8 }],
  ['lib/hashtable_test.c', { hashtable: 9 }],
  ['lib/test_sort.c', { lib_sort: 1 }],
  ['lib/test_list_sort.c', { list_sort: 1 }],
  ['lib/test_bits.c', { 'bits-test': 4 }],
  ['lib/bitfield_kunit.c', { bitfields: 2 }],
  ['lib/math/rational-test.c', { rational: 1 }],
  ['lib/test_hash.c', { hash: 2 }],
  ['lib/test_linear_ranges.c', { 'linear-ranges-test': 4 }],
  ['lib/siphash_kunit.c', { siphash: 1 }],
  ['lib/cmdline_kunit.c', { cmdline: 4 }],
  ['lib/memcpy_kunit.c', { memcpy: 6 }],
  ['lib/string_kunit.c', { string: 20 }],
  ['lib/string_helpers_kunit.c', { string_helpers: 3 }],
  ['lib/is_signed_type_kunit.c', { is_signed_type: 1 }],
];
const MODULES = [
  'lib/test_min_heap.c',
  'lib/test_uuid.c',
  'lib/globtest.c',
  'lib/math/test_div64.c',
  'lib/rbtree_test.c',
];
const suites = full ? SUITES : SUITES.slice(0, 1);
const modules = full ? MODULES : MODULES.slice(0, 1);
console.log(
  `kunit: ${suites.length} of ${SUITES.length} suites, ${modules.length} of ${MODULES.length} modules`,
);

type Read = (path: string) => string | null;

const original: Read = tree?.read ?? (() => null);
const assets = assetsIn('src/kunit/c');
const configuration = kernelConfiguration(original);
const units = new KernelUnits(original, configuration, assets);

/** The tree with one text replaced, which must stand once in its file. */
function withFault(path: string, find: string, replace: string): KernelUnits {
  const text = original(path) ?? '';
  expect(text.split(find).length, `${find} in ${path}`).toBe(2);
  const read: Read = (each) => (each === path ? text.replace(find, () => replace) : original(each));
  return new KernelUnits(read, configuration, assets, units);
}

async function runner(path: string, from: KernelUnits): Promise<SuiteRunner> {
  const built = await buildSuite(path, from, 'fast');
  if (!built.ok) throw new Error(built.error.map(({ message }) => message).join('\n'));
  expect(built.value.problems).toEqual([]);
  return new SuiteRunner(built.value.program, FUEL);
}

const failures = (runs: readonly SuiteRun[]): string[] =>
  runs.flatMap(({ name, reasons, cases }) => [
    ...reasons.map((reason) => `${name}: ${reason}`),
    ...cases
      .filter(({ status }) => status !== 'ok')
      .map((each) => `${name} / ${each.name}: ${each.status}: ${each.reasons.join('; ')}`),
  ]);

describe.skipIf(!runnable)("the kernel's own suites pass", () => {
  it.each(suites)(
    '%s',
    async (path, cases) => {
      const runs = (await runner(path, units)).suites();
      expect(failures(runs)).toEqual([]);
      expect(Object.fromEntries(runs.map((run) => [run.name, run.cases.length]))).toEqual(cases);
    },
    TIME,
  );

  it.each(modules)(
    '%s',
    async (path) => {
      const module = (await runner(path, units)).module(path);
      expect(module).toMatchObject({ status: 'ok', reasons: [] });
      expect(module?.printed.length).toBeGreaterThan(0);
    },
    TIME,
  );
});

describe.skipIf(!runnable)('a fault in the code under test', () => {
  it(
    'fails a case, at the place of the check',
    async () => {
      const faulty = withFault('lib/sort.c', 'cmp_func, priv) > 0 ? c', 'cmp_func, priv) < 0 ? c');
      const runs = (await runner('lib/test_sort.c', faulty)).suites();
      expect(failures(runs).join('\n')).toMatch(
        /^lib_sort \/ test_sort: not ok: EXPECTATION FAILED at lib\/test_sort\.c:\d+: expected a\[i\] <= a\[i \+ 1\], but/,
      );
    },
    TIME,
  );

  it(
    'that stops the run fails that case alone, at the place of the fault',
    async () => {
      const faulty = withFault(
        'lib/linear_ranges.c',
        'if (r->min_sel > selector || r->max_sel < selector)',
        'if (*(int *)((unsigned long)r->min_sel << 4))',
      );
      const runs = (await runner('lib/test_linear_ranges.c', faulty)).suites();
      const failed = failures(runs);
      expect(failed.join('\n')).toMatch(
        /not ok: STOPPED: null-pointer in linear_range_get_value\(\) at lib\/linear_ranges\.c:90:\d+/,
      );
      expect(runs[0]?.cases.some(({ status }) => status === 'ok')).toBe(true);
    },
    TIME,
  );

  it.skipIf(!full)(
    'in a module fails its test',
    async () => {
      const faulty = withFault('lib/glob.c', 'match == inverted', 'match != inverted');
      const module = (await runner('lib/globtest.c', faulty)).module('globtest');
      expect(module?.status).toBe('not ok');
    },
    TIME,
  );
});

describe.skipIf(!runnable)('patchcheck kunit', () => {
  const root = tree?.root ?? '';
  const folder = mkdtempSync(join(tmpdir(), 'patchcheck-kunit-'));

  it(
    'with a patch says which cases it changes, and exits with 1',
    async () => {
      const path = 'lib/linear_ranges.c';
      const diff = textDiff(
        path,
        original(path) ?? '',
        'r->max_sel < selector',
        'r->max_sel <= selector',
      );
      const mbox = join(folder, 'patch.mbox');
      writeFileSync(mbox, mail(diff, '[PATCH] lib: linear_ranges: One thing'));
      const ran = await runCommand('kunit', 'lib/test_linear_ranges.c', mbox, '--tree', root);
      rmSync(folder, { recursive: true });
      expect(ran.err).toBe('');
      expect(ran.status).toBe(1);
      expect(ran.out).toMatch(/^# original lib\/test_linear_ranges\.c: ok, pass:4 fail:0/);
      expect(ran.out).toMatch(/^KTAP version 1\n1\.\.1\n {4}KTAP version 1\n/m);
      expect(ran.out).toMatch(
        /^# CHANGED linear-ranges-test \/ \w+\n#   original: ok\n#   [\w-]+: not ok: EXPECTATION FAILED/m,
      );
    },
    TIME,
  );

  it('refuses what is no test, and what is not there', async () => {
    const noTest = await runCommand('kunit', 'lib/bcd.c', '--tree', root);
    expect(noTest.status).toBe(2);
    expect(noTest.err).toContain('lib/bcd.c is no test');
    const nothing = await runCommand('kunit', 'lib/absent.c', '--tree', root);
    expect(nothing.status).toBe(2);
    expect(nothing.err).toContain('the tree has no file lib/absent.c');
  });
});
