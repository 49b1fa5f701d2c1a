/** The files that patches have touched so far, over a tree that stays as it is. */
import type { Tree } from '../tree/tree.js';
import type { OverlayTree } from '../tree/overlay-tree.js';
import { overlayTree } from '../tree/overlay-tree.js';
import type { Image } from './apply-file.js';
import { imageOf, imageText } from './apply-file.js';
import type { ChangedFile } from './application.js';
import { changedLines } from './changed-lines.js';
import { bytesToText, textToBytes } from './byte-text.js';

export interface WorkingFile {
  readonly image: Image;
  /** The file of the base that its lines come from; null for a new one. */
  readonly basePath: string | null;
  readonly baseLines: number;
}

/** null: the file was there and is gone. */
export type Touched = ReadonlyMap<string, WorkingFile | null>;

export function workingFile(tree: Tree, touched: Touched, path: string): WorkingFile | null {
  const known = touched.get(path);
  if (known !== undefined) return known;
  const bytes = tree.read(path);
  if (bytes === null) return null;
  const image = imageOf(bytesToText(bytes));
  return { image, basePath: path, baseLines: image.length };
}

export function overlayOf(tree: Tree, touched: Touched): OverlayTree {
  const files = new Map<string, Uint8Array | null>();
  for (const [path, file] of touched) {
    files.set(path, file === null ? null : textToBytes(imageText(file.image)));
  }
  return overlayTree(tree, files);
}

/** What differs from the tree, by path. */
export function changesOf(tree: Tree, touched: Touched): ChangedFile[] {
  const changes: ChangedFile[] = [];
  const moved = new Set<string>();
  for (const [path, file] of touched) {
    if (file === null || file.basePath === null || file.basePath === path) continue;
    if (touched.get(file.basePath) === null) moved.add(file.basePath);
  }
  for (const [path, file] of touched) {
    if (file !== null) {
      changes.push({
        oldPath: file.basePath,
        newPath: path,
        ...changedLines(file.baseLines, file.image),
      });
      continue;
    }
    const before = moved.has(path) ? null : workingFile(tree, new Map(), path);
    if (before === null) continue;
    changes.push({ oldPath: path, newPath: null, ...changedLines(before.image.length, []) });
  }
  return changes.sort((a, b) => compare(a.newPath ?? a.oldPath, b.newPath ?? b.oldPath));
}

function compare(a: string | null, b: string | null): number {
  return (a ?? '') < (b ?? '') ? -1 : (a ?? '') > (b ?? '') ? 1 : 0;
}
