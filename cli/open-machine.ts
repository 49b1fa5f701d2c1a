/** A version that came as plain data, made runnable in this thread. */
import { Machine } from '../src/exec/machine.js';
import { threadMachine } from '../src/exec/threads.js';
import { runMachine } from '../src/exec/run-machine.js';
import type { RunnableVersion } from '../src/gen/campaign.js';
import type { WorkerVersion } from './worker-messages.js';

export function openVersion(version: WorkerVersion): RunnableVersion {
  const machine = new Machine(version.image);
  return {
    id: version.id,
    machine: runMachine(machine, version.buffers),
    threads:
      version.threads === null
        ? null
        : threadMachine(new Machine(version.threads.image), version.buffers, version.threads.plan),
    entries: new Set(version.entries),
    changed: new Set(version.changed),
    takeCoverage() {
      const sites: number[] = [];
      machine.coverage().forEach((ran, site) => {
        if (ran !== 0) sites.push(site);
      });
      machine.clearCoverage();
      return sites;
    },
  };
}
