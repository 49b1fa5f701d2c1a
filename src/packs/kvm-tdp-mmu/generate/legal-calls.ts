/** What KVM itself passes to an entry point: ranges within a slot, levels that a root has, pages that a dirty bitmap knows. */
import type { Call, MemorySlot, Scenario } from '../scenario.js';
import { rangeIsLegal } from '../shrink.js';

/** Those that are called for any gfn that a root maps. */
const ANYWHERE: ReadonlySet<string> = new Set([
  '__tdp_mmu_zap_root',
  'tdp_mmu_zap_leafs',
  'kvm_tdp_mmu_zap_leafs',
  'kvm_tdp_mmu_zap_sp',
  'kvm_tdp_mmu_map',
  'kvm_tdp_mmu_get_walk',
  'kvm_tdp_mmu_fast_pf_get_last_sptep',
]);

export function isLegalCall(scenario: Scenario, { entry, args }: Call): boolean {
  const { root, level } = args;
  const top = root === undefined ? undefined : scenario.roots[Number(root)]?.level;
  if (level !== undefined && top !== undefined && level > BigInt(top)) return false;
  return rangeIsLegal(args) && (ANYWHERE.has(entry) || isInSlot(scenario, args));
}

/** All that the call asks for lies in one slot, where it asks for gfns. */
function isInSlot(scenario: Scenario, args: Call['args']): boolean {
  const { start, end, gfn, mask } = args;
  const [first, behind] = gfn === undefined ? [start, end] : [gfn, gfn + 1n];
  if (first === undefined || behind === undefined) return true;
  return slotsOf(scenario, args).some(({ baseGfn, pages }) => {
    const last = baseGfn + pages;
    if (first < baseGfn || behind > last) return false;
    if (mask === undefined) return true;
    // a word of the slot's bitmap
    const bits = last - first < 64n ? last - first : 64n;
    return mask !== 0n && (first - baseGfn) % 64n === 0n && mask < 1n << bits;
  });
}

function slotsOf({ roots, slots }: Scenario, { slot, root }: Call['args']): readonly MemorySlot[] {
  if (slot !== undefined) return slots.slice(Number(slot), Number(slot) + 1);
  const smm = root !== undefined && roots[Number(root)]?.smm === true;
  return slots.filter(({ addressSpace }) => addressSpace === (smm ? 1 : 0));
}
