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
    ...(base.refused === undefined ? {} : { refused: base.refused }),
    list: (directory) => listOver(base, files, directory),
    read: (path) => {
      const own = files.get(path);
      return own === undefined ? base.read(path) : own;
    },
  };
}

function listOver(
  base: Tree,
  files: ReadonlyMap<string, Uint8Array | null>,
  directory: string,
): readonly string[] {
  const paths = new Set(base.list?.(directory) ?? []);
  for (const [path, bytes] of files) {
    if (path.slice(0, path.lastIndexOf('/')) !== directory) continue;
    if (bytes === null) paths.delete(path);
    else paths.add(path);
  }
  return [...paths].sort();
}
