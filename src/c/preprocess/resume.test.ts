/** Going on from an earlier run gives what a run of its own gives. */
import { describe, expect, it } from 'vitest';
import { preprocess, type Preprocessed } from './preprocess.js';
import { kernelConfiguration, kernelPreprocessOptions } from './kernel-config/kernel-options.js';
import { type Files, optionsFor } from './testing/in-memory.js';
import { kernelTrees } from './testing/kernel-trees.js';

function shown(result: Preprocessed): unknown {
  return {
    tokens: result.tokens.map((token) => {
      const via: string[] = [];
      for (let at = token.via; at !== null; at = at.use.via) via.push(`${at.macro}:${at.line}`);
      return `${token.file.path}:${token.line}:${token.column} ${token.space} ${token.text} ${via.join()}`;
    }),
    files: result.files.map((file) => file.path),
    macros: [...result.macros]
      .map(([name, macro]) => `${name} ${macro.spelling} ${macro.line}`)
      .sort(),
    skipped: result.skipped.map((group) => [
      group.file.path,
      group.first,
      group.last,
      group.conditions,
    ]),
    pragmas: result.pragmas.map((pragma) => [pragma.index, pragma.text]),
    warnings: result.warnings,
  };
}

const base: Files = {
  'main.c':
    '#define EARLY 1\n#include "one.h"\n#include "two.h"\n/* c */\n#include "three.h"\nint main_ = ONE + TWO + THREE + __COUNTER__;\n#include "one.h"\n',
  'one.h':
    '#ifndef ONE_H\n#define ONE_H\n#define ONE 1\nint one = EARLY + __COUNTER__;\n#pragma pack(1)\n#ifdef X\nx\n#endif\n#endif\n',
  'two.h':
    '#include "one.h"\n#define TWO ONE + 1\nint two = TWO;\n#undef EARLY\n#define EMPTY\nEMPTY\n',
  'three.h':
    '#pragma once\n#define THREE TWO\nint three = THREE __LINE__;\n#ifndef EARLY\nlate\n#endif\n',
};

function both(files: Files, defines = ''): { fresh: Preprocessed; resumed: Preprocessed } {
  const first = preprocess(optionsFor(base));
  if (!first.ok) throw new Error(first.error.message);
  const before = shown(first.value);
  const resumed = preprocess(optionsFor(files, { defines }), first.value);
  const fresh = preprocess(optionsFor(files, { defines }));
  if (!fresh.ok || !resumed.ok) throw new Error(JSON.stringify([fresh, resumed]));
  expect(shown(resumed.value)).toEqual(shown(fresh.value));
  expect(shown(first.value)).toEqual(before);
  return { fresh: fresh.value, resumed: resumed.value };
}

describe('going on from an earlier run', () => {
  it('gives the same result, whatever has changed', () => {
    both(base);
    both({ ...base, 'three.h': '#define THREE 7\nint three2;\n' });
    both({ ...base, 'two.h': '#define TWO 8\n#include "new.h"\n', 'new.h': 'int fresh;\n' });
    both({ ...base, 'one.h': '#define ONE 9\nint other;\n' });
    both({ ...base, 'main.c': `${base['main.c'] ?? ''}int more;\n` });
    both({ ...base, 'main.c': (base['main.c'] ?? '').replace('/* c */', '/* d */ int x;') });
    both({ ...base, 'main.c': (base['main.c'] ?? '').replace('EARLY 1', 'EARLY 2') });
    both({ ...base, 'main.c': 'int nothing;\n' });
    both(base, '#define X 1\n');
    // A header that appears where there was none before.
    both({
      ...base,
      'main.c': (base['main.c'] ?? '').replace('three.h', 'include/three.h'),
      'include/three.h': 'new',
    });
  });

  it('takes tokens over', () => {
    const first = preprocess(optionsFor(base));
    if (!first.ok) throw new Error(first.error.message);
    const next = preprocess(
      optionsFor({ ...base, 'three.h': 'int three2;\n#define THREE 3\n' }),
      first.value,
    );
    if (!next.ok) throw new Error(next.error.message);
    const shared = next.value.tokens.filter((token, i) => token === first.value.tokens[i]);
    expect(shared.map((token) => token.text).join(' ')).toBe('int one = 1 + 0 ; int two = 1 + 1 ;');
  });

  it('survives a failed run in between, and chains', () => {
    const first = preprocess(optionsFor(base));
    if (!first.ok) throw new Error(first.error.message);
    const failed = preprocess(optionsFor({ ...base, 'three.h': 'f(\n#error no\n' }), first.value);
    expect(failed.ok).toBe(false);
    const second = preprocess(optionsFor({ ...base, 'three.h': '#define THREE 3\n' }), first.value);
    if (!second.ok) throw new Error(second.error.message);
    const third = preprocess(optionsFor(base), second.value);
    expect(third.ok && shown(third.value)).toEqual(shown(first.value));
  });

  const tree = kernelTrees['6.12'];
  it.skipIf(tree === null)('saves most of the work on a kernel file', () => {
    if (tree === null) return;
    const configuration = kernelConfiguration(tree.read);
    const path = 'arch/x86/kvm/mmu/tdp_mmu.c';
    const run = (read: (path: string) => string | null, earlier: Preprocessed | null) => {
      const result = preprocess(
        kernelPreprocessOptions(read, configuration, { path, text: read(path) ?? '' }),
        earlier,
      );
      if (!result.ok) throw new Error(result.error.message);
      return result.value;
    };
    const first = run(tree.read, null);
    const changed = (asked: string): string | null => {
      const text = tree.read(asked);
      return asked.endsWith('mmu/tdp_iter.h') && text !== null
        ? text.replace('bool valid;', 'bool valid;\n\tint extra;')
        : text;
    };
    const resumed = run(changed, first);
    const fresh = run(changed, null);
    expect(resumed.tokens.length).toBe(fresh.tokens.length);
    expect(resumed.tokens.findIndex((token, i) => token.text !== fresh.tokens[i]?.text)).toBe(-1);
    expect([...resumed.macros.keys()].sort()).toEqual([...fresh.macros.keys()].sort());
    const shared = resumed.tokens.filter((token, i) => token === first.tokens[i]).length;
    expect(shared / fresh.tokens.length).toBeGreaterThan(0.8);
  });
});
