/**
 * What differs between kernel trees, as questions about their declarations. The answers are handed to the C side as macros:
 * `PC_HAVE_…=1` where the answer is yes, `PC_PARAMS_<FUNCTION>=<number>` for each function that a shim calls.
 * Kernel versions are never compared.
 */
import type { Probe } from '../../pack-api/pack.js';
import { ENTRY_POINTS, kernelNames } from './entry-points.js';

export type Question =
  | { readonly kind: 'field'; readonly record: string; readonly field: string }
  | { readonly kind: 'function'; readonly name: string; readonly parameters?: number };

export interface Feature {
  readonly macro: string;
  readonly question: Question;
}

const field = (macro: string, record: string, name: string): Feature => ({
  macro,
  question: { kind: 'field', record, field: name },
});
const functionNamed = (macro: string, name: string, parameters?: number): Feature => ({
  macro,
  question: { kind: 'function', name, ...(parameters === undefined ? {} : { parameters }) },
});

export const FEATURES: readonly Feature[] = [
  field(
    'PC_HAVE_KVM_MMU_PAGE_NX_HUGE_PAGE_DISALLOWED',
    'struct kvm_mmu_page',
    'nx_huge_page_disallowed',
  ),
  field('PC_HAVE_SCHEDULED_ROOT_TO_ZAP', 'struct kvm_mmu_page', 'tdp_mmu_scheduled_root_to_zap'),
  field('PC_HAVE_KVM_ARCH_SHADOW_MMIO_VALUE', 'struct kvm_arch', 'shadow_mmio_value'),
  field('PC_HAVE_KVM_HOST_VALUES', 'struct kvm_host_values', 'maxphyaddr'),
  field('PC_HAVE_NOTIFIER_ARG_PTE', 'union kvm_mmu_notifier_arg', 'pte'),
  functionNamed('PC_HAVE_WALK_LOCKLESS', 'kvm_tdp_mmu_walk_lockless_begin', 0),
  functionNamed('PC_HAVE_ALLOC_NOPROF', 'kmem_cache_alloc_noprof'),
  functionNamed('PC_HAVE_FLUSH_REMOTE_TLBS_RANGE', 'kvm_flush_remote_tlbs_range', 3),
  functionNamed('PC_HAVE_FLUSH_REMOTE_TLBS_WITH_ADDRESS', 'kvm_flush_remote_tlbs_with_address', 3),
  functionNamed('PC_HAVE_MAX_MAPPING_LEVEL_4', 'kvm_mmu_max_mapping_level', 4),
  functionNamed('PC_HAVE_MAX_MAPPING_LEVEL_5', 'kvm_mmu_max_mapping_level', 5),
  functionNamed('PC_HAVE_TRACK_POSSIBLE_NX_HUGE_PAGE', 'track_possible_nx_huge_page', 2),
  functionNamed('PC_HAVE_ACCOUNT_HUGE_NX_PAGE', 'account_huge_nx_page', 2),
];

export function parametersMacro(functionName: string): string {
  return `PC_PARAMS_${functionName.toUpperCase()}`;
}

/** The macros for one version; entry points in `without` are left out of it (their shims did not check, say). */
export function featureDefines(probe: Probe, without: ReadonlySet<string> = new Set()): string[] {
  const defines = FEATURES.filter(({ question }) => holds(question, probe)).map(
    ({ macro }) => `${macro}=1`,
  );
  for (const entry of ENTRY_POINTS) {
    for (const name of kernelNames(entry)) {
      const count = without.has(entry.name) ? 0 : (probe.parameters(name)?.length ?? 0);
      defines.push(`${parametersMacro(name)}=${String(count)}`);
    }
  }
  return defines;
}

/** Entry points that this version does not have, or not with parameters that the shim knows; by name, with the reason. */
export function missingEntries(probe: Probe): Map<string, string> {
  const missing = new Map<string, string>();
  for (const entry of ENTRY_POINTS) {
    const { name, parameters } = entry;
    const names = kernelNames(entry);
    const found = names.map((each) => probe.parameters(each)).find((each) => each !== null);
    if (found === undefined) missing.set(name, `this tree has no function ${names.join(' or ')}`);
    else if (!parameters.includes(found.length)) {
      const known = parameters.join(' or ');
      missing.set(name, `${name} has ${String(found.length)} parameters, the pack knows ${known}`);
    }
  }
  return missing;
}

function holds(question: Question, probe: Probe): boolean {
  switch (question.kind) {
    case 'field':
      return probe.hasField(question.record, question.field);
    case 'function': {
      if (!probe.hasFunction(question.name)) return false;
      if (question.parameters === undefined) return true;
      return probe.parameters(question.name)?.length === question.parameters;
    }
  }
}
