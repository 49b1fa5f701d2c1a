/**
 * One edited tree held against its base as a run holds a candidate: opened, compiled, and the default campaign over every entry point
 * that reaches what changed, side by side, until something differs. The base is opened and compiled once.
 */
import type { KernelConfiguration } from '../../src/c/preprocess/kernel-config/kernel-options.js';
import type { AnyPack } from '../../src/engine.js';
import { compareOn, sideOf } from '../../src/equivalence/find-witness.js';
import { ORIGINAL, runChunk, type Chunk } from '../../src/gen/campaign.js';
import { commonEntries, PLAIN_SCOPE } from '../../src/gen/explore-chunk.js';
import { planCampaign, type CampaignSizes } from '../../src/gen/plan-campaign.js';
import type { Dimension, ReadText, RunMachine } from '../../src/pack-api/pack.js';
import { overlayTree } from '../../src/tree/overlay-tree.js';
import type { Tree } from '../../src/tree/tree.js';
import { openVersion, type OpenVersion } from '../../src/version/build-version.js';
import { machineOf } from '../../src/version/machine-of.js';
import { entriesReaching, runnable } from '../versions/open-versions.js';

export type EditVerdict =
  | { readonly kind: 'does not compile'; readonly reason: string }
  /** No entry point comes to it. */
  | { readonly kind: 'not reached' }
  | { readonly kind: 'survived'; readonly scenarios: number }
  | {
      readonly kind: 'found';
      readonly scenarios: number;
      readonly entry: string;
      readonly dimension: Dimension;
      readonly what: string;
    };

export interface EditChecker {
  readonly base: OpenVersion;
  check(path: string, text: string, sizes: CampaignSizes, seed: string): EditVerdict;
}

export interface CheckedBase {
  readonly pack: AnyPack;
  readonly tree: Tree;
  readonly configuration: KernelConfiguration;
  readonly assets: ReadText;
}

const EDITED = 'edited';

export function editChecker(given: CheckedBase): EditChecker {
  const { pack, tree, configuration, assets } = given;
  const opened = openVersion(pack, ORIGINAL, tree, configuration, assets);
  if (!opened.ok) throw new Error(opened.error.message);
  const base = opened.value;
  const original = runnable(base);
  let inspectedBase: RunMachine | null = null;
  const baseInspected = (): RunMachine | null => (inspectedBase ??= inspectable(base));

  return {
    base,
    check(path, text, sizes, seed) {
      const edited = overlayTree(tree, new Map([[path, new TextEncoder().encode(text)]]));
      const changed = { version: base, changed: new Set([path]) };
      const version = openVersion(pack, EDITED, edited, configuration, assets, changed);
      if (!version.ok) return { kind: 'does not compile', reason: version.error.message };
      const lost = [...base.entries].find((entry) => !version.value.entries.has(entry));
      if (lost !== undefined) return { kind: 'does not compile', reason: `no ${lost}` };
      const entries = entriesReaching(pack, base, version.value);
      if (entries.length === 0) return { kind: 'not reached' };
      const machine = machineOf(version.value, 'fast');
      if (!machine.ok) {
        const reason = machine.error[0]?.message ?? 'it does not compile';
        return { kind: 'does not compile', reason };
      }
      const versions = [original, runnable(version.value, machine.value)];

      const exploring = pack.exploration?.dimensions ?? [];
      let scenarios = 0;
      for (const chunk of smallFirst(planCampaign(entries, sizes, exploring).chunks)) {
        const result = runChunk(pack, versions, chunk, { seed, referenceCases: 0, repeatCases: 0 });
        scenarios += chunk.count;
        const found = result.mismatches[0] ?? endless(version.value, machine.value, result, seed);
        if (found === null) continue;
        const { dimension, what } = found;
        return { kind: 'found', scenarios, entry: chunk.entry, dimension, what };
      }
      return { kind: 'survived', scenarios };
    },
  };

  /** One side did not end within its fuel: an inspectable machine knows whether it ever would. */
  function endless(
    version: OpenVersion,
    machine: RunMachine,
    { chunk, stuck }: ReturnType<typeof runChunk>,
    seed: string,
  ): { dimension: Dimension; what: string } | null {
    const first = stuck[0];
    if (first === undefined) return null;
    const inspected = (): RunMachine | null => inspectable(version);
    const explored = first.input && pack.parse(first.input.scenario, first.input.schedule);
    const input = explored?.ok
      ? explored.value
      : pack.generate(seed, chunk.entry, chunk.dimension, first.index);
    const scope = { ...PLAIN_SCOPE, entries: commonEntries([original, version]) };
    const before = sideOf(pack, ORIGINAL, original.machine, baseInspected, scope);
    const after = sideOf(pack, EDITED, machine, inspected, scope);
    return compareOn(pack, input, chunk, before, after)?.mismatch ?? null;
  }
}

const FIRST = 20;

/** Most faults show in the first cases of some entry point: those of all come before the many of one. */
function smallFirst(chunks: readonly Chunk[]): Chunk[] {
  const cut = chunks.flatMap((chunk) =>
    chunk.from === 0 && chunk.count > FIRST
      ? [
          { ...chunk, count: FIRST },
          { ...chunk, from: FIRST, count: chunk.count - FIRST },
        ]
      : [chunk],
  );
  return cut.sort((a, b) => a.from - b.from);
}

function inspectable(version: OpenVersion): RunMachine | null {
  const machine = machineOf(version, 'inspectable');
  return machine.ok ? machine.value : null;
}
