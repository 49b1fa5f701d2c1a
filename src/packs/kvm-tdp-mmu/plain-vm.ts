/** The plainest virtual machine: EPT with A/D bits, 48 address bits, one valid root of four levels, pages that are all in use. */
import type { Configuration, LeafEntry, Root, Table } from './scenario.js';

export const PLAIN_EPT: Configuration = {
  format: 'ept',
  maxPhysAddr: 48,
  adBits: true,
  pml: false,
  suppressVe: true,
  meMask: 0n,
};

/** `table`: of level 4. */
export function plainRoot(table: Table): Root {
  return {
    level: 4,
    smm: false,
    guestMode: false,
    invalid: false,
    scheduledToZap: false,
    references: 1,
    table,
  };
}

/** Written to, and executable. */
export function plainLeaf(pfn: bigint): LeafEntry {
  return {
    kind: 'leaf',
    pfn,
    writable: true,
    mmuWritable: true,
    hostWritable: true,
    executable: true,
    accessed: true,
    dirty: true,
    accessTracked: false,
  };
}
