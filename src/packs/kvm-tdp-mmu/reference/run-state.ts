/** A root in the VM's list, with what changes during a run. */
import type { PageTable } from './page-table.js';

export interface RootState {
  readonly table: PageTable;
  invalid: boolean;
  scheduledToZap: boolean;
  references: number;
}

/** Why a run cannot go on; thrown inside the references only, and turned into the run's ending by `run.ts`. */
export class RunStopped extends Error {
  constructor(
    readonly reason:
      | { readonly kind: 'bug' }
      | { readonly kind: 'out-of-fuel' }
      | { readonly kind: 'deadlock'; readonly on: string },
  ) {
    super(reason.kind);
  }
}

export interface CallCounts {
  loops: number;
  reads: number;
  removedReads: number;
  polls: number;
  reschedulePoints: number;
  longestStretch: number;
  entries: number;
}

export function noCounts(): CallCounts {
  return {
    loops: 0,
    reads: 0,
    removedReads: 0,
    polls: 0,
    reschedulePoints: 0,
    longestStretch: 0,
    entries: 0,
  };
}
