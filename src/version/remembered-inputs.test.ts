/** What a kept result depends on: everything that was read for it, and what was looked for in vain. */
import { describe, expect, it } from 'vitest';
import type { ReadText } from '../pack-api/pack.js';
import { memoryTree } from '../tree/memory-tree.js';
import { record, stillHolds } from './remembered-inputs.js';

describe('what was read', () => {
  const files = { 'a.h': 'a', 'd/x.c': '', 'd/y.c': '' };
  const texts: ReadText = (path) => (path === 'unit.c' ? 'unit' : null);
  const now = (more: Record<string, string>, gone: readonly string[] = []) =>
    memoryTree(
      Object.fromEntries(
        Object.entries({ ...files, ...more }).filter(([path]) => !gone.includes(path)),
      ),
    );

  it('holds as long as each answer is the same', () => {
    const { tree, assets, inputs } = record(memoryTree(files), texts);
    tree.read('a.h');
    tree.read('b.h');
    tree.list?.('d');
    assets('unit.c');
    assets('other.c');
    expect(tree.kind).toBe('memory');
    expect(stillHolds(inputs, now({}), texts)).toBe(true);
    expect(stillHolds(inputs, now({ 'c.h': '' }), texts)).toBe(true);
    expect(stillHolds(inputs, now({ 'a.h': 'b' }), texts)).toBe(false);
    expect(stillHolds(inputs, now({}, ['a.h']), texts)).toBe(false);
    expect(stillHolds(inputs, now({ 'b.h': '' }), texts)).toBe(false);
    expect(stillHolds(inputs, now({ 'd/z.c': '' }), texts)).toBe(false);
    expect(stillHolds(inputs, now({}), (path) => texts(path) ?? '')).toBe(false);
    expect(stillHolds(inputs, now({}), () => 'other')).toBe(false);
  });
});
