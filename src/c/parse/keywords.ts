/**
 * The reserved words of GNU C11 that the parse stage treats one by one (C11 6.4.1; the GCC manual, "Alternate Keywords",
 * "C Extensions"). A spelling with underscores stands for the same word as the plain one.
 */
export type SpecifierWord =
  /** Words that together name a basic type. */
  | { readonly is: 'basic'; readonly words: readonly string[] }
  | {
      readonly is: 'storage';
      readonly storage: 'typedef' | 'extern' | 'static' | 'auto' | 'register';
    }
  | { readonly is: 'qualifier'; readonly qualifier: 'const' | 'volatile' | 'restrict' | 'atomic' }
  /** A named address space (`__seg_gs`): it qualifies a type; the tree keeps it as an attribute. */
  | { readonly is: 'address-space'; readonly name: string }
  | { readonly is: 'inline' }
  | { readonly is: 'noreturn' }
  | { readonly is: 'thread' }
  | { readonly is: 'attribute' }
  | { readonly is: 'alignas' }
  | { readonly is: 'extension' }
  | { readonly is: 'typeof' }
  | { readonly is: 'record'; readonly union: boolean }
  | { readonly is: 'enum' }
  | { readonly is: 'auto-type' }
  | { readonly is: 'va-list' };

function basic(...words: string[]): SpecifierWord {
  return { is: 'basic', words };
}

const signed = basic('signed');
const complex = basic('_Complex');
const constant: SpecifierWord = { is: 'qualifier', qualifier: 'const' };
const volatile: SpecifierWord = { is: 'qualifier', qualifier: 'volatile' };
const restrict: SpecifierWord = { is: 'qualifier', qualifier: 'restrict' };
const inline: SpecifierWord = { is: 'inline' };
const thread: SpecifierWord = { is: 'thread' };
const attribute: SpecifierWord = { is: 'attribute' };
const typeOf: SpecifierWord = { is: 'typeof' };

/** Words that may stand among declaration specifiers. */
export const specifierWords: ReadonlyMap<string, SpecifierWord> = new Map<string, SpecifierWord>([
  ...[
    'void',
    'char',
    'short',
    'int',
    'long',
    'float',
    'double',
    'unsigned',
    '_Bool',
    '__int128',
    '_Float16',
    '_Float32',
    '_Float64',
    '_Float128',
    '_Float32x',
    '_Float64x',
    '_Decimal32',
    '_Decimal64',
    '_Decimal128',
  ].map((word): [string, SpecifierWord] => [word, basic(word)]),
  ['signed', signed],
  ['__signed', signed],
  ['__signed__', signed],
  ['_Complex', complex],
  ['__complex', complex],
  ['__complex__', complex],
  ['__float128', basic('_Float128')],
  ['__int128_t', basic('__int128')],
  ['__uint128_t', basic('__int128', 'unsigned')],
  ['typedef', { is: 'storage', storage: 'typedef' }],
  ['extern', { is: 'storage', storage: 'extern' }],
  ['static', { is: 'storage', storage: 'static' }],
  ['auto', { is: 'storage', storage: 'auto' }],
  ['register', { is: 'storage', storage: 'register' }],
  ['_Thread_local', thread],
  ['__thread', thread],
  ['const', constant],
  ['__const', constant],
  ['__const__', constant],
  ['volatile', volatile],
  ['__volatile', volatile],
  ['__volatile__', volatile],
  ['restrict', restrict],
  ['__restrict', restrict],
  ['__restrict__', restrict],
  ['_Atomic', { is: 'qualifier', qualifier: 'atomic' }],
  ['__seg_gs', { is: 'address-space', name: 'seg_gs' }],
  ['__seg_fs', { is: 'address-space', name: 'seg_fs' }],
  ['inline', inline],
  ['__inline', inline],
  ['__inline__', inline],
  ['_Noreturn', { is: 'noreturn' }],
  ['__attribute__', attribute],
  ['__attribute', attribute],
  ['_Alignas', { is: 'alignas' }],
  ['__extension__', { is: 'extension' }],
  ['typeof', typeOf],
  ['__typeof', typeOf],
  ['__typeof__', typeOf],
  ['struct', { is: 'record', union: false }],
  ['union', { is: 'record', union: true }],
  ['enum', { is: 'enum' }],
  ['__auto_type', { is: 'auto-type' }],
  ['__builtin_va_list', { is: 'va-list' }],
]);

export const asmWords: ReadonlySet<string> = new Set(['asm', '__asm', '__asm__']);
export const alignofWords: ReadonlySet<string> = new Set(['_Alignof', '__alignof', '__alignof__']);

/** Words that can be neither a name nor the start of an expression. */
export const statementWords: ReadonlySet<string> = new Set([
  'break',
  'case',
  'continue',
  'default',
  'do',
  'else',
  'for',
  'goto',
  'if',
  'return',
  'switch',
  'while',
  '__label__',
  '_Static_assert',
]);

/** Reserved words that begin an operand. */
const operandWords: ReadonlySet<string> = new Set([
  'sizeof',
  '_Generic',
  '__real',
  '__real__',
  '__imag',
  '__imag__',
  '__builtin_offsetof',
  '__builtin_types_compatible_p',
  '__builtin_va_arg',
]);

export function isReserved(word: string): boolean {
  return (
    specifierWords.has(word) ||
    statementWords.has(word) ||
    asmWords.has(word) ||
    alignofWords.has(word) ||
    operandWords.has(word)
  );
}
