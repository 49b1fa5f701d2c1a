/**
 * Changed code that no scenario of the campaign executes: it is searched for, a fault in it is found by that, and where nothing comes to it
 * the report says what it would take.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/report/report.js';
import { editMail, MMU } from './model-patch.js';
import { runCommand, type Ran } from './run-command.js';

const directory = mkdtempSync(join(tmpdir(), 'patchcheck-unreached-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const ZAP_LEAF = '\t\ttdp_mmu_iter_set_spte(kvm, &iter, SHADOW_NONPRESENT_VALUE);\n\n\t\t/* No';

async function apply(
  before: string,
  scenarios: number,
  ...options: readonly string[]
): Promise<Ran> {
  const path = join(directory, 'in.mbox');
  writeFileSync(path, editMail(`${MMU}/tdp_mmu.c`, ZAP_LEAF, `${before}${ZAP_LEAF}`));
  return runCommand('apply', path, '--scenarios', String(scenarios), ...options);
}

describe('a changed line behind a rare condition', () => {
  const fault = '\t\tif (end - start == 77)\n\t\t\tcontinue;\n';

  it('is come to by a search, and a fault in it found', async () => {
    const ran = await apply(fault, 500, '--json', '-');
    const report = JSON.parse(ran.out) as Report;
    expect(ran.status).toBe(1);
    expect(report.verdict).toBe('differs');
    expect(report.unreached).toEqual([]);
    expect(report.witnesses[0]?.scenario).toMatch(/^call \w*zap_leafs|unmap_gfn_range/m);
    // with a schedule or without one, through some entry point
    const covered = new Set(report.checks.flatMap((check) => check.linesCovered));
    expect([...covered].sort()).toEqual(
      [...new Set(report.checks.flatMap((check) => check.linesChanged))].sort(),
    );
  });
});

describe('a changed line that nothing comes to', () => {
  const never =
    '\t\tif (iter.level == PG_LEVEL_4K) {\n' +
    '\t\t\tif (is_large_pte(iter.old_spte) && iter.level > PG_LEVEL_1G)\n' +
    '\t\t\t\tflush = false;\n' +
    '\t\t}\n';

  it('is listed with the conditions that would have to go another way, and how often they were asked', async () => {
    const ran = await apply(never, 100);
    expect(ran.status).toBe(0);
    const at = ran.out.indexOf('Changed lines that no scenario executed');
    const told = ran.out.slice(at).replaceAll(/\s+/g, ' ');
    expect(told).toMatch(
      /tdp_mmu\.c:667 needs `is_large_pte\(iter\.old_spte\)` true at \S*tdp_mmu\.c:666:8: asked in [\d,]+ runs of 300 that looked for it, and never so then `iter\.level > PG_LEVEL_1G` true at \S*tdp_mmu\.c:666:39/,
    );
    expect(told).toMatch(
      /666:8 never true: `is_large_pte\(iter\.old_spte\)` asked in [\d,]+ runs of 300 that looked for it/,
    );
  });

  it('is so in the JSON report', async () => {
    const { out } = await apply(never, 100, '--json', '-');
    const { unreached } = JSON.parse(out) as Report;
    const line = unreached.find(({ place }) => place.endsWith('tdp_mmu.c:667'));
    expect(line?.notCalled).toBeNull();
    expect(line?.needs.map(({ outcome }) => outcome.replace(/^.*:\d+:\d+ /, ''))).toEqual([
      'true: is_large_pte(iter.old_spte)',
      'true: iter.level > PG_LEVEL_1G',
    ]);
    expect(line?.needs[0]?.asked).toBeGreaterThan(0);
    expect(line?.needs[1]?.asked).toBe(0);
  });
});
