/** Which tree a run works on: the one that is named, else the model tree. */
import { join } from 'node:path';
import { diagnostic, type Diagnostic } from '../src/base/diagnostic.js';
import { err, ok, type Result } from '../src/base/result.js';
import {
  kernelConfiguration,
  type KernelConfiguration,
} from '../src/c/preprocess/kernel-config/kernel-options.js';
import { utf8Text } from '../src/tree/text.js';
import type { Tree } from '../src/tree/tree.js';
import { diskTree, isDirectory } from './disk-tree.js';
import { packageRoot } from './packs.js';

export interface ChosenTree {
  readonly tree: Tree;
  readonly configuration: KernelConfiguration;
}

const MODEL = 'fixtures/linux';
/** What makes a directory a kernel tree that the pack can look at. */
const LANDMARK = 'arch/x86/kvm/mmu/tdp_mmu.c';

export function chooseTree(named: string | undefined): Result<ChosenTree, Diagnostic> {
  if (named === undefined) return opened(diskTree('model', join(packageRoot, MODEL), MODEL));
  if (!isDirectory(named))
    return err(diagnostic('missing', `--tree ${named}: there is no such directory`));
  const tree = diskTree('directory', named, named);
  if (tree.read(LANDMARK) === null)
    return err(
      diagnostic(
        'missing',
        `--tree ${named}: this is no kernel tree with KVM's TDP MMU, ${LANDMARK} is not in it`,
        null,
        [],
        'name the root of a Linux tree, 5.19 or later',
      ),
    );
  return opened(tree);
}

function opened(tree: Tree): Result<ChosenTree, Diagnostic> {
  const configuration = kernelConfiguration((path) => {
    const bytes = tree.read(path);
    return bytes === null ? null : utf8Text(bytes);
  });
  return ok({ tree, configuration });
}
