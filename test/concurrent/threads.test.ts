/**
 * Two kernel threads, interleaved for real: each goes on where it was left, waits for locks that the other holds, yields to one that
 * waits, and no order of them is wrong in the original.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { assetsOf } from '../../cli/packs.js';
import { chooseTree } from '../../cli/trees.js';
import { explore } from '../../src/gen/explore.js';
import type { RunMachine } from '../../src/pack-api/pack.js';
import { movesOf, placeOf, Visits } from '../../src/packs/kvm-tdp-mmu/concurrent/points.js';
import { encodeScenario } from '../../src/packs/kvm-tdp-mmu/encoding.js';
import { outcomeOf } from '../../src/packs/kvm-tdp-mmu/oracle/outcome.js';
import { KVM_TDP_MMU } from '../../src/packs/kvm-tdp-mmu/pack.js';
import { printRule } from '../../src/packs/kvm-tdp-mmu/schedule-text.js';
import type { ScheduleRule } from '../../src/packs/kvm-tdp-mmu/schedule.js';
import { eventText } from '../../src/packs/kvm-tdp-mmu/trace-text.js';
import { IN, OPTION } from '../../src/packs/kvm-tdp-mmu/words.js';
import { overlayTree } from '../../src/tree/overlay-tree.js';
import { utf8Text } from '../../src/tree/text.js';
import { openVersion, type OpenVersion } from '../../src/version/build-version.js';
import { machineFor, threadMachineFor } from '../versions/open-versions.js';

const pack = KVM_TDP_MMU;
const FILE = 'arch/x86/kvm/mmu/tdp_mmu.c';
const FULL = process.env['PATCHCHECK_FULL'] === '1';
/** Pairs of calls for each entry point. */
const PAIRS = FULL ? 20 : 1;
const ENTRIES = new Set(pack.entryPoints.map(({ name }) => name));
const SCOPE = { most: 400, pairs: false };

let original: OpenVersion;
let machine: RunMachine;

function opened(find?: string, replace = ''): OpenVersion {
  const chosen = chooseTree({ tree: 'model' });
  if (!chosen.ok) throw new Error(chosen.error.message);
  const { tree, configuration } = chosen.value;
  const text = utf8Text(tree.read(FILE) ?? new Uint8Array());
  if (find !== undefined && text.split(find).length !== 2) throw new Error(`not once: ${find}`);
  const edited = find === undefined ? text : text.replace(find, () => replace);
  const overlaid = overlayTree(tree, new Map([[FILE, new TextEncoder().encode(edited)]]));
  const version = openVersion(pack, 'original', overlaid, configuration, assetsOf(pack));
  if (!version.ok) throw new Error(version.error.message);
  return version.value;
}

beforeAll(() => {
  original = opened();
  machine = threadMachineFor(original);
}, 300_000);

function parsed(scenario: string, schedule: string) {
  const input = pack.parse(scenario, schedule);
  if (!input.ok) throw new Error(`${input.error.message}: ${scenario}${schedule}`);
  return input.value;
}

function run(scenario: string, schedule: string, on = machine) {
  const input = parsed(scenario, schedule);
  const raw = pack.execute(on, input);
  const trace = pack.decode(raw, input);
  return { ending: trace.ending, lines: trace.events.map(eventText) };
}

const TABLES = `configuration ept maxphyaddr 48 ad-bits suppress-ve
slot address-space 0 gfns 0x0..0xf max-level 1
root level 4 references 2
  [0] table
    [0] table
      [0] table
        [5] leaf pfn 0x100005 RWX A D mmu-w host-w
`;
const WRPROT = `${TABLES}call kvm_tdp_mmu_wrprot_slot slot 0 minLevel 1\n`;
const ZAP = `${TABLES}call kvm_tdp_mmu_unmap_gfn_range slot 0 start 0 end 0x10 mayBlock 1 flush 0\n`;
const MAP =
  'beside kvm_tdp_mmu_map root 0 gfn 0x6 pfn 0x100006 write 1 exec 0 prefetch 0 mapWritable 1 maxLevel 1 generation 0 nxHugePages 0 writeTracked 0\n';
const PROTECT = 'kvm_tdp_mmu_write_protect_gfn slot 0 gfn 0x5 minLevel 1\n';

const MAPPED = /r0\[0\]\[0\]\[0\]\[6\]: 0 => leaf/;
const SHUT = /r0\[0\]\[0\]\[0\]\[5\]: leaf .* => leaf/;
const GONE = /r0\[0\]\[0\]\[0\]\[5\]: leaf .* => 0/;

const order = (lines: readonly string[], ...what: readonly RegExp[]): number[] =>
  what.map((each) => lines.findIndex((line) => each.test(line)));

describe('two kernel threads', () => {
  it('run one after the other when nobody is left', () => {
    const { lines, ending } = run(WRPROT, MAP);
    expect(ending.kind).toBe('returned');
    const [shut = -1, returned = -1, mapped = -1] = order(
      lines,
      SHUT,
      /wrprot_slot returns/,
      MAPPED,
    );
    expect(shut).toBeGreaterThan(0);
    expect(returned).toBeGreaterThan(shut);
    expect(mapped).toBeGreaterThan(returned);
  });

  it('one is left in the middle of its call, and goes on where it was', () => {
    const { lines } = run(WRPROT, `${MAP}when cmpxchg at gfns 0x5..0x5 level 1: leave thread 0\n`);
    const [mapped = -1, back = -1, shut = -1] = order(lines, MAPPED, /first thread goes on/, SHUT);
    expect(mapped).toBeGreaterThan(0);
    expect(back).toBeGreaterThan(mapped);
    expect(shut).toBeGreaterThan(back);
  });

  it('the second is left at the time that the schedule says, and not before', () => {
    const twice = (time: string): string =>
      `${MAP}when begin: leave thread 0\nwhen read at gfns 0x6..0x6 level 1: leave thread 1${time}\n`;
    const [shut = -1, mapped = -1] = order(run(WRPROT, twice('')).lines, SHUT, MAPPED);
    expect(shut).toBeGreaterThan(0);
    expect(mapped).toBeGreaterThan(shut);
    // it comes there once only
    const later = order(run(WRPROT, twice(' time 2')).lines, MAPPED, SHUT);
    expect(later[0]).toBeGreaterThan(0);
    expect(later[1]).toBeGreaterThan(later[0] ?? 0);
  });

  it('one that wants a lock waits until the other has released it', () => {
    const held = run(ZAP, `${MAP}when write at gfns 0x5..0x5 level 1: leave thread 0\n`);
    expect(held.ending.kind).toBe('returned');
    const [turn = -1, gone = -1, mapped = -1] = order(
      held.lines,
      /the other thread goes on/,
      GONE,
      MAPPED,
    );
    expect(turn).toBeGreaterThan(0);
    expect(gone).toBeGreaterThan(turn);
    expect(mapped).toBeGreaterThan(gone);
  });

  it('the owner of mmu_lock yields at the next poll to one that waits', () => {
    const tables = ZAP.replace(
      '        [5]',
      '        [0] leaf pfn 0x100000 RWX A D mmu-w host-w\n        [5]',
    );
    const { lines } = run(
      tables,
      `beside ${PROTECT}when write at gfns 0x0..0x0 level 1: leave thread 0\n`,
    );
    const quiet = run(tables, `beside ${PROTECT}`);
    expect(quiet.lines.some((line) => line.startsWith('yield'))).toBe(false);
    const [asks = -1, yields = -1] = order(lines, /the other thread goes on/, /^yield/);
    expect(asks).toBeGreaterThan(0);
    expect(yields).toBeGreaterThan(asks);
  });

  it('a lock that each waits for while it holds the other one’s is a deadlock, in some order only', () => {
    const turned = opened(
      '\tstruct kvm_mmu_page *root;\n\n\tread_lock(&kvm->mmu_lock);\n\n\t/*\n\t * Most vCPUs',
      '\tstruct kvm_mmu_page *root;\n\n\tspin_lock(&kvm->arch.tdp_mmu_pages_lock);\n\tread_lock(&kvm->mmu_lock);\n\tspin_unlock(&kvm->arch.tdp_mmu_pages_lock);\n\n\t/*\n\t * Most vCPUs',
    );
    const scenario = `configuration ept maxphyaddr 48 ad-bits suppress-ve
root level 4 references 1
  [0] table
    [0] table nx-huge-page-disallowed
call kvm_tdp_mmu_zap_sp root 0 level 2 gfn 0
`;
    const input = parsed(scenario, 'beside kvm_tdp_mmu_alloc_root level 4 smm 1 guestMode 0\n');
    const search = (on: RunMachine) =>
      explore(pack, on, input, 'concurrent', {
        scope: { ...SCOPE, entries: ENTRIES },
        budget: 20_000_000n,
      });
    const [before, after] = [search(machine), search(threadMachineFor(turned))];
    expect(before?.whole).toBe(true);
    expect([...(before?.faults.keys() ?? [])]).toEqual([]);
    const found = after?.faults.get('deadlock');
    expect(found?.what).toContain('waits for a lock that the other thread never releases');
    expect(found?.input.schedule.rules.length).toBeGreaterThan(0);
  });

  it('does the same on every run, and what it was does not stay', () => {
    const input = parsed(WRPROT, `${MAP}when cmpxchg at gfns 0x5..0x5 level 1: leave thread 0\n`);
    const words = (): bigint[] => [...pack.execute(machine, input).words];
    const first = words();
    run(ZAP, `beside ${PROTECT}when begin: leave thread 0\n`);
    expect(words()).toEqual(first);
  });

  it('a case without a second thread comes to what it comes to on any other machine', () => {
    const fast = machineFor(original, 'fast');
    for (let index = 0; index < 20; index++) {
      const input = pack.generate('threads', 'tdp_mmu_zap_leafs', 'yield', index);
      const expected = [...pack.execute(fast, input).words];
      expect([...pack.execute(machine, input).words]).toEqual(expected);
    }
  });
});

describe('all orders', () => {
  /** Every way to leave a thread at every point, with up to so many preemptions, nothing pruned. */
  function everyOrder(input: ReturnType<typeof parsed>, preemptions: number): ReadonlySet<string> {
    const outcomes = new Set<string>();
    const pending: { rules: readonly ScheduleRule[]; left: number }[] = [
      { rules: [], left: preemptions },
    ];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const each = { scenario: input.scenario, schedule: { ...input.schedule, rules: next.rules } };
      const words = encodeScenario(each.scenario, each.schedule).slice();
      words[IN.OPTIONS] = BigInt(OPTION.POINTS);
      const ending = machine.run('pc_run', { global: 'pc_in', words });
      const raw = { ending, words: machine.words('pc_out', 0, 262_144) };
      outcomes.add(outcomeOf(pack.decode(raw, each)).join('\n'));
      const visits = new Visits();
      let met = 0;
      for (const move of movesOf(raw)) {
        if (move.kind === 'end' || move.object === 0n) continue;
        const rule: ScheduleRule = {
          place: placeOf(move),
          action: { kind: 'leave', thread: move.thread, time: visits.note(move) },
        };
        if (met < next.rules.length) {
          const due = next.rules[met];
          if (due !== undefined && printRule(due) === printRule(rule)) met++;
          continue;
        }
        const left = move.event === 'begin' ? next.left : next.left - 1;
        if (left >= 0) pending.push({ rules: [...next.rules, rule], left });
      }
    }
    return outcomes;
  }

  it.each([
    [
      'two faults on neighbours',
      `${TABLES}call ${MAP.slice('beside '.length)}`,
      MAP.replace('0x6', '0x7').replace('0x100006', '0x100007'),
    ],
    [
      'a fault and a write protection',
      WRPROT,
      MAP.replace('0x6', '0x5').replace('0x100006', '0x100005'),
    ],
    [
      'two that put a root',
      'configuration ept maxphyaddr 48 ad-bits suppress-ve\nroot level 4 invalid references 2\ncall kvm_tdp_mmu_put_root root 0\n',
      'beside kvm_tdp_mmu_put_root root 0\n',
    ],
  ])(
    'what is pruned shows nothing else: %s',
    (_, scenario, schedule) => {
      const input = parsed(scenario, schedule);
      const search = pack.exploration?.search(
        machine,
        input,
        'concurrent',
        { ...SCOPE, entries: ENTRIES },
        1_000_000n,
      );
      if (search == null) throw new Error('no search');
      const outcomes = new Set<string>();
      let runs = 0;
      for (let each = search.next(); each !== null; each = search.next()) {
        const raw = search.run(machine, each, 1_000_000n);
        search.saw(raw);
        outcomes.add(outcomeOf(pack.decode(raw, each)).join('\n'));
        runs++;
      }
      expect(search.whole()).toBe(true);
      expect(runs).toBeGreaterThan(1);
      const all = everyOrder(input, 2);
      expect([...all].filter((each) => !outcomes.has(each))).toEqual([]);
    },
    300_000,
  );

  it.each(pack.entryPoints.map(({ name }) => name))(
    'nothing is wrong in the original: %s',
    (entry) => {
      if (!original.entries.has(entry)) return;
      for (let index = 0; index < PAIRS; index++) {
        const input = pack.exploration?.generateThreads('threads', entry, index, original.entries);
        if (input == null) continue;
        const found = explore(pack, machine, input, 'concurrent', {
          scope: { ...SCOPE, entries: original.entries },
          budget: 3_000_000n,
        });
        const faults = [...(found?.faults ?? [])].map(([key, { input: each }]) => {
          const { scenario, schedule } = pack.print(each);
          return `${key}\n${scenario}${schedule}`;
        });
        expect(faults).toEqual([]);
      }
    },
    300_000,
  );
});
