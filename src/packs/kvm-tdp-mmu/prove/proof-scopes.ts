/** The pack's proof scopes: each space of cases with its bound in words, on tables scaled down to two entries. */
import type { ProofScope } from '../../../pack-api/pack.js';
import type { GeneratedCase } from '../generate/case.js';
import type { Configuration, Table } from '../scenario.js';
import { scaledPages } from './enumerate-tables.js';
import { PROOF_SPACES, ProofCases, type ProofSpace } from './proof-space.js';
import { GEOMETRY_MACROS, scaleGeometry } from './scale-geometry.js';

/** What others do within the bound. */
const OTHERS: Readonly<Record<ProofSpace['dimension'], string>> = {
  sequential: 'no reschedule, nobody else does anything',
  yield: 'a reschedule at the polls of every subset of the SPTEs, nobody else does anything',
  concurrent:
    'one step of another CPU (sets Accessed or Dirty, or a fast page fault gives rights back) on any leaf, before every access to it, ' +
    'before the call and right before it returns; no reschedule, no other task',
};

export const PROOF_SCOPES: readonly ProofScope<GeneratedCase>[] = PROOF_SPACES.map(proofScope);

function proofScope(space: ProofSpace): ProofScope<GeneratedCase> {
  const { levelBits } = space.tables;
  const cases = new Map<string, ProofCases>();
  const casesOf = (entry: string): ProofCases => {
    let known = cases.get(entry);
    if (known === undefined) cases.set(entry, (known = new ProofCases(space, entry)));
    return known;
  };
  return {
    name: space.id,
    dimension: space.dimension,
    bound: boundOf(space),
    exploring: space.dimension === 'concurrent',
    largestConstant: 2 ** levelBits,
    prepare: (tree) => scaleGeometry(tree, levelBits),
    size: (entry) => casesOf(entry).count,
    at: (entry, index) => {
      const found = casesOf(entry).at(index);
      return isLegal(space, found) ? found : null;
    },
  };
}

function boundOf({ dimension, configuration, tables, kindNames }: ProofSpace): string {
  const entries = 2 ** tables.levelBits;
  return [
    `every page table of ${String(tables.rootLevel)} levels with ${String(entries)} entries each`,
    `(${GEOMETRY_MACROS.join(' and ')} scaled from 9 to ${String(tables.levelBits)})`,
    `of these SPTEs: ${kindNames.join('; ')}.`,
    `One root, valid or scheduled to be zapped, ${formatName(configuration)};`,
    'one slot over all of it; every range, level and flag of the call;',
    OTHERS[dimension],
  ].join(' ');
}

function formatName({ format, adBits, maxPhysAddr }: Configuration): string {
  const bits = format === 'npt' || adBits ? 'with' : 'without';
  return `${format.toUpperCase()} ${bits} A/D bits and ${String(maxPhysAddr)} address bits`;
}

/** Walkers that KVM calls for valid roots only. */
const VALID_ROOT = new Set([
  'wrprot_gfn_range',
  'write_protect_gfn',
  'tdp_mmu_split_huge_pages_root',
  'clear_dirty_gfn_range',
  'clear_dirty_pt_masked',
  'zap_collapsible_spte_range',
  'kvm_tdp_mmu_map',
  'kvm_tdp_mmu_get_walk',
  'kvm_tdp_mmu_fast_pf_get_last_sptep',
]);

function isLegal(space: ProofSpace, { scenario }: GeneratedCase): boolean {
  const [root] = scenario.roots;
  const [call] = scenario.calls;
  if (root === undefined || call === undefined) return false;
  if (root.invalid && VALID_ROOT.has(call.entry)) return false;
  if (call.entry !== 'kvm_tdp_mmu_zap_sp') return true;
  const { gfn = 0n, level = 0n } = call.args;
  return hasTable(space, root.table, root.level, Number(gfn), Number(level));
}

/** A table of this level stands where the walk to a gfn comes by, and the gfn is its first. */
function hasTable(
  space: ProofSpace,
  table: Table,
  level: number,
  gfn: number,
  wanted: number,
): boolean {
  if (level === wanted) return gfn % scaledPages(space.tables, level + 1) === 0;
  const index = Math.floor(gfn / scaledPages(space.tables, level)) % 2 ** space.tables.levelBits;
  const entry = table.entries.get(index);
  return entry?.kind === 'table' && hasTable(space, entry.table, level - 1, gfn, wanted);
}
