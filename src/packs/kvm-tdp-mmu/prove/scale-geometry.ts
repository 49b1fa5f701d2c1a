/**
 * Page tables of another size: the macros of the tree that state the geometry, written anew. Every macro that states it is scaled, or
 * the walkers would disagree with each other; a tree that states it otherwise is refused.
 */
import { diagnostic, type Diagnostic } from '../../../base/diagnostic.js';
import { err, ok, type Result } from '../../../base/result.js';
import type { ReadText } from '../../../pack-api/pack.js';

interface GeometryMacro {
  readonly name: string;
  readonly path: string;
  /** The line as every known tree has it, with the nine bits of a level as its only number to change. */
  readonly line: RegExp;
  readonly scaled: (bits: number) => string;
}

/** spte.h: entries of a table and shifts of levels. kvm_host.h: pages of a huge page, which states the 9 once more. */
const MACROS: readonly GeometryMacro[] = [
  {
    name: 'SPTE_LEVEL_BITS',
    path: 'arch/x86/kvm/mmu/spte.h',
    line: /^#define\s+SPTE_LEVEL_BITS\s+9[ \t]*$/gm,
    scaled: (bits) => `#define SPTE_LEVEL_BITS ${String(bits)}`,
  },
  {
    name: 'KVM_HPAGE_GFN_SHIFT',
    path: 'arch/x86/include/asm/kvm_host.h',
    line: /^#define\s+KVM_HPAGE_GFN_SHIFT\(x\)\s+\(\(\(x\)\s*-\s*1\)\s*\*\s*9\)[ \t]*$/gm,
    scaled: (bits) => `#define KVM_HPAGE_GFN_SHIFT(x) (((x) - 1) * ${String(bits)})`,
  },
];

export const GEOMETRY_MACROS: readonly string[] = MACROS.map(({ name }) => name);

/** The files that change, by path. */
export function scaleGeometry(
  read: ReadText,
  levelBits: number,
): Result<ReadonlyMap<string, string>, Diagnostic> {
  const files = new Map<string, string>();
  for (const { name, path, line, scaled } of MACROS) {
    const text = read(path) ?? '';
    if (text.match(line)?.length !== 1)
      return err(
        diagnostic(
          'unsupported',
          `page tables cannot be scaled: ${path} does not define ${name} as known`,
          null,
          [],
          'nothing is proved on this tree; everything else is checked as usual',
        ),
      );
    files.set(
      path,
      text.replace(line, () => scaled(levelBits)),
    );
  }
  return ok(files);
}
