/** A tree that remembers what was asked of it: what a result depends on. A path that ends with a slash is the list of a directory. */
import { blobId } from '../../src/patch/blob-id.js';
import type { Tree } from '../../src/tree/tree.js';

export interface RecordingTree {
  readonly tree: Tree;
  readonly reads: ReadonlyMap<string, string | null>;
}

export function recordingTree(base: Tree): RecordingTree {
  const reads = new Map<string, string | null>();
  const note = (path: string): void => {
    if (!reads.has(path)) reads.set(path, stateOf(base, path));
  };
  const tree: Tree = {
    ...base,
    read(path) {
      note(path);
      return base.read(path);
    },
    list(directory) {
      note(`${directory}/`);
      return base.list?.(directory) ?? [];
    },
  };
  return { tree, reads };
}

/** Blob id of a file, or of the names in a directory; null where there is nothing. */
export function stateOf(tree: Tree, path: string): string | null {
  if (path.endsWith('/')) {
    const names = tree.list?.(path.slice(0, -1)) ?? [];
    return blobId(new TextEncoder().encode(names.join('\n')));
  }
  const bytes = tree.read(path);
  return bytes === null ? null : blobId(bytes);
}
