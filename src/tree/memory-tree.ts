/** A tree held in memory: for tests, and for packs that bring their own files. */
import type { Tree } from './tree.js';

const encoder = new TextEncoder();

export function memoryTree(
  files: ReadonlyMap<string, string | Uint8Array> | Readonly<Record<string, string | Uint8Array>>,
  label = 'memory',
): Tree {
  const entries: Iterable<readonly [string, string | Uint8Array]> =
    files instanceof Map ? files : Object.entries(files);
  const bytes = new Map<string, Uint8Array>();
  for (const [path, content] of entries) {
    bytes.set(path, typeof content === 'string' ? encoder.encode(content) : content);
  }
  return {
    kind: 'memory',
    label,
    revision: null,
    read: (path) => bytes.get(path) ?? null,
    list: (directory) =>
      [...bytes.keys()].filter((path) => path.slice(0, path.lastIndexOf('/')) === directory).sort(),
  };
}
