/** Versions built anew for a proof scope: the same candidates on a tree whose text the scope changed (smaller tables, say). */
import type { Diagnostic } from '../base/diagnostic.js';
import { err, ok, type Result } from '../base/result.js';
import type { CheckRequest } from '../check-thread.js';
import { programImage } from '../exec/machine.js';
import type { ProofScope } from '../pack-api/pack.js';
import { overlayTree } from '../tree/overlay-tree.js';
import { utf8Text } from '../tree/text.js';
import type { Tree } from '../tree/tree.js';
import { compileVersion, openVersion, type OpenVersion } from './build-version.js';
import type { PreparedVersion } from './prepare.js';

export function prepareScope(
  { pack, assets, configuration }: CheckRequest,
  versions: readonly PreparedVersion[],
  scope: ProofScope<unknown>,
): Result<readonly PreparedVersion[], Diagnostic> {
  const opened: { version: PreparedVersion; open: OpenVersion }[] = [];
  for (const version of versions) {
    const tree = scopedTree(version.tree, scope);
    if (!tree.ok) return tree;
    const open = openVersion(pack, version.id, tree.value, configuration, assets);
    if (!open.ok) return open;
    opened.push({ version, open: open.value });
  }
  const prepared: PreparedVersion[] = [];
  for (const { version, open } of opened) {
    const program = compileVersion(open, { kind: 'fast', coverLines: new Set() });
    if (!program.ok) {
      const [first] = program.error;
      if (first !== undefined) return err(first);
      continue;
    }
    const { buffers, observers, threads } = open.plan;
    prepared.push({
      ...version,
      key: null,
      tree: open.tree,
      source: () => ok(open),
      program: programImage(program.value),
      strict: null,
      buffers,
      observers,
      threads,
      entries: [...open.entries],
      sites: [],
    });
  }
  return ok(prepared);
}

function scopedTree(tree: Tree, scope: ProofScope<unknown>): Result<Tree, Diagnostic> {
  const files = scope.prepare((path) => {
    const bytes = tree.read(path);
    return bytes === null ? null : utf8Text(bytes);
  });
  if (!files.ok) return files;
  const encoder = new TextEncoder();
  const changed = [...files.value].map(([path, text]) => [path, encoder.encode(text)] as const);
  return ok(overlayTree(tree, new Map(changed)));
}
