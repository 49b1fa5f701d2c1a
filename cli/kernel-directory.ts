/** What makes a directory the root of a kernel tree, and the one around a directory. */
import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { kernelVersion } from '../src/c/preprocess/kernel-config/kernel-version.js';
import { utf8Text } from '../src/tree/text.js';
import { diskTree, isDirectory } from './disk-tree.js';

/** The top Makefile states the version, and x86's KVM is there, whatever its MMU looks like. */
function isKernel(directory: string): boolean {
  if (!isDirectory(join(directory, 'arch/x86/kvm'))) return false;
  const makefile = diskTree('directory', directory, directory).read('Makefile');
  return makefile !== null && kernelVersion(utf8Text(makefile)) !== null;
}

/** The kernel tree that a directory is in; the walk ends at `stop`, which is none of itself. */
export function kernelAround(directory: string, stop: string): string | null {
  let at = realpathSync(directory);
  const last = realpathSync(stop);
  for (;;) {
    if (isKernel(at)) return at;
    const above = dirname(at);
    if (at === last || above === at) return null;
    at = above;
  }
}
