/** The thread that the project starts from, read, found and applied to a kernel tree where one is at hand. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { applyCandidate } from '../patch/apply-candidate.js';
import type { Tree } from '../tree/tree.js';
import { findCandidates } from './find-candidates.js';
import { parseMbox } from './message.js';
import { buildThread } from './thread.js';

const root = join(import.meta.dirname, '../..');
const path = 'patches/20241023-tdp-fast-forward.mbox';
const kernel = process.env['PATCHCHECK_LINUX_6_12'] ?? join(root, '.cache/linux-source-6.12');

function readThread() {
  const messages = parseMbox(readFileSync(join(root, path)), path);
  if (!messages.ok) throw new Error(messages.error.message);
  return buildThread(messages.value);
}

describe('the thread of October 2024', () => {
  it('has three mails, each an answer to the one before', () => {
    const thread = readThread();
    expect(thread.messages.map((m) => m.from.name)).toEqual([
      'Bernhard Kauer',
      'Sean Christopherson',
      'Bernhard Kauer',
    ]);
    const [patch, review, answer] = thread.messages;
    expect(patch && thread.parent.get(patch)).toBeUndefined();
    expect(review && thread.parent.get(review)).toBe(patch);
    expect(answer && thread.parent.get(answer)).toBe(review);
  });

  it('offers the patch and the diff inside the first reply', () => {
    const { candidates, diagnostics } = findCandidates(readThread());
    expect(diagnostics).toEqual([]);
    expect(
      candidates.map((c) => [c.id, c.origin, c.onTopOf, c.patches.length, c.problems.length]),
    ).toEqual([
      ['bernhard-kauer', 'series', null, 1, 0],
      ['sean-christopherson', 'reply', null, 1, 0],
    ]);
    expect(candidates[0]?.messageId).toBe('20241023091902.2289764-1-bk@alpico.io');
    expect(candidates[0]?.subject).toBe(
      'KVM: x86: Fast forward the iterator when zapping the TDP MMU',
    );
    expect(candidates[0]?.author).toBe('Bernhard Kauer <bk@alpico.io>');
    expect(
      candidates[1]?.patches[0]?.files.map((f) => [f.path, f.oldBlob, f.hunks.length]),
    ).toEqual([
      ['arch/x86/kvm/mmu/tdp_iter.c', '04c247bfe318', 3],
      ['arch/x86/kvm/mmu/tdp_iter.h', '2880fd392e0c', 2],
      ['arch/x86/kvm/mmu/tdp_mmu.c', '3b996c1fdaab', 6],
    ]);
    expect(candidates[0]?.patches[0]?.files[1]?.hunks[0]?.at).toMatchObject({ path, line: 62 });
  });

  it.skipIf(!existsSync(join(kernel, 'arch/x86/kvm/mmu/tdp_mmu.c')))(
    'applies to Linux 6.12: one with an offset, the other exactly, to the blobs that the mails promise',
    () => {
      const tree: Tree = {
        kind: 'directory',
        label: kernel,
        revision: null,
        read: (file) => {
          const full = join(kernel, file);
          return existsSync(full) ? readFileSync(full) : null;
        },
      };
      const { candidates } = findCandidates(readThread());
      const [bernhard, sean] = candidates.map((c) => applyCandidate(tree, c));
      expect(bernhard?.status).toBe('offset');
      expect(bernhard?.files.map((f) => [f.status, f.expectedResultBlob === f.resultBlob])).toEqual(
        [
          ['exact', true],
          ['offset', false],
        ],
      );
      expect(bernhard?.files[1]?.hunks[0]).toMatchObject({
        status: 'offset',
        line: 757,
        offset: 7,
        fuzz: 0,
      });
      expect(sean?.status).toBe('exact');
      expect(sean?.files.map((f) => f.expectedResultBlob === f.resultBlob)).toEqual([
        true,
        true,
        true,
      ]);
      if (bernhard?.kind !== 'applied') throw new Error('not applied');
      expect(bernhard.changed.map((c) => [c.newPath, c.added.length, c.removed])).toEqual([
        ['arch/x86/kvm/mmu/tdp_iter.h', 21, []],
        ['arch/x86/kvm/mmu/tdp_mmu.c', 1, [760]],
      ]);
    },
  );
});
