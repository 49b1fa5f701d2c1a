/** A tree as plain data, so that a worker can open it again: a directory or a commit, with some files replaced. */
import type { OverlayTree } from '../src/tree/overlay-tree.js';
import { overlayTree } from '../src/tree/overlay-tree.js';
import type { Tree } from '../src/tree/tree.js';
import { diskTree, type DiskTree } from './disk-tree.js';
import { gitTree, type GitPlace, type GitTree } from './git-tree.js';

export type TreeSource =
  | { readonly kind: 'model' | 'directory'; readonly root: string }
  /** With the blobs that are known already: the worker asks git for no more than the rest. */
  | {
      readonly kind: 'git';
      readonly place: GitPlace;
      readonly blobs: ReadonlyMap<string, Uint8Array>;
    };

export interface TreeSpec {
  readonly source: TreeSource;
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
  const { label } = tree;
  if (isDisk(tree)) {
    const { kind, root } = tree;
    return { source: { kind, root }, label, overlay: null };
  }
  if (isGit(tree)) {
    const { place, blobs } = tree;
    return { source: { kind: 'git', place, blobs }, label, overlay: null };
  }
  return null;
}

export function openTree({ source, label, overlay }: TreeSpec): Tree {
  const base = openSource(source, label);
  return overlay === null ? base : overlayTree(base, overlay);
}

function openSource(source: TreeSource, label: string): Tree {
  switch (source.kind) {
    case 'model':
    case 'directory':
      return diskTree(source.kind, source.root, label);
    case 'git':
      return gitTree(source.place, label, source.blobs);
  }
}

function isOverlay(tree: Tree): tree is OverlayTree {
  return tree.kind === 'overlay' && 'base' in tree && 'files' in tree;
}

function isDisk(tree: Tree): tree is DiskTree {
  return (tree.kind === 'model' || tree.kind === 'directory') && 'root' in tree;
}

function isGit(tree: Tree): tree is GitTree {
  return tree.kind === 'git' && 'place' in tree;
}
