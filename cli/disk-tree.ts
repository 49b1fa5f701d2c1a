/** A tree in a directory. Nothing outside of it is ever read: links that leave it count as absent. */
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { join, sep } from 'node:path';
import type { Tree } from '../src/tree/tree.js';

/** By the C library: node's own asks for every folder on the way, for each of hundreds of headers. */
const realPath = (path: string): string => realpathSync.native(path);

/** The kernel's largest sources are register lists of some 20 MiB. */
const MAX_FILE_BYTES = 32 * 1024 * 1024;

export interface DiskTree extends Tree {
  readonly kind: 'model' | 'directory';
  readonly root: string;
}

export function diskTree(kind: 'model' | 'directory', directory: string, label: string): DiskTree {
  const root = realPath(directory);
  const cache = new Map<string, Uint8Array | null>();
  const refused = new Map<string, string>();
  const folders = new Map<string, Folder | null>();
  return {
    kind,
    label,
    root,
    revision: null,
    refused,
    read(path) {
      const known = cache.get(path);
      if (known !== undefined) return known;
      const found = isInside(path) ? readListed(root, folders, path) : null;
      if (typeof found === 'string') refused.set(path, found);
      const bytes = typeof found === 'string' ? null : found;
      cache.set(path, bytes);
      return bytes;
    },
    list: (path) => (isInside(path) ? filesIn(root, path) : []),
  };
}

export function isInside(path: string): boolean {
  return !path.includes('\0') && !path.startsWith('/') && !path.split('/').includes('..');
}

/** A folder of the tree: for each header most folders are asked in vain, and the one that has it need not be found again. */
interface Folder {
  readonly real: string;
  /** The plain files in it. */
  readonly files: ReadonlySet<string>;
  /** Everything else in it: links, folders. */
  readonly others: ReadonlySet<string>;
}

/** The same as `readInside`, by fewer questions. */
function readListed(
  root: string,
  folders: Map<string, Folder | null>,
  path: string,
): Uint8Array | string | null {
  const slash = path.lastIndexOf('/');
  const directory = slash < 0 ? '' : path.slice(0, slash);
  let folder = folders.get(directory);
  if (folder === undefined) folders.set(directory, (folder = folderIn(root, directory)));
  const name = path.slice(slash + 1);
  if (folder === null || name === '' || name === '.' || folder.others.has(name))
    return readInside(root, path);
  if (!folder.files.has(name)) return null;
  try {
    return contentOf(openSync(`${folder.real}${sep}${name}`, PLAIN));
  } catch {
    return readInside(root, path);
  }
}

/** No link that has taken a file's place meanwhile, and no pipe that would have us wait for a writer. */
const PLAIN = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Null where each file has to be asked for by itself. */
function folderIn(root: string, directory: string): Folder | null {
  const files = new Set<string>();
  const others = new Set<string>();
  try {
    const real = realPath(join(root, directory));
    if (!within(root, real)) return null;
    for (const entry of readdirSync(real, { withFileTypes: true }))
      (entry.isFile() ? files : others).add(entry.name);
    return { real, files, others };
  } catch (error) {
    return whyNot(error) === null ? { real: '', files, others } : null;
  }
}

/** The bytes, null where nothing is, or why it is not taken. */
function readInside(root: string, path: string): Uint8Array | string | null {
  let file: number;
  try {
    const real = realPath(join(root, path));
    if (!within(root, real)) return 'a link that leaves the tree';
    // A pipe would have us wait for a writer.
    if (!statSync(real).isFile()) return kindOf(real);
    file = openSync(real, 'r');
  } catch (error) {
    return whyNot(error);
  }
  return contentOf(file);
}

/** Reads an open file, and closes it. */
function contentOf(file: number): Uint8Array | string | null {
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) return 'not a file';
    if (stat.size > MAX_FILE_BYTES) return `larger than ${MAX_FILE_BYTES} bytes`;
    const bytes = new Uint8Array(stat.size);
    let filled = 0;
    while (filled < bytes.length) {
      const got = readSync(file, bytes, filled, bytes.length - filled, filled);
      if (got === 0) break;
      filled += got;
    }
    return bytes.subarray(0, filled);
  } catch (error) {
    return whyNot(error);
  } finally {
    closeSync(file);
  }
}

function within(root: string, real: string): boolean {
  return real === root || real.startsWith(root.endsWith(sep) ? root : root + sep);
}

function kindOf(path: string): string {
  return isDirectory(path) ? 'a directory where a file should be' : 'not a file';
}

function whyNot(error: unknown): string | null {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'ENAMETOOLONG':
      return null;
    case 'EACCES':
    case 'EPERM':
      return 'may not be read';
    case 'ELOOP':
      return 'a link that leads to itself';
  }
  return `cannot be read (${code})`;
}

function filesIn(root: string, path: string): string[] {
  try {
    if (!within(root, realPath(join(root, path)))) return [];
    return readdirSync(join(root, path), { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => `${path}/${entry.name}`)
      .sort();
  } catch {
    return [];
  }
}

export function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
