/**
 * One fault, looked for as a run looks for it, through the same stages: the edited tree is opened and compiled against the base,
 * and the cases of one entry point are run on both, side by side. What one side does not end is asked of an inspectable machine.
 * Opening and compiling the base is paid once.
 */
import { assetsOf, defaultPack } from '../../cli/packs.js';
import { chooseTree } from '../../cli/trees.js';
import type { KernelConfiguration } from '../../src/c/preprocess/kernel-config/kernel-options.js';
import type { AnyPack } from '../../src/engine.js';
import { compareOn, sideOf } from '../../src/equivalence/find-witness.js';
import { ORIGINAL, runChunk, type RunnableVersion } from '../../src/gen/campaign.js';
import type { Dimension, ReadText, RunMachine } from '../../src/pack-api/pack.js';
import { commonEntries } from '../../src/gen/explore-chunk.js';
import { overlayTree } from '../../src/tree/overlay-tree.js';
import { utf8Text } from '../../src/tree/text.js';
import type { Tree } from '../../src/tree/tree.js';
import { openVersion, type OpenVersion } from '../../src/version/build-version.js';
import { machineFor, runnable, threadMachineFor } from '../versions/open-versions.js';
import type { Fault } from './faults.js';
import type { Interleaved } from './interleavings.js';

const MMU = 'arch/x86/kvm/mmu';
const SEED = 'faults';
const SCOPE = { most: 400, pairs: false };

export interface Found {
  readonly campaign: Dimension;
  readonly dimension: Dimension;
  readonly index: number;
  readonly what: string;
}

export interface FaultFinder {
  textOf(file: Interleaved['file']): string;
  /** Every kind of difference that the entry point of the fault shows, the smallest campaign first. */
  find(fault: Fault, scenarios: number): readonly Found[];
  /** What shows only among others: small cases of each entry point, under every schedule. */
  explore(
    edit: Pick<Fault, 'file' | 'find' | 'replace'> & { readonly entries: readonly string[] },
    explored: number,
    scope?: typeof SCOPE,
  ): readonly Found[];
  /** What shows only when two kernel threads run at once: pairs of calls, in all their orders. */
  interleave(
    edit: Pick<Interleaved, 'file' | 'find' | 'replace' | 'entries'>,
    pairs: number,
  ): readonly Found[];
}

export function faultFinder(): FaultFinder {
  const pack = defaultPack();
  const assets = assetsOf(pack);
  const chosen = chooseTree({ tree: 'model' });
  if (!chosen.ok) throw new Error(chosen.error.message);
  const { tree, configuration } = chosen.value;
  const base = opened(pack, ORIGINAL, tree, configuration, assets, null);
  const original = runnable(base);
  let inspectedBase: RunMachine | null = null;
  const baseInspected = (): RunMachine => (inspectedBase ??= machineFor(base, 'inspectable'));

  let threads: RunMachine | null = null;

  const textOf = (file: Interleaved['file']): string => {
    const bytes = tree.read(`${MMU}/${file}`);
    if (bytes === null) throw new Error(`the model tree has no ${file}`);
    return utf8Text(bytes);
  };
  const withEdit = ({ file, find, replace }: Pick<Interleaved, 'file' | 'find' | 'replace'>) => {
    const path = `${MMU}/${file}`;
    const text = textOf(file).replace(find, () => replace);
    const edited = overlayTree(tree, new Map([[path, new TextEncoder().encode(text)]]));
    return opened(pack, 'faulty', edited, configuration, assets, {
      version: base,
      changed: new Set([path]),
    });
  };
  return {
    textOf,
    find(fault, scenarios) {
      const version = withEdit(fault);
      const faulty = runnable(version);
      const found: Found[] = [];
      for (const dimension of ['sequential', 'yield'] as const) {
        const yields = pack.entryPoints.find(({ name }) => name === fault.entry)?.yields;
        if (dimension === 'yield' && yields !== true) continue;
        const chunk = { entry: fault.entry, dimension, from: 0, count: scenarios };
        const options = { seed: SEED, referenceCases: 0, repeatCases: 0, scope: SCOPE };
        const result = runChunk(pack, [original, faulty], chunk, options);
        for (const { dimension: shown, index, what } of result.mismatches)
          found.push({ campaign: dimension, dimension: shown, index, what });
        const stuck = result.stuck[0];
        if (stuck === undefined || result.mismatches.length > 0) continue;
        // Endless, or merely long?
        const scope = { ...SCOPE, entries: commonEntries([original, faulty]) };
        const seen = compareOn(
          pack,
          pack.generate(SEED, fault.entry, dimension, stuck.index),
          { entry: fault.entry, dimension },
          sideOf(pack, ORIGINAL, original.machine, baseInspected, scope),
          sideOf(pack, 'faulty', faulty.machine, () => machineFor(version, 'inspectable'), scope),
        );
        if (seen !== null) {
          const { what } = seen.mismatch;
          found.push({
            campaign: dimension,
            dimension: seen.mismatch.dimension,
            index: stuck.index,
            what,
          });
        }
      }
      return found;
    },
    explore(edit, explored, scope = SCOPE) {
      const version = withEdit(edit);
      const faulty = runnable(version);
      return amongOthers(pack, [original, faulty], edit.entries, { count: explored, scope });
    },
    interleave(edit, pairs) {
      const version = withEdit(edit);
      threads ??= threadMachineFor(base);
      const sides = [
        { ...original, threads },
        { ...runnable(version, original.machine), threads: threadMachineFor(version) },
      ];
      return amongOthers(pack, sides, edit.entries, { count: pairs, scope: SCOPE, threads: true });
    },
  };
}

/** Under every schedule of small cases. */
function amongOthers(
  pack: AnyPack,
  versions: readonly RunnableVersion[],
  entries: readonly string[],
  {
    count,
    scope,
    threads = false,
  }: { readonly count: number; readonly scope: typeof SCOPE; readonly threads?: boolean },
): readonly Found[] {
  return entries.flatMap((entry) => {
    const chunk = {
      entry,
      dimension: 'concurrent' as const,
      from: 0,
      count,
      exploring: { budget: 500_000_000n, threads },
    };
    const options = { seed: SEED, referenceCases: 0, repeatCases: 0, scope };
    const { mismatches, stuck } = runChunk(pack, versions, chunk, options);
    return [
      ...mismatches.map(({ dimension, index, what }) => ({ dimension, index, what })),
      ...stuck.map(({ index }) => ({ dimension: chunk.dimension, index, what: 'does not end' })),
    ].map((found) => ({ campaign: chunk.dimension, ...found }));
  });
}

function opened(
  pack: AnyPack,
  id: string,
  tree: Tree,
  configuration: KernelConfiguration,
  assets: ReadText,
  base: { readonly version: OpenVersion; readonly changed: ReadonlySet<string> } | null,
): OpenVersion {
  const version = openVersion(pack, id, tree, configuration, assets, base);
  if (!version.ok) throw new Error(version.error.message);
  return version.value;
}
