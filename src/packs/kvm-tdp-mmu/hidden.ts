/**
 * Which files of a kernel tree the overriding headers stand in front of. Some replace a file altogether; others include it and then
 * define some of its names again: those names are read off the header's own text, so the list cannot fall behind it.
 */
import type { HiddenFile, ReadText } from '../../pack-api/pack.js';
import { overridePath } from './models.js';

const ASM = 'arch/x86/include/asm';

/** Replaced altogether, by the header that replaces them. */
const REPLACED: Readonly<Record<string, readonly string[]>> = {
  'asm/atomic.h': [`${ASM}/atomic.h`, `${ASM}/atomic64_64.h`],
  'asm/barrier.h': [`${ASM}/barrier.h`],
  'asm/bitops.h': [`${ASM}/bitops.h`],
  'asm/bug.h': [`${ASM}/bug.h`],
  'asm/cmpxchg.h': [`${ASM}/cmpxchg.h`, `${ASM}/cmpxchg_64.h`],
  'asm/preempt.h': [`${ASM}/preempt.h`],
  'asm/rwonce.h': ['include/asm-generic/rwonce.h'],
  'asm/vdso/processor.h': [`${ASM}/vdso/processor.h`],
  // Tracepoints are compiled out whatever the configuration says.
  'linux/kconfig.h': [
    'arch/x86/kvm/mmu/mmutrace.h',
    'arch/x86/kvm/trace.h',
    'include/trace/events/kvm.h',
  ],
};

/** Included, and then some of their names defined again. */
const REDEFINED: Readonly<Record<string, string>> = {
  'asm/bug.h': 'include/asm-generic/bug.h',
  'asm/cpufeature.h': `${ASM}/cpufeature.h`,
  'asm/processor.h': `${ASM}/processor.h`,
  'linux/lockdep.h': 'include/linux/lockdep.h',
  'linux/rcupdate.h': 'include/linux/rcupdate.h',
  'linux/sched.h': 'include/linux/sched.h',
  'linux/vmstat.h': 'include/linux/vmstat.h',
};

/** What KVM reaches through a static call, which a model answers under the call's own name. */
const BEHIND_STATIC_CALLS = [
  {
    file: 'arch/x86/kvm/vmx/vmx.c',
    by: '__SCT__kvm_x86_get_mt_mask',
    names: new Set(['vmx_get_mt_mask']),
  },
];

export function hiddenFiles(assets: ReadText): readonly HiddenFile[] {
  return [
    ...Object.entries(REPLACED).flatMap(([name, files]) =>
      files.map((file): HiddenFile => ({ file, by: overridePath(name), names: 'all' })),
    ),
    ...Object.entries(REDEFINED).map(([name, file]): HiddenFile => ({
      file,
      by: overridePath(name),
      names: namesIn(assets(`include/${name}`) ?? ''),
    })),
    ...BEHIND_STATIC_CALLS,
  ];
}

function namesIn(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(/^#(?:define|undef) (\w+)/gm)].map(([, name = '']) => name));
}
