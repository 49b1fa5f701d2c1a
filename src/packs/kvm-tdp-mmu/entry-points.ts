/**
 * The entry points of the pack: numbers of the shims in c/include/pc/harness/entries.c, arguments in the order of their
 * words, the lock that the shim takes as KVM's callers do, and the kernel function that it calls.
 */

export type ArgumentKind =
  | { readonly kind: 'root' | 'slot' | 'flag' | 'mask' | 'pfn' | 'generation' }
  /** A gfn; `end`: one past the last; `aligned64`: a multiple of 64. */
  | { readonly kind: 'gfn'; readonly role: 'start' | 'end' | 'single' | 'aligned64' }
  | { readonly kind: 'level'; readonly least: number; readonly most: number };

export interface Argument {
  readonly name: string;
  readonly type: ArgumentKind;
}

export interface EntryPointInfo {
  readonly name: string;
  /** What other trees call the kernel's function. */
  readonly otherNames?: readonly string[];
  /** Functions of the tree that the shim calls around it, as the function's own callers do. */
  readonly around?: readonly string[];
  readonly number: number;
  /** The shim in C. */
  readonly shim: string;
  readonly arguments: readonly Argument[];
  /** How the shim holds mmu_lock; 'by-argument': for read where `shared` is set; 'own': the function takes it itself. */
  readonly lock: 'read' | 'write' | 'by-argument' | 'own' | 'none';
  /** It can drop mmu_lock on the way; 'by-argument': where `canYield` or `mayBlock` is set. */
  readonly yields: boolean | 'by-argument';
  /** flush: true means that the caller must flush; error: 0 or a negative errno. */
  readonly returns: 'flush' | 'value' | 'error' | 'void';
  /** Numbers of parameters of the kernel's function that the shim can call. */
  readonly parameters: readonly number[];
}

const plain = (name: string, kind: 'root' | 'slot' | 'flag' | 'mask' | 'pfn' | 'generation') =>
  ({ name, type: { kind } }) satisfies Argument;
const level = (name: string, least: number, most: number): Argument => ({
  name,
  type: { kind: 'level', least, most },
});
const gfn = (name: string, role: 'start' | 'end' | 'single' | 'aligned64'): Argument => ({
  name,
  type: { kind: 'gfn', role },
});

const root = plain('root', 'root');
const slot = plain('slot', 'slot');
const shared = plain('shared', 'flag');
const flush = plain('flush', 'flag');
/** Whether the mitigation of NX huge pages is on. */
const nxHugePages = plain('nxHugePages', 'flag');
const start = gfn('start', 'start');
const end = gfn('end', 'end');

const LOCKLESS = ['kvm_tdp_mmu_walk_lockless_begin', 'kvm_tdp_mmu_walk_lockless_end'];

export const ENTRY_POINTS: readonly EntryPointInfo[] = [
  {
    name: '__tdp_mmu_zap_root',
    number: 1,
    shim: 'pc_call_raw_zap_root',
    arguments: [root, shared, level('level', 1, 5)],
    lock: 'by-argument',
    yields: true,
    returns: 'void',
    parameters: [4],
  },
  {
    name: 'tdp_mmu_zap_root',
    number: 2,
    shim: 'pc_call_zap_root',
    arguments: [root, shared],
    lock: 'by-argument',
    yields: true,
    returns: 'void',
    parameters: [3],
  },
  {
    name: 'tdp_mmu_zap_leafs',
    number: 3,
    shim: 'pc_call_root_zap_leafs',
    arguments: [root, start, end, plain('canYield', 'flag'), flush],
    lock: 'write',
    yields: 'by-argument',
    returns: 'flush',
    parameters: [6],
  },
  {
    name: 'kvm_tdp_mmu_zap_leafs',
    number: 4,
    shim: 'pc_call_zap_leafs',
    arguments: [start, end, flush],
    lock: 'write',
    yields: true,
    returns: 'flush',
    parameters: [4, 6],
  },
  {
    name: 'kvm_tdp_mmu_zap_sp',
    number: 5,
    shim: 'pc_call_zap_sp',
    arguments: [root, level('level', 1, 4), gfn('gfn', 'single')],
    lock: 'write',
    yields: false,
    returns: 'flush',
    parameters: [2],
  },
  {
    name: 'kvm_tdp_mmu_zap_all',
    number: 6,
    shim: 'pc_call_zap_all',
    arguments: [],
    lock: 'write',
    yields: true,
    returns: 'void',
    parameters: [1],
  },
  {
    name: 'kvm_tdp_mmu_zap_invalidated_roots',
    number: 7,
    shim: 'pc_call_zap_invalidated_roots',
    arguments: [],
    lock: 'own',
    yields: true,
    returns: 'void',
    parameters: [1],
  },
  {
    name: 'kvm_tdp_mmu_invalidate_all_roots',
    number: 8,
    shim: 'pc_call_invalidate_all_roots',
    arguments: [],
    lock: 'write',
    yields: false,
    returns: 'void',
    parameters: [1],
  },
  {
    name: 'kvm_tdp_mmu_unmap_gfn_range',
    number: 9,
    shim: 'pc_call_unmap_gfn_range',
    arguments: [slot, start, end, plain('mayBlock', 'flag'), flush],
    lock: 'write',
    yields: 'by-argument',
    returns: 'flush',
    parameters: [3],
  },
  {
    name: 'kvm_tdp_mmu_age_gfn_range',
    number: 10,
    shim: 'pc_call_age_gfn_range',
    arguments: [slot, start, end],
    lock: 'write',
    yields: false,
    returns: 'value',
    parameters: [2],
  },
  {
    name: 'kvm_tdp_mmu_test_age_gfn',
    number: 11,
    shim: 'pc_call_test_age_gfn',
    arguments: [slot, start, end],
    lock: 'write',
    yields: false,
    returns: 'value',
    parameters: [2],
  },
  {
    name: 'wrprot_gfn_range',
    number: 12,
    shim: 'pc_call_wrprot_gfn_range',
    arguments: [root, start, end, level('minLevel', 1, 3)],
    lock: 'read',
    yields: true,
    returns: 'flush',
    parameters: [5],
  },
  {
    name: 'kvm_tdp_mmu_wrprot_slot',
    number: 13,
    shim: 'pc_call_wrprot_slot',
    arguments: [slot, level('minLevel', 1, 3)],
    lock: 'read',
    yields: true,
    returns: 'flush',
    parameters: [3],
  },
  {
    name: 'tdp_mmu_split_huge_pages_root',
    number: 14,
    shim: 'pc_call_split_root',
    arguments: [root, start, end, level('targetLevel', 1, 2), shared, nxHugePages],
    lock: 'by-argument',
    yields: true,
    returns: 'error',
    parameters: [6],
  },
  {
    name: 'kvm_tdp_mmu_try_split_huge_pages',
    number: 15,
    shim: 'pc_call_try_split',
    arguments: [slot, start, end, level('targetLevel', 1, 2), shared, nxHugePages],
    lock: 'by-argument',
    yields: true,
    returns: 'void',
    parameters: [6],
  },
  {
    name: 'clear_dirty_gfn_range',
    number: 16,
    shim: 'pc_call_clear_dirty_gfn_range',
    arguments: [root, start, end],
    lock: 'read',
    yields: true,
    returns: 'flush',
    parameters: [4],
  },
  {
    name: 'kvm_tdp_mmu_clear_dirty_slot',
    number: 17,
    shim: 'pc_call_clear_dirty_slot',
    arguments: [slot],
    lock: 'read',
    yields: true,
    returns: 'flush',
    parameters: [2],
  },
  {
    name: 'clear_dirty_pt_masked',
    number: 18,
    shim: 'pc_call_root_clear_dirty_masked',
    arguments: [root, gfn('gfn', 'aligned64'), plain('mask', 'mask'), plain('wrprot', 'flag')],
    lock: 'write',
    yields: false,
    returns: 'void',
    parameters: [5],
  },
  {
    name: 'kvm_tdp_mmu_clear_dirty_pt_masked',
    number: 19,
    shim: 'pc_call_clear_dirty_masked',
    arguments: [slot, gfn('gfn', 'aligned64'), plain('mask', 'mask'), plain('wrprot', 'flag')],
    lock: 'write',
    yields: false,
    returns: 'void',
    parameters: [5],
  },
  {
    name: 'zap_collapsible_spte_range',
    number: 20,
    shim: 'pc_call_root_collapse',
    arguments: [root, slot],
    lock: 'read',
    yields: true,
    returns: 'void',
    parameters: [3],
  },
  {
    name: 'kvm_tdp_mmu_zap_collapsible_sptes',
    number: 21,
    shim: 'pc_call_collapse',
    arguments: [slot],
    lock: 'read',
    yields: true,
    returns: 'void',
    parameters: [2],
  },
  {
    name: 'write_protect_gfn',
    number: 22,
    shim: 'pc_call_root_write_protect_gfn',
    arguments: [root, gfn('gfn', 'single'), level('minLevel', 1, 3)],
    lock: 'write',
    yields: false,
    returns: 'flush',
    parameters: [4],
  },
  {
    name: 'kvm_tdp_mmu_write_protect_gfn',
    number: 23,
    shim: 'pc_call_write_protect_gfn',
    arguments: [slot, gfn('gfn', 'single'), level('minLevel', 1, 3)],
    lock: 'write',
    yields: false,
    returns: 'flush',
    parameters: [4],
  },
  {
    name: 'kvm_tdp_mmu_get_walk',
    around: LOCKLESS,
    number: 24,
    shim: 'pc_call_get_walk',
    arguments: [root, gfn('gfn', 'single')],
    lock: 'none',
    yields: false,
    returns: 'value',
    parameters: [4],
  },
  {
    name: 'kvm_tdp_mmu_fast_pf_get_last_sptep',
    around: LOCKLESS,
    number: 25,
    shim: 'pc_call_last_sptep',
    arguments: [root, gfn('gfn', 'single')],
    lock: 'none',
    yields: false,
    returns: 'value',
    parameters: [3],
  },
  {
    name: 'kvm_tdp_mmu_map',
    number: 26,
    shim: 'pc_call_map',
    arguments: [
      root,
      gfn('gfn', 'single'),
      plain('pfn', 'pfn'),
      plain('write', 'flag'),
      plain('exec', 'flag'),
      plain('prefetch', 'flag'),
      plain('mapWritable', 'flag'),
      level('maxLevel', 1, 3),
      plain('generation', 'generation'),
      nxHugePages,
      /** The shadow MMU watches the page, as it holds page tables of the guest. */
      plain('writeTracked', 'flag'),
    ],
    lock: 'read',
    yields: false,
    returns: 'value',
    parameters: [2],
  },
  {
    name: 'kvm_tdp_mmu_alloc_root',
    otherNames: ['kvm_tdp_mmu_get_vcpu_root_hpa'],
    number: 27,
    shim: 'pc_call_alloc_root',
    arguments: [level('level', 4, 5), plain('smm', 'flag'), plain('guestMode', 'flag')],
    lock: 'own',
    yields: false,
    returns: 'value',
    parameters: [1],
  },
  {
    name: 'kvm_tdp_mmu_put_root',
    number: 28,
    shim: 'pc_call_put_root',
    arguments: [root],
    lock: 'read',
    yields: false,
    returns: 'void',
    parameters: [2, 3],
  },
  {
    name: 'kvm_tdp_mmu_set_spte_gfn',
    number: 29,
    shim: 'pc_call_set_spte_gfn',
    arguments: [slot, gfn('gfn', 'single'), plain('pfn', 'pfn'), plain('writable', 'flag')],
    lock: 'write',
    yields: false,
    returns: 'flush',
    parameters: [2],
  },
  {
    name: 'kvm_mmu_uninit_tdp_mmu',
    number: 30,
    shim: 'pc_call_uninit',
    arguments: [],
    lock: 'own',
    yields: true,
    returns: 'void',
    parameters: [1],
  },
];

/** Every name that a tree may give to the function of an entry point, its own first. */
export function kernelNames({ name, otherNames = [] }: EntryPointInfo): readonly string[] {
  return [name, ...otherNames];
}

const BY_NAME = new Map(ENTRY_POINTS.map((entry) => [entry.name, entry]));
const BY_NUMBER = new Map(ENTRY_POINTS.map((entry) => [entry.number, entry]));

export function entryPoint(name: string): EntryPointInfo | null {
  return BY_NAME.get(name) ?? null;
}

export function entryName(number: number): string {
  return BY_NUMBER.get(number)?.name ?? `entry ${String(number)}`;
}
