import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MODELLED, overridePath } from './models.js';

const include = join(import.meta.dirname, 'c/include');

function filesBelow(folder: string): string[] {
  return readdirSync(join(include, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

describe('the list of what is modelled', () => {
  it('names every overriding header, and no other', () => {
    const headers = filesBelow('').filter((path) => !path.startsWith('pc/'));
    const listed = [...MODELLED.keys()].filter((name) => name.includes('/'));
    expect(listed.sort()).toEqual(headers.map(overridePath).sort());
  });

  it('names every function that the models define for the kernel, and no other', () => {
    const text = filesBelow('pc/harness')
      .map((path) => readFileSync(join(include, path), 'utf8'))
      .join('\n')
      .replace(/STATIC_CALL_TRAMP\((\w+)\)/g, '__SCT__$1');
    const defined = [...text.matchAll(/^(?!static)\w[\w *]*?\**(\w+)\([^;{]*\)\n\{/gm)]
      .map(([, name = '']) => name)
      .filter((name) => !name.startsWith('pc_'));
    const listed = [...MODELLED.keys()].filter((name) => !name.includes('/'));
    expect(listed.sort()).toEqual([...new Set(defined)].sort());
  });
});
