/**
 * Random numbers that depend on nothing but a seed text: xoshiro128** (Blackman, Vigna 2018, public domain reference) on four
 * 32-bit words, which SplitMix32-style mixing of an FNV-1a hash of the text fills.
 */
export class Random {
  private readonly state = new Uint32Array(4);

  constructor(seed: string) {
    let hash = fnv1a(seed);
    for (let i = 0; i < 4; i++) {
      hash = (hash + 0x9e3779b9) >>> 0;
      this.state[i] = mix(hash);
    }
    for (let i = 0; i < 8; i++) this.word();
  }

  /** 32 random bits. */
  word(): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.state;
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = (b << 9) >>> 0;
    const c2 = c ^ a;
    const d2 = d ^ b;
    this.state[1] = b ^ c2;
    this.state[0] = a ^ d2;
    this.state[2] = c2 ^ shifted;
    this.state[3] = rotate(d2 >>> 0, 11);
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
    let left = this.below(choices.reduce((sum, [weight]) => sum + weight, 0));
    for (const [weight, choice] of choices) {
      left -= weight;
      if (left < 0) return choice;
    }
    return choices[0][1];
  }
}

function rotate(value: number, by: number): number {
  return ((value << by) | (value >>> (32 - by))) >>> 0;
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
