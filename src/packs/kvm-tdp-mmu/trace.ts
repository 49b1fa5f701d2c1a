/**
 * What one run did, decoded from the harness's buffers and free of addresses: page tables are named by the path at which
 * they were first linked (`r0`, `r0[3]`, `r0[3][511]`) or by allocation order (`new0`), SPTEs that point to a table carry its name.
 */
import type { Step } from './rely/rules.js';
import type { Scenario } from './scenario.js';
import type { Schedule } from './schedule.js';
import type { SpteMasks } from './spte-masks.js';

export type SptePath = string; // `r0[3][511]`: entry 511 of the table at r0[3]

export type TraceEvent =
  /** A write that changed an SPTE of a table that was linked at the start or later (kind of access as the C did it). */
  | {
      readonly kind: 'spte';
      readonly how: 'write' | 'xchg' | 'cmpxchg' | 'and';
      readonly at: SptePath;
      readonly from: string; // canonical text of the value (see `spte-text.ts`)
      readonly to: string;
    }
  | { readonly kind: 'flush-all' }
  | { readonly kind: 'flush-range'; readonly gfn: bigint; readonly pages: bigint }
  | { readonly kind: 'pfn-dirty' | 'pfn-accessed'; readonly pfn: bigint }
  | { readonly kind: 'dirty-log'; readonly gfn: bigint } // mark_page_dirty_in_slot, where the slot is logged
  | { readonly kind: 'page-stats'; readonly level: number; readonly delta: bigint } // kvm_update_page_stats
  | { readonly kind: 'table-pages'; readonly delta: bigint } // kvm_account_pgtable_pages
  | { readonly kind: 'allocate' | 'free'; readonly what: 'table' | 'header'; readonly name: string }
  | { readonly kind: 'allocate-failed'; readonly what: 'table' | 'header' }
  | { readonly kind: 'call-rcu'; readonly name: string }
  | { readonly kind: 'warn'; readonly condition: string; readonly function: string }
  | { readonly kind: 'bug'; readonly condition: string; readonly function: string }
  | { readonly kind: 'vm-bugged' }
  | { readonly kind: 'request'; readonly number: bigint } // to all vCPUs, other than that the VM is dead
  /** tdp_mmu_iter_cond_resched or another place dropped mmu_lock and took it again. */
  | { readonly kind: 'yield'; readonly place: string }
  | { readonly kind: 'lock-rule'; readonly rule: string } // an assertion of the lock or RCU models that failed
  /** What a call gave back besides its return value: `level 3` → an SPTE's text, `at` → an SPTE's path, `root` → a name. */
  | { readonly kind: 'result'; readonly what: string; readonly value: string }
  /** Another CPU changed an SPTE, as a rely rule allows. */
  | {
      readonly kind: 'step';
      readonly step: Step;
      readonly at: SptePath;
      readonly from: string;
      readonly to: string;
    }
  /** Another task makes a whole call in between: what stands between the two is its doing. */
  | { readonly kind: 'begin-task'; readonly entry: string }
  | { readonly kind: 'end-task'; readonly entry: string; readonly returns: bigint | null }
  /** From here on it is this thread that runs (0: the scenario's call, 1: the one beside). */
  | { readonly kind: 'turn'; readonly thread: number }
  /** The schedule orders what may not happen here: rule number `rule`. */
  | { readonly kind: 'not-legal'; readonly rule: number }
  | { readonly kind: 'begin-call'; readonly entry: string }
  | { readonly kind: 'end-call'; readonly entry: string; readonly returns: bigint | null };

export interface Cost {
  readonly loops: number;
  readonly reads: number; // SPTE reads outside of handle_removed_pt
  readonly removedReads: number; // those inside
  readonly polls: number;
  readonly reschedulePoints: number;
  readonly longestStretch: number; // SPTE reads between two reschedule points
  /** Shadow-present SPTEs that the walker itself zapped. */
  readonly entries: number;
}

export type Ending =
  | { readonly kind: 'returned' }
  | { readonly kind: 'bug' } // BUG(): the model stops the run
  | {
      readonly kind: 'trap';
      readonly name: string;
      readonly function: string;
      readonly at: string;
      readonly detail: string;
    }
  | { readonly kind: 'out-of-fuel' }
  | { readonly kind: 'endless'; readonly cycle: readonly string[] }
  /** A frozen SPTE or a lock that nobody will ever release: waits for another task. */
  | { readonly kind: 'deadlock'; readonly on: string };

export interface Trace {
  readonly events: readonly TraceEvent[];
  readonly costs: readonly Cost[]; // one per call
  /** Final tables, roots in list order, statistics and counters, as canonical text lines. */
  readonly final: readonly string[];
  readonly ending: Ending;
  /** How this version's host was set up. */
  readonly masks: SpteMasks;
}

/** A trace with the case that it is of: what oracles compare. */
export interface CaseTrace extends Trace {
  readonly scenario: Scenario;
  readonly schedule: Schedule;
}
