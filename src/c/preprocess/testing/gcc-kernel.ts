/** For the tests: what gcc needs to read files of a kernel that was never built. */
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { generatedHeader } from '../kernel-config/generated-headers.js';
import type { KernelConfiguration } from '../kernel-config/kernel-options.js';
import type { KernelTree } from './kernel-trees.js';

const kernelFlags =
  '-std=gnu11 -O2 -w -nostdinc -fshort-wchar -fno-common -fno-PIE -fno-strict-aliasing -mno-sse -mno-mmx -mno-sse2 ' +
  '-mno-3dnow -mno-avx -mno-80387 -mno-fp-ret-in-387 -mpreferred-stack-boundary=3 -mno-red-zone -mcmodel=kernel ' +
  '-fno-asynchronous-unwind-tables -fno-delete-null-pointer-checks -fno-strict-overflow -fstack-protector-strong';

export function kernelFlagsOf(configuration: KernelConfiguration): string[] {
  const flags = kernelFlags.split(' ');
  if (configuration.unsignedChar) flags.push('-funsigned-char');
  flags.push(`-fcf-protection=${configuration.options.has('X86_KERNEL_IBT') ? 'branch' : 'none'}`);
  return flags;
}

/** A directory with the headers that a build would have generated, for gcc. */
export function writeGeneratedHeaders(
  tree: KernelTree,
  configuration: KernelConfiguration,
): string {
  const directory = mkdtempSync(join(tmpdir(), 'patchcheck-generated-'));
  const write = (name: string, text: string): void => {
    mkdirSync(join(directory, dirname(name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  };
  for (const name of [
    'autoconf bounds timeconst utsrelease utsversion compile asm-offsets randstruct_hash'
      .split(' ')
      .map((each) => `generated/${each}.h`),
    'unistd_64 unistd_64_x32 unistd_32_ia32 syscalls_64 syscalls_32 xen-hypercalls orc_hash'
      .split(' ')
      .map((each) => `asm/${each}.h`),
    'linux/version.h',
  ].flat()) {
    const text = generatedHeader(name, { ...configuration, read: tree.read });
    if (text === null) throw new Error(name);
    write(name, text);
  }
  for (const generic of ['include/asm-generic', 'include/uapi/asm-generic'])
    for (const name of readdirSync(join(tree.root, generic)))
      if (
        name.endsWith('.h') &&
        tree.read(`arch/x86/include/asm/${name}`) === null &&
        tree.read(`arch/x86/include/uapi/asm/${name}`) === null
      )
        write(`asm/${name}`, `#include <asm-generic/${name}>\n`);
  return directory;
}
