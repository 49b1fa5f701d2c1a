/**
 * Preprocessing 6.12's tdp_mmu.c with nothing remembered, against `gcc -E` in the same run: the first unit of a process, as a user
 * meets it, and those after it, which find the code warm. Processor time on both sides, our reading of the files included.
 * V8 is set as the command sets it.
 */
import '../cli/engine-flags.js';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  kernelConfiguration,
  kernelIncludeDirs,
  kernelPreprocessOptions,
} from '../src/c/preprocess/kernel-config/kernel-options.js';
import { preprocess } from '../src/c/preprocess/preprocess.js';
import { hasGcc12 } from '../src/c/preprocess/testing/gcc.js';
import { kernelFlagsOf, writeGeneratedHeaders } from '../src/c/preprocess/testing/gcc-kernel.js';
import { kernelTrees } from '../src/c/preprocess/testing/kernel-trees.js';

const PATH = 'arch/x86/kvm/mmu/tdp_mmu.c';
const UNITS = 4;
const GCC_RUNS = 5;

/** Reads a file once for each reader, as a run does. */
function readerOf(root: string): (path: string) => string | null {
  const texts = new Map<string, string | null>();
  return (path) => {
    let text = texts.get(path);
    if (text === undefined) {
      const file = join(root, path);
      text = existsSync(file) ? readFileSync(file, 'utf8') : null;
      texts.set(path, text);
    }
    return text;
  };
}

it('preprocesses tdp_mmu.c of Linux 6.12', () => {
  const tree = kernelTrees['6.12'];
  if (tree === null || !hasGcc12) {
    console.log(
      `SKIPPED: preprocessing against gcc -E: ${tree === null ? 'no sources' : 'no gcc 12'}`,
    );
    return;
  }
  const configuration = kernelConfiguration(readerOf(tree.root));
  const ours = Array.from({ length: UNITS }, () => {
    const read = readerOf(tree.root);
    const start = process.cpuUsage();
    const options = kernelPreprocessOptions(read, configuration, {
      path: PATH,
      text: read(PATH) ?? '',
    });
    const result = preprocess(options);
    const { user, system } = process.cpuUsage(start);
    if (!result.ok) throw new Error(JSON.stringify(result.error));
    return { ms: (user + system) / 1000, options };
  });
  const options = ours[0]?.options;
  const generated = writeGeneratedHeaders(tree, configuration);
  try {
    writeFileSync(join(generated, 'defines.h'), options?.defines ?? '');
    const args = [
      ...kernelFlagsOf(configuration),
      ...kernelIncludeDirs.flatMap((directory) => ['-I', directory]),
      ...['-I', generated, '-I', 'arch/x86/kvm', '-imacros', join(generated, 'defines.h')],
      ...(options?.forceIncludes ?? []).flatMap((header) => ['-include', header]),
      ...['-E', '-o', join(generated, 'out.i'), PATH],
    ];
    const timed = ['-c', 'TIMEFORMAT="%U %S"; time "$@"', 'bash', 'gcc', ...args];
    const native = Array.from({ length: GCC_RUNS }, () => {
      const ran = spawnSync('bash', timed, { cwd: tree.root, encoding: 'utf8' });
      expect(ran.status).toBe(0);
      const [user = NaN, system = NaN] = ran.stderr.trim().split(' ').map(Number);
      return (user + system) * 1000;
    });
    const gcc = Math.min(...native);
    expect(gcc).toBeGreaterThan(0);
    const row = (name: string, ms: number): string =>
      `  ${name.padEnd(28)} ${ms.toFixed(0).padStart(6)} ms   ${(ms / gcc).toFixed(2).padStart(6)} x`;
    console.log(
      [
        'preprocessing tdp_mmu.c of 6.12, processor time (wanted: at most 4 x gcc -E)',
        row('gcc -E', gcc),
        ...ours.map(({ ms }, i) => row(i === 0 ? 'ours, first unit' : `ours, unit ${i + 1}`, ms)),
      ].join('\n'),
    );
  } finally {
    rmSync(generated, { recursive: true, force: true });
  }
});
