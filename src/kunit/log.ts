/** Entries of the harness's log (c/include/pc/kunit.h), as lines for people. */
import type { Machine } from '../exec/machine.js';
import { LOG, LOG_COUNT } from './build-suite.js';

const WORDS = 10;
const ENTRIES = 1024;

/** The kinds, by their number. */
const KINDS = [
  null,
  'unary',
  'numbers',
  'pointers',
  'strings',
  'bytes',
  'fail',
  'print',
  'warn',
  'info',
  'skip',
] as const;
type Kind = Exclude<(typeof KINDS)[number], null>;

export interface Said {
  /** A check that failed, a WARN, why it was skipped, or what was printed. */
  readonly kind: 'failure' | 'warning' | 'skip' | 'print';
  readonly lines: readonly string[];
}

export function readLog(machine: Machine): readonly Said[] {
  const count = Number(machine.readU64(machine.address(LOG_COUNT)));
  const said: Said[] = [];
  for (let entry = 0; entry < Math.min(count, ENTRIES); entry++) {
    const at = machine.address(LOG) + BigInt(8 * WORDS * entry);
    said.push(readEntry(machine, [...machine.words(at, WORDS)]));
  }
  if (count > ENTRIES)
    said.push({ kind: 'print', lines: [`${count - ENTRIES} more entries are not kept`] });
  return said;
}

function readEntry(machine: Machine, words: readonly bigint[]): Said {
  const word = (at: number): bigint => words[at] ?? 0n;
  const text = (at: number): string => (word(at) === 0n ? '(null)' : machine.text(word(at)));
  const message = word(9) === 0n ? [] : text(9).replace(/\n$/, '').split('\n');
  const place = `${text(2)}:${word(1)}`;
  const kind: Kind = KINDS[Number(word(0))] ?? 'fail';
  const failure = (...lines: string[]): Said => ({
    kind: 'failure',
    lines: [...lines, ...message.map((line) => `    ${line}`)],
  });
  const compared = (left: string, right: string): Said =>
    failure(
      `EXPECTATION FAILED at ${place}: expected ${text(4)} ${text(3)} ${text(5)}, but`,
      `    ${text(4)} is ${left}`,
      `    ${text(5)} is ${right}`,
    );
  switch (kind) {
    case 'unary':
      return failure(`EXPECTATION FAILED at ${place}: expected that ${text(4)} ${text(3)}`);
    case 'numbers':
      return compared(number(word(6)), number(word(7)));
    case 'pointers':
      return compared(pointer(word(6)), pointer(word(7)));
    case 'strings':
      return compared(quoted(machine, word(6)), quoted(machine, word(7)));
    case 'bytes':
      return compared(bytes(machine, word(6), word(8)), bytes(machine, word(7), word(8)));
    case 'fail':
      return failure(`FAILED at ${place}`);
    case 'warn':
      return {
        kind: 'warning',
        lines: [`WARNING at ${place}: ${text(3)}`, ...message.map((line) => `    ${line}`)],
      };
    case 'skip':
      return { kind: 'skip', lines: message };
    case 'print':
    case 'info':
      // KERN_INFO and the like: the byte 1 and a level.
      return { kind: 'print', lines: message.map((line) => line.replace(/^\u0001./, '')) };
  }
}

function number(value: bigint): string {
  const signed = BigInt.asIntN(64, value);
  return `${signed} (0x${value.toString(16)})`;
}

function pointer(value: bigint): string {
  return value === 0n ? 'NULL' : `0x${value.toString(16)}`;
}

function quoted(machine: Machine, at: bigint): string {
  return at === 0n ? 'NULL' : JSON.stringify(machine.text(at));
}

const SHOWN_BYTES = 256n;

function bytes(machine: Machine, at: bigint, size: bigint): string {
  if (at === 0n) return 'NULL';
  const shown = machine.read(at, Number(size < SHOWN_BYTES ? size : SHOWN_BYTES));
  const hex = [...shown].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return size > SHOWN_BYTES ? `${hex} … (${size} bytes)` : hex;
}
