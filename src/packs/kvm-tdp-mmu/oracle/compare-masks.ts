/**
 * SPTEs are compared as what they mean under the masks of their own version, so that KVM may keep its own bits where it likes. What
 * hardware sees is another matter: those masks have to be the same.
 */
import type { Dimension } from '../../../pack-api/pack.js';
import type { SpteMasks } from '../spte-masks.js';
import type { Mismatch } from './mismatch.js';

/** As KVM calls them. */
const OF_HARDWARE: readonly (readonly [keyof SpteMasks, string])[] = [
  ['nonpresent', 'SHADOW_NONPRESENT_VALUE'],
  ['present', 'shadow_present_mask'],
  ['user', 'shadow_user_mask'],
  ['x', 'shadow_x_mask'],
  ['nx', 'shadow_nx_mask'],
  ['accessed', 'shadow_accessed_mask'],
  ['dirty', 'shadow_dirty_mask'],
  ['accessTrack', 'shadow_acc_track_mask'],
  ['memtype', 'shadow_memtype_mask'],
  ['meValue', 'shadow_me_value'],
  ['meMask', 'shadow_me_mask'],
  ['mmioValue', 'shadow_mmio_value'],
  ['mmioMask', 'shadow_mmio_mask'],
  ['mmioAccess', 'shadow_mmio_access_mask'],
  ['mmioCaching', 'enable_mmio_caching'],
  ['l1tf', 'shadow_nonpresent_or_rsvd_mask'],
  ['l1tfLowGfn', 'shadow_nonpresent_or_rsvd_lower_gfn_mask'],
];

export function compareMasks(
  old: SpteMasks,
  now: SpteMasks,
  dimension: Dimension,
): Mismatch | null {
  const found = OF_HARDWARE.find(([mask]) => old[mask] !== now[mask]);
  if (found === undefined) return null;
  const [mask, name] = found;
  const [was, is] = [hex(old[mask]), hex(now[mask])];
  const what = `${name} is ${was} in the old version, ${is} in the new version`;
  return { dimension, kind: 'mask', what, old: was, new: is, index: null };
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}
