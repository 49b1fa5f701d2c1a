/** A buffer that nobody writes into. Nearly all writers come one after the other. */
let spare: Uint32Array | null = null;

/** Most results are short, and a buffer for each takes longer than all else: they lie in a common one, which others follow. */
const SHARED_WORDS = 1 << 15;
let shared = new Uint32Array(2 * SHARED_WORDS);
let sharedUsed = 0;

/** Words in the making, written in halves: scenarios are many, and a bigint for every word of theirs is slow. */
export class WordWriter {
  private halves: Uint32Array;
  private used: number;

  /** `header`: words at the start that are set later. */
  constructor(header: number) {
    this.used = 2 * header;
    this.halves = spare ?? new Uint32Array(Math.max(8192, 2 * this.used));
    spare = null;
    this.halves.fill(0, 0, this.used);
  }

  /** Words so far. */
  get length(): number {
    return this.used >> 1;
  }

  /** Appends a word of two halves. */
  push(low: number, high = 0): void {
    if (this.used + 2 > this.halves.length) this.reserve(2);
    this.halves[this.used] = low;
    this.halves[this.used + 1] = high;
    this.used += 2;
  }

  /** What was written from a word on, to be written once more. */
  halvesFrom(word: number): Uint32Array {
    return this.halves.slice(2 * word, this.used);
  }

  pushHalves(halves: Uint32Array): void {
    this.reserve(halves.length);
    this.halves.set(halves, this.used);
    this.used += halves.length;
  }

  private reserve(halves: number): void {
    const needed = this.used + halves;
    if (needed <= this.halves.length) return;
    const larger = new Uint32Array(Math.max(needed, 2 * this.halves.length));
    larger.set(this.halves);
    this.halves = larger;
  }

  pushBig(value: bigint): void {
    this.push(Number(value & 0xffff_ffffn), Number((value >> 32n) & 0xffff_ffffn));
  }

  /** A whole number as 64 bits, two's complement. */
  pushNumber(value: number): void {
    this.push(value >>> 0, Math.floor(value / 2 ** 32));
  }

  low(word: number): number {
    return this.halves[2 * word] ?? 0;
  }

  high(word: number): number {
    return this.halves[2 * word + 1] ?? 0;
  }

  setHalves(word: number, low: number, high: number): void {
    this.halves[2 * word] = low;
    this.halves[2 * word + 1] = high;
  }

  set(word: number, value: number): void {
    this.halves[2 * word] = value;
  }

  setBig(word: number, value: bigint): void {
    this.halves[2 * word] = Number(value & 0xffff_ffffn);
    this.halves[2 * word + 1] = Number((value >> 32n) & 0xffff_ffffn);
  }

  /** All of them; nothing can be written any more. */
  words(): BigUint64Array {
    const written = this.halves.subarray(0, this.used);
    const { length } = this;
    if (sharedUsed + length > SHARED_WORDS) {
      shared = new Uint32Array(2 * Math.max(SHARED_WORDS, length));
      sharedUsed = 0;
    }
    shared.set(written, 2 * sharedUsed);
    const bytes = BigUint64Array.BYTES_PER_ELEMENT;
    const words = new BigUint64Array(shared.buffer, bytes * sharedUsed, length);
    sharedUsed += length;
    spare = this.halves;
    return words;
  }
}
