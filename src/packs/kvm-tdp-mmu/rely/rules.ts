/**
 * The rely: what other CPUs may do while somebody holds mmu_lock, or none does. A rule is a step on one SPTE that hardware or
 * lockless code takes (c/include/pc/harness/rely.c carries it out), or a whole call of another task, made with the
 * kernel's own functions (c/include/pc/harness/tasks.c). `from` names the kernel's function or comment that says so.
 */
export const STEPS = ['accessed', 'dirty', 'fast-write', 'fast-access', 'age'] as const;
export type Step = (typeof STEPS)[number];

export interface StepRule {
  readonly name: Step;
  /** PC_STEP_ of words.h. */
  readonly number: number;
  /** Who does it, for the text of a witness. */
  readonly who: string;
  readonly does: string;
  /** What the SPTE has to be, over and above a present leaf that a CPU can still come to. */
  readonly needs: string;
  /** In which modes of mmu_lock, as held by whoever is interrupted. */
  readonly locks: string;
  readonly from: string;
}

export const STEP_RULES: readonly StepRule[] = [
  {
    name: 'accessed',
    number: 1,
    who: 'CPU',
    does: 'sets Accessed',
    needs: 'A/D bits in use for the SPTE',
    locks: 'any',
    from: 'tdp_iter.h, kvm_tdp_mmu_spte_need_atomic_write(): Accessed and Dirty bits can be set by the CPU',
  },
  {
    name: 'dirty',
    number: 2,
    who: 'CPU',
    does: 'sets Dirty, and Accessed with it',
    needs: 'Writable, and A/D bits in use for the SPTE',
    locks: 'any',
    from: 'tdp_iter.h, kvm_tdp_mmu_spte_need_atomic_write(): Accessed and Dirty bits can be set by the CPU',
  },
  {
    name: 'fast-write',
    number: 3,
    who: 'fast page fault',
    does: 'makes the SPTE Writable, and the gfn dirty in its slot',
    needs: 'MMU-writable, not Writable; above 4K only where the slot is not dirty-logged',
    locks: 'any: without mmu_lock',
    from: 'mmu.c, fast_page_fault(): only SPTEs that are MMU-writable can be made writable outside of mmu_lock',
  },
  {
    name: 'fast-access',
    number: 4,
    who: 'fast page fault',
    does: 'takes the SPTE out of access tracking',
    needs: 'access-tracked, A/D bits off in KVM',
    locks: 'any: without mmu_lock',
    from: 'mmu.c, fast_page_fault() and page_fault_can_be_fast(), case 1',
  },
  {
    name: 'age',
    number: 5,
    who: 'lockless ageing',
    does: 'clears Accessed',
    needs:
      'a tree that ages without mmu_lock (CONFIG_KVM_MMU_LOCKLESS_AGING), A/D bits in use for the SPTE',
    locks: 'any, in such a tree; in others ageing is a task under mmu_lock for write',
    from: 'tdp_mmu.c, kvm_tdp_mmu_age_gfn_range()',
  },
];

const BY_NAME = new Map(STEP_RULES.map((rule) => [rule.name, rule]));
const BY_NUMBER = new Map(STEP_RULES.map((rule) => [rule.number, rule]));

export function stepRule(name: string): StepRule | null {
  return STEPS.some((step) => step === name) ? (BY_NAME.get(name as Step) ?? null) : null;
}

export function stepNumbered(number: number): StepRule | null {
  return BY_NUMBER.get(number) ?? null;
}
