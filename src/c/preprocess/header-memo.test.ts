/** Taking over what is remembered of headers gives what reading them again gives. */
import { describe, expect, it } from 'vitest';
import { HeaderMemo } from './header-memo.js';
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
      .map(([name, macro]) => `${name} ${macro.spelling} ${macro.file.path}`)
      .sort(),
    skipped: result.skipped.map((group) => [
      group.file.path,
      group.first,
      group.last,
      group.conditions,
    ]),
    pragmas: result.pragmas.map((pragma) => [pragma.index, pragma.text]),
    inclusions: [...result.inclusions],
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

const value = (result: ReturnType<typeof preprocess>): Preprocessed => {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
};

/** What is read anew of `files`, and with what is remembered of `base`. */
function both(files: Files, defines = '', first = base): Preprocessed {
  const memo = new HeaderMemo();
  const before = value(preprocess(optionsFor(first), memo));
  const shownBefore = shown(before);
  const resumed = value(preprocess(optionsFor(files, { defines }), memo));
  expect(shown(resumed)).toEqual(shown(value(preprocess(optionsFor(files, { defines })))));
  expect(shown(before)).toEqual(shownBefore);
  return resumed;
}

/** Texts of the tokens of the second that are the very tokens of the first. */
function taken(first: Preprocessed, second: Preprocessed): string {
  return sharedWith(first, second)
    .map((at) => second.tokens.textAt(at))
    .join(' ');
}

/** Which tokens of the second are the very tokens of the first, in the order in which both have them. */
function sharedWith(first: Preprocessed, second: Preprocessed): number[] {
  const shared: number[] = [];
  let from = 0;
  for (let i = 0; i < second.tokens.length; i++) {
    let at = from;
    while (at < first.tokens.length && !second.tokens.sameAt(i, first.tokens, at)) at++;
    if (at === first.tokens.length) continue;
    shared.push(i);
    from = at + 1;
  }
  return shared;
}

describe('what is remembered of headers', () => {
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
    both(base, '#define ONE 4\n#undef TWO\n');
    // A header that appears where there was none before.
    both({
      ...base,
      'main.c': (base['main.c'] ?? '').replace('three.h', 'include/three.h'),
      'include/three.h': 'new',
    });
  });

  it('takes tokens over, also behind what has changed', () => {
    const memo = new HeaderMemo();
    const first = value(preprocess(optionsFor(base), memo));
    const next = value(
      preprocess(optionsFor({ ...base, 'three.h': 'int three2;\n#define THREE 3\n' }), memo),
    );
    expect(taken(first, next)).toBe('int one = 1 + 0 ; int two = 1 + 1 ;');
    const other = value(
      preprocess(
        optionsFor({ ...base, 'main.c': '#include "late.h"\n#include "one.h"\n', 'late.h': '' }),
        memo,
      ),
    );
    // EARLY is not defined here.
    expect(taken(first, other)).toBe('');
    const again = value(preprocess(optionsFor(base), memo));
    expect(taken(first, again)).toBe(
      'int one = 1 + 0 ; int two = 1 + 1 ; int three = 1 + 1 3 ; late',
    );
  });

  it('asks what a header asked', () => {
    const files: Files = {
      'main.c': '#include "a.h"\n#include "b.h"\nint end = LEVEL;\n',
      'a.h': '#if __has_include("c.h") && !defined(OFF)\nhas\n#endif\nint a = __COUNTER__;\n',
      'b.h':
        '#include "b.h2"\n#define LEVEL __INCLUDE_LEVEL__\nint b = LEVEL __FILE__ __BASE_FILE__ __LINE__;\n#include "a.h"\n',
      'b.h2': '#ifndef B2\n#define B2\n#ifdef ON\non\n#endif\nFUN (1)\n#include "b.h"\n#endif\n',
    };
    both(files, '', files);
    both({ ...files, 'c.h': '' }, '', files);
    both(files, '#define OFF\n', files);
    both(files, '#define ON\n', files);
    both(files, '#define FUN(x) f ## x #x\n', files);
    both({ ...files, 'main.c': `int first = __COUNTER__;\n${files['main.c'] ?? ''}` }, '', files);
    both({ ...files, 'main.c': '#define FUN\n#include "b.h"\n#include "a.h"\n' }, '', files);
    both({ ...files, 'main.c': '#define E\nE\n#include "b.h"\nx' }, '', files);
    both({ ...files, 'main.c': '#pragma push_macro("ON")\n#include "b.h"\n' }, '', files);
    both({ ...files, 'main.c': '#include "b.h2"\n#include "b.h2"\n' }, '', files);
  });

  it('knows that a guard, or #pragma once, has been met', () => {
    const files: Files = {
      'main.c': '#include "outer.h"\nint x;\n',
      'outer.h': '#include "in.h"\n#include "once.h"\nouter\n#include "in.h"\n#include "once.h"\n',
      'in.h': '#ifndef IN\n#define IN\nin\n#endif\n',
      'once.h': '#pragma once\nonce\n',
    };
    const main = (text: string): Files => ({ ...files, 'main.c': text });
    both(files, '', files);
    both(main('#include "in.h"\n#include "outer.h"\n'), '', files);
    both(main('#include "once.h"\n#include "outer.h"\n'), '', files);
    both(main('#include "outer.h"\n#undef IN\n#include "outer.h"\n'), '', files);
    both(main('#define IN\n#include "outer.h"\n'), '', files);
    both(files, '', main('#include "once.h"\n#include "outer.h"\n'));
  });

  it('survives a failed run in between', () => {
    const memo = new HeaderMemo();
    const first = value(preprocess(optionsFor(base), memo));
    const failed = preprocess(optionsFor({ ...base, 'three.h': 'f(\n#error no\n' }), memo);
    expect(failed.ok).toBe(false);
    value(preprocess(optionsFor({ ...base, 'three.h': '#define THREE 3\n' }), memo));
    expect(shown(value(preprocess(optionsFor(base), memo)))).toEqual(shown(first));
  });

  const tree = kernelTrees['6.12'];
  it.skipIf(tree === null)('saves most of the work on a kernel file', () => {
    if (tree === null) return;
    const configuration = kernelConfiguration(tree.read);
    const path = 'arch/x86/kvm/mmu/tdp_mmu.c';
    const run = (read: (path: string) => string | null, memo: HeaderMemo): Preprocessed =>
      value(
        preprocess(
          kernelPreprocessOptions(read, configuration, { path, text: read(path) ?? '' }),
          memo,
        ),
      );
    const memo = new HeaderMemo();
    const first = run(tree.read, memo);
    const changed = (asked: string): string | null => {
      const text = tree.read(asked);
      return asked.endsWith('mmu/tdp_iter.h') && text !== null
        ? text.replace('bool valid;', 'bool valid;\n\tint extra;')
        : text;
    };
    const resumed = run(changed, memo);
    const fresh = run(changed, new HeaderMemo());
    expect(resumed.tokens.length).toBe(fresh.tokens.length);
    expect(resumed.tokens.map(({ text }) => text)).toEqual(fresh.tokens.map(({ text }) => text));
    expect([...resumed.macros.keys()].sort()).toEqual([...fresh.macros.keys()].sort());
    expect(resumed.inclusions).toEqual(fresh.inclusions);
    expect(resumed.files.map((file) => file.path)).toEqual(fresh.files.map((file) => file.path));
    let shared = 0;
    // A token more in a header: the tokens before it stand where they stood, those behind it a little further on.
    for (let i = 0; i < resumed.tokens.length; i++)
      if ([0, 1, 2, 3].some((by) => resumed.tokens.sameAt(i, first.tokens, i - by))) shared++;
    expect(shared / fresh.tokens.length).toBeGreaterThan(0.95);
  });
});
