/** The `##` operator (C11 6.10.3.3): the spellings are joined, and must then be one token. */
import type { Expansion } from '../token.js';
import { sourceFile } from '../source-file.js';
import { Lexer } from './lexer.js';
import type { Names } from './names.js';
import type { PpToken } from './pp-token.js';
import { endToken, Kind, madeToken, Mark } from './pp-token.js';
import type { Problems } from './problems.js';

/** The joined token, in the place of the left one; null where the result is no single token. */
export function pasteSpelling(
  left: PpToken,
  right: PpToken,
  names: Names,
  problems: Problems,
  expansion: Expansion | null,
): PpToken | null {
  const spelling = left.text + right.text;
  const marks = (right.bits & Mark.pasteLeft) | (left.bits & Mark.space);
  const via = expansion ?? left.via;
  if (left.name !== null && left.name.text === left.text && /^\w+$/.test(right.text))
    return madeToken(names.of(spelling), Kind.identifier | marks, left, via);
  // `/` and `/` make no comment: comments are gone before macros are expanded.
  if (left.text === '/' && right.text !== '=') return null;
  const lexer = new Lexer(sourceFile('<paste>', spelling), names, problems);
  lexer.inDirective = true;
  const token = lexer.next();
  if (token === endToken || lexer.pos !== spelling.length) return null;
  const made = token.kind === 'identifier' ? names.of(token.text) : token.text;
  return madeToken(made, Kind[token.kind] | marks, left, via);
}
