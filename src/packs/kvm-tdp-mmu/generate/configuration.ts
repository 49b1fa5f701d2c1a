/** Configurations of a host: every address width, and the features that change how SPTEs look. */
import type { Configuration } from '../scenario.js';
import type { Random } from './random.js';

const WIDTHS = [36, 39, 40, 46, 47, 48, 49, 51, 52] as const;
/** Below it lie the frames of a scenario. */
const LEAST_KEY_BIT = 36;
/** Address bits that key ids take from the top. */
const KEY_BITS = [1, 4, 6] as const;

export function generateConfiguration(random: Random): Configuration {
  return withHost(random.aside('host'), plainConfiguration(random));
}

function plainConfiguration(random: Random): Configuration {
  const maxPhysAddr = random.chance(0.7) ? random.pick(WIDTHS) : random.between(36, 52);
  // SHADOW_NONPRESENT_VALUE is a constant of the kernel, and has bit 63 on x86-64 since 6.10.
  const suppressVe = true;
  if (random.chance(0.35)) {
    return { maxPhysAddr, suppressVe, format: 'npt', adBits: true, pml: false, meMask: 0n };
  }
  const adBits = random.chance(0.7);
  const pml = adBits && random.chance(0.4);
  return { maxPhysAddr, suppressVe, format: 'ept', adBits, pml, meMask: 0n };
}

/** What else CPUs and administrators differ in; most of it changes a few bits of SPTEs, and no walk. */
function withHost(random: Random, plain: Configuration): Configuration {
  const { format, maxPhysAddr } = plain;
  const caching = random.chance(0.1) ? ({ noMmioCaching: true } as const) : {};
  if (format === 'npt') {
    const meMask = random.chance(0.3) ? encryptionBit(random, maxPhysAddr) : 0n;
    return { ...plain, ...caching, meMask };
  }
  const rights = random.chance(0.1) ? ({ noExecOnly: true } as const) : {};
  if (maxPhysAddr <= 46 && random.chance(0.5))
    return { ...plain, ...caching, ...rights, l1tf: true };
  const meMask = random.chance(0.15) ? keyBits(random, maxPhysAddr) : 0n;
  return { ...plain, ...caching, ...rights, meMask };
}

/** SME's; 0n where so few address bits leave none. */
function encryptionBit(random: Random, maxPhysAddr: number): bigint {
  const bit = random.pick([maxPhysAddr - 1, maxPhysAddr - 5, 47]);
  return bit < LEAST_KEY_BIT || bit >= maxPhysAddr ? 0n : 1n << BigInt(bit);
}

/** MKTME's: from some bit up to the highest. */
function keyBits(random: Random, maxPhysAddr: number): bigint {
  const lowest = maxPhysAddr - random.pick(KEY_BITS);
  if (lowest < LEAST_KEY_BIT) return 0n;
  return (1n << BigInt(maxPhysAddr)) - (1n << BigInt(lowest));
}
