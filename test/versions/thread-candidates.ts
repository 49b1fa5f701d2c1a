/** The candidates of the thread that the project starts from, applied to a tree and opened. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { assetsOf, packNamed } from '../../cli/packs.js';
import type { ChosenTree } from '../../cli/trees.js';
import { findCandidates } from '../../src/mail/find-candidates.js';
import { readMails } from '../../src/mail/mail-input.js';
import { placeCandidates } from '../../src/mail/place-candidates.js';
import { buildThread } from '../../src/mail/thread.js';
import type { Tree } from '../../src/tree/tree.js';
import { applyAll, type AppliedCandidate } from '../../src/version/apply-all.js';
import { openVersion, type OpenVersion } from '../../src/version/build-version.js';

export const THREAD = resolve(import.meta.dirname, '../../patches/20241023-tdp-fast-forward.mbox');

const pack = packNamed('kvm-tdp-mmu');

export function threadAppliedTo(tree: Tree): readonly AppliedCandidate[] {
  const file = { path: THREAD, bytes: new Uint8Array(readFileSync(THREAD)) };
  const { messages } = readMails([{ kind: 'file', file }]);
  const { candidates } = findCandidates(buildThread(messages));
  const placed = placeCandidates(tree, candidates);
  return applyAll(tree, placed, placed);
}

/** The original first, then those that apply: each on top of the original as a run opens them, or each by itself. */
export function openAll(
  { tree, configuration }: Pick<ChosenTree, 'tree' | 'configuration'>,
  applied: readonly AppliedCandidate[],
  { together }: { readonly together: boolean },
): OpenVersion[] {
  const assets = assetsOf(pack);
  const base = openVersion(pack, 'original', tree, configuration, assets);
  if (!base.ok) throw new Error(base.error.message);
  const versions: OpenVersion[] = [base.value];
  for (const { candidate, application } of applied) {
    if (application.kind === 'failed') continue;
    const changed = new Set(application.files.map(({ path }) => path));
    const on = together ? { version: base.value, changed } : null;
    const version = openVersion(pack, candidate.id, application.tree, configuration, assets, on);
    if (!version.ok) throw new Error(version.error.message);
    versions.push(version.value);
  }
  return versions;
}
