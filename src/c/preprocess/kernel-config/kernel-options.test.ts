/** Kernel files, preprocessed by us and by gcc 12 under the same configuration and with the same generated headers. */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { preprocess, type Preprocessed } from '../preprocess.js';
import { printTokens } from '../print.js';
import { linesNeverBuilt } from '../skipped-groups.js';
import { hasGcc12, tokensOfOutput } from '../testing/gcc.js';
import { kernelFlagsOf, writeGeneratedHeaders } from '../testing/gcc-kernel.js';
import { kernelTrees } from '../testing/kernel-trees.js';
import {
  kernelConfiguration,
  kernelIncludeDirs,
  kernelPreprocessOptions,
} from './kernel-options.js';

const full = process.env['PATCHCHECK_FULL'] === '1';
/** gcc compiles each file twice, and machines are busy. */
const TIME = 900_000;
const files = ['tdp_mmu.c', 'mmu.c', 'tdp_iter.c', 'spte.c'].map(
  (name) => `arch/x86/kvm/mmu/${name}`,
);

for (const [version, tree] of Object.entries(kernelTrees)) {
  describe.skipIf(tree === null || !hasGcc12)(`Linux ${version}, never configured`, () => {
    if (tree === null) return;
    const configuration = kernelConfiguration(tree.read);
    const generated = writeGeneratedHeaders(tree, configuration);
    afterAll(() => rmSync(generated, { recursive: true, force: true }));

    const run = (path: string): { ours: Preprocessed; args: string[] } => {
      const options = kernelPreprocessOptions(tree.read, configuration, {
        path,
        text: tree.read(path) ?? '',
      });
      writeFileSync(join(generated, 'defines.h'), options.defines ?? '');
      const ours = preprocess(options);
      if (!ours.ok) throw new Error(JSON.stringify(ours.error));
      const args = [
        ...kernelFlagsOf(configuration),
        ...kernelIncludeDirs.flatMap((directory) => ['-I', directory]),
        ...['-I', generated, '-I', 'arch/x86/kvm', '-imacros', join(generated, 'defines.h')],
        ...(options.forceIncludes ?? []).flatMap((header) => ['-include', header]),
      ];
      return { ours: ours.value, args };
    };
    const gcc = (args: readonly string[]): string => {
      const done = spawnSync('gcc', args, { cwd: tree.root, encoding: 'utf8', maxBuffer: 1 << 29 });
      return done.stderr;
    };

    const chosen = full ? files : files.slice(0, version === '6.12' ? 1 : 0);
    it.each(chosen)(
      'gives the tokens of gcc -E for %s',
      (path) => {
        const { ours, args } = run(path);
        const output = join(generated, 'out.i');
        expect(gcc([...args, '-E', '-o', output, path])).toBe('');
        const expected = tokensOfOutput(readFileSync(output, 'utf8'));
        const differs = ours.tokens
          .map(({ text }) => text)
          .findIndex((text, i) => text !== expected[i]);
        const at = ours.tokens.at(differs);
        expect(at === undefined ? null : [at.text, expected[differs], at.file.path, at.line]).toBe(
          null,
        );
        expect(ours.tokens.length).toBe(expected.length);
        expect(ours.warnings).toEqual([]);
      },
      TIME,
    );

    it.skipIf(!full)(
      'is a configuration that gcc compiles without an error',
      () => {
        for (const path of files) {
          const { ours, args } = run(path);
          expect(gcc([...args, '-S', '-o', '/dev/null', path])).toBe('');
          const printed = join(generated, 'printed.i');
          writeFileSync(
            printed,
            printTokens(ours.tokens, { lineMarkers: true, pragmas: ours.pragmas }),
          );
          expect(gcc([...kernelFlagsOf(configuration), '-S', '-o', '/dev/null', printed])).toBe('');
        }
      },
      TIME,
    );

    it.skipIf(!full)('tells which lines of mmu.c are not built', () => {
      const path = 'arch/x86/kvm/mmu/mmu.c';
      const { ours } = run(path);
      const groups = ours.skipped.filter((group) => group.file.path === path);
      expect(groups.flatMap((group) => group.options)).toContain('CONFIG_PREEMPT_RT');
      expect(linesNeverBuilt([ours], path).get(groups[0]?.first ?? 0)).toBe(groups[0]);
    });
  });
}
