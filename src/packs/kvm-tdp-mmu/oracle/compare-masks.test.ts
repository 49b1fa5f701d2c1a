import { expect, it } from 'vitest';
import { PLAIN_EPT } from '../plain-vm.js';
import { masksOf } from '../spte-masks.js';
import { compareMasks } from './compare-masks.js';

const plain = masksOf(PLAIN_EPT);

it("KVM's own bits may lie anywhere, those that hardware sees may not", () => {
  const moved = { ...plain, hostWritable: plain.mmuWritable, mmuWritable: plain.hostWritable };
  expect(compareMasks(plain, { ...moved, frozen: 0x1n }, 'sequential')).toBeNull();
  expect(compareMasks(plain, { ...plain, dirty: 0n }, 'sequential')).toMatchObject({
    dimension: 'sequential',
    what: 'shadow_dirty_mask is 0x200 in the old version, 0x0 in the new version',
  });
  expect(compareMasks(plain, { ...plain, mmioCaching: 0n }, 'yield')?.what).toContain(
    'enable_mmio_caching',
  );
});
