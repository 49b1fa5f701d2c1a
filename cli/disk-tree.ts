/** A tree in a directory. Nothing outside of it is ever read: links that leave it count as absent. */
import { closeSync, fstatSync, openSync, readSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { Tree } from '../src/tree/tree.js';

/** The kernel's largest sources are register lists of some 20 MiB. */
const MAX_FILE_BYTES = 32 * 1024 * 1024;

export interface DiskTree extends Tree {
  readonly root: string;
}

export function diskTree(kind: 'model' | 'directory', directory: string, label: string): DiskTree {
  const root = realpathSync(directory);
  const cache = new Map<string, Uint8Array | null>();
  return {
    kind,
    label,
    root,
    revision: null,
    read(path) {
      const known = cache.get(path);
      if (known !== undefined) return known;
      const bytes = readInside(root, path);
      cache.set(path, bytes);
      return bytes;
    },
  };
}

function readInside(root: string, path: string): Uint8Array | null {
  if (path.includes('\0') || path.startsWith('/') || path.split('/').includes('..')) return null;
  let file: number;
  try {
    const real = realpathSync(join(root, path));
    if (real !== root && !real.startsWith(root + sep)) return null;
    file = openSync(real, 'r');
  } catch {
    return null;
  }
  try {
    const stat = fstatSync(file);
    if (!stat.isFile() || stat.size > MAX_FILE_BYTES) return null;
    const bytes = new Uint8Array(stat.size);
    let filled = 0;
    while (filled < bytes.length) {
      const got = readSync(file, bytes, filled, bytes.length - filled, filled);
      if (got === 0) break;
      filled += got;
    }
    return bytes.subarray(0, filled);
  } finally {
    closeSync(file);
  }
}

export function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
