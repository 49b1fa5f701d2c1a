/** A machine of this thread for an open version, of any kind of module, without coverage. */
import type { Diagnostic } from '../base/diagnostic.js';
import { ok, type Result } from '../base/result.js';
import { Machine, programImage } from '../exec/machine.js';
import type { ModuleKind } from '../exec/program.js';
import { inspectingMachine, runMachine } from '../exec/run-machine.js';
import { threadMachine } from '../exec/threads.js';
import type { RunMachine } from '../pack-api/pack.js';
import { compileThreads, compileVersion, type OpenVersion } from './build-version.js';

export function machineOf(
  version: OpenVersion,
  kind: ModuleKind,
): Result<RunMachine, readonly Diagnostic[]> {
  const program = compileVersion(version, { kind, coverLines: new Set() });
  if (!program.ok) return program;
  const { buffers, observers } = version.plan;
  const machine = new Machine(programImage(program.value));
  return ok(
    kind === 'inspectable'
      ? inspectingMachine(machine, buffers, observers)
      : runMachine(machine, buffers),
  );
}

/** The same for runs of several threads; null where the pack has none. */
export function threadMachineOf(
  version: OpenVersion,
): Result<RunMachine, readonly Diagnostic[]> | null {
  const program = compileThreads(version, new Set());
  const { buffers, threads } = version.plan;
  if (program === null || threads === null) return null;
  if (!program.ok) return program;
  return ok(threadMachine(new Machine(programImage(program.value)), buffers, threads));
}
