/** The sources that a candidate changes, as text before and after. */
import type { ChangedFile } from '../patch/application.js';
import { utf8Text } from '../tree/text.js';
import type { Tree } from '../tree/tree.js';

export interface ChangedText {
  /** The new path, the old one of a file that is gone. */
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

export function changedTexts(
  before: Tree,
  after: Tree,
  changed: readonly ChangedFile[],
): ChangedText[] {
  return changed
    .map(({ oldPath, newPath }) => ({
      path: newPath ?? oldPath ?? '',
      before: oldPath === null ? null : textOf(before, oldPath),
      after: newPath === null ? null : textOf(after, newPath),
    }))
    .filter(({ path }) => /\.[ch]$/.test(path));
}

function textOf(tree: Tree, path: string): string | null {
  const bytes = tree.read(path);
  return bytes === null ? null : utf8Text(bytes);
}
