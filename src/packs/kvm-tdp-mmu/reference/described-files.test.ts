import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { kernelTrees } from '../../../c/preprocess/testing/kernel-trees.js';
import { blobId } from '../../../patch/blob-id.js';
import { undescribed } from './described-files.js';

const none = new Map<string, string>();
const blobIn =
  (root: string) =>
  (path: string): string =>
    blobId(new Uint8Array(readFileSync(join(root, path))));

it('the model tree is what the references were written from: whoever changes it looks at them, and puts its new blobs down', () => {
  const root = join(import.meta.dirname, '../../../../fixtures/linux');
  expect(undescribed(blobIn(root), none)).toEqual([]);
});

const linux = kernelTrees['6.12'] ?? null;
if (linux === null) console.warn('skipped: no sources of Linux 6.12');

it.skipIf(linux === null)('so is Linux 6.12.117, and a file that differs is named', ({ skip }) => {
  const blob = blobIn(linux?.root ?? '');
  if (!blob('arch/x86/kvm/mmu/tdp_mmu.c').startsWith('3b996c1fdaab')) skip('the package has moved');
  expect(undescribed(blob, none)).toEqual([]);
  const other = (path: string): string => (path.endsWith('/spte.h') ? 'other' : blob(path));
  expect(undescribed(other, none)).toEqual(['arch/x86/kvm/mmu/spte.h']);
});
