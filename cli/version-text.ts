/** What a bug report needs to know. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageRoot } from './packs.js';

export function toolVersion(): string {
  return versionOf(join(packageRoot, 'package.json'));
}

/** Of this very build: what another one has kept may mean something else to this one. */
export function toolIdentity(): string {
  const hash = createHash('sha256').update(`${toolVersion()}\0${process.version}`);
  const home = fileURLToPath(new URL('..', import.meta.url));
  for (const name of readdirSync(home, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!/\.[jt]s$/.test(name) || name.includes('node_modules')) continue;
    const { size, mtimeMs } = statSync(join(home, name));
    hash.update(`\0${name}\0${size}\0${mtimeMs}`);
  }
  return hash.digest('hex');
}

export function versionText(): string {
  const parts = ['tree-sitter', 'tree-sitter-c', 'binaryen'].map(
    (name) => `${name} ${versionOf(join(packageRoot, 'node_modules', name, 'package.json'))}`,
  );
  return `patchcheck ${toolVersion()} (node ${process.version}, ${process.platform} ${process.arch}, ${parts.join(', ')})`;
}

function versionOf(path: string): string {
  try {
    const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof parsed === 'object' && parsed !== null && 'version' in parsed)
      return String(parsed.version);
  } catch {
    // Installed elsewhere, or not at all: the text says so.
  }
  return '?';
}
