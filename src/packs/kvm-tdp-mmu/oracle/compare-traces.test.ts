import type { Dimension } from '../../../pack-api/pack.js';
import { describe, expect, it } from 'vitest';
import { generatedEntries } from '../generate/calls.js';
import { entryImplementations } from '../reference/entries.js';
import { generateCase } from '../generate/case.js';
import { runReferences } from '../reference/run.js';
import { parseScenario, printScenario } from '../scenario-text.js';
import type { Scenario } from '../scenario.js';
import { PLACE_SCOPES } from '../scopes.js';
import type { CaseTrace, TraceEvent } from '../trace.js';
import { compareTraces } from './compare-traces.js';
import { compareCosts } from './costs.js';

function scenarioOf(text: string): Scenario {
  const scenario = parseScenario(text, 'test');
  if (!scenario.ok) throw new Error(scenario.error.message);
  return scenario.value;
}

const twoLeaves = scenarioOf(`
configuration ept maxphyaddr 48 ad-bits suppress-ve
slot address-space 0 gfns 0x0..0x3ff max-level 2
root level 4 references 1
  [0] table
    [0] table
      [0] table
        [3] leaf pfn 0x100003 RWX A D mmu-w host-w
        [4] leaf pfn 0x100004 RW- A mmu-w host-w
call kvm_tdp_mmu_zap_leafs start 0x0 end 0x200 flush 0
`);

function run(scenario: Scenario, rules = {}): CaseTrace {
  const schedule = { rules: [], ...rules };
  const trace = runReferences(scenario, schedule, { scopes: PLACE_SCOPES, fuel: 1e6 });
  if (trace === null) throw new Error('the references do not know this call');
  return { ...trace, scenario, schedule };
}

function changed(trace: CaseTrace, edit: (events: TraceEvent[]) => TraceEvent[]): CaseTrace {
  return { ...trace, events: edit([...trace.events]) };
}

const compare = (old: CaseTrace, now: CaseTrace, dimension: Dimension = 'sequential') =>
  compareTraces(old, now, { dimension, entry: 'kvm_tdp_mmu_zap_leafs' });

const always = {
  rules: [
    {
      place: { function: '*', event: 'poll', gfn: null, level: null },
      action: { kind: 'reschedule' },
    },
  ],
} as const;

describe('comparing traces', () => {
  const base = run(twoLeaves);
  const returnsNothing = (events: TraceEvent[]): TraceEvent[] =>
    events.map((e) => (e.kind === 'end-call' ? { ...e, returns: 0n } : e));

  it('finds nothing between a run and itself, in any generated case', () => {
    for (const entry of generatedEntries.filter((each) => entryImplementations.has(each))) {
      for (let index = 0; index < 20; index++) {
        const scopes = [...PLACE_SCOPES];
        const dimension = index % 2 === 0 ? 'sequential' : 'yield';
        const options = { seed: 'oracle', entry, dimension, index, scopes };
        const { scenario, schedule } = generateCase(options);
        const trace = run(scenario, schedule);
        expect(trace.ending, printScenario(scenario)).toEqual({ kind: 'returned' });
        const found = compareTraces(trace, trace, { dimension: 'yield', entry });
        expect(found, printScenario(scenario)).toBeNull();
        const warns = trace.events.some((e) => e.kind === 'warn');
        expect(warns && entry !== 'kvm_tdp_mmu_zap_sp', printScenario(scenario)).toBe(false);
      }
    }
  });

  it('takes a flush that moved for none, and a lost one for one', () => {
    const flush: TraceEvent = { kind: 'flush-all' };
    const flushed = changed(base, (events) =>
      returnsNothing(events).flatMap((e): TraceEvent[] =>
        e.kind === 'end-call' ? [flush, e] : [e],
      ),
    );
    expect(compare(base, flushed)).toBeNull();
    expect(compare(flushed, base)).toBeNull();
    expect(compare(base, changed(base, returnsNothing))).toMatchObject({
      dimension: 'sequential',
      kind: 'flush-lost',
    });
    expect(compare(changed(base, returnsNothing), base)).toMatchObject({ kind: 'flush-added' });
  });

  it('wants the flush before the lock is dropped where the old version has it there', () => {
    const yielding = run(twoLeaves, always);
    const late = changed(yielding, (events) => events.filter((e) => e.kind !== 'flush-all'));
    expect(yielding.events.some((e) => e.kind === 'flush-all')).toBe(true);
    expect(compare(yielding, late, 'yield')).toMatchObject({ dimension: 'yield' });
    expect(compare(yielding, base, 'yield')).toBeNull();
    expect(compare(base, yielding, 'yield')).toBeNull();
  });

  it('sees the order and the values of changes', () => {
    const swapped = changed(base, (events) => {
      const [a, b] = events.flatMap((e, at) => (e.kind === 'spte' ? [at] : []));
      const [first, second] = [events[a ?? 0], events[b ?? 0]];
      return events.map((e): TraceEvent =>
        e === first && second ? second : e === second && first ? first : e,
      );
    });
    expect(compare(base, swapped)).toMatchObject({ kind: 'spte' });
    expect(compare(base, { ...base, final: [...base.final, 'r0[5] frozen'] })).toMatchObject({
      kind: 'final',
    });
  });

  it('wants the same reports, in any order', () => {
    const reversed = changed(base, (events) => {
      const reports = events.filter((e) => e.kind === 'pfn-accessed').reverse();
      return events.map((e) => (e.kind === 'pfn-accessed' ? (reports.shift() ?? e) : e));
    });
    expect(compare(base, reversed)).toBeNull();
    const lost = changed(base, (events) => events.filter((e) => e.kind !== 'pfn-dirty'));
    expect(compare(base, lost)).toMatchObject({ kind: 'report' });
  });

  it('reports a WARN, a broken rule and a trap as safety', () => {
    const warn: TraceEvent = { kind: 'warn', condition: 'x', function: 'f' };
    const warned = changed(base, (events) => [...events.slice(0, 1), warn, ...events.slice(1)]);
    expect(compare(base, warned)).toMatchObject({ dimension: 'safety', kind: 'warn' });
    const plain = changed(base, (events) =>
      events.map((e) => (e.kind === 'spte' ? { ...e, how: 'write' } : e)),
    );
    expect(compare(base, plain)).toMatchObject({ dimension: 'safety', kind: 'rule' });
    const trapped: CaseTrace = {
      ...base,
      ending: { kind: 'trap', name: 'out-of-bounds', function: 'f', at: 'f.c:1:1', detail: '' },
    };
    expect(compare(base, trapped)).toMatchObject({ dimension: 'safety', kind: 'trap' });
    expect(compare(trapped, base)).toBeNull();
  });

  it('compares costs apart', () => {
    const [cost] = base.costs;
    if (cost === undefined) throw new Error('no cost');
    const cheaper = { ...base, costs: [{ ...cost, loops: 7 }] };
    expect(compare(base, cheaper)).toBeNull();
    expect(compareCosts(base, cheaper)).toEqual([{ metric: 'loops', old: cost.loops, new: 7 }]);
  });
});
