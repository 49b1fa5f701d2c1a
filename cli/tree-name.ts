/**
 * What `--tree` names: `model`, a directory, or `DIR@REV`. Directories and revisions may both hold an `@` (`a@b`, `HEAD@{1}`): what
 * exists as a directory is one, else the longest directory before an `@` takes the rest as its revision.
 */
export type TreeName =
  | { readonly kind: 'model' }
  | { readonly kind: 'directory'; readonly path: string }
  | { readonly kind: 'revision'; readonly path: string; readonly revision: string }
  | { readonly kind: 'missing'; readonly path: string };

export function parseTreeName(named: string, isDirectory: (path: string) => boolean): TreeName {
  if (named === 'model') return { kind: 'model' };
  if (isDirectory(named)) return { kind: 'directory', path: named };
  for (let at = named.lastIndexOf('@'); at > 0; at = named.lastIndexOf('@', at - 1)) {
    const path = named.slice(0, at);
    if (isDirectory(path)) return { kind: 'revision', path, revision: named.slice(at + 1) };
  }
  return { kind: 'missing', path: named };
}
