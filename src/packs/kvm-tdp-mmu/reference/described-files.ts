/**
 * The sources that the references were written from: blob ids of whole files, by path in the tree. Where all of a tree's files are among
 * them, a reference that does something else than the C is a fault of ours; of any other tree it need not be true.
 */
const MMU = 'arch/x86/kvm/mmu';

/** The model tree, and Linux 6.12.117. */
const BLOBS = {
  'tdp_iter.c': [
    '83cc6c0e486de52c72ef374ce534c7be47d9156c',
    '04c247bfe318bc39327dc2d73addaaa941138972',
  ],
  'tdp_iter.h': [
    '4c7732b6730753e20069364997bbb16974fa02c7',
    '2880fd392e0cbb9921aed5b8b5992c54e484530f',
  ],
  'tdp_mmu.c': [
    '9d785463853e57218e09ade514cefc06d6bcc562',
    '3b996c1fdaabc06a9f2686dacb4aa06ebd108cc8',
  ],
  'spte.c': [
    'fd63cfde1426ebb0f991a1aeb541922ca5acd3bb',
    '5521608077ec093d29da442407dd12745430ec08',
  ],
  'spte.h': [
    '4db4248872caa4ddd157d2644b98c9872a39bb87',
    '2cb816ea24307aa38e46ee0b6e838c6eb99e805a',
  ],
  'mmu_internal.h': [
    '30c2af67aa00c4df16ca490194cf533c62d3d1d8',
    'c98827840e07abf988098b2fa608aefd09e24e93',
  ],
} as const;

/** Makes the walks leave levels out. */
const OPTIONS_OFF = ['KVM_PROVE_MMU'];

/** Paths and options of a tree by which it is another one. */
export function undescribed(
  blob: (path: string) => string | null,
  options: ReadonlyMap<string, string>,
): readonly string[] {
  const paths = Object.entries(BLOBS).flatMap(([name, known]): string[] => {
    const path = `${MMU}/${name}`;
    const ids: readonly string[] = known;
    return ids.includes(blob(path) ?? '') ? [] : [path];
  });
  const on = OPTIONS_OFF.filter((name) => options.has(name));
  return [...paths, ...on.map((name) => `CONFIG_${name}`)];
}
