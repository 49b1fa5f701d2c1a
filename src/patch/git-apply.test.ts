/** `git apply` is the judge: same content, same place of every hunk, on generated files, edits and drifted trees. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyHunks, imageOf, imageText } from './apply-file.js';
import { parseDiff } from './parse-diff.js';
import { patchText } from './patch-text.js';
import { bytesToText } from './byte-text.js';
import { driftedFile, edited, fileText } from './testing/drifted-file.js';

const full = process.env['PATCHCHECK_FULL'] === '1';
const hasGit = spawnSync('git', ['--version']).status === 0;

describe.skipIf(!hasGit)('applying hunks, judged by git apply', () => {
  let dir = '';
  const git = (args: readonly string[], cwd: string, input?: string) =>
    spawnSync('git', args, {
      cwd,
      input,
      encoding: 'latin1',
      maxBuffer: 1 << 28,
      env: {
        ...process.env,
        LC_ALL: 'C',
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CEILING_DIRECTORIES: tmpdir(),
      },
    });

  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'patchcheck-apply-'));
  });
  afterAll(() => {
    rmSync(dir, { recursive: true, force: true });
  });

  it('puts every hunk where git puts it', { timeout: 600_000 }, () => {
    let hunksSeen = 0;
    let offsetsSeen = 0;
    let failuresSeen = 0;
    fc.assert(
      fc.property(
        fc.array(driftedFile, { minLength: 30, maxLength: 40 }),
        fc.constantFrom(3, 3, 3, 1, 0, 5),
        (cases, context) => {
          for (const sub of ['a', 'b', 'tree']) {
            rmSync(join(dir, sub), { recursive: true, force: true });
            mkdirSync(join(dir, sub));
          }
          const drifted = cases.map((c, i) => {
            const [base, patch, tree] = c.newlineAtEnd;
            const name = `f${i}`;
            writeFileSync(join(dir, 'a', name), fileText(c.base, base), 'latin1');
            writeFileSync(join(dir, 'b', name), fileText(edited(c.base, c.patch), patch), 'latin1');
            const text = fileText(edited(c.base, c.drift), c.drift.length === 0 ? base : tree);
            writeFileSync(join(dir, 'tree', name), text, 'latin1');
            return text;
          });
          const diff = git(
            ['diff', '--no-index', '--no-prefix', '--no-renames', `-U${context}`, 'a', 'b'],
            dir,
          ).stdout;
          const parsed = parseDiff(patchText('generated.diff', diff));
          if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
          const applied = git(['apply', '--reject', '-v'], join(dir, 'tree'), diff);
          const said = statusLines(applied.stderr);
          for (const file of parsed.value) {
            const before = drifted[Number(file.path.slice(1))] ?? '';
            const ours = applyHunks(imageOf(before), file);
            const theirs = bytesToText(readFileSync(join(dir, 'tree', file.path)));
            expect(imageText(ours.image), `${file.path}\n${diff}`).toBe(theirs);
            for (const [i, outcome] of ours.hunks.entries()) {
              const key = `${file.path} ${i + 1}`;
              hunksSeen++;
              expect(said.rejected.has(key), `${key} ${applied.stderr}`).toBe(
                outcome.status === 'failed',
              );
              if (outcome.status === 'failed') failuresSeen++;
              const offset = said.offset.get(key);
              if (outcome.status === 'offset') offsetsSeen++;
              expect(
                outcome.status === 'offset'
                  ? { line: outcome.line, offset: outcome.offset }
                  : undefined,
                key,
              ).toEqual(offset);
            }
          }
        },
      ),
      // 30 to 40 files each: more than 2,000 in every run of the tests.
      { numRuns: full ? 300 : 60, seed: 20241023 },
    );
    // The generator must not go soft.
    expect(hunksSeen).toBeGreaterThan(300);
    expect(offsetsSeen).toBeGreaterThan(hunksSeen / 50);
    expect(failuresSeen).toBeGreaterThan(hunksSeen / 50);
  });
});

/** What `git apply --reject -v` says about hunks: `Hunk #1 succeeded at 757 (offset 7 lines).`, `Rejected hunk #2.` */
function statusLines(stderr: string): {
  readonly rejected: ReadonlySet<string>;
  readonly offset: ReadonlyMap<string, { readonly line: number; readonly offset: number }>;
} {
  const rejected = new Set<string>();
  const offset = new Map<string, { line: number; offset: number }>();
  let path = '';
  let hunk = 0;
  for (const line of stderr.split('\n')) {
    const checking = /^Checking patch (\S+)\.\.\.$/.exec(line);
    if (checking) path = checking[1] ?? '';
    const applying = /^Applying patch (\S+) with \d+ rejects?\.\.\.$/.exec(line);
    if (applying) path = applying[1] ?? '';
    const reject = /^Rejected hunk #(\d+)\.$/.exec(line);
    if (reject) rejected.add(`${path} ${reject[1]}`);
    const moved = /^Hunk #(\d+) succeeded at (\d+) \(offset (-?\d+) lines?\)\.$/.exec(line);
    if (moved) {
      hunk = Number(moved[1]);
      offset.set(`${path} ${hunk}`, { line: Number(moved[2]), offset: Number(moved[3]) });
    }
  }
  return { rejected, offset };
}
