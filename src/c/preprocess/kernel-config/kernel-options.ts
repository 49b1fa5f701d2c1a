/**
 * How the build of an x86-64 kernel calls its compiler: include directories and their order, what is defined and
 * included on the command line, headers that a build generates. It works on trees that were never configured; one that was
 * (`include/generated/autoconf.h`) or that has a `.config` is taken as it is.
 */
import type { PreprocessOptions } from '../preprocess.js';
import type { HeaderText, StandIn } from '../header-search.js';
import { gccPredefined } from '../gcc-predefined.js';
import { builtInOptions } from './built-in-options.js';
import { generatedHeader } from './generated-headers.js';
import { autoconfText, parseAutoconf, parseDotConfig } from './kconfig-text.js';
import type { KernelVersion } from './kernel-version.js';
import { kernelVersion } from './kernel-version.js';

export interface KernelConfiguration {
  /** Where it comes from: the tool, the tree's `.config` or built headers, or a file of the user's. */
  readonly origin: 'built-in' | '.config' | 'autoconf.h' | 'given';
  /** The file of the user's, where it is `given`. */
  readonly file?: string;
  readonly version: KernelVersion;
  /** Without CONFIG_: `y`, `m`, or the value as written. */
  readonly options: ReadonlyMap<string, string>;
  /** The options as #define lines. */
  readonly autoconf: string;
  /** gcc's predefined macros under the kernel's flags. */
  readonly predefined: string;
  /** `-funsigned-char` (since 6.2). */
  readonly unsignedChar: boolean;
}

type ReadText = (path: string) => string | null;

/** The configuration of a tree; `given` is the text of a `.config` that the user names. */
export function kernelConfiguration(read: ReadText, given?: string): KernelConfiguration {
  const makefile = read('Makefile') ?? '';
  const version = kernelVersion(makefile) ?? { major: 6, minor: 12, patch: 0, release: '6.12.0' };
  const dotConfig = read('.config');
  const built = read('include/generated/autoconf.h');
  let origin: KernelConfiguration['origin'];
  let options: ReadonlyMap<string, string>;
  if (given !== undefined) [origin, options] = ['given', parseDotConfig(given)];
  else if (built !== null) [origin, options] = ['autoconf.h', parseAutoconf(built)];
  else if (dotConfig !== null) [origin, options] = ['.config', parseDotConfig(dotConfig)];
  else [origin, options] = ['built-in', builtInOptions(version)];
  const unsignedChar =
    makefile === ''
      ? version.major > 6 || version.minor >= 2
      : makefile.includes('-funsigned-char');
  return {
    origin,
    version,
    options,
    autoconf: autoconfText(options),
    predefined: kernelPredefined(options, unsignedChar),
    unsignedChar,
  };
}

export interface KernelOverrides {
  /** Headers that replace the tree's, by the name they are included with. */
  readonly override?: (name: string) => HeaderText | null;
  /** More #define lines. */
  readonly defines?: string;
  /** More headers to include before the file, after the kernel's own. */
  readonly forceIncludes?: readonly string[];
}

/** What preprocessing one file of the tree needs; `text` is its text (the tree's, or a patched one). */
export function kernelPreprocessOptions(
  read: ReadText,
  configuration: KernelConfiguration,
  main: { readonly path: string; readonly text: string },
  extra: KernelOverrides = {},
): PreprocessOptions {
  const names = moduleNames(main.path);
  const given = configuration.origin === 'given';
  return {
    main,
    read,
    includeDirs: [...kernelIncludeDirs, ...extraIncludeDirs(main.path)],
    override: (name) => {
      const own = extra.override?.(name) ?? null;
      // A configuration of the user's own stands in front of what an earlier build has left in the tree.
      if (own !== null || !given || name !== 'generated/autoconf.h') return own;
      return { path: `include/${name}`, text: configuration.autoconf };
    },
    standIn: standInsOf(read, configuration),
    predefined: configuration.predefined,
    defines:
      '#define __KERNEL__ 1\n' +
      `#define KBUILD_MODFILE "${names.file}"\n` +
      `#define KBUILD_BASENAME "${names.base}"\n` +
      `#define KBUILD_MODNAME "${names.module}"\n` +
      `#define __KBUILD_MODNAME kmod_${names.module}\n` +
      (extra.defines ?? ''),
    forceIncludes: [
      'include/linux/compiler-version.h',
      'include/linux/kconfig.h',
      'include/linux/compiler_types.h',
      ...(extra.forceIncludes ?? []),
    ].filter((path) => !path.startsWith('include/linux/compiler-v') || read(path) !== null),
  };
}

/** Top Makefile, LINUXINCLUDE. */
export const kernelIncludeDirs: readonly string[] = [
  'arch/x86/include',
  'arch/x86/include/generated',
  'include',
  'arch/x86/include/uapi',
  'arch/x86/include/generated/uapi',
  'include/uapi',
  'include/generated/uapi',
];

/** `ccflags-y += -I …` of the directories that have it. */
function extraIncludeDirs(path: string): readonly string[] {
  return path.startsWith('arch/x86/kvm/') || path.startsWith('virt/kvm/') ? ['arch/x86/kvm'] : [];
}

type StandIns = (name: string) => StandIn | null;

/** By configuration, and by what reads the tree: a generated header is made once for all units of a version. */
const standIns = new WeakMap<KernelConfiguration, WeakMap<ReadText, StandIns>>();

function standInsOf(read: ReadText, configuration: KernelConfiguration): StandIns {
  let byReader = standIns.get(configuration);
  if (byReader === undefined) {
    byReader = new WeakMap<ReadText, StandIns>();
    standIns.set(configuration, byReader);
  }
  let ask = byReader.get(read);
  if (ask === undefined) {
    const known = new Map<string, StandIn | null>();
    ask = (name) => {
      let answer = known.get(name);
      if (answer === undefined)
        known.set(name, (answer = kernelStandIn(name, read, configuration)));
      return answer;
    };
    byReader.set(read, ask);
  }
  return ask;
}

function kernelStandIn(
  name: string,
  read: ReadText,
  configuration: KernelConfiguration,
): StandIn | null {
  const text = generatedHeader(name, {
    read,
    options: configuration.options,
    autoconf: configuration.autoconf,
    version: configuration.version,
  });
  if (text !== null) return { kind: 'text', path: generatedPath(name), text };
  const asm = /^asm\/(.+)$/.exec(name)?.[1];
  return asm === undefined ? null : { kind: 'alias', name: `asm-generic/${asm}` };
}

/** Where a build would have put a generated header. */
function generatedPath(name: string): string {
  if (name.startsWith('asm/')) return `arch/x86/include/generated/${name}`;
  return name === 'linux/version.h' ? `include/generated/uapi/${name}` : `include/${name}`;
}

/** KBUILD_MODNAME and its like (scripts/Makefile.lib). */
function moduleNames(path: string): { base: string; module: string; file: string } {
  const slash = path.lastIndexOf('/');
  const directory = path.slice(0, slash + 1);
  const plain = (text: string): string => text.replace(/[^A-Za-z0-9_]/g, '_');
  const base = plain(path.slice(slash + 1).replace(/\.[ch]$/, ''));
  let module = base;
  let home = directory;
  if (directory.startsWith('virt/kvm/') || directory.startsWith('arch/x86/kvm/')) {
    home = 'arch/x86/kvm/';
    if (directory === 'arch/x86/kvm/vmx/') module = 'kvm_intel';
    else if (directory === 'arch/x86/kvm/svm/') module = 'kvm_amd';
    else module = 'kvm';
  }
  return { base, module, file: `${home}${module.replace(/^kvm_/, 'kvm-')}` };
}

/** gcc's predefined macros under -O2 -fno-PIE -mcmodel=kernel -fshort-wchar -mno-sse … of the kernel's Makefiles. */
function kernelPredefined(options: ReadonlyMap<string, string>, unsignedChar: boolean): string {
  const gone =
    /^#define (?:__(?:pic|PIC|pie|PIE)__|__(?:MMX|SSE2?|SSE2?_MATH|MMX_WITH_SSE)__|__NO_INLINE__|__code_model_small__|__GCC_HAVE_DWARF2_CFI_ASM|__FLT16_\w+|__GCC_IEC_559(?:_COMPLEX)?|__WCHAR_(?:MAX|MIN|WIDTH|TYPE)__|__GNUC_WIDE_EXECUTION_CHARSET_NAME|__SIZEOF_WCHAR_T__)\b/;
  const kept = gccPredefined
    .split('\n')
    .filter((line) => !gone.test(line))
    .join('\n');
  const added = [
    '_SOFT_FLOAT 1',
    '__OPTIMIZE__ 1',
    '__code_model_kernel__ 1',
    '__GCC_IEC_559 0',
    '__GCC_IEC_559_COMPLEX 0',
    '__WCHAR_MAX__ 0xffff',
    '__WCHAR_MIN__ 0',
    '__WCHAR_WIDTH__ 16',
    '__WCHAR_TYPE__ short unsigned int',
    '__SIZEOF_WCHAR_T__ 2',
    '__GNUC_WIDE_EXECUTION_CHARSET_NAME "UTF-16LE"',
  ];
  if (unsignedChar) added.push('__CHAR_UNSIGNED__ 1');
  if (options.has('STACKPROTECTOR_STRONG')) added.push('__SSP_STRONG__ 3');
  else if (options.has('STACKPROTECTOR')) added.push('__SSP__ 1');
  if (options.has('X86_KERNEL_IBT')) added.push('__CET__ 1');
  return kept + added.map((each) => `#define ${each}\n`).join('');
}
