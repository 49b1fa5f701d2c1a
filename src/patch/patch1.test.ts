/** patch(1) is the judge of fuzz: same content, same place, same fuzz of every hunk. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyHunks, imageOf, imageText } from './apply-file.js';
import { bytesToText } from './byte-text.js';
import { parseDiff } from './parse-diff.js';
import { patchText } from './patch-text.js';
import { driftedFile, edited, fileText } from './testing/drifted-file.js';

const full = process.env['PATCHCHECK_FULL'] === '1';
const run = (command: string, args: readonly string[], cwd: string, input?: string) =>
  spawnSync(command, args, {
    cwd,
    input,
    encoding: 'latin1',
    maxBuffer: 1 << 28,
    env: { ...process.env, LC_ALL: 'C', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
  });
const hasTools =
  spawnSync('git', ['--version']).status === 0 &&
  /^GNU patch 2\.[7-9]/.test(run('patch', ['--version'], '/').stdout);

describe.skipIf(!hasTools)('applying with fuzz, judged by patch(1)', () => {
  let dir = '';
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'patchcheck-fuzz-'));
  });
  afterAll(() => {
    rmSync(dir, { recursive: true, force: true });
  });

  it('puts every hunk where patch puts it', { timeout: 600_000 }, () => {
    const seen = { exact: 0, offset: 0, fuzz: 0, failed: 0 };
    fc.assert(
      fc.property(
        fc.array(driftedFile, { minLength: 30, maxLength: 40 }),
        fc.constantFrom(3, 3, 3, 2, 5),
        fc.constantFrom(2, 2, 1, 0, 3),
        (cases, context, fuzz) => {
          for (const sub of ['a', 'b', 'tree']) {
            rmSync(join(dir, sub), { recursive: true, force: true });
            mkdirSync(join(dir, sub));
          }
          const drifted = cases.map((c, i) => {
            const text = fileText(edited(c.base, c.drift), true);
            writeFileSync(join(dir, 'a', `f${i}`), fileText(c.base, true), 'latin1');
            writeFileSync(join(dir, 'b', `f${i}`), fileText(edited(c.base, c.patch), true));
            writeFileSync(join(dir, 'tree', `f${i}`), text, 'latin1');
            return text;
          });
          const diff = run(
            'git',
            ['diff', '--no-index', '--no-prefix', '--no-renames', `-U${context}`, 'a', 'b'],
            dir,
          ).stdout;
          const parsed = parseDiff(patchText('generated.diff', diff));
          if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
          // What is new or gone is git's business, not fuzz.
          const files = parsed.value.filter((file) =>
            file.hunks.every((h) => h.oldCount > 0 && h.newCount > 0),
          );
          for (const file of files) {
            const before = drifted[Number(file.path.slice(1))] ?? '';
            const own =
              diff.slice(diff.indexOf(`--- a/${file.path}\n`)).split('\ndiff --git')[0] ?? '';
            const applied = run(
              'patch',
              ['-f', '-F', String(fuzz), '-r', '-', '--no-backup-if-mismatch', '-p1'],
              join(dir, 'tree'),
              own.endsWith('\n') ? own : `${own}\n`,
            );
            const ours = applyHunks(imageOf(before), file, fuzz);
            const said = statusLines(applied.stdout);
            const why = `${own}\n--- on\n${before}\n--- said\n${applied.stdout}${applied.stderr}`;
            expect(imageText(ours.image), why).toBe(
              bytesToText(readFileSync(join(dir, 'tree', file.path))),
            );
            ours.hunks.forEach((outcome, i) => {
              seen[outcome.status]++;
              const { status, line, offset, fuzz: used } = outcome;
              const their = said.get(i + 1);
              expect(status === 'failed', why).toBe(their === 'failed');
              if (status === 'offset' || status === 'fuzz')
                expect({ line, offset, fuzz: used }, why).toEqual(their);
            });
          }
        },
      ),
      { numRuns: full ? 120 : 12, seed: 27 },
    );
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(10);
  });
});

type Said = 'failed' | { readonly line: number; readonly offset: number; readonly fuzz: number };

/** `Hunk #1 succeeded at 10 with fuzz 1 (offset 2 lines).`, `Hunk #2 FAILED at 30.` */
function statusLines(stdout: string): ReadonlyMap<number, Said> {
  const said = new Map<number, Said>();
  for (const line of stdout.split('\n')) {
    const failed = /^Hunk #(\d+) FAILED at/.exec(line);
    if (failed) said.set(Number(failed[1]), 'failed');
    const moved =
      /^Hunk #(\d+) succeeded at (\d+)(?: with fuzz (\d+))?(?: \(offset (-?\d+) lines?\))?\.$/.exec(
        line,
      );
    if (moved)
      said.set(Number(moved[1]), {
        line: Number(moved[2]),
        offset: Number(moved[4] ?? 0),
        fuzz: Number(moved[3] ?? 0),
      });
  }
  return said;
}
