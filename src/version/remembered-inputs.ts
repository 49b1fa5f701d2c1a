/**
 * What a computation read of a tree and of a pack, so that its result may stand for it as long as all of that reads the same:
 * the files that were there, by the hash of their content, and those that were looked for in vain.
 */
import { createHash } from 'node:crypto';
import type { ReadText } from '../pack-api/pack.js';
import type { Tree } from '../tree/tree.js';

/** What was asked, and the hash of the answer; null: there was none. */
export type Answers = ReadonlyMap<string, string | null>;

export interface Inputs {
  readonly tree: Answers;
  readonly assets: Answers;
}

export interface Recording {
  readonly tree: Tree;
  readonly assets: ReadText;
  readonly inputs: Inputs;
}

export function contentHash(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('base64url');
}

/** Before the name of a directory whose files were listed. */
const LISTED = 'list:';
const READ = 'read:';

export function record(tree: Tree, assets: ReadText): Recording {
  const fromTree = new Map<string, string | null>();
  const fromAssets = new Map<string, string | null>();
  const note = (
    into: Map<string, string | null>,
    key: string,
    answer: string | Uint8Array | null,
  ) => {
    if (!into.has(key)) into.set(key, answer === null ? null : contentHash(answer));
  };
  const watched: Tree = Object.create(tree, {
    read: {
      value: (path: string): Uint8Array | null => {
        const bytes = tree.read(path);
        note(fromTree, READ + path, bytes);
        return bytes;
      },
    },
    list: {
      value: (path: string): readonly string[] => {
        const names = tree.list?.(path) ?? [];
        note(fromTree, LISTED + path, names.join('\n'));
        return names;
      },
    },
  }) as Tree;
  return {
    tree: watched,
    assets: (path) => {
      const text = assets(path);
      note(fromAssets, path, text);
      return text;
    },
    inputs: { tree: fromTree, assets: fromAssets },
  };
}

/** Would the same be read again? */
export function stillHolds({ tree, assets }: Inputs, now: Tree, texts: ReadText): boolean {
  for (const [path, hash] of assets) {
    const text = texts(path);
    if ((text === null ? null : contentHash(text)) !== hash) return false;
  }
  for (const [key, hash] of tree) {
    const path = key.slice(READ.length);
    const answer = key.startsWith(LISTED) ? (now.list?.(path) ?? []).join('\n') : now.read(path);
    if ((answer === null ? null : contentHash(answer)) !== hash) return false;
  }
  return true;
}
