/**
 * What macros make of a text is no mutant of it, so where a macro is used its use is edited: FROZEN_SPTE, atomic operations, and the
 * arguments of loops over entries and roots. READ_ONCE and WRITE_ONCE stay: memory here is sequentially consistent and never torn.
 */
import { swappedTexts, type Mutation } from './operators.js';
import type { Extent } from './source-edit.js';

/** Two loads, or a load and a store, where there was one step; by the name of the atomic operation. */
const PLAIN: Readonly<Record<string, (args: readonly string[]) => string>> = {
  xchg: ([pointer = '', value = '']) =>
    `({ u64 __was = READ_ONCE(*(${pointer})); WRITE_ONCE(*(${pointer}), ${value}); __was; })`,
  try_cmpxchg64: ([pointer = '', old = '', value = '']) =>
    `({ WRITE_ONCE(*(${pointer}), ${value}); (void)(${old}); true; })`,
  atomic64_fetch_and: ([mask = '', pointer = '']) =>
    `({ s64 __was = atomic64_read(${pointer}); atomic64_set(${pointer}, __was & (${mask})); __was; })`,
  atomic64_inc: ([pointer = '']) => `atomic64_set(${pointer}, atomic64_read(${pointer}) + 1)`,
  atomic64_dec: ([pointer = '']) => `atomic64_set(${pointer}, atomic64_read(${pointer}) - 1)`,
  refcount_inc_not_zero: ([pointer = '']) =>
    `({ unsigned int __n = refcount_read(${pointer}); if (__n) refcount_set(${pointer}, __n + 1); __n != 0; })`,
  refcount_dec_and_test: ([pointer = '']) =>
    `({ unsigned int __n = refcount_read(${pointer}) - 1; refcount_set(${pointer}, __n); __n == 0; })`,
};

export function textMutations({ file, start, end }: Extent): Mutation[] {
  const text = withoutComments(file.text.slice(start, end));
  const found: Mutation[] = [];
  for (const match of text.matchAll(/\b(FROZEN_SPTE|REMOVED_SPTE)\b/g)) {
    const at = start + match.index;
    const place = { file, start: at, end: at + match[0].length };
    const replacement = file.text.includes('SHADOW_NONPRESENT_VALUE')
      ? 'SHADOW_NONPRESENT_VALUE'
      : '0ull';
    found.push({ operator: 'frozen → non-present', edit: { ...place, replacement } });
  }
  for (const match of text.matchAll(/\b(\w+)\s*\(/g)) {
    const name = match[1] ?? '';
    const plain = Object.hasOwn(PLAIN, name) ? PLAIN[name] : undefined;
    const loops = /^_*(for_each|tdp_root_for_each|tdp_mmu_for_each)_/.test(name);
    if (plain === undefined && !loops) continue;
    const args = argumentsFrom(text, match.index + match[0].length);
    if (args === null) continue;
    if (plain !== undefined) {
      const edit = {
        file,
        start: start + match.index,
        end: start + args.end,
        replacement: plain(args.texts.map((each) => each.text)),
      };
      found.push({ operator: 'atomic → plain', edit });
    } else {
      const extents = args.texts.map((each) => ({
        file,
        start: start + each.at,
        end: start + each.at + each.text.length,
      }));
      extents.forEach((first, at) => {
        const second = extents[at + 1];
        if (second !== undefined) found.push(...swappedTexts(first, second));
      });
    }
  }
  return found;
}

interface Arguments {
  readonly texts: readonly { readonly text: string; readonly at: number }[];
  /** Behind the closing bracket. */
  readonly end: number;
}

function argumentsFrom(text: string, open: number): Arguments | null {
  const texts: { text: string; at: number }[] = [];
  let depth = 0;
  let from = open;
  const push = (to: number): void => {
    const raw = text.slice(from, to);
    texts.push({ text: raw.trim(), at: from + raw.length - raw.trimStart().length });
    from = to + 1;
  };
  for (let at = open; at < text.length; at++) {
    const char = text[at];
    if (char === '(' || char === '[') depth++;
    else if (char === ')' && depth === 0) {
      push(at);
      return { texts, end: at + 1 };
    } else if (char === ')' || char === ']') depth--;
    else if (char === ',' && depth === 0) push(at);
  }
  return null;
}

/** Comments as blanks, so that places stay. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[^]*?\*\/|\/\/[^\n]*/g, (comment) => comment.replace(/[^\n]/g, ' '));
}
