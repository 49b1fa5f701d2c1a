/**
 * Unmodified kernel files, preprocessed by our own preprocessor: every declaration is read (those of headers that nobody
 * reaches, too), and gcc sees no difference between the text and what was read.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  kernelConfiguration,
  kernelPreprocessOptions,
} from '../preprocess/kernel-config/kernel-options.js';
import { preprocess } from '../preprocess/preprocess.js';
import { printTokens } from '../preprocess/print.js';
import { countWords, hasGcc, judge, readBack } from './testing/gcc-judge.js';
import { plainTokens } from './testing/plain-tokens.js';

const root = resolve(import.meta.dirname, '../../..');
const full = process.env['PATCHCHECK_FULL'] === '1';

function kernelTree(version: string): string | null {
  const named = process.env[`PATCHCHECK_LINUX_${version.replace('.', '_')}`];
  const tree = named ?? join(root, `.cache/linux-source-${version}`);
  return existsSync(join(tree, 'arch/x86/kvm/mmu/tdp_mmu.c')) ? tree : null;
}

function readText(tree: string): (path: string) => string | null {
  return (path) => {
    const file = join(tree, path);
    return existsSync(file) ? readFileSync(file, 'latin1') : null;
  };
}

const files = full ? ['tdp_mmu', 'mmu', 'tdp_iter', 'spte'] : ['tdp_iter'];

for (const version of ['6.12', '6.1']) {
  const tree = kernelTree(version);
  if (tree === null) {
    it.skip(`SKIPPED: no kernel ${version} (PATCHCHECK_LINUX_${version.replace('.', '_')})`, () =>
      undefined);
    continue;
  }
  describe(`kernel ${version}`, () => {
    it.each(files)('%s.c', (name) => {
      const path = `arch/x86/kvm/mmu/${name}.c`;
      const read = readText(tree);
      const options = kernelPreprocessOptions(read, kernelConfiguration(read), {
        path,
        text: read(path) ?? '',
      });
      const unit = preprocess(options);
      if (!unit.ok) throw new Error(`${unit.error.message} at ${JSON.stringify(unit.error.at)}`);
      const { tokens, pragmas } = unit.value;
      const again = readBack(tokens, pragmas);
      expect(again.refused).toEqual([]);
      expect(countWords(plainTokens(again.text).tokens)).toEqual(countWords(tokens));
      if (!hasGcc) return;
      // `asm inline` tells gcc's inliner the size of an asm; our tree does not keep it.
      const text = printTokens(tokens, { pragmas }).replace(
        /\b(__asm__|asm)(\s+)__inline\b/g,
        '$1$2',
      );
      const flags = ['-O1', '-fno-strict-aliasing', '-fshort-wchar', '-funsigned-char', '-fno-PIE'];
      const original = judge(text, flags);
      expect(original).toMatchObject({ ok: true });
      const reread = judge(again.text, flags);
      expect(reread).toMatchObject({ ok: true });
      expect(original.ok && reread.ok && original.trees === reread.trees, 'trees').toBe(true);
      expect(original.ok && reread.ok && original.code === reread.code, 'code').toBe(true);
    });
  });
}
