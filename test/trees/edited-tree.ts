/** A tree with small edits, described as the pipeline describes a candidate's changes; one base serves many edits. */
import { assetsOf, defaultPack } from '../../cli/packs.js';
import { chooseTree } from '../../cli/trees.js';
import { overlayTree } from '../../src/tree/overlay-tree.js';
import { utf8Text } from '../../src/tree/text.js';
import type { Tree } from '../../src/tree/tree.js';
import { openVersion, type OpenVersion } from '../../src/version/build-version.js';
import { describeChanges, type Changes } from '../../src/version/describe-changes.js';

export interface Edit {
  readonly path: string;
  /** Stands once in the file. */
  readonly find: string;
  readonly replace: string;
}

export class EditedTree {
  readonly #base: OpenVersion;
  readonly #pack = defaultPack();
  readonly #configuration;

  constructor(
    directory: string,
    readonly wrap: (tree: Tree) => Tree = (tree) => tree,
  ) {
    const chosen = chooseTree({ tree: directory });
    if (!chosen.ok) throw new Error(chosen.error.message);
    this.#configuration = chosen.value.configuration;
    const tree = wrap(chosen.value.tree);
    const base = openVersion(
      this.#pack,
      'original',
      tree,
      this.#configuration,
      assetsOf(this.#pack),
    );
    if (!base.ok) throw new Error(base.error.message);
    this.#base = base.value;
  }

  changes(...edits: readonly Edit[]): Changes {
    const { tree } = this.#base;
    const files = new Map<string, Uint8Array>();
    const changed = edits.map(({ path, find, replace }) => {
      const text = utf8Text(files.get(path) ?? tree.read(path) ?? new Uint8Array());
      if (text.split(find).length !== 2) throw new Error(`${find} does not stand once in ${path}`);
      const first = text.slice(0, text.indexOf(find)).split('\n').length;
      files.set(path, new TextEncoder().encode(text.replace(find, () => replace)));
      const lines = (part: string): number[] =>
        part
          .replace(/\n$/, '')
          .split('\n')
          .map((_, at) => first + at);
      return { oldPath: path, newPath: path, removed: lines(find), added: lines(replace) };
    });
    const assets = assetsOf(this.#pack);
    const paths = new Set(edits.map(({ path }) => path));
    const after = openVersion(
      this.#pack,
      'edit',
      overlayTree(tree, files),
      this.#configuration,
      assets,
      { version: this.#base, changed: paths },
    );
    if (!after.ok) throw new Error(after.error.message);
    return describeChanges(this.#pack, assets, this.#base, after.value, changed);
  }
}
