/**
 * The constructs of C and GNU C that the checker knows of and does not translate. What is reached and stands in this list
 * is a diagnostic with code 'unsupported'; nothing is ever skipped. `UNSUPPORTED` is shown in the documentation.
 */
export const UNSUPPORTED = {
  asm: 'inline assembly with instructions in it',
  complex: 'complex types',
  vector: 'vector types (attribute vector_size)',
  'decimal-float': 'decimal and 128-bit floating types',
  'atomic-qualifier': 'the _Atomic qualifier',
  'nested-function': 'a function defined inside a function',
  builtin: 'a compiler builtin that is not known',
  'long-double-range': 'a long double constant that is no double',
  'thread-local': 'thread-local storage',
  'global-register': 'a global variable in a register',
  'record-variable-length': 'a member with variable length',
  'storage-order': 'attribute scalar_storage_order',
  'late-binding': 'a function chosen when the program is loaded (ifunc, weakref)',
  'vla-initialiser': 'an initialiser of a variable-length array',
} as const;

export type UnsupportedConstruct = keyof typeof UNSUPPORTED;
