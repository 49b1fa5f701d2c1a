/** A version: the base with some files replaced, added or taken away. */
import type { Tree } from './tree.js';

export interface OverlayTree extends Tree {
  readonly kind: 'overlay';
  readonly base: Tree;
  /** What differs from the base; null stands for a file that is gone. */
  readonly files: ReadonlyMap<string, Uint8Array | null>;
}

export function overlayTree(
  base: Tree,
  files: ReadonlyMap<string, Uint8Array | null>,
  label = base.label,
): OverlayTree {
  return {
    kind: 'overlay',
    label,
    revision: base.revision,
    base,
    files,
    read: (path) => {
      const own = files.get(path);
      return own === undefined ? base.read(path) : own;
    },
  };
}
