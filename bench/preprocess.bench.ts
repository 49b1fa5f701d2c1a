/**
 * Preprocessing 6.12's tdp_mmu.c with nothing remembered, against `gcc -E`: the first unit of a process, as a user meets it, and
 * those after it, which find the code warm. Processor time on both sides, our reading of the files included; gcc's is that of its
 * process. The two take turns, and medians are compared: what else the machine does falls on both. Ours is the built command's code.
 */
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  kernelConfiguration,
  kernelIncludeDirs,
  kernelPreprocessOptions,
} from '../src/c/preprocess/kernel-config/kernel-options.js';
import { hasGcc12 } from '../src/c/preprocess/testing/gcc.js';
import { kernelFlagsOf, writeGeneratedHeaders } from '../src/c/preprocess/testing/gcc-kernel.js';
import { kernelTrees } from '../src/c/preprocess/testing/kernel-trees.js';
import { root, whyNotBuilt } from '../test/cli/built-command.js';

const PATH = 'arch/x86/kvm/mmu/tdp_mmu.c';
const UNITS = 4;
const ROUNDS = 9;

interface Times {
  readonly user: number;
  readonly system: number;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;

it('preprocesses tdp_mmu.c of Linux 6.12', () => {
  const tree = kernelTrees['6.12'];
  const missing = tree === null ? 'no sources' : !hasGcc12 ? 'no gcc 12' : whyNotBuilt();
  if (tree === null || missing !== null) {
    console.log(`SKIPPED: preprocessing against gcc -E: ${missing}`);
    return;
  }
  const configuration = kernelConfiguration(tree.read);
  const options = kernelPreprocessOptions(tree.read, configuration, {
    path: PATH,
    text: tree.read(PATH) ?? '',
  });
  const generated = writeGeneratedHeaders(tree, configuration);
  writeFileSync(join(generated, 'defines.h'), options.defines ?? '');
  const output = join(generated, 'out.i');
  const args = [
    ...kernelFlagsOf(configuration),
    ...kernelIncludeDirs.flatMap((directory) => ['-I', directory]),
    ...['-I', generated, '-I', 'arch/x86/kvm', '-imacros', join(generated, 'defines.h')],
    ...(options.forceIncludes ?? []).flatMap((header) => ['-include', header]),
    ...['-E', '-o', output, PATH],
  ];
  const native = (): Times => {
    const timed = ['-c', 'TIMEFORMAT="%U %S"; time "$@"', 'bash', 'gcc', ...args];
    const ran = spawnSync('bash', timed, { cwd: tree.root, encoding: 'utf8' });
    expect(ran.status).toBe(0);
    const [user = NaN, system = NaN] = ran.stderr.trim().split(' ').map(Number);
    return { user: user * 1000, system: system * 1000 };
  };
  const own = (): readonly Times[] => {
    const script = join(root, 'scripts/time-preprocess.mjs');
    const ran = spawnSync(process.execPath, [script, tree.root, PATH, String(UNITS)], {
      encoding: 'utf8',
    });
    expect(ran.stderr).toBe('');
    return JSON.parse(ran.stdout) as Times[];
  };
  try {
    const rounds = Array.from({ length: ROUNDS }, () => ({ gcc: native(), ours: own() }));
    const gcc = rounds.map((each) => each.gcc);
    const all = (times: readonly Times[]): number =>
      median(times.map(({ user, system }) => user + system));
    const users = (times: readonly Times[]): number => median(times.map(({ user }) => user));
    expect(users(gcc)).toBeGreaterThan(0);
    const row = (name: string, times: readonly Times[]): string => {
      const ratio = (value: number, of: number): string => (value / of).toFixed(2).padStart(6);
      return `  ${name.padEnd(20)} ${all(times).toFixed(0).padStart(6)} ms ${ratio(all(times), all(gcc))} x   user ${ratio(users(times), users(gcc))} x`;
    };
    console.log(
      [
        'preprocessing tdp_mmu.c of 6.12, processor time (wanted: at most 4 x gcc -E)',
        row('gcc -E', gcc),
        ...Array.from({ length: UNITS }, (_, unit) =>
          row(
            unit === 0 ? 'ours, first unit' : `ours, unit ${unit + 1}`,
            rounds.flatMap(({ ours }) => ours[unit] ?? []),
          ),
        ),
      ].join('\n'),
    );
  } finally {
    rmSync(generated, { recursive: true, force: true });
  }
});
