/**
 * `patchcheck emit` on the model tree: golden files of each stage, and what it says of names that it cannot show. Re-bless with
 * `npx vitest run test/emit -u`, and read the difference.
 */
import { appendFileSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { kernelTrees } from '../../src/c/preprocess/testing/kernel-trees.js';
import { STAGES } from '../../src/emit/stage.js';
import { runCommand } from '../cli/run-command.js';

/** An expression under macros; and control flow, members and calls. */
const FUNCTIONS = ['is_shadow_present_pte', 'try_step_side'];

const MMU = 'arch/x86/kvm/mmu';

function copyOfModelTree(): string {
  const root = mkdtempSync(join(tmpdir(), 'patchcheck-emit-'));
  cpSync(resolve(import.meta.dirname, '../../fixtures/linux'), root, { recursive: true });
  return root;
}

describe('a function at each stage', () => {
  // Code generation has better tests than a golden file of a large function.
  const shown = FUNCTIONS.flatMap((name) =>
    STAGES.filter((stage) => stage !== 'wat' || name === FUNCTIONS[0]).map(
      (stage) => [stage, name] as const,
    ),
  );
  it.each(shown)('%s %s', async (stage, name) => {
    const ran = await runCommand('emit', stage, name, '--tree', 'model');
    expect(ran.err).toBe('');
    expect(ran.status).toBe(0);
    await expect(ran.out).toMatchFileSnapshot(`golden/${name}.${stage}.txt`);
  });

  it('in a module of another kind', async () => {
    const fast = await runCommand('emit', 'wat', 'try_step_side', '--tree', 'model');
    const checked = await runCommand('emit', 'wat', 'try_step_side', '--kind', 'checked');
    expect(checked.status).toBe(0);
    expect(fast.out).not.toContain('$pc.check');
    expect(checked.out).toMatch(/\(call \$pc\.check\b/);
    expect(checked.out).toMatch(/\(; arch\/x86\/kvm\/mmu\/tdp_iter\.c:\d+:\d+ ;\)/);
  });
});

describe('a name that cannot be shown', () => {
  it('is refused, with the names that are near', async () => {
    const ran = await runCommand('emit', 'ir', 'tdp_iter_strat', '--tree', 'model');
    expect(ran.status).toBe(2);
    expect(ran.out).toBe('');
    expect(ran.err).toContain('there is no function tdp_iter_strat in what is run of the tree');
    expect(ran.err).toMatch(/help: did you mean tdp_iter_start\b/);
  });

  it('may be a macro', async () => {
    const macro = await runCommand('emit', 'pp', 'SPTE_MMU_PRESENT_MASK', '--tree', 'model');
    expect(macro.status).toBe(2);
    expect(macro.err).toContain('note: SPTE_MMU_PRESENT_MASK is a macro');
  });

  it('may be in another file than the one that is named', async () => {
    const ran = await runCommand('emit', 'pp', 'tdp_iter_start', '--file', 'spte.c');
    expect(ran.status).toBe(2);
    expect(ran.err).toContain('spte.c defines no function tdp_iter_start');
    expect(ran.err).toMatch(/arch\/x86\/kvm\/mmu\/tdp_iter\.c:\d+:\d+: note: defined here/);
    const right = await runCommand('emit', 'pp', 'tdp_iter_start', '--file', 'tdp_iter.c');
    expect(right.status).toBe(0);
  });
});

describe('a name in two files', () => {
  it('is asked which one', async () => {
    const root = copyOfModelTree();
    try {
      const add = (file: string, value: number): void =>
        appendFileSync(join(root, MMU, file), `static int odd(void)\n{\n\treturn ${value};\n}\n`);
      add('tdp_iter.c', 1);
      add('spte.c', 2);
      const both = await runCommand('emit', 'pp', 'odd', '--tree', root);
      expect(both.status).toBe(2);
      expect(both.err).toContain('odd is defined in several files');
      expect(both.err.match(/note: defined here/g)).toHaveLength(2);
      const one = await runCommand('emit', 'pp', 'odd', '--file', 'spte.c', '--tree', root);
      expect(one.out).toContain('return 2;');
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});

describe('a file outside of what is run', () => {
  it('is opened by its name, and its control characters are shown, never sent', async () => {
    const root = copyOfModelTree();
    try {
      writeFileSync(
        join(root, 'odd.c'),
        'static const char *odd(void)\n{\n\treturn "\x1b[2J\u202e";\n}\n',
      );
      for (const stage of STAGES) {
        const ran = await runCommand('emit', stage, 'odd', '--file', 'odd.c', '--tree', root);
        expect(ran.err).toBe('');
        expect(ran.status).toBe(0);
        expect(ran.out).not.toMatch(/[\x1b\u202e]/);
        if (stage === 'pp') expect(ran.out).toContain('\treturn "\\u{1b}[2J\\u{202e}";\n');
      }
      const gone = await runCommand('emit', 'pp', 'odd', '--tree', root);
      expect(gone.status).toBe(2);
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});

describe.skipIf(kernelTrees['6.12'] === null)('in Linux 6.12', () => {
  const root = kernelTrees['6.12']?.root ?? '';

  it('a function of any file is shown', async () => {
    const ran = await runCommand('emit', 'ir', 'sort_r', '--file', 'lib/sort.c', '--tree', root);
    expect(ran.err).toBe('');
    expect(ran.status).toBe(0);
    expect(ran.out).toMatch(/^function sort_r\(.*\) {2}@lib\/sort\.c:\d+:1$/m);
  });
});
