import { describe, expect, it } from 'vitest';
import { decodeRun } from './decoding.js';
import { sameRaw } from './oracle/same-words.js';
import { encodeScenario } from './encoding.js';
import type { Entry, LeafEntry, Scenario } from './scenario.js';
import { COST_WORDS, EVENT, FINAL, headOf, IN, MAGIC, OUT, STATUS } from './words.js';
import { HELLO } from './workloads.js';

const returned = { kind: 'returned' } as const;

function head(kind: number, how = 0, count = 1, index = 0, table = 0): bigint {
  return (
    BigInt(kind) |
    (BigInt(how) << 8n) |
    (BigInt(count - 1) << 12n) |
    (BigInt(index) << 24n) |
    (BigInt(table) << 36n)
  );
}

/** pc_out as the harness would leave it, with EPT masks. */
function output(events: readonly bigint[], final: readonly bigint[] = []): BigUint64Array {
  const words = new BigUint64Array(OUT.EVENTS + events.length + final.length);
  words[OUT.MAGIC] = MAGIC;
  words[OUT.STATUS] = STATUS.DONE;
  words[OUT.USED] = BigInt(words.length);
  words[OUT.EVENTS_END] = BigInt(OUT.EVENTS + events.length);
  words[OUT.STRINGS_END] = BigInt(OUT.TEXT);
  words[OUT.CALLS] = 1n;
  words[OUT.BASE_ADDRESS] = 0xf_ffff_ffff_f000n;
  words[OUT.NONPRESENT] = 1n << 63n;
  words[OUT.FROZEN] = (1n << 63n) | 0x5a0n;
  words[OUT.PRESENT] = 1n << 63n;
  words[OUT.USER] = 1n;
  words[OUT.X] = 4n;
  words[OUT.ACCESSED] = 1n << 8n;
  words[OUT.MMU_PRESENT] = 1n << 11n;
  words[OUT.TABLES_PFN] = 0x400000n;
  words.set(events, OUT.EVENTS);
  words.set(final, OUT.EVENTS + events.length);
  return words;
}

const LEAF_OF_2M: LeafEntry = {
  kind: 'leaf',
  pfn: 512n,
  writable: true,
  mmuWritable: true,
  hostWritable: true,
  executable: true,
  accessed: true,
  dirty: true,
  accessTracked: false,
};

/** One root with one table of 2M entries below it. */
function scenarioOf(entries: ReadonlyMap<number, Entry>): Scenario {
  const [root] = HELLO.scenario.roots;
  if (root === undefined) throw new Error('no root');
  const plain = { nxHugePageDisallowed: false };
  const of2M: Entry = { kind: 'table', table: { entries, ...plain } };
  const of1G: Entry = { kind: 'table', table: { entries: new Map([[0, of2M]]), ...plain } };
  const table = { entries: new Map([[0, of1G]]), ...plain };
  return { ...HELLO.scenario, roots: [{ ...root, table }] };
}

describe('scenarios as words', () => {
  it('have a header that says where everything begins', () => {
    const words = encodeScenario(HELLO.scenario, { rules: [] });
    const at = (word: number): number => Number(words[word]);
    expect(words[IN.MAGIC]).toBe(MAGIC);
    expect(at(IN.LENGTH)).toBe(words.length);
    expect([at(IN.ROOTS), at(IN.SLOTS), at(IN.CALLS), at(IN.RULES)]).toEqual([2, 0, 8, 0]);
    expect(words[at(IN.ROOTS_AT)]).toBe(4n);
    // The first call: entry point 1 with three arguments, root 0, not shared, level 1.
    const calls = at(IN.CALLS_AT);
    expect([...words.subarray(calls, calls + 4)]).toEqual([1n | (3n << 16n), 0n, 0n, 1n]);
  });

  it('are encoded once for all versions, and anew for another schedule', () => {
    const { scenario } = HELLO;
    const schedule = { rules: [] };
    expect(encodeScenario(scenario, schedule)).toBe(encodeScenario(scenario, schedule));
    const always = {
      rules: [
        {
          place: { function: '*', event: 'poll', gfn: null, level: null },
          action: { kind: 'reschedule' },
        },
      ],
    } as const;
    const words = encodeScenario(scenario, always);
    expect([...words.subarray(-12)]).toEqual([
      (1n << 64n) - 1n,
      0n,
      0n,
      0n,
      0n,
      0n,
      1n,
      0n,
      0n,
      0n,
      0n,
      0n,
    ]);
  });

  it('write a table of like leaves at even distances as one entry, any other one by one', () => {
    const level3 = (entries: readonly (readonly [number, Entry])[]): BigUint64Array =>
      encodeScenario(scenarioOf(new Map(entries)), { rules: [] });
    const at = (index: number, more: object = {}): readonly [number, Entry] => [
      index,
      { ...LEAF_OF_2M, pfn: BigInt(512 * (index + 1)), ...more },
    ];
    const every2nd = Array.from({ length: 10 }, (_, i) => at(3 + 2 * i));
    // root, its head, two tables of one entry, then ours: 3 words where it is a run, or 1 + 2 * 10
    const words = level3(every2nd);
    const flags = 127n - 64n;
    expect([...words.subarray(IN.HEADER + 2 + 6, IN.HEADER + 2 + 6 + 3)]).toEqual([
      1n,
      3n | (1n << 16n) | (flags << 24n) | (9n << 32n) | (1n << 48n),
      BigInt(512 * 4),
    ]);
    const others = [
      [...every2nd.slice(0, 9), at(22)],
      [...every2nd.slice(0, 9), at(21, { pfn: 512n })],
      [...every2nd.slice(0, 9), at(21, { dirty: false })],
      [at(21), ...every2nd.slice(0, 9)],
    ];
    for (const entries of others) expect(level3(entries).length).toBe(words.length + 18);
  });

  it('name their arguments', () => {
    const wrong: Scenario = { ...HELLO.scenario, calls: [{ entry: 'tdp_mmu_zap_root', args: {} }] };
    expect(() => encodeScenario(wrong, { rules: [] })).toThrow('needs an argument root');
  });
});

describe('words as traces', () => {
  it('heads come apart as they were put together', () => {
    const parts = { kind: 1, how: 3, count: 512, index: 511, table: 0xfffff };
    expect(headOf(head(1, 3, 512, 511, 0xfffff))).toEqual(parts);
  });

  it('neighbours that changed alike come out one by one, tables by name', () => {
    const spte = (1n << 63n) | (1n << 11n) | (0x400001n << 12n) | 0x107n;
    const words = output([
      head(EVENT.SPTE, 1, 3, 509, 2),
      1n << 63n,
      (1n << 63n) | 0x5a0n,
      head(EVENT.SPTE, 2, 1, 0, 0),
      spte | 2n,
      1n << 63n,
    ]);
    const { events } = decodeRun({ words, ending: returned }, { scenario: HELLO.scenario });
    expect(events.slice(0, 3)).toEqual(
      [509, 510, 511].map((index) => ({
        kind: 'spte',
        how: 'xchg',
        at: `r0[0][0][${String(index)}]`,
        from: '0',
        to: 'frozen',
      })),
    );
    expect(events[3]).toMatchObject({ how: 'cmpxchg', at: 'r0[0]', from: '-> r0[0]', to: '0' });
  });

  it('the final state lists roots, then what lies below them, then what is amiss', () => {
    const table = (ordinal: number, how: number, ...entries: bigint[]): bigint[] => [
      head(FINAL.TABLE, how, 1, entries.length === 0 ? 0 : 1, ordinal),
      4n,
      0n,
      ...entries,
    ];
    const words = output(
      [],
      [
        head(FINAL.ROOT),
        2n | (4n << 32n),
        ...table(0, 5, 3n | (2n << 16n), (1n << 63n) | 0x5a0n, 0n),
        ...table(1, 1),
        head(FINAL.LOCK, 1, 1, 1),
      ],
    );
    expect(decodeRun({ words, ending: returned }, { scenario: HELLO.scenario }).final).toEqual([
      'root r0 level 4 valid references 2',
      'r0[3] frozen',
      'r0[4] frozen',
      'note leaked: page table r0[0]',
      'note mmu_lock is held for read',
    ]);
  });

  it('costs are no part of the cheap comparison, events and endings are', () => {
    const flush = { words: output([head(EVENT.FLUSH_ALL)]), ending: returned };
    const costly = { words: flush.words.slice(), ending: returned };
    costly.words.fill(7n, OUT.COSTS, OUT.COSTS + COST_WORDS);
    expect(sameRaw(flush, costly)).toBe(true);
    expect(sameRaw(flush, { words: output([head(EVENT.PFN_DIRTY), 1n]), ending: returned })).toBe(
      false,
    );
    expect(sameRaw(flush, { words: flush.words, ending: { kind: 'out-of-fuel' } })).toBe(false);
  });
});
