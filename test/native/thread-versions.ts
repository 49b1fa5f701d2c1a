/** The versions of the thread that the project starts from: the base, and the base with each candidate applied. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { diskTree } from '../../cli/disk-tree.js';
import { findCandidates } from '../../src/mail/find-candidates.js';
import { parseMbox } from '../../src/mail/message.js';
import { buildThread } from '../../src/mail/thread.js';
import { utf8Text } from '../../src/tree/text.js';
import { applyAll } from '../../src/version/apply-all.js';

const MBOX = resolve(import.meta.dirname, '../../patches/20241023-tdp-fast-forward.mbox');

export interface ThreadVersion {
  readonly name: 'original' | 'skip' | 'only-present';
  readonly overlay: ReadonlyMap<string, string>;
}

/** `skip` is the patch, `only-present` the diff inside the reply; without those that do not apply to this tree. */
export function threadVersions(directory: string): ThreadVersion[] {
  const tree = diskTree('directory', directory, directory);
  const messages = parseMbox(new Uint8Array(readFileSync(MBOX)), MBOX);
  if (!messages.ok) throw new Error(messages.error.message);
  const { candidates } = findCandidates(buildThread(messages.value));
  const applied = applyAll(tree, candidates, candidates);
  const versions: ThreadVersion[] = [{ name: 'original', overlay: new Map() }];
  for (const { application } of applied) {
    if (application.kind === 'failed') continue;
    const { tree: patched } = application;
    const overlay = new Map<string, string>();
    for (const name of ['tdp_iter.c', 'tdp_iter.h', 'tdp_mmu.c']) {
      const path = join('arch/x86/kvm/mmu', name);
      const bytes = patched.read(path);
      if (bytes !== null) overlay.set(path, utf8Text(bytes));
    }
    const skips = (overlay.get('arch/x86/kvm/mmu/tdp_iter.h') ?? '').includes('skip_not_present');
    versions.push({ name: skips ? 'skip' : 'only-present', overlay });
  }
  return versions;
}
