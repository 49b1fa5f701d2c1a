/**
 * Faults of the embedded model tree that show only when two kernel threads run at once, and edits of the same places that change
 * nothing. `find` stands exactly once in the file.
 */
import type { Race } from './races.js';

export interface Interleaved extends Omit<Race, 'file' | 'explored'> {
  readonly file: Race['file'] | 'tdp_mmu.h';
}

const TAKE = 'return refcount_inc_not_zero(&root->tdp_mmu_root_count);';
const DROP = 'if (refcount_dec_and_test(&root->tdp_mmu_root_count)) {';
const AGAIN = 'if (wanted.word == root->role.word &&\n\t\t    !WARN_ON_ONCE';
const WALKS = ['kvm_tdp_mmu_zap_invalidated_roots', 'kvm_tdp_mmu_put_root'];

export const INTERLEAVED: readonly Interleaved[] = [
  {
    name: 'a root is taken though its last reference is gone',
    file: 'tdp_mmu.h',
    find: TAKE,
    replace: 'atomic_inc(&root->tdp_mmu_root_count.refs);\n\treturn true;',
    entries: WALKS,
  },
  {
    name: 'whether a root has references is asked before one is taken, not with it',
    file: 'tdp_mmu.h',
    find: TAKE,
    replace:
      'if (!refcount_read(&root->tdp_mmu_root_count))\n\t\treturn false;\n\tatomic_inc(&root->tdp_mmu_root_count.refs);\n\treturn true;',
    entries: WALKS,
  },
  {
    name: 'whether a reference was the last is asked after it is dropped, not with it',
    file: 'tdp_mmu.c',
    find: DROP,
    replace:
      'atomic_dec(&root->tdp_mmu_root_count.refs);\n\tif (!refcount_read(&root->tdp_mmu_root_count)) {',
    entries: ['kvm_tdp_mmu_put_root', 'kvm_tdp_mmu_zap_invalidated_roots'],
  },
  {
    name: 'a vCPU that makes a root does not look again whether another has made it',
    file: 'tdp_mmu.c',
    find: AGAIN,
    replace: 'if (false && wanted.word == root->role.word &&\n\t\t    !WARN_ON_ONCE',
    entries: ['kvm_tdp_mmu_alloc_root'],
  },
];

export const UNCHANGED: readonly Interleaved[] = [
  {
    name: 'a reference is taken with the result in a variable',
    file: 'tdp_mmu.h',
    find: TAKE,
    replace: 'bool taken = refcount_inc_not_zero(&root->tdp_mmu_root_count);\n\n\treturn taken;',
    entries: WALKS,
  },
  {
    name: 'the condition of a last reference the other way round',
    file: 'tdp_mmu.c',
    find: DROP,
    replace: 'const bool last = refcount_dec_and_test(&root->tdp_mmu_root_count);\n\n\tif (last) {',
    entries: ['kvm_tdp_mmu_put_root'],
  },
];
