/** A tree as plain data, so that a worker can open it again: a directory with some files replaced. */
import type { OverlayTree } from '../src/tree/overlay-tree.js';
import { overlayTree } from '../src/tree/overlay-tree.js';
import type { Tree } from '../src/tree/tree.js';
import { diskTree, type DiskTree } from './disk-tree.js';

export interface TreeSpec {
  readonly kind: 'model' | 'directory';
  readonly root: string;
  readonly label: string;
  readonly overlay: ReadonlyMap<string, Uint8Array | null> | null;
}

/** null for a tree that only this thread can read. */
export function treeSpec(tree: Tree): TreeSpec | null {
  if (isOverlay(tree)) {
    const base = treeSpec(tree.base);
    if (base === null) return null;
    return { ...base, overlay: new Map([...(base.overlay ?? []), ...tree.files]) };
  }
  if (!isDisk(tree)) return null;
  const kind = tree.kind === 'model' ? 'model' : 'directory';
  return { kind, root: tree.root, label: tree.label, overlay: null };
}

export function openTree({ kind, root, label, overlay }: TreeSpec): Tree {
  const base = diskTree(kind, root, label);
  return overlay === null ? base : overlayTree(base, overlay);
}

function isOverlay(tree: Tree): tree is OverlayTree {
  return tree.kind === 'overlay' && 'base' in tree && 'files' in tree;
}

function isDisk(tree: Tree): tree is DiskTree {
  return 'root' in tree;
}
