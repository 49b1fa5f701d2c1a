/**
 * Proofs end to end, on the smallest scopes: a refactoring is proved, a fault is not, and what stands in the way is said.
 */
import { describe, expect, it } from 'vitest';
import { assetsOf, defaultPack } from '../../cli/packs.js';
import { chooseTree } from '../../cli/trees.js';
import { engine } from '../../cli/engine.js';
import { checkThread } from '../../src/check-thread.js';
import { AS_IT_IS } from '../../src/mail/read-thread.js';
import type { ProofSizes } from '../../src/equivalence/prove.js';
import type { CheckReport } from '../../src/report/report.js';
import { editMail, MMU } from '../cli/model-patch.js';

/** The scope without A/D bits of the smallest entry points. */
const SMALLEST = { mostTogether: Infinity, firstOnly: false, asked: true, mostCases: 20_000 };
/** Of `kvm_tdp_mmu_zap_all` and what it shares `zap_level` with, in the first scope. */
const FIRST = { firstOnly: true, asked: false, mostCases: 100_000 };

async function proofOf(
  find: string,
  replace: string,
  entry: string,
  proof: ProofSizes = SMALLEST,
  dimension: CheckReport['dimension'] = 'sequential',
): Promise<CheckReport> {
  const chosen = chooseTree({ tree: 'model' });
  if (!chosen.ok) throw new Error(chosen.error.message);
  const pack = defaultPack();
  const patch = editMail(`${MMU}/tdp_mmu.c`, find, replace);
  const outcome = await checkThread(
    {
      mails: [{ kind: 'file', file: { path: 'a.patch', bytes: new TextEncoder().encode(patch) } }],
      reading: AS_IT_IS,
      ...chosen.value,
      base: null,
      accept: [],
      pack,
      assets: assetsOf(pack),
      largeMemories: false,
      tool: { name: 'patchcheck', version: '0' },
      seed: '1',
      sizes: {
        scenarios: 5,
        yields: 5,
        references: 0,
        repeats: 0,
        strict: 0,
        // among others: hardly anything, so that nothing is found before the proof
        explored: dimension === 'concurrent' ? 1 : 0,
        schedules: 1,
        interleaved: 0,
        searched: 0,
        steered: 0,
        budget: 20_000,
      },
      scope: { most: 0, pairs: false },
      proof,
      candidates: [],
      // proofs take long: of one entry point where others are not asked for
      functions: dimension === 'concurrent' ? [entry] : [],
      rules: { failOnCost: false, strict: false },
      replay: () => '',
    },
    engine({ progress: () => undefined, cancelled: () => false, workers: 1 }),
  );
  const found = outcome.report.checks.find(
    (check) =>
      check.entryPoint === entry && check.dimension === dimension && check.against === 'original',
  );
  if (found === undefined) throw new Error(JSON.stringify(outcome.report.problems));
  return found;
}

describe('a proof', () => {
  it('is given for a change that means the same, with its bound', async () => {
    const check = await proofOf(
      'if (iter.level > zap_level)',
      'if (zap_level < iter.level)',
      'kvm_tdp_mmu_zap_all',
    );
    expect(check.verdict).toBe('proved');
    expect(check.bound).toContain('every page table of 2 levels with 2 entries each');
  });

  it('is refused where the changed code names a constant that no scaled table holds', async () => {
    const check = await proofOf(
      'if (iter.level > zap_level)',
      'if (iter.level > zap_level + 32 - 32)',
      'kvm_tdp_mmu_zap_all',
    );
    expect(check).toMatchObject({ verdict: 'no-difference', bound: null });
    expect(check.reason).toContain('names 32');
  });

  it('covers single steps of other CPUs, each at every access', async () => {
    const same = await proofOf(
      'if (iter.level > zap_level)',
      'if (zap_level < iter.level)',
      '__tdp_mmu_zap_root',
      { ...SMALLEST, mostCases: 100_000 },
      'concurrent',
    );
    expect(same.verdict).toBe('proved');
    expect(same.bound).toContain('one step of another CPU');
    expect(same.schedules).toBeGreaterThan(2 * same.scenarios);
  });

  it('is refused where a step comes in between a read and a write', async () => {
    const found = await proofOf(
      'return try_cmpxchg64(where, &iter->old_spte, new_spte) ? 0 : -EBUSY;',
      'WRITE_ONCE(*where, new_spte);\n\treturn 0;',
      'kvm_tdp_mmu_clear_dirty_slot',
      { ...SMALLEST, mostCases: 100_000 },
      'concurrent',
    );
    expect(found).toMatchObject({ verdict: 'inconclusive', bound: null });
    expect(found.reason).toMatch(
      /^not proved: on scaled tables \(ept-2-levels-steps, number \d+\)/,
    );
  });

  it('that nobody asked for is given where all entry points together are few cases, and not missed where they are not', async () => {
    const same = ['if (iter.level > zap_level)', 'if (zap_level < iter.level)'] as const;
    const few = await proofOf(...same, 'kvm_tdp_mmu_zap_all', { ...FIRST, mostTogether: 300_000 });
    expect(few).toMatchObject({ verdict: 'proved', reason: null });
    const many = await proofOf(...same, 'kvm_tdp_mmu_zap_all', { ...FIRST, mostTogether: 30_000 });
    expect(many).toMatchObject({ verdict: 'no-difference', reason: null, bound: null });
  });
});
