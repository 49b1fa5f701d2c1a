import { describe, expect, it } from 'vitest';
import { kernelConfiguration } from '../c/preprocess/kernel-config/kernel-options.js';
import { ORIGINAL, REFERENCE } from '../gen/campaign.js';
import { KVM_TDP_MMU } from '../packs/kvm-tdp-mmu/pack.js';
import type { CheckReport } from '../report/report.js';
import { memoryTree } from '../tree/memory-tree.js';
import { unchecked } from '../version/prepare.js';
import { judgeReferences } from './judge-references.js';

const check = (own: Partial<CheckReport>): CheckReport => ({
  ...unchecked('', ''),
  entryPoint: 'f',
  ...own,
});
const ofPatch = check({ candidate: 'patch', against: ORIGINAL, verdict: 'no-difference' });
const agrees = check({ candidate: ORIGINAL, against: REFERENCE, verdict: 'no-difference' });
const differs = check({
  candidate: ORIGINAL,
  against: REFERENCE,
  verdict: 'differs',
  witness: 'w1',
  reason: 'f returns 1 in original, 0 in reference',
});

function judged(checks: readonly CheckReport[], others: readonly string[]) {
  const pack = { ...KVM_TDP_MMU, undescribed: () => others } as never;
  const configuration = kernelConfiguration(() => null);
  return judgeReferences(checks, { pack, tree: memoryTree(new Map()), configuration });
}

describe('original against references', () => {
  it('agrees: nothing is said', () => {
    const checks = [ofPatch, agrees];
    const nothing = { checks, withdrawn: new Set(), fault: null, remark: null };
    expect(judged(checks, [])).toEqual(nothing);
    expect(judged(checks, ['a.c'])).toEqual(nothing);
  });
  it('differs where they were written from this source: a fault of ours, and nothing else', () => {
    const { fault } = judged([ofPatch, differs], []);
    expect(fault?.message).toContain('a fault of patchcheck');
    expect(fault?.notes.map(({ message }) => message)).toEqual([differs.reason]);
  });
  it('differs on another source: no matter of the patch, and said', () => {
    const { checks, withdrawn, fault, remark } = judged(
      [ofPatch, differs],
      ['mmu/a.c', 'CONFIG_X'],
    );
    expect(withdrawn).toEqual(new Set(['w1']));
    expect(checks).toEqual([ofPatch]);
    expect(fault).toBeNull();
    expect(remark?.message).toContain('references of f do not describe this tree');
    expect(remark?.message).toContain('mmu/a.c, CONFIG_X');
  });
});

describe('what the references of the TDP MMU were written from', () => {
  const none = new Map<string, string>();
  it('is no tree without their files', () => {
    expect(KVM_TDP_MMU.undescribed(() => null, none)).toContain('arch/x86/kvm/mmu/tdp_mmu.c');
  });
  it('leaves no option that makes walks leave levels out', () => {
    const on = new Map([['KVM_PROVE_MMU', 'y']]);
    expect(KVM_TDP_MMU.undescribed(() => null, on)).toContain('CONFIG_KVM_PROVE_MMU');
  });
});
