/** Versions that know whether an edited line has been executed, as those of a run do: explored cases are chosen by it. */
import type { Diagnostic } from '../../src/base/diagnostic.js';
import { ok, type Result } from '../../src/base/result.js';
import { Machine, programImage } from '../../src/exec/machine.js';
import { runMachine } from '../../src/exec/run-machine.js';
import type { RunnableVersion } from '../../src/gen/campaign.js';
import { compileVersion, type OpenVersion } from '../../src/version/build-version.js';

export function coveredVersion(
  version: OpenVersion,
  coverLines: ReadonlySet<string>,
): Result<RunnableVersion, readonly Diagnostic[]> {
  const program = compileVersion(version, { kind: 'fast', coverLines });
  if (!program.ok) return program;
  const machine = new Machine(programImage(program.value));
  const { id, entries, plan } = version;
  return ok({
    id,
    entries,
    changed: entries,
    machine: runMachine(machine, plan.buffers),
    takeCoverage() {
      const sites = [...machine.coverage().entries()].flatMap(([site, ran]) => (ran ? [site] : []));
      machine.clearCoverage();
      return sites;
    },
  });
}

/** Lines between the first and the last that differ, as `path:line`: of the one text and of the other. */
export function editedLines(
  path: string,
  before: string,
  after: string,
): { readonly removed: ReadonlySet<string>; readonly added: ReadonlySet<string> } {
  const [old, now] = [before.split('\n'), after.split('\n')];
  const shorter = Math.min(old.length, now.length);
  let first = 0;
  while (first < shorter && old[first] === now[first]) first++;
  let behind = 0;
  while (behind < shorter - first && old.at(-1 - behind) === now.at(-1 - behind)) behind++;
  const lines = (end: number): Set<string> =>
    new Set(Array.from({ length: end - first }, (_, at) => `${path}:${String(first + at + 1)}`));
  return { removed: lines(old.length - behind), added: lines(now.length - behind) };
}
