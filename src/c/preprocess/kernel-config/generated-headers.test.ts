/** Headers that a kernel build generates, made from small trees. */
import { describe, expect, it } from 'vitest';
import { countEnumerators } from './count-enumerators.js';
import { generatedHeader } from './generated-headers.js';
import { autoconfText, parseAutoconf, parseDotConfig } from './kconfig-text.js';
import { kernelConfiguration, kernelPreprocessOptions } from './kernel-options.js';
import { kernelVersion } from './kernel-version.js';

const makefile =
  '# top\nVERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 3\nEXTRAVERSION = -rc1\nNAME = x\n';

const reader =
  (files: Readonly<Record<string, string>>) =>
  (path: string): string | null =>
    files[path] ?? null;

function header(name: string, files: Readonly<Record<string, string>>, config: string): string {
  const options = parseDotConfig(config);
  const version = kernelVersion(makefile) ?? { major: 0, minor: 0, patch: 0, release: '' };
  return (
    generatedHeader(name, {
      read: reader(files),
      options,
      autoconf: autoconfText(options),
      version,
    }) ?? ''
  );
}

describe('kernel configurations', () => {
  it('are read from .config and written as autoconf.h', () => {
    const options = parseDotConfig(
      '# comment\nCONFIG_A=y\n# CONFIG_B is not set\nCONFIG_C=m\nCONFIG_D="x y"\nCONFIG_E=0x10\n',
    );
    expect([...options]).toEqual([
      ['A', 'y'],
      ['C', 'm'],
      ['D', '"x y"'],
      ['E', '0x10'],
    ]);
    const text = autoconfText(options);
    expect(text).toBe(
      '#define CONFIG_A 1\n#define CONFIG_C_MODULE 1\n#define CONFIG_D "x y"\n#define CONFIG_E 0x10\n',
    );
    expect([...parseAutoconf(text)]).toEqual([...options]);
  });

  it('come from the tree when it has one, else from us', () => {
    const built = kernelConfiguration(reader({ Makefile: makefile }));
    expect([built.origin, built.options.get('KVM'), built.options.has('KVM_PROVE_MMU')]).toEqual([
      'built-in',
      'y',
      false,
    ]);
    expect(built.version).toEqual({ major: 6, minor: 12, patch: 3, release: '6.12.3-rc1' });
    const dot = kernelConfiguration(reader({ Makefile: makefile, '.config': 'CONFIG_SMP=y\n' }));
    expect([dot.origin, [...dot.options]]).toEqual(['.config', [['SMP', 'y']]]);
    const auto = kernelConfiguration(
      reader({ 'include/generated/autoconf.h': '#define CONFIG_X 1\n', '.config': 'CONFIG_Y=y\n' }),
    );
    expect([auto.origin, [...auto.options]]).toEqual(['autoconf.h', [['X', 'y']]]);
    expect(kernelConfiguration(reader({}), 'CONFIG_Z=y\n').origin).toBe('given');
  });

  it('name modules as the build does', () => {
    const configuration = kernelConfiguration(reader({ Makefile: makefile }));
    const defines = (path: string): string =>
      kernelPreprocessOptions(reader({}), configuration, { path, text: '' }).defines ?? '';
    expect(defines('arch/x86/kvm/mmu/tdp_mmu.c')).toContain(
      '#define KBUILD_MODFILE "arch/x86/kvm/kvm"\n#define KBUILD_BASENAME "tdp_mmu"\n#define KBUILD_MODNAME "kvm"\n#define __KBUILD_MODNAME kmod_kvm\n',
    );
    expect(defines('arch/x86/kvm/vmx/vmx.c')).toContain('KBUILD_MODNAME "kvm_intel"');
    expect(defines('lib/list-test.c')).toContain('KBUILD_MODNAME "list_test"');
  });
});

describe('generated headers', () => {
  it('have the constants of kernel/bounds.c', () => {
    const files = {
      'include/linux/page-flags.h':
        '#ifndef F\nenum pageflags {\n PG_a, /* , */ PG_b,\n#ifdef CONFIG_MMU\n PG_c,\n#endif\n#if defined(CONFIG_X)\n PG_d,\n#endif\n __NR_PAGEFLAGS,\n PG_e = PG_a,\n};\n#endif\n',
      'include/linux/mmzone.h':
        'enum zone_type {\n ZONE_DMA,\n ZONE_NORMAL,\n __MAX_NR_ZONES\n};\n',
      'kernel/bounds.c': 'DEFINE(NR_CPUS_BITS, bits_per(CONFIG_NR_CPUS));',
    };
    const config = 'CONFIG_MMU=y\nCONFIG_SMP=y\nCONFIG_NR_CPUS=64\n';
    expect(header('generated/bounds.h', files, config).split('\n')).toEqual([
      '#define NR_PAGEFLAGS 3',
      '#define MAX_NR_ZONES 2',
      '#define NR_CPUS_BITS 7',
      '#define SPINLOCK_SIZE 4',
      '#define LRU_GEN_WIDTH 0',
      '#define __LRU_REFS_WIDTH 0',
      '',
    ]);
    expect(countEnumerators('enum e { A = 2, B };', 'e', 'B', '')).toBe(null);
  });

  it('convert jiffies', () => {
    // HZ == 250: a jiffy is 4 ms.
    const text = header('generated/timeconst.h', {}, 'CONFIG_HZ=250\n');
    for (const line of [
      '#define HZ_TO_MSEC_MUL32 U64_C(0x80000000)',
      '#define HZ_TO_MSEC_ADJ32 U64_C(0x0)',
      '#define HZ_TO_MSEC_SHR32 29',
      '#define MSEC_TO_HZ_MUL32 U64_C(0x80000000)',
      '#define MSEC_TO_HZ_ADJ32 U64_C(0x180000000)',
      '#define MSEC_TO_HZ_SHR32 33',
      '#define HZ_TO_MSEC_NUM 4',
      '#define HZ_TO_MSEC_DEN 1',
      '#define USEC_TO_HZ_DEN 4000',
      '#define HZ_TO_NSEC_NUM 4000000',
    ])
      expect(text.split('\n')).toContain(line);
  });

  it('number system calls from the tables', () => {
    const files = {
      'arch/x86/entry/syscalls/syscall_64.tbl':
        '# nr abi name entry\n0\tcommon\tread\t\tsys_read\n1\t64\twrite\tsys_write\n512\tx32\tx\tsys_x\n',
    };
    expect(header('asm/unistd_64.h', files, '')).toBe(
      '#define __NR_read 0\n#define __NR_write 1\n#ifdef __KERNEL__\n#define __NR_syscalls 2\n#endif\n',
    );
    expect(header('asm/unistd_64_x32.h', files, '')).toContain('#define __NR_x32_x 512\n');
  });

  it('know the version', () => {
    expect(header('linux/version.h', {}, '')).toContain('#define LINUX_VERSION_CODE 396291\n');
    expect(header('generated/utsrelease.h', {}, '')).toBe('#define UTS_RELEASE "6.12.3-rc1"\n');
  });
});
