/** Whole patches, judged by `git apply`: new, deleted, renamed, copied files and modes; all of it, or nothing. */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryTree } from '../tree/memory-tree.js';
import type { Tree } from '../tree/tree.js';
import { applyCandidate } from './apply-candidate.js';
import { exactDiff } from './exact-diff.js';
import { blobId } from './blob-id.js';
import { bytesToText, textToBytes } from './byte-text.js';
import { parseDiff } from './parse-diff.js';
import { patchText } from './patch-text.js';

const full = process.env['PATCHCHECK_FULL'] === '1';
const hasGit = spawnSync('git', ['--version']).status === 0;

const PATHS = ['a.c', 'b.c', 'dir/a.c', 'dir/b c.h', 'dir/ä.c', 'x'];
const line = fc.constantFrom(
  'a',
  'b',
  'c',
  'd',
  'e',
  '',
  '\tx',
  'dos\r',
  '\xff\xfe',
  '+',
  '-',
  '@@ -1 +1 @@',
  '\\ No newline',
);
const content = fc
  .tuple(fc.array(line, { maxLength: 14 }), fc.boolean())
  .map(([lines, newline]) => lines.join('\n') + (newline && lines.length > 0 ? '\n' : ''));
const files = fc.dictionary(fc.constantFrom(...PATHS), content, { maxKeys: 5 });

type Step =
  | { readonly kind: 'write'; readonly path: string; readonly text: string }
  | { readonly kind: 'move' | 'copy'; readonly from: string; readonly to: string }
  | { readonly kind: 'append' | 'prepend'; readonly path: string; readonly text: string }
  | { readonly kind: 'remove'; readonly path: string };
const path = fc.constantFrom(...PATHS);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('write' as const), path, text: content }),
  fc.record({ kind: fc.constantFrom('move' as const, 'copy' as const), from: path, to: path }),
  fc.record({
    kind: fc.constantFrom('append' as const, 'prepend' as const),
    path,
    text: line.map((l) => `${l}\n`),
  }),
  fc.record({ kind: fc.constant('remove' as const), path }),
);

function after(
  before: Readonly<Record<string, string>>,
  steps: readonly Step[],
): Record<string, string> {
  const out = new Map(Object.entries(before));
  for (const s of steps) {
    switch (s.kind) {
      case 'write':
        out.set(s.path, s.text);
        break;
      case 'append':
      case 'prepend': {
        const text = out.get(s.path);
        if (text !== undefined)
          out.set(s.path, s.kind === 'append' ? text + s.text : s.text + text);
        break;
      }
      case 'move':
      case 'copy': {
        const text = out.get(s.from);
        if (text === undefined) break;
        if (s.kind === 'move') out.delete(s.from);
        out.set(s.to, text);
        break;
      }
      case 'remove':
        out.delete(s.path);
        break;
    }
  }
  return Object.fromEntries(out);
}

describe.skipIf(!hasGit)('applying whole patches, judged by git apply', () => {
  let dir = '';
  const git = (args: readonly string[], cwd: string, input?: string) =>
    spawnSync('git', args, {
      cwd,
      input: input === undefined ? undefined : Buffer.from(input, 'latin1'),
      encoding: 'latin1',
      env: {
        ...process.env,
        LC_ALL: 'C',
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CEILING_DIRECTORIES: tmpdir(),
      },
    });
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'patchcheck-tree-'));
    mkdirSync(join(dir, 'repo'));
    git(['init', '-q'], join(dir, 'repo'));
  });
  afterAll(() => {
    rmSync(dir, { recursive: true, force: true });
  }, 60_000);

  function write(where: string, tree: Readonly<Record<string, string>>): void {
    for (const name of readdirSync(where)) {
      if (name !== '.git') rmSync(join(where, name), { recursive: true });
    }
    for (const [name, text] of Object.entries(tree)) {
      mkdirSync(dirname(join(where, name)), { recursive: true });
      writeFileSync(join(where, name), text, 'latin1');
    }
  }
  function read(where: string): Record<string, string> {
    const found: Record<string, string> = {};
    for (const name of PATHS) {
      const file = join(where, name);
      if (existsSync(file)) found[name] = bytesToText(readFileSync(file));
    }
    return found;
  }
  const treeOf = (texts: Readonly<Record<string, string>>): Tree =>
    memoryTree(new Map(Object.entries(texts).map(([name, text]) => [name, textToBytes(text)])));
  const treeId = (where: string): string => {
    git(['add', '-A', '.'], where);
    return git(['write-tree'], where).stdout.trim();
  };

  it('makes the same tree, and refuses the same patches', { timeout: 600_000 }, () => {
    let applied = 0;
    let refused = 0;
    fc.assert(
      fc.property(
        files,
        fc.array(step, { minLength: 1, maxLength: 5 }),
        fc.array(step, { maxLength: 2 }),
        fc.constantFrom(3, 1, 0),
        (base, change, drift, context) => {
          const repo = join(dir, 'repo');
          write(repo, base);
          const baseTree = treeId(repo);
          write(repo, after(base, change));
          const diff = git(
            [
              'diff',
              '-M30%',
              '-C',
              '-C',
              '--text',
              '--full-index',
              `-U${context}`,
              baseTree,
              treeId(repo),
            ],
            repo,
          ).stdout;
          if (diff === '') return;
          const tree = after(base, drift);
          const there = join(dir, 'tree');
          mkdirSync(there, { recursive: true });
          write(there, tree);
          const done = git(['apply'], there, diff);
          const parsed = parseDiff(patchText('generated.diff', diff));
          if (!parsed.ok) throw new Error(`${JSON.stringify(parsed.error)}\n${diff}`);
          const ours = applyCandidate(treeOf(tree), {
            patches: [{ files: parsed.value }],
            problems: [],
          });
          const why = `${diff}\n--- on\n${JSON.stringify(tree)}\n--- git\n${done.stderr}\n--- we\n${JSON.stringify(ours.kind === 'failed' ? ours.diagnostics : ours.status)}`;
          expect(ours.kind === 'applied', why).toBe(done.status === 0);
          if (ours.kind === 'failed') {
            refused++;
            return;
          }
          applied++;
          const made: Record<string, string> = {};
          for (const name of PATHS) {
            const bytes = ours.tree.read(name);
            if (bytes !== null) made[name] = bytesToText(bytes);
          }
          expect(made, why).toEqual(read(there));
          // What was done, written down once more, does the same, exactly.
          const again = applyCandidate(treeOf(tree), {
            patches: [{ files: exactDiff(treeOf(tree), ours.tree, ours.changed) }],
            problems: [],
          });
          expect(again.status, why).toBe('exact');
          for (const name of PATHS) {
            const bytes = again.kind === 'applied' ? again.tree.read(name) : null;
            expect(bytes === null ? undefined : bytesToText(bytes), why).toEqual(made[name]);
          }
          if (drift.length === 0) {
            // Every blob is the one that git names, before and after.
            expect(ours.warnings).toEqual([]);
            expect(ours.status).toBe('exact');
            for (const file of ours.files) {
              const result = made[file.path];
              expect(file.resultBlob).toBe(
                result === undefined ? null : blobId(textToBytes(result)),
              );
            }
          }
        },
      ),
      { numRuns: full ? 1500 : 150, seed: 7 },
    );
    expect(applied).toBeGreaterThan(50);
    expect(refused).toBeGreaterThan(20);
  });
});
