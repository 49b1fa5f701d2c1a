/** Costs straight from the output words: campaigns ask for them after every run, so nothing is decoded for it. */
import type { CostSummary, RawRun, RowCost } from '../../pack-api/pack.js';
import { COST_WORDS, OUT } from './words.js';

/** Order of the cost words of a call (c/include/pc/words.h). */
const LOOPS = 0;
const READS = 1;
const REMOVED_READS = 2;
const POLLS = 3;
const LONGEST_STRETCH = 5;
const ENTRIES = 6;

export function costsOf(raw: RawRun): readonly CostSummary[] {
  let loops = 0;
  let reads = 0;
  let polls = 0;
  let stretch = 0;
  for (let call = 0; call < callsOf(raw); call++) {
    loops += word(raw, call, LOOPS);
    reads += word(raw, call, READS) + word(raw, call, REMOVED_READS);
    polls += word(raw, call, POLLS);
    stretch = Math.max(stretch, word(raw, call, LONGEST_STRETCH));
  }
  return [
    { metric: 'loops', value: loops },
    { metric: 'SPTE reads', value: reads },
    { metric: 'polls', value: polls },
    { metric: 'longest stretch', value: stretch },
  ];
}

export function rowCostsOf(raw: RawRun): readonly RowCost[] {
  return Array.from({ length: callsOf(raw) }, (_, call) => ({
    loops: word(raw, call, LOOPS),
    reads: word(raw, call, READS),
    polls: word(raw, call, POLLS),
    entries: word(raw, call, ENTRIES),
  }));
}

function callsOf(raw: RawRun): number {
  return Number(raw.words[OUT.CALLS] ?? 0n);
}

function word(raw: RawRun, call: number, which: number): number {
  return Number(raw.words[OUT.COSTS + call * COST_WORDS + which] ?? 0n);
}
