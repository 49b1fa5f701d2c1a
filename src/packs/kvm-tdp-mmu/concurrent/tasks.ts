/**
 * Calls that other tasks may make in a scenario, whatever the first one is: page faults on what is mapped and on what is not,
 * and one of every other kind on what the scenario has. Who may run beside whom is for rely/locks.ts to say.
 */
import { entryPoint } from '../entry-points.js';
import { brokenInvariants } from '../invariants.js';
import type { Call, Scenario } from '../scenario.js';
import { cachesMmio } from '../spte-masks.js';
import { memoryAt } from './memory.js';
import { targetsOf } from './targets.js';
import type { Target } from './targets.js';

const MOST_FAULTS = 5;

const known = new WeakMap<Scenario, readonly Call[]>();

/** Of entry points that this build has. */
export function tasksOf(scenario: Scenario): readonly Call[] {
  // each version asks for them
  const before = known.get(scenario);
  if (before !== undefined) return before;
  const tasks = findTasks(scenario);
  known.set(scenario, tasks);
  return tasks;
}

function findTasks(scenario: Scenario): readonly Call[] {
  const calls = [
    ...faults(scenario),
    ...zappers(scenario),
    ...ofSlots(scenario),
    ...ofRoots(scenario),
  ];
  return calls
    .map((call) => onSameHost(scenario, call))
    .filter(
      (call) =>
        canBeMade(scenario, call) && brokenInvariants({ ...scenario, calls: [call] }).length === 0,
    );
}

/** One host: the mitigation is on for all or for none, and so is the generation of the memory slots. */
function onSameHost({ calls }: Scenario, call: Call): Call {
  const [outer] = calls;
  const args = { ...call.args };
  for (const { name } of entryPoint(call.entry)?.arguments ?? []) {
    if (name === 'nxHugePages' || name === 'generation') args[name] = outer?.args[name] ?? 0n;
  }
  return { ...call, args };
}

/** Where MMIO is not cached, a fault outside of all slots is emulated at once. */
function canBeMade({ configuration, roots, slots }: Scenario, { entry, args }: Call): boolean {
  if (entry !== 'kvm_tdp_mmu_map' || cachesMmio(configuration)) return true;
  const space = roots[Number(args['root'])]?.smm === true ? 1 : 0;
  const { gfn = 0n } = args;
  return slots.some(
    ({ addressSpace, baseGfn, pages }) =>
      addressSpace === space && baseGfn <= gfn && gfn < baseGfn + pages,
  );
}

function* faults(scenario: Scenario): Generator<Call> {
  const targets = targetsOf(scenario).filter(
    ({ root, entry }) => scenario.roots[root]?.invalid === false && entry?.kind !== 'table',
  );
  for (const target of spread(targets, MOST_FAULTS)) {
    yield pageFault(scenario, target, { write: 1n, maxLevel: 3n });
    if (target.entry === null) yield pageFault(scenario, target, { write: 0n, maxLevel: 1n });
  }
  // What is mapped by a table may become one large page.
  for (const level of [2, 3]) {
    const table = targetsOf(scenario).find(
      ({ root, entry, level: at }) =>
        at === level && entry?.kind === 'table' && scenario.roots[root]?.invalid === false,
    );
    if (table !== undefined)
      yield pageFault(scenario, table, { write: 1n, maxLevel: BigInt(level) });
  }
}

function pageFault(
  scenario: Scenario,
  { root, gfn }: Target,
  args: { readonly write: bigint; readonly maxLevel: bigint },
): Call {
  const memory = memoryAt(scenario, root, gfn);
  return {
    entry: 'kvm_tdp_mmu_map',
    args: {
      root: BigInt(root),
      gfn,
      pfn: memory.pfn,
      write: args.write,
      exec: 0n,
      prefetch: 0n,
      mapWritable: memory.hostWritable ? 1n : 0n,
      maxLevel: args.maxLevel < memory.level ? args.maxLevel : memory.level,
      writeTracked: 0n,
    },
  };
}

function* zappers({ roots, slots }: Scenario): Generator<Call> {
  if (roots.some(({ scheduledToZap }) => scheduledToZap))
    yield { entry: 'kvm_tdp_mmu_zap_invalidated_roots', args: {} };
  if (roots.some(({ invalid }) => !invalid))
    yield { entry: 'kvm_tdp_mmu_invalidate_all_roots', args: {} };
  for (const [at, slot] of slots.entries()) {
    const range = { start: slot.baseGfn, end: slot.baseGfn + slot.pages };
    yield {
      entry: 'kvm_tdp_mmu_unmap_gfn_range',
      args: { slot: BigInt(at), ...range, mayBlock: 1n, flush: 0n },
    };
    yield { entry: 'kvm_tdp_mmu_age_gfn_range', args: { slot: BigInt(at), ...range } };
    break;
  }
}

function* ofSlots(scenario: Scenario): Generator<Call> {
  for (const [at, slot] of scenario.slots.entries()) {
    const number = BigInt(at);
    const range = { start: slot.baseGfn, end: slot.baseGfn + slot.pages };
    yield { entry: 'kvm_tdp_mmu_wrprot_slot', args: { slot: number, minLevel: 1n } };
    yield { entry: 'kvm_tdp_mmu_clear_dirty_slot', args: { slot: number } };
    yield { entry: 'kvm_tdp_mmu_zap_collapsible_sptes', args: { slot: number } };
    if (largeLeaves(scenario) <= 2) {
      yield {
        entry: 'kvm_tdp_mmu_try_split_huge_pages',
        args: { slot: number, ...range, targetLevel: 1n, shared: 1n },
      };
    }
    const leaf = targetsOf(scenario).find(
      ({ entry, gfn }) => entry?.kind === 'leaf' && gfn >= range.start && gfn < range.end,
    );
    if (leaf !== undefined)
      yield {
        entry: 'kvm_tdp_mmu_write_protect_gfn',
        args: { slot: number, gfn: leaf.gfn, minLevel: 1n },
      };
    return;
  }
}

/** A 1G page split down to 4K takes 513 tables: too many for what is to be small. */
function largeLeaves(scenario: Scenario): number {
  return targetsOf(scenario).reduce((sum, { entry, level }) => {
    if (entry?.kind !== 'leaf' || level === 1) return sum;
    return sum + (level === 2 ? 1 : 100);
  }, 0);
}

function* ofRoots({ roots }: Scenario): Generator<Call> {
  for (const [at, root] of roots.entries()) {
    if (root.references > 0) {
      yield { entry: 'kvm_tdp_mmu_put_root', args: { root: BigInt(at) } };
      break;
    }
  }
}

/** At most so many of them, over the whole length. */
function spread<T>(list: readonly T[], most: number): readonly T[] {
  if (list.length <= most) return list;
  return Array.from({ length: most }, (_, at) => Math.floor((at * list.length) / most)).flatMap(
    (at) => list.slice(at, at + 1),
  );
}
