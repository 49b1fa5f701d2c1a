/**
 * Where the time of `apply` on the thread goes, stage by stage, from a cold start and from what that left behind; on the model tree
 * and on Linux 6.12 where it is at hand. Both runs are the built command in a process of its own.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { command, root, whyNotBuilt } from '../test/cli/built-command.js';
import { kernelTrees } from '../src/c/preprocess/testing/kernel-trees.js';

const THREAD = join(root, 'patches/20241023-tdp-fast-forward.mbox');
/** Of these the last ends with the first scenario. */
const BEFORE_SCENARIOS = ['starting', 'reading the C', 'compiling', 'starting the machines'];

interface Timed {
  /** In milliseconds, and the last in MiB. */
  readonly values: ReadonlyMap<string, number>;
  readonly output: string;
}

function run(directory: string, tree: string): Timed {
  const args = ['apply', THREAD, '--tree', tree, '--timings'];
  const ran = spawnSync(process.execPath, ['--max-semi-space-size=32', command, ...args], {
    encoding: 'utf8',
    env: { ...process.env, PATCHCHECK_CACHE: directory },
    cwd: directory,
  });
  const values = [...ran.stderr.matchAll(/^ {2}(\S.*?) +(\d+) M?i?[Bms]+$/gm)].map(
    ([, name = '', value = '']) => [name, Number(value)] as const,
  );
  return { values: new Map(values), output: ran.stdout };
}

const TREES = [
  ['the model tree', 'model'],
  ['Linux 6.12', kernelTrees['6.12']?.root ?? null],
] as const;

it.each(TREES)('apply on %s', (name, tree) => {
  const why = whyNotBuilt() ?? (tree === null ? 'no sources here' : null);
  if (why !== null || tree === null) {
    console.log(`SKIPPED: ${name}: ${why ?? ''}`);
    return;
  }
  const directory = mkdtempSync(join(tmpdir(), 'patchcheck-stages-'));
  try {
    const [cold, warm] = [run(directory, tree), run(directory, tree)];
    expect(warm.output).toBe(cold.output);
    const stages = [...cold.values.keys()];
    expect(stages).toContain('running');
    const before = ({ values }: Timed): number =>
      BEFORE_SCENARIOS.reduce((sum, stage) => sum + (values.get(stage) ?? 0), 0);
    const row = (stage: string, a: number, b: number): string =>
      `  ${stage.padEnd(32)} ${a.toFixed(0).padStart(8)} ${b.toFixed(0).padStart(8)}`;
    console.log(
      [
        `apply on ${name}, ms`.padEnd(37) + 'cold'.padStart(6) + 'warm'.padStart(9),
        ...stages.map((stage) =>
          row(
            stage === 'memory at most' ? 'memory at most, MiB' : stage,
            cold.values.get(stage) ?? 0,
            warm.values.get(stage) ?? 0,
          ),
        ),
        row('all before the first scenario', before(cold), before(warm)),
      ].join('\n'),
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
