/**
 * The constructs of C and GNU C that we know of and do not translate: one list for the parser, the checker and lowering. What is
 * reached and stands in it is a diagnostic with code 'unsupported', at its place; nothing is ever skipped. ARCHITECTURE.md has the
 * same list, and a test holds the two against each other.
 */
export const UNSUPPORTED = {
  asm: 'inline assembly with instructions in it',
  complex: 'complex types',
  vector: 'vector types (attribute vector_size)',
  'machine-mode': 'attribute mode with a mode that is none of our integers and floats',
  'decimal-float': 'decimal and 128-bit floating types',
  'long-double-range': 'a long double constant that is no double',
  'atomic-qualifier': 'the _Atomic qualifier',
  'nested-function': 'a function defined inside a function',
  'forward-parameter': 'parameters declared ahead of the parameter list',
  'record-variable-length': 'a member with variable length',
  'storage-order': 'attribute scalar_storage_order',
  'bracket-attribute': 'attributes in double brackets',
  'global-register': 'a global variable in a register',
  'late-binding': 'a function chosen when the program is loaded (ifunc, weakref)',
  builtin: 'a compiler builtin that is not known',
} as const;

export type UnsupportedConstruct = keyof typeof UNSUPPORTED;

/** What a diagnostic says: the construct, and the name or text that it is about. */
export function unsupportedMessage(construct: UnsupportedConstruct, detail = ''): string {
  return UNSUPPORTED[construct] + (detail === '' ? '' : `: ${detail}`);
}
