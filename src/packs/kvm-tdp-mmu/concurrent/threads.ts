/** Which calls may be on their way at the same time in a scenario, each in a thread of its own. */
import { entryPoint } from '../entry-points.js';
import { brokenInvariants, referencesOfZapper } from '../invariants.js';
import { mayRunBeside } from '../rely/locks.js';
import type { Call, Scenario } from '../scenario.js';

/** They give up the TDP MMU's own reference, or a vCPU's. */
const PUTS: ReadonlySet<string> = new Set([
  'kvm_tdp_mmu_put_root',
  'kvm_tdp_mmu_zap_invalidated_roots',
]);

/** The scenario's call and the one beside, each legal by itself, and both together. */
export function mayBeBeside(scenario: Scenario, beside: Call): boolean {
  const [call] = scenario.calls;
  if (call === undefined || scenario.calls.length !== 1) return false;
  if (entryPoint(beside.entry) === null || !mayRunBeside(call, beside)) return false;
  if (brokenInvariants({ ...scenario, calls: [beside] }).length > 0) return false;
  return referencesSuffice(scenario, [call, beside]);
}

/** What nobody needs a schedule to run in between, and two threads do: walks over the list of roots, while it changes. */
export function callsOnRoots(scenario: Scenario): readonly Call[] {
  const walk = { entry: 'kvm_tdp_mmu_zap_invalidated_roots', args: {} };
  return [...(scenario.roots.some(({ invalid }) => invalid) ? [walk] : []), ...loads(scenario)];
}

/** Other vCPUs load a root: one that is there, or that the first call may be about to make. */
function loads({ roots, calls }: Scenario): readonly Call[] {
  const entry = 'kvm_tdp_mmu_alloc_root';
  const made = calls.filter((call) => call.entry === entry);
  const known = roots.map(({ level, smm, guestMode }) => ({
    entry,
    args: { level: BigInt(level), smm: smm ? 1n : 0n, guestMode: guestMode ? 1n : 0n },
  }));
  return made.length > 0 ? made : known.slice(0, 1);
}

/** Who works on a root that somebody may let go of has a reference of its own: each vCPU one, each walk one. */
function referencesSuffice({ roots }: Scenario, calls: readonly Call[]): boolean {
  if (!calls.some(({ entry }) => PUTS.has(entry))) return true;
  return roots.every((root, at) => {
    const users = calls.filter(({ args }) => args['root'] === BigInt(at)).length;
    return users === 0 || users <= root.references - referencesOfZapper(root);
  });
}
