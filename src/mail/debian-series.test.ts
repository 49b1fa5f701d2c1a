/**
 * Debian's own patches to the kernel, in series order, judged by `git apply`: real diffs, by many hands and tools.
 * Needs the source package `linux`, unpacked: the orig tree and `debian/patches` (see PATCHCHECK_DEBIAN_LINUX below).
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { applyCandidate } from '../patch/apply-candidate.js';
import type { Tree } from '../tree/tree.js';
import { findCandidates } from './find-candidates.js';
import { readMails } from './mail-input.js';
import { parseQuiltSeries } from './quilt-series.js';
import { buildThread } from './thread.js';

/** A directory with `orig` (the unpatched tree) and `patches` (with `series`). */
const source =
  process.env['PATCHCHECK_DEBIAN_LINUX'] ?? join(import.meta.dirname, '../../.cache/debian-linux');
const found = existsSync(join(source, 'patches/series')) && existsSync(join(source, 'orig/mm'));
if (!found)
  process.stderr.write(
    `SKIPPED: src/mail/debian-series.test.ts: ${source} is not there (scripts/get-debian-linux.sh gets it)\n`,
  );

describe.skipIf(!found)("Debian's patches", () => {
  it('apply one after the other as git applies them', { timeout: 600_000 }, () => {
    const names = parseQuiltSeries(readFileSync(join(source, 'patches/series'), 'utf8'));
    if (!names.ok) throw new Error(names.error.message);
    const files = names.value.map((name) => ({
      path: join('patches', name),
      bytes: readFileSync(join(source, 'patches', name)),
    }));
    const read = readMails([{ kind: 'queue', path: 'patches/series', files }]);
    expect(read.diagnostics).toEqual([]);
    const { candidates } = findCandidates(buildThread(read.messages));
    expect(candidates).toHaveLength(1);
    const [candidate] = candidates;
    if (candidate === undefined) return;
    expect(candidate.problems).toEqual([]);
    expect(candidate.patches).toHaveLength(names.value.length);

    const orig: Tree = {
      kind: 'directory',
      label: 'orig',
      revision: null,
      read: (path) => {
        const file = join(source, 'orig', path);
        return existsSync(file) ? readFileSync(file) : null;
      },
    };
    const done = applyCandidate(orig, candidate);
    if (done.kind === 'failed') throw new Error(JSON.stringify(done.diagnostics, null, 1));

    const dir = mkdtempSync(join(tmpdir(), 'patchcheck-debian-'));
    try {
      const there = new Set<string>();
      for (const [i, step] of done.steps.entries()) {
        const name = names.value[i] ?? '';
        for (const file of step.files) {
          for (const path of [file.path, file.oldPath ?? file.path]) {
            if (there.has(path)) continue;
            there.add(path);
            const from = join(source, 'orig', path);
            if (!existsSync(from)) continue;
            mkdirSync(dirname(join(dir, path)), { recursive: true });
            cpSync(from, join(dir, path));
          }
        }
        const git = spawnSync('git', ['apply', '-v', join(source, 'patches', name)], {
          cwd: dir,
          encoding: 'utf8',
          env: {
            ...process.env,
            GIT_CONFIG_GLOBAL: '/dev/null',
            GIT_CONFIG_NOSYSTEM: '1',
            GIT_CEILING_DIRECTORIES: tmpdir(),
          },
        });
        expect(git.status, `${name}: ${git.stderr}`).toBe(0);
        const moved = /Hunk #\d+ succeeded at/.test(git.stderr);
        expect(step.status === 'offset', `${name}: ${git.stderr}`).toBe(moved);
        for (const file of step.files) {
          const path = join(dir, file.path);
          const theirs = existsSync(path) ? readFileSync(path) : null;
          const ours = step.tree?.read(file.path) ?? null;
          if (theirs === null || ours === null) expect(ours).toBe(theirs);
          else expect(Buffer.compare(theirs, ours), `${name}: ${file.path}`).toBe(0);
        }
      }
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });
});
