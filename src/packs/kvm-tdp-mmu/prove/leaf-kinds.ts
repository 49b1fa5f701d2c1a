/**
 * Kinds of SPTEs that a proof tells apart, for each format of them: every attribute that a walker reads takes each of its values in
 * some kind, alone and together with those that are read with it (W with D, W with the MMU's and the host's own bits).
 */
import type { Configuration, LeafEntry } from '../scenario.js';

export interface LeafKind {
  readonly name: string;
  readonly leaf: Omit<LeafEntry, 'pfn'>;
}

type Attributes = Partial<Omit<LeafEntry, 'pfn' | 'kind'>>;

function kind(name: string, attributes: Attributes): LeafKind {
  return {
    name,
    leaf: {
      kind: 'leaf',
      writable: false,
      mmuWritable: false,
      hostWritable: false,
      executable: true,
      accessed: false,
      dirty: false,
      accessTracked: false,
      ...attributes,
    },
  };
}

const HOST = { hostWritable: true };
const PROTECTED = { hostWritable: true, mmuWritable: true };
const WRITABLE = { ...PROTECTED, writable: true };
const ACCESSED = { accessed: true };

const WITH_AD_BITS: readonly LeafKind[] = [
  kind('read-only in the host, accessed', ACCESSED),
  kind('read-only in the host, not accessed, not executable', { executable: false }),
  kind('shadow-protected', { ...HOST, ...ACCESSED }),
  kind('write-protected, clean', { ...PROTECTED, ...ACCESSED }),
  kind('write-protected, dirty', { ...PROTECTED, ...ACCESSED, dirty: true }),
  kind('writable, clean', { ...WRITABLE, ...ACCESSED }),
  kind('writable, dirty', { ...WRITABLE, ...ACCESSED, dirty: true }),
  kind('writable, clean, not accessed', WRITABLE),
];

const WITHOUT_AD_BITS: readonly LeafKind[] = [
  kind('read-only in the host', {}),
  kind('read-only in the host, access-tracked, not executable', {
    accessTracked: true,
    executable: false,
  }),
  kind('shadow-protected', HOST),
  kind('write-protected', PROTECTED),
  kind('write-protected, access-tracked', { ...PROTECTED, accessTracked: true }),
  kind('writable', WRITABLE),
];

export function leafKinds({ adBits }: Configuration): readonly LeafKind[] {
  return adBits ? WITH_AD_BITS : WITHOUT_AD_BITS;
}

/** What other CPUs change without the lock: the first takes Accessed and Dirty (or rights that were taken for a while), the other W. */
export function changingLeafKinds(configuration: Configuration): readonly LeafKind[] {
  const wanted = configuration.adBits
    ? ['writable, clean, not accessed', 'write-protected, clean']
    : ['write-protected, access-tracked', 'write-protected'];
  return leafKinds(configuration).filter(({ name }) => wanted.includes(name));
}

/** Where fewer must do: one that hardware and KVM may change, and one that they may not. */
export function fewLeafKinds(configuration: Configuration): readonly LeafKind[] {
  const wanted = configuration.adBits
    ? ['writable, dirty', 'read-only in the host, accessed']
    : ['writable', 'read-only in the host'];
  return leafKinds(configuration).filter(({ name }) => wanted.includes(name));
}
