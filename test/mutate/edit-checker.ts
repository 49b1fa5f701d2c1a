/**
 * One edited tree held against its base as a run holds a candidate: opened, compiled, and the default campaign over every entry point
 * that reaches what changed, side by side, until something differs. The base is opened and compiled once.
 */
import type { KernelConfiguration } from '../../src/c/preprocess/kernel-config/kernel-options.js';
import type { AnyPack } from '../../src/engine.js';
import { compareOn, sideOf } from '../../src/equivalence/find-witness.js';
import { Machine, programImage } from '../../src/exec/machine.js';
import { inspectingMachine, runMachine } from '../../src/exec/run-machine.js';
import type { ModuleKind } from '../../src/exec/program.js';
import { ORIGINAL, runChunk, type Chunk, type RunnableVersion } from '../../src/gen/campaign.js';
import { commonEntries, PLAIN_SCOPE } from '../../src/gen/explore-chunk.js';
import { planCampaign, type CampaignSizes } from '../../src/gen/plan-campaign.js';
import type { Dimension, ReadText, RunMachine } from '../../src/pack-api/pack.js';
import { changedFunctions } from '../../src/pair/changes.js';
import { reachableFrom } from '../../src/pair/reach.js';
import { overlayTree } from '../../src/tree/overlay-tree.js';
import type { Tree } from '../../src/tree/tree.js';
import { compileVersion, openVersion, type OpenVersion } from '../../src/version/build-version.js';

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
  check(path: string, text: string, sizes: CampaignSizes, seed: string): Promise<EditVerdict>;
}

export interface CheckedBase {
  readonly pack: AnyPack;
  readonly tree: Tree;
  readonly configuration: KernelConfiguration;
  readonly assets: ReadText;
}

const EDITED = 'edited';

export async function editChecker(given: CheckedBase): Promise<EditChecker> {
  const { pack, tree, configuration, assets } = given;
  const opened = openVersion(pack, ORIGINAL, tree, configuration, assets);
  if (!opened.ok) throw new Error(opened.error.message);
  const base = opened.value;
  const compiled = await machineOf(base, 'fast');
  if (typeof compiled === 'string') throw new Error(compiled);
  const original = runnable(base, compiled);
  let inspectedBase: RunMachine | null = null;

  return {
    base,
    async check(path, text, sizes, seed) {
      const edited = overlayTree(tree, new Map([[path, new TextEncoder().encode(text)]]));
      const changed = { version: base, changed: new Set([path]) };
      const version = openVersion(pack, EDITED, edited, configuration, assets, changed);
      if (!version.ok) return { kind: 'does not compile', reason: version.error.message };
      const lost = [...base.entries].find((entry) => !version.value.entries.has(entry));
      if (lost !== undefined) return { kind: 'does not compile', reason: `no ${lost}` };
      const entries = entriesReaching(pack, base, version.value);
      if (entries.length === 0) return { kind: 'not reached' };
      const machine = await machineOf(version.value, 'fast');
      if (typeof machine === 'string') return { kind: 'does not compile', reason: machine };
      const versions = [original, runnable(version.value, machine)];

      const exploring = pack.exploration?.dimensions ?? [];
      let scenarios = 0;
      for (const chunk of smallFirst(planCampaign(entries, sizes, exploring).chunks)) {
        const result = runChunk(pack, versions, chunk, { seed, referenceCases: 0, repeatCases: 0 });
        scenarios += chunk.count;
        const found = result.mismatches[0] ?? (await endless(version.value, machine, result, seed));
        if (found === null) continue;
        const { dimension, what } = found;
        return { kind: 'found', scenarios, entry: chunk.entry, dimension, what };
      }
      return { kind: 'survived', scenarios };
    },
  };

  /** One side did not end within its fuel: an inspectable machine knows whether it ever would. */
  async function endless(
    version: OpenVersion,
    machine: RunMachine,
    { chunk, stuck }: ReturnType<typeof runChunk>,
    seed: string,
  ): Promise<{ dimension: Dimension; what: string } | null> {
    const first = stuck[0];
    if (first === undefined) return null;
    inspectedBase ??= machineOrNull(await machineOf(base, 'inspectable'));
    const inspected = machineOrNull(await machineOf(version, 'inspectable'));
    const explored = first.input && pack.parse(first.input.scenario, first.input.schedule);
    const input = explored?.ok
      ? explored.value
      : pack.generate(seed, chunk.entry, chunk.dimension, first.index);
    const scope = { ...PLAIN_SCOPE, entries: commonEntries([original, version]) };
    const before = sideOf(pack, ORIGINAL, original.machine, inspectedBase, scope);
    const after = sideOf(pack, EDITED, machine, inspected, scope);
    return compareOn(pack, input, chunk, before, after)?.mismatch ?? null;
  }
}

function entriesReaching(pack: AnyPack, base: OpenVersion, version: OpenVersion) {
  const both = [base.declarations, version.declarations];
  const changed = changedFunctions(base.declarations, version.declarations, () => true);
  const names = new Set(changed.map(({ name }) => name));
  return pack.entryPoints.filter(
    ({ name, calls }) =>
      base.entries.has(name) &&
      calls.some((call) => [...reachableFrom(call, both)].some((reached) => names.has(reached))),
  );
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

async function machineOf(version: OpenVersion, kind: ModuleKind): Promise<RunMachine | string> {
  const program = await compileVersion(version, { kind, coverLines: new Set() });
  if (!program.ok) return program.error[0]?.message ?? 'it does not compile';
  const { buffers, observers } = version.plan;
  const machine = new Machine(programImage(program.value));
  return kind === 'inspectable'
    ? inspectingMachine(machine, buffers, observers)
    : runMachine(machine, buffers);
}

function machineOrNull(machine: RunMachine | string): RunMachine | null {
  return typeof machine === 'string' ? null : machine;
}

function runnable(version: OpenVersion, machine: RunMachine): RunnableVersion {
  const { entries } = version;
  return { id: version.id, machine, entries, changed: entries, takeCoverage: () => [] };
}
