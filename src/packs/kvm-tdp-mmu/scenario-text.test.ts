import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseScenario, printScenario } from './scenario-text.js';
import { parseSchedule, printSchedule } from './schedule-text.js';
import { pagesAt } from './geometry.js';
import { STEPS } from './rely/rules.js';
import { HOLDS, PLACE_EVENTS } from './schedule.js';
import type { Schedule } from './schedule.js';

const GOOD = `configuration ept maxphyaddr 48 ad-bits suppress-ve
slot address-space 0 gfns 0x0..0x3ff max-level 2
root level 4 references 1
  [0] table
    [0] table
      [0] table nx-huge-page-disallowed
        [3..4] leaf pfn 0x100003 RWX A D mmu-w host-w
        [9] mmio gen 5
      [1] leaf pfn 0x100200 RW- mmu-w host-w
call kvm_tdp_mmu_zap_leafs start 0 end 0x200 flush 1
`;

describe('scenarios as text', () => {
  it('come back as they were written', () => {
    const parsed = parseScenario(GOOD, 'w');
    expect(parsed.ok && printScenario(parsed.value)).toBe(GOOD);
  });

  it('may be commented, and indented in any consistent way', () => {
    const edited = '# a witness\n' + GOOD.replace(/^ +/gm, (blanks) => blanks + blanks);
    const parsed = parseScenario(edited.replace('flush 1', 'flush 1 # owed'), 'w');
    expect(parsed.ok && printScenario(parsed.value)).toBe(GOOD);
  });

  const wrong: [string, string, string, string][] = [
    ['maxphyaddr 48', 'maxphyaddr 64', '1:30', 'maxphyaddr is 36 to 52'],
    ['ad-bits', 'ad-bit', '1:33', "'ad-bit' is not known here"],
    ['0x0..0x3ff', '0x0-0x3ff', '2:27', 'expected a range'],
    ['root level 4', 'root level 3', '3:12', 'a root has level 4 or 5'],
    ['[9] mmio', '[512] mmio', '8:9', 'indices are 0 to 511'],
    ['[9] mmio', '[4] mmio', '8:9', 'entry 4 stands twice'],
    ['gen 5', 'gen five', '8:22', 'expected a number'],
    ['0x100200', '0x100201', '9:20', 'the pfn is not aligned to level 2'],
    ['RW-', 'WR-', '9:11', 'needs its permissions'],
    ['flush 1', 'flush', '10:51', "'flush' needs a number"],
    ['  [0] table\n', '  [0] leaf pfn 0 RWX\n', '4:7', 'no leaf is larger than level 3'],
    ['call', 'cal', '10:1', 'expected configuration, slot, root or call'],
    ['kvm_tdp_mmu_zap_leafs', 'kvm_tdp_mmu_zap', '10:6', 'is no entry point'],
    ['flush 1', 'flash 1', '10:46', 'takes start, end, flush'],
    [' flush 1', '', '10:45', "needs 'flush' as well"],
    ['zap_leafs start 0 end 0x200 flush 1', 'zap_all root 0', '10:26', 'takes nothing'],
    [
      'kvm_tdp_mmu_zap_leafs start 0 end 0x200 flush 1',
      'kvm_tdp_mmu_wrprot_slot slot 1 minLevel 1',
      '10:30',
      'there is no slot 1',
    ],
    ['0x100003', '0x10000000000000000', '7:16', 'is no number'],
    ['[3..4] leaf pfn 0x100003 RWX A D mmu-w host-w', '[3] table', '7:13', 'below level 1'],
  ];
  it.each(wrong)('%s written as %s is an error at %s', (from, to, at, message) => {
    const parsed = parseScenario(GOOD.replace(from, to), 'w');
    if (parsed.ok) throw new Error('parsed');
    const place = parsed.error.at;
    expect(parsed.error.message).toContain(message);
    expect(`${String(place?.line)}:${String(place?.column)}`).toBe(at);
    expect(place?.sourceLine).toBe(GOOD.replace(from, to).split('\n')[(place?.line ?? 0) - 1]);
  });

  it('need a configuration', () => {
    expect(parseScenario('', 'w')).toMatchObject({ ok: false, error: { code: 'bad-input' } });
  });
});

describe('schedules as text', () => {
  const gfn = fc.bigInt({ min: 0n, max: (1n << 40n) - 1n });
  const word = fc.stringMatching(/^[a-z_][a-z_0-9]*$/);
  const place = fc.record({
    function: fc.oneof(fc.constant('*'), word),
    event: fc.constantFrom(...PLACE_EVENTS),
    gfn: fc.option(fc.record({ first: gfn, last: gfn })),
    level: fc.option(fc.integer({ min: 1, max: 5 })),
  });
  const held = fc.option(fc.constantFrom(...HOLDS));
  const somewhere = fc
    .tuple(place, held)
    .map(([at, holds]) => (holds === null ? at : { ...at, holds }));
  /** The first gfn of an SPTE at the level. */
  const spteAt = fc
    .record({ root: fc.integer({ min: 0, max: 15 }), level: fc.integer({ min: 1, max: 5 }), gfn })
    .map((at) => ({ ...at, gfn: at.gfn - (at.gfn % pagesAt(at.level)) }));
  const action = fc.oneof(
    fc.constant({ kind: 'reschedule' }),
    fc.constant({ kind: 'fail' }),
    fc.record({
      kind: fc.constant('step'),
      step: fc.constantFrom(...STEPS),
      at: fc.option(spteAt),
    }),
    fc.record({
      kind: fc.constant('task'),
      call: fc.record({
        entry: fc.constant('kvm_tdp_mmu_write_protect_gfn'),
        args: fc.record({ slot: fc.constant(0n), gfn, minLevel: fc.constant(1n) }),
      }),
    }),
  );
  const schedule = fc.record({ rules: fc.array(fc.record({ place: somewhere, action })) });

  it('come back as they were', () => {
    fc.assert(
      fc.property(schedule, (rules) => {
        const value = rules as Schedule;
        expect(parseSchedule(printSchedule(value), 's')).toEqual({ ok: true, value });
      }),
    );
  });

  const leave = fc.record({
    kind: fc.constant('leave'),
    thread: fc.constantFrom(0, 1),
    time: fc.nat(1000),
  });
  const beside = fc.record({
    entry: fc.constant('kvm_tdp_mmu_put_root'),
    args: fc.record({ root: fc.nat(9).map(BigInt) }),
  });
  const threads = fc.record({
    rules: fc.array(fc.record({ place: somewhere, action: leave })),
    beside,
  });

  it('with a call beside, come back as they were', () => {
    fc.assert(
      fc.property(threads, (rules) => {
        const value = rules as Schedule;
        expect(parseSchedule(printSchedule(value), 's')).toEqual({ ok: true, value });
      }),
    );
  });

  const BESIDE = 'beside kvm_tdp_mmu_put_root root';

  it.each([
    [1, `${BESIDE} 0`, null],
    [1, `${BESIDE} 1`, 'there is no root 1'],
    [2, `${BESIDE} 0`, 'beside one call of the scenario'],
    [1, 'when end: task kvm_tdp_mmu_put_root root 1', 'there is no root 1'],
  ])('for a scenario with one root and %i calls: %s', (calls, text, message) => {
    const scenario = parseScenario(
      `configuration ept maxphyaddr 48 ad-bits suppress-ve\nroot level 4 references 9\n${'call kvm_tdp_mmu_put_root root 0\n'.repeat(calls)}`,
      's',
    );
    if (!scenario.ok) throw new Error(scenario.error.message);
    const parsed = parseSchedule(text, 's', scenario.value);
    if (message === null) expect(parsed.ok).toBe(true);
    else expect(parsed.ok ? '' : parsed.error.message).toContain(message);
  });

  const wrong: [string, string, string][] = [
    ['when atomic: leave thread 0', '1:1', "a line 'beside CALL'"],
    [`${BESIDE} 0\nwhen atomic: leave thread 2`, '2:27', "expected 'thread 0'"],
    [`${BESIDE} 0\nwhen atomic: leave thread 0 time 0`, '2:34', 'a number from 1 on'],
    [`${BESIDE} 0\nwhen atomic: leave thread 0 time 1 1`, '2:36', 'nothing may follow'],
    [`${BESIDE} 0\n${BESIDE} 0`, '2:1', 'no more'],
    [`${BESIDE} 0\nwhen read: step accessed`, '1:1', 'take no steps'],
    ['when poll reschedule', '1:21', "expected ':'"],
    ['when pol: reschedule', '1:6', 'expected one of poll'],
    ['if poll: reschedule', '1:1', "expected 'when'"],
    ['when poll at gfns 5: reschedule', '1:19', 'expected a range'],
    ['when poll at level 6: reschedule', '1:20', 'expected a level'],
    ['when poll: yield', '1:12', "expected 'reschedule'"],
    ['when read: step x at r0[1]', '1:17', 'expected a step: accessed'],
    ['when read: step dirty at r0[1][512]', '1:26', "expected 'at' and an SPTE"],
    ['when read: step dirty of r0[1]', '1:26', "expected 'at' and an SPTE"],
    ['when read holding leave: step dirty', '1:19', 'expected nothing, frozen'],
    ['when unlocked: task kvm_tdp_mmu_zap', '1:21', 'expected an entry point'],
    ['when unlocked: task kvm_tdp_mmu_put_root slot 0', '1:42', 'takes no such argument'],
    ['when unlocked: task kvm_tdp_mmu_put_root', '1:41', "needs 'root' as well"],
  ];
  it.each(wrong)('%s is an error at %s', (text, at, message) => {
    const parsed = parseSchedule(text, 's');
    if (parsed.ok) throw new Error('parsed');
    expect(parsed.error.message).toContain(message);
    expect(`${String(parsed.error.at?.line)}:${String(parsed.error.at?.column)}`).toBe(at);
  });
});
