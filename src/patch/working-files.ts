/** The files that patches have touched so far, over a tree that stays as it is. */
import type { Tree } from '../tree/tree.js';
import type { OverlayTree } from '../tree/overlay-tree.js';
import { overlayTree } from '../tree/overlay-tree.js';
import type { Image } from './apply-file.js';
import type { ChangedFile } from './application.js';
import { changedLines } from './changed-lines.js';
import { bytesToText, splitLines, textToBytes } from './byte-text.js';

export interface WorkingFile {
  readonly content: Uint8Array;
  /** For each line the line of the base that it is, from 1; 0 for a new one. null: nothing has changed yet. */
  readonly origins: Int32Array | null;
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
  return { content: bytes, origins: null, basePath: path, baseLines: lineCount(bytes) };
}

export function imageOfFile(file: WorkingFile): Image {
  const { origins } = file;
  return splitLines(bytesToText(file.content)).map((text, i) => ({
    text,
    origin: origins === null ? i + 1 : (origins[i] ?? 0),
    patched: false,
  }));
}

export function fileOfImage(image: Image, basePath: string | null, baseLines: number): WorkingFile {
  const { text, origins } = joined(image);
  return { content: textToBytes(text), origins, basePath, baseLines };
}

/** A line without newline in the middle (git can make one) runs into the next: their origins become one. */
function joined(image: Image): { readonly text: string; readonly origins: Int32Array } {
  const origins: number[] = [];
  let open = false;
  for (const line of image) {
    if (open) origins[origins.length - 1] = 0;
    else origins.push(line.origin);
    open = !line.text.endsWith('\n');
  }
  return { text: image.map((line) => line.text).join(''), origins: Int32Array.from(origins) };
}

function lineCount(bytes: Uint8Array): number {
  let count = 0;
  for (const byte of bytes) if (byte === 10) count++;
  return bytes.length > 0 && bytes[bytes.length - 1] !== 10 ? count + 1 : count;
}

export function overlayOf(tree: Tree, touched: Touched): OverlayTree {
  const files = new Map<string, Uint8Array | null>();
  for (const [path, file] of touched) {
    files.set(path, file === null ? null : file.content);
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
        ...changedLines(file.baseLines, originsOf(file)),
      });
      continue;
    }
    const before = moved.has(path) ? null : workingFile(tree, new Map(), path);
    if (before === null) continue;
    changes.push({ oldPath: path, newPath: null, ...changedLines(before.baseLines, []) });
  }
  return changes.sort((a, b) => compare(a.newPath ?? a.oldPath, b.newPath ?? b.oldPath));
}

function originsOf(file: WorkingFile): Int32Array {
  return file.origins ?? Int32Array.from({ length: file.baseLines }, (_, i) => i + 1);
}

function compare(a: string | null, b: string | null): number {
  return (a ?? '') < (b ?? '') ? -1 : (a ?? '') > (b ?? '') ? 1 : 0;
}
