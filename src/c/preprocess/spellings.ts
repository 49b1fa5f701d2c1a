/**
 * Spellings that the preprocessor itself knows, by the number that every `Names` gives them: punctuators (C11 6.4.6, digraphs
 * included; `::` as gcc has it in gnu11) first, then words.
 */
const punctuators =
  '( ) , [ ] { } ; ~ ? ! != # ## % %= %> %: %:%: & && &= * *= + ++ += - -> -- -= . ... / /= : :> :: ' +
  '< << <<= <= <: <% = == > >> >>= >= ^ ^= | || |=';
const words =
  'define undef include include_next import if ifdef ifndef elif elifdef elifndef else endif line error warning pragma ' +
  'ident sccs assert unassert defined __VA_ARGS__ __VA_OPT__ once push_macro pop_macro GCC poison';

export const fixedSpellings: readonly string[] = `${punctuators} ${words}`.split(' ');

const numbers = new Map(fixedSpellings.map((text, number) => [text, number]));

/** The number of a spelling that is one of them. */
export function spellingOf(text: string): number {
  const number = numbers.get(text);
  if (number === undefined) throw new RangeError(`${text} is not among the spellings known ahead`);
  return number;
}

export const OPEN = spellingOf('(');
export const CLOSE = spellingOf(')');
export const COMMA = spellingOf(',');
export const HASH = spellingOf('#');
export const HASH_DIGRAPH = spellingOf('%:');
export const PASTE = spellingOf('##');
export const PASTE_DIGRAPH = spellingOf('%:%:');
export const ELLIPSIS = spellingOf('...');
export const LESS = spellingOf('<');
export const GREATER = spellingOf('>');
export const COLON = spellingOf(':');
export const DEFINED = spellingOf('defined');
export const VA_ARGS = spellingOf('__VA_ARGS__');
export const VA_OPT = spellingOf('__VA_OPT__');
