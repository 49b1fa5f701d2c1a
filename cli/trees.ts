/**
 * Which tree a run works on: the one that `--tree` names, else the kernel tree around the current directory, else the model tree.
 * The report's first line names it.
 */
import { join, resolve } from 'node:path';
import { diagnostic, type Diagnostic } from '../src/base/diagnostic.js';
import { err, ok, type Result } from '../src/base/result.js';
import {
  kernelConfiguration,
  type KernelConfiguration,
} from '../src/c/preprocess/kernel-config/kernel-options.js';
import type { FoundBase } from '../src/check-thread.js';
import { utf8Text } from '../src/tree/text.js';
import type { Tree } from '../src/tree/tree.js';
import type { BaseHint } from '../src/version/base-hints.js';
import { configurationProblem, readConfig } from './configuration.js';
import { diskTree, isDirectory } from './disk-tree.js';
import { findBase } from './find-base.js';
import { resolveRevision } from './git-revision.js';
import { gitTree } from './git-tree.js';
import { kernelAround } from './kernel-directory.js';
import { defaultPack, packageRoot } from './packs.js';
import { parseTreeName } from './tree-name.js';

export interface TreeOptions {
  /** `--tree`. */
  readonly tree: string | undefined;
  /** `--config`. */
  readonly config?: string | undefined;
  /** What stands in where no tree is named and none is around: the model tree, or a refusal. */
  readonly otherwise?: 'model' | 'refuse';
  /** Where the search for a tree around begins. */
  readonly from?: string;
}

export interface ChosenTree {
  readonly tree: Tree;
  readonly configuration: KernelConfiguration;
  /** For a directory: the revision that mails name, in the repository that it belongs to. */
  readonly findBase: (hints: readonly BaseHint[]) => Result<FoundBase | null, Diagnostic>;
}

const MODEL = 'fixtures/linux';
/** What makes a kernel tree one that the pack can look at. */
const LANDMARK = 'arch/x86/kvm/mmu/tdp_mmu.c';

export function chooseTree(options: TreeOptions): Result<ChosenTree, Diagnostic> {
  const given = options.config === undefined ? ok(undefined) : readConfig(options.config);
  if (!given.ok) return given;
  const tree = openTree(options);
  if (!tree.ok) return tree;
  const configuration = configure(tree.value, given.value, options.config);
  if (!configuration.ok) return configuration;
  return ok({
    tree: tree.value,
    configuration: configuration.value,
    findBase: (hints) =>
      baseOf(tree.value, hints, (found) => configure(found, given.value, options.config)),
  });
}

function openTree({ tree: named, otherwise, from }: TreeOptions): Result<Tree, Diagnostic> {
  if (named === undefined) return unnamed(otherwise ?? 'model', from ?? process.cwd());
  const name = parseTreeName(named, isDirectory);
  switch (name.kind) {
    case 'model':
      return ok(modelTree());
    case 'directory':
      return directoryTree(name.path, `--tree ${named}`);
    case 'revision': {
      const place = resolveRevision(name.path, name.revision);
      if (!place.ok) return place;
      const tree = gitTree(place.value, name.path);
      return withLandmark(tree, `--tree ${named}`, null);
    }
    case 'missing':
      return err(
        diagnostic(
          'missing',
          `--tree ${named}: there is no such directory`,
          null,
          [],
          'name the root of a Linux tree, DIR@REV for a revision of a git repository, or model',
        ),
      );
  }
}

function unnamed(otherwise: 'model' | 'refuse', from: string): Result<Tree, Diagnostic> {
  const around = kernelAround(from, packageRoot);
  if (around !== null) return directoryTree(around, `the kernel tree around here, ${around}`);
  if (otherwise === 'model') return ok(modelTree());
  return err(
    diagnostic(
      'missing',
      'there is no kernel tree here',
      null,
      [],
      'name one with --tree DIR, or the model tree with --tree model',
    ),
  );
}

function modelTree(): Tree {
  return diskTree('model', join(packageRoot, MODEL), MODEL);
}

function directoryTree(path: string, called: string): Result<Tree, Diagnostic> {
  if (resolve(path) === resolve(packageRoot, MODEL)) return ok(modelTree());
  const around = kernelAround(path, packageRoot);
  return withLandmark(diskTree('directory', path, path), called, around);
}

/** `around`: the kernel tree that a directory lies in, if it does. */
function withLandmark(tree: Tree, called: string, around: string | null): Result<Tree, Diagnostic> {
  if (tree.read(LANDMARK) !== null) return ok(tree);
  const notes = [...(tree.refused ?? [])].map(([path, why]) => ({
    message: `${path}: ${why}`,
    at: null,
  }));
  const help =
    around === null || around === tree.label || resolve(tree.label) === around
      ? 'name the root of a Linux tree, 5.19 or later, or the model tree with --tree model'
      : `name its root: --tree ${around}`;
  return err(
    diagnostic(
      'missing',
      `${called}: this is no kernel tree with KVM's TDP MMU, ${LANDMARK} is not in it`,
      null,
      notes,
      help,
    ),
  );
}

function configure(
  tree: Tree,
  given: string | undefined,
  file: string | undefined,
): Result<KernelConfiguration, Diagnostic> {
  const own = kernelConfiguration((path) => {
    const bytes = tree.read(path);
    return bytes === null ? null : utf8Text(bytes);
  }, given);
  const configuration = file === undefined ? own : { ...own, file };
  const problem = configurationProblem(configuration, defaultPack().requiredOptions);
  return problem === null ? ok(configuration) : err(problem);
}

function baseOf(
  tree: Tree,
  hints: readonly BaseHint[],
  configureFor: (tree: Tree) => Result<KernelConfiguration, Diagnostic>,
): Result<FoundBase | null, Diagnostic> {
  if (tree.kind !== 'directory') return ok(null);
  const search = findBase(tree.label, tree, hints);
  if (search.kind === 'as-is') return ok({ tree: null, notes: search.notes });
  const found = withLandmark(gitTree(search.place, tree.label), tree.label, null);
  if (!found.ok) return ok({ tree: null, notes: [...search.notes, found.error.message] });
  const configuration = configureFor(found.value);
  if (!configuration.ok) return configuration;
  const { value } = configuration;
  const other = { tree: found.value, configuration: value, base: null };
  return ok({ tree: other, notes: search.notes });
}
