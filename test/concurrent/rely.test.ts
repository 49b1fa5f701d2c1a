/**
 * What other CPUs may do, rule by rule: where the state and the locks allow it, it is done, by the kernel's own functions where it is a
 * call; where they do not, it is not.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { assetsOf } from '../../cli/packs.js';
import { chooseTree } from '../../cli/trees.js';
import type { RunMachine } from '../../src/pack-api/pack.js';
import { KVM_TDP_MMU } from '../../src/packs/kvm-tdp-mmu/pack.js';
import { STEP_RULES } from '../../src/packs/kvm-tdp-mmu/rely/rules.js';
import { eventText } from '../../src/packs/kvm-tdp-mmu/trace-text.js';
import { openVersion } from '../../src/version/build-version.js';
import { machineFor } from '../versions/open-versions.js';

const pack = KVM_TDP_MMU;
let machine: RunMachine;

beforeAll(() => {
  const chosen = chooseTree({ tree: 'model' });
  if (!chosen.ok) throw new Error(chosen.error.message);
  const { tree, configuration } = chosen.value;
  const version = openVersion(pack, 'original', tree, configuration, assetsOf(pack));
  if (!version.ok) throw new Error(version.error.message);
  machine = machineFor(version.value, 'fast');
}, 300_000);

const AD = 'configuration ept maxphyaddr 48 ad-bits suppress-ve';
const NO_AD = 'configuration ept maxphyaddr 48 suppress-ve';

/** One leaf, in a table of its own at gfn 0x5 or as the page of 2M at gfn 0x200. */
function scenario(
  leaf: string,
  call: string,
  { configuration = AD, slot = 'max-level 2', root = 'references 1', large = false } = {},
): string {
  const entry = large ? `      [1] ${leaf}` : `      [0] table\n        [5] ${leaf}`;
  return `${configuration}
slot address-space 0 gfns 0x0..0x3ff ${slot}
root level 4 ${root}
  [0] table
    [0] table
${entry}
call ${call}
`;
}

function run(scenarioText: string, schedule: string) {
  const parsed = pack.parse(scenarioText, schedule);
  if (!parsed.ok) throw new Error(`${parsed.error.message}: ${scenarioText}${schedule}`);
  const raw = pack.execute(machine, parsed.value);
  const trace = pack.decode(raw, parsed.value);
  const lines = trace.events.map(eventText);
  const faults = pack.exploration?.faults(trace) ?? [];
  return { ending: raw.ending.kind, text: lines.join('\n'), faults: faults.map(({ key }) => key) };
}

const WRPROT = 'wrprot_gfn_range root 0 start 0x0 end 0x400 minLevel 1';
const AT = 'when read at gfns 0x5..0x5 level 1';
const NOT_LEGAL = 'is not legal here';

describe('steps on an SPTE', () => {
  const RW = 'leaf pfn 0x100005 RW- mmu-w host-w';
  const legal: [string, string, string, Parameters<typeof scenario>[2]?][] = [
    ['accessed', RW, 'RW- A mmu-w host-w'],
    ['dirty', RW, 'RW- A D mmu-w host-w'],
    ['fast-write', 'leaf pfn 0x100005 R-- mmu-w host-w', 'RW- mmu-w host-w'],
    [
      'fast-access',
      'leaf pfn 0x100005 R-- mmu-w host-w tracked',
      'R-- mmu-w host-w',
      { configuration: NO_AD },
    ],
  ];
  it.each(legal)('%s on %s', (step, leaf, becomes, how) => {
    const { text, faults } = run(scenario(leaf, WRPROT, how), `${AT}: step ${step}`);
    expect(text).not.toContain(NOT_LEGAL);
    expect(text).toContain(`=> leaf pfn 0x100005 ${becomes}`);
    expect(faults).toEqual([]);
  });

  const illegal: [string, string, string, Parameters<typeof scenario>[2]?][] = [
    ['a page that is read-only gets no Dirty bit', 'dirty', 'leaf pfn 0x100005 R-- mmu-w host-w'],
    ['without A/D bits nothing is accessed', 'accessed', RW, { configuration: NO_AD }],
    ['without A/D bits nothing is dirty', 'dirty', RW, { configuration: NO_AD }],
    ['what is Accessed stays so', 'accessed', 'leaf pfn 0x100005 RW- A mmu-w host-w'],
    [
      'what KVM write-protects for good is not made writable',
      'fast-write',
      'leaf pfn 0x100005 R-- host-w',
    ],
    ['only what is tracked is taken out of tracking', 'fast-access', RW, { configuration: NO_AD }],
    ['MMIO has no Dirty bit', 'dirty', 'mmio gen 5'],
    ['6.12 does not age without mmu_lock', 'age', 'leaf pfn 0x100005 RW- A mmu-w host-w'],
    ['nobody runs on an invalid root', 'accessed', RW, { root: 'references 2 invalid' }],
  ];
  it.each(illegal)('%s', (_, step, leaf, how) => {
    const call = '__tdp_mmu_zap_root root 0 shared 1 level 1';
    expect(run(scenario(leaf, call, how), `${AT}: step ${step}`).text).toContain(NOT_LEGAL);
  });

  it('a large page of a slot that is dirty-logged is not made writable', () => {
    const leaf = 'leaf pfn 0x100200 R-- mmu-w host-w';
    const rule = 'when read at gfns 0x200..0x200 level 2 holding leaf: step fast-write';
    const logged = { large: true, slot: 'max-level 2 dirty-log' };
    expect(run(scenario(leaf, WRPROT, logged), rule).text).toContain(NOT_LEGAL);
    expect(run(scenario(leaf, WRPROT, { large: true }), rule).text).not.toContain(NOT_LEGAL);
  });

  it('comes once, at the first place that fits', () => {
    const { text } = run(scenario(RW, WRPROT), `${AT}: step dirty\n${AT}: step dirty`);
    expect(text.match(/CPU: r0/g)).toHaveLength(1);
  });

  it('may name another SPTE than the one at hand', () => {
    const rule = 'when read at gfns 0x6..0x6 level 1: step accessed at r0[0][0][0][5]';
    expect(run(scenario(RW, WRPROT), rule).text).toContain('CPU: r0[0][0][0][5]');
  });

  it('every rule says who, what, under which lock, and where the kernel says so', () => {
    for (const rule of STEP_RULES) {
      for (const said of [rule.who, rule.does, rule.needs, rule.locks, rule.from])
        expect(said, rule.name).not.toBe('');
      expect(rule.from, rule.name).toMatch(/^\w+\.[ch], \w+/);
    }
  });
});

describe('other tasks', () => {
  const RW = 'leaf pfn 0x100005 RW- A D mmu-w host-w';
  const fault =
    'task kvm_tdp_mmu_map root 0 gfn 0x7 pfn 0x100007 write 1 exec 0 prefetch 0 mapWritable 1 maxLevel 1 nxHugePages 0 generation 0 writeTracked 0';
  const ageing = 'task kvm_tdp_mmu_age_gfn_range slot 0 start 0x0 end 0x400';

  it('readers run beside readers, with the kernel’s own functions', () => {
    const { text, faults } = run(scenario(RW, WRPROT), `${AT}: ${fault}`);
    expect(text).toContain('another task: kvm_tdp_mmu_map begins');
    expect(text).toContain('r0[0][0][0][7]');
    expect(faults).toEqual([]);
  });

  it('nobody takes mmu_lock for write while it is held', () => {
    expect(run(scenario(RW, WRPROT), `${AT}: ${ageing}`).text).toContain(NOT_LEGAL);
  });

  it('nobody takes mmu_lock while it is held for write', () => {
    const call = 'kvm_tdp_mmu_write_protect_gfn slot 0 gfn 0x5 minLevel 1';
    expect(run(scenario(RW, call), `${AT}: ${fault}`).text).toContain(NOT_LEGAL);
  });

  it('anyone takes it where it was dropped', () => {
    const rules = `when poll at gfns 0x5..0x5 level 1: reschedule\nwhen unlocked: ${ageing}`;
    const { text, faults } = run(scenario(RW, WRPROT), rules);
    expect(text).toContain('another task: kvm_tdp_mmu_age_gfn_range begins');
    expect(faults).toEqual([]);
  });

  it('a page fault on a root that has become invalid is stale', () => {
    const rules = `when poll at gfns 0x5..0x5 level 1: reschedule
when unlocked: task kvm_tdp_mmu_invalidate_all_roots
when end: ${fault}`;
    const { text } = run(scenario(RW, WRPROT), rules);
    expect(text).toContain('kvm_tdp_mmu_invalidate_all_roots begins');
    expect(text).toContain(NOT_LEGAL);
  });

  it('a table that is removed meanwhile is freed only when the walk has left its read section', () => {
    // Bigger than its table: the whole of it becomes one page under the walk's feet.
    const huge = fault.replace('maxLevel 1', 'maxLevel 2').replace('gfn 0x7', 'gfn 0x0');
    const rules = `${AT}: ${huge.replace('pfn 0x100007', 'pfn 0x100000')}`;
    const { text, ending, faults } = run(scenario(RW, WRPROT), rules);
    expect(ending).toBe('returned');
    expect(faults).toEqual([]);
    const [removed, ended, freed] = [
      'after a grace period',
      'kvm_tdp_mmu_map returns',
      'free table',
    ].map((part) => text.indexOf(part));
    expect(removed).toBeGreaterThan(-1);
    expect(ended).toBeGreaterThan(removed ?? 0);
    expect(freed).toBeGreaterThan(ended ?? 0);
  });
});
