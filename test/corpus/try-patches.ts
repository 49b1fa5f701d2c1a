/**
 * Patches of the corpus tried against the unpatched tree as a run does it, through the same stages; but each scenario is made,
 * and run on the original, once for many patches. A difference is believed when it shows again in a second run.
 */
import { assetsOf, defaultPack } from '../../cli/packs.js';
import { chooseTree, type ChosenTree } from '../../cli/trees.js';
import type { AnyPack } from '../../src/engine.js';
import { compareOn, sideOf } from '../../src/equivalence/find-witness.js';
import { LEAST_FUEL, ORIGINAL, PATIENCE } from '../../src/gen/campaign.js';
import type { Dimension, EntryPoint, RunMachine } from '../../src/pack-api/pack.js';
import { overlayTree } from '../../src/tree/overlay-tree.js';
import { utf8Text } from '../../src/tree/text.js';
import type { Tree } from '../../src/tree/tree.js';
import { openVersion, type OpenVersion } from '../../src/version/build-version.js';
import { entriesReaching, machineFor } from '../versions/open-versions.js';
import { applyEdits, type EditPatch } from './edit-format.js';

const MMU = 'arch/x86/kvm/mmu';
const SEED = 'corpus';
/** Machines at once. */
const BATCH = 12;

export interface Shown {
  readonly dimension: Dimension;
  readonly campaign: Dimension;
  readonly entry: string;
  readonly index: number;
  readonly what: string;
}

export interface Tried {
  readonly patch: EditPatch;
  /** Of each dimension, and kind of campaign, the first difference. */
  readonly shown: readonly Shown[];
  readonly scenarios: number;
  /** Why it could not be tried. */
  readonly problem: string | null;
}

export interface Sizes {
  /** Of each entry point. */
  readonly sequential: number;
  readonly yield: number;
}

interface Trial {
  readonly patch: EditPatch;
  readonly open: OpenVersion;
  readonly machine: RunMachine;
  readonly entries: ReadonlySet<string>;
  readonly shown: Shown[];
  inspecting: RunMachine | null;
  scenarios: number;
}

/** The patch's files with their new text, by path in the tree. */
export function editedFiles(tree: Tree, patch: EditPatch): ReadonlyMap<string, string> {
  const texts = applyEdits(patch, (file) => {
    const bytes = tree.read(`${MMU}/${file}`);
    if (bytes === null) throw new Error(`this tree has no ${file}`);
    return utf8Text(bytes);
  });
  return new Map([...texts].map(([file, text]) => [`${MMU}/${file}`, text]));
}

/** The unpatched tree, opened and compiled once for all patches. */
export class Unpatched {
  private readonly pack: AnyPack = defaultPack();
  private readonly assets = assetsOf(this.pack);
  private inspecting: RunMachine | null = null;

  private constructor(
    private readonly chosen: ChosenTree,
    private readonly base: OpenVersion,
    private readonly original: RunMachine,
  ) {}

  static open(directory: string): Unpatched {
    const pack = defaultPack();
    const chosen = chooseTree({ tree: directory });
    if (!chosen.ok) throw new Error(chosen.error.message);
    const { tree, configuration } = chosen.value;
    const base = openVersion(pack, ORIGINAL, tree, configuration, assetsOf(pack));
    if (!base.ok) throw new Error(base.error.message);
    return new Unpatched(chosen.value, base.value, machineFor(base.value, 'fast'));
  }

  /** `said` hears of each as soon as it is done. */
  try(patches: readonly EditPatch[], sizes: Sizes, said: (tried: Tried) => void): Tried[] {
    const tried: Tried[] = [];
    const done = (one: Tried): void => {
      tried.push(one);
      said(one);
    };
    for (let from = 0; from < patches.length; from += BATCH) {
      const trials: Trial[] = [];
      for (const patch of patches.slice(from, from + BATCH)) {
        const prepared = this.prepare(patch);
        if (typeof prepared === 'string')
          done({ patch, shown: [], scenarios: 0, problem: prepared });
        else trials.push(prepared);
      }
      for (const entry of this.pack.entryPoints) this.campaign(entry, trials, sizes);
      for (const { patch, shown, scenarios } of trials)
        done({ patch, shown, scenarios, problem: scenarios === 0 ? 'nothing ran' : null });
    }
    return tried;
  }

  private prepare(patch: EditPatch): Trial | string {
    const { tree, configuration } = this.chosen;
    const encoder = new TextEncoder();
    const files = [...editedFiles(tree, patch)];
    const edited = overlayTree(
      tree,
      new Map(files.map(([path, text]) => [path, encoder.encode(text)])),
    );
    const opened = openVersion(this.pack, patch.name, edited, configuration, this.assets, {
      version: this.base,
      changed: new Set(files.map(([path]) => path)),
    });
    if (!opened.ok) return opened.error.message;
    const open = opened.value;
    const reached = entriesReaching(this.pack, this.base, open).map(({ name }) => name);
    const { verdict } = patch;
    const wanted =
      verdict.kind === 'differs'
        ? reached.filter((name) => verdict.through.includes(name))
        : reached;
    return {
      patch,
      open,
      machine: machineFor(open, 'fast'),
      entries: new Set(wanted),
      shown: [],
      inspecting: null,
      scenarios: 0,
    };
  }

  private campaign(entry: EntryPoint, trials: readonly Trial[], sizes: Sizes): void {
    const { pack } = this;
    for (const dimension of ['sequential', 'yield'] as const) {
      if (dimension === 'yield' && !entry.yields) continue;
      for (let index = 0; index < sizes[dimension]; index++) {
        const taking = trials.filter((trial) => trial.entries.has(entry.name) && !isSettled(trial));
        if (taking.length === 0) break;
        const input = pack.generate(SEED, entry.name, dimension, index);
        const first = pack.execute(this.original, input);
        const before = { ...first, words: first.words.slice() };
        const fair =
          before.ending.kind === 'returned'
            ? this.original.spent() * PATIENCE + LEAST_FUEL
            : undefined;
        for (const trial of taking) {
          trial.scenarios++;
          const after = pack.execute(trial.machine, input, fair);
          const stuck = after.ending.kind === 'out-of-fuel';
          if (!stuck && pack.same(before, after)) continue;
          if (stuck && before.ending.kind !== 'returned') continue;
          const seen = this.confirm(trial, input, entry.name, dimension, stuck);
          if (seen === null) continue;
          const known = trial.shown.some(
            (shown) => shown.dimension === seen.dimension && shown.campaign === dimension,
          );
          if (known) continue;
          trial.shown.push({
            dimension: seen.dimension,
            campaign: dimension,
            entry: entry.name,
            index,
            what: seen.what,
          });
        }
      }
    }
  }

  private confirm(
    trial: Trial,
    input: Parameters<AnyPack['execute']>[1],
    entry: string,
    dimension: Dimension,
    stuck: boolean,
  ): { dimension: Dimension; what: string } | null {
    const inspectedBase = (): RunMachine =>
      (this.inspecting ??= machineFor(this.base, 'inspectable'));
    const inspected = (): RunMachine =>
      (trial.inspecting ??= machineFor(trial.open, 'inspectable'));
    const seen = compareOn(
      this.pack,
      input,
      { entry, dimension },
      sideOf(this.pack, ORIGINAL, this.original, stuck ? inspectedBase : null),
      sideOf(this.pack, trial.patch.name, trial.machine, stuck ? inspected : null),
    );
    return seen?.mismatch ?? null;
  }
}

/** Nothing more can be learned: a refactoring that differs once is wrong, a fault that was seen where it should was seen. */
function isSettled({ patch, shown }: Trial): boolean {
  const { verdict } = patch;
  if (verdict.kind === 'no-difference') return shown.length > 0;
  return shown.some((each) => isExpected(verdict.dimension, each));
}

/** In the dimension that was expected; broken rules in whichever campaign, everything else in no larger one. */
export function isExpected(expected: Dimension, { dimension }: Shown): boolean {
  return dimension === expected;
}
