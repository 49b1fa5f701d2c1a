/** What each kind of outcome looks like from outside: exit status, verdict, and what is stored. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/report/report.js';
import { editMail, mail, MMU } from './model-patch.js';
import { runCommand, type Ran } from './run-command.js';

const directory = mkdtempSync(join(tmpdir(), 'patchcheck-outcomes-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const TDP_MMU = `${MMU}/tdp_mmu.c`;
const README = `diff --git a/README b/README
new file mode 100644
--- /dev/null
+++ b/README
@@ -0,0 +1 @@
+hello
`;

async function apply(text: string, ...options: readonly string[]): Promise<Ran> {
  const path = join(directory, 'in.mbox');
  writeFileSync(path, text);
  return runCommand('apply', path, '--scenarios', '10', ...options);
}

function reportOf(ran: Ran): Report {
  return JSON.parse(ran.out) as Report;
}

describe('a patch that touches no C', () => {
  it('is not checked, and says why', async () => {
    const ran = await apply(mail(README), '--json', '-');
    const report = reportOf(ran);
    expect(report.problems).toEqual([]);
    expect(report.verdict).toBe('not-checked');
    expect(report.checks.map((check) => check.reason)).toEqual(['no C changed']);
    expect(report.notChecked).toMatchObject([{ file: 'README', reason: 'no C changed' }]);
    expect(ran.status).toBe(0);
    expect(report.exitCode).toBe(0);
  });

  it('is refused with --strict', async () => {
    const ran = await apply(mail(README), '--strict');
    expect(ran.status).toBe(2);
    expect(ran.out).toContain('no C changed');
  });
});

describe('a patch of C that no pack covers', () => {
  it('is not checked, by name', async () => {
    const diff = README.replaceAll('README', 'drivers/net/one.c').replace('hello', 'int x;');
    const report = reportOf(await apply(mail(diff), '--json', '-'));
    expect(report.verdict).toBe('not-checked');
    expect(report.notChecked).toMatchObject([
      { file: 'drivers/net/one.c', reason: 'no pack covers this file' },
    ]);
    expect(report.exitCode).toBe(0);
  });
});

describe('a change of comments', () => {
  it('is proved, and says by what', async () => {
    const text = editMail(TDP_MMU, '/* In use now. */', '/* It is in\n\t\t * use from here on. */');
    const report = reportOf(await apply(text, '--json', '-'));
    expect(report.problems).toEqual([]);
    expect(report.verdict).toBe('proved');
    expect(report.checks.map((check) => check.bound)).toEqual([
      `every input: the preprocessed tokens of ${TDP_MMU} are equal`,
    ]);
    expect(report.exitCode).toBe(0);
  });
});

describe('a change that does nothing', () => {
  it('shows no difference, in so many scenarios, with the changed line executed', async () => {
    const text = editMail(
      TDP_MMU,
      '? PT_WRITABLE_MASK : shadow_dirty_mask;',
      '? (PT_WRITABLE_MASK) : shadow_dirty_mask;',
    );
    const ran = await apply(text, '--function', 'clear_dirty_gfn_range', '--json', '-');
    const report = reportOf(ran);
    expect(report.problems).toEqual([]);
    expect(report.verdict).toBe('no-difference');
    expect(ran.status).toBe(0);
    const check = report.checks.find(
      ({ entryPoint, dimension }) =>
        entryPoint === 'clear_dirty_gfn_range' && dimension === 'sequential',
    );
    expect(check?.scenarios).toBe(10);
    expect(check?.linesCovered).toEqual(check?.linesChanged);
    expect(check?.linesChanged).toHaveLength(1);
  });
});

describe('a fault', () => {
  const witnesses = join(directory, 'witnesses');
  let ran: Ran;
  let report: Report;
  let witness: string;

  beforeAll(async () => {
    const json = join(directory, 'report.json');
    const text = editMail(
      TDP_MMU,
      '~shadow_mmu_writable_mask & ~PT_WRITABLE_MASK;',
      '~PT_WRITABLE_MASK;',
    );
    ran = await apply(text, '--json', json, '--witness-dir', witnesses);
    report = JSON.parse(readFileSync(json, 'utf8')) as Report;
    const [first] = report.witnesses;
    witness = join(witnesses, `${first?.id ?? ''}.witness`);
  }, 300_000);

  it('ends with 1, a report on paper and one in the file', () => {
    expect(ran.status).toBe(1);
    expect(ran.err).toBe('');
    expect(report.verdict).toBe('differs');
    expect(report.exitCode).toBe(1);
    expect(ran.out).toContain('DIFFERS');
    expect(ran.out).toMatch(/exit 1\n$/);
    expect(ran.out).toContain(`replay: patchcheck replay ${witness}`);
  });

  it('stores each witness, and nothing half', () => {
    const stored = readdirSync(witnesses).sort();
    expect(stored).toEqual(report.witnesses.map(({ id }) => `${id}.witness`).sort());
    for (const check of report.checks.filter(({ verdict }) => verdict === 'differs'))
      expect(report.witnesses.map(({ id }) => id)).toContain(check.witness);
  });

  it('comes back when a witness is replayed', async () => {
    const replayed = await runCommand('replay', witness);
    expect(replayed.status).toBe(1);
    expect(replayed.out).toContain(`reproduced: ${report.witnesses[0]?.mismatch ?? ''}`);
    expect(replayed.out).not.toContain('ANOTHER TREE');
    expect(replayed.err).toBe('');
  });

  it('is gone when it is taken out of the diff in the witness', async () => {
    const mended = join(directory, 'mended.witness');
    const text = readFileSync(witness, 'utf8');
    const line = /^\+.*~PT_WRITABLE_MASK;$/m;
    expect(text).toMatch(line);
    writeFileSync(
      mended,
      text.replace(line, '+\t\t\t   ~PT_WRITABLE_MASK & ~shadow_mmu_writable_mask;'),
    );
    const replayed = await runCommand('replay', mended);
    expect(replayed.text).toContain('not reproduced: both sides do the same');
    expect(replayed.status).toBe(0);
  });

  it('says the same again, byte for byte', async () => {
    const text = readFileSync(join(directory, 'in.mbox'), 'utf8');
    const again = await apply(text, '--witness-dir', witnesses);
    expect(again.out).toBe(ran.out);
  });

  it('is one line with --quiet', async () => {
    const text = readFileSync(join(directory, 'in.mbox'), 'utf8');
    const quiet = await apply(text, '--quiet', '--function', 'write_protect_gfn');
    expect(quiet.out).toBe('DIFFERS; seed 1; exit 1\n');
  });
});

describe('text from strangers', () => {
  it('cannot steer the terminal', async () => {
    const text = editMail(
      TDP_MMU,
      '/* In use now. */',
      '/* In use. */',
      '[PATCH] \x1b[2J\x1b]0;title\x07 one \u202ething\u0085',
    ).replace('A U Thor', 'A \x1b[31m Thor');
    const ran = await apply(text);
    expect(ran.text).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]/);
    expect(ran.out).toContain('\\u{1b}[2J');
    expect(ran.status).toBe(0);
  });

  it('cannot do so from a file name or a line of C either', async () => {
    const diff = README.replaceAll('README', 'READ\x1b[31mME');
    const ran = await apply(mail(diff));
    expect(ran.text).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/);
  });
});
