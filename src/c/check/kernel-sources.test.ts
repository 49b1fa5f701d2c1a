/**
 * Unmodified kernel files: every function and object that they define is understood or refused for its inline assembly alone,
 * and every struct, union and enum has gcc's size, alignment and offsets.
 */
import { describe, expect, it } from 'vitest';
import { indexUnit } from '../parse/index-unit.js';
import {
  kernelConfiguration,
  kernelPreprocessOptions,
} from '../preprocess/kernel-config/kernel-options.js';
import { preprocess } from '../preprocess/preprocess.js';
import { printTokens } from '../preprocess/print.js';
import { kernelTrees } from '../preprocess/testing/kernel-trees.js';
import type { RecordType } from '../types.js';
import type { UnitIndex } from '../unit-index.js';
import { checkUnit } from './check-unit.js';
import { alignOf, sizeOf } from './layout.js';
import { gccErrors, hasGcc } from './testing/gcc.js';

const full = process.env['PATCHCHECK_FULL'] === '1';

function isInMainFile(index: UnitIndex, declaration: number): boolean {
  const first = index.declarations[declaration]?.first ?? -1;
  return index.tokens.at(first)?.file.path === index.path;
}

/** Assertions about every tag of the unit, for gcc to judge. */
function layoutAssertions(index: UnitIndex): { readonly text: string; readonly count: number } {
  const unit = checkUnit(index);
  const lines: string[] = [];
  for (const tag of index.tags.keys()) {
    const type = unit.type(tag);
    if (!type.ok) throw new Error(`${tag}: ${type.error.message}`);
    const size = sizeOf(type.value);
    if (size === null) throw new Error(`${tag} has no size`);
    lines.push(
      `_Static_assert(sizeof(${tag}) == ${size} && _Alignof(${tag}) == ${alignOf(type.value)}, "${tag}");`,
    );
    const members = (record: RecordType, base: number): void => {
      for (const field of record.layout?.fields ?? []) {
        const offset = base + field.offset;
        if (field.name === null && field.type.kind === 'record') members(field.type.record, offset);
        else if (field.name !== null && field.bits === null) {
          lines.push(
            `_Static_assert(__builtin_offsetof(${tag}, ${field.name}) == ${offset}, "${tag}.${field.name}");`,
          );
        }
      }
    };
    if (type.value.kind === 'record') members(type.value.record, 0);
  }
  return { text: lines.join('\n'), count: lines.length };
}

for (const [version, tree] of Object.entries(kernelTrees)) {
  describe.skipIf(tree === null)(`kernel ${version}`, () => {
    it.each(full ? ['tdp_mmu', 'tdp_iter', 'spte', 'mmu'] : ['tdp_mmu'])('%s.c', (name) => {
      if (tree === null) return;
      const path = `arch/x86/kvm/mmu/${name}.c`;
      const text = tree.read(path) ?? '';
      const made = preprocess(
        kernelPreprocessOptions(tree.read, kernelConfiguration(tree.read), { path, text }),
      );
      if (!made.ok) throw new Error(made.error.message);
      const { tokens, pragmas } = made.value;
      const index = indexUnit(path, tokens, pragmas);
      if (!index.ok) throw new Error(index.error.message);
      const unit = checkUnit(index.value);
      const refused: string[] = [];
      index.value.declarations.forEach(({ defines }, i) => {
        if (defines === null || !isInMainFile(index.value, i)) return;
        const result = unit.function(defines);
        if (!result.ok && !result.error.message.startsWith('inline assembly'))
          refused.push(`${defines}: ${result.error.message}`);
      });
      for (const [global, [first = -1]] of index.value.ordinary) {
        if (!isInMainFile(index.value, first) || !unit.definesGlobal(global)) continue;
        const result = unit.global(global);
        if (!result.ok) refused.push(`${global}: ${result.error.message}`);
      }
      expect(refused).toEqual([]);
      if (!hasGcc) return;
      const assertions = layoutAssertions(index.value);
      expect(assertions.count).toBeGreaterThan(8000);
      const program = `${printTokens(tokens, { pragmas })}\n${assertions.text}\n`;
      const flags = [
        '-w',
        '-fno-strict-aliasing',
        '-fshort-wchar',
        '-funsigned-char',
        '-fmax-errors=0',
      ];
      expect(
        gccErrors(program, flags)
          .split('\n')
          .filter((line) => line.includes('error')),
      ).toEqual([]);
      const wrong = program.replace(
        /sizeof\(struct kvm_mmu_page\) == \d+/,
        'sizeof(struct kvm_mmu_page) == 1',
      );
      expect(gccErrors(wrong, flags)).toContain('struct kvm_mmu_page');
    });
  });
}
