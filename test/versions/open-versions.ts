/** Open versions as a run holds them against each other, for tests that go through the stages themselves. */
import type { AnyPack } from '../../src/engine.js';
import type { ModuleKind } from '../../src/exec/program.js';
import type { RunnableVersion } from '../../src/gen/campaign.js';
import type { EntryPoint, RunMachine } from '../../src/pack-api/pack.js';
import { changedFunctions } from '../../src/pair/changes.js';
import { Reach } from '../../src/pair/reach.js';
import type { OpenVersion } from '../../src/version/build-version.js';
import { machineOf, threadMachineOf } from '../../src/version/machine-of.js';

/** Throws where the version does not compile. */
export function machineFor(version: OpenVersion, kind: ModuleKind): RunMachine {
  const machine = machineOf(version, kind);
  if (machine.ok) return machine.value;
  const [first] = machine.error;
  throw new Error(`${version.id}: ${first?.message ?? ''} ${JSON.stringify(first?.at ?? null)}`);
}

/** For runs of two threads. Throws where there can be none. */
export function threadMachineFor(version: OpenVersion): RunMachine {
  const machine = threadMachineOf(version);
  if (machine === null) throw new Error('the pack runs nothing beside');
  if (machine.ok) return machine.value;
  throw new Error(`${version.id}: ${machine.error[0]?.message ?? ''}`);
}

export function runnable(
  version: OpenVersion,
  machine = machineFor(version, 'fast'),
): RunnableVersion {
  const { entries } = version;
  // As if all that changed were executed by each run: nobody looks for a case that does.
  return { id: version.id, machine, entries, changed: entries, takeCoverage: () => [0] };
}

/** Entry points of both that reach a function which is not the same in both. */
export function entriesReaching(
  pack: AnyPack,
  base: OpenVersion,
  version: OpenVersion,
): readonly EntryPoint[] {
  const both = new Reach([base.declarations, version.declarations]);
  const changed = changedFunctions(base.declarations, version.declarations, () => true);
  const names = new Set(changed.map(({ name }) => name));
  return pack.entryPoints.filter(
    ({ name, calls }) =>
      base.entries.has(name) &&
      version.entries.has(name) &&
      [...both.from(calls)].some((reached) => names.has(reached)),
  );
}
