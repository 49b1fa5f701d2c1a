/** A trace's events as one line each. */
import { stepRule } from './rely/rules.js';
import { gfnRangeText, hex } from './text-lines.js';
import type { Ending, TraceEvent } from './trace.js';

const signed = (value: bigint): string => (value >= 0n ? `+${String(value)}` : String(value));

export function eventText(event: TraceEvent): string {
  switch (event.kind) {
    case 'spte':
      return `${event.at}: ${event.from} => ${event.to}`;
    case 'flush-all':
      return 'flush TLBs';
    case 'flush-range': {
      const range = { first: event.gfn, last: event.gfn + event.pages - 1n };
      return `flush TLBs of gfns ${gfnRangeText(range)}`;
    }
    case 'pfn-dirty':
      return `pfn ${hex(event.pfn)} is dirty`;
    case 'pfn-accessed':
      return `pfn ${hex(event.pfn)} is accessed`;
    case 'dirty-log':
      return `gfn ${hex(event.gfn)} into the dirty log`;
    case 'page-stats':
      return `pages at level ${String(event.level)}: ${signed(event.delta)}`;
    case 'table-pages':
      return `page tables: ${signed(event.delta)}`;
    case 'allocate':
    case 'free':
      return `${event.kind} ${event.what} ${event.name}`;
    case 'allocate-failed':
      return `no memory for a ${event.what}`;
    case 'call-rcu':
      return `free ${event.name} after a grace period`;
    case 'warn':
      return `WARN in ${event.function}: ${event.condition}`;
    case 'bug':
      return `BUG in ${event.function}: ${event.condition}`;
    case 'vm-bugged':
      return 'the VM is dead';
    case 'request':
      return `request ${String(event.number)} to all vCPUs`;
    case 'yield':
      return event.place === '' ? 'yield' : `yield in ${event.place}`;
    case 'lock-rule':
      return `rule broken: ${event.rule}`;
    case 'result':
      return `${event.what}: ${event.value}`;
    case 'step':
      return `${stepRule(event.step)?.who ?? ''}: ${event.at}: ${event.from} => ${event.to}`;
    case 'begin-task':
      return `another task: ${event.entry} begins`;
    case 'end-task':
      return event.returns === null
        ? `another task: ${event.entry} returns`
        : `another task: ${event.entry} returns ${String(BigInt.asIntN(64, event.returns))}`;
    case 'turn':
      return event.thread === 0 ? 'the first thread goes on' : 'the other thread goes on';
    case 'not-legal':
      return `rule ${String(event.rule + 1)} of the schedule is not legal here`;
    case 'begin-call':
      return `${event.entry} begins`;
    case 'end-call':
      return event.returns === null
        ? `${event.entry} returns`
        : `${event.entry} returns ${String(BigInt.asIntN(64, event.returns))}`;
  }
}

export function endingText(ending: Ending): string {
  switch (ending.kind) {
    case 'returned':
      return 'returned';
    case 'bug':
      return 'stopped by BUG()';
    case 'trap':
      return `${ending.name} in ${ending.function}${ending.at === '' ? '' : ` at ${ending.at}`}${
        ending.detail === '' ? '' : `: ${ending.detail}`
      }`;
    case 'out-of-fuel':
      return 'ran out of fuel';
    case 'endless':
      return 'never ends: comes back to the same state';
    case 'deadlock':
      return `waits forever for ${ending.on}`;
  }
}
