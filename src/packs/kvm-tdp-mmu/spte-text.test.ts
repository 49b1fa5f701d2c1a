import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Configuration } from './scenario.js';
import { masksOf } from './spte-masks.js';
import { parseSpteText, spteText } from './spte-text.js';
import { encodeLeaf, encodeMmio, encodeTable } from './spte-value.js';

const base: Configuration = {
  format: 'ept',
  maxPhysAddr: 48,
  adBits: true,
  pml: false,
  suppressVe: true,
  meMask: 0n,
};
const configurations: Configuration[] = [
  base,
  { ...base, adBits: false },
  { ...base, pml: true, suppressVe: false },
  { ...base, format: 'npt' },
  { ...base, format: 'npt', meMask: 1n << 47n },
  { ...base, format: 'npt', maxPhysAddr: 52 },
];

const leaf = {
  kind: 'leaf',
  pfn: 0x123n,
  writable: true,
  mmuWritable: true,
  hostWritable: true,
  executable: true,
  accessed: true,
  dirty: true,
  accessTracked: false,
  adType: 'enabled',
} as const;

describe('the text of an SPTE', () => {
  const named = (pfn: bigint) => (pfn === 0x77n ? 'r0[3]' : null);

  it('uses the words of a kernel developer', () => {
    const masks = masksOf(base);
    const text = (value: bigint, level = 1) => spteText(value, level, masks, named);
    expect(text(masks.nonpresent)).toBe('0');
    expect(text(masks.frozen)).toBe('frozen');
    expect(text(encodeLeaf(leaf, 1, masks))).toBe('leaf pfn 0x123 RWX A D mmu-w host-w');
    expect(text(encodeTable(0x77n, masks), 2)).toBe('-> r0[3]');
    expect(text(encodeTable(0x78n, masks), 2)).toBe('-> pfn 0x78');
    expect(text(encodeMmio({ generation: 5, gfn: 0xfee00n, writable: true }, masks))).toBe(
      'mmio gen 5 gfn 0xfee00',
    );
    expect(text(encodeLeaf(leaf, 2, masks) ^ (1n << 60n), 2)).toBe(
      'leaf pfn 0x123 RWX A D mmu-w host-w ^0x1000000000000000',
    );
    expect(text(1n)).toBe('raw 0x1');
  });

  it('knows access tracking and write protection instead of dirty bits', () => {
    const off = masksOf({ ...base, adBits: false });
    const tracked = encodeLeaf(
      { ...leaf, adType: 'disabled', writable: false, accessTracked: true },
      1,
      off,
    );
    expect(tracked & 7n).toBe(0n);
    expect(spteText(tracked, 1, off, named)).toBe('leaf pfn 0x123 R-X mmu-w host-w tracked');
    const wp = encodeLeaf({ ...leaf, adType: 'write-protect-only' }, 1, masksOf(base));
    expect(spteText(wp, 1, masksOf(base), named)).toBe(
      'leaf pfn 0x123 RWX A D mmu-w host-w wp-only',
    );
  });

  it('loses no bit of any value, in any format and level', () => {
    const value = fc.oneof(
      fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
      fc
        .tuple(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), fc.nat(3))
        .map(([v, i]) => v & ([0xfffn, (0xfffn << 52n) | 0xfffn, 7n, (7n << 52n) | 0xfn][i] ?? 0n)),
      fc.nat(63).map((n) => 1n << BigInt(n)),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...configurations),
        fc.integer({ min: 1, max: 5 }),
        value,
        fc.boolean(),
        (configuration, level, raw, shape) => {
          const masks = masksOf(configuration);
          const v = shape ? raw | (1n << 11n) : raw;
          const text = spteText(v, level, masks, () => null);
          const back = parseSpteText(text, level, masks, () => null);
          expect(back).toEqual({ ok: true, value: v });
        },
      ),
      { numRuns: 2000 },
    );
  });
});
