/** What a bug report needs to know. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from './packs.js';

export function toolVersion(): string {
  return versionOf(join(packageRoot, 'package.json'));
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
