/**
 * `replay --trace`: the thread's endless yield, as found and as edited, and witnesses that were written by hand. Re-bless with
 * `npx vitest run test/cli/replay-trace.test.ts -u`, and read the difference.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { editDiff, MMU } from './model-patch.js';
import { runCommand } from './run-command.js';

const directory = mkdtempSync(join(tmpdir(), 'patchcheck-trace-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

const TWO_FAULTS = `[scenario]
configuration ept maxphyaddr 48 ad-bits suppress-ve
slot address-space 0 gfns 0x0..0xf max-level 1
root level 4 references 2
  [0] table
    [0] table
      [0] table
        [5] leaf pfn 0x100005 RWX A D mmu-w host-w
call kvm_tdp_mmu_map root 0 gfn 0x6 pfn 0x100006 write 1 exec 0 prefetch 0 mapWritable 1 maxLevel 1 generation 0 nxHugePages 0 writeTracked 0

[schedule]
beside kvm_tdp_mmu_map root 0 gfn 0x7 pfn 0x100007 write 1 exec 0 prefetch 0 mapWritable 1 maxLevel 1 generation 0 nxHugePages 0 writeTracked 0
when cmpxchg: leave thread 0

[diff candidate]`;

describe('the steps of a witness', () => {
  let witness: string;

  const edited = (from: RegExp, to: string): string => {
    const text = readFileSync(witness, 'utf8');
    expect(text).toMatch(from);
    const path = join(directory, 'edited.witness');
    writeFileSync(path, text.replace(from, to));
    return path;
  };

  beforeAll(async () => {
    await runCommand(
      ...['apply', 'patches/20241023-tdp-fast-forward.mbox', '--tree', 'model'],
      ...['--function', '__tdp_mmu_zap_root', '--candidate', 'bernhard-kauer'],
      ...['--witness-dir', directory],
    );
    witness = join(directory, 'w1.witness');
  }, 120_000);

  it('show the cycle that one side falls into, the same each time', async () => {
    const traced = await runCommand('replay', witness, '--trace', '--tree', 'model');
    expect(traced.status).toBe(1);
    const again = await runCommand('replay', witness, '--trace', '--tree', 'model');
    expect(again.out).toBe(traced.out);
    await expect(traced.out).toMatchFileSnapshot('replay-trace.endless.golden.txt');
  }, 60_000);

  it('stay away without the option', async () => {
    const plain = await runCommand('replay', witness, '--tree', 'model');
    expect(plain.out).not.toContain('Step by step');
  }, 60_000);

  it('are shown where an edited witness shows no difference, with status 0', async () => {
    const path = edited(/^when poll: reschedule$/m, '');
    const traced = await runCommand('replay', path, '--trace', '--tree', 'model');
    expect(traced.status).toBe(0);
    expect(traced.out).toContain('not reproduced: ');
    await expect(traced.out).toMatchFileSnapshot('replay-trace.edited.golden.txt');
  }, 60_000);

  it('say which of two threads takes them', async () => {
    const path = edited(/\[scenario\][^]*?\[diff candidate\]/, TWO_FAULTS);
    writeFileSync(
      path,
      readFileSync(path, 'utf8').replace(/^entry: .*$/m, 'entry: kvm_tdp_mmu_map'),
    );
    const { status, out } = await runCommand('replay', path, '--trace', '--tree', 'model');
    expect(status).toBe(0);
    const at = (text: string): number => out.indexOf(text);
    expect(at('first: cmpxchg level 1 gfn 0x6: nothing')).toBeGreaterThan(0);
    expect(at('other: cmpxchg level 1 gfn 0x7: nothing')).toBeGreaterThan(at('first: cmpxchg'));
    expect(out).toContain('both sides take the same steps');
  }, 60_000);
});

interface Written {
  readonly entry: string;
  readonly dimension: string;
  readonly call: string;
  readonly schedule: string;
  readonly find: string;
  readonly replace: string;
}

/** Somebody has written it by hand: one page that is mapped, and a fault in tdp_mmu.c. */
function written({ entry, dimension, call, schedule, find, replace }: Written): string {
  return `patchcheck witness 1
tool: patchcheck 0
pack: kvm-tdp-mmu
tree: model fixtures/linux
configuration: any
candidate: faulty
against: original
entry: ${entry}
dimension: ${dimension}
seed: 1
mismatch: to be seen

[scenario]
configuration ept maxphyaddr 48 ad-bits suppress-ve
slot address-space 0 gfns 0x0..0xf max-level 3
root level 4 references 1
  [0] table
    [0] table
      [0] table
        [5] leaf pfn 0x100005 RWX A mmu-w host-w
call ${call}

[schedule]
${schedule}
[diff candidate]
${editDiff(`${MMU}/tdp_mmu.c`, find, replace)}`;
}

const COMPARE = 'return try_cmpxchg64(where, &iter->old_spte, new_spte) ? 0 : -EBUSY;';

it.each([
  {
    name: 'foreign-step',
    expected: 1,
    witness: {
      entry: 'wrprot_gfn_range',
      dimension: 'concurrent',
      call: 'wrprot_gfn_range root 0 start 0x0 end 0x10 minLevel 1',
      schedule: 'when xchg in wrprot_gfn_range at gfns 0x5..0x5 level 1: step dirty\n',
      find: COMPARE,
      replace: 'xchg(where, new_spte);\n\treturn 0;',
    },
  },
  {
    name: 'two-threads',
    expected: 0,
    witness: {
      entry: 'wrprot_gfn_range',
      dimension: 'concurrent',
      call: 'wrprot_gfn_range root 0 start 0x0 end 0x10 minLevel 1',
      schedule:
        'beside kvm_tdp_mmu_age_gfn_range slot 0 start 0x0 end 0x10\n' +
        'when cmpxchg in wrprot_gfn_range at gfns 0x5..0x5 level 1: leave thread 0\n',
      find: COMPARE,
      replace: 'xchg(where, new_spte);\n\treturn 0;',
    },
  },
  {
    name: 'trap',
    expected: 1,
    witness: {
      entry: 'wrprot_gfn_range',
      dimension: 'safety',
      call: 'wrprot_gfn_range root 0 start 0x0 end 0x10 minLevel 1',
      schedule: '',
      find: COMPARE,
      replace: 'WRITE_ONCE(*(u64 *)NULL, new_spte);\n\treturn 0;',
    },
  },
])(
  'a witness that was written by hand: $name',
  async ({ name, expected, witness }) => {
    const path = join(directory, 'written.witness');
    writeFileSync(path, written(witness));
    const { text, status } = await runCommand('replay', path, '--trace', '--tree', 'model');
    await expect(text).toMatchFileSnapshot(`replay-trace.${name}.golden.txt`);
    expect(status).toBe(expected);
  },
  60_000,
);
