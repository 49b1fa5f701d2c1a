/**
 * One edited tree held against its base as a run holds a candidate: opened, compiled, and the campaign over every entry point that
 * reaches what changed, side by side, until something differs. The base is opened and compiled once. What is cheap and finds most
 * comes first: the first cases of each entry point, all others, strict machines, every schedule of small cases, two threads.
 */
import type { KernelConfiguration } from '../../src/c/preprocess/kernel-config/kernel-options.js';
import type { AnyPack } from '../../src/engine.js';
import { compareOn, sideOf } from '../../src/equivalence/find-witness.js';
import type { ModuleKind } from '../../src/exec/program.js';
import { ORIGINAL, runChunk, type Chunk, type RunnableVersion } from '../../src/gen/campaign.js';
import { commonEntries, PLAIN_SCOPE } from '../../src/gen/explore-chunk.js';
import { planCampaign, type CampaignSizes } from '../../src/gen/plan-campaign.js';
import type { Dimension, ReadText, RunMachine } from '../../src/pack-api/pack.js';
import { overlayTree } from '../../src/tree/overlay-tree.js';
import type { Tree } from '../../src/tree/tree.js';
import { compileVersion, openVersion, type OpenVersion } from '../../src/version/build-version.js';
import { machineOf, threadMachineOf } from '../../src/version/machine-of.js';
import { entriesReaching, runnable, threadMachineFor } from '../versions/open-versions.js';

export type EditVerdict =
  | { readonly kind: 'does not compile'; readonly reason: string }
  /** No entry point comes to it. */
  | { readonly kind: 'not reached' }
  /** Byte for byte the module that the base is compiled to, with every access and every bit checked. */
  | { readonly kind: 'same code' }
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
  /** `prefer`: entry points that are asked first. */
  check(path: string, text: string, sizes: CampaignSizes, prefer: readonly string[]): EditVerdict;
  /** Many scenarios, in equal parts for each entry point, a sixteenth of them with reschedules. */
  deep(path: string, text: string, scenarios: number): EditVerdict;
}

export interface CheckedBase {
  readonly pack: AnyPack;
  readonly tree: Tree;
  readonly configuration: KernelConfiguration;
  readonly assets: ReadText;
  readonly seed: string;
}

const EDITED = 'edited';
/** Of modules whose bytes are compared: one that runs as it is, and one that checks all there is to check. */
const COMPARED: readonly ModuleKind[] = ['fast', 'tracking'];

export function editChecker(given: CheckedBase): EditChecker {
  const { pack, tree, configuration, assets, seed } = given;
  const opened = openVersion(pack, ORIGINAL, tree, configuration, assets);
  if (!opened.ok) throw new Error(opened.error.message);
  const base = opened.value;
  const original = runnable(base);
  const modules = new Map(COMPARED.map((kind) => [kind, moduleOf(base, kind)]));
  let strictBase: RunnableVersion | null = null;
  let threadsBase: RunMachine | null = null;
  let inspectedBase: RunMachine | null = null;
  const baseInspected = (): RunMachine | null => (inspectedBase ??= inspectable(base));

  return {
    base,
    check: (path, text, sizes, prefer) => checkWith(path, text, prefer, () => sizes),
    deep: (path, text, scenarios) =>
      checkWith(path, text, [], (entries) => {
        const each = Math.ceil(scenarios / entries);
        const rest = { strict: 0, explored: 0, schedules: 0, interleaved: 0, budget: 0 };
        const yields = Math.ceil(each / 16);
        return { ...rest, scenarios: each, yields, references: 0, repeats: 0 };
      }),
  };

  function checkWith(
    path: string,
    text: string,
    prefer: readonly string[],
    sizesFor: (entries: number) => CampaignSizes,
  ): EditVerdict {
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
    if (COMPARED.every((kind) => modules.get(kind) === moduleOf(version.value, kind)))
      return { kind: 'same code' };

    const fast = [original, runnable(version.value, machine.value)];
    const strict = new Lazy(() => {
      strictBase ??= runnable(base, strictMachine(base));
      return [strictBase, runnable(version.value, strictMachine(version.value))];
    });
    const exploring = pack.exploration?.dimensions ?? [];
    const { chunks } = planCampaign(entries, sizesFor(entries.length), exploring);
    let scenarios = 0;
    let threads: readonly RunnableVersion[] | null = null;
    for (const chunk of cheapFirst(chunks, prefer)) {
      if (chunk.exploring?.threads === true) threads ??= inThreads(fast, version.value);
      const versions = threads ?? (chunk.strict === true ? strict.value : fast);
      const result = runChunk(pack, versions, chunk, { seed, referenceCases: 0, repeatCases: 0 });
      scenarios += chunk.count;
      const found = result.mismatches[0] ?? endless(version.value, machine.value, result);
      if (found === null) continue;
      const { dimension, what } = found;
      return { kind: 'found', scenarios, entry: chunk.entry, dimension, what };
    }
    return { kind: 'survived', scenarios };
  }

  function inThreads(
    [before, after]: readonly RunnableVersion[],
    version: OpenVersion,
  ): readonly RunnableVersion[] {
    threadsBase ??= threadMachineFor(base);
    const machine = threadMachineOf(version);
    const threads = machine?.ok === true ? machine.value : null;
    return [
      ...(before ? [{ ...before, threads: threadsBase }] : []),
      ...(after ? [{ ...after, threads }] : []),
    ];
  }

  /** One side did not end within its fuel: an inspectable machine knows whether it ever would. */
  function endless(
    version: OpenVersion,
    machine: RunMachine,
    { chunk, stuck }: ReturnType<typeof runChunk>,
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
function cheapFirst(chunks: readonly Chunk[], prefer: readonly string[]): Chunk[] {
  const cut = chunks.flatMap((chunk) =>
    chunk.from === 0 && chunk.count > FIRST
      ? [
          { ...chunk, count: FIRST },
          { ...chunk, from: FIRST, count: chunk.count - FIRST },
        ]
      : [chunk],
  );
  const stage = (chunk: Chunk): number => {
    if (chunk.exploring !== undefined) return chunk.exploring.threads === true ? 4 : 3;
    if (chunk.strict === true) return 2;
    return chunk.from === 0 ? 0 : 1;
  };
  const rank = ({ entry }: Chunk): number => {
    const at = prefer.indexOf(entry);
    return at === -1 ? prefer.length : at;
  };
  return cut.sort((a, b) => stage(a) - stage(b) || rank(a) - rank(b) || a.from - b.from);
}

class Lazy<T> {
  private known: { readonly value: T } | null = null;

  constructor(private readonly make: () => T) {}

  get value(): T {
    this.known ??= { value: this.make() };
    return this.known.value;
  }
}

function strictMachine(version: OpenVersion): RunMachine {
  const machine = machineOf(version, 'tracking');
  if (!machine.ok) throw new Error(machine.error[0]?.message);
  return machine.value;
}

/** null: it does not compile. */
function moduleOf(version: OpenVersion, kind: ModuleKind): string | null {
  const program = compileVersion(version, { kind, coverLines: new Set() });
  return program.ok ? Buffer.from(program.value.wasm).toString('latin1') : null;
}

function inspectable(version: OpenVersion): RunMachine | null {
  const machine = machineOf(version, 'inspectable');
  return machine.ok ? machine.value : null;
}
