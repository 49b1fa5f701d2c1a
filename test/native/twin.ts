/**
 * Builds and drives the native twin: a tree's C with the pack's headers, models and harness, compiled by gcc as the kernel
 * compiles it, one object for each .c. Not for shipping: tests and benchmarks only.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { generatedHeader } from '../../src/c/preprocess/kernel-config/generated-headers.js';
import {
  kernelConfiguration,
  kernelIncludeDirs,
} from '../../src/c/preprocess/kernel-config/kernel-options.js';
import { featureDefines } from '../../src/packs/kvm-tdp-mmu/features.js';
import { SCOPES } from '../../src/packs/kvm-tdp-mmu/scopes.js';
import { countLoops } from './count-loops.js';
import { textProbe } from './text-probe.js';

const repository = resolve(import.meta.dirname, '../..');
const packC = join(repository, 'src/packs/kvm-tdp-mmu/c');

export const hasGcc = spawnSync('gcc', ['--version']).status === 0;

/** The root of an unpacked kernel source, or null. */
export function kernelTree(version: '6.12' | '6.1'): string | null {
  const named = process.env[`PATCHCHECK_LINUX_${version.replace('.', '_')}`];
  const candidates = [named, join(repository, `.cache/linux-source-${version}`)];
  const found = candidates.find(
    (path) => path !== undefined && existsSync(join(path, 'arch/x86/kvm/mmu/tdp_mmu.c')),
  );
  return found ?? null;
}

export const modelTree = join(repository, 'fixtures/linux');

export interface TwinOptions {
  readonly tree: string;
  /** Patched files by path. */
  readonly overlay?: ReadonlyMap<string, string>;
  /** Count loops, and call the scope hooks: equal to the engine, event for event, but slower. */
  readonly observed: boolean;
}

export interface TwinRun {
  /** PC_TRAP_ code, 0: returned. */
  readonly trap: number;
  readonly words: BigUint64Array;
}

export class Twin {
  constructor(
    readonly directory: string,
    private readonly program: string,
  ) {}

  run(inputs: readonly BigUint64Array[]): TwinRun[] {
    const stream: Uint8Array[] = [];
    for (const words of inputs) {
      stream.push(new Uint8Array(BigUint64Array.of(BigInt(words.length)).buffer));
      stream.push(new Uint8Array(words.buffer, words.byteOffset, words.byteLength));
    }
    const { stdout, status, signal } = spawnSync(this.program, [], {
      input: Buffer.concat(stream),
      maxBuffer: 2 ** 31 - 1,
      timeout: 300_000,
    });
    const bytes = new Uint8Array(stdout);
    const all = new BigUint64Array(bytes.buffer, bytes.byteOffset, Math.floor(bytes.length / 8));
    const runs: TwinRun[] = [];
    for (let at = 0; at < all.length;) {
      const [trap = 0n, count = 0n] = all.subarray(at, at + 2);
      runs.push({ trap: Number(trap), words: all.slice(at + 2, at + 2 + Number(count)) });
      at += 2 + Number(count);
    }
    if (status !== 0 || runs.length !== inputs.length) {
      throw new Error(
        `the twin stopped with ${String(signal ?? status)} after ${String(runs.length)} runs`,
      );
    }
    return runs;
  }

  nanosecondsPerRun(input: BigUint64Array, runs: number): number {
    const head = new Uint8Array(BigUint64Array.of(BigInt(input.length)).buffer);
    const body = new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
    const output = execFileSync(this.program, [String(runs)], {
      input: Buffer.concat([head, body]),
    });
    return Number(output.toString());
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

const MMU = 'arch/x86/kvm/mmu';

export function buildTwin(options: TwinOptions): Twin {
  const directory = mkdtempSync(join(tmpdir(), 'patchcheck-twin-'));
  const source = join(directory, 'source');
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  // The files of KVM's MMU side by side, as their quoted includes expect, with the overlay on top.
  for (const folder of [MMU, 'arch/x86/kvm']) {
    mkdirSync(join(source, folder), { recursive: true });
    for (const name of readdirSync(join(options.tree, folder))) {
      if (name.endsWith('.h') || (folder === MMU && name.endsWith('.c'))) {
        cpSync(join(options.tree, folder, name), join(source, folder, name), { dereference: true });
      }
    }
  }
  for (const [path, text] of options.overlay ?? []) write(join(source, path), text);
  if (options.observed) {
    for (const name of ['tdp_mmu.c']) {
      const path = join(source, MMU, name);
      writeFileSync(path, countLoops(readFileSync(path, 'utf8')));
    }
  }
  const generated = writeGeneratedHeaders(options.tree, join(directory, 'generated'), write);

  const flags = [
    ...'-std=gnu11 -O2 -fno-strict-aliasing -fno-strict-overflow -fno-common -fshort-wchar'.split(
      ' ',
    ),
    ...'-fno-delete-null-pointer-checks -fno-allow-store-data-races -mno-red-zone'.split(' '),
    ...'-fno-PIE -no-pie -mcmodel=small -nostdinc -w -DPC_NATIVE -D__KERNEL__'.split(' '),
    ...'-DKBUILD_MODNAME="kvm" -DKBUILD_BASENAME="kvm" -DKBUILD_MODFILE="kvm"'.split(' '),
    ...(generated.unsignedChar ? ['-funsigned-char'] : []),
    `-I${join(packC, 'include')}`,
    `-I${source}`,
    `-I${options.tree}`,
    ...kernelIncludeDirs.map((path) => `-I${join(options.tree, path)}`),
    `-I${generated.directory}`,
    `-I${join(source, 'arch/x86/kvm')}`,
    '-include',
    'linux/kconfig.h',
    '-include',
    'linux/compiler_types.h',
  ];
  const gcc = (...args: string[]): string =>
    execFileSync('gcc', args, { cwd: directory, maxBuffer: 2 ** 28, encoding: 'utf8' });

  const probe = textProbe(gcc(...flags, '-E', join(source, MMU, 'tdp_mmu.c')));
  const defines = featureDefines(probe).map((define) => `-D${define}`);
  // The slowest runs that end yield some thousand times; endless ones need not be followed as far as the engine may.
  const observing: string[] = ['-DPC_MAX_YIELDS=20000'];
  if (options.observed) {
    const known = [...SCOPES].filter(([name]) => probe.hasFunction(name));
    write(
      join(directory, 'pc-scope-table.h'),
      known.map(([name, id]) => `PC_SCOPE(${name}, ${String(id)})\n`).join(''),
    );
    observing.push(
      '-finstrument-functions',
      '-finstrument-functions-exclude-file-list=include/,pc/',
      `-I${directory}`,
    );
  }
  const objects = ['tdp_iter.c', 'spte.c'].map((name) => {
    gcc(...flags, ...observing, '-c', join(source, MMU, name), '-o', `${name}.o`);
    return `${name}.o`;
  });
  const unit = options.observed
    ? join(import.meta.dirname, 'observed-unit.c')
    : join(packC, 'unit.c');
  gcc(...flags, ...defines, ...observing, `-I${packC}`, '-c', unit, '-o', 'unit.o');
  gcc(
    ...['-O2', '-no-pie', '-DPC_NATIVE', `-I${join(packC, 'include')}`],
    ...[join(import.meta.dirname, 'main.c'), 'unit.o', ...objects, '-o', 'twin'],
  );
  return new Twin(directory, join(directory, 'twin'));
}

function writeGeneratedHeaders(
  tree: string,
  directory: string,
  write: (path: string, text: string) => void,
): { directory: string; unsignedChar: boolean } {
  const read = (path: string): string | null => {
    const full = join(tree, path);
    return existsSync(full) ? readFileSync(full, 'utf8') : null;
  };
  const configuration = kernelConfiguration(read);
  const { options, autoconf, version, unsignedChar } = configuration;
  const names = ['autoconf', 'bounds', 'timeconst', 'utsrelease', 'asm-offsets'].map(
    (name) => `generated/${name}.h`,
  );
  names.push('asm/unistd_64.h', 'asm/unistd_64_x32.h', 'asm/unistd_32_ia32.h', 'linux/version.h');
  for (const name of names) {
    const text = generatedHeader(name, { read, options, autoconf, version });
    if (text !== null) write(join(directory, name), text);
  }
  for (const generic of ['include/asm-generic', 'include/uapi/asm-generic']) {
    const folder = join(tree, generic);
    for (const name of existsSync(folder) ? readdirSync(folder) : []) {
      const path = join(directory, 'asm', name);
      if (name.endsWith('.h') && !existsSync(path)) {
        write(path, `#include <asm-generic/${name}>\n`);
      }
    }
  }
  return { directory, unsignedChar };
}
