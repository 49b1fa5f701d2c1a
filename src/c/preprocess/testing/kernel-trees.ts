/** For the tests: kernel trees, where the machine has them. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface KernelTree {
  readonly version: '6.12' | '6.1';
  readonly root: string;
  readonly read: (path: string) => string | null;
}

const repository = join(import.meta.dirname, '../../../..');

function treeOf(version: KernelTree['version']): KernelTree | null {
  const root =
    process.env[`PATCHCHECK_LINUX_${version.replace('.', '_')}`] ??
    join(repository, `.cache/linux-source-${version}`);
  if (!existsSync(join(root, 'arch/x86/kvm/mmu/tdp_mmu.c'))) return null;
  const texts = new Map<string, string | null>();
  const read = (path: string): string | null => {
    let text = texts.get(path);
    if (text === undefined) {
      const file = join(root, path);
      text = existsSync(file) ? readFileSync(file, 'utf8') : null;
      texts.set(path, text);
    }
    return text;
  };
  return { version, root, read };
}

/** Missing trees are null; whoever needs one says so. */
export const kernelTrees: Readonly<Record<KernelTree['version'], KernelTree | null>> = {
  '6.12': treeOf('6.12'),
  '6.1': treeOf('6.1'),
};

for (const [version, tree] of Object.entries(kernelTrees))
  if (tree === null) console.warn(`no kernel tree ${version} here: tests that need it are skipped`);
