/**
 * Random numbers that depend on nothing but a seed text: xoshiro128** (Blackman, Vigna 2018, public domain reference) on four
 * 32-bit words, which SplitMix32-style mixing of an FNV-1a hash of the text fills.
 */
export class Random {
  // Four fields and no array: this is the innermost of all that generating does.
  private a: number;
  private b: number;
  private c: number;
  private d: number;

  /** A text, or a number of 32 bits. */
  constructor(seed: string | number) {
    let hash = typeof seed === 'string' ? fnv1a(seed) : seed;
    const next = (): number => {
      hash = (hash + 0x9e3779b9) | 0;
      return mix(hash) | 0;
    };
    this.a = next();
    this.b = next();
    this.c = next();
    this.d = next();
    for (let i = 0; i < 8; i++) this.word();
  }

  /** Another stream, which depends on where this one stands and does not move it: what is drawn from it changes nothing else. */
  aside(what: string): Random {
    return new Random(mix(mix(mix(this.a) ^ this.b) ^ this.c) ^ this.d ^ fnv1a(what));
  }

  /** 32 random bits. */
  word(): number {
    const { a, b } = this;
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const c = this.c ^ a;
    const d = this.d ^ b;
    this.b = b ^ c;
    this.a = a ^ d;
    this.c = c ^ (b << 9);
    this.d = rotate(d, 11);
    return result;
  }

  /** 0 … bound - 1. The bias of the multiplication (at most bound / 2³²) does not matter here. */
  below(bound: number): number {
    return Math.floor((this.word() / 2 ** 32) * bound);
  }

  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  belowBig(bound: bigint): bigint {
    const raw = (BigInt(this.word()) << 32n) | BigInt(this.word());
    return raw % bound;
  }

  chance(probability: number): boolean {
    if (probability <= 0 || probability >= 1) return probability >= 1; // certain things cost no draw
    return this.word() < probability * 2 ** 32;
  }

  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.below(choices.length)] ?? choices[0];
  }

  pickOr<T>(choices: readonly T[], otherwise: T): T {
    return choices[this.below(choices.length)] ?? otherwise;
  }

  /** A choice by weight. */
  weighted<T>(choices: readonly [readonly [number, T], ...(readonly [number, T])[]]): T {
    let sum = 0;
    for (const choice of choices) sum += choice[0];
    let left = this.below(sum);
    for (const choice of choices) {
      left -= choice[0];
      if (left < 0) return choice[1];
    }
    return choices[0][1];
  }
}

function rotate(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193);
    hash = Math.imul(hash ^ (unit >>> 8), 0x01000193);
  }
  return hash >>> 0;
}

function mix(word: number): number {
  let z = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return (z ^ (z >>> 15)) >>> 0;
}
