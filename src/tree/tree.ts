/**
 * Where base files come from. Paths are relative to the tree's root, with `/`, never `..`.
 * The implementations that read a disk or git are in `cli/`; `memory-tree.ts` serves tests and packs.
 */
export interface Tree {
  /** What the first line of a report says. */
  readonly kind: 'model' | 'directory' | 'git' | 'memory' | 'overlay';
  /** Directory or description; shown to people, never parsed. */
  readonly label: string;
  /** Commit of a git tree, else null. */
  readonly revision: string | null;
  /** The bytes of a file, or null where there is no such file. Synchronous: headers are many and small. */
  read(path: string): Uint8Array | null;
  /** What was asked for so far, is there, and could not be taken: path → why (a directory, a link that leaves the tree …). */
  readonly refused?: ReadonlyMap<string, string>;
  /** Paths of the files directly in a directory, in order; empty where there is no such directory. */
  list?(directory: string): readonly string[];
}
