/** Configurations of a host: every address width, and the features that change how SPTEs look. */
import type { Configuration } from '../scenario.js';
import type { Random } from './random.js';

const WIDTHS = [36, 39, 40, 46, 47, 48, 49, 51, 52] as const;

export function generateConfiguration(random: Random): Configuration {
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
