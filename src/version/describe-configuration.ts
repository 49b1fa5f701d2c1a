/** The configuration in the words of the report's first line. */
import type { KernelConfiguration } from '../c/preprocess/kernel-config/kernel-options.js';

export function describeConfiguration({ origin, file, version }: KernelConfiguration): string {
  const release = `${version.major}.${version.minor}`;
  switch (origin) {
    case 'built-in':
      return `built-in x86-64 configuration for ${release}`;
    case '.config':
      return `the tree's .config, ${release}`;
    case 'autoconf.h':
      return `the tree's include/generated/autoconf.h, ${release}`;
    case 'given':
      return `${file ?? 'the given configuration'}, ${release}`;
  }
}
