/**
 * One edited tree held against its base as a run holds a candidate: opened, compiled, and the campaign over every entry point that
 * reaches what changed, side by side, until something differs. The base is opened and compiled once. What is cheap and finds most
 * comes first: the first cases of each entry point, all others, strict machines, every schedule of small cases, two threads.
 */
import type { KernelConfiguration } from '../../src/c/preprocess/kernel-config/kernel-options.js';
import type { AnyPack } from '../../src/engine.js';
import { compareOn, sideOf } from '../../src/equivalence/find-witness.js';
import type { ModuleKind } from '../../src/exec/program.js';
import {
  fairFuel,
  ORIGINAL,
  runChunk,
  type CampaignOptions,
  type Chunk,
  type ChunkResult,
  type RunnableVersion,
  type StuckCase,
} from '../../src/gen/campaign.js';
import { commonEntries, PLAIN_SCOPE } from '../../src/gen/explore-chunk.js';
import { planCampaign, type CampaignSizes } from '../../src/gen/plan-campaign.js';
import type { Dimension, EntryPoint, ReadText, RunMachine } from '../../src/pack-api/pack.js';
import { overlayTree } from '../../src/tree/overlay-tree.js';
import type { Tree } from '../../src/tree/tree.js';
import { compileVersion, openVersion, type OpenVersion } from '../../src/version/build-version.js';
import { machineOf, threadMachineOf } from '../../src/version/machine-of.js';
import { coveredVersion, editedLines } from '../versions/covered-version.js';
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
      /** Name of the stage that found it; `cost` where none did so far, and what it ran costs more or less. Left out: the first. */
      readonly stage?: string;
      readonly scenarios: number;
      readonly entry: string;
      readonly dimension: Dimension | 'cost';
      readonly what: string;
    };

/** What is run on an edit, one stage after the other until one finds something. */
export interface Stage {
  readonly name: string;
  readonly sizes: CampaignSizes;
  /** Pairs of what others do as well, and not single steps alone. */
  readonly pairs: boolean;
}

export interface EditedFile {
  readonly path: string;
  readonly text: string;
}

export interface EditChecker {
  readonly base: OpenVersion;
  /** `prefer`: entry points that are asked first. */
  check(
    path: string,
    text: string,
    stages: readonly Stage[],
    prefer: readonly string[],
  ): EditVerdict;
  /**
   * Many scenarios for each edit, in equal parts for each entry point, a sixteenth of them with reschedules. All edits go through the
   * same ones side by side, each held against the base by itself: so these are made, and the base is run on them, once.
   */
  deep(edits: readonly EditedFile[], scenarios: number): EditVerdict[];
}

export interface CheckedBase {
  readonly pack: AnyPack;
  readonly tree: Tree;
  readonly configuration: KernelConfiguration;
  readonly assets: ReadText;
  readonly seed: string;
}

const EDITED = 'edited';
type Scope = NonNullable<CampaignOptions['scope']>;

interface OpenEdit {
  readonly kind: 'open';
  readonly version: OpenVersion;
  readonly entries: readonly EntryPoint[];
  /** Lines of the base that are no more. */
  readonly removed: ReadonlySet<string>;
  readonly runs: RunnableVersion;
}

interface Found {
  readonly dimension: Dimension | 'cost';
  readonly what: string;
}

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
    check: checkWith,
    deep,
  };

  /** A verdict where nothing is to be run. */
  function openEdit(edit: EditedFile, id: string): OpenEdit | EditVerdict {
    const { path, text } = edit;
    const edited = overlayTree(tree, new Map([[path, new TextEncoder().encode(text)]]));
    const changed = { version: base, changed: new Set([path]) };
    const version = openVersion(pack, id, edited, configuration, assets, changed);
    if (!version.ok) return { kind: 'does not compile', reason: version.error.message };
    const lost = [...base.entries].find((entry) => !version.value.entries.has(entry));
    if (lost !== undefined) return { kind: 'does not compile', reason: `no ${lost}` };
    const entries = entriesReaching(pack, base, version.value);
    if (entries.length === 0) return { kind: 'not reached' };
    const lines = editedLines(path, new TextDecoder().decode(tree.read(path) ?? undefined), text);
    const after = coveredVersion(version.value, lines.added);
    if (!after.ok) {
      const reason = after.error[0]?.message ?? 'it does not compile';
      return { kind: 'does not compile', reason };
    }
    const reached = new Set(entries.map(({ name }) => name));
    const runs = { ...after.value, changed: reached };
    return { kind: 'open', version: version.value, entries, removed: lines.removed, runs };
  }

  function deep(edits: readonly EditedFile[], scenarios: number): EditVerdict[] {
    const opened = edits.map((edit, at) => openEdit(edit, `${EDITED} ${String(at)}`));
    const verdicts = opened.map((each): EditVerdict =>
      each.kind === 'open' ? { kind: 'survived', scenarios: 0 } : each,
    );
    const shareOf = ({ entries }: OpenEdit): number => Math.ceil(scenarios / entries.length);
    const counts = new Map<EntryPoint, number>();
    for (const each of opened) {
      if (each.kind !== 'open') continue;
      for (const entry of each.entries)
        counts.set(entry, Math.max(counts.get(entry) ?? 0, shareOf(each)));
    }
    const rest = {
      strict: 0,
      explored: 0,
      schedules: 0,
      interleaved: 0,
      budget: 0,
      searched: 0,
      steered: 0,
    };
    for (const [entry, count] of counts) {
      const yields = Math.ceil(count / 16);
      const sizes = { ...rest, scenarios: count, yields, references: 0, repeats: 0 };
      for (const chunk of planCampaign([entry], sizes).chunks) {
        const behind = chunk.dimension === 'yield' ? chunk.from * 16 : chunk.from;
        const left = opened.flatMap((each, at) =>
          each.kind === 'open' &&
          verdicts[at]?.kind === 'survived' &&
          each.runs.changed.has(entry.name) &&
          behind < shareOf(each)
            ? [{ ...each, at }]
            : [],
        );
        if (left.length === 0) continue;
        const differing = firstDifferences(
          chunk,
          left.map(({ runs }) => runs.machine),
        );
        left.forEach(({ at, version, runs }, number) => {
          const before = verdicts[at];
          const ran = chunk.count + (before?.kind === 'survived' ? before.scenarios : 0);
          const found = foundAmong(chunk, differing[number] ?? [], version, runs);
          verdicts[at] =
            found === null
              ? { kind: 'survived', scenarios: ran }
              : { kind: 'found', stage: 'many', scenarios: ran, entry: chunk.entry, ...found };
        });
      }
    }
    return verdicts;
  }

  /** By machine: the numbers of the cases in which it lets out something else than the base does, costs something else, or does not end. */
  function firstDifferences(chunk: Chunk, machines: readonly RunMachine[]): number[][] {
    const differing = machines.map((): number[] => []);
    for (let index = chunk.from; index < chunk.from + chunk.count; index++) {
      const words = pack.encode(pack.generate(seed, chunk.entry, chunk.dimension, index));
      const before = pack.executeWords(original.machine, words);
      const costs = JSON.stringify(pack.costs(before));
      const fuel = fairFuel(original.machine.spent(), false);
      machines.forEach((machine, at) => {
        const after = pack.executeWords(machine, words, fuel);
        const alike =
          before.ending.kind === 'returned' &&
          after.ending.kind === 'returned' &&
          pack.same(after, before) &&
          JSON.stringify(pack.costs(after)) === costs;
        if (!alike) differing[at]?.push(index);
      });
    }
    return differing;
  }

  function foundAmong(
    chunk: Chunk,
    numbers: readonly number[],
    version: OpenVersion,
    runs: RunnableVersion,
  ): Found | null {
    const options = { seed, referenceCases: 0, repeatCases: 0 };
    for (const from of numbers) {
      const result = runChunk(pack, [original, runs], { ...chunk, from, count: 1 }, options);
      const found = foundIn(result, version, runs.machine, PLAIN_SCOPE) ?? costIn(result, runs.id);
      if (found !== null) return found;
    }
    return null;
  }

  function checkWith(
    path: string,
    text: string,
    stages: readonly Stage[],
    prefer: readonly string[],
  ): EditVerdict {
    const opened = openEdit({ path, text }, EDITED);
    if (opened.kind !== 'open') return opened;
    const { version, entries, removed, runs } = opened;
    if (COMPARED.every((kind) => modules.get(kind) === moduleOf(version, kind)))
      return { kind: 'same code' };

    const before = coveredVersion(base, removed);
    if (!before.ok) throw new Error(before.error[0]?.message);
    const fast = [before.value, runs];
    const strict = new Lazy(() => {
      strictBase ??= runnable(base, strictMachine(base));
      return [strictBase, runnable(version, strictMachine(version))];
    });
    const exploring = pack.exploration?.dimensions ?? [];
    let scenarios = 0;
    let threads: readonly RunnableVersion[] | null = null;
    let cost: Found | null = null;
    let costly = '';
    for (const { name, sizes, pairs } of stages) {
      const { chunks } = planCampaign(entries, sizes, exploring);
      const scope = { most: sizes.schedules, pairs };
      for (const chunk of cheapFirst(chunks, prefer)) {
        if (chunk.exploring?.threads === true) threads ??= inThreads(fast, version);
        const versions = chunk.strict === true ? strict.value : (threads ?? fast);
        const options = { seed, referenceCases: 0, repeatCases: 0, scope };
        const result = runChunk(pack, versions, chunk, options);
        scenarios += chunk.count;
        const found = foundIn(result, version, runs.machine, scope);
        if (found !== null)
          return { kind: 'found', stage: name, scenarios, entry: chunk.entry, ...found };
        if (cost !== null) continue;
        cost = costIn(result, EDITED);
        costly = chunk.entry;
      }
      if (cost !== null) return { kind: 'found', stage: 'cost', scenarios, entry: costly, ...cost };
    }
    return { kind: 'survived', scenarios };
  }

  function foundIn(
    result: ChunkResult,
    version: OpenVersion,
    machine: RunMachine,
    scope: Scope,
  ): Found | null {
    const own = (each: { readonly candidate: string; readonly against: string }): boolean =>
      each.candidate === version.id && each.against === ORIGINAL;
    const found = result.mismatches.find(own);
    if (found !== undefined) return { dimension: found.dimension, what: found.what };
    const stuck = result.stuck.find(own);
    return stuck === undefined ? null : endless(version, machine, result.chunk, stuck, scope);
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
    chunk: Chunk,
    first: StuckCase,
    explored: Scope,
  ): Found | null {
    const inspected = (): RunMachine | null => inspectable(version);
    const given = first.input && pack.parse(first.input.scenario, first.input.schedule);
    const input = given?.ok
      ? given.value
      : pack.generate(seed, chunk.entry, chunk.dimension, first.index);
    const scope = { ...explored, entries: commonEntries([original, version]) };
    const before = sideOf(pack, ORIGINAL, original.machine, baseInspected, scope);
    const after = sideOf(pack, EDITED, machine, inspected, scope);
    const mismatch = compareOn(pack, input, chunk, before, after)?.mismatch;
    return mismatch ? { dimension: mismatch.dimension, what: mismatch.what } : null;
  }
}

/** What runs cost, where nobody asked for the CPU. */
function costIn({ chunk, costs }: ChunkResult, candidate: string): Found | null {
  const change = costs.find((each) => each.candidate === candidate);
  if (change === undefined || chunk.dimension !== 'sequential') return null;
  const { metric, value, original } = change;
  return { dimension: 'cost', what: `${metric}: ${String(value)} instead of ${String(original)}` };
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
