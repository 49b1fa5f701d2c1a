/**
 * Roots: the VM's list of them, references to them, and their end. Described in tdp_mmu.c; the walk over the list holds a
 * reference to the root it is at, and drops it only after it found the next one.
 */
import type { Root } from '../scenario.js';
import type { Machine } from './machine.js';
import type { RootState } from './run-state.js';

export function addressSpaceOf(root: RootState): number {
  return root.table.role.smm ? 1 : 0;
}

/** kvm_tdp_mmu_get_root: none is to be had of a root that nobody holds. */
function takeReference(root: RootState): boolean {
  if (root.references === 0) return false;
  root.references++;
  return true;
}

/** kvm_tdp_mmu_put_root */
export function putRoot(machine: Machine, root: RootState): void {
  root.references--;
  if (root.references > 0) return;
  machine.vmBugIf(!root.invalid);
  machine.roots.splice(machine.roots.indexOf(root), 1);
  machine.freeAfterGracePeriod(root.table);
}

/** tdp_mmu_next_root */
function nextRoot(
  machine: Machine,
  previous: RootState | null,
  onlyValid: boolean,
): RootState | null {
  const found = machine.inReadSection(() => {
    const from = previous === null ? 0 : machine.roots.indexOf(previous) + 1;
    return (
      machine.roots
        .slice(from)
        .find((root) => !(onlyValid && root.invalid) && takeReference(root)) ?? null
    );
  });
  if (previous !== null) putRoot(machine, previous);
  return found;
}

/** The walk that may yield at each root: list and lock may change under it. */
export function* rootsWithReferences(
  machine: Machine,
  addressSpace: number | null,
  onlyValid: boolean,
): Generator<RootState> {
  let root = nextRoot(machine, null, onlyValid);
  while (root !== null) {
    if (addressSpace === null || addressSpaceOf(root) === addressSpace) yield root;
    root = nextRoot(machine, root, onlyValid);
  }
}

/** The walk under mmu_lock held for write, without references. */
export function rootsLocked(
  machine: Machine,
  addressSpace: number,
  onlyValid: boolean,
): RootState[] {
  return machine.roots.filter(
    (root) => addressSpaceOf(root) === addressSpace && !(onlyValid && root.invalid),
  );
}

/** kvm_tdp_mmu_invalidate_all_roots: the TDP MMU's own references go to whoever zaps them. */
export function invalidateAllRoots(machine: Machine): void {
  for (const root of machine.roots) {
    if (root.invalid) continue;
    root.scheduledToZap = true;
    root.invalid = true;
  }
}

/** kvm_tdp_mmu_alloc_root: shares a valid root of the same role, or makes one with two references. */
export function allocateRoot(
  machine: Machine,
  wanted: Pick<Root, 'level' | 'smm' | 'guestMode'>,
): RootState {
  const sameRole = (root: RootState): boolean =>
    !root.invalid &&
    root.table.level === wanted.level &&
    root.table.role.smm === wanted.smm &&
    root.table.role.guestMode === wanted.guestMode;
  for (const root of rootsWithReferences(machine, wanted.smm ? 1 : 0, true)) {
    if (sameRole(root)) return root; // and keep the walk's reference
  }
  const ordinal = machine.allocate(false) ?? 0;
  const table = machine.addTable(ordinal, wanted.level, 0, {
    smm: wanted.smm,
    guestMode: wanted.guestMode,
    adDisabled: machine.masks.accessed === 0n,
    parent: null,
  });
  const root = { table, invalid: false, scheduledToZap: false, references: 2 };
  machine.roots.unshift(root);
  return root;
}
