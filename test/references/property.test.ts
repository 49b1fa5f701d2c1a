/**
 * The references against the compiled C, as a property: any generated case of any entry point gives the same words, costs included.
 * The default run takes a slice of it; `npm run test:full` takes more than 10,000 cases.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RawRun, RunMachine } from '../../src/pack-api/pack.js';
import { ENTRY_POINTS } from '../../src/packs/kvm-tdp-mmu/entry-points.js';
import { generateCase } from '../../src/packs/kvm-tdp-mmu/generate/case.js';
import { KVM_TDP_MMU } from '../../src/packs/kvm-tdp-mmu/pack.js';
import { entryImplementations } from '../../src/packs/kvm-tdp-mmu/reference/entries.js';
import { printScenario } from '../../src/packs/kvm-tdp-mmu/scenario-text.js';
import { printSchedule } from '../../src/packs/kvm-tdp-mmu/schedule-text.js';
import { PLACE_SCOPES } from '../../src/packs/kvm-tdp-mmu/scopes.js';
import { EVENT, EVENT_WORDS, headOf, OUT } from '../../src/packs/kvm-tdp-mmu/words.js';
import { buildEngine } from '../native/engine.js';
import { modelTree } from '../native/twin.js';

const full = process.env['PATCHCHECK_FULL'] === '1';
/** Entry points that some trees have and the references do not describe are no part of the property. */
const DESCRIBED = ENTRY_POINTS.map(({ name }) => name).filter((name) =>
  entryImplementations.has(name),
);
const NOT_DESCRIBED = ENTRY_POINTS.map(({ name }) => name).filter(
  (name) => !DESCRIBED.includes(name),
);

/** Of each entry point. */
const CASES = full ? 400 : 40;
const FULL_CASES = 10_000;

describe('references and compiled C', () => {
  let machine: RunMachine;
  let [compared, worded] = [0, 0];
  beforeAll(() => {
    machine = buildEngine({ tree: modelTree });
  }, 300_000);
  afterAll(() => {
    const slice = full ? 'the whole property' : `a slice of the property, seed "property"`;
    process.stdout.write(
      `references: ${String(compared)} scenarios of ${String(DESCRIBED.length)} entry points (${slice}), ` +
        `${String(worded)} of them with diagnostics, compared without their texts; not described: ${NOT_DESCRIBED.join(', ') || 'none'}\n`,
    );
  });

  it.each(DESCRIBED)('agree on %s', (entry) => {
    for (let index = 0; index < CASES; index++) {
      const dimension = index % 2 === 0 ? 'sequential' : 'yield';
      const scopes = [...PLACE_SCOPES];
      const input = generateCase({ seed: 'property', entry, dimension, index, scopes });
      const reference = KVM_TDP_MMU.refer(input);
      if (reference === null) expect.fail(`${entry} has no reference`);
      const raw = KVM_TDP_MMU.execute(machine, input);
      compared++;
      if (sameRuns(reference, raw)) continue;
      const text = `case ${String(index)}\n${printScenario(input.scenario)}${printSchedule(input.schedule)}`;
      const [old, now] = [reference, raw].map((each) => KVM_TDP_MMU.decode(each, input));
      if (old === undefined || now === undefined) continue;
      if (!saysSomething(raw)) expect(now, text).toEqual(old);
      worded++;
      expect(KVM_TDP_MMU.compare(old, now, dimension, entry), text).toBeNull();
      expect(now.costs, text).toEqual(old.costs);
    }
  });

  it.runIf(full)('were compared often enough', () => {
    expect(compared).toBeGreaterThanOrEqual(FULL_CASES);
  });
});

/** All but what the harness keeps for itself. */
function sameRuns(a: RawRun, b: RawRun): boolean {
  if (a.ending.kind !== b.ending.kind || a.words.length !== b.words.length) return false;
  return a.words.every(
    (word, at) => word === b.words[at] || (at >= OUT.PRIVATE && at < OUT.COSTS) || isUnused(a, at),
  );
}

/** Behind the texts, before the events. */
function isUnused({ words }: RawRun, at: number): boolean {
  return at < OUT.EVENTS && at >= Number(words[OUT.STRINGS_END] ?? 0n);
}

/** The references word diagnostics in their own way. */
function saysSomething({ words }: RawRun): boolean {
  const end = Number(words[OUT.EVENTS_END] ?? 0n);
  for (let at: number = OUT.EVENTS; at < end;) {
    const { kind } = headOf(words[at] ?? 0n);
    if (kind === EVENT.WARN || kind === EVENT.BUG || kind === EVENT.RULE) return true;
    at += 1 + (EVENT_WORDS.get(kind) ?? 0);
  }
  return false;
}
