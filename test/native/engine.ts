/** The engine as the command uses it: the pack's plan, our front end, one machine. For tests beside the twin. */
import { diskTree } from '../../cli/disk-tree.js';
import { assetsOf } from '../../cli/packs.js';
import { kernelConfiguration } from '../../src/c/preprocess/kernel-config/kernel-options.js';
import type { ModuleKind } from '../../src/exec/program.js';
import type { RunMachine } from '../../src/pack-api/pack.js';
import { KVM_TDP_MMU } from '../../src/packs/kvm-tdp-mmu/pack.js';
import { overlayTree } from '../../src/tree/overlay-tree.js';
import { utf8Text } from '../../src/tree/text.js';
import { openVersion } from '../../src/version/build-version.js';
import { machineFor } from '../versions/open-versions.js';

export interface EngineOptions {
  readonly tree: string;
  readonly overlay?: ReadonlyMap<string, string>;
  readonly kind?: ModuleKind;
  readonly heapBytes?: number;
}

export function buildEngine(options: EngineOptions): RunMachine {
  const base = diskTree('directory', options.tree, options.tree);
  const encoder = new TextEncoder();
  const files = [...(options.overlay ?? [])].map(([path, text]): [string, Uint8Array] => [
    path,
    encoder.encode(text),
  ]);
  const tree = files.length === 0 ? base : overlayTree(base, new Map(files), 'patched');
  const read = (path: string): string | null => {
    const bytes = tree.read(path);
    return bytes === null ? null : utf8Text(bytes);
  };
  const assets = assetsOf(KVM_TDP_MMU);
  const open = openVersion(KVM_TDP_MMU, 'version', tree, kernelConfiguration(read), assets);
  if (!open.ok) throw new Error(`${open.error.message} ${JSON.stringify(open.error.at)}`);
  const { kind = 'fast', heapBytes } = options;
  if (heapBytes === undefined) return machineFor(open.value, kind);
  const { plan } = open.value;
  return machineFor({ ...open.value, plan: { ...plan, heapBytes } }, kind);
}
