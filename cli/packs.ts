/** The packs that this command knows, by name, and the C text that they bring. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AnyPack } from '../src/engine.js';
import type { ReadText } from '../src/pack-api/pack.js';
import { KVM_TDP_MMU } from '../src/packs/kvm-tdp-mmu/pack.js';

const PACKS: readonly AnyPack[] = [KVM_TDP_MMU];

/** The repository or package that this file belongs to: built files are in dist/cli, sources in cli. */
export const packageRoot = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '..' : '../..', import.meta.url),
);

export function packNamed(name: string): AnyPack {
  const found = PACKS.find((pack) => pack.name === name);
  if (found === undefined) throw new Error(`there is no pack ${name}`);
  return found;
}

export function defaultPack(): AnyPack {
  return packNamed('kvm-tdp-mmu');
}

export function assetsOf(pack: AnyPack): ReadText {
  return assetsIn(`src/packs/${pack.name}/c`);
}

/** The C text in a folder of ours. */
export function assetsIn(folder: string): ReadText {
  const root = join(packageRoot, folder);
  const known = new Map<string, string | null>();
  return (path) => {
    let text = known.get(path);
    if (text === undefined) {
      text = path.split('/').includes('..') ? null : readText(join(root, path));
      known.set(path, text);
    }
    return text;
  };
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
