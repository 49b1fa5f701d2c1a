/**
 * Headers that a kernel build generates (x86-64), made here for trees that were never built: from the tree's own
 * Makefile, system call tables and enums, and the configuration. Known gaps: `asm-offsets.h`, which only assembly needs,
 * is empty; SPINLOCK_SIZE is known for the usual configurations only (it is compared with 8 alone).
 */
import type { KernelVersion } from './kernel-version.js';
import { countEnumerators } from './count-enumerators.js';

export interface GeneratedFrom {
  readonly read: (path: string) => string | null;
  readonly options: ReadonlyMap<string, string>;
  /** The options as #define lines. */
  readonly autoconf: string;
  readonly version: KernelVersion;
}

/** The text of a generated header by the name it is included with; null for any other name. */
export function generatedHeader(name: string, from: GeneratedFrom): string | null {
  switch (name) {
    case 'generated/autoconf.h':
      return from.autoconf;
    case 'generated/bounds.h':
      return boundsHeader(from);
    case 'generated/timeconst.h':
      return timeconstHeader(BigInt(from.options.get('HZ') ?? '250'));
    case 'generated/utsrelease.h':
      return `#define UTS_RELEASE "${from.version.release}"\n`;
    case 'generated/package.h':
      return '#define LINUX_PACKAGE_ID ""\n';
    case 'generated/utsversion.h':
      return '#define UTS_VERSION "#1"\n';
    case 'generated/compile.h':
      return (
        '#define UTS_MACHINE "x86_64"\n#define LINUX_COMPILE_BY "nobody"\n' +
        '#define LINUX_COMPILE_HOST "nowhere"\n#define LINUX_COMPILER "gcc 12"\n'
      );
    case 'linux/version.h':
      return versionHeader(from.version);
    case 'asm/unistd_64.h':
      return systemCalls(from, 'syscall_64.tbl', ['common', '64'], '');
    case 'asm/unistd_64_x32.h':
      return systemCalls(from, 'syscall_64.tbl', ['common', 'x32'], 'x32_');
    case 'asm/unistd_32_ia32.h':
      return systemCalls(from, 'syscall_32.tbl', ['i386'], 'ia32_');
    case 'generated/asm-offsets.h':
    case 'generated/randstruct_hash.h':
    case 'asm/syscalls_64.h':
    case 'asm/syscalls_x32.h':
    case 'asm/syscalls_32.h':
    case 'asm/xen-hypercalls.h':
    case 'asm/orc_hash.h':
      return '';
    default:
      return null;
  }
}

function versionHeader({ major, minor, patch }: KernelVersion): string {
  const low = Math.min(patch, 255);
  return [
    `#define LINUX_VERSION_CODE ${major * 65536 + minor * 256 + low}`,
    '#define KERNEL_VERSION(a,b,c) (((a) << 16) + ((b) << 8) + ((c) > 255 ? 255 : (c)))',
    `#define LINUX_VERSION_MAJOR ${major}`,
    `#define LINUX_VERSION_PATCHLEVEL ${minor}`,
    `#define LINUX_VERSION_SUBLEVEL ${patch}`,
    '',
  ].join('\n');
}

/** `__NR_…` of a system call table: lines of number, ABI, name, entry point. */
function systemCalls(
  from: GeneratedFrom,
  table: string,
  abis: readonly string[],
  prefix: string,
): string {
  let text = '';
  let highest = -1;
  for (const line of (from.read(`arch/x86/entry/syscalls/${table}`) ?? '').split('\n')) {
    const [number, abi, name] = line.split(/\s+/);
    if (number === undefined || !/^\d+$/.test(number) || abi === undefined || name === undefined)
      continue;
    if (!abis.includes(abi)) continue;
    text += `#define __NR_${prefix}${name} ${number}\n`;
    highest = Math.max(highest, Number(number));
  }
  return `${text}#ifdef __KERNEL__\n#define __NR_${prefix}syscalls ${highest + 1}\n#endif\n`;
}

/** kernel/bounds.c: constants that the preprocessor needs and only the compiler knows. */
function boundsHeader(from: GeneratedFrom): string {
  const { options, read } = from;
  const count = (path: string, tag: string, end: string): number =>
    countEnumerators(read(path) ?? '', tag, end, from.autoconf) ?? 0;
  const flags = count('include/linux/page-flags.h', 'pageflags', '__NR_PAGEFLAGS');
  const zones = count('include/linux/mmzone.h', 'zone_type', '__MAX_NR_ZONES');
  const cpus = Number(options.get('NR_CPUS') ?? '1');
  // The function that the tree uses here changed over time.
  const measure = /NR_CPUS_BITS,\s*(\w+)\s*\(/.exec(read('kernel/bounds.c') ?? '')?.[1];
  const lines = [`#define NR_PAGEFLAGS ${flags}`, `#define MAX_NR_ZONES ${zones}`];
  if (options.has('SMP'))
    lines.push(
      `#define NR_CPUS_BITS ${measure === 'bits_per' ? bitsPer(cpus) : measure === 'ilog2' ? Math.floor(Math.log2(cpus)) : orderBase2(cpus)}`,
    );
  lines.push(`#define SPINLOCK_SIZE ${spinlockSize(options)}`);
  // MAX_NR_GENS and MAX_NR_TIERS are both 4.
  const generations = options.has('LRU_GEN');
  lines.push(`#define LRU_GEN_WIDTH ${generations ? orderBase2(4 + 1) : 0}`);
  lines.push(`#define __LRU_REFS_WIDTH ${generations ? 4 - 2 : 0}`);
  return lines.join('\n') + '\n';
}

function orderBase2(value: number): number {
  return Math.ceil(Math.log2(value));
}

function bitsPer(value: number): number {
  return value < 2 ? 1 : Math.floor(Math.log2(value)) + 1;
}

function spinlockSize(options: ReadonlyMap<string, string>): number {
  if (options.has('DEBUG_LOCK_ALLOC')) return 64;
  return options.has('DEBUG_SPINLOCK') || options.has('PREEMPT_RT') ? 24 : 4;
}

/* ---------- timeconst.h: conversions between jiffies and other units by multiplication ---------- */

function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b);
}

/** Factor, correction and shift that turn a count of `from` units a second into `to` units a second. */
function reciprocal(to: bigint, from: bigint): { mul: bigint; adj: bigint; shift: bigint } {
  let shift = 0n;
  const factor = (bits: bigint): bigint => ((1n << bits) * to + from - 1n) / from;
  while (factor(shift) < 1n << 31n) shift++;
  const reduced = from / gcd(to, from);
  return { mul: factor(shift), adj: ((1n << shift) * (reduced - 1n)) / reduced, shift };
}

function timeconstHeader(hz: bigint): string {
  let text =
    '#ifndef KERNEL_TIMECONST_H\n#define KERNEL_TIMECONST_H\n#include <linux/param.h>\n#include <linux/types.h>\n';
  const define = (name: string, value: string): void => {
    text += `#define ${name} ${value}\n`;
  };
  const units: readonly (readonly [string, bigint])[] = [
    ['MSEC', 1000n],
    ['USEC', 1000000n],
    ['NSEC', 1000000000n],
  ];
  for (const [unit, rate] of units) {
    for (const [name, to, from] of [
      [`HZ_TO_${unit}`, rate, hz],
      [`${unit}_TO_HZ`, hz, rate],
    ] as const) {
      if (unit !== 'NSEC') {
        const { mul, adj, shift } = reciprocal(to, from);
        define(`${name}_MUL32`, `U64_C(0x${mul.toString(16).toUpperCase()})`);
        define(`${name}_ADJ32`, `U64_C(0x${adj.toString(16).toUpperCase()})`);
        define(`${name}_SHR32`, String(shift));
      }
      const common = gcd(to, from);
      define(`${name}_NUM`, String(to / common));
      define(`${name}_DEN`, String(from / common));
    }
  }
  return text + '#endif\n';
}
