/**
 * A page fault is served: tables are made on the way down, huge pages in the way are split, and the leaf is put in place.
 * Described in tdp_mmu.c (kvm_tdp_mmu_map, tdp_mmu_map_handle_target_level), spte.c (make_spte, make_mmio_spte) and mmu.c
 * (kvm_mmu_hugepage_adjust, disallowed_hugepage_adjust).
 */
import { adTypeOf, encodeLeaf, encodeMmio } from '../spte-value.js';
import { childTable, visit } from './iterator.js';
import type { TdpIterator } from './iterator.js';
import { childTableAt, link, splitHugePage } from './link.js';
import type { Machine, Slot } from './machine.js';
import { pagesPerEntry } from './page-table.js';
import type { RootState } from './run-state.js';
import { flushGfn, setAtomically } from './set-spte.js';
import { isHuge, isLast, isPresent, isWritable } from './spte.js';

/** RET_PF_* */
const RETRY = 1n;
const EMULATE = 2n;
const WRITE_PROTECTED = 3n;
const FIXED = 5n;
const SPURIOUS = 6n;

export interface Fault {
  readonly gfn: number;
  readonly slot: Slot | null;
  /** Of the 4K page. */
  readonly pfn: bigint;
  readonly write: boolean;
  readonly exec: boolean;
  readonly prefetch: boolean;
  readonly mapWritable: boolean;
  readonly maxLevel: number;
  /** The shadow MMU watches the page: writes must fault, and no huge page may cover it. */
  readonly writeTracked: boolean;
  readonly mmioGeneration: number;
}

interface FaultState extends Fault {
  pfn: bigint;
  goalLevel: number;
  requestedLevel: number;
  readonly hugePageDisallowed: boolean;
}

/** How large the mapping may be: the slot decides, unless execution wants small pages. */
function adjust(machine: Machine, fault: Fault): FaultState {
  const hugePageDisallowed = fault.exec && machine.nxHugePages;
  const state = { ...fault, goalLevel: 1, requestedLevel: 1, hugePageDisallowed };
  const { slot } = fault;
  if (fault.maxLevel === 1 || slot === null || slot.dirtyLog || fault.writeTracked) return state;
  state.requestedLevel = Math.min(machine.largestMapping(slot, fault.gfn), fault.maxLevel);
  // The host's own page has to be as large, and aligned alike.
  const unlike = BigInt(fault.gfn) ^ fault.pfn;
  const pages = (level: number): bigint => BigInt(pagesPerEntry(level));
  while (unlike % pages(state.requestedLevel) !== 0n) state.requestedLevel--;
  if (state.requestedLevel === 1 || hugePageDisallowed) return state;
  state.goalLevel = state.requestedLevel;
  state.pfn -= state.pfn % pages(state.goalLevel);
  return state;
}

/** A table stands where the huge page should go, and must stay for the sake of execution: aim one level lower. */
function yieldToSmallPages(machine: Machine, fault: FaultState, iterator: TdpIterator): void {
  if (iterator.level === 1 || iterator.level !== fault.goalLevel) return;
  if (!childTable(machine, iterator.table, iterator.index)?.nxHugePageDisallowed) return;
  const between = pagesPerEntry(iterator.level) - pagesPerEntry(iterator.level - 1);
  fault.pfn |= BigInt(fault.gfn) & BigInt(between);
  fault.goalLevel--;
}

export function mapFault(machine: Machine, root: RootState, request: Fault): bigint {
  return machine.scope('kvm_tdp_mmu_map', () => {
    const fault = adjust(machine, request);
    return machine.inReadSection(() => {
      const range = { start: fault.gfn, end: fault.gfn + 1 };
      for (const iterator of visit(machine, root, 1, range)) {
        if (machine.nxHugePages) yieldToSmallPages(machine, fault, iterator);
        if (machine.rules.isFrozen(iterator.spte)) return RETRY;
        if (iterator.level === fault.goalLevel) return install(machine, iterator, fault);
        if (isPresent(iterator.spte) && !isHuge(iterator.spte)) continue;
        if (!makeTable(machine, iterator, fault)) return RETRY;
      }
      return RETRY;
    });
  });
}

function makeTable(machine: Machine, iterator: TdpIterator, fault: FaultState): boolean {
  const ordinal = machine.allocate(false) ?? 0;
  const table = childTableAt(machine, iterator, ordinal);
  table.nxHugePageDisallowed = fault.hugePageDisallowed;
  const done = isPresent(iterator.spte)
    ? splitHugePage(machine, iterator, table, true)
    : link(machine, iterator, table, true);
  if (!done) {
    machine.free(table);
    return false;
  }
  if (fault.hugePageDisallowed && fault.requestedLevel >= iterator.level) machine.trackNx(table);
  return true;
}

function install(machine: Machine, iterator: TdpIterator, fault: FaultState): bigint {
  const { spte: old, level } = iterator;
  const value = leafValue(machine, iterator, fault);
  if (value !== old) {
    if (!setAtomically(machine, iterator, value)) return RETRY;
    if (isPresent(old) && !isLast(old, level)) flushGfn(machine, iterator);
  }
  if (machine.rules.isMmio(value)) {
    machine.mmioCreated++;
    return EMULATE;
  }
  if (fault.write && mustFault(fault, iterator)) return WRITE_PROTECTED;
  return value === old ? SPURIOUS : FIXED;
}

/** Writes to a page that is watched, unless the old leaf lets them through: then nobody watches it any more. */
function mustFault(fault: FaultState, { spte: old, level }: TdpIterator): boolean {
  return fault.writeTracked && fault.mapWritable && !(isLast(old, level) && isWritable(old));
}

function leafValue(machine: Machine, iterator: TdpIterator, fault: FaultState): bigint {
  const { masks, configuration } = machine;
  if (fault.slot === null) {
    const gfn = BigInt(iterator.gfn);
    return encodeMmio({ generation: fault.mmioGeneration, gfn, writable: true }, masks);
  }
  const { level, spte: old } = iterator;
  const writable = fault.mapWritable && !mustFault(fault, iterator);
  // A writable leaf that is replaced by its like stays as dirty as it was.
  const keepsDirty = isLast(old, level) && isWritable(old);
  const adType = adTypeOf(configuration, iterator.table.role);
  const value = encodeLeaf(
    {
      kind: 'leaf',
      pfn: fault.pfn,
      writable,
      mmuWritable: writable,
      hostWritable: fault.mapWritable,
      executable: !(level > 1 && machine.nxHugePages),
      accessed: !fault.prefetch,
      dirty: writable && !keepsDirty,
      accessTracked: false,
      adType,
    },
    level,
    masks,
  );
  const made = fault.prefetch ? machine.rules.tracked(value) : value;
  if (isWritable(made) && fault.slot.dirtyLog) machine.log.dirtyLog(iterator.gfn);
  return made;
}
