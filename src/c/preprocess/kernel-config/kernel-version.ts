/** The version of a kernel tree, as its top Makefile says. */
export interface KernelVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  /** `6.12.1-rc2` */
  readonly release: string;
}

export function kernelVersion(makefile: string): KernelVersion | null {
  const field = (name: string): string | null =>
    new RegExp(`^${name}\\s*=[ \\t]*(.*?)\\s*$`, 'm').exec(makefile)?.[1] ?? null;
  const major = field('VERSION');
  const minor = field('PATCHLEVEL');
  if (major === null || minor === null || !/^\d+$/.test(major) || !/^\d+$/.test(minor)) return null;
  const patch = field('SUBLEVEL') ?? '0';
  return {
    major: Number(major),
    minor: Number(minor),
    patch: Number(patch),
    release: `${major}.${minor}.${patch}${field('EXTRAVERSION') ?? ''}`,
  };
}
