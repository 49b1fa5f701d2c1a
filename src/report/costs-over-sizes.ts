/** What calls on the whole memory of a VM cost, over sizes of it: executed, or said why not. */
import type { AnyPack, Runner } from '../engine.js';
import type { RunMachine, SizedRun } from '../pack-api/pack.js';
import type { PreparedVersion } from '../version/prepare.js';
import type { SizedCostReport } from './report.js';

/** Rounds of loops: a TiB of memory takes some millions. */
const FUEL = 50_000_000n;

/**
 * Of each entry point that a candidate touches: the original, and the candidates that touch it. Of a run that does not return the costs
 * are left out. Stops where the run is cancelled: then the rest is missing.
 */
export function costsOverSizes(
  { pack, largeMemories }: { readonly pack: AnyPack; readonly largeMemories: boolean },
  versions: readonly PreparedVersion[],
  { machines, roomy }: Pick<Runner, 'machines' | 'roomy'>,
  cancelled: () => boolean,
): SizedCostReport[] {
  const [original, ...candidates] = versions;
  if (original === undefined) return [];
  const large = new Map<string, RunMachine | null>();
  const machineOf = (version: PreparedVersion, heapBytes: number | null) => {
    if (heapBytes === null) return machines.get(version.id);
    const key = `${version.id} ${String(heapBytes)}`;
    if (!large.has(key)) large.set(key, roomy(version, heapBytes));
    return large.get(key) ?? undefined;
  };
  return pack.sizedRuns.flatMap((run) => {
    const touching = candidates.filter(({ touched }) => touched.has(run.entry));
    if (touching.length === 0 || cancelled()) return [];
    const words =
      typeof run.case === 'function' && (largeMemories || !run.large)
        ? pack.encode(run.case())
        : null;
    return [original, ...touching].flatMap((version): SizedCostReport[] => {
      const { id } = version;
      const machine = words === null ? machines.get(id) : machineOf(version, run.heapBytes);
      if (machine === undefined) return [];
      const { entry: entryPoint, mapping, gib } = run;
      const result = words === null ? notRun(run) : costsOf(pack, machine, words);
      return [{ candidate: id, entryPoint, mapping, gib, ...result }];
    });
  });
}

type Result = Pick<SizedCostReport, 'costs' | 'notRun'>;

function notRun(run: SizedRun<unknown>): Result {
  const why = typeof run.case === 'function' ? 'only with --deep' : run.case.tooLarge;
  return { costs: null, notRun: why };
}

function costsOf(pack: AnyPack, machine: RunMachine, words: BigUint64Array): Result {
  const raw = pack.executeWords(machine, words, FUEL);
  switch (raw.ending.kind) {
    case 'returned':
      return { costs: pack.costs(raw), notRun: null };
    case 'out-of-fuel':
      return {
        costs: null,
        notRun: `more than ${FUEL.toLocaleString('en-US')} steps, or out of memory`,
      };
    case 'trap':
      return { costs: null, notRun: `stopped: ${raw.ending.name}` };
    case 'endless':
      return { costs: null, notRun: 'never ends' };
  }
}
