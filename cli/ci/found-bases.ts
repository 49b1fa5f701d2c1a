/** Bases that inputs name and the directory does not have: found as for one input, and opened once for all that need them. */
import type { Diagnostic } from '../../src/base/diagnostic.js';
import { ok, type Result } from '../../src/base/result.js';
import type { FoundBase } from '../../src/check-thread.js';
import type { KernelConfiguration } from '../../src/c/preprocess/kernel-config/kernel-options.js';
import type { Tree } from '../../src/tree/tree.js';
import type { BaseHint } from '../../src/version/base-hints.js';
import type { OpenVersion } from '../../src/version/build-version.js';
import type { ChosenTree } from '../trees.js';

/** Each holds the declarations of whole units; inputs of one directory are mostly for one or two. */
const KEPT = 4;

export type OpenBase = (tree: Tree, configuration: KernelConfiguration) => OpenVersion | null;

export function foundBases(chosen: ChosenTree, open: OpenBase): ChosenTree['findBase'] {
  const kept = new Map<string, NonNullable<FoundBase['tree']>>();
  return (hints: readonly BaseHint[]): Result<FoundBase | null, Diagnostic> => {
    const found = chosen.findBase(hints);
    if (!found.ok || found.value === null || found.value.tree === null) return found;
    const { tree: fresh, notes } = found.value;
    const commit = fresh.tree.revision ?? '';
    const tree = kept.get(commit) ?? { ...fresh, base: open(fresh.tree, fresh.configuration) };
    kept.delete(commit);
    kept.set(commit, tree);
    const [oldest] = kept.keys();
    if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
    return ok({ tree, notes });
  };
}
