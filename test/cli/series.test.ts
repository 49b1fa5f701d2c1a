/** A series must be right at every step: each patch is held against the state before it, and the whole against the base. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/report/report.js';
import { renderReport } from '../../src/report/text.js';
import { editSeries, MMU, type Edit } from './model-patch.js';
import { runCommand } from './run-command.js';

const directory = mkdtempSync(join(tmpdir(), 'patchcheck-series-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const TDP_MMU = `${MMU}/tdp_mmu.c`;
const RIGHT = '~shadow_mmu_writable_mask & ~PT_WRITABLE_MASK;';
const WRONG = '~PT_WRITABLE_MASK;';
const comment = (find: string, replace: string): Edit => ({ path: TDP_MMU, find, replace });

async function run(edits: readonly (Edit | string)[], ...options: readonly string[]) {
  const path = join(directory, 'series.mbox');
  writeFileSync(path, editSeries(edits));
  const witnesses = join(directory, 'w');
  const args = ['--scenarios', '60', '--function', 'write_protect_gfn', '--witness-dir', witnesses];
  const ran = await runCommand('apply', path, ...args, '--json', '-', ...options);
  return { ran, report: JSON.parse(ran.out) as Report, path, witnesses };
}

function verdicts(report: Report): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const { candidate, against, verdict } of report.checks) {
    const key = `${candidate} against ${against}`;
    if (against === 'reference') continue;
    found[key] = [...new Set([...(found[key] ?? []), verdict])].sort();
  }
  return found;
}

describe('a fault that a later patch mends', () => {
  it('is found where it comes in, though the whole is right', { timeout: 300_000 }, async () => {
    const { ran, report, witnesses } = await run([
      comment('/* In use now. */', '/* In use. */'),
      comment(RIGHT, WRONG),
      comment(WRONG, RIGHT.replace('& ~', '&  ~')),
    ]);
    expect(report.problems).toEqual([]);
    const found = verdicts(report);
    expect(Object.keys(found)).toEqual([
      'a-u-thor against original',
      'a-u-thor#1/3 against original',
      'a-u-thor#2/3 against a-u-thor#1/3',
      'a-u-thor#3/3 against a-u-thor#2/3',
    ]);
    expect(found['a-u-thor against original']).toEqual(['proved']);
    expect(found['a-u-thor#1/3 against original']).toEqual(['proved']);
    expect(found['a-u-thor#2/3 against a-u-thor#1/3']).toContain('differs');
    expect(found['a-u-thor#3/3 against a-u-thor#2/3']).toContain('differs');
    expect(ran.status).toBe(1);
    const [candidate] = report.candidates;
    expect(candidate?.steps.map((step) => [step.id, step.subject, step.functions.length])).toEqual([
      ['a-u-thor#1/3', 'KVM: Step 1', 0],
      ['a-u-thor#2/3', 'KVM: Step 2', 1],
      ['a-u-thor#3/3', 'KVM: Step 3', 1],
    ]);
    // The changed lines are those of the step, not of the series.
    const second = report.checks.find((check) => check.candidate === 'a-u-thor#2/3');
    expect(second?.linesChanged).toHaveLength(1);

    const stored = readdirSync(witnesses);
    expect(stored.sort()).toEqual(report.witnesses.map(({ id }) => `${id}.witness`).sort());
    const own = report.witnesses.find((each) => each.candidate === 'a-u-thor#2/3');
    const replayed = await runCommand('replay', join(witnesses, `${own?.id ?? ''}.witness`));
    expect(replayed.text).toContain('reproduced: ');
    expect(replayed.status).toBe(1);
  });
});

describe('a series in which one patch changes what is run', () => {
  it('runs that once, and says why the others are not run', { timeout: 300_000 }, async () => {
    const { report } = await run([
      'diff --git a/README b/README\nnew file mode 100644\n--- /dev/null\n+++ b/README\n@@ -0,0 +1 @@\n+hello\n',
      comment(RIGHT, RIGHT.replace('& ~', '& (~').replace(';', ');')),
      comment('/* In use now. */', '/* In use. */'),
    ]);
    expect(report.problems).toEqual([]);
    const found = verdicts(report);
    expect(found['a-u-thor#1/3 against original']).toEqual(['not-checked']);
    expect(found['a-u-thor#2/3 against a-u-thor#1/3']).toEqual(['no-difference']);
    expect(found['a-u-thor#3/3 against a-u-thor#2/3']).toEqual(['proved']);
    const out = renderReport(report, { verbose: false })
      .map((line) => `${line.text}\n`)
      .join('');
    const at = out.indexOf('a-u-thor, each patch against the state before it');
    expect(out.slice(at).split('\n').slice(0, 7)).toEqual([
      'a-u-thor, each patch against the state before it',
      '  1/3 KVM: Step 1',
      '      not checked; no C changed',
      '  2/3 KVM: Step 2',
      expect.stringMatching(
        /^ {6}no difference found in \d+ scenarios \(.*\); 1 of 1 changed lines executed$/,
      ),
      '  3/3 KVM: Step 3',
      `      proved equal; every input: the preprocessed tokens of ${TDP_MMU} are equal`,
    ]);
  });
});

describe('a series that does not build in the middle', () => {
  it('is said, with the place', { timeout: 300_000 }, async () => {
    const { ran, report } = await run([
      comment(RIGHT, `${WRONG.slice(0, -1)} & no_such_name;`),
      comment(`${WRONG.slice(0, -1)} & no_such_name;`, RIGHT.replace('& ~', '&  ~')),
    ]);
    const found = verdicts(report);
    expect(found['a-u-thor against original']).toEqual(['proved']);
    expect(found['a-u-thor#1/2 against original']).toEqual(['inconclusive']);
    expect(report.problems[0]?.candidate).toBe('a-u-thor#1/2');
    expect(report.problems[0]?.diagnostic.message).toContain('no_such_name');
    expect(ran.status).toBe(2);
  });
});
