import { describe, expect, it } from 'vitest';
import type { RawRun } from '../../../pack-api/pack.js';
import { COST_WORDS, EVENT, OUT } from '../words.js';
import { sameRaw } from './same-words.js';

const head = (kind: number, how = 0, table = 0): bigint =>
  BigInt(kind) | (BigInt(how) << 8n) | (BigInt(table) << 36n);

/** A run with these event words, and one word of final state. */
function run(...events: bigint[]): RawRun {
  const words = new BigUint64Array(OUT.EVENTS + events.length + 1);
  words[OUT.EVENTS_END] = BigInt(OUT.EVENTS + events.length);
  words[OUT.USED] = BigInt(words.length);
  words[OUT.STRINGS_END] = BigInt(OUT.TEXT);
  words.set(events, OUT.EVENTS);
  words[words.length - 1] = 5n;
  return { words, ending: { kind: 'returned' } };
}

const begin = [head(EVENT.BEGIN), 1n];
const end = [head(EVENT.END), 1n, 0n];
const yielded = [head(EVENT.YIELD), 3n, 0x200n];
const change = [head(EVENT.SPTE, 1, 2), 0x900n, 0n];
const waits = head(EVENT.CALL_RCU, 0, 2);
const freed = [head(EVENT.FREE, 0, 2), head(EVENT.FREE, 1, 2)];
const flush = head(EVENT.FLUSH_ALL);

describe('the cheap comparison', () => {
  it('leaves costs out, and nothing of the events and the final state', () => {
    const costly = run(...begin, ...change, ...end);
    costly.words.fill(7n, OUT.COSTS, OUT.COSTS + COST_WORDS);
    expect(sameRaw(run(...begin, ...change, ...end), costly)).toBe(true);
    expect(sameRaw(run(...begin, ...end), run(...begin, ...change, ...end))).toBe(false);
    const other = run(...begin, ...end);
    other.words[other.words.length - 1] = 6n;
    expect(sameRaw(run(...begin, ...end), other)).toBe(false);
    const stopped: RawRun = { ...costly, ending: { kind: 'out-of-fuel' } };
    expect(sameRaw(costly, stopped)).toBe(false);
  });

  it('leaves yields out', () => {
    const often = run(...begin, ...yielded, ...change, ...yielded, ...end);
    expect(sameRaw(run(...begin, ...change, ...end), often)).toBe(true);
    expect(sameRaw(often, run(...begin, ...change, ...yielded, ...end))).toBe(true);
  });

  it('but not where a flush may come too late', () => {
    const before = run(...begin, ...change, flush, ...yielded, ...end);
    const after = run(...begin, ...change, ...yielded, flush, ...end);
    expect(sameRaw(before, after)).toBe(false);
    expect(sameRaw(before, before)).toBe(true);
  });

  it('leaves out when a grace period ended, as long as there was one', () => {
    const early = run(...begin, ...change, waits, ...yielded, ...freed, ...change, ...end);
    const late = run(...begin, ...change, waits, ...change, ...freed, ...end);
    expect(sameRaw(early, late)).toBe(true);
    const never = run(...begin, ...change, waits, ...change, ...end);
    expect(sameRaw(early, never)).toBe(false);
    const first = run(...begin, ...change, ...freed, waits, ...change, ...end);
    expect(sameRaw(first, late)).toBe(false);
  });

  it('keeps frees within their call', () => {
    const here = run(...begin, waits, ...freed, ...end, ...begin, ...end);
    const there = run(...begin, waits, ...end, ...begin, ...freed, ...end);
    expect(sameRaw(here, there)).toBe(false);
  });
});
